package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// watch tells when a successor comes or goes.
type watch struct {
	place *os.File // the file whose lock the successor has
	in    *os.File // inotify(7); nil where the kernel has none left
	told  chan struct{}
	ended sync.WaitGroup
}

// newWatch watches the successor's file. What can be had is had: with an error the watch may still answer waiting, but does not tell.
func newWatch(dir string) (*watch, error) {
	w := &watch{told: make(chan struct{}, 1)}
	place, err := openLock(dir, successorName)
	if err != nil {
		return w, err
	}
	w.place = place
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		return w, fmt.Errorf("journal: inotify: %w", err)
	}
	in := os.NewFile(uintptr(fd), "inotify")
	if _, err := unix.InotifyAddWatch(fd, filepath.Join(dir, successorName), unix.IN_MODIFY|unix.IN_CLOSE_WRITE); err != nil {
		_ = in.Close()
		return w, fmt.Errorf("journal: inotify: %w", err)
	}
	w.in = in
	w.ended.Go(w.read)
	if w.waiting() {
		tell(w.told)
	}
	return w, nil
}

func (w *watch) read() {
	events := make([]byte, 4096)
	for {
		if _, err := w.in.Read(events); err != nil {
			return
		}
		tell(w.told)
	}
}

func (w *watch) waiting() bool { return w.place != nil && registered(w.place) }

func (w *watch) close() {
	if w.in != nil {
		_ = w.in.Close()
	}
	w.ended.Wait()
	if w.place != nil {
		_ = w.place.Close()
	}
}

// SuccessorWaiting says whether another server waits to take the journal over (see Await).
func (j *Journal) SuccessorWaiting() bool { return j.next.waiting() }

// Successor tells that a successor came or went: ask SuccessorWaiting.
func (j *Journal) Successor() <-chan struct{} { return j.next.told }
