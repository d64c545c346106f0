package call

// talking: customer and agent, or two agents in an internal call, hear each other.
func (s *stepping) talking(ev Event) {
	switch e := ev.(type) {
	case HungUp:
		s.hungUp(e)
	case Held:
		if s.owns(e.Agent) && s.Customer != "" {
			s.music()
			s.enter(Holding)
			s.fact(CallHeld, e.Agent)
		}
	case AgentAway:
		if s.owns(e.Agent) && s.Customer != "" {
			s.park()
		}
	case LegEnded:
		s.talkingLegEnded(e.Leg)
	case EffectFailed:
		if j, ok := e.Effect.(JoinLegs); ok && j.Purpose == ToHandOver {
			s.agentLost() // the customer was handed over and hears nobody
		}
	default:
		s.withAgent(ev)
	}
}

func (s *stepping) holding(ev Event) {
	switch e := ev.(type) {
	case HungUp:
		s.hungUp(e)
	case Resumed:
		if s.owns(e.Agent) && s.Joining == "" {
			s.join(ToResume, s.Customer, s.Line.Leg)
		}
	case LegsJoined:
		if s.joined(e) {
			s.musicOver()
			s.enter(Talking)
			s.fact(CallResumed, s.Agent())
		}
	case EffectFailed:
		if _, ok := e.Effect.(JoinLegs); ok && s.Joining != "" {
			s.Joining = ""
			s.do(PlayMusic{Leg: s.Customer, Class: s.Queue.Music})
		}
	case LegEnded:
		switch {
		case s.customerGone(e.Leg):
			s.end(CustomerHangup)
		case e.Leg == s.Line.Leg:
			s.Line.LegState = Gone
			s.park()
		}
	default:
		s.withAgent(ev)
	}
}

// withAgent is what can happen whenever a customer has an agent and no target.
func (s *stepping) withAgent(ev Event) {
	switch e := ev.(type) {
	case ConsultAsked:
		if s.owns(e.Agent) && s.Customer != "" && s.Joining == "" {
			s.consult(e.Target)
		}
	case Transferred:
		if s.owns(e.Agent) && s.Customer != "" && s.Joining == "" {
			s.transfer(e.Target)
		}
	default:
		s.withCustomer(ev)
	}
}

// withCustomer is what can happen whenever a customer has an agent.
func (s *stepping) withCustomer(ev Event) {
	switch e := ev.(type) {
	case HostileEnded:
		if s.owns(e.Agent) && s.Customer != "" {
			s.hostileEnd(e)
		}
	case AgentLost:
		if s.owns(e.Agent) {
			s.agentLost()
		}
	case Muted:
		s.mute(e)
	case KeysPressed:
		if to := s.hears(); s.owns(e.Agent) && to != "" {
			s.do(SendKeys{Leg: to, Keys: e.Keys})
		}
	}
}

// mute keeps whose microphone is off: the owner's, or the one's who is consulted.
func (s *stepping) mute(e Muted) {
	off := &s.Muted
	switch {
	case s.owns(e.Agent):
	case e.Agent != "" && e.Agent == s.Consulted():
		off = &s.Target.Line.Muted
	default:
		return
	}
	s.changed = s.changed || *off != e.On
	*off = e.On
}

// hears is the leg that the agent talks to now, where he sends keys; empty when it is nobody.
func (s *stepping) hears() LegID {
	switch {
	case s.Phase == Talking && s.Customer == "", s.Phase == Consulting && !s.Swapped:
		return s.Target.Line.Leg
	case s.Phase == Talking, s.Phase == Consulting, s.Phase == ThreeWay:
		return s.Customer
	}
	return ""
}

// hungUp: the agent whose call it is ends it for all. The other agent of an internal call may do so, too.
func (s *stepping) hungUp(e HungUp) {
	switch {
	case s.owns(e.Agent):
		s.end(AgentHangup)
	case e.Agent != "" && e.Agent == s.Consulted():
		s.end(TargetHangup)
	}
}

func (s *stepping) talkingLegEnded(leg LegID) {
	switch {
	case s.customerGone(leg):
		s.end(CustomerHangup)
	case leg == s.Line.Leg:
		s.Line.LegState = Gone
		if s.Customer == "" {
			s.end(AgentHangup)
		} else {
			s.park()
		}
	case s.Target != nil && leg == s.Target.Line.Leg:
		s.Target.Line.LegState = Gone
		s.end(TargetHangup)
	}
}

// park: the agent's browser or line is gone; he is expected back, and the customer hears music meanwhile.
func (s *stepping) park() {
	s.music()
	s.Joining, s.GiveUpAt = "", s.now.Add(ParkTime)
	s.enter(Parked)
	s.fact(CallParked, s.Agent())
}

func (s *stepping) parked(ev Event) {
	switch e := ev.(type) {
	case AgentBack:
		if s.owns(e.Agent) && s.Joining == "" {
			s.rejoin(e.Address)
		}
	case LegRang:
		s.rang(s.Line, e.Leg)
	case LegAnswered:
		if s.answered(s.Line, e.Leg) {
			s.join(ToResume, s.Customer, s.Line.Leg)
		}
	case LegsJoined:
		if s.joined(e) {
			s.musicOver()
			s.enter(Talking)
			s.fact(CallRejoined, s.Agent())
		}
	case HungUp:
		s.hungUp(e)
	case HostileEnded:
		if s.owns(e.Agent) {
			s.hostileEnd(e)
		}
	case AgentLost:
		if s.owns(e.Agent) {
			s.agentLost()
		}
	case DeadlineReached:
		if s.due(e) {
			s.agentLost()
		}
	case EffectFailed:
		if concerns(e.Effect, s.Line.Leg) {
			s.agentLost()
		}
	case LegEnded:
		switch {
		case s.customerGone(e.Leg):
			s.end(CustomerHangup)
		case e.Leg == s.Line.Leg:
			s.Line.LegState, s.Joining = Gone, ""
		}
	}
}

// rejoin gives the agent who is back his customer: over the line he still has, or a new one.
func (s *stepping) rejoin(address string) {
	if s.Line.LegState == Up {
		s.join(ToResume, s.Customer, s.Line.Leg)
		return
	}
	if s.Line.LegState != Gone {
		return // a new line is on its way
	}
	s.Line.Leg, s.Line.LegState, s.Line.Address, s.Line.Accepted = s.newLeg('a'), Asked, address, true
	s.do(RingAgent{Leg: s.Line.Leg, Agent: s.Line.Agent, Address: address, Caller: s.Caller})
}

// agentLost sends the customer back into the queue, in the place he had: nobody is dropped because an agent's
// computer failed. In a three-way talk the target keeps him.
func (s *stepping) agentLost() {
	if s.Phase == ThreeWay {
		s.handOver()
		return
	}
	s.tell(Fact{Kind: CallReturned, Agent: s.Agent(), Target: s.Consulted()})
	s.waitAgain(CauseNormalClearing)
}
