package switchboard

import (
	"context"
	"strings"
	"sync"
	"time"

	"bellhop/cti/agent"
	"bellhop/cti/call"
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
			b.turn(func() { f(b) })
		}
		b.fireDue()
		timer.Reset(b.untilNext())
		select {
		case <-b.mailbox.wake:
		case <-timer.C:
		case <-ctx.Done():
			return
		}
	}
}

// turn folds one item of the mailbox and lets out what follows.
func (b *Switchboard) turn(f func()) {
	b.board.begin(time.Now())
	f()
	out := b.board.take()
	for _, e := range out.effects {
		b.enqueue(e)
	}
	for _, id := range out.close {
		b.closePhone(id)
	}
	for _, fact := range out.facts {
		if b.opts.OnFact != nil {
			b.opts.OnFact(fact)
		}
	}
	b.arm(out)
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
}

// arm keeps the schedule true to the deadlines of everything that the step touched.
func (b *Switchboard) arm(out outcome) {
	for id := range out.calls {
		var deadline time.Time
		if c, ok := b.board.calls[id]; ok {
			deadline = c.Deadline()
		}
		b.schedule.set(string(id), deadline)
	}
	for id := range out.touched {
		b.schedule.set(agentKey+string(id), b.board.seats[id].Deadline())
	}
}

// agentKey keeps an agent's deadline apart from a call's.
const agentKey = "agent:"

func (b *Switchboard) untilNext() time.Duration {
	next := b.schedule.next()
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
	for {
		key, at, ok := b.schedule.pop(now)
		if !ok {
			break
		}
		b.turn(func() { b.deadline(key, at) })
	}
	if !b.waitsDue.IsZero() && !now.Before(b.waitsDue) {
		b.tellWaiting()
	}
}

func (b *Switchboard) deadline(key string, at time.Time) {
	id, isAgent := strings.CutPrefix(key, agentKey)
	if !isAgent {
		b.board.toCall(call.ID(key), call.DeadlineReached{Deadline: at})
		return
	}
	b.board.graceOver(call.AgentID(id), at.Add(-agent.Grace))
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
