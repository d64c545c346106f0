package call

func (s *stepping) arriving(ev Event) {
	if s.ID != "" {
		s.inFlow(ev)
		return
	}
	switch e := ev.(type) {
	case Arrived:
		s.arrived(e)
	case Dialled:
		s.dial(e)
	}
}

func (s *stepping) arrived(e Arrived) {
	s.ID, s.Direction, s.Customer, s.CustomerState = e.Call, Inbound, e.Leg, Ringing
	s.Caller, s.Dialled, s.ArrivedAt = e.Caller, e.Dialled, s.now
	if !e.At.IsZero() && e.At.Before(s.now) {
		s.ArrivedAt = e.At
	}
	if e.Queue != nil {
		s.Queue, s.QueuedAt = *e.Queue, s.ArrivedAt
	}
	s.fact(CallArrived, "")
	if e.Flow.ID != "" {
		s.Flow = e.Flow
		s.do(AnswerCustomer{Leg: s.Customer})
		s.ask(FlowEntered, "")
		return
	}
	if e.Queue == nil {
		s.Reason, s.GiveUpAt = Unallocated, s.now.Add(AnnouncementTime)
		s.enter(Announcing)
		s.announce(SoundUnallocated)
		return
	}
	s.enter(Waiting)
	s.do(AnswerCustomer{Leg: s.Customer}, s.waitingMusic())
	s.sayLater()
	s.fact(CallQueued, "")
}

func (s *stepping) waiting(ev Event) {
	switch e := ev.(type) {
	case Assigned:
		s.offer(e.Agent, e.Address, &e.Choice)
	case LegAnswered:
		s.customerUp(e.Leg)
	case DeadlineReached:
		s.waitedTill(e)
	case PlaceTold:
		s.placeTold(e)
	case AnnouncementEnded:
		if e.Number == 0 || e.Number == s.Sounds {
			s.saidPlace()
		}
	case EffectFailed:
		if a, ok := e.Effect.(Announce); ok && a.Number == s.Sounds {
			s.saidPlace()
		}
	case FlowTold:
		s.told(e)
	case LegEnded:
		if s.customerGone(e.Leg) {
			s.end(AbandonedWaiting)
		}
	}
}

// offer lets an agent's phone ring for the customer.
func (s *stepping) offer(a AgentID, address string, why *Choice) {
	s.Offers++
	s.quiet()
	s.Line = &Line{
		Agent: a, Address: address, Leg: s.newLeg('a'), LegState: Asked,
		At: s.now, Deadline: s.now.Add(s.Queue.Reclaim),
	}
	s.enter(Offering)
	s.do(RingAgent{Leg: s.Line.Leg, Agent: a, Address: address, Caller: s.Caller})
	s.tell(Fact{Kind: CallOffered, Agent: a, Choice: why})
}
