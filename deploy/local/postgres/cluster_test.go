package postgres_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"bellhop/deploy/local/postgres"
	"bellhop/deploy/local/process"
)

// options are those of a cluster whose folder only its owner may reach.
func options(t *testing.T) postgres.Options {
	t.Helper()
	locked := t.TempDir()
	require.NoError(t, os.Chmod(locked, 0o700))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	launcher := process.NewLauncher()
	t.Cleanup(launcher.Close)
	return postgres.Options{
		Dir:      filepath.Join(locked, "postgres"),
		Port:     listener.Addr().(*net.TCPAddr).Port,
		Password: "pa/ss:word@1",
		Runner:   launcher,
	}
}

// run starts the cluster's server until the returned function is called.
func run(t *testing.T, cluster *postgres.Cluster, o postgres.Options) (stop func()) {
	t.Helper()
	child, err := process.Start(o.Runner.(*process.Launcher), process.Options{
		Name: "PostgreSQL", Command: cluster.Command,
		Log: filepath.Join(o.Dir, "log"), Record: filepath.Join(o.Dir, "pid"),
		Stop: syscall.SIGINT, Grace: 10 * time.Second, Orphaned: syscall.SIGINT,
		Ready:  cluster.Ready,
		Report: func(process.Event) {},
	})
	require.NoError(t, err)
	t.Cleanup(child.Stop)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, child.AwaitReady(ctx))
	return child.Stop
}

func query(t *testing.T, url, sql string) (answer string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(&answer))
	return answer
}

func TestClusterKeepsWhatItWasTold(t *testing.T) {
	o := options(t)
	var said []string
	cluster, err := postgres.Open(t.Context(), o, func(s string) { said = append(said, s) })
	require.NoError(t, err)
	require.Len(t, said, 1)
	require.GreaterOrEqual(t, cluster.Major(), 15)

	stop := run(t, cluster, o)
	require.Equal(t, "UTF8", query(t, cluster.URL(), `show server_encoding`))
	require.Equal(t, "127.0.0.1", query(t, cluster.URL(), `show listen_addresses`))
	require.Empty(t, query(t, cluster.URL(), `show unix_socket_directories`))
	conn, err := pgx.Connect(t.Context(), cluster.URL())
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), `create table t(x) as values ('하나')`)
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
	stop()

	again, err := postgres.Open(t.Context(), o, func(s string) { said = append(said, s) })
	require.NoError(t, err)
	require.Len(t, said, 1, "the cluster was there")
	run(t, again, o)
	require.Equal(t, "하나", query(t, again.URL(), `select x from t`))
}

func TestPasswordIsAsked(t *testing.T) {
	o := options(t)
	cluster, err := postgres.Open(t.Context(), o, func(string) {})
	require.NoError(t, err)
	run(t, cluster, o)
	o.Password = "another"
	intruder, err := postgres.Open(t.Context(), o, func(string) {})
	require.NoError(t, err)
	require.ErrorContains(t, intruder.Ready(t.Context()), "password authentication failed")
}

func TestUnfinishedClusterIsMadeAnew(t *testing.T) {
	o := options(t)
	require.NoError(t, os.MkdirAll(filepath.Join(o.Dir, "data.new", "base"), 0o700))
	_, err := postgres.Open(t.Context(), o, func(string) {})
	require.NoError(t, err)
	require.NoDirExists(t, filepath.Join(o.Dir, "data.new"))
}

func TestMakingIsCutOff(t *testing.T) {
	o := options(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := postgres.Open(ctx, o, func(string) {})
	require.ErrorIs(t, err, context.Canceled)
	require.NoDirExists(t, filepath.Join(o.Dir, "data"))
}

func TestClusterOfAVersionThatIsNotInstalled(t *testing.T) {
	o := options(t)
	data := filepath.Join(o.Dir, "data")
	require.NoError(t, os.MkdirAll(data, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(data, "PG_VERSION"), []byte("99\n"), 0o600))
	_, err := postgres.Open(t.Context(), o, func(string) {})
	require.ErrorContains(t, err, "the cluster was made by PostgreSQL 99, which is not installed any more")
}

func TestClusterOfSomebodyElse(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a folder away")
	}
	o := options(t)
	_, err := postgres.Open(t.Context(), o, func(string) {})
	require.NoError(t, err)
	require.NoError(t, os.Chown(filepath.Join(o.Dir, "data"), 12345, 12345))
	_, err = postgres.Open(t.Context(), o, func(string) {})
	require.ErrorContains(t, err, "belongs to account number 12345")
}
