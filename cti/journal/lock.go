package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

const (
	lockName      = "lock"
	successorName = "successor"
)

// Lock is the right to a journal's directory. It ends with the process, however that ends.
type Lock struct {
	dir  string
	file *os.File
}

// Release gives the directory back. Journal.Close does it for a lock that Open was given.
func (l *Lock) Release() error { return l.file.Close() }

// Await takes the directory for a server that is started beside the one that has it. Handing over goes so:
//
//  1. The new server calls Await. It takes the lock of the file "successor" and writes its process id there, which tells the running server
//     (Journal.Successor, Journal.SuccessorWaiting). Then it waits for the lock of the file "lock". A third server gets ErrSuccessor.
//  2. The running server stops what it does in its own time (drains, or hands everything over at once) and calls Journal.Close.
//  3. The kernel gives the lock to the new server, also when the running one was killed. Await gives up the successor's place, so that the next may
//     wait, and returns the lock, to be passed on in Options.Lock.
//
// Without a running server Await returns at once. When ctx ends it returns its error; the lock, should it still come, is given back at once.
func Await(ctx context.Context, dir string) (*Lock, error) {
	l, err := take(dir)
	if !errors.Is(err, ErrHeld) {
		return l, err
	}
	place, err := register(dir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = place.Close() }()
	f, err := openLock(dir, lockName)
	if err != nil {
		return nil, err
	}
	got := make(chan error)
	go func() {
		err := uninterrupted(func() error { return unix.Flock(int(f.Fd()), unix.LOCK_EX) }) // Fd makes it block
		select {
		case got <- err:
		case <-ctx.Done():
			_ = f.Close()
		}
	}()
	select {
	case err := <-got:
		if err != nil {
			_ = f.Close()
			return nil, fmt.Errorf("journal: lock: %w", err)
		}
		note(f)
		return &Lock{dir: dir, file: f}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// take takes the directory, or gives ErrHeld.
func take(dir string) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	f, err := openLock(dir, lockName)
	if err != nil {
		return nil, err
	}
	err = uninterrupted(func() error { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) })
	if err == nil {
		note(f)
		return &Lock{dir: dir, file: f}, nil
	}
	who := holder(f)
	_ = f.Close()
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, fmt.Errorf("%w%s: %s", ErrHeld, who, dir)
	}
	return nil, fmt.Errorf("journal: lock: %w", err)
}

// register takes the successor's place. It is a lock that can be asked about without taking it, unlike flock.
func register(dir string) (*os.File, error) {
	f, err := openLock(dir, successorName)
	if err != nil {
		return nil, err
	}
	whole := unix.Flock_t{Type: unix.F_WRLCK}
	err = uninterrupted(func() error { return unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &whole) })
	if err == nil {
		note(f)
		return f, nil
	}
	who := holder(f)
	_ = f.Close()
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return nil, fmt.Errorf("%w%s: %s", ErrSuccessor, who, dir)
	}
	return nil, fmt.Errorf("journal: successor: %w", err)
}

// registered says whether a process has the successor's place.
func registered(f *os.File) bool {
	whole := unix.Flock_t{Type: unix.F_WRLCK}
	err := uninterrupted(func() error { return unix.FcntlFlock(f.Fd(), unix.F_OFD_GETLK, &whole) })
	return err == nil && whole.Type != unix.F_UNLCK
}

// openLock opens a lock's file; on a disk that cannot be written one that is there will do.
func openLock(dir, name string) (*os.File, error) {
	path := filepath.Join(dir, name)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		return f, nil
	}
	if name == lockName && !errors.Is(err, fs.ErrNotExist) {
		if f, readable := os.Open(path); readable == nil {
			return f, nil
		}
	}
	return nil, fmt.Errorf("journal: %w", err)
}

// note writes our process id into a lock's file, for people and to tell who watches it; without it the lock holds as well.
func note(f *os.File) { _, _ = f.WriteAt(fmt.Appendf(nil, "%-10d\n", os.Getpid()), 0) }

func holder(f *os.File) string {
	var pid int
	b := make([]byte, 11)
	_, _ = f.ReadAt(b, 0)
	if _, err := fmt.Sscan(string(b), &pid); err != nil {
		return ""
	}
	return " (process " + strconv.Itoa(pid) + ")"
}

func uninterrupted(call func() error) error {
	for {
		if err := call(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
