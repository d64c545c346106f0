package switchboard

import (
	"bellhop/cti/agent"
	"bellhop/cti/call"
)

const (
	maxKey   = 64 // of ids and idempotency keys, in bytes
	maxTyped = 64 // of numbers as they were typed, in bytes
	maxKeys  = 32 // of the keypad in one command
)

// carryOut folds a command, or says why it is refused; a refused command changes nothing.
func (b *board) carryOut(c Command) *Refusal {
	s, ok := b.seats[c.Agent]
	if !ok || s.left() {
		return &Refusal{Code: NoPhone}
	}
	if tooLong(c) {
		return &Refusal{Code: InvalidCommand}
	}
	switch c.Action {
	case SignIn:
		s.closed = ""
		b.out.seats[s.ID] = struct{}{}
		return nil
	case SignOut:
		return b.signOut(s)
	case SetPresence:
		return b.setPresence(s, c.Mode)
	case ClearNext:
		b.toAgent(s.ID, agent.NextCleared{})
		return nil
	case Dismiss:
		b.toAgent(s.ID, agent.NoticeRead{})
		return nil
	case Dial:
		return b.dial(s, c)
	default:
		if _, known := phasesOf[c.Action]; known {
			return b.onCall(s, c)
		}
		return &Refusal{Code: UnknownAction}
	}
}

func tooLong(c Command) bool {
	for _, id := range []string{c.Key, string(c.Call), c.Session, string(c.Service)} {
		if len(id) > maxKey {
			return true
		}
	}
	return len(c.To) > maxTyped || len(c.CallerID) > maxTyped || len(c.Keys) > maxKeys || len(c.Reason) > maxTyped
}

func (b *board) signOut(s *seat) *Refusal {
	if s.Occupation != agent.Free {
		return &Refusal{Code: InCall}
	}
	s.closed, s.session, s.address, s.taken = s.session, "", "", 0
	b.out.seats[s.ID] = struct{}{}
	b.toAgent(s.ID, agent.SignedOff{})
	b.out.close = append(b.out.close, s.ID)
	return nil
}

func (b *board) setPresence(s *seat, m agent.Mode) *Refusal {
	switch {
	case !m.Valid():
		return &Refusal{Code: UnknownMode}
	case s.Mode.Presence == agent.SignedOut:
		return &Refusal{Code: NotSignedIn}
	case s.Occupation == agent.Offered:
		return &Refusal{Code: InCall}
	case m.Presence == agent.Ready && !s.InCall() && !s.Reachable():
		return &Refusal{Code: NotReachable}
	}
	b.toAgent(s.ID, agent.ModeChosen{Mode: m})
	return nil
}

// inCall are the phases in which a customer has an agent.
var inCall = []call.Phase{call.Talking, call.Holding, call.ConsultRinging, call.Consulting, call.ThreeWay}

// phasesOf are the phases in which an action makes sense (section 2 of the call model).
var phasesOf = map[Action][]call.Phase{
	Accept:          {call.Offering, call.ConsultRinging, call.Dialling},
	Decline:         {call.Offering, call.ConsultRinging, call.Dialling},
	HangUp:          append([]call.Phase{call.Dialling, call.Parked}, inCall...),
	Hold:            {call.Talking},
	Resume:          {call.Holding},
	Mute:            inCall,
	PressKeys:       {call.Talking, call.Consulting, call.ThreeWay},
	Consult:         {call.Talking, call.Holding},
	Transfer:        {call.Talking, call.Holding},
	CancelConsult:   {call.ConsultRinging, call.Consulting, call.ThreeWay},
	ConnectCustomer: {call.Consulting, call.ThreeWay},
	Swap:            {call.Consulting},
	ThreeWay:        {call.Consulting},
	DropTarget:      {call.ThreeWay},
	EndHostile:      append([]call.Phase{call.Parked}, inCall...),
}
