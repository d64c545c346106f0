// Package queue is the pure model of distribution: which waiting call gets which ready agent. The call that has
// waited longest goes first, to the member of its queue who stands first there: each queue ranks its agents as its
// strategy says. Every change costs O(log n) in the calls waiting and the agents ready; nothing is searched and nothing polls.
package queue

import (
	"slices"
	"time"

	"bellhop/cti/call"
)

// Book holds the waiting calls and the ready agents. The zero value is not usable; make one with NewBook. It is not
// safe for concurrent use: the switchboard's loop owns it.
type Book struct {
	lines  map[call.QueueID]*line
	calls  map[call.ID]call.QueueID
	agents map[call.AgentID][]Seat
	// touched are the lines that changed since Next last found nothing, in the order they changed.
	touched []call.QueueID
}

// Pair is a call and the agent it is to be offered to.
type Pair struct {
	Call   call.ID
	Agent  call.AgentID
	Queue  call.QueueID
	Choice call.Choice
}

// Seat is an agent's place among the ready ones of a queue: the lowest Priority is first, then the lowest Count, then the
// earliest Since.
type Seat struct {
	Queue    call.QueueID
	Priority int
	Count    int
	Since    time.Time
}

type line struct {
	waiting *ranked[call.ID, place]
	ready   *ranked[call.AgentID, rank]
}

type place struct {
	at time.Time
	id call.ID
}

type rank struct {
	Seat
	id call.AgentID
}

// NewBook is an empty book.
func NewBook() *Book {
	return &Book{
		lines:  make(map[call.QueueID]*line),
		calls:  make(map[call.ID]call.QueueID),
		agents: make(map[call.AgentID][]Seat),
	}
}

// Wait puts a call into a queue at its place, the time at which it first entered it. A call that waits already is moved.
func (b *Book) Wait(id call.ID, q call.QueueID, at time.Time) {
	b.Leave(id)
	b.line(q).waiting.put(id, place{at, id})
	b.calls[id] = q
	b.touched = append(b.touched, q)
}

// Leave takes a call out of its queue, if it is in one.
func (b *Book) Leave(id call.ID) {
	if q, ok := b.calls[id]; ok {
		b.line(q).waiting.remove(id)
		delete(b.calls, id)
	}
}

// Ready says that an agent can be offered calls of these queues.
func (b *Book) Ready(id call.AgentID, seats []Seat) {
	b.Unready(id)
	b.agents[id] = slices.Clone(seats)
	for _, s := range seats {
		b.line(s.Queue).ready.put(id, rank{s, id})
		b.touched = append(b.touched, s.Queue)
	}
}

// Unready says that an agent cannot be offered calls.
func (b *Book) Unready(id call.AgentID) {
	for _, s := range b.agents[id] {
		b.line(s.Queue).ready.remove(id)
	}
	delete(b.agents, id)
}

// Next is the next call to offer and to whom; both leave the book with it. It is false when no waiting call has a
// ready agent.
func (b *Book) Next() (Pair, bool) {
	for len(b.touched) > 0 {
		if p, ok := b.pair(b.touched[0]); ok {
			b.Leave(p.Call)
			b.Unready(p.Agent)
			return p, true
		}
		b.touched = b.touched[1:]
	}
	b.touched = nil
	return Pair{}, false
}

// pair is who goes together next because of a queue. Where its first agent has an older call in another of his queues,
// that queue comes first, with its own first agent.
func (b *Book) pair(q call.QueueID) (Pair, bool) {
	for {
		l := b.line(q)
		agent, first, ok := l.ready.first()
		id, at, waits := l.waiting.first()
		if !ok || !waits {
			return Pair{}, false
		}
		older := b.oldestFor(agent, at)
		if older == "" || older == q {
			return Pair{Call: id, Agent: agent, Queue: q, Choice: call.Choice{
				IdleSince: first.Since, Ready: l.ready.size(), Waiting: l.waiting.size(),
			}}, true
		}
		q = older
	}
}

// oldestFor is the agent's queue whose first call has waited longer than at, and longest; or empty.
func (b *Book) oldestFor(agent call.AgentID, at place) call.QueueID {
	var oldest call.QueueID
	for _, s := range b.agents[agent] {
		if _, p, ok := b.line(s.Queue).waiting.first(); ok && p.before(at) {
			oldest, at = s.Queue, p
		}
	}
	return oldest
}

// Place is how many calls of its queue will be offered before the call, and itself: 1 is the first. It is 0 when the call does
// not wait. It looks at every call of the queue.
func (b *Book) Place(id call.ID) int {
	q, ok := b.calls[id]
	if !ok {
		return 0
	}
	return b.line(q).waiting.position(id)
}

// Waiting is how many calls wait in a queue.
func (b *Book) Waiting(q call.QueueID) int {
	if l, ok := b.lines[q]; ok {
		return l.waiting.size()
	}
	return 0
}

func (b *Book) line(q call.QueueID) *line {
	l, ok := b.lines[q]
	if !ok {
		l = &line{
			waiting: newRanked[call.ID](place.before),
			ready:   newRanked[call.AgentID](rank.before),
		}
		b.lines[q] = l
	}
	return l
}

func (p place) before(o place) bool {
	if !p.at.Equal(o.at) {
		return p.at.Before(o.at)
	}
	return p.id < o.id
}

func (r rank) before(o rank) bool {
	switch {
	case r.Priority != o.Priority:
		return r.Priority < o.Priority
	case r.Count != o.Count:
		return r.Count < o.Count
	case !r.Since.Equal(o.Since):
		return r.Since.Before(o.Since)
	}
	return r.id < o.id
}
