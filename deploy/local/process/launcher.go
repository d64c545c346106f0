// Package process keeps child processes running: it starts them so that the kernel ends them when this process
// dies, restarts what dies, and stops them for good when told to. It knows nothing of what they are.
package process

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
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
	folder string
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

// Start starts cmd in folder, in a process group of its own, so that a key pressed at the terminal reaches only
// us. orphaned is the signal the kernel sends it when we die. The folder is entered with our rights, before cmd
// changes to another account: that account need not be able to get there by its path.
func (l *Launcher) Start(cmd *exec.Cmd, folder string, orphaned syscall.Signal) error {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Pdeathsig = orphaned
	request := start{cmd: cmd, folder: folder, result: make(chan error, 1)}
	select {
	case l.starts <- request:
		return <-request.result
	case <-l.closed:
		return ErrClosed
	}
}

// work is the thread. It has a current folder of its own (CLONE_FS undone), and ends with this function because it
// is never unlocked.
func (l *Launcher) work() {
	runtime.LockOSThread()
	failed := unix.Unshare(unix.CLONE_FS)
	for {
		select {
		case request := <-l.starts:
			request.result <- launch(request, failed)
		case <-l.closed:
			return
		}
	}
}

func launch(request start, failed error) error {
	if failed != nil {
		return fmt.Errorf("give the launching thread its own folder: %w", failed)
	}
	if err := unix.Chdir(request.folder); err != nil {
		return fmt.Errorf("enter %s: %w", request.folder, err)
	}
	return request.cmd.Start()
}
