package call

import (
	"slices"
	"time"
)

func (s *stepping) offering(ev Event) {
	switch e := ev.(type) {
	case Accepted:
		if s.owns(e.Agent) && !s.Line.Accepted {
			s.accept(s.Line)
		}
	case Declined:
		if s.owns(e.Agent) && !s.Line.Accepted {
			s.takeBack(OfferDeclined)
		}
	case DeadlineReached:
		switch {
		case !s.due(e):
		case s.Line.Accepted:
			s.takeBack(OfferLost)
		default:
			s.takeBack(OfferMissed)
		}
	case AgentLost:
		if s.owns(e.Agent) {
			s.takeBack(OfferLost)
		}
	case EffectFailed:
		if concerns(e.Effect, s.Line.Leg) {
			s.takeBack(OfferLost)
		}
	case LegRang:
		s.rang(s.Line, e.Leg)
	case LegAnswered:
		s.customerUp(e.Leg)
		if s.answered(s.Line, e.Leg) {
			s.join(ToConnect, s.Customer, s.Line.Leg)
		}
	case LegsJoined:
		if s.joined(e) {
			s.connect()
		}
	case LegEnded:
		switch {
		case s.customerGone(e.Leg):
			s.end(AbandonedRinging)
		case e.Leg == s.Line.Leg:
			s.Line.LegState = Gone
			s.takeBack(OfferLost)
		}
	}
}

// connect: customer and agent hear each other.
func (s *stepping) connect() {
	s.ConnectedAt, s.HeldAt, s.HeldFor, s.LeaveAt, s.SayAt = s.now, time.Time{}, 0, time.Time{}, time.Time{}
	s.enter(Talking)
	s.tell(Fact{Kind: CallConnected, Agent: s.Agent(), Target: s.Consulted()})
}

func (s *stepping) accept(l *Line) {
	l.Accepted = true
	l.Deadline = s.now.Add(ConnectTime)
	s.changed = true
	if l.LegState == Ringing {
		s.do(PickUp{Leg: l.Leg, Agent: l.Agent})
	}
}

func (s *stepping) rang(l *Line, leg LegID) {
	if leg != l.Leg || l.LegState != Asked {
		return
	}
	l.LegState = Ringing
	if l.Accepted && l.Agent != "" {
		s.do(PickUp{Leg: l.Leg, Agent: l.Agent})
	}
}

// answered says whether the line just got its audio. A line that answers without 전화받기 is a desk phone that was
// lifted: the same thing.
func (s *stepping) answered(l *Line, leg LegID) bool {
	if leg != l.Leg || l.LegState == Up || l.LegState == Gone {
		return false
	}
	l.LegState = Up
	if !l.Accepted {
		l.Accepted = true
		l.Deadline = s.now.Add(ConnectTime)
		s.changed = true
	}
	return true
}

// concerns says whether the effect was about connecting that leg, so that its failure means the leg is of no use.
func concerns(e Effect, leg LegID) bool {
	switch f := e.(type) {
	case RingAgent:
		return f.Leg == leg
	case PickUp:
		return f.Leg == leg
	case DialOut:
		return f.Leg == leg
	case JoinLegs:
		return slices.Contains(f.Legs[:], leg)
	}
	return false
}

// takeBack ends the offer; the call waits again in its place (PH-33, PH-35).
func (s *stepping) takeBack(why FactKind) {
	s.fact(why, s.Line.Agent)
	s.waitAgain(CauseNoAnswer)
}

// waitAgain sends the customer back to waiting, in his place. The other legs go first, so that nobody hears what he
// must not. A call that was never in a queue has nowhere to wait: it ends.
func (s *stepping) waitAgain(cause int) {
	s.releaseAgents(cause)
	s.musicOver()
	heard := s.Bridged
	s.ConnectedAt = time.Time{}
	s.Line, s.Target, s.Swapped, s.Joining = nil, nil, false, ""
	if s.Queue.ID == "" {
		s.end(AgentHangup)
		return
	}
	if heard {
		s.do(s.waitingMusic())
	}
	s.sayLater()
	if s.QueuedAt.IsZero() {
		s.QueuedAt = s.ArrivedAt
	}
	s.enter(Waiting)
}
