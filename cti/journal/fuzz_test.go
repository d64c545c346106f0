package journal

import (
	"bufio"
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// known is a segment as it was written, with its entries.
func known() ([]byte, []Entry) {
	entries := []Entry{checkpoint(0), change(1), change(2), {Change, 2, []byte{}}, checkpoint(2), change(3), {Change, 4, bytes.Repeat([]byte("가"), 100)}, change(5)}
	b := header{number: 1, epoch: uuid.MustParse("6f1c1f0e-6f0b-4a39-9f5e-2f5f4d0d7b11")}.encode()
	sum := headerSum(b)
	for _, e := range entries {
		b, sum = appendFrame(b, sum, e)
	}
	return b, entries
}

// FuzzRead gives any bytes for a segment: what is read is a beginning of what was written, and after the cut the journal goes on cleanly.
func FuzzRead(f *testing.F) {
	b, entries := known()
	f.Add(b)
	f.Add(b[:headerBytes])
	f.Add(b[:len(b)-3])
	f.Add(b[:20])
	f.Add(append(bytes.Clone(b), make([]byte, 300)...))
	f.Add(append(bytes.Clone(b), b[headerBytes:]...))
	f.Add(append(bytes.Clone(b[:headerBytes]), bytes.Repeat([]byte{0xff}, 40)...))
	f.Add(flip(headerBytes + frameBytes + 2)(bytes.Clone(b)))
	f.Fuzz(func(t *testing.T, segment []byte) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, segmentName(1)), segment, 0o600))
		before, err := Read(dir)
		require.NoError(t, err)
		require.LessOrEqual(t, len(before.Entries), len(entries))
		require.Equal(t, entries[:len(before.Entries)], before.Entries)

		// The disk is a fake that only does not wait for fsync.
		j, r, err := openOn(Options{Dir: dir, Patience: time.Minute, FlushEvery: math.MaxInt64}, hasty{folder(dir)})
		require.NoError(t, err)
		require.Equal(t, before.Entries, r.Entries)
		require.Equal(t, before.Cut, r.Cut)
		j.Append(change(6))
		require.NoError(t, j.Close())
		after, err := Read(dir)
		require.NoError(t, err)
		require.Empty(t, after.Cut)
		require.Equal(t, append(before.Entries, change(6)), after.Entries)
	})
}

// FuzzFrames is FuzzRead without a directory, which is a thousand times faster: any bytes behind the header.
func FuzzFrames(f *testing.F) {
	b, entries := known()
	f.Add(b[headerBytes:])
	f.Add(b[headerBytes : len(b)-3])
	f.Add(make([]byte, 100))
	f.Add([]byte{0xff, 0xff, 0xff, 0x0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13})
	f.Fuzz(func(t *testing.T, behind []byte) {
		found := &found{}
		s := segment{name: "segment", size: headerBytes, sum: headerSum(b)}
		in := bufio.NewReader(bytes.NewReader(behind))
		found.readEntries(s, &frames{in: in, at: headerBytes, end: int64(headerBytes + len(behind)), sum: s.sum})
		require.LessOrEqual(t, len(found.entries), len(entries))
		good := headerBytes
		for i, e := range found.entries {
			require.Equal(t, entries[i], e.Entry)
			good += frameBytes + len(e.Data)
		}
		for _, c := range found.cuts {
			require.Equal(t, Cut{"segment", int64(good), int64(headerBytes + len(behind) - good), c.Reason}, c)
		}
		require.Equal(t, good < headerBytes+len(behind), len(found.cuts) == 1, "what is not read is cut")
	})
}

// FuzzState gives any bytes for the state: it may be lost, never the entries.
func FuzzState(f *testing.F) {
	b, entries := known()
	s := state{count: 3, epoch: uuid.MustParse("6f1c1f0e-6f0b-4a39-9f5e-2f5f4d0d7b11"), acked: 4, clean: true}
	f.Add(s.encode())
	f.Add(append(make([]byte, slotApart), s.encode()...))
	f.Add([]byte("BHJS"))
	f.Fuzz(func(t *testing.T, slots []byte) {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, segmentName(1)), b, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, stateName), slots, 0o600))
		r, err := Read(dir)
		require.NoError(t, err)
		require.Equal(t, entries, r.Entries)
		require.Greater(t, r.Next, max(r.Acked, 5))
	})
}

// hasty is a disk that does not wait for fsync.
type hasty struct{ folder }

type hastyFile struct{ file }

func (hastyFile) Sync() error { return nil }

func (d hasty) create(name string) (file, error) {
	f, err := d.folder.create(name)
	return hastyFile{f}, err
}

func (d hasty) open(name string) (file, error) {
	f, err := d.folder.open(name)
	return hastyFile{f}, err
}

func (d hasty) sync() error { return nil }
