package switchboard

import (
	"slices"
	"time"

	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/queue"
)

// The rules after a call (D1).
const (
	afterCallWork  = "ticket_work"
	afterCallReady = "ready"
)

// rulesOf are the rules for agents in a call.
func (b *board) rulesOf(c call.Call) agent.Rules {
	s := b.services[c.Queue.Service]
	return agent.Rules{
		MissLimit: b.queues[c.Queue.ID].MissLimit, StayReady: s.StayReady,
		NoNotice: s.AfterCall == afterCallWork, ReadyAtOnce: s.AfterCall == afterCallReady,
	}
}

// usualPriority is that of a member to whom none was given.
const usualPriority = 5

// ranks are an agent's places among the ready agents of his queues, as each queue's strategy has it.
func (b *board) ranks(s *seat) []queue.Seat {
	ranks := make([]queue.Seat, 0, len(s.entry.Queues))
	for _, id := range s.entry.Queues {
		r := queue.Seat{Queue: id, Since: s.IdleSince}
		switch b.queues[id].Strategy {
		case call.RoundRobin:
			r.Since = s.offered[id]
		case call.FewestCalls:
			r.Count = s.taken
		case call.ByPriority:
			if r.Priority = s.entry.Priorities[id]; r.Priority == 0 {
				r.Priority = usualPriority
			}
		}
		ranks = append(ranks, r)
	}
	return ranks
}

// chosen notes that an agent is offered a call of a queue, and why him.
func (b *board) chosen(s *seat, p *queue.Pair) {
	p.Choice.Rule, p.Choice.IdleSince = b.queues[p.Queue].Strategy, s.IdleSince
	if p.Choice.Rule == "" {
		p.Choice.Rule = call.LongestIdle
	}
	offered := make(map[call.QueueID]time.Time, len(s.offered)+1)
	for id, at := range s.offered {
		if slices.Contains(s.entry.Queues, id) {
			offered[id] = at
		}
	}
	offered[p.Queue] = b.now
	s.offered = offered
	s.taken++
	b.moved(p.Queue)
	b.out.seats[s.ID] = struct{}{}
}

// mayBlind says whether he may use 바로전환 in the call he has, or in any service when he has none.
func (b *board) mayBlind(s *seat) bool {
	if c, live := b.calls[s.Call]; live {
		return slices.Contains(s.entry.BlindIn, c.Queue.Service)
	}
	return len(s.entry.BlindIn) > 0
}
