package schematest

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// Freeze stops every process of the server (SIGSTOP): connections stay, and nothing answers on them. New ones are taken by
// the kernel, and nothing answers on them either. Thaw lets them go on; at the end of the test that is done anyway.
func (c *Cluster) Freeze(t testing.TB) {
	t.Helper()
	t.Cleanup(func() { c.Thaw(t) })
	c.signal(t, syscall.SIGSTOP)
}

// Thaw lets a frozen server go on.
func (c *Cluster) Thaw(t testing.TB) {
	t.Helper()
	if c.running != nil {
		c.signal(t, syscall.SIGCONT)
	}
}

// signal sends a signal to the server and to its children, which are in sessions of their own.
func (c *Cluster) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	lock, err := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid"))
	require.NoError(t, err)
	server, _, _ := strings.Cut(string(lock), "\n")
	children, err := os.ReadFile(filepath.Join("/proc", server, "task", server, "children"))
	require.NoError(t, err)
	for _, text := range append([]string{server}, strings.Fields(string(children))...) {
		pid, err := strconv.Atoi(text)
		require.NoError(t, err)
		if err := syscall.Kill(pid, s); err != nil && err != syscall.ESRCH { //nolint:errorlint // Kill gives it as it is
			require.NoError(t, err)
		}
	}
}
