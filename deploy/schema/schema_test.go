package schema_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
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
