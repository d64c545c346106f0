package call

func (s *stepping) offering(ev Event) {
	switch e := ev.(type) {
	case Accepted:
		if e.Agent == s.Offer.Agent && !s.Offer.Accepted {
			s.accept()
		}
	case Declined:
		if e.Agent == s.Offer.Agent && !s.Offer.Accepted {
			s.takeBack(OfferDeclined)
		}
	case DeadlineReached:
		if !s.due(e) {
			return
		}
		if s.Offer.Accepted {
			s.takeBack(OfferLost)
		} else {
			s.takeBack(OfferMissed)
		}
	case AgentLost:
		if e.Agent == s.Offer.Agent {
			s.takeBack(OfferLost)
		}
	case EffectFailed:
		s.offerEffectFailed(e)
	case LegRang:
		s.agentRang(e.Leg)
	case LegAnswered:
		s.customerUp(e.Leg)
		s.agentAnswered(e.Leg)
	case LegsJoined:
		s.joined(e.Leg)
	case LegEnded:
		s.offeringLegEnded(e.Leg)
	}
}

func (s *stepping) accept() {
	s.Offer.Accepted = true
	s.Offer.Deadline = s.now.Add(ConnectTime)
	s.changed = true
	if s.Offer.LegState == Ringing {
		s.do(PickUp{Leg: s.Offer.Leg, Agent: s.Offer.Agent})
	}
}

func (s *stepping) agentRang(leg LegID) {
	if leg != s.Offer.Leg || s.Offer.LegState != Dialling {
		return
	}
	s.Offer.LegState = Ringing
	if s.Offer.Accepted {
		s.do(PickUp{Leg: s.Offer.Leg, Agent: s.Offer.Agent})
	}
}

// agentAnswered joins the parties. A leg that answers without 전화받기 is a desk phone that was lifted: the same thing.
func (s *stepping) agentAnswered(leg LegID) {
	if leg != s.Offer.Leg || s.Offer.LegState == Up {
		return
	}
	s.Offer.LegState = Up
	if !s.Offer.Accepted {
		s.Offer.Accepted = true
		s.Offer.Deadline = s.now.Add(ConnectTime)
		s.changed = true
	}
	s.Offer.Joining = true
	s.bridged = true
	s.do(JoinLegs{Bridge: s.Bridge(), Customer: s.Customer, Agent: s.Offer.Leg})
}

func (s *stepping) joined(leg LegID) {
	if leg != s.Offer.Leg || !s.Offer.Joining {
		return
	}
	s.Offer.Joining = false
	s.ConnectedAt = s.now
	s.enter(Talking)
	s.fact(CallConnected, s.Offer.Agent)
}

func (s *stepping) offeringLegEnded(leg LegID) {
	switch {
	case s.customerGone(leg):
		s.end(AbandonedRinging, s.Offer.Agent)
	case leg == s.Offer.Leg:
		s.Offer.LegState = Gone
		s.takeBack(OfferLost)
	}
}

func (s *stepping) offerEffectFailed(e EffectFailed) {
	switch f := e.Effect.(type) {
	case RingAgent:
		if f.Leg == s.Offer.Leg {
			s.takeBack(OfferLost)
		}
	case PickUp:
		if f.Leg == s.Offer.Leg {
			s.takeBack(OfferLost)
		}
	case JoinLegs:
		if f.Agent == s.Offer.Leg {
			s.takeBack(OfferLost)
		}
	}
}

// takeBack ends the offer; the call waits again in its place (PH-33, PH-35).
func (s *stepping) takeBack(why FactKind) {
	s.fact(why, s.Offer.Agent)
	s.waitAgain()
}

// waitAgain sends the customer back to waiting: the agent's leg goes first, so that nobody hears what he must not.
func (s *stepping) waitAgain() {
	offer := s.Offer
	cause := CauseNoAnswer
	if s.Phase == Talking {
		cause = CauseNormalClearing
	}
	if offer.LegState != Gone {
		s.do(ReleaseLeg{Leg: offer.Leg, Cause: cause})
	}
	if s.Phase == Talking || offer.Joining {
		s.do(PlayMusic{Leg: s.Customer})
	}
	s.Offer = nil
	s.enter(Waiting)
}
