package faults

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/local/process"
)

// part is one of the processes, which is started, signalled and ended by hand: nothing restarts it.
type part struct {
	t        testing.TB
	name     string
	log      string
	launcher *process.Launcher
	command  func() *exec.Cmd
	orphaned syscall.Signal

	mu      sync.Mutex
	cmd     *exec.Cmd
	started time.Time
	ended   chan struct{}
}

// start starts it and returns at once.
func (p *part) start() {
	p.t.Helper()
	log, err := os.OpenFile(p.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	require.NoError(p.t, err)
	defer log.Close() //nolint:errcheck // the process has it
	cmd := p.command()
	cmd.Stdout, cmd.Stderr = log, log
	ended := make(chan struct{})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.started = time.Now()
	require.NoError(p.t, p.launcher.Start(cmd, p.orphaned), p.name)
	p.cmd, p.ended = cmd, ended
	go func() {
		_ = cmd.Wait() // how it ended is seen by what it does no more
		close(ended)
	}()
}

// signal sends a signal to it and all it started.
func (p *part) signal(s syscall.Signal) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := syscall.Kill(-p.cmd.Process.Pid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
		require.NoError(p.t, err)
	}
}

// kill ends it as a crash does, and returns when it is gone.
func (p *part) kill() {
	p.t.Helper()
	p.signal(syscall.SIGKILL)
	p.awaitEnd(patience)
}

func (p *part) awaitEnd(within time.Duration) {
	p.t.Helper()
	select {
	case <-p.over():
	case <-time.After(within):
		require.FailNow(p.t, p.name+" does not end")
	}
}

func (p *part) over() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended
}

// startedAt is when it was started last.
func (p *part) startedAt() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.started
}

const tailBytes = 8_000

// tail is the end of its log.
func (p *part) tail() string {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s:\n%s", filepath.Base(p.log), bytes.TrimSpace(text[max(0, len(text)-tailBytes):]))
}
