package database_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bellhop/deploy/schema/schematest"
	"bellhop/web/database"
)

var limits = database.Limits{Name: "test", Connections: 2, Wait: 300 * time.Millisecond, Query: 500 * time.Millisecond}

func open(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := database.Open(t.Context(), url, limits)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// requireAway asks something that cannot be answered now: it must not take long, and look like what it is.
func requireAway(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	for _, ask := range []func() error{
		func() error {
			var n int
			return pool.QueryRow(t.Context(), `select count(*) from users`).Scan(&n)
		},
		func() error { _, err := pool.Exec(t.Context(), `delete from sessions`); return err },
		func() error {
			return pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
				_, err := tx.Exec(t.Context(), `delete from sessions`)
				return err
			})
		},
		func() error {
			var batch pgx.Batch
			batch.Queue(`delete from sessions`)
			batch.Queue(`delete from users`)
			return pool.SendBatch(t.Context(), &batch).Close()
		},
	} {
		began := time.Now()
		err := ask()
		require.Error(t, err)
		require.True(t, database.Away(err), "%v", err)
		require.Less(t, time.Since(began), 2*time.Second)
	}
}

func requireBack(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := pool.Exec(t.Context(), `select count(*) from users`)
		return err == nil
	}, 20*time.Second, 20*time.Millisecond)
}

func TestAServerThatIsStoppedOrFrozen(t *testing.T) {
	cluster := schematest.StartCluster(t)
	pool := open(t, cluster.URL())
	_, err := pool.Exec(t.Context(), `create table users (); create table sessions ()`)
	require.NoError(t, err)

	cluster.Freeze(t)
	requireAway(t, pool)
	cluster.Thaw(t)
	requireBack(t, pool)

	cluster.Stop(t)
	requireAway(t, pool)
	requireAway(t, open(t, cluster.URL()))
	cluster.Start(t)
	requireBack(t, pool)
}

// TestALockedTableIsNobodyElsesTrouble has more people wait for a locked table than there are connections.
func TestALockedTableIsNobodyElsesTrouble(t *testing.T) {
	url := schematest.Pool(t).Config().ConnString()
	locked, other := open(t, url), open(t, url)
	holder, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer holder.Close(context.WithoutCancel(t.Context())) //nolint:errcheck // the end of the test
	_, err = holder.Exec(t.Context(), `begin; lock table users, sessions in access exclusive mode`)
	require.NoError(t, err)

	failed := make(chan error)
	for range 10 {
		go func() {
			_, err := locked.Exec(t.Context(), `select from users`)
			failed <- err
		}()
	}
	_, err = other.Exec(t.Context(), `select from tickets`)
	require.NoError(t, err)
	for range 10 {
		require.True(t, database.Away(<-failed))
	}
	requireAway(t, locked)
	_, err = holder.Exec(t.Context(), `rollback`)
	require.NoError(t, err)
	requireBack(t, locked)
}

func TestWhatIsWrongIsNotAway(t *testing.T) {
	pool := open(t, schematest.Pool(t).Config().ConnString())
	for _, query := range []string{
		`select 1/0`, `select nothing from users`, `this is not SQL`, `insert into organisations (id, name) values (null, 'x')`,
	} {
		_, err := pool.Exec(t.Context(), query)
		require.Error(t, err)
		require.False(t, database.Away(err), "%v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := pool.Exec(gone, `select 1`)
	require.Error(t, err)
	require.False(t, database.Away(err), "who asked has left")
	require.False(t, database.Away(nil))
	require.False(t, database.Away(errors.New("something")))
}
