package journal

import (
	"bytes"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// rig is a journal on a disk that can be broken.
type rig struct {
	*Journal
	t    *testing.T
	dir  string
	disk *fakeDisk
	log  *logged
	n    int
}

// logged keeps what is logged.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logged) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.b.String(), text)
}

func newRig(t *testing.T, o Options) *rig {
	t.Helper()
	r := &rig{t: t, dir: t.TempDir(), log: &logged{}}
	r.disk = newFakeDisk(r.dir)
	r.start(o)
	return r
}

func (r *rig) start(o Options) Recovered {
	r.t.Helper()
	o.Dir, o.Log, o.Metrics = r.dir, slog.New(slog.NewTextHandler(r.log, nil)), prometheus.NewRegistry()
	if o.Patience == 0 {
		o.Patience = 30 * time.Second
	}
	j, rec, err := openOn(o, r.disk)
	require.NoError(r.t, err)
	r.Journal = j
	return rec
}

func (r *rig) add(count int) {
	for range count {
		r.n++
		r.Append(change(r.n))
	}
}

// told waits until the journal says something new that fits.
func (r *rig) told(what func() bool) {
	r.t.Helper()
	limit := time.After(30 * time.Second)
	for !what() {
		select {
		case <-r.Changed():
		case <-limit:
			require.FailNow(r.t, "nothing was told", "%v", r.Err())
		}
	}
}

func (r *rig) degraded(by error) {
	r.t.Helper()
	r.told(func() bool { return r.Err() != nil })
	require.ErrorIs(r.t, r.Err(), by)
	require.Zero(r.t, testutil.ToFloat64(r.metrics.healthy))
	eventually(r.t, func() bool { return r.log.count("journal degraded") == 1 }, "said once")
}

// mended waits for room, and makes the checkpoint that heals.
func (r *rig) mended() {
	r.t.Helper()
	r.told(r.CheckpointDue)
	require.Error(r.t, r.Err(), "degraded until the checkpoint")
	r.Checkpoint(checkpoint(r.n))
	r.told(func() bool { return r.Err() == nil })
	require.Equal(r.t, 1.0, testutil.ToFloat64(r.metrics.healthy))
	require.Equal(r.t, 1, r.log.count("journal degraded"), "once, however often it was tried")
}

// whole checks that every change from first to last is kept once and in order, and that the state is as new as that.
func (r *rig) whole(first int) {
	r.t.Helper()
	require.NoError(r.t, r.Close())
	rec, err := Read(r.dir)
	require.NoError(r.t, err)
	require.Empty(r.t, rec.Cut)
	require.Equal(r.t, seqs(first, r.n), changesOf(rec))
	require.Equal(r.t, uint64(r.n+1), rec.Next)
}

func seqs(first, last int) []int {
	var all []int
	for n := first; n <= last; n++ {
		all = append(all, n)
	}
	return all
}

func changesOf(rec Recovered) []int {
	var all []int
	for _, e := range rec.Entries {
		if e.Kind == Change {
			all = append(all, int(e.Seq))
		}
	}
	return all
}

// fails makes operations on files with that ending fail.
func fails(err error, end string, ops ...string) func(op, name string) error {
	return func(op, name string) error {
		if strings.HasSuffix(name, end) && slices.Contains(ops, op) {
			return err
		}
		return nil
	}
}

// noRoom fails whatever needs room.
var noRoom = fails(unix.ENOSPC, "", "write", "create")

func TestAPartialWriteIsTakenBack(t *testing.T) {
	r := newRig(t, Options{})
	r.add(5)
	r.disk.short = 10
	r.disk.breaks(noRoom)
	r.add(5)
	r.degraded(unix.ENOSPC)
	rec, err := Read(r.dir)
	require.NoError(t, err)
	require.Empty(t, rec.Cut, "nothing torn is left")
	require.Equal(t, seqs(1, 5), changesOf(rec))
	r.disk.breaks(nil)
	r.mended()
	r.add(5)
	r.whole(1)
}

func TestAPartialWriteThatCannotBeTakenBack(t *testing.T) {
	r := newRig(t, Options{})
	r.add(5)
	r.disk.short = 10
	r.disk.breaks(fails(unix.EIO, "", "write", "create", "truncate"))
	r.add(5)
	r.degraded(unix.EIO)
	rec, err := Read(r.dir)
	require.NoError(t, err)
	require.Equal(t, []Cut{{segmentName(1), rec.Cut[0].Offset, 10, Torn}}, rec.Cut)
	require.Equal(t, seqs(1, 5), changesOf(rec))
	r.disk.breaks(nil)
	r.mended()
	r.whole(1)
}

// TestAFileThatIsBrokenForEver: what it cannot take goes into the next segment, before the checkpoint.
func TestAFileThatIsBrokenForEver(t *testing.T) {
	r := newRig(t, Options{})
	r.add(5)
	r.disk.breaks(fails(unix.EIO, segmentName(1), "write", "fsync"))
	r.add(5)
	r.degraded(unix.EIO)
	r.mended()
	r.add(5)
	r.whole(1)
	rec, err := Read(r.dir)
	require.NoError(t, err)
	require.Equal(t, checkpoint(10), rec.Entries[10])
}

func TestAFailedFsync(t *testing.T) {
	r := newRig(t, Options{FlushEvery: time.Millisecond})
	r.disk.breaks(fails(unix.EIO, segmentName(1), "fsync"))
	r.add(5)
	r.degraded(unix.EIO)
	rec, err := Read(r.dir)
	require.NoError(t, err)
	require.Equal(t, seqs(1, 5), changesOf(rec), "kill -9 would lose nothing")
	r.mended()
	r.whole(1)
}

func TestNoRoomForACheckpoint(t *testing.T) {
	for _, op := range []string{"create", "write", "fsync", "rename"} {
		t.Run(op, func(t *testing.T) {
			r := newRig(t, Options{SegmentBytes: 300})
			for !r.CheckpointDue() {
				r.add(1)
			}
			r.disk.breaks(fails(unix.ENOSPC, tempEnd, op))
			r.Checkpoint(checkpoint(r.n))
			r.add(5)
			r.degraded(unix.ENOSPC)
			r.add(5)
			eventually(t, func() bool {
				rec, err := Read(r.dir)
				return err == nil && slices.Equal(seqs(1, r.n), changesOf(rec))
			}, "the old segment goes on")
			r.disk.breaks(nil)
			r.mended()
			r.add(5)
			r.whole(1)
		})
	}
}

func TestAStalledDisk(t *testing.T) {
	r := newRig(t, Options{Patience: 20 * time.Millisecond})
	let := make(chan struct{})
	r.disk.breaks(func(string, string) error { <-let; return nil })
	r.add(1)
	r.degraded(ErrStalled)
	start := time.Now()
	r.add(1000)
	r.Checkpoint(checkpoint(r.n))
	r.add(1000)
	require.Less(t, time.Since(start), 10*time.Second, "nobody waits for it (2,000 times 20 ms would be 40 s)")
	close(let)
	r.told(func() bool { return r.Err() == nil })
	r.add(5)
	r.told(func() bool { return r.Err() == nil })
	r.whole(1)
}

func TestASlowDiskHealsWithoutACheckpoint(t *testing.T) {
	r := newRig(t, Options{Patience: 20 * time.Millisecond})
	let := make(chan struct{})
	r.disk.breaks(func(op, _ string) error {
		if op == "write" {
			<-let
		}
		return nil
	})
	r.add(10)
	r.degraded(ErrStalled)
	r.disk.breaks(nil)
	close(let)
	r.told(func() bool { return r.Err() == nil })
	require.False(t, r.CheckpointDue(), "nothing is missing")
	r.whole(1)
}

// TestTooMuchInMemory: what does not fit is dropped, and nothing is kept until a checkpoint tells everything anew.
func TestTooMuchInMemory(t *testing.T) {
	r := newRig(t, Options{})
	r.add(5)
	r.disk.breaks(noRoom)
	big := make([]byte, 8<<20)
	for range memoryLimit/len(big) + 1 {
		r.n++
		r.Append(Entry{Change, uint64(r.n), big})
	}
	eventually(t, func() bool { return r.held() == 0 }, "dropped")
	r.add(5)
	require.Zero(t, r.held())
	r.disk.breaks(nil)
	r.told(r.CheckpointDue)
	r.Checkpoint(checkpoint(r.n))
	r.told(func() bool { return r.Err() == nil })
	from := r.n + 1
	r.add(5)
	require.NoError(t, r.Close())
	rec, err := Read(r.dir)
	require.NoError(t, err)
	require.Empty(t, rec.Cut, "what is missing is known")
	require.Equal(t, append(seqs(1, 5), seqs(from, r.n)...), changesOf(rec))
	require.Equal(t, checkpoint(from-1), rec.Entries[5])
}

func TestADiskThatIsBrokenFromTheStart(t *testing.T) {
	r := &rig{t: t, dir: t.TempDir(), log: &logged{}}
	r.disk = newFakeDisk(r.dir)
	r.disk.breaks(fails(unix.EROFS, "", "create", "open", "write", "truncate", "rename", "remove"))
	r.start(Options{})
	r.degraded(unix.EROFS)
	r.add(5)
	r.disk.breaks(nil)
	r.mended()
	r.add(5)
	r.whole(1)
}

func TestAKeptJournalOnABrokenDisk(t *testing.T) {
	r := newRig(t, Options{})
	r.add(5)
	require.NoError(t, r.Close())
	r.disk.breaks(fails(unix.EROFS, "", "create", "open", "write", "truncate", "rename", "remove"))
	rec := r.start(Options{})
	require.Equal(t, seqs(1, 5), changesOf(rec))
	r.degraded(unix.EROFS)
	r.add(5)
	r.disk.breaks(nil)
	r.mended()
	r.whole(1)
}

func TestClosedWhileDegraded(t *testing.T) {
	r := newRig(t, Options{FlushEvery: time.Millisecond})
	r.add(5)
	r.disk.breaks(fails(unix.ENOSPC, segmentEnd, "write"))
	r.add(5)
	r.degraded(unix.ENOSPC)
	require.ErrorIs(t, r.Close(), unix.ENOSPC)
	r.disk.breaks(nil)
	rec := r.start(Options{})
	require.Equal(t, seqs(1, 5), changesOf(rec))
	require.Equal(t, uint64(6+leap), rec.Next, "6 to 10 may be known elsewhere")
	require.NoError(t, r.Close())
}

func TestAnEntryThatNoSegmentTakes(t *testing.T) {
	r := newRig(t, Options{})
	r.add(2)
	r.Checkpoint(Entry{Checkpoint, 2, make([]byte, entryLimit+1)})
	r.told(func() bool { return errors.Is(r.Err(), errTooLong) })
	r.mended()
	r.add(2)
	r.whole(1)
}
