package journal

import (
	"errors"
	"time"
)

// owner is the goroutine that has the file: nobody else writes, truncates or replaces it. What may take long (fsync, making a checkpoint, removing
// files) is a chore, done one at a time by another goroutine, so that no append waits for it.
type owner struct {
	j    *Journal
	file file    // nil: there is no segment that can be written
	seg  segment // what file holds
	old  []segment
	left []string // files of other times, to be removed with the next checkpoint
	last uint64   // highest number of a segment in use

	tail    bool // the file has bytes beyond the last good entry
	blocked bool // the file cannot be written
	dirty   bool // written since the last fsync
	named   bool // the file's name survives a power failure
	build   *build
	state   state // as it was written last
	need    int64 // how much room the next checkpoint takes

	chores   []func() func()
	busy     bool
	done     chan func()
	flush    alarm
	retry    alarm
	closing  bool
	ending   int // how far close is
	finished bool
	buf      []byte
}

// alarm is a timer that is set or not.
type alarm struct {
	*time.Timer
	set bool
}

func newAlarm() alarm {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return alarm{Timer: t}
}

func (a *alarm) in(d time.Duration) {
	if !a.set {
		a.set = true
		a.Reset(d)
	}
}

func newOwner(j *Journal) *owner {
	return &owner{j: j, done: make(chan func(), 1), flush: newAlarm(), retry: newAlarm()}
}

func (o *owner) run() {
	defer o.end()
	closing := o.j.closing
	for !o.finished {
		o.write()
		o.arrange()
		if o.finished {
			return
		}
		select {
		case <-o.j.wake:
		case then := <-o.done:
			o.busy = false
			then()
		case <-o.flush.C:
			o.flush.set = false
			o.sync()
		case <-o.retry.C:
			o.retry.set = false
			o.again()
		case <-closing:
			closing, o.closing = nil, true
			o.j.shut()
		}
	}
}

// arrange sets the alarms, starts the next chore, and ends the owner when everything is done.
func (o *owner) arrange() {
	if o.dirty || o.j.acked.Load() > o.state.acked || o.degraded() != o.state.behind {
		o.flush.in(o.j.opts.FlushEvery)
	}
	if o.degraded() {
		o.retry.in(retryEvery)
	}
	if o.closing && !o.busy && len(o.chores) == 0 && o.build == nil {
		o.close()
	}
	if !o.busy && len(o.chores) > 0 {
		work := o.chores[0]
		o.chores = o.chores[1:]
		o.busy = true
		go func() { o.done <- work() }()
	}
}

// chore has work done beside the owner; what work returns is done by the owner afterwards.
func (o *owner) chore(work func() (then func())) { o.chores = append(o.chores, work) }

func (o *owner) degraded() bool { return o.j.Err() != nil }

func (o *owner) fault(err error) {
	o.j.mu.Lock()
	defer o.j.mu.Unlock()
	o.j.degrade(err)
}

// write writes what waits, as far as that is possible.
func (o *owner) write() {
	for {
		items, checkpoint, dropped := o.j.batch(o.blocked)
		switch {
		case checkpoint != nil:
			o.start(items, *checkpoint)
		case len(items) == 0:
			return
		default:
			o.append(items, dropped)
		}
	}
}

func (o *owner) append(items []item, dropped uint64) {
	seg := o.seg
	o.buf = o.buf[:0]
	for _, i := range items {
		o.buf, seg.sum = appendFrame(o.buf, seg.sum, i.Entry)
		seg.add(i.Entry, seg.size+i.bytes(), seg.sum)
	}
	if err := o.put(o.buf); err != nil {
		o.block(err)
		return
	}
	o.seg, o.dirty = seg, true
	if o.build != nil {
		o.build.also(items)
	}
	o.j.written(items, dropped)
	if seg.size >= o.j.opts.SegmentBytes && !o.degraded() {
		o.j.ask() // degraded, it is asked for when there is room
	}
	o.measure()
	if cap(o.buf) > 2*writeAtOnce {
		o.buf = nil
	}
}

// put writes behind the last good entry, or leaves nothing there.
func (o *owner) put(b []byte) error {
	if o.tail {
		if err := o.file.Truncate(o.seg.size); err != nil {
			return err
		}
		o.tail = false
	}
	if _, err := o.file.WriteAt(b, o.seg.size); err != nil {
		o.tail = o.file.Truncate(o.seg.size) != nil
		return err
	}
	return nil
}

// block keeps what waits in memory until the file can be written again.
func (o *owner) block(err error) {
	o.blocked = true
	o.j.mu.Lock()
	defer o.j.mu.Unlock()
	o.j.waiting.stuck = true
	o.j.degrade(err)
	o.j.release()
}

// sync has the file fsynced, and the state written when it changed.
func (o *owner) sync() {
	if o.busy {
		o.flush.in(o.j.opts.FlushEvery)
		return
	}
	if acked := o.j.acked.Load(); acked > o.state.acked || o.degraded() != o.state.behind {
		o.remember(func(s *state) { s.acked, s.behind = acked, o.degraded() })
		o.prune()
	}
	if !o.dirty || o.file == nil {
		o.dirty = false
		return
	}
	o.dirty = false
	f := o.file
	o.chore(func() func() {
		err := f.Sync()
		return func() {
			if err != nil && f == o.file {
				o.fault(err)
			}
		}
	})
}

// remember changes the state's file. That is only tried: losing it means repeats, and a leap in the numbers.
func (o *owner) remember(change func(*state)) {
	s := o.state
	change(&s)
	s.count++
	s.floor = max(s.floor, o.seg.last)
	o.state = s
	o.chore(func() func() {
		_ = writeState(o.j.disk, s, s.clean)
		return func() {}
	})
}

// again is what is tried from time to time while degraded.
func (o *owner) again() {
	if errors.Is(o.j.Err(), ErrStalled) {
		o.j.calm()
		return
	}
	if !o.degraded() {
		return
	}
	if o.blocked && o.file != nil {
		o.blocked = false
		o.write()
	}
	if !o.busy && o.j.wantsRoom() {
		o.probe()
	}
}

// calm heals a journal whose disk has been fast again for a while.
func (j *Journal) calm() {
	j.mu.Lock()
	defer j.mu.Unlock()
	w := &j.waiting
	if len(w.items) == 0 && !w.gap && time.Since(w.since) >= calmAfter {
		j.heal()
	}
}

// wantsRoom says whether a checkpoint is needed and was not asked for yet.
func (j *Journal) wantsRoom() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.waiting.fault != nil && !j.waiting.due && !j.waiting.building
}

// ask asks for a checkpoint.
func (j *Journal) ask() {
	j.mu.Lock()
	defer j.mu.Unlock()
	w := &j.waiting
	if w.building || w.due {
		return
	}
	w.due = true
	if w.fault != nil {
		tell(j.changed)
	}
}

// shut lets nothing more in.
func (j *Journal) shut() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.waiting.closed = true
}

// close writes and fsyncs what there is, then notes whether that is everything, then ends.
func (o *owner) close() {
	o.ending++
	switch o.ending {
	case 1:
		if o.blocked && o.file != nil {
			o.blocked = false
			o.write()
		}
		o.dirty = true
		o.sync()
	case 2:
		clean, acked := !o.j.unwritten(), o.j.acked.Load()
		o.remember(func(s *state) { s.acked, s.behind, s.clean = acked, !clean, clean })
	default:
		o.finished = true
	}
}

// unwritten says whether entries will be missing.
func (j *Journal) unwritten() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.waiting.gap || len(j.waiting.items) > 0
}

// end gives everything back.
func (o *owner) end() {
	if o.file != nil {
		_ = o.file.Close()
	}
	o.flush.Stop()
	o.retry.Stop()
	o.j.next.close()
	_ = o.j.lock.Release()
	close(o.j.closed)
}

func (o *owner) measure() {
	size := o.seg.size
	for _, s := range o.old {
		size += s.size
	}
	o.j.metrics.bytes.Set(float64(size))
}
