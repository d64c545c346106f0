// Package journal is the switchboard's append-only log on the local disk: what brings every call back after a crash.
//
// What it promises. Append returns when write(2) is done, so killing the process at any moment loses nothing that was appended; a power failure loses
// at most Options.FlushEvery. Append never fails and never waits longer than Options.Patience: calls go on with a full, broken or stalled disk.
// The journal is then degraded: Err tells why, Changed tells when, the log says it once, and bellhop_journal_healthy is 0. Entries wait in memory in
// their order and are written when that is possible again; beyond 64 MB they are dropped and nothing is kept until the next checkpoint. After a fault
// CheckpointDue asks for a checkpoint as soon as there is room for one, and with it the journal is healthy. A disk that does not answer for Patience is not
// waited for any more until it has caught up; after a second of that the journal is degraded too, and heals without a checkpoint.
//
// What lies in the directory (0700, files 0600, since they hold customers' numbers):
//
//	%016x.journal     segments: a header of 64 bytes, then entries; each but the first begins with a checkpoint
//	%016x.tmp         a segment being made; it gets its name when it is complete and fsynced
//	%016x.unreadable  a segment of which nothing could be read; removed with the next checkpoint
//	state             the journal's id, facts acknowledged, whether it was closed well
//	lock, successor   who has the journal (flock), and who is next (see Await)
//
// An entry is its length, a CRC-32C, kind, seq and data. Each CRC continues the one before it, beginning with the header's: a piece that is torn, flipped,
// repeated, moved or left over from another file ends what is read of the segment. What follows it is cut, reported in Recovered.Cut, and the
// file truncated, so that appending goes on behind the last good entry.
//
// A checkpoint is made beside the running journal: changes go to the old segment meanwhile, and once more into the new one before it gets its name.
// Recovery counts changes and takes each once.
package journal

import (
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
)

// Kind says what an entry is.
type Kind byte

// The kinds of entries.
const (
	Checkpoint Kind = 1 // the whole state
	Change     Kind = 2 // what changed since the entry before
)

// Entry is one record of the journal.
type Entry struct {
	Kind Kind
	Seq  uint64 // number of the last fact up to and including this entry
	Data []byte // kept until it is written: it must not be changed any more
}

// Recovered is what a journal holds.
type Recovered struct {
	Epoch   string  // UUID of this journal
	Entries []Entry // oldest first; the state is the last Checkpoint and the Changes after it, older ones are there for their facts
	Acked   uint64  // highest fact acknowledged
	Cut     []Cut   // what could not be read
	// Next is the number for the next fact: the one after the last, with a leap over numbers that others may know already when entries may be missing
	// (the machine lost power, the process died while degraded, something was cut), so that a number never names two facts.
	Next uint64
}

// Cut is a piece of the journal that could not be used.
type Cut struct {
	Segment string // name of the file
	Offset  int64
	Bytes   int64
	Reason  Reason
}

// Reason says why a piece was cut.
type Reason string

// The reasons.
const (
	Torn       Reason = "torn"       // the last entry is incomplete; in a directory that is being written, it may be about to be completed
	Zeros      Reason = "zeros"      // the file system lost what was written
	BadLength  Reason = "length"     // no entry is so long
	Checksum   Reason = "checksum"   // flipped bits, or bytes of another place
	BadHeader  Reason = "header"     // the segment's beginning is torn or flipped
	Version    Reason = "version"    // written by another version
	BadNumber  Reason = "number"     // the segment is a copy of another one
	OtherEpoch Reason = "epoch"      // the segment belongs to another journal
	Missing    Reason = "missing"    // entries before this segment are not there
	Unfinished Reason = "unfinished" // a checkpoint was not completed; nothing is lost
	Foreign    Reason = "foreign"    // not a file of ours; it is left alone
	Unreadable Reason = "unreadable" // the disk does not give it
)

// Errors that callers tell apart.
var (
	ErrHeld      = errors.New("journal: another process has it")
	ErrSuccessor = errors.New("journal: another process waits already to take it over")
	ErrStalled   = errors.New("journal: the disk does not answer in time")
	ErrOverflow  = errors.New("journal: too much waits to be written, entries were dropped")
)

// Options of a journal; only Dir is necessary.
type Options struct {
	Dir          string
	SegmentBytes int64         // a longer segment makes a checkpoint due; 8 MB
	FlushEvery   time.Duration // fsync; 100 ms
	Patience     time.Duration // how long Append waits for the disk; 50 ms
	Log          *slog.Logger
	Metrics      prometheus.Registerer
	Lock         *Lock // from Await; without it Open takes the lock, or gives ErrHeld
}

const (
	memoryLimit  = 64 << 20
	retryEvery   = 250 * time.Millisecond
	alarmAfter   = time.Second // how long a disk may be slow, beyond Patience, before that is a fault
	calmAfter    = time.Second
	closeWithin  = 5 * time.Second
	writeAtOnce  = 1 << 20
	leap         = 1 << 20 // more facts than can be known outside and be missing here
	probeAtLeast = 64 << 10
)

func (o Options) withDefaults() Options {
	if o.SegmentBytes <= 0 {
		o.SegmentBytes = 8 << 20
	}
	if o.FlushEvery <= 0 {
		o.FlushEvery = 100 * time.Millisecond
	}
	if o.Patience <= 0 {
		o.Patience = 50 * time.Millisecond
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Journal is an open journal. Its methods may be called by any goroutine.
type Journal struct {
	opts    Options
	disk    disk
	lock    *Lock
	next    *watch
	metrics *metrics
	epoch   uuid.UUID

	wake    chan struct{}
	changed chan struct{}
	closing chan struct{}
	closed  chan struct{}
	says    chan func()
	once    sync.Once
	acked   atomic.Uint64

	mu      sync.Mutex
	waiting waiting
}

// Err tells why the journal is degraded, or nil.
func (j *Journal) Err() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.waiting.fault
}

// Changed tells that Err changed, or that a checkpoint is due after a fault.
func (j *Journal) Changed() <-chan struct{} { return j.changed }

// CheckpointDue says that the segment is full, or that there is room again after a fault: Checkpoint should be called soon.
func (j *Journal) CheckpointDue() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.waiting.due
}

// Ack notes that facts up to seq are in the database: older segments may go. It is written lazily; losing it only means repeats.
func (j *Journal) Ack(seq uint64) {
	for {
		was := j.acked.Load()
		if seq <= was {
			return
		}
		if j.acked.CompareAndSwap(was, seq) {
			j.nudge()
			return
		}
	}
}

// Close writes what waits, completes a checkpoint that is being made, and gives the lock to whoever waits for it. The error tells that entries could not
// be written. With a disk that does not answer it gives up after 5 s and keeps the lock: a write that is still under way must not meet another writer.
func (j *Journal) Close() error {
	j.once.Do(func() { close(j.closing) })
	timer := time.NewTimer(closeWithin)
	defer timer.Stop()
	select {
	case <-j.closed:
		if j.unwritten() {
			return j.Err()
		}
		return nil
	case <-timer.C:
		return ErrStalled
	}
}

func (j *Journal) nudge() { tell(j.wake) }

func tell(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// say has something logged by a goroutine of its own: the log may lie on the disk that does not answer.
func (j *Journal) say(log func()) {
	select {
	case j.says <- log:
	default:
	}
}

func (j *Journal) cry() {
	for {
		select {
		case log := <-j.says:
			log()
		case <-j.closed:
			return
		}
	}
}
