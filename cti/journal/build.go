package journal

import (
	"errors"
	"fmt"
)

const probeName = "probe.tmp"

var errTooLong = errors.New("journal: the checkpoint is too long")

// build is a segment being made: changes that the old one could not take, the checkpoint, and the changes since.
type build struct {
	seg        segment
	file       file
	checkpoint item
	first      []item
	since      []item
	sinceBytes int64
	abandoned  bool // too much happened meanwhile
}

// also takes note of changes that were written to the old segment meanwhile.
func (b *build) also(items []item) {
	for _, i := range items {
		if b.abandoned || i.at < b.checkpoint.at {
			continue
		}
		b.since = append(b.since, i)
		if b.sinceBytes += i.bytes(); b.sinceBytes > memoryLimit {
			b.since, b.abandoned = nil, true
		}
	}
}

func tempName(number uint64) string { return fmt.Sprintf("%016x%s", number, tempEnd) }

// start begins a new segment.
func (o *owner) start(first []item, checkpoint item) {
	o.last++
	b := &build{checkpoint: checkpoint, first: first}
	h := header{number: o.last, base: checkpoint.at, seq: o.seg.last, epoch: o.j.epoch, gap: checkpoint.gap}
	if len(first) > 0 {
		h.base = first[0].at
	}
	b.seg = segment{header: h, name: segmentName(h.number), last: h.seq}
	o.build = b
	o.chore(func() func() {
		err := b.make(o.j.disk)
		return func() { o.finish(b, err) }
	})
}

// make writes the segment under its temporary name, and fsyncs it.
func (b *build) make(d disk) error {
	f, err := d.create(tempName(b.seg.number))
	if err != nil {
		return err
	}
	b.file = f
	head := b.seg.encode()
	if _, err := f.WriteAt(head, 0); err != nil {
		return err
	}
	b.seg.size, b.seg.sum = headerBytes, headerSum(head)
	if err := b.put(b.first); err != nil {
		return err
	}
	if b.checkpoint.Kind == 0 {
		return f.Sync() // a journal's first segment has none
	}
	if int64(len(b.checkpoint.Data)) > entryLimit {
		return errTooLong
	}
	if err := b.put([]item{b.checkpoint}); err != nil {
		return err
	}
	return f.Sync()
}

func (b *build) put(items []item) error {
	var buf []byte
	for n, i := range items {
		start := b.seg.size - int64(len(buf))
		buf, b.seg.sum = appendFrame(buf, b.seg.sum, i.Entry)
		b.seg.add(i.Entry, b.seg.size+i.bytes(), b.seg.sum)
		if len(buf) < writeAtOnce && n < len(items)-1 {
			continue
		}
		if _, err := b.file.WriteAt(buf, start); err != nil {
			return err
		}
		buf = buf[:0]
	}
	return nil
}

// finish puts a complete segment into the place of the old one.
func (o *owner) finish(b *build, err error) {
	o.build = nil
	o.need = b.seg.size
	if err == nil && !b.abandoned {
		if err = b.put(b.since); err == nil {
			err = o.j.disk.rename(tempName(b.seg.number), b.seg.name)
		}
	}
	if err != nil || b.abandoned {
		o.discard(b)
		o.j.failed(b, err)
		return
	}
	if old := o.file; old != nil {
		o.old = append(o.old, o.seg)
		o.chore(func() func() { return retire(old) })
	}
	o.file, o.seg = b.file, b.seg
	o.tail, o.blocked, o.dirty, o.named = false, false, true, false
	o.j.placed(b)
	o.measure()
	o.settle()
}

// retire makes the old segment's last entries survive a power failure too. An error is of no consequence: the new segment has the state.
func retire(f file) func() {
	_ = f.Sync()
	_ = f.Close()
	return func() {}
}

// settle makes the new name survive a power failure; then older segments may go.
func (o *owner) settle() {
	left := o.left
	o.left = nil
	o.chore(func() func() {
		err := o.j.disk.sync()
		if err == nil {
			for _, name := range left {
				_ = o.j.disk.remove(name)
			}
		}
		return func() {
			if err != nil {
				o.fault(err)
				return
			}
			o.named = true
			o.prune()
		}
	})
}

func (o *owner) discard(b *build) {
	o.chore(func() func() {
		if b.file != nil {
			_ = b.file.Close()
			_ = o.j.disk.remove(tempName(b.seg.number))
		}
		return func() {}
	})
}

// failed goes on with the old segment; err is nil when too much happened while the new one was made.
func (j *Journal) failed(b *build, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	w := &j.waiting
	w.building = false
	if b.checkpoint.gap {
		j.overflow() // what waits rests on the checkpoint that is not there
	}
	if err != nil {
		j.degrade(err)
		return
	}
	w.due = true
}

// placed goes on with the new segment, in which everything before the checkpoint is.
func (j *Journal) placed(b *build) {
	j.mu.Lock()
	defer j.mu.Unlock()
	w := &j.waiting
	w.building = false
	n := 0
	for ; n < len(w.items) && w.items[n].at < b.checkpoint.at; n++ {
		w.bytes -= w.items[n].bytes()
	}
	w.items = w.items[n:]
	j.drained(b.checkpoint.at)
	if !w.gap {
		j.heal()
	}
}

// prune removes segments before the newest checkpoint, oldest first, as far as their facts are acknowledged.
func (o *owner) prune() {
	if !o.named {
		return
	}
	acked := o.j.acked.Load()
	newest := len(o.old)
	if !o.seg.checkpoint {
		for newest--; newest > 0 && !o.old[newest].checkpoint; newest-- {
		}
	}
	n := 0
	for n < newest && o.old[n].last <= acked {
		n++
	}
	if n == 0 {
		return
	}
	gone := o.old[:n:n]
	o.old = append([]segment(nil), o.old[n:]...)
	o.measure()
	o.chore(func() func() {
		for _, s := range gone {
			if err := o.j.disk.remove(s.name); err != nil {
				o.j.opts.Log.Warn("journal: an old segment stays", "segment", s.name, "err", err)
				break
			}
		}
		return func() {}
	})
}

// probe finds out whether there is room for a checkpoint.
func (o *owner) probe() {
	need := max(o.need+o.j.held(), probeAtLeast)
	o.chore(func() func() {
		err := fill(o.j.disk, need)
		return func() {
			if err == nil {
				o.j.ask()
			}
		}
	})
}

func (j *Journal) held() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.waiting.bytes
}

func fill(d disk, size int64) error {
	f, err := d.create(probeName)
	if err != nil {
		return err
	}
	defer func() { _ = d.remove(probeName) }()
	zeros := make([]byte, min(size, writeAtOnce))
	for at := int64(0); at < size && err == nil; at += int64(len(zeros)) {
		_, err = f.WriteAt(zeros, at)
	}
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}
