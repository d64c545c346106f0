package call

import (
	"fmt"
	"time"
)

const (
	// ConnectTime is how long a connection may take after 전화받기 until the offer counts as lost.
	ConnectTime = 5 * time.Second
	// AnnouncementTime is the longest an announcement may last.
	AnnouncementTime = 60 * time.Second
	// CleanUpTime is how long a released leg may take to be gone before it is released again.
	CleanUpTime = 5 * time.Second
)

// Step folds one event into a call. It returns the call after it, what has to be done, in this order, and what
// became true. An event that means nothing in the call's phase changes nothing.
func Step(c Call, ev Event, now time.Time) (Call, []Effect, []Fact) {
	s := &stepping{Call: c, now: now}
	if c.Offer != nil {
		offer := *c.Offer // Step never writes through a pointer it was given
		s.Offer = &offer
	}
	switch c.Phase {
	case Arriving:
		s.arriving(ev)
	case Waiting:
		s.waiting(ev)
	case Offering:
		s.offering(ev)
	case Talking:
		s.talking(ev)
	case Announcing:
		s.announcing(ev)
	case Ended:
		s.ended(ev)
	}
	if s.changed {
		s.Version++
		for i := range s.facts {
			s.facts[i].Call.Version = s.Version
		}
	}
	return s.Call, s.effects, s.facts
}

// New is a call that has not arrived yet; its first event is Arrived.
func New() Call { return Call{Phase: Arriving} }

type stepping struct {
	Call
	now     time.Time
	changed bool // in a way that an agent sees, so that his commands must name the new version
	effects []Effect
	facts   []Fact
}

func (s *stepping) do(effects ...Effect) {
	s.effects = append(s.effects, effects...)
}

func (s *stepping) fact(kind FactKind, about AgentID) {
	s.changed = true
	c := s.Call
	if c.Offer != nil {
		offer := *c.Offer
		c.Offer = &offer
	}
	s.facts = append(s.facts, Fact{Kind: kind, At: s.now, Agent: about, Call: c})
}

func (s *stepping) enter(p Phase) {
	s.Phase = p
	s.changed = true
}

func (s *stepping) arriving(ev Event) {
	e, ok := ev.(Arrived)
	if !ok {
		return
	}
	s.ID, s.Customer, s.CustomerState = e.Call, e.Leg, Ringing
	s.Caller, s.Dialled, s.ArrivedAt = e.Caller, e.Dialled, s.now
	if e.Queue != nil {
		s.Queue, s.QueuedAt = *e.Queue, s.now
	}
	s.fact(CallArrived, "")
	if e.Queue == nil {
		s.giveUpAt = s.now.Add(AnnouncementTime)
		s.enter(Announcing)
		s.do(Announce{Leg: s.Customer, Sound: SoundUnallocated})
		return
	}
	s.enter(Waiting)
	s.do(AnswerCustomer{Leg: s.Customer}, PlayMusic{Leg: s.Customer})
	s.fact(CallQueued, "")
}

func (s *stepping) waiting(ev Event) {
	switch e := ev.(type) {
	case Assigned:
		s.Offers++
		s.Offer = &Offer{
			Agent: e.Agent, Leg: s.legFor(s.now), LegState: Dialling,
			At: s.now, Deadline: s.now.Add(s.Queue.Reclaim),
		}
		s.enter(Offering)
		s.do(RingAgent{Leg: s.Offer.Leg, Agent: e.Agent, Address: e.Address, Caller: s.Caller})
		s.fact(CallOffered, e.Agent)
	case LegAnswered:
		s.customerUp(e.Leg)
	case LegEnded:
		if s.customerGone(e.Leg) {
			s.end(AbandonedWaiting, "")
		}
	}
}

// legFor names the agent's leg of the offer made at t. All such ids have one length, for Asterisk refuses an id
// that is the beginning of a live one.
func (s *stepping) legFor(t time.Time) LegID {
	return LegID(fmt.Sprintf("%s-a%012x", s.ID, uint64(t.UnixMicro())&0xffffffffffff))
}

func (s *stepping) customerUp(leg LegID) {
	if leg == s.Customer {
		s.CustomerState = Up
	}
}

func (s *stepping) customerGone(leg LegID) bool {
	if leg != s.Customer {
		return false
	}
	s.CustomerState = Gone
	return true
}

// end closes the call and releases whatever is left of it, the agent's leg first: nobody hears what he must not.
func (s *stepping) end(why Reason, about AgentID) {
	s.Reason, s.EndedAt = why, s.now
	s.enter(Ended)
	s.fact(CallEnded, about)
	s.cleanUp()
}

func (s *stepping) cleanUp() {
	s.giveUpAt = s.now.Add(CleanUpTime)
	if s.Offer != nil && s.Offer.LegState != Gone {
		s.do(ReleaseLeg{Leg: s.Offer.Leg, Cause: CauseNormalClearing})
	}
	if s.CustomerState != Gone {
		cause := CauseNormalClearing
		if s.Reason == Unallocated {
			cause = CauseUnallocated
		}
		s.do(ReleaseLeg{Leg: s.Customer, Cause: cause})
	}
	if s.bridged {
		s.do(DropBridge{Bridge: s.Bridge()})
	}
}

func (s *stepping) announcing(ev Event) {
	switch e := ev.(type) {
	case AnnouncementEnded:
		s.end(Unallocated, "")
	case EffectFailed:
		if _, ok := e.Effect.(Announce); ok {
			s.end(Unallocated, "")
		}
	case DeadlineReached:
		if s.due(e) {
			s.end(Unallocated, "")
		}
	case LegEnded:
		if s.customerGone(e.Leg) {
			s.end(Unallocated, "")
		}
	}
}

// due says whether the deadline that was reached is still the one in force.
func (s *stepping) due(e DeadlineReached) bool {
	return !s.Deadline().IsZero() && !e.Deadline.Before(s.Deadline())
}

func (s *stepping) ended(ev Event) {
	switch e := ev.(type) {
	case LegEnded:
		if !s.customerGone(e.Leg) && s.Offer != nil && e.Leg == s.Offer.Leg {
			s.Offer.LegState = Gone
		}
	case DeadlineReached:
		if s.due(e) {
			s.cleanUp()
		}
	}
}
