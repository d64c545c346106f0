package journal

import (
	"fmt"
	"os"

	"github.com/google/uuid"
)

// Open opens a journal for writing, and gives what it holds. Errors are of the directory (it cannot be made, ErrHeld) and of the options: a damaged journal is
// cut, and one that cannot be written is open and degraded.
func Open(o Options) (*Journal, Recovered, error) { return openOn(o, folder(o.Dir)) }

func openOn(o Options, d disk) (*Journal, Recovered, error) {
	o = o.withDefaults()
	lock := o.Lock
	var err error
	if lock == nil {
		if lock, err = take(o.Dir); err != nil {
			return nil, Recovered{}, err
		}
	}
	j, r, err := opened(o, d, lock)
	if err != nil {
		_ = lock.Release()
		return nil, Recovered{}, err
	}
	return j, r, nil
}

func opened(o Options, d disk, lock *Lock) (*Journal, Recovered, error) {
	m, err := newMetrics(o.Metrics)
	if err != nil {
		return nil, Recovered{}, err
	}
	if err := os.Chmod(o.Dir, 0o700); err != nil { //nolint:gosec // a directory needs x
		o.Log.Warn("journal: others may read the directory", "dir", o.Dir, "err", err)
	}
	f, err := scan(o.Dir)
	if err != nil {
		return nil, Recovered{}, err
	}
	if f.epoch == (uuid.UUID{}) {
		f.epoch = uuid.New()
	}
	j := &Journal{
		opts: o, disk: d, lock: lock, metrics: m, epoch: f.epoch,
		wake: make(chan struct{}, 1), changed: make(chan struct{}, 1), closing: make(chan struct{}), closed: make(chan struct{}),
		says: make(chan func(), 16),
	}
	j.acked.Store(f.state.acked)
	m.healthy.Set(1)
	r := f.recovered()
	j.report(r.Cut)
	if j.next, err = newWatch(o.Dir); err != nil {
		o.Log.Warn("journal: a successor is noticed only when asked for", "err", err)
	}
	newOwner(j).begin(f, r.Next)
	return j, r, nil
}

// report tells loudly what was cut.
func (j *Journal) report(cuts []Cut) {
	for _, c := range cuts {
		j.metrics.cut.WithLabelValues(string(c.Reason)).Inc()
		attrs := []any{"dir", j.opts.Dir, "segment", c.Segment, "offset", c.Offset, "bytes", c.Bytes, "reason", c.Reason}
		if c.Reason == Foreign || c.Reason == Unfinished {
			j.opts.Log.Warn("journal: a file is left out", attrs...)
			continue
		}
		j.opts.Log.Error("journal cut: entries are lost", attrs...)
	}
}

// begin mends what was found, and starts the owner behind its last entry.
func (o *owner) begin(f *found, next uint64) {
	w := &o.j.waiting
	o.last, o.named = f.number, true
	o.old = f.segments
	if n := len(f.segments); n > 0 {
		w.next = f.segments[n-1].end()
	}
	o.state = f.state
	o.state.epoch, o.state.boot = f.epoch, bootID()
	o.state.floor = next - 1
	o.state.behind, o.state.clean = false, false
	o.state.count++
	err := writeState(o.j.disk, o.state, true)
	for _, mend := range []func(*found) error{o.cut, o.tidy, o.resume} {
		if failed := mend(f); err == nil {
			err = failed
		}
	}
	if err != nil {
		o.blocked = o.blocked || o.file == nil
		w.stuck = o.blocked
		o.fault(err)
	}
	for _, c := range f.cuts {
		w.due = w.due || c.Reason != Foreign && c.Reason != Unfinished
	}
	w.due = w.due || o.seg.size >= o.j.opts.SegmentBytes
	o.measure()
	go o.j.cry()
	go o.run()
}

// cut truncates segments behind their last good entry.
func (o *owner) cut(f *found) error {
	for _, s := range f.truncate {
		t, err := o.j.disk.open(s.name)
		if err != nil {
			return fmt.Errorf("journal: cut: %w", err)
		}
		err = t.Truncate(s.size)
		if err == nil {
			err = t.Sync()
		}
		_ = t.Close()
		if err != nil {
			return fmt.Errorf("journal: cut: %w", err)
		}
	}
	return nil
}

// tidy puts aside what cannot be read, and removes what was not completed.
func (o *owner) tidy(f *found) error {
	for _, name := range f.aside {
		aside := name[:len(name)-len(segmentEnd)] + asideEnd
		if err := o.j.disk.rename(name, aside); err != nil {
			return fmt.Errorf("journal: put aside: %w", err)
		}
		o.left = append(o.left, aside)
	}
	for _, name := range f.leavings {
		if _, aside := segmentNumber(name, asideEnd); aside {
			o.left = append(o.left, name)
			continue
		}
		if err := o.j.disk.remove(name); err != nil {
			return fmt.Errorf("journal: remove: %w", err)
		}
	}
	return nil
}

// resume goes on with the last segment, or begins a new one where there is none to go on with.
func (o *owner) resume(f *found) error {
	if n := len(o.old); n > 0 && o.old[n-1].number == f.number && !o.old[n-1].broken {
		t, err := o.j.disk.open(o.old[n-1].name)
		if err != nil {
			return fmt.Errorf("journal: %w", err)
		}
		o.file, o.seg, o.old = t, o.old[n-1], o.old[:n-1]
		o.tail = true // nothing may lie behind it, whatever became of the cut
		return nil
	}
	o.last++
	b := &build{seg: segment{header: header{number: o.last, base: o.j.waiting.next, seq: o.lastSeq(), epoch: o.j.epoch}, name: segmentName(o.last)}}
	b.seg.last = b.seg.seq
	err := b.make(o.j.disk)
	if err == nil {
		err = o.j.disk.rename(tempName(o.last), b.seg.name)
	}
	if err == nil {
		err = o.j.disk.sync()
	}
	if err != nil {
		if b.file != nil {
			_ = b.file.Close()
			_ = o.j.disk.remove(tempName(o.last))
		}
		return fmt.Errorf("journal: first segment: %w", err)
	}
	o.file, o.seg = b.file, b.seg
	return nil
}

func (o *owner) lastSeq() uint64 {
	if n := len(o.old); n > 0 {
		return o.old[n-1].last
	}
	return 0
}
