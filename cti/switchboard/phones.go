package switchboard

import (
	"maps"
	"slices"
	"strings"
	"time"

	"bellhop/cti/agent"
	"bellhop/cti/call"
)

func (b *board) phoneUp(e PhoneUp) {
	s, ok := b.seats[e.Agent]
	if !ok || !s.member || (e.Session != "" && e.Session == s.closed) {
		b.out.close = append(b.out.close, e.Agent)
		return
	}
	s.stalled = s.stalled && s.session == e.Session
	s.session, s.address = e.Session, e.Address
	b.out.seats[s.ID] = struct{}{}
	b.toAgent(e.Agent, agent.PhoneConnected{})
	if s.Call != "" && !s.stalled {
		b.toCall(s.Call, call.AgentBack{Agent: e.Agent, Address: e.Address})
	}
}

// phoneStalled: the customer hears music at once, long before the session counts as lost.
func (b *board) phoneStalled(e PhoneStalled) {
	s, ok := b.seats[e.Agent]
	if !ok || s.session != e.Session || s.stalled {
		b.ignored++
		return
	}
	s.stalled = true
	if s.Call != "" {
		b.toCall(s.Call, call.AgentAway{Agent: s.ID})
	}
}

func (b *board) phoneFlows(e PhoneFlows) {
	s, ok := b.seats[e.Agent]
	if !ok || s.session != e.Session || !s.stalled {
		b.ignored++
		return
	}
	s.stalled = false
	if s.Call != "" && s.PhoneUp {
		b.toCall(s.Call, call.AgentBack{Agent: s.ID, Address: s.address})
	}
}

// parkOrRejoin: a customer who is parked though his agent's phone is well (only the line broke) is joined again at once;
// one who is joined while the phone is stalled is parked.
func (b *board) parkOrRejoin(id call.ID, before, after call.Call) {
	s := b.seats[after.Agent()]
	if s == nil || before.Phase == after.Phase {
		return
	}
	switch {
	case after.Phase == call.Parked && s.PhoneUp && !s.stalled:
		b.toCall(id, call.AgentBack{Agent: s.ID, Address: s.address})
	case after.Phase == call.Talking && s.stalled:
		b.toCall(id, call.AgentAway{Agent: s.ID})
	}
}

// phoneDown is ignored for a session that another one has replaced: a reloaded page's new session may come first.
func (b *board) phoneDown(e PhoneDown) {
	s, ok := b.seats[e.Agent]
	if !ok || s.session != e.Session {
		b.ignored++
		return
	}
	b.phoneGone(s)
}

// phoneGone: the agent's audio is gone. A customer who talks to him hears music until he is back (reload) or the grace
// has passed.
func (b *board) phoneGone(s *seat) {
	b.toAgent(s.ID, agent.PhoneLost{})
	if s.Call != "" {
		b.toCall(s.Call, call.AgentAway{Agent: s.ID})
	}
}

func (b *board) phonesLost(e PhonesLost) {
	for _, s := range b.seatsAt(e.Address) {
		if s.PhoneUp {
			b.phoneGone(s)
		}
	}
}

// phonesSeen: who is not among the sessions has no phone, though we may never have heard that he lost it.
func (b *board) phonesSeen(e PhonesSeen) {
	if before := b.processes[e.Address]; before != e.Process {
		b.processes[e.Address] = e.Process
		b.out.processes = true
		if before != "" {
			b.legsDead(e.Address)
		}
	}
	for _, s := range b.seatsAt(e.Address) {
		if !slices.Contains(e.Sessions, s.session) {
			b.phoneGone(s)
		}
	}
}

// legsDead: the agents' legs at that address have no phone any more. The switch would notice it seconds later.
func (b *board) legsDead(address string) {
	b.cause = "phones_restarted"
	for _, id := range slices.Sorted(maps.Keys(b.calls)) {
		c := b.calls[id]
		lines := []*call.Line{c.Line}
		if c.Target != nil {
			lines = append(lines, &c.Target.Line)
		}
		for _, l := range lines {
			if l != nil && l.Leg != "" && l.LegState != call.Gone && strings.HasSuffix(l.Address, "@"+address) {
				b.do(id, call.ReleaseLeg{Leg: l.Leg, Cause: call.CauseNormalClearing})
				b.toCall(id, call.LegEnded{Leg: l.Leg})
			}
		}
	}
}

// seatsAt are the agents whose phones are at that media process.
func (b *board) seatsAt(address string) []*seat {
	var at []*seat
	for _, id := range slices.Sorted(maps.Keys(b.seats)) {
		if s := b.seats[id]; strings.HasSuffix(s.address, "@"+address) {
			at = append(at, s)
		}
	}
	return at
}

func (b *board) directoryChanged(d Directory) {
	d.Flows = b.withFlowsInUse(d.Flows)
	b.directory, b.out.directory = &d, true
	b.queues = make(map[call.QueueID]Queue, len(d.Queues))
	for _, q := range d.Queues {
		b.queues[q.ID] = q
	}
	b.numbers = d.Numbers
	b.flowsChanged(d)
	b.services = make(map[call.ServiceID]Service, len(d.Services))
	for _, s := range d.Services {
		b.services[s.ID] = s
	}
	for _, s := range b.seats {
		s.member = false
		b.out.touched[s.ID] = struct{}{}
	}
	for _, entry := range d.Agents {
		s, ok := b.seats[entry.ID]
		if !ok {
			s = &seat{Agent: agent.New(entry.ID, b.now)}
			b.seats[entry.ID] = s
		}
		s.entry, s.member = entry, true
		b.out.touched[entry.ID] = struct{}{}
	}
	for _, id := range slices.Sorted(maps.Keys(b.seats)) {
		s := b.seats[id]
		if s.inBook { // membership of queues may have changed
			b.book.Unready(s.ID)
			s.inBook = false
		}
		b.seatInBook(s)
	}
}

// graceOver says that the agent has been unreachable since lostAt, for the whole grace. A call he is in goes back to
// its queue: the customer must not wait for somebody who does not come.
func (b *board) graceOver(id call.AgentID, lostAt time.Time) {
	s, ok := b.seats[id]
	if !ok || !s.LostAt.Equal(lostAt) {
		return
	}
	b.toAgent(id, agent.GracePassed{LostAt: lostAt})
	if s.Call != "" {
		b.toCall(s.Call, call.AgentLost{Agent: id})
	}
}

// left says that somebody has no phone any more: he is not in the directory, and the call that he was in has ended.
func (s *seat) left() bool { return !s.member && s.Call == "" }
