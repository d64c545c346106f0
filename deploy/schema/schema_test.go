package schema_test

import (
	"database/sql"
	"os"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"bellhop/deploy/schema"
	"bellhop/deploy/schema/schematest"
)

func TestManyMigrateAtOnce(t *testing.T) {
	cluster := schematest.StartCluster(t)
	pool, err := pgxpool.New(t.Context(), cluster.URL())
	require.NoError(t, err)
	defer pool.Close()

	newest, err := schema.Version()
	require.NoError(t, err)
	require.Positive(t, newest)
	pending, err := schema.Pending(t.Context(), pool)
	require.NoError(t, err)
	require.EqualValues(t, newest, pending, "never migrated")

	group, ctx := errgroup.WithContext(t.Context())
	for range 4 {
		group.Go(func() error { return schema.Migrate(ctx, cluster.URL()) })
	}
	require.NoError(t, group.Wait())
	require.NoError(t, schema.Migrate(t.Context(), cluster.URL()), "a second time changes nothing")

	pending, err = schema.Pending(t.Context(), pool)
	require.NoError(t, err)
	require.Zero(t, pending)
}

// TestMigrateKeepsWhatIsThere migrates a database that has been in use since the first version.
func TestMigrateKeepsWhatIsThere(t *testing.T) {
	cluster := schematest.StartCluster(t)
	db, err := sql.Open("pgx", cluster.URL())
	require.NoError(t, err)
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("migrations"), goose.WithDisableGlobalRegistry(true))
	require.NoError(t, err)
	_, err = provider.UpTo(t.Context(), 1)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `
		insert into organisations (id, name) values (gen_random_uuid(), '한빛몰');
		insert into services (id, organisation_id, name) select gen_random_uuid(), id, '고객센터' from organisations;
		insert into users (id, organisation_id, login, login_key, name, role, password_hash)
		select gen_random_uuid(), id, 'a', 'a', '김서연', 'agent', '$argon2id$x' from organisations;
		insert into agents (id, user_id, cti_id, cti_number) select gen_random_uuid(), id, 'a', '2041' from users;
		insert into queues (id, service_id, name, number)
		select gen_random_uuid(), id, n, n from services, (values ('3001'), ('3002')) numbers (n);
		insert into queue_members select q.id, a.id from queues q, agents a;
		insert into tickets (service_id, channel, status, customer_number, call_id, created_at, updated_at)
		select id, 'phone', 'resolved', n, n, now(), now() from services, (values ('+821004827735'), ('01004827735')) numbers (n);`)
	require.NoError(t, err)

	require.NoError(t, schema.Migrate(t.Context(), cluster.URL()))
	for query, want := range map[string]int{
		`select count(*) from service_members`:                                                      1,
		`select count(*) from tickets where customer_key = '01004827735' and direction = 'inbound'`: 2,
	} {
		var got int
		require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&got))
		require.Equal(t, want, got, query)
	}
	_, err = provider.DownTo(t.Context(), 1)
	require.NoError(t, err, "and back")
	require.NoError(t, schema.Migrate(t.Context(), cluster.URL()))
}

func TestMigrateSaysWhenItCannot(t *testing.T) {
	require.Error(t, schema.Migrate(t.Context(), "postgres://nobody@/none?host=/nonexistent"))
	require.Error(t, schema.Migrate(t.Context(), "not an address"))
}

func TestPendingSaysWhenItCannot(t *testing.T) {
	pool := schematest.Pool(t)
	pool.Close()
	_, err := schema.Pending(t.Context(), pool)
	require.Error(t, err)
}
