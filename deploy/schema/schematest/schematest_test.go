package schematest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bellhop/deploy/schema"
	"bellhop/deploy/schema/schematest"
)

func TestEveryTestHasItsOwnDatabase(t *testing.T) {
	one, other := schematest.Pool(t), schematest.Pool(t)

	_, err := one.Exec(t.Context(), `insert into organisations (id, name) values (gen_random_uuid(), '한빛몰')`)
	require.NoError(t, err)

	var inOther int
	require.NoError(t, other.QueryRow(t.Context(), `select count(*) from organisations`).Scan(&inOther))
	require.Zero(t, inOther)
	pending, err := schema.Pending(t.Context(), one)
	require.NoError(t, err)
	require.Zero(t, pending)
}

func TestStoppedClusterKeepsItsData(t *testing.T) {
	cluster := schematest.StartCluster(t)
	pool, err := pgxpool.New(t.Context(), cluster.URL())
	require.NoError(t, err)
	defer pool.Close()
	_, err = pool.Exec(t.Context(), `create table kept as select 7 as n`)
	require.NoError(t, err)

	cluster.Stop(t)
	_, err = pgx.Connect(t.Context(), cluster.URL())
	require.Error(t, err)

	cluster.Start(t)
	var n int
	require.Eventually(t, func() bool {
		return pool.QueryRow(t.Context(), `select n from kept`).Scan(&n) == nil
	}, 10*time.Second, 20*time.Millisecond)
	require.Equal(t, 7, n)
}

// TestClusterDiesWithItsProcess kills a child that owns a cluster and looks for what it left.
func TestClusterDiesWithItsProcess(t *testing.T) {
	const role = "BELLHOP_SCHEMATEST_CHILD"
	if os.Getenv(role) != "" {
		cluster := schematest.StartCluster(t)
		_, err := os.Stdout.WriteString(cluster.URL() + "\n")
		require.NoError(t, err)
		select {} // until killed
	}
	if testing.Short() {
		t.Skip("starts a process of its own")
	}

	child := exec.Command(os.Args[0], "-test.run=^TestClusterDiesWithItsProcess$")
	temp := t.TempDir()
	for dir := temp; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		require.NoError(t, os.Chmod(dir, 0o755)) // the server's account has to get in
	}
	require.NoError(t, os.Chmod(temp, 0o777)) // and to remove its folder
	child.Env = append(os.Environ(), role+"=1", "TMPDIR="+temp)
	stdout, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	line := make([]byte, 512)
	n, err := stdout.Read(line)
	require.NoError(t, err)
	url := strings.TrimSpace(string(line[:n]))
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err, "the child's server runs")
	require.NoError(t, conn.Close(t.Context()))

	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait())
	require.Eventually(t, func() bool {
		left, err := filepath.Glob(filepath.Join(temp, "bellhop-postgres-*"))
		return err == nil && len(left) == 0
	}, 20*time.Second, 50*time.Millisecond, "server and folder are gone")
}
