package history

import (
	"maps"
	"slices"
	"time"

	"bellhop/cti/call"
)

// Book follows the calls that are going on and says of each agent's part in them, when it is over, what it was. It has
// no clock and no I/O, and is not safe for concurrent use. It is rebuilt by being told the facts of the live calls again,
// from each one's first.
type Book struct {
	parts map[call.ID]map[call.AgentID]*part
}

// part is an agent's part in a call that is going on.
type part struct {
	Entry
	caller    bool      // he made the call
	heldSince time.Time // since when the customer waits for him; zero while he does not
}

// NewBook is a book of no calls.
func NewBook() *Book { return &Book{parts: make(map[call.ID]map[call.AgentID]*part)} }

// Fold takes one fact in and returns what is over because of it. A fact that is told again gives the same entries again,
// or none.
func (b *Book) Fold(f call.Fact) []Entry {
	s := &folding{book: b, fact: f, parts: b.parts[f.Call.ID]}
	switch f.Kind {
	case call.CallDialled:
		s.dialled()
	case call.CallOffered:
		s.offered()
	case call.OfferDeclined:
		s.end(f.Agent, Declined, ByAgent, "")
	case call.OfferMissed:
		s.end(f.Agent, Missed, BySystem, "")
	case call.OfferLost:
		s.end(f.Agent, Lost, BySystem, "")
	case call.OfferWithdrawn:
		s.end(f.Agent, CallerGone, ByTarget, "")
	case call.CallConnected:
		s.connected(f.Agent)
		s.connected(f.Target)
	case call.ConsultConnected:
		s.connected(f.Target)
	case call.ConsultEnded:
		s.end(f.Target, Answered, endedConsult(f.Why), f.Why)
	case call.CustomerHandedOver:
		s.end(f.Agent, Transferred, ByAgent, "")
		s.takesOver(f.Target)
	case call.CustomerTransferred:
		s.end(f.Agent, Transferred, ByAgent, "")
	case call.HostileEndStarted:
		s.end(f.Agent, Answered, ByAgent, call.HostileEnd)
		s.end(f.Target, Answered, ByTarget, call.HostileEnd)
	case call.CallReturned:
		s.end(f.Agent, Lost, BySystem, "")
		s.end(f.Target, Answered, BySystem, "")
	case call.CallEnded:
		s.callEnded()
	case call.CallArrived, call.CallQueued, call.CallHeld, call.CallResumed, call.ConsultStarted, call.ThreeWayStarted,
		call.CallParked, call.CallRejoined, call.CallRecovered, call.StateRepaired, call.CallOverflowed: // what they say of holding is in the phase
	}
	s.hold()
	return s.over
}

// folding is one fact being folded.
type folding struct {
	book  *Book
	fact  call.Fact
	parts map[call.AgentID]*part // of the fact's call
	over  []Entry
}

func (s *folding) dialled() {
	c := s.fact.Call
	p := &part{caller: true, Entry: s.entry(c.Line, c.Direction)}
	if c.Direction == call.Internal {
		p.Peer = c.Target.Line.Agent
	} else {
		p.Service = c.Queue.Service
	}
	s.begin(p)
}

func (s *folding) offered() {
	c := s.fact.Call
	if c.Agent() == s.fact.Agent { // the customer is offered to him
		p := &part{Entry: s.entry(c.Line, call.Inbound)}
		p.Queue, p.Service = c.Queue.Name, c.Queue.Service
		s.begin(p)
		return
	}
	if c.Consulted() != s.fact.Agent {
		return
	}
	p := &part{Entry: s.entry(&c.Target.Line, call.Internal)}
	p.Peer, p.Queue = c.Agent(), c.Target.Queue.Name
	if c.Direction != call.Internal {
		p.Service = c.Queue.Service
	}
	s.begin(p)
}

func (s *folding) entry(l *call.Line, d call.Direction) Entry {
	c := s.fact.Call
	e := Entry{
		Call: c.ID, Agent: s.fact.Agent, Direction: d, Number: c.Caller.Number, Name: c.Caller.Name, StartedAt: s.fact.At,
	}
	if l != nil {
		e.Leg = l.Leg
	}
	return e
}

func (s *folding) begin(p *part) {
	if p.Agent == "" || p.Leg == "" {
		return
	}
	if now, going := s.parts[p.Agent]; going {
		if now.Leg == p.Leg {
			return // told again
		}
		s.end(p.Agent, Lost, BySystem, "")
	}
	if s.book.parts[p.Call] == nil {
		s.book.parts[p.Call] = make(map[call.AgentID]*part)
	}
	s.parts = s.book.parts[p.Call]
	s.parts[p.Agent] = p
}

func (s *folding) connected(agent call.AgentID) {
	if p, going := s.parts[agent]; going && p.ConnectedAt.IsZero() {
		p.ConnectedAt = s.fact.At
	}
}

// takesOver: the agent who was consulted has the customer now.
func (s *folding) takesOver(agent call.AgentID) {
	if p, going := s.parts[agent]; going {
		p.Direction = call.Inbound
		if s.fact.Call.Direction == call.Inbound {
			p.Queue = s.fact.Call.Queue.Name
		}
	}
}

// hold measures how long the customer waits for the agent whose call it is.
func (s *folding) hold() {
	p, going := s.parts[s.fact.Call.Agent()]
	if !going {
		return
	}
	switch s.fact.Call.Phase {
	case call.Holding, call.Parked:
		if p.heldSince.IsZero() {
			p.heldSince = s.fact.At
		}
	default:
		p.heldOver(s.fact.At)
	}
}

func (p *part) heldOver(at time.Time) {
	if !p.heldSince.IsZero() {
		p.Hold += max(0, at.Sub(p.heldSince))
		p.heldSince = time.Time{}
	}
}

// end ends the agent's part. Who was not connected did not answer: whoever called gave up.
func (s *folding) end(agent call.AgentID, r Result, by By, why call.Reason) {
	p, going := s.parts[agent]
	if !going {
		return
	}
	if r == Answered && p.ConnectedAt.IsZero() {
		r = CallerGone
		if p.caller {
			r = Cancelled
		}
		if why == call.SwitchFailure {
			r = Lost
		}
	}
	p.heldOver(s.fact.At)
	p.Result, p.EndedBy, p.Reason, p.EndedAt = r, by, why, s.fact.At
	if !p.ConnectedAt.IsZero() {
		p.Talk = max(0, p.EndedAt.Sub(p.ConnectedAt)-p.Hold)
	}
	s.over = append(s.over, p.Entry)
	delete(s.parts, agent)
	if len(s.parts) == 0 {
		delete(s.book.parts, s.fact.Call.ID)
	}
}

func (s *folding) callEnded() {
	c := s.fact.Call
	for _, agent := range slices.Sorted(maps.Keys(s.parts)) {
		p := s.parts[agent]
		result := Answered
		if p.caller && p.ConnectedAt.IsZero() {
			result = reached(c.Reason)
		}
		s.end(agent, result, endedBy(c, agent == s.fact.Agent), c.Reason)
	}
}

// reached is what became of a call that reached nobody.
func reached(why call.Reason) Result {
	switch why {
	case call.Busy:
		return Busy
	case call.NoAnswer:
		return NoAnswer
	case call.Refused:
		return Refused
	case call.Unallocated:
		return Unallocated
	case call.Cancelled:
		return Cancelled
	case call.NoAgent:
		return NoAgent
	default:
		return NetworkError
	}
}

// endedBy is who ended the call, as its owner sees it, or the agent who is consulted or called.
func endedBy(c call.Call, owner bool) By {
	ownerDid, targetDid := ByAgent, ByTarget
	if !owner {
		ownerDid, targetDid = ByTarget, ByAgent
	}
	switch c.Reason {
	case call.CustomerHangup, call.AbandonedRinging, call.AbandonedWaiting:
		return ByCustomer
	case call.AgentHangup, call.Cancelled:
		return ownerDid
	case call.TargetHangup:
		return targetDid
	case call.Refused:
		if c.Direction != call.Internal {
			return ByCustomer
		}
		return targetDid
	default:
		return BySystem
	}
}

// endedConsult is who ended a consult, as the one who was consulted sees it.
func endedConsult(why call.Reason) By {
	switch why {
	case call.Cancelled:
		return ByTarget
	case call.TargetHangup:
		return ByAgent
	default:
		return BySystem
	}
}
