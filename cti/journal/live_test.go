package journal

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestReadWhileItIsWritten: segments come and go meanwhile; what is read is always a piece without gaps that begins with a whole state.
func TestReadWhileItIsWritten(t *testing.T) {
	dir := t.TempDir()
	j, _ := opens(t, Options{Dir: dir, SegmentBytes: 4 << 10, FlushEvery: time.Millisecond})
	j.Checkpoint(Entry{Checkpoint, 0, nil})
	const count = 5000
	var writer sync.WaitGroup
	writer.Go(func() {
		for n := uint64(1); n <= count; n++ {
			j.Append(change(int(n)))
			j.Ack(n)
			if j.CheckpointDue() {
				j.Checkpoint(Entry{Checkpoint, n, nil})
			}
		}
	})
	seen := uint64(0)
	for seen < count {
		r, err := Read(dir)
		require.NoError(t, err)
		for _, c := range r.Cut {
			require.Contains(t, []Reason{Torn, Checksum, Zeros, Unfinished}, c.Reason, "only an end that is being written")
		}
		last := uint64(0)
		for i, e := range r.Entries {
			switch {
			case i == 0:
			case e.Kind == Checkpoint:
				require.Equal(t, last, e.Seq)
			default:
				require.Equal(t, last+1, e.Seq)
			}
			last = e.Seq
		}
		require.GreaterOrEqual(t, last, seen, "it never goes back")
		seen = last
	}
	writer.Wait()
	require.NoError(t, j.Close())
}

// TestManyAppendAtOnce: everybody's entries are there, each one's in his order.
func TestManyAppendAtOnce(t *testing.T) {
	dir := t.TempDir()
	j, _ := opens(t, Options{Dir: dir})
	var all sync.WaitGroup
	for who := range byte(8) {
		all.Go(func() {
			for n := range byte(100) {
				j.Append(Entry{Change, 0, []byte{who, n}})
			}
		})
	}
	all.Wait()
	next := map[byte]byte{}
	for _, e := range reads(t, dir).Entries {
		require.Equal(t, next[e.Data[0]], e.Data[1])
		next[e.Data[0]]++
	}
	require.Len(t, next, 8)
	require.NoError(t, j.Close())
}
