package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if job := os.Getenv("JOURNAL_TEST_CHILD"); job != "" {
		os.Exit(child(job))
	}
	goleak.VerifyTestMain(m)
}

func change(n int) Entry { return Entry{Change, uint64(n), fmt.Appendf(nil, "change %d", n)} }

func checkpoint(n int) Entry { return Entry{Checkpoint, uint64(n), fmt.Appendf(nil, "state %d", n)} }

func opens(t *testing.T, o Options) (*Journal, Recovered) {
	t.Helper()
	if o.Patience == 0 {
		o.Patience = 30 * time.Second // this machine may be busy
	}
	j, r, err := Open(o)
	require.NoError(t, err)
	return j, r
}

// eventually waits for something that only shows in a file or a counter.
func eventually(t *testing.T, what func() bool, why string) {
	t.Helper()
	require.Eventually(t, what, 30*time.Second, 2*time.Millisecond, why)
}

func segments(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*"+segmentEnd))
	require.NoError(t, err)
	for i := range paths {
		paths[i] = filepath.Base(paths[i])
	}
	return paths
}

func TestWhatWasAppendedComesBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "journal")
	j, r := opens(t, Options{Dir: dir})
	require.Empty(t, r.Entries)
	require.Equal(t, uint64(1), r.Next)
	epoch := r.Epoch
	require.NotEmpty(t, epoch)
	want := []Entry{change(1), change(2), {Change, 2, []byte{}}, change(3)}
	j.Append(want[:2]...)
	j.Append(want[2:]...)

	r, err := Read(dir)
	require.NoError(t, err, "a live journal can be read")
	require.Equal(t, want, r.Entries)
	require.NoError(t, j.Close())
	require.NoError(t, j.Close(), "twice is fine")

	j, r = opens(t, Options{Dir: dir})
	require.Equal(t, Recovered{Epoch: epoch, Entries: want, Next: 4}, r)
	j.Append(change(4))
	require.NoError(t, j.Close())
	r, err = Read(dir)
	require.NoError(t, err)
	require.Equal(t, append(want, change(4)), r.Entries)
}

func TestOnlyTheOwnerReadsIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "journal")
	j, _ := opens(t, Options{Dir: dir})
	j.Append(change(1))
	j.Checkpoint(checkpoint(1))
	require.NoError(t, j.Close())
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
	names, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		info, err := name.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name.Name())
	}
}

func TestASegmentGoesWhenItsFactsAreAcknowledged(t *testing.T) {
	dir := t.TempDir()
	j, _ := opens(t, Options{Dir: dir, SegmentBytes: 200, FlushEvery: time.Millisecond})
	n := 0
	for !j.CheckpointDue() {
		n++
		j.Append(change(n))
	}
	j.Checkpoint(checkpoint(n))
	require.False(t, j.CheckpointDue())
	eventually(t, func() bool { return len(segments(t, dir)) == 2 }, "a new segment")
	j.Append(change(n + 1))
	r, err := Read(dir)
	require.NoError(t, err)
	require.Len(t, r.Entries, n+2, "the old one stays for its facts")
	require.Equal(t, checkpoint(n), r.Entries[n])

	j.Ack(uint64(n - 1))
	eventually(t, func() bool { r, err := Read(dir); return err == nil && r.Acked == uint64(n-1) }, "the acknowledgement is kept")
	require.Len(t, segments(t, dir), 2)
	j.Ack(uint64(n))
	eventually(t, func() bool { return len(segments(t, dir)) == 1 }, "the old segment goes")
	require.NoError(t, j.Close())

	_, r = reopened(t, dir)
	require.Equal(t, []Entry{checkpoint(n), change(n + 1)}, r.Entries)
	require.Equal(t, uint64(n), r.Acked)
	require.Equal(t, uint64(n+2), r.Next)
	require.Empty(t, r.Cut)
}

// reopened opens a journal and closes it again.
func reopened(t *testing.T, dir string) (uint64, Recovered) {
	t.Helper()
	j, r := opens(t, Options{Dir: dir})
	require.NoError(t, j.Close())
	return r.Next, r
}

// TestChangesDuringACheckpoint: what is appended while a checkpoint is made stands in both segments, and counts once.
func TestChangesDuringACheckpoint(t *testing.T) {
	dir := t.TempDir()
	j, _ := opens(t, Options{Dir: dir})
	var want []Entry
	for n := 1; n <= 2000; n++ {
		j.Append(change(n))
		want = append(want, change(n))
		if n%100 == 0 {
			j.Checkpoint(checkpoint(n))
		}
	}
	require.NoError(t, j.Close())
	_, r := reopened(t, dir)
	require.Empty(t, r.Cut)
	var changes []Entry
	last := 0
	for _, e := range r.Entries {
		if e.Kind == Checkpoint {
			require.Len(t, changes, int(e.Seq), "a checkpoint stands behind what it holds")
			last = int(e.Seq)
			continue
		}
		changes = append(changes, e)
	}
	require.Equal(t, want, changes)
	require.Positive(t, last)
	require.Greater(t, len(segments(t, dir)), 1)
}

func TestNumbersLeapOnlyWhenSomethingMayBeMissing(t *testing.T) {
	fill := func(t *testing.T) string {
		dir := t.TempDir()
		j, _ := opens(t, Options{Dir: dir})
		j.Append(change(1), change(2))
		j.Ack(5)
		require.NoError(t, j.Close())
		return dir
	}
	rewrite := func(t *testing.T, dir string, change func(*state)) {
		s, ok := readState(filepath.Join(dir, stateName))
		require.True(t, ok)
		change(&s)
		s.count++
		require.NoError(t, writeState(folder(dir), s, true))
	}
	t.Run("closed well", func(t *testing.T) {
		next, _ := reopened(t, fill(t))
		require.Equal(t, uint64(6), next, "behind the acknowledged, though the journal has less")
	})
	t.Run("killed", func(t *testing.T) {
		dir := fill(t)
		rewrite(t, dir, func(s *state) { s.clean = false })
		next, _ := reopened(t, dir)
		require.Equal(t, uint64(6), next)
	})
	t.Run("the machine lost power", func(t *testing.T) {
		dir := fill(t)
		rewrite(t, dir, func(s *state) { s.clean, s.boot[0] = false, s.boot[0]+1 })
		next, _ := reopened(t, dir)
		require.Equal(t, uint64(6+leap), next)
		next, _ = reopened(t, dir)
		require.Equal(t, uint64(6+leap), next, "it leaps once, and never back")
	})
	t.Run("killed while degraded", func(t *testing.T) {
		dir := fill(t)
		rewrite(t, dir, func(s *state) { s.clean, s.behind = false, true })
		next, _ := reopened(t, dir)
		require.Equal(t, uint64(6+leap), next)
	})
	t.Run("the state is gone", func(t *testing.T) {
		dir := fill(t)
		_, before := reopened(t, dir)
		require.NoError(t, os.Remove(filepath.Join(dir, stateName)))
		next, r := reopened(t, dir)
		require.Equal(t, uint64(3+leap), next)
		require.Equal(t, before.Epoch, r.Epoch)
		require.Equal(t, before.Entries, r.Entries)
	})
}
