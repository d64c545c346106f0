package switchboard

import (
	"context"
	"encoding/json"
	"sync"
	"time"
)

// countsEvery is how often at most agents are told that the number of waiting calls changed.
const countsEvery = 250 * time.Millisecond

// mailbox is a queue that never blocks and never drops.
type mailbox struct {
	mu    sync.Mutex
	items []func(*Switchboard)
	wake  chan struct{}
}

func newMailbox() *mailbox { return &mailbox{wake: make(chan struct{}, 1)} }

func (m *mailbox) put(f func(*Switchboard)) {
	m.mu.Lock()
	m.items = append(m.items, f)
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

func (m *mailbox) take() []func(*Switchboard) {
	m.mu.Lock()
	defer m.mu.Unlock()
	items := m.items
	m.items = nil
	return items
}

func (b *Switchboard) loop(ctx context.Context) {
	defer close(b.done)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		for _, f := range b.mailbox.take() {
			b.board.turn(time.Now(), func() { f(b) })
		}
		b.fireDue()
		b.flush()
		timer.Reset(b.untilNext())
		select {
		case <-b.mailbox.wake:
		case <-timer.C:
		case <-ctx.Done():
			return
		}
	}
}

// flush writes down what changed and only then lets out what follows from it: what we did is never forgotten.
func (b *Switchboard) flush() {
	b.record()
	out := b.board.take()
	for _, e := range out.effects {
		b.perform(e)
	}
	for _, id := range out.close {
		b.closePhone(id)
	}
	if b.opts.OnFact != nil {
		for _, fact := range out.facts {
			b.opts.OnFact(fact)
		}
	}
	for _, tell := range b.replies {
		tell()
	}
	b.replies = nil
	for q := range out.queues {
		b.waitsOf[q] = struct{}{}
		if b.waitsDue.IsZero() {
			b.waitsDue = b.board.now.Add(countsEvery)
		}
	}
	for id := range out.touched {
		b.poke(id)
	}
	if len(out.touched)+len(out.queues) > 0 {
		b.pokeRosters()
	}
	if b.drained != nil && b.board.idle() {
		close(b.drained)
		b.drained = nil
	}
}

// record hands the journal what changed, or everything when it asks for that.
func (b *Switchboard) record() {
	j := b.opts.Journal
	if j == nil {
		return
	}
	r, changed := b.board.changes()
	write := j.Append
	if j.CheckpointDue() {
		r, changed, write = b.board.whole(), true, j.Checkpoint
	}
	if !changed {
		return
	}
	data, err := json.Marshal(r)
	if err != nil {
		b.opts.Log.Error("the journal's record cannot be written", "error", err)
		return
	}
	write(data, r.Seq)
}

func (b *Switchboard) untilNext() time.Duration {
	next := b.board.schedule.next()
	if !b.waitsDue.IsZero() && (next.IsZero() || b.waitsDue.Before(next)) {
		next = b.waitsDue
	}
	if next.IsZero() {
		return time.Hour
	}
	return max(0, time.Until(next))
}

// fireDue turns every deadline that has passed into its event.
func (b *Switchboard) fireDue() {
	now := time.Now()
	for b.board.fireNext(now) {
	}
	if !b.waitsDue.IsZero() && !now.Before(b.waitsDue) {
		b.tellWaiting()
	}
}

// fireNext folds the earliest deadline if it has passed.
func (b *board) fireNext(now time.Time) bool {
	key, at, ok := b.schedule.pop(now)
	if ok {
		b.turn(now, func() { b.step(deadlineReached{key, at}) })
	}
	return ok
}

// tellWaiting pokes every agent in whose queues the number of waiting calls changed.
func (b *Switchboard) tellWaiting() {
	for id, s := range b.board.seats {
		for _, q := range s.entry.Queues {
			if _, ok := b.waitsOf[q]; ok {
				b.poke(id)
				break
			}
		}
	}
	b.waitsDue = time.Time{}
	clear(b.waitsOf)
}
