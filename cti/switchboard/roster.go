package switchboard

import (
	"cmp"
	"context"
	"slices"
	"time"

	"bellhop/cti/agent"
	"bellhop/cti/call"
)

// Roster is who can be reached inside: every agent with what he shows, and every queue (PH-50, PH-54 … PH-56).
type Roster struct {
	Agents []RosterAgent
	Queues []RosterQueue
	At     time.Time
}

// RosterAgent is one agent as his colleagues see him.
type RosterAgent struct {
	ID        call.AgentID
	Name      string
	Extension string
	Groups    []string
	State     string // occupation unless free, then presence
	Kind      agent.Kind
	Since     time.Time
	Available bool // may be consulted now
}

// RosterQueue is one queue as agents see it.
type RosterQueue struct {
	ID      call.QueueID
	Name    string
	Number  string
	Waiting int
	Ready   int // its agents who may be offered a call now
}

// RosterWatch follows the roster. It is for one goroutine.
type RosterWatch struct {
	board *Switchboard
	poked chan struct{}
}

// WatchRoster begins to follow the roster. Close it.
func (b *Switchboard) WatchRoster(ctx context.Context) (*RosterWatch, error) {
	w := &RosterWatch{board: b, poked: make(chan struct{}, 1)}
	w.poked <- struct{}{}
	begun := make(chan struct{})
	b.mailbox.put(func(*Switchboard) {
		b.rosters[w] = struct{}{}
		close(begun)
	})
	select {
	case <-begun:
		return w, nil
	case <-b.done:
		return nil, ErrStopped
	case <-ctx.Done():
		w.Close()
		return nil, ctx.Err()
	}
}

// Next waits for a roster newer than the last one it returned; the first time it returns at once.
func (w *RosterWatch) Next(ctx context.Context) (Roster, error) {
	select {
	case <-w.poked:
	case <-w.board.done:
		return Roster{}, ErrStopped
	case <-ctx.Done():
		return Roster{}, ctx.Err()
	}
	return ask(ctx, w.board, (*board).roster)
}

// Close stops following.
func (w *RosterWatch) Close() {
	w.board.mailbox.put(func(b *Switchboard) { delete(b.rosters, w) })
}

func (b *Switchboard) pokeRosters() {
	for w := range b.rosters {
		select {
		case w.poked <- struct{}{}:
		default:
		}
	}
}

// roster lists agents and queues by name.
func (b *board) roster() Roster {
	r := Roster{At: b.now}
	ready := make(map[call.QueueID]int)
	for _, s := range b.seats {
		if !s.member {
			continue
		}
		available := s.Available() && s.address != ""
		r.Agents = append(r.Agents, RosterAgent{
			ID: s.ID, Name: s.entry.Name, Extension: s.entry.Extension, Groups: slices.Clone(s.entry.Groups),
			State: stateOf(s.Agent), Kind: s.Mode.Kind, Since: s.Since, Available: available,
		})
		if available {
			for _, q := range s.entry.Queues {
				ready[q]++
			}
		}
	}
	for _, q := range b.queues {
		r.Queues = append(r.Queues, RosterQueue{
			ID: q.ID, Name: q.Name, Number: q.Number, Waiting: b.book.Waiting(q.ID), Ready: ready[q.ID],
		})
	}
	slices.SortFunc(r.Agents, func(x, y RosterAgent) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
	slices.SortFunc(r.Queues, func(x, y RosterQueue) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
	})
	return r
}

// stateOf is the state an agent shows: what he is in, or else what he says.
func stateOf(a agent.Agent) string {
	if a.Occupation != agent.Free {
		return string(a.Occupation)
	}
	return string(a.Mode.Presence)
}
