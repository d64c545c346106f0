package call

import "time"

// consult puts the customer on hold music and calls the target (PH-57).
func (s *stepping) consult(t Target) {
	if s.Phase == Talking {
		s.music()
	}
	s.Target, s.Swapped = &t, false
	s.enter(ConsultRinging)
	s.tell(Fact{Kind: ConsultStarted, Agent: s.Agent(), Target: t.Line.Agent})
	if t.Kind == TargetOutside {
		line := &s.Target.Line
		line.Leg, line.LegState, line.At = s.newLeg('t'), Asked, s.now
		line.Accepted, line.Deadline = true, s.now.Add(ConsultTime)
		s.Bridged = true
		s.do(DialOut{Leg: line.Leg, Number: t.Number, CallerID: t.CallerID, Bridge: s.Bridge(), With: s.Line.Leg})
		return
	}
	s.do(RingBack{Leg: s.Line.Leg, On: true})
	if t.Kind == TargetAgent {
		s.ringTarget(nil)
	}
}

// ringTarget lets the phone of the target's agent ring.
func (s *stepping) ringTarget(why *Choice) {
	line := &s.Target.Line
	line.Leg, line.LegState, line.At, line.Accepted = s.newLeg('t'), Asked, s.now, false
	line.Deadline = s.now.Add(ConsultTime)
	s.do(RingAgent{Leg: line.Leg, Agent: line.Agent, Address: line.Address, Caller: s.Caller})
	s.tell(Fact{Kind: CallOffered, Agent: line.Agent, Choice: why})
}

func (s *stepping) consultRinging(ev Event) {
	if s.targetRinging(ev) {
		return
	}
	switch e := ev.(type) {
	case Assigned:
		if _, _, _, waits := s.WaitsFor(); waits {
			s.Target.Line.Agent, s.Target.Line.Address = e.Agent, e.Address
			s.ringTarget(&e.Choice)
		}
	case ConsultCancelled:
		if s.owns(e.Agent) {
			s.consultOver(Cancelled)
		}
	case HungUp:
		if s.owns(e.Agent) {
			s.end(AgentHangup)
		}
	case LegEnded:
		switch {
		case s.customerGone(e.Leg):
			s.end(CustomerHangup)
		case e.Leg == s.Line.Leg:
			s.Line.LegState = Gone
			s.consultOver(NoAgent)
			s.park()
		}
	default:
		s.withCustomer(ev)
	}
}

// targetRinging handles what happens to a target that is being called; false when the event is not about that.
func (s *stepping) targetRinging(ev Event) bool {
	line := &s.Target.Line
	if line.Leg == "" {
		return false
	}
	switch e := ev.(type) {
	case Accepted:
		if e.Agent == line.Agent && !line.Accepted {
			s.accept(line)
		}
	case Declined:
		if e.Agent == line.Agent && !line.Accepted {
			s.targetFailed(OfferDeclined, Refused)
		}
	case DeadlineReached:
		switch {
		case !line.Deadline.IsZero() && e.Deadline.Before(line.Deadline):
		case line.Accepted && line.Agent != "":
			s.targetFailed(OfferLost, NetworkError)
		default:
			s.targetFailed(OfferMissed, NoAnswer)
		}
	case EffectFailed:
		if !concerns(e.Effect, line.Leg) {
			return false
		}
		s.targetFailed(OfferLost, NetworkError)
	case LegRang:
		if e.Leg != line.Leg {
			return false
		}
		s.rang(line, e.Leg)
	case LegAnswered:
		if e.Leg != line.Leg {
			return false
		}
		if s.answered(line, e.Leg) {
			s.join(purposeOf(s.Direction), s.Line.Leg, line.Leg)
		}
	case LegsJoined:
		if s.joined(e) {
			s.targetJoined()
		}
	case LegEnded:
		if e.Leg != line.Leg {
			return false
		}
		line.LegState = Gone
		s.targetFailed(OfferLost, reasonOf(e.Cause))
	default:
		return false
	}
	return true
}

func purposeOf(d Direction) JoinPurpose {
	if d == Internal {
		return ToConnect
	}
	return ToConsult
}

func (s *stepping) targetJoined() {
	if s.Direction == Internal {
		s.connect()
		return
	}
	s.enter(Consulting)
	s.tell(Fact{Kind: ConsultConnected, Agent: s.Agent(), Target: s.Consulted()})
}

// targetFailed: the target did not come. In a consult of a queue the next of its agents is called; else it is like 취소
// (D8), and an internal call ends.
func (s *stepping) targetFailed(fact FactKind, why Reason) {
	line := &s.Target.Line
	if line.Agent != "" {
		s.fact(fact, line.Agent)
	}
	s.release(line, CauseNoAnswer)
	line.Leg, line.LegState = "", ""
	s.Joining = ""
	switch {
	case s.Direction == Internal:
		s.end(why)
	case s.Target.Kind == TargetQueue:
		s.Target.Line = Line{}
		s.changed = true
	default:
		line.Agent = ""
		s.consultOver(why)
	}
}

// consultOver takes the target out; the customer is on hold, or talks if the agent was with him (D8).
func (s *stepping) consultOver(why Reason) {
	target := s.Consulted()
	if s.Phase == ConsultRinging && target != "" {
		s.fact(OfferWithdrawn, target)
		target = ""
	}
	s.release(&s.Target.Line, CauseNormalClearing)
	if s.Phase == ConsultRinging {
		s.do(RingBack{Leg: s.Line.Leg})
	}
	next := Holding
	if s.Swapped || s.Phase == ThreeWay {
		next = Talking
	}
	s.Target, s.Swapped, s.Joining = nil, false, ""
	s.enter(next)
	s.tell(Fact{Kind: ConsultEnded, Agent: s.Agent(), Target: target, Why: why})
}

// consulting: agent and target talk (or agent and customer, if swapped), or all three do.
func (s *stepping) consulting(ev Event) {
	switch e := ev.(type) {
	case CustomerConnected:
		if s.owns(e.Agent) {
			s.handOver()
		}
	case ConsultCancelled:
		if s.owns(e.Agent) {
			s.consultOver(Cancelled)
		}
	case TargetDropped:
		if s.owns(e.Agent) && s.Phase == ThreeWay {
			s.consultOver(Cancelled)
		}
	case Swapped:
		if s.owns(e.Agent) && s.Phase == Consulting && s.Joining == "" {
			s.swap()
		}
	case ThreeWayAsked:
		if s.owns(e.Agent) && s.Phase == Consulting && s.Joining == "" {
			s.join(ToThreeWay, s.Customer, s.Line.Leg, s.Target.Line.Leg)
		}
	case LegsJoined:
		s.consultJoined(e)
	case HungUp:
		switch {
		case s.owns(e.Agent):
			s.end(AgentHangup)
		case e.Agent != "" && e.Agent == s.Consulted():
			s.consultOver(TargetHangup)
		}
	case EffectFailed:
		if j, ok := e.Effect.(JoinLegs); ok && j.Purpose == s.Joining {
			s.Joining = ""
		}
	case LegEnded:
		s.consultLegEnded(e.Leg)
	default:
		s.withCustomer(ev)
	}
}

func (s *stepping) consultJoined(e LegsJoined) {
	if !s.joined(e) || e.Join.Purpose != ToThreeWay {
		return
	}
	s.musicOver()
	s.Swapped = false
	s.enter(ThreeWay)
	s.tell(Fact{Kind: ThreeWayStarted, Agent: s.Agent(), Target: s.Consulted()})
}

// swap sends one of the two to the hold music and lets the agent hear the other.
func (s *stepping) swap() {
	s.Swapped = !s.Swapped
	s.changed = true
	if s.Swapped {
		s.do(PlayMusic{Leg: s.Target.Line.Leg})
		s.musicOver()
		s.join(ToSwap, s.Customer, s.Line.Leg)
		return
	}
	s.music()
	s.join(ToSwap, s.Target.Line.Leg, s.Line.Leg)
}

func (s *stepping) consultLegEnded(leg LegID) {
	switch {
	case s.customerGone(leg):
		s.end(CustomerHangup)
	case leg == s.Target.Line.Leg:
		s.Target.Line.LegState = Gone
		s.consultOver(TargetHangup)
	case leg == s.Line.Leg && s.Phase == ThreeWay:
		s.Line.LegState = Gone
		s.handOver()
	case leg == s.Line.Leg:
		s.Line.LegState = Gone
		s.consultOver(NoAgent)
		s.park()
	}
}

// handOver is 고객연결 (PH-59): the agent is off the line first, then customer and target hear each other, and the
// target's agent owns the call. With an outside target the call goes on without an agent.
func (s *stepping) handOver() {
	from, to, target := s.Agent(), *s.Target, s.Target.Line
	s.release(s.Line, CauseNormalClearing)
	s.musicOver()
	s.join(ToHandOver, s.Customer, target.Leg)
	s.Swapped, s.Muted = false, target.Muted
	if s.Target.Kind == TargetOutside {
		s.Line = nil
		s.Joining = "" // both are up; nothing waits for it
		s.enter(TransferredOut)
	} else {
		target.Deadline, target.Muted = time.Time{}, false
		s.Line, s.Target, s.Joining = &target, nil, ""
		s.enter(Talking)
	}
	s.tell(Fact{Kind: CustomerHandedOver, Agent: from, Target: target.Agent, To: &to})
}
