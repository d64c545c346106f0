package call

import (
	"fmt"
	"slices"
	"time"
)

const (
	// ConnectTime is how long a connection may take after 전화받기 until the offer counts as lost: longer than two looks at the
	// switch, which find an answer that was not heard.
	ConnectTime = 10 * time.Second
	// DialTime is how long an outside number may ring.
	DialTime = 60 * time.Second
	// ConsultTime is how long a consulted agent or outside number may ring.
	ConsultTime = 30 * time.Second
	// ParkTime is how long a customer waits for an agent whose line broke.
	ParkTime = 25 * time.Second
	// AnnouncementTime is the longest an announcement may last.
	AnnouncementTime = 60 * time.Second
	// FailedAnnouncement is when a call is cut whose announcement could not be played.
	FailedAnnouncement = time.Second
	// CleanUpTime is how long a released leg may take to be gone before it is released again.
	CleanUpTime = 5 * time.Second
)

// Step folds one event into a call. It returns the call after it, what has to be done, in this order, and what
// became true. An event that means nothing in the call's phase changes nothing.
func Step(c Call, ev Event, now time.Time) (Call, []Effect, []Fact) {
	s := &stepping{Call: c.clone(), now: now} // Step never writes through a pointer it was given
	if _, failed := ev.(SwitchFailed); failed {
		s.switchFailed()
		return s.result()
	}
	switch c.Phase {
	case Arriving:
		s.arriving(ev)
	case Waiting:
		s.waiting(ev)
	case Offering:
		s.offering(ev)
	case Dialling:
		s.dialling(ev)
	case Talking:
		s.talking(ev)
	case Holding:
		s.holding(ev)
	case ConsultRinging:
		s.consultRinging(ev)
	case Consulting, ThreeWay:
		s.consulting(ev)
	case Transferring, TransferredOut:
		s.transferring(ev)
	case Parked:
		s.parked(ev)
	case Announcing:
		s.announcing(ev)
	case Ended:
		s.ended(ev)
	}
	return s.result()
}

func (s *stepping) result() (Call, []Effect, []Fact) {
	if s.changed {
		s.Version++
		for i := range s.facts {
			s.facts[i].Call.Version = s.Version
		}
	}
	return s.Call, s.effects, s.facts
}

// New is a call that does not exist yet; its first event is Arrived or Dialled.
func New() Call { return Call{Phase: Arriving} }

func (c Call) clone() Call {
	if c.Line != nil {
		line := *c.Line
		c.Line = &line
	}
	if c.Target != nil {
		target := *c.Target
		c.Target = &target
	}
	return c
}

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

func (s *stepping) fact(kind FactKind, about AgentID) { s.tell(Fact{Kind: kind, Agent: about}) }

func (s *stepping) tell(f Fact) {
	s.changed = true
	f.At, f.Call = s.now, s.clone()
	s.facts = append(s.facts, f)
}

func (s *stepping) enter(p Phase) {
	s.Phase = p
	s.changed = true
}

// newLeg names a leg that we ask for now; no two legs of a call have one name, not even over a restart. All such ids have
// one length, for Asterisk refuses an id that is the beginning of a live one. The kind tells a reader whose it is: a
// agent, c customer, t target.
func (s *stepping) newLeg(kind byte) LegID {
	s.LegsMade++
	return LegID(fmt.Sprintf("%s-%c%012x%02x", s.ID, kind, uint64(s.now.UnixMicro())&0xffffffffffff, byte(s.LegsMade)))
}

// owns says whether the event is the agent's whose call it is.
func (s *stepping) owns(a AgentID) bool { return s.Line != nil && s.Line.Agent == a }

func (s *stepping) join(why JoinPurpose, legs ...LegID) {
	s.Joining, s.Bridged = why, true
	j := JoinLegs{Bridge: s.Bridge(), Purpose: why}
	copy(j.Legs[:], legs)
	s.do(j)
}

// joined says whether the event reports the join that is under way, of the legs as they are.
func (s *stepping) joined(e LegsJoined) bool {
	if s.Joining == "" || e.Join.Purpose != s.Joining {
		return false
	}
	known := s.Legs()
	for _, leg := range e.Join.Legs {
		if leg != "" && !slices.Contains(known, leg) {
			return false
		}
	}
	s.Joining = ""
	return true
}

func (s *stepping) music() {
	if s.HeldAt.IsZero() && !s.ConnectedAt.IsZero() {
		s.HeldAt = s.now
	}
	s.do(PlayMusic{Leg: s.Customer, Class: s.Queue.Music})
}

func (s *stepping) musicOver() {
	if !s.HeldAt.IsZero() {
		s.HeldFor += s.now.Sub(s.HeldAt)
		s.HeldAt = time.Time{}
	}
}

func (s *stepping) release(l *Line, cause int) {
	if l != nil && l.Leg != "" && l.LegState != Gone {
		s.do(ReleaseLeg{Leg: l.Leg, Cause: cause})
	}
}

// releaseAgents releases every leg but the customer's.
func (s *stepping) releaseAgents(cause int) {
	s.release(s.Line, cause)
	if s.Target != nil {
		s.release(&s.Target.Line, cause)
	}
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

// due says whether the deadline that was reached is still the one in force.
func (s *stepping) due(e DeadlineReached) bool {
	return !s.Deadline().IsZero() && !e.Deadline.Before(s.Deadline())
}

// reasonOf words the Q.850 cause with which the network ended a leg that we dialled (ITU-T Q.850, table 1).
func reasonOf(cause int) Reason {
	switch cause {
	case 1, 2, 3, 22, 28: // unallocated, no route, changed, invalid format
		return Unallocated
	case 17:
		return Busy
	case 18, 19, 20:
		return NoAnswer
	case 21:
		return Refused
	}
	return NetworkError
}
