package call

// end closes the call and releases whatever is left of it, the agents' legs first: nobody hears what he must not.
func (s *stepping) end(why Reason) {
	s.musicOver()
	s.Reason, s.EndedAt, s.Joining = why, s.now, ""
	s.enter(Ended)
	s.tell(Fact{Kind: CallEnded, Agent: s.Agent(), Target: s.Consulted()})
	s.cleanUp()
}

func (s *stepping) cleanUp() {
	s.GiveUpAt = s.now.Add(CleanUpTime)
	s.releaseAgents(CauseNormalClearing)
	if s.Customer != "" && s.CustomerState != Gone {
		cause := CauseNormalClearing
		if s.Reason == Unallocated && s.Direction == Inbound {
			cause = CauseUnallocated
		}
		s.do(ReleaseLeg{Leg: s.Customer, Cause: cause})
	}
	if s.Bridged {
		s.do(DropBridge{Bridge: s.Bridge()})
	}
}

// hostileEnd is 강성종료 (PH-63 … PH-65): the agent is off the line first, the announcement is played whole, then the
// line is cut.
func (s *stepping) hostileEnd(e HostileEnded) {
	s.releaseAgents(CauseNormalClearing)
	s.musicOver()
	s.Reason = HostileEnd
	s.tell(Fact{Kind: HostileEndStarted, Agent: s.Agent(), Target: s.Consulted(), Detail: e.Detail})
	s.Line, s.Target, s.Joining, s.Swapped = nil, nil, "", false
	s.GiveUpAt = s.now.Add(AnnouncementTime)
	s.enter(Announcing)
	if e.Sound == "" {
		e.Sound = SoundHostileEnd
	}
	s.announce(e.Sound)
}

func (s *stepping) announcing(ev Event) {
	switch e := ev.(type) {
	case AnnouncementEnded:
		if e.Number != 0 && e.Number != s.Sounds {
			return // an earlier one
		}
		if e.Failed && s.Reason == HostileEnd {
			s.GiveUpAt = s.now.Add(FailedAnnouncement)
			s.changed = true
			return
		}
		s.end(s.Reason)
	case EffectFailed:
		if _, ok := e.Effect.(Announce); ok {
			s.GiveUpAt = s.now.Add(FailedAnnouncement)
			s.changed = true
		}
	case DeadlineReached:
		if s.due(e) {
			s.end(s.Reason)
		}
	case LegAnswered:
		s.customerUp(e.Leg)
	case LegEnded:
		if s.customerGone(e.Leg) {
			s.end(s.Reason)
		}
	}
}

// switchFailed: the switch lost every leg of the call.
func (s *stepping) switchFailed() {
	if s.Customer != "" {
		s.CustomerState = Gone
	}
	if s.Line != nil {
		s.Line.LegState = Gone
	}
	if s.Target != nil {
		s.Target.Line.LegState = Gone
	}
	if s.Phase != Ended && s.ID != "" {
		s.Bridged = false
		if s.Reason == "" {
			s.Reason = SwitchFailure
		}
		s.end(s.Reason)
	}
}

func (s *stepping) ended(ev Event) {
	switch e := ev.(type) {
	case LegEnded:
		switch {
		case s.customerGone(e.Leg):
		case s.Line != nil && e.Leg == s.Line.Leg:
			s.Line.LegState = Gone
		case s.Target != nil && e.Leg == s.Target.Line.Leg:
			s.Target.Line.LegState = Gone
		}
	case DeadlineReached:
		if s.due(e) {
			s.cleanUp()
		}
	}
}
