package journal

import (
	"errors"
	"time"
)

// item is an entry on its way to the disk.
type item struct {
	Entry
	at  uint64 // changes before it, since the journal began
	gap bool   // of a checkpoint: entries before it were dropped
}

func (i item) bytes() int64 { return frameBytes + int64(len(i.Data)) }

// waiting is what was handed over and is not written yet; guarded by Journal.mu.
type waiting struct {
	items      []item
	bytes      int64
	dropped    uint64 // how often items were dropped
	next       uint64 // changes handed over, since the journal began
	checkpoint *item
	building   bool // a checkpoint is on its way
	appenders  []appender

	gap    bool // entries were dropped: nothing is kept until the next checkpoint
	stuck  bool // nobody waits for the disk
	due    bool
	closed bool
	fault  error
	since  time.Time   // when the disk was last found to be stalled
	alarm  *time.Timer // set while it is slow
}

// appender waits until the changes before at are written.
type appender struct {
	at   uint64
	done chan struct{}
}

// Append adds entries. See the package for what it promises.
func (j *Journal) Append(entries ...Entry) {
	start := time.Now()
	done := j.hand(entries)
	if done != nil {
		timer := time.NewTimer(j.opts.Patience)
		select {
		case <-done:
		case <-timer.C:
			j.stall(done)
		}
		timer.Stop()
	}
	j.metrics.appends.Observe(time.Since(start).Seconds())
}

// hand gives entries to the owner of the file. The channel is closed when they are written or there is no use in waiting; nil if so already.
func (j *Journal) hand(entries []Entry) chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	w := &j.waiting
	if w.closed {
		return nil
	}
	for _, e := range entries {
		if e.Kind == Checkpoint {
			j.checkpoint(e)
			continue
		}
		i := item{Entry: e, at: w.next}
		w.next++
		if w.gap || int64(len(e.Data)) > entryLimit || w.bytes+i.bytes() > memoryLimit {
			j.overflow()
			continue
		}
		w.items = append(w.items, i)
		w.bytes += i.bytes()
	}
	j.nudge()
	if w.stuck || w.gap || len(w.items) == 0 {
		return nil
	}
	done := make(chan struct{})
	w.appenders = append(w.appenders, appender{w.next, done})
	return done
}

// Checkpoint hands over the whole state, and returns at once. A new segment is made with it in the background; until it is in place, recovery uses
// the checkpoint before it and the changes since. One that is handed over while another is being made is not needed, and ignored.
func (j *Journal) Checkpoint(e Entry) {
	e.Kind = Checkpoint
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.waiting.closed {
		return
	}
	j.checkpoint(e)
	j.nudge()
}

// checkpoint needs mu.
func (j *Journal) checkpoint(e Entry) {
	w := &j.waiting
	if w.building {
		return
	}
	w.checkpoint = &item{Entry: e, at: w.next, gap: w.gap}
	w.building, w.due, w.gap = true, false, false
}

// overflow drops what waits; it needs mu.
func (j *Journal) overflow() {
	w := &j.waiting
	if !w.gap {
		j.degrade(ErrOverflow)
	}
	w.items, w.bytes, w.gap = nil, 0, true
	w.dropped++
	if w.checkpoint != nil {
		w.checkpoint.gap = true
	}
	j.release()
}

// release lets everybody go who waits for the disk; it needs mu.
func (j *Journal) release() {
	for _, a := range j.waiting.appenders {
		close(a.done)
	}
	j.waiting.appenders = nil
}

// stall notes that the disk did not answer an appender in time. Nobody waits for it then; it is a fault when it lasts.
func (j *Journal) stall(done chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	select {
	case <-done:
		return
	default:
	}
	w := &j.waiting
	w.stuck = true
	j.release()
	j.metrics.stalls.Inc()
	if w.alarm == nil {
		w.alarm = time.AfterFunc(alarmAfter, j.alarm)
	}
}

func (j *Journal) alarm() {
	j.mu.Lock()
	defer j.mu.Unlock()
	w := &j.waiting
	w.alarm = nil
	if !w.stuck || len(w.items) == 0 {
		return
	}
	w.since = time.Now()
	j.degrade(ErrStalled)
}

// degrade notes a fault, once; it needs mu. A broken disk outweighs a slow one.
func (j *Journal) degrade(err error) {
	w := &j.waiting
	if w.fault != nil && (!errors.Is(w.fault, ErrStalled) || errors.Is(err, ErrStalled)) {
		return
	}
	w.fault = err
	j.metrics.healthy.Set(0)
	j.say(func() {
		j.opts.Log.Error("journal degraded: calls go on, a crash now would lose them", "dir", j.opts.Dir, "err", err)
	})
	tell(j.changed)
	j.nudge()
}

// heal ends a fault; it needs mu.
func (j *Journal) heal() {
	w := &j.waiting
	if w.fault == nil {
		return
	}
	was := w.fault
	j.say(func() { j.opts.Log.Info("journal healthy again", "dir", j.opts.Dir, "was", was) })
	w.fault = nil
	j.metrics.healthy.Set(1)
	tell(j.changed)
	j.nudge()
}

// batch gives the owner what to write next: changes, or a checkpoint with the changes before it that could not be written.
func (j *Journal) batch(blocked bool) (items []item, checkpoint *item, dropped uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	w := &j.waiting
	if blocked && w.checkpoint == nil {
		return nil, nil, w.dropped
	}
	before, size := 0, int64(0)
	for ; before < len(w.items); before++ {
		i := w.items[before]
		if w.checkpoint != nil && i.at >= w.checkpoint.at || !blocked && size > writeAtOnce {
			break
		}
		size += i.bytes()
	}
	items = w.items[:before:before]
	if w.checkpoint != nil && (before == 0 || blocked) {
		checkpoint, w.checkpoint = w.checkpoint, nil
		return items, checkpoint, w.dropped
	}
	return items, nil, w.dropped
}

// written takes what was written out of what waits.
func (j *Journal) written(items []item, dropped uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	w := &j.waiting
	if w.dropped == dropped {
		w.items = w.items[len(items):]
		for _, i := range items {
			w.bytes -= i.bytes()
		}
	}
	j.drained(items[len(items)-1].at + 1)
}

// drained notes that the changes before at are on disk; it needs mu.
func (j *Journal) drained(at uint64) {
	w := &j.waiting
	n := 0
	for ; n < len(w.appenders) && w.appenders[n].at <= at; n++ {
		close(w.appenders[n].done)
	}
	w.appenders = w.appenders[n:]
	if len(w.items) == 0 {
		w.items, w.stuck = nil, false
		if w.alarm != nil {
			w.alarm.Stop()
			w.alarm = nil
		}
	}
}
