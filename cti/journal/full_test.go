package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestFullDisk fills a real file system: a small one in memory, mounted where only a child process sees it.
func TestFullDisk(t *testing.T) {
	cmd := process(t, "full", t.TempDir())
	cmd.SysProcAttr.Unshareflags = syscall.CLONE_NEWNS // Go makes all mounts private with it
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	cmd.Stdout = os.Stdout
	require.NoError(t, cmd.Run())
	mounts, err := os.ReadFile("/proc/self/mounts")
	require.NoError(t, err)
	require.NotContains(t, string(mounts), "bellhop-journal-test")
}

func fillDisk(dir string) error {
	if err := unix.Mount("bellhop-journal-test", dir, "tmpfs", 0, "size=2m"); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	journal, ballast := filepath.Join(dir, "journal"), filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		return err
	}
	j, _, err := Open(Options{Dir: journal, SegmentBytes: 1 << 30, Patience: time.Minute})
	if err != nil {
		return err
	}
	n := uint64(0)
	for j.Err() == nil {
		n++
		j.Append(Entry{Change, n, sized(n)})
		if n > 10_000 {
			return errors.New("the disk is never full")
		}
	}
	if !errors.Is(j.Err(), unix.ENOSPC) {
		return fmt.Errorf("degraded by %w", j.Err())
	}
	for range 100 {
		n++
		j.Append(Entry{Change, n, sized(n)}) // kept in memory
	}
	if err := whole(journal, n-101, "while the disk is full"); err != nil {
		return err
	}
	<-j.Changed() // degraded
	if err := os.Remove(ballast); err != nil {
		return err
	}
	<-j.Changed() // there is room
	if !j.CheckpointDue() {
		return errors.New("no checkpoint is due")
	}
	j.Checkpoint(checkpoint(int(n)))
	<-j.Changed()
	if j.Err() != nil || j.CheckpointDue() {
		return fmt.Errorf("not healthy after the checkpoint: %w", j.Err())
	}
	n++
	j.Append(Entry{Change, n, sized(n)})
	if err := j.Close(); err != nil {
		return err
	}
	return whole(journal, n, "at the end")
}

// whole says whether the journal holds the changes up to last, each once, and nothing torn.
func whole(dir string, last uint64, when string) error {
	r, err := Read(dir)
	if err != nil {
		return err
	}
	n := uint64(0)
	for _, e := range r.Entries {
		if e.Kind == Checkpoint {
			continue
		}
		if n++; e.Seq != n || string(e.Data) != string(sized(n)) {
			return fmt.Errorf("%s: change %d instead of %d", when, e.Seq, n)
		}
	}
	if n != last || len(r.Cut) > 0 {
		return fmt.Errorf("%s: %d changes instead of %d, cut: %v", when, n, last, r.Cut)
	}
	return nil
}
