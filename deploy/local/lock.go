package local

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// lock makes sure that a state folder is used once at a time. The kernel lets go of the lock when we die, however we
// do; the file stays and says who has it.
func lock(path, address string) (unlock func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the state folder: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = running(file)
	}
	if err == nil {
		err = note(file, fmt.Sprintf("process %d at %s", os.Getpid(), address))
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() { _ = file.Close() }, nil // closing unlocks; nothing can be lost with it
}

func note(file *os.File, text string) error {
	if err := file.Truncate(0); err != nil {
		return fmt.Errorf("lock the state folder: %w", err)
	}
	if _, err := file.WriteAt([]byte(text+"\n"), 0); err != nil {
		return fmt.Errorf("lock the state folder: %w", err)
	}
	return nil
}

// running says who has the lock.
func running(file *os.File) error {
	holder, err := io.ReadAll(file)
	if err != nil {
		return fmt.Errorf("read the lock of the state folder: %w", err)
	}
	return fmt.Errorf("bellhop dev runs already: %s (another one needs a BELLHOP_STATE_DIR and ports of its own)",
		strings.TrimSpace(string(holder)))
}
