package journal

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

const (
	segmentEnd = ".journal"
	tempEnd    = ".tmp"
	asideEnd   = ".unreadable"
)

func segmentName(number uint64) string { return fmt.Sprintf("%016x%s", number, segmentEnd) }

// segmentNumber gives the number of a file named as ours are.
func segmentNumber(name, end string) (uint64, bool) {
	digits, ours := strings.CutSuffix(name, end)
	if !ours || len(digits) != 16 || strings.ToLower(digits) != digits {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 16, 64)
	return n, err == nil
}

// segment is what is known of a segment's file.
type segment struct {
	header
	name       string
	entries    int
	changes    uint64 // of these entries
	last       uint64 // last fact in it or before it
	size       int64  // of what is good
	sum        uint32 // CRC of the last entry
	checkpoint bool   // holds one
	broken     bool   // the disk does not give all of it: nothing may be added
}

// end is how many changes there are up to its end.
func (s *segment) end() uint64 { return s.base + s.changes }

func (s *segment) add(e Entry, size int64, sum uint32) {
	s.entries++
	if e.Kind == Checkpoint {
		s.checkpoint = true
	} else {
		s.changes++
	}
	s.last = max(s.last, e.Seq)
	s.size, s.sum = size, sum
}

// kept is an entry with the number of changes before it.
type kept struct {
	Entry
	at uint64
}

// found is what a directory holds.
type found struct {
	epoch    uuid.UUID // zero: none yet
	state    state
	hasState bool
	segments []segment
	entries  []kept
	cuts     []Cut
	truncate []segment // cut: what follows size has to go
	aside    []string  // segments of which nothing is usable
	leavings []string  // of other times: temporary files, segments put aside
	number   uint64    // highest of a segment
}

// Read gives what a journal holds. It changes nothing and takes no lock: a journal that is being written gives a consistent beginning.
func Read(dir string) (Recovered, error) {
	f, err := scan(dir)
	if err != nil {
		return Recovered{}, err
	}
	return f.recovered(), nil
}

func (f *found) recovered() Recovered {
	r := Recovered{Cut: f.cuts, Acked: f.state.acked, Entries: make([]Entry, len(f.entries))}
	if f.epoch != (uuid.UUID{}) {
		r.Epoch = f.epoch.String()
	}
	last := max(f.state.acked, f.state.floor)
	for i, e := range f.entries {
		r.Entries[i] = e.Entry
		last = max(last, e.Seq)
	}
	for _, s := range f.segments {
		last = max(last, s.last)
	}
	r.Next = last + 1
	if f.lost() {
		r.Next += leap
	}
	return r
}

// lost says that entries may be missing that others know.
func (f *found) lost() bool {
	if len(f.segments) == 0 && len(f.cuts) == 0 && !f.hasState {
		return false // there was no journal
	}
	if !f.hasState || len(f.segments) == 0 || f.state.behind || !f.state.clean && f.state.boot != bootID() {
		return true
	}
	return slices.ContainsFunc(f.cuts, func(c Cut) bool { return !f.harmless(c) })
}

// harmless says that nothing was lost by a cut that Append ever returned for.
func (f *found) harmless(c Cut) bool {
	switch c.Reason {
	case Foreign, Unfinished:
		return true
	case Torn: // the process died while it wrote; a checkpoint was whole when it got its name
		return c.Segment == segmentName(f.number) && c.Offset > headerBytes
	default:
		return false
	}
}

// tries is how often a directory is read whose files go meanwhile: its owner made a checkpoint, which takes longer than reading the names anew.
const tries = 10

func scan(dir string) (*found, error) {
	var err error
	for range tries {
		var f *found
		if f, err = scanOnce(dir); err == nil || !errors.Is(err, errGone) {
			return f, err
		}
	}
	return nil, err
}

var errGone = errors.New("journal: a segment went while it was read")

func scanOnce(dir string) (*found, error) {
	names, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	f := &found{}
	f.state, f.hasState = readState(filepath.Join(dir, stateName))
	f.epoch = f.state.epoch
	for _, entry := range names {
		if number, ours := segmentNumber(entry.Name(), segmentEnd); ours && entry.Type().IsRegular() {
			f.number = max(f.number, number)
			if err := f.readSegment(dir, number); err != nil {
				return nil, err
			}
			continue
		}
		f.other(entry)
	}
	return f, nil
}

// other takes note of a file that is not a segment.
func (f *found) other(entry fs.DirEntry) {
	name := entry.Name()
	_, temp := segmentNumber(name, tempEnd)
	_, aside := segmentNumber(name, asideEnd)
	regular := entry.Type().IsRegular()
	switch {
	case regular && (name == stateName || name == lockName || name == successorName):
	case regular && (temp || name == probeName):
		f.leavings = append(f.leavings, name)
		cut := Cut{Segment: name, Reason: Unfinished}
		if info, err := entry.Info(); err == nil {
			cut.Bytes = info.Size()
		}
		f.cuts = append(f.cuts, cut)
	case regular && aside:
		f.leavings = append(f.leavings, name)
	default:
		f.cuts = append(f.cuts, Cut{Segment: name, Reason: Foreign})
	}
}

// readSegment adds a segment's entries; the only error is that the file is gone.
func (f *found) readSegment(dir string, number uint64) error {
	name := segmentName(number)
	in, err := os.Open(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return errGone
	}
	if err != nil {
		f.cuts = append(f.cuts, Cut{Segment: name, Reason: Unreadable})
		return nil
	}
	defer func() { _ = in.Close() }()
	info, err := in.Stat()
	if err != nil {
		f.cuts = append(f.cuts, Cut{Segment: name, Reason: Unreadable})
		return nil
	}
	buffered := bufio.NewReaderSize(in, 256<<10)
	first := make([]byte, headerBytes)
	if _, err := io.ReadFull(buffered, first); err != nil && shortReason(err, nil) == Unreadable {
		f.cuts = append(f.cuts, Cut{Segment: name, Bytes: info.Size(), Reason: Unreadable})
		return nil
	}
	h, reason := decodeHeader(first)
	switch {
	case reason != "":
	case h.number != number:
		reason = BadNumber
	case f.epoch != (uuid.UUID{}) && h.epoch != f.epoch:
		reason = OtherEpoch
	}
	if reason != "" {
		f.cuts = append(f.cuts, Cut{Segment: name, Bytes: info.Size(), Reason: reason})
		f.aside = append(f.aside, name)
		return nil
	}
	f.epoch = h.epoch
	s := segment{header: h, name: name, last: h.seq, size: headerBytes, sum: headerSum(first)}
	f.readEntries(s, &frames{in: buffered, at: headerBytes, end: info.Size(), sum: s.sum})
	return nil
}

func (f *found) readEntries(s segment, in *frames) {
	var entries []kept
	var reason Reason
	for {
		at := s.end()
		e, ok, why := in.next()
		if !ok {
			reason = why
			break
		}
		s.add(e, in.at, in.sum)
		entries = append(entries, kept{e, at})
	}
	if reason != "" {
		f.cuts = append(f.cuts, Cut{Segment: s.name, Offset: in.at, Bytes: in.end - in.at, Reason: reason})
	}
	switch {
	case reason == Unreadable:
		s.broken = true
	case reason != "" && len(entries) == 0:
		f.aside = append(f.aside, s.name) // its changes are still in the segment before it
		return
	case reason != "":
		f.truncate = append(f.truncate, s)
	}
	f.join(s, entries)
}

// join adds a segment behind those before it: changes that both hold count once.
func (f *found) join(s segment, entries []kept) {
	n := len(f.segments)
	missing := n > 0 && s.base > f.segments[n-1].end() || n == 0 && s.base > 0 && !s.checkpoint
	if missing && !s.gap {
		f.cuts = append(f.cuts, Cut{Segment: s.name, Reason: Missing})
	}
	if len(entries) > 0 {
		for n := len(f.entries); n > 0 && f.entries[n-1].Kind != Checkpoint && f.entries[n-1].at >= s.base; n-- {
			f.entries = f.entries[:n-1]
		}
	}
	f.segments = append(f.segments, s)
	f.entries = append(f.entries, entries...)
}
