package call

// dial begins an outbound call with the agent's own phone, which is picked up for him: he hears ringback on it.
func (s *stepping) dial(e Dialled) {
	s.ID, s.Direction, s.Caller, s.Dialled = e.Call, Outbound, e.To, e.CallerID
	s.Queue, s.ArrivedAt = e.Service, s.now
	s.Line = &Line{Agent: e.Agent, Address: e.Address, Leg: s.newLeg('a'), LegState: Asked, At: s.now, Accepted: true}
	if e.Callee != nil {
		callee := *e.Callee
		s.Direction, s.Target = Internal, &callee
	}
	s.GiveUpAt = s.now.Add(DialTime)
	s.enter(Dialling)
	s.do(RingAgent{Leg: s.Line.Leg, Agent: e.Agent, Address: e.Address, Caller: e.To})
	s.fact(CallDialled, e.Agent)
}

func (s *stepping) dialling(ev Event) {
	if s.Direction == Internal && s.Target.Line.Leg != "" && s.targetRinging(ev) {
		return
	}
	switch e := ev.(type) {
	case HungUp:
		if s.owns(e.Agent) {
			s.end(Cancelled)
		}
	case AgentLost:
		if s.owns(e.Agent) {
			s.end(Cancelled)
		}
	case Assigned:
		if s.Wants() == e.Agent && e.Agent != "" {
			s.Target.Line.Address = e.Address
			s.ringTarget(nil)
		}
	case CalleeBusy:
		if s.Wants() != "" {
			s.end(Busy)
		}
	case DeadlineReached:
		if s.due(e) {
			s.end(NoAnswer)
		}
	case EffectFailed:
		s.dialFailed(e)
	case LegRang:
		s.rang(s.Line, e.Leg)
		if e.Leg == s.Customer && s.CustomerState == Asked {
			s.CustomerState = Ringing
		}
	case LegAnswered:
		s.dialAnswered(e.Leg)
	case LegsJoined:
		if s.joined(e) {
			s.connect()
		}
	case LegEnded:
		switch {
		case s.customerGone(e.Leg):
			s.end(reasonOf(e.Cause))
		case e.Leg == s.Line.Leg:
			s.Line.LegState = Gone
			s.end(NoAgent)
		}
	}
}

func (s *stepping) dialAnswered(leg LegID) {
	switch {
	case leg == s.Customer && s.CustomerState != Up:
		s.CustomerState = Up
		s.join(ToConnect, s.Customer, s.Line.Leg)
	case !s.answered(s.Line, leg):
	case s.Direction == Internal:
		s.do(RingBack{Leg: s.Line.Leg, On: true})
	default:
		s.Customer, s.CustomerState, s.Bridged = s.newLeg('c'), Asked, true
		s.do(DialOut{
			Leg: s.Customer, Number: s.Caller.Number, CallerID: s.Dialled, Bridge: s.Bridge(), With: s.Line.Leg,
		})
	}
}

func (s *stepping) dialFailed(e EffectFailed) {
	_, joining := e.Effect.(JoinLegs)
	switch {
	case joining && s.Joining != "", s.Customer != "" && concerns(e.Effect, s.Customer):
		s.end(NetworkError)
	case concerns(e.Effect, s.Line.Leg):
		s.end(NoAgent)
	}
}
