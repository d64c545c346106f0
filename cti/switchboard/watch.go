package switchboard

import (
	"context"
	"fmt"

	"bellhop/cti/agent"
	"bellhop/cti/call"
)

// Watch follows one agent's view. It is for one goroutine.
type Watch struct {
	board *Switchboard
	id    call.AgentID
	poked chan struct{}
}

// ErrNoAgent says that there is no such agent.
var ErrNoAgent = fmt.Errorf("switchboard: no such agent")

// Watch begins to follow an agent's view: state and everything after it in one call. Close it.
func (b *Switchboard) Watch(ctx context.Context, id call.AgentID) (*Watch, error) {
	w := &Watch{board: b, id: id, poked: make(chan struct{}, 1)}
	w.poked <- struct{}{}
	known := make(chan bool, 1)
	b.mailbox.put(func(*Switchboard) {
		s, ok := b.board.seats[id]
		if ok = ok && !s.left(); ok {
			if b.watches[id] == nil {
				b.watches[id] = make(map[*Watch]struct{})
			}
			b.watches[id][w] = struct{}{}
		}
		known <- ok
	})
	select {
	case ok := <-known:
		if !ok {
			return nil, ErrNoAgent
		}
		return w, nil
	case <-b.done:
		return nil, ErrStopped
	case <-ctx.Done():
		w.Close()
		return nil, ctx.Err()
	}
}

// Next waits for a view newer than the last one it returned; the first time it returns at once. Views in between are
// skipped.
func (w *Watch) Next(ctx context.Context) (AgentView, error) {
	select {
	case <-w.poked:
	case <-w.board.done:
		return AgentView{}, ErrStopped
	case <-ctx.Done():
		return AgentView{}, ctx.Err()
	}
	view, ok := w.board.View(ctx, w.id)
	if !ok {
		if err := ctx.Err(); err != nil {
			return AgentView{}, err
		}
		return AgentView{}, ErrNoAgent
	}
	return view, nil
}

// Close stops following.
func (w *Watch) Close() {
	w.board.mailbox.put(func(b *Switchboard) {
		delete(b.watches[w.id], w)
		if len(b.watches[w.id]) == 0 {
			delete(b.watches, w.id)
		}
	})
}

func (b *Switchboard) poke(id call.AgentID) {
	if s, ok := b.board.seats[id]; ok {
		s.changed++
	}
	for w := range b.watches[id] {
		select {
		case w.poked <- struct{}{}:
		default:
		}
	}
}

// view is what the agent's screen shows.
func (b *board) view(id call.AgentID) (AgentView, bool) {
	s, ok := b.seats[id]
	if !ok || s.left() {
		return AgentView{}, false
	}
	v := AgentView{
		Agent: s.Agent, Name: s.entry.Name, Extension: s.entry.Extension, Blind: b.mayBlind(s),
		SwitchUp: b.switchUp, Fenced: b.fenced, Draining: b.draining,
		JournalOK: !b.health.JournalBroken, RecordsLate: b.health.RecordsLate,
		Changed: s.changed, At: b.now,
	}
	for _, q := range s.entry.Queues {
		v.Waiting += b.book.Waiting(q)
	}
	if c, live := b.calls[s.Call]; live && s.Occupation != agent.Free {
		v.Call = b.callView(c, s)
	}
	return v, true
}

// Counts is how many calls and agents are in each state, for the metrics.
type Counts struct {
	Calls    map[call.Phase]int
	Agents   map[string]int // occupation unless free, then presence
	Waiting  map[call.QueueID]int
	SwitchUp bool
	Ignored  uint64 // events that meant nothing since the start
	Repaired uint64 // events that had to be made up after a lost connection, since the start
}

func (b *board) count() Counts {
	n := Counts{
		Calls: make(map[call.Phase]int), Agents: make(map[string]int), Waiting: make(map[call.QueueID]int),
		SwitchUp: b.switchUp, Ignored: b.ignored, Repaired: b.repaired,
	}
	for _, p := range call.Phases {
		n.Calls[p] = 0
	}
	for _, c := range b.calls {
		n.Calls[c.Phase]++
	}
	for _, p := range []agent.Presence{agent.SignedOut, agent.Default, agent.Ready, agent.Break, agent.Work} {
		n.Agents[string(p)] = 0
	}
	for _, o := range []agent.Occupation{
		agent.Offered, agent.Dialling, agent.Talking, agent.Holding, agent.Consulting,
	} {
		n.Agents[string(o)] = 0
	}
	for _, s := range b.seats {
		n.Agents[stateOf(s.Agent)]++
	}
	for id := range b.queues {
		n.Waiting[id] = b.book.Waiting(id)
	}
	return n
}
