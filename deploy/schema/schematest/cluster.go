package schematest

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// keeper starts the server and ends it when its standard input is closed, which the kernel does when this process
// dies. Then it removes the folder unless it is told otherwise.
//
//go:embed keeper.sh
var keeper string

// startPatience is how long a server may take to answer, on a busy machine.
const startPatience = 60 * time.Second

// Cluster is a private PostgreSQL server.
type Cluster struct {
	dir      string
	programs string // the folder with initdb and postgres
	account  *syscall.Credential
	running  *exec.Cmd
	lifeline io.Closer // closed: the keeper ends the server
}

// StartCluster is a server of this test's own, to be stopped and started as the test likes.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	c, err := newCluster()
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, c.stop())
		require.NoError(t, os.RemoveAll(c.dir))
	})
	return c
}

// URL is the address of the server's first database, which is empty at first.
func (c *Cluster) URL() string {
	return "postgres://bellhop@/postgres?host=" + c.dir + "&connect_timeout=5"
}

// Stop ends the server at once, as a crash would. Its data stays.
func (c *Cluster) Stop(t testing.TB) {
	t.Helper()
	require.NoError(t, c.stop())
}

// Start starts a stopped server and returns when it answers.
func (c *Cluster) Start(t testing.TB) {
	t.Helper()
	require.NoError(t, c.start())
}

func newCluster() (*Cluster, error) {
	programs, err := findPrograms()
	if err != nil {
		return nil, err
	}
	account, err := unprivileged()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "bellhop-postgres-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the cluster: %w", err)
	}
	c := &Cluster{dir: dir, programs: programs, account: account}
	if account != nil {
		if err := os.Chown(dir, int(account.Uid), int(account.Gid)); err != nil {
			return nil, fmt.Errorf("hand the folder to the server's account: %w", err)
		}
	}
	initialise := c.command(filepath.Join(programs, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "bellhop",
		"-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
	if output, err := initialise.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, output), os.RemoveAll(dir))
	}
	if err := c.start(); err != nil {
		return nil, errors.Join(err, c.stop(), os.RemoveAll(dir))
	}
	return c, nil
}

func (c *Cluster) start() error {
	c.running = c.command("/bin/sh", "-c", keeper, "keeper", filepath.Join(c.programs, "postgres"), c.dir)
	lifeline, err := c.running.StdinPipe()
	if err != nil {
		return fmt.Errorf("make the server's lifeline: %w", err)
	}
	c.lifeline = lifeline
	if err := c.running.Start(); err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	return c.awaitAnswer()
}

// stop ends the server and returns when it has ended. The word written to the keeper makes it keep the folder.
func (c *Cluster) stop() error {
	if c.running == nil {
		return nil
	}
	if lifeline, ok := c.lifeline.(io.Writer); ok {
		if _, err := io.WriteString(lifeline, "keep\n"); err != nil && !errors.Is(err, syscall.EPIPE) {
			return fmt.Errorf("tell the server to stop: %w", err)
		}
	}
	err := errors.Join(c.lifeline.Close(), c.running.Wait())
	c.running = nil
	return err
}

func (c *Cluster) awaitAnswer() error {
	ctx, cancel := context.WithTimeout(context.Background(), startPatience)
	defer cancel()
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	for {
		conn, err := pgx.Connect(ctx, c.URL())
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-retry.C:
		case <-ctx.Done():
			log, readErr := os.ReadFile(filepath.Join(c.dir, "log"))
			return errors.Join(fmt.Errorf("the server does not answer: %w\n%s", err, log), readErr)
		}
	}
}

// command runs a program as the server's account, in the cluster's folder, with nothing of our environment that
// could lead it elsewhere.
func (c *Cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = c.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.account, Setpgid: true}
	return cmd
}

// findPrograms is the folder that holds initdb and postgres: the one in PATH, else Debian's newest.
func findPrograms() (string, error) {
	if found, err := exec.LookPath("initdb"); err == nil {
		if program, err := filepath.EvalSymlinks(found); err == nil {
			return filepath.Dir(program), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("no initdb in PATH or /usr/lib/postgresql (install postgresql): %w", fs.ErrNotExist)
	}
	major := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // not a number: oldest
		return n
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return major(a) - major(b) })
	return filepath.Dir(newest), nil
}

// unprivileged is the account the server runs as: PostgreSQL refuses to run as root. Nil means our own.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(account.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(account.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("tests run as root need an account named postgres or nobody for the server")
}
