package call

import "time"

func (s *stepping) talking(ev Event) {
	switch e := ev.(type) {
	case HungUp:
		if e.Agent == s.Offer.Agent {
			s.end(AgentHangup, s.Offer.Agent)
		}
	case AgentLost:
		if e.Agent == s.Offer.Agent {
			s.agentLost()
		}
	case LegEnded:
		switch {
		case s.customerGone(e.Leg):
			s.end(CustomerHangup, s.Offer.Agent)
		case e.Leg == s.Offer.Leg:
			s.Offer.LegState = Gone
			s.agentLost()
		}
	}
}

// agentLost sends the customer back into the queue, in the place he had: nobody is dropped because an agent's
// computer failed.
func (s *stepping) agentLost() {
	s.ConnectedAt = time.Time{}
	s.fact(CallReturned, s.Offer.Agent)
	s.waitAgain()
}
