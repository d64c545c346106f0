package faults

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/journal"
	"bellhop/deploy/bot"
)

// diskFull: the disk under the journal is full; calls go on and everybody is told; when there is room again the journal is
// whole, and serve may be killed.
func diskFull(t *testing.T, r *row) {
	var disk *smallDisk
	h, f := openFloor(t, r, nobodyWaits, stackOptions{command: func(s *stack, cmd *exec.Cmd) *exec.Cmd {
		if disk == nil {
			disk = newSmallDisk(s, filepath.Join(s.dir, "serve"))
			s.journal = filepath.Join(disk.seen, "journal")
		}
		return disk.inside(cmd)
	}})
	f.note()
	ballast := filepath.Join(disk.seen, "ballast")
	fill(t, ballast)
	pilot := f.talking[0].agent
	pilot.until(within(10*time.Second), "that the journal is not well", func(v bot.View) bool {
		if v.JournalOK {
			pilot.press("mute", map[string]any{"on": !v.Call.Muted})
		}
		return !v.JournalOK
	})
	require.Zero(t, h.metric("bellhop_journal_healthy"))
	c := f.spare().talk()
	c.leave()
	f.spare().until(5*time.Second, "free", free)
	f.spare().choose("default")

	require.NoError(t, os.Remove(ballast))
	pilot.until(within(10*time.Second), "that the journal is well again", func(v bot.View) bool { return v.JournalOK })
	require.InDelta(t, 1, h.metric("bellhop_journal_healthy"), 0)
	h.eventually(patience, "the journal knows that nothing is missing in it", func() bool { // or facts would be numbered on after a leap
		kept, err := journal.Read(h.journal)
		require.NoError(t, err)
		return len(kept.Entries) > 0 && kept.Next <= kept.Entries[len(kept.Entries)-1].Seq+1
	})
	if pilot.Now().Call.Muted {
		pilot.press("mute", map[string]any{"on": false})
	}
	for _, a := range f.agents {
		f.before[a.login] = a.Now().View
	}
	h.serve.kill()
	h.serve.start()
	r.control = pilot.inControl(within(10 * time.Second)).Sub(h.serve.startedAt())
	f.asBefore(within(5*time.Second), pilot)
	f.measured(r)
	f.workOn()
	f.finish(r)
}

// fill writes until there is no room.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close() //nolint:errcheck // it is full
	for size := 1 << 16; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			require.ErrorIs(t, err, syscall.ENOSPC)
			size /= 2
		}
	}
}

// smallDisk is a small file system in memory that only one process and those that enter its mount namespace have.
type smallDisk struct {
	keeper int
	seen   string // where we see it
}

func newSmallDisk(s *stack, dir string) *smallDisk {
	s.t.Helper()
	require.NoError(s.t, os.MkdirAll(dir, 0o700))
	keeper := exec.Command("sh", "-c", `mount -t tmpfs -o size=3m bellhop-faults "$0" && exec sleep 3600`, dir)
	keeper.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		keeper.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		keeper.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		keeper.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	require.NoError(s.t, s.launcher.Start(keeper, syscall.SIGKILL))
	s.t.Cleanup(func() {
		_ = keeper.Process.Kill()
		_ = keeper.Wait()
	})
	d := &smallDisk{keeper: keeper.Process.Pid}
	d.seen = fmt.Sprintf("/proc/%d/root%s", d.keeper, dir)
	s.eventually(patience, "the small disk", func() bool {
		var is syscall.Statfs_t
		const tmpfs = 0x01021994
		return syscall.Statfs(d.seen, &is) == nil && is.Type == tmpfs && is.Blocks*uint64(is.Bsize) == 3<<20 //nolint:gosec // a size
	})
	return d
}

// inside has a command run where the disk is.
func (d *smallDisk) inside(cmd *exec.Cmd) *exec.Cmd {
	args := []string{"--target", strconv.Itoa(d.keeper), "--mount"}
	if os.Getuid() != 0 {
		args = append(args, "--user", "--preserve-credentials")
	}
	inside := exec.Command("nsenter", append(append(args, "--"), cmd.Args...)...)
	inside.Env = cmd.Env
	return inside
}
