// Package queue is the pure model of distribution: which waiting call gets which ready agent. The call that has
// waited longest goes first, to the agent who has been ready longest among those who are members of its queue. Every
// change costs O(log n) in the calls waiting and the agents ready; nothing is searched and nothing polls.
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
	agents map[call.AgentID][]call.QueueID
	// touched are the lines that changed since Next last found nothing, in the order they changed.
	touched []call.QueueID
}

// Pair is a call and the agent it is to be offered to.
type Pair struct {
	Call   call.ID
	Agent  call.AgentID
	Choice call.Choice
}

type line struct {
	waiting *ranked[call.ID, place]
	ready   *ranked[call.AgentID, idle]
}

type place struct {
	at time.Time
	id call.ID
}

type idle struct {
	since time.Time
	id    call.AgentID
}

// NewBook is an empty book.
func NewBook() *Book {
	return &Book{
		lines:  make(map[call.QueueID]*line),
		calls:  make(map[call.ID]call.QueueID),
		agents: make(map[call.AgentID][]call.QueueID),
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

// Ready says that an agent can be offered calls of these queues, and since when.
func (b *Book) Ready(id call.AgentID, queues []call.QueueID, since time.Time) {
	b.Unready(id)
	b.agents[id] = slices.Clone(queues)
	for _, q := range queues {
		b.line(q).ready.put(id, idle{since, id})
	}
	b.touched = append(b.touched, queues...)
}

// Unready says that an agent cannot be offered calls.
func (b *Book) Unready(id call.AgentID) {
	for _, q := range b.agents[id] {
		b.line(q).ready.remove(id)
	}
	delete(b.agents, id)
}

// Next is the next call to offer and to whom; both leave the book with it. It is false when no waiting call has a
// ready agent.
func (b *Book) Next() (Pair, bool) {
	for len(b.touched) > 0 {
		agent, idle, ok := b.line(b.touched[0]).ready.first()
		if ok && b.line(b.touched[0]).waiting.size() > 0 {
			p := Pair{Call: b.bestFor(agent), Agent: agent}
			from := b.line(b.calls[p.Call])
			p.Choice = call.Choice{
				Rule: call.LongestIdle, IdleSince: idle.since, Ready: from.ready.size(), Waiting: from.waiting.size(),
			}
			b.Leave(p.Call)
			b.Unready(agent)
			return p, true
		}
		b.touched = b.touched[1:]
	}
	b.touched = nil
	return Pair{}, false
}

// bestFor is the call that has waited longest in any of the agent's queues.
func (b *Book) bestFor(agent call.AgentID) call.ID {
	var best place
	for _, q := range b.agents[agent] {
		if _, p, ok := b.line(q).waiting.first(); ok && (best.id == "" || p.before(best)) {
			best = p
		}
	}
	return best.id
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
			ready:   newRanked[call.AgentID](idle.before),
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

func (i idle) before(o idle) bool {
	if !i.since.Equal(o.since) {
		return i.since.Before(o.since)
	}
	return i.id < o.id
}
