package process_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"bellhop/deploy/local/process"
)

// parentVariable makes this test binary a parent that starts a child and waits to be killed.
const parentVariable = "BELLHOP_TEST_PARENT"

func TestMain(m *testing.M) {
	if folder := os.Getenv(parentVariable); folder != "" {
		beParent(folder)
		return
	}
	goleak.VerifyTestMain(m)
}

// beParent starts a child that ignores requests to stop, tells its number, and waits for ever.
func beParent(folder string) {
	launcher := process.NewLauncher()
	cmd := exec.Command("sh", "-c", `trap "" TERM INT; echo $$ ; while :; do sleep 0.05; done`)
	cmd.Stdout = os.Stdout
	cmd.Dir = folder
	if err := launcher.Start(cmd, syscall.SIGKILL); err != nil {
		fmt.Fprintln(os.Stdout, err)
	}
	select {}
}

const patience = 10 * time.Second

// bench is a folder with a launcher, and the events that children started in it report.
type bench struct {
	launcher *process.Launcher
	folder   string
	events   chan process.Event
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{launcher: process.NewLauncher(), folder: t.TempDir(), events: make(chan process.Event, 100)}
	t.Cleanup(b.launcher.Close)
	return b
}

// start keeps a shell script running that is ready at once, unless change says otherwise.
func (b *bench) start(t *testing.T, script string, change func(*process.Options)) *process.Child {
	t.Helper()
	options := process.Options{
		Name: "child",
		Command: func() *exec.Cmd {
			cmd := exec.Command("sh", "-c", script)
			cmd.Dir = b.folder
			return cmd
		},
		Log:      filepath.Join(b.folder, "log"),
		Record:   filepath.Join(b.folder, "child.pid"),
		Stop:     syscall.SIGTERM,
		Grace:    patience,
		Orphaned: syscall.SIGKILL,
		Ready:    func(context.Context) error { return nil },
		Report:   func(e process.Event) { b.events <- e },
	}
	if change != nil {
		change(&options)
	}
	child, err := process.Start(b.launcher, options)
	require.NoError(t, err)
	t.Cleanup(child.Stop)
	return child
}

func (b *bench) next(t *testing.T) process.Event {
	t.Helper()
	select {
	case e := <-b.events:
		return e
	case <-time.After(patience):
		require.FailNow(t, "nothing happened")
		return process.Event{}
	}
}

// written waits for a file the child writes and gives its content.
func (b *bench) written(t *testing.T, name string) string {
	t.Helper()
	var content []byte
	require.Eventually(t, func() bool {
		var err error
		content, err = os.ReadFile(filepath.Join(b.folder, name))
		return err == nil && strings.HasSuffix(string(content), "\n")
	}, patience, 5*time.Millisecond)
	return strings.TrimSpace(string(content))
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

func TestDeadChildIsStartedAgainWithBackOff(t *testing.T) {
	b := newBench(t)
	b.start(t, `echo to the log; echo and why >&2; exit 7`, func(o *process.Options) {
		o.Ready = func(context.Context) error { return errors.New("never") }
	})
	for i, delay := range []time.Duration{200 * time.Millisecond, 400 * time.Millisecond} {
		death := b.next(t)
		require.False(t, death.Ready)
		require.Equal(t, i+1, death.Starts)
		require.Equal(t, delay, death.Delay)
		require.ErrorContains(t, death.Err, "exit status 7")
		require.Equal(t, []string{"to the log", "and why"}, death.Tail)
	}
}

func TestReadyIsSaidAgainAfterARestart(t *testing.T) {
	b := newBench(t)
	child := b.start(t, `echo $$ > pid; exec sleep 60`, nil)
	require.NoError(t, child.AwaitReady(t.Context()))
	require.True(t, b.next(t).Ready)
	pid, err := strconv.Atoi(b.written(t, "pid"))
	require.NoError(t, err)

	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	death := b.next(t)
	require.ErrorContains(t, death.Err, "signal: killed")
	require.Equal(t, 200*time.Millisecond, death.Delay)
	back := b.next(t)
	require.True(t, back.Ready)
	require.Equal(t, 2, back.Starts)
}

func TestAwaitReadyGivesUpOnAChildThatKeepsDying(t *testing.T) {
	b := newBench(t)
	child := b.start(t, `exit 3`, func(o *process.Options) {
		o.Ready = func(context.Context) error { return errors.New("never") }
	})
	require.EqualError(t, child.AwaitReady(t.Context()), "child does not start: exit status 3")
}

func TestACommandThatCannotBeStartedIsReported(t *testing.T) {
	b := newBench(t)
	b.start(t, "", func(o *process.Options) {
		o.Command = func() *exec.Cmd { return exec.Command("/nowhere/at/all") }
	})
	require.ErrorContains(t, b.next(t).Err, "no such file or directory")
}

func TestStopAsksFirst(t *testing.T) {
	b := newBench(t)
	child := b.start(t, `trap 'echo asked > end; exit' TERM; echo > up; while :; do sleep 0.02; done`, nil)
	b.written(t, "up")
	child.Stop()
	require.Equal(t, "asked", b.written(t, "end"))
	require.NoFileExists(t, filepath.Join(b.folder, "child.pid"))
}

func TestStopKillsWhatDoesNotEndAndWhatItLeftBehind(t *testing.T) {
	b := newBench(t)
	child := b.start(t, `trap "" TERM; sh -c 'trap "" TERM; echo $$ > inner; while :; do sleep 0.02; done' & echo $$ > outer; wait`,
		func(o *process.Options) { o.Grace = 50 * time.Millisecond })
	outer, err := strconv.Atoi(b.written(t, "outer"))
	require.NoError(t, err)
	inner, err := strconv.Atoi(b.written(t, "inner"))
	require.NoError(t, err)

	child.Stop()
	require.False(t, alive(outer))
	require.Eventually(t, func() bool { return !running(inner) }, patience, 5*time.Millisecond)
}

// running is alive without those that have ended and wait for the machine's first process to notice.
func running(pid int) bool {
	content, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(content), ") Z ")
}

func TestChildrenDieWithAParentThatIsKilled(t *testing.T) {
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentVariable+"="+t.TempDir())
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	child, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err, line)
	require.True(t, running(child))

	require.NoError(t, parent.Process.Kill())
	require.Error(t, parent.Wait())
	require.Eventually(t, func() bool { return !running(child) }, patience, 5*time.Millisecond)
}

func TestEndStaleEndsOnlyTheRecordedProcess(t *testing.T) {
	b := newBench(t)
	b.start(t, `exec sleep 60`, nil)
	b.next(t)
	record := filepath.Join(b.folder, "child.pid")
	content := b.written(t, "child.pid")
	var pid int
	_, err := fmt.Sscanf(content, `{"pid":%d,`, &pid)
	require.NoError(t, err)

	// The same number, born at another time: somebody else's process.
	forged := filepath.Join(b.folder, "forged.pid")
	require.NoError(t, os.WriteFile(forged, []byte(strings.Replace(content, `"born":`, `"born":1`, 1)), 0o600))
	ended, err := process.EndStale(forged, patience)
	require.NoError(t, err)
	require.Zero(t, ended)
	require.True(t, running(pid))
	require.NoFileExists(t, forged)

	ended, err = process.EndStale(record, patience)
	require.NoError(t, err)
	require.Equal(t, pid, ended)
	require.False(t, running(pid))
}

func TestEndStaleWithoutAnythingToGoBy(t *testing.T) {
	for name, content := range map[string]string{"empty": "", "cut off": `{"pid":12`, "ourselves": `{"pid":1,"born":1}`} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "pid")
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
			ended, err := process.EndStale(path, patience)
			require.NoError(t, err)
			require.Zero(t, ended)
		})
	}
	ended, err := process.EndStale(filepath.Join(t.TempDir(), "none"), patience)
	require.NoError(t, err)
	require.Zero(t, ended)
}

func TestRunEndsWithItsContext(t *testing.T) {
	b := newBench(t)
	require.NoError(t, b.launcher.Run(t.Context(), exec.Command("true")))
	require.ErrorContains(t, b.launcher.Run(t.Context(), exec.Command("false")), "exit status 1")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, b.launcher.Run(ctx, exec.Command("sleep", "60")), context.DeadlineExceeded)
}

func TestClosedLauncherRefuses(t *testing.T) {
	launcher := process.NewLauncher()
	launcher.Close()
	launcher.Close()
	require.ErrorIs(t, launcher.Start(exec.Command("true"), syscall.SIGKILL), process.ErrClosed)
}

func TestOptionsMustBeComplete(t *testing.T) {
	_, err := process.Start(nil, process.Options{Name: "child"})
	require.Error(t, err)
}

func TestAwaitReadyEndsWithItsContext(t *testing.T) {
	b := newBench(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	child := b.start(t, `exec sleep 60`, func(o *process.Options) {
		o.Ready = func(ctx context.Context) error {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", listener.Addr().String())
			if err != nil {
				return err
			}
			return conn.Close()
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, child.AwaitReady(ctx), context.DeadlineExceeded)
}
