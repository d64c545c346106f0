// Package process keeps child processes running: it starts them so that the kernel ends them when this process
// dies, restarts what dies, and stops them for good when told to. It knows nothing of what they are.
package process

import (
	"context"
	"errors"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// Launcher starts processes from one operating system thread that lives as long as the Launcher. The kernel sends a
// child its parent-death signal when the thread that started it ends, not the process, so an ordinary goroutine,
// which moves between threads that come and go, would lose its children (prctl(2), PR_SET_PDEATHSIG).
type Launcher struct {
	starts chan start
	closed chan struct{}
	once   sync.Once
}

type start struct {
	cmd    *exec.Cmd
	result chan error
}

// NewLauncher starts the thread.
func NewLauncher() *Launcher {
	l := &Launcher{starts: make(chan start), closed: make(chan struct{})}
	go l.work()
	return l
}

// Close ends the thread, and with it every process it started that still runs.
func (l *Launcher) Close() {
	l.once.Do(func() { close(l.closed) })
}

// ErrClosed says that the Launcher was closed.
var ErrClosed = errors.New("the launcher is closed")

// Start starts cmd in a process group of its own, so that a key pressed at the terminal reaches only us. orphaned is
// the signal the kernel sends it when we die.
func (l *Launcher) Start(cmd *exec.Cmd, orphaned syscall.Signal) error {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Pdeathsig = orphaned
	request := start{cmd: cmd, result: make(chan error, 1)}
	select {
	case l.starts <- request:
		return <-request.result
	case <-l.closed:
		return ErrClosed
	}
}

// work is the thread. It ends with this function because it is never unlocked.
func (l *Launcher) work() {
	runtime.LockOSThread()
	for {
		select {
		case request := <-l.starts:
			request.result <- request.cmd.Start()
		case <-l.closed:
			return
		}
	}
}

// Run starts cmd as Start does and waits for its end. When ctx ends first, cmd and all it started are killed.
func (l *Launcher) Run(ctx context.Context, cmd *exec.Cmd) error {
	if err := l.Start(cmd, syscall.SIGKILL); err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })()
	if err := reap(cmd); err != nil {
		return errors.Join(err, ctx.Err())
	}
	return nil
}
