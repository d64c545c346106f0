package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// written makes a journal of three segments: changes 1 to 10, checkpoint 10 and changes to 20, checkpoint 20 and changes to 30.
func written(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	j, _ := opens(t, Options{Dir: dir})
	for n := 1; n <= 30; n++ {
		j.Append(change(n))
		if n == 10 || n == 20 {
			j.Checkpoint(checkpoint(n))
			eventually(t, func() bool { return len(segments(t, dir)) == n/10+1 }, "a new segment")
		}
	}
	require.NoError(t, j.Close())
	return dir
}

// edit changes a file's bytes.
func edit(name string, change func([]byte) []byte) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		path := filepath.Join(dir, name)
		b, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, change(b), 0o600))
	}
}

func put(name string, b []byte) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o600))
	}
}

func remove(name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		require.NoError(t, os.Remove(filepath.Join(dir, name)))
	}
}

func duplicate(from, to string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, from))
		require.NoError(t, err)
		put(to, b)(t, dir)
	}
}

// flip turns a bit at a place of the file, counted from the end if negative.
func flip(at int) func([]byte) []byte {
	return func(b []byte) []byte {
		i := at
		if i < 0 {
			i += len(b)
		}
		b[i] ^= 0x10
		return b
	}
}

func head(n int) func([]byte) []byte {
	return func(b []byte) []byte {
		if n < 0 {
			return b[:len(b)+n]
		}
		return b[:n]
	}
}

func tail(b []byte) func([]byte) []byte {
	return func(file []byte) []byte { return append(file, b...) }
}

// frameLen is the length of change(25) and its like in a segment.
const frameLen = frameBytes + len("change 25")

type corruption struct {
	name    string
	do      func(*testing.T, string)
	changes []int // that are left
	reasons []Reason
	again   []Reason // when it is opened once more
	leaps   bool
}

var (
	one, two, three = segmentName(1), segmentName(2), segmentName(3)
	twenty          = seqs(1, 20)
	all             = seqs(1, 30)
)

var corruptions = []corruption{
	{"nothing", func(*testing.T, string) {}, all, nil, nil, false},
	{"torn in the last entry", edit(three, head(-3)), seqs(1, 29), []Reason{Torn}, nil, false},
	{"torn in a frame's beginning", edit(three, head(-frameLen+5)), seqs(1, 29), []Reason{Torn}, nil, false},
	{"an empty segment", edit(three, head(0)), twenty, []Reason{BadHeader}, nil, true},
	{"a torn header", edit(three, head(40)), twenty, []Reason{BadHeader}, nil, true},
	{"only a header", edit(three, head(headerBytes)), twenty, nil, nil, false},
	{"a torn checkpoint", edit(three, head(headerBytes+20)), twenty, []Reason{Torn}, nil, true},
	{"a flipped bit at the end", edit(three, flip(-1)), seqs(1, 29), []Reason{Checksum}, nil, true},
	{"a flipped bit before that", edit(three, flip(-4*frameLen-1)), seqs(1, 25), []Reason{Checksum}, nil, true},
	{"a flipped kind", edit(three, flip(-frameLen+8)), seqs(1, 29), []Reason{Checksum}, nil, true},
	{"a flipped number", edit(three, flip(-frameLen+9)), seqs(1, 29), []Reason{Checksum}, nil, true},
	{"a flipped header", edit(three, flip(20)), twenty, []Reason{BadHeader}, nil, true},
	{"a flipped checkpoint", edit(three, flip(headerBytes+frameBytes)), twenty, []Reason{Checksum}, nil, true},
	{"zeros at the end", edit(three, tail(make([]byte, 5000))), all, []Reason{Zeros}, nil, true},
	{"few zeros at the end", edit(three, tail(make([]byte, 5))), all, []Reason{Zeros}, nil, true},
	{"garbage at the end", edit(three, tail(bytes.Repeat([]byte{0xa5}, 5000))), all, []Reason{BadLength}, nil, true},
	{"a length beyond the end", edit(three, tail(append([]byte{0, 0, 0, 8}, make([]byte, 100)...))), all, []Reason{Torn}, nil, false},
	{"the last entry again", edit(three, func(b []byte) []byte { return append(b, b[len(b)-frameLen:]...) }), all, []Reason{Checksum}, nil, true},
	{"the end of another segment", func(t *testing.T, dir string) {
		b, err := os.ReadFile(filepath.Join(dir, two))
		require.NoError(t, err)
		edit(three, tail(b[len(b)-frameLen:]))(t, dir)
	}, all, []Reason{Checksum}, nil, true},
	{"a flipped bit in the middle segment", edit(two, flip(-1)), append(seqs(1, 19), seqs(21, 30)...), []Reason{Checksum, Missing}, []Reason{Missing}, true},
	{"a missing middle segment", remove(two), append(seqs(1, 10), seqs(21, 30)...), []Reason{Missing}, []Reason{Missing}, true},
	{"a missing first segment", remove(one), seqs(11, 30), nil, nil, false},
	{"only middle segments", func(t *testing.T, dir string) { remove(one)(t, dir); remove(three)(t, dir) }, seqs(11, 20), nil, nil, false},
	{"no segments", func(t *testing.T, dir string) { remove(one)(t, dir); remove(two)(t, dir); remove(three)(t, dir) }, nil, nil, nil, true},
	{"an unfinished checkpoint", put(tempName(4), []byte("BHJO")), all, []Reason{Unfinished}, nil, false},
	{"an unfinished probe", put(probeName, make([]byte, 100)), all, []Reason{Unfinished}, nil, false},
	{"a segment twice", duplicate(two, segmentName(4)), all, []Reason{BadNumber}, nil, true},
	{"a segment of another journal", put(segmentName(4), header{number: 4, epoch: uuid.Max}.encode()), all, []Reason{OtherEpoch}, nil, true},
	{"another version", edit(three, func(b []byte) []byte {
		b[8] = 9
		copy(b[60:], []byte{0, 0, 0, 0})
		return withSum(b)
	}), twenty, []Reason{Version}, nil, true},
	{"another spelling of a number", put("000000000000000A.journal", []byte("x")), all, []Reason{Foreign}, []Reason{Foreign}, false},
	{"somebody's notes", put("notes.txt", []byte("x")), all, []Reason{Foreign}, []Reason{Foreign}, false},
	{"a folder named as a segment", func(t *testing.T, dir string) {
		require.NoError(t, os.Mkdir(filepath.Join(dir, segmentName(9)), 0o700))
	}, all, []Reason{Foreign}, []Reason{Foreign}, false},
	{"a link that leads nowhere", func(t *testing.T, dir string) {
		require.NoError(t, os.Symlink("nowhere", filepath.Join(dir, segmentName(9))))
	}, all, []Reason{Foreign}, []Reason{Foreign}, false},
	{"no state", remove(stateName), all, nil, nil, true},
	{"an empty state", edit(stateName, head(0)), all, nil, nil, true},
	{"garbage for a state", edit(stateName, func(b []byte) []byte { return bytes.Repeat([]byte{7}, len(b)) }), all, nil, nil, true},
}

func withSum(b []byte) []byte {
	sum := headerSum(b)
	b[60], b[61], b[62], b[63] = byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24)
	return b
}

func reasonsOf(r Recovered) []Reason {
	var all []Reason
	for _, c := range r.Cut {
		all = append(all, c.Reason)
	}
	return all
}

// TestCorruptions: whatever the disk gives back, the journal starts, tells what it cut, and goes on cleanly.
func TestCorruptions(t *testing.T) {
	for _, c := range corruptions {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := written(t)
			epoch := reads(t, dir).Epoch
			c.do(t, dir)
			before := reads(t, dir)
			require.Equal(t, before, reads(t, dir), "reading changes nothing")

			j, r := opens(t, Options{Dir: dir})
			require.Equal(t, before, r, "Read and Open agree")
			require.Equal(t, epoch, r.Epoch)
			require.Equal(t, c.changes, changesOf(r))
			require.ElementsMatch(t, c.reasons, reasonsOf(r))
			require.Equal(t, c.leaps, r.Next > leap, "next %d", r.Next)
			require.NoError(t, j.Err())
			j.Append(Entry{Change, 99, []byte("after")})
			require.NoError(t, j.Close())

			_, r = reopened(t, dir)
			require.Equal(t, append(slices.Clip(c.changes), 99), changesOf(r))
			require.ElementsMatch(t, c.again, reasonsOf(r))
		})
	}
}

func reads(t *testing.T, dir string) Recovered {
	t.Helper()
	r, err := Read(dir)
	require.NoError(t, err)
	return r
}

// TestWhatWasPutAsideGoes: it holds customers' numbers too.
func TestWhatWasPutAsideGoes(t *testing.T) {
	dir := written(t)
	edit(three, flip(20))(t, dir)
	aside := filepath.Join(dir, three[:16]+asideEnd)
	_, _ = reopened(t, dir)
	require.FileExists(t, aside)
	j, _ := opens(t, Options{Dir: dir})
	j.Checkpoint(checkpoint(30))
	require.NoError(t, j.Close())
	require.NoFileExists(t, aside)
}

func TestTheDirectoryCannotBeUsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	_, _, err := Open(Options{Dir: path})
	require.Error(t, err)
	_, err = Read(path)
	require.Error(t, err)
	_, err = Read(path + "/no")
	require.Error(t, err)
}

// TestALengthIsNotBelieved: a length that the file cannot hold takes no memory.
func TestALengthIsNotBelieved(t *testing.T) {
	dir := written(t)
	edit(three, tail(append([]byte{0, 0, 0, 8}, make([]byte, 100)...)))(t, dir) // 128 MB
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	reads(t, dir)
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
}
