package call

// transfer is 바로전환: the agent is free at once, and the target is called for the customer. If it does not come, the
// customer waits in his queue, in his place.
func (s *stepping) transfer(t Target) {
	from := s.Agent()
	s.release(s.Line, CauseNormalClearing)
	if s.Phase == Talking || s.Phase == Arriving {
		s.music()
	}
	s.Line, s.Muted = nil, false
	to := t
	s.tell(Fact{Kind: CustomerTransferred, Agent: from, Target: t.Line.Agent, To: &to})
	switch t.Kind {
	case TargetAgent:
		s.offer(t.Line.Agent, t.Line.Address, nil)
	case TargetQueue:
		s.Queue, s.QueuedAt = t.Queue, s.ArrivedAt // who has been here before goes first
		s.enter(Waiting)
		s.fact(CallQueued, "")
	case TargetOutside:
		t.Line.Leg, t.Line.LegState, t.Line.At = s.newLeg('t'), Asked, s.now
		s.Target, s.Bridged, s.GiveUpAt = &t, true, s.now.Add(ConsultTime)
		s.enter(Transferring)
		s.do(DialOut{Leg: t.Line.Leg, Number: t.Number, CallerID: t.CallerID, Bridge: s.Bridge()})
	}
}

// transferring: an outside target is called for a customer without an agent, or talks to him.
func (s *stepping) transferring(ev Event) {
	switch e := ev.(type) {
	case LegRang:
		s.rang(&s.Target.Line, e.Leg)
	case LegAnswered:
		if s.Phase == Transferring && e.Leg == s.Target.Line.Leg && s.Joining == "" {
			s.Target.Line.LegState = Up
			s.join(ToHandOver, s.Customer, e.Leg)
		}
	case LegsJoined:
		if s.joined(e) {
			to := *s.Target
			s.musicOver()
			s.enter(TransferredOut)
			s.tell(Fact{Kind: CustomerHandedOver, To: &to})
		}
	case EffectFailed:
		if concerns(e.Effect, s.Target.Line.Leg) {
			s.notTransferred()
		}
	case DeadlineReached:
		if s.due(e) {
			s.notTransferred()
		}
	case LegEnded:
		switch {
		case s.customerGone(e.Leg):
			s.end(TransferOut)
		case e.Leg != s.Target.Line.Leg:
		case s.Phase == TransferredOut:
			s.Target.Line.LegState = Gone
			s.end(TransferOut)
		default:
			s.Target.Line.LegState = Gone
			s.notTransferred()
		}
	}
}

// notTransferred: the outside number did not come; the customer waits in his queue again.
func (s *stepping) notTransferred() {
	s.waitAgain(CauseNormalClearing)
	if s.Phase == Waiting {
		s.fact(CallQueued, "")
	}
}
