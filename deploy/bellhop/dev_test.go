package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long something on this machine may take, fetching Asterisk aside.
const patience = 60 * time.Second

// devRun is bellhop dev as a process.
type devRun struct {
	t      *testing.T
	cmd    *exec.Cmd
	state  string
	ready  chan string // the address, when it is ready
	exited chan error
	mu     sync.Mutex
	said   strings.Builder
}

// places are the settings of one bellhop dev of a test's own.
func places(t *testing.T, state string) []string {
	t.Helper()
	_, here, _, ok := runtime.Caller(0)
	require.True(t, ok)
	cache := os.Getenv("BELLHOP_CACHE_DIR")
	if cache == "" {
		cache = filepath.Join(filepath.Dir(here), "../../.run/cache")
	}
	environ := []string{actVariable + "=1", "BELLHOP_STATE_DIR=" + state, "BELLHOP_CACHE_DIR=" + cache}
	for _, name := range []string{"HTTP", "METRICS", "SIP"} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		require.NoError(t, listener.Close())
		environ = append(environ, "BELLHOP_"+name+"_ADDR="+listener.Addr().String())
	}
	return environ
}

// startDev starts bellhop dev, below the command before if there is one.
func startDev(t *testing.T, environ []string, before ...string) *devRun {
	t.Helper()
	line := append(before, os.Args[0], "dev")
	if len(before) > 0 {
		line = append(line, "--with-parent")
	}
	d := &devRun{t: t, cmd: exec.Command(line[0], line[1:]...), ready: make(chan string, 1), exited: make(chan error, 1)}
	for _, entry := range environ {
		if state, found := strings.CutPrefix(entry, "BELLHOP_STATE_DIR="); found {
			d.state = state
		}
	}
	d.cmd.Env = append(os.Environ(), environ...)
	read, write, err := os.Pipe()
	require.NoError(t, err)
	d.cmd.Stdout, d.cmd.Stderr = write, write
	require.NoError(t, d.cmd.Start())
	require.NoError(t, write.Close())
	go d.listen(read)
	go func() { d.exited <- d.cmd.Wait() }()
	t.Cleanup(func() {
		_ = d.cmd.Process.Kill()
		if t.Failed() {
			d.mu.Lock()
			defer d.mu.Unlock()
			t.Log("bellhop dev said:\n" + d.said.String())
		}
	})
	return d
}

// listen reads what bellhop dev says.
func (d *devRun) listen(from io.ReadCloser) {
	defer from.Close()
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		d.mu.Lock()
		d.said.WriteString(lines.Text() + "\n")
		d.mu.Unlock()
		if address, found := strings.CutPrefix(lines.Text(), "bellhop ready "); found {
			d.ready <- address
		}
	}
}

func (d *devRun) awaitReady() string {
	d.t.Helper()
	select {
	case address := <-d.ready:
		return address
	case err := <-d.exited:
		require.FailNow(d.t, "bellhop dev ended before it was ready", "%v", err)
	case <-time.After(5 * patience): // the first time, Asterisk is fetched
		require.FailNow(d.t, "bellhop dev is not ready")
	}
	return ""
}

func (d *devRun) awaitEnd() error {
	d.t.Helper()
	select {
	case err := <-d.exited:
		return err
	case <-time.After(patience):
		require.FailNow(d.t, "bellhop dev does not end")
		return nil
	}
}

// child gives the process id of a part, by its pid file.
func (d *devRun) child(name string) int {
	d.t.Helper()
	content, err := os.ReadFile(filepath.Join(d.state, "pid", name))
	require.NoError(d.t, err)
	var record struct{ PID int }
	require.NoError(d.t, json.Unmarshal(content, &record))
	return record.PID
}

// all are the processes of bellhop dev and everything they started.
func (d *devRun) all() []int {
	d.t.Helper()
	var found []int
	for _, name := range []string{"serve", "media", "asterisk", "postgres"} {
		pid := d.child(name)
		found = append(found, pid)
		children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
		require.NoError(d.t, err)
		for word := range strings.FieldsSeq(string(children)) {
			grandchild, err := strconv.Atoi(word)
			require.NoError(d.t, err)
			found = append(found, grandchild)
		}
	}
	require.Greater(d.t, len(found), 4, "PostgreSQL has processes of its own")
	return found
}

func (d *devRun) requireGone(pids []int) {
	d.t.Helper()
	for _, pid := range pids {
		require.Eventually(d.t, func() bool {
			stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
			return err != nil || strings.Contains(string(stat), ") Z ")
		}, 10*time.Second, 10*time.Millisecond, "process %d is left", pid)
	}
}

// get asks an address until it says 200, and gives what it said.
func get(t *testing.T, url string) string {
	t.Helper()
	var body []byte
	require.Eventually(t, func() bool {
		request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return false
		}
		defer response.Body.Close()
		body, err = io.ReadAll(response.Body)
		return err == nil && response.StatusCode == http.StatusOK
	}, patience, 50*time.Millisecond, url)
	return string(body)
}

func TestDevFromStartToEnd(t *testing.T) {
	environ := places(t, t.TempDir())
	d := startDev(t, environ)
	address := d.awaitReady()

	t.Run("what it says is true", func(t *testing.T) {
		content, err := os.ReadFile(filepath.Join(d.state, "demo.json"))
		require.NoError(t, err)
		var demo struct {
			URL        string
			MetricsURL string `json:"metrics_url"`
			SIP        string
			Number     string
			Users      []struct{ Login, Password, Role, Name string }
		}
		require.NoError(t, json.Unmarshal(content, &demo))
		require.Equal(t, address, demo.URL)
		require.Equal(t, "1000", demo.Number)
		require.Len(t, demo.Users, 5)
		get(t, demo.URL+"/readyz")
		require.Contains(t, get(t, demo.MetricsURL), "bellhop_build_info{")
		require.Equal(t, http.StatusOK, signIn(t, demo.URL, demo.Users[2].Login, demo.Users[2].Password))
	})

	t.Run("a second one says so and ends", func(t *testing.T) {
		second := startDev(t, environ)
		var ended *exec.ExitError
		require.ErrorAs(t, second.awaitEnd(), &ended)
		require.Equal(t, exitFailed, ended.ExitCode())
		require.Eventually(t, func() bool {
			second.mu.Lock()
			defer second.mu.Unlock()
			return strings.Contains(second.said.String(),
				fmt.Sprintf("bellhop dev runs already: process %d at %s", d.cmd.Process.Pid, address))
		}, patience, 10*time.Millisecond)
	})

	t.Run("a part that dies is started again", func(t *testing.T) {
		for _, name := range []string{"serve", "media", "asterisk", "postgres"} {
			was := d.child(name)
			require.NoError(t, syscall.Kill(was, syscall.SIGKILL))
			require.Eventually(t, func() bool {
				d.mu.Lock()
				defer d.mu.Unlock()
				return strings.Contains(d.said.String(), fmt.Sprintf("%-10s runs again", name))
			}, patience, 10*time.Millisecond, name)
			require.NotEqual(t, was, d.child(name))
			get(t, address+"/readyz")
		}
	})

	pids := d.all()
	require.NoError(t, d.cmd.Process.Signal(os.Interrupt))
	require.NoError(t, d.awaitEnd())
	d.requireGone(pids)
}

func TestDevKilledLeavesNothingAndStartsAgain(t *testing.T) {
	environ := places(t, t.TempDir())
	d := startDev(t, environ)
	d.awaitReady()
	pids := d.all()
	require.NoError(t, d.cmd.Process.Kill())
	require.Error(t, d.awaitEnd())
	d.requireGone(pids)

	again := startDev(t, environ)
	again.awaitReady()
	pids = again.all()
	require.NoError(t, again.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, again.awaitEnd())
	again.requireGone(pids)
}

func TestDevEndsWithItsParent(t *testing.T) {
	// The shell starts bellhop dev as its child and waits: without "; true" it would become it.
	d := startDev(t, places(t, t.TempDir()), "sh", "-c", `"$@"; true`, "parent")
	d.awaitReady()
	pids := d.all()
	require.NoError(t, d.cmd.Process.Kill()) // the shell
	require.Error(t, d.awaitEnd())
	d.requireGone(pids)
}

func TestDevIsStoppedBeforeItIsReady(t *testing.T) {
	d := startDev(t, places(t, t.TempDir()))
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(d.state, "dev.lock"))
		return err == nil
	}, patience, time.Millisecond)
	require.NoError(t, d.cmd.Process.Signal(os.Interrupt))
	require.NoError(t, d.awaitEnd())
}

// signIn gives the status of signing in with a password.
func signIn(t *testing.T, url, login, password string) int {
	t.Helper()
	body, err := json.Marshal(map[string]string{"login": login, "password": password})
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/api/v1/session", strings.NewReader(string(body)))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", url)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}
