package switchboard

import (
	"strconv"

	"bellhop/cti/agent"
	"bellhop/cti/call"
)

const maxKey = 64

// carryOut folds a command, or says why it is refused; a refused command changes nothing.
func (b *board) carryOut(c Command) *Refusal {
	s, ok := b.seats[c.Agent]
	if !ok || !s.member {
		return &Refusal{Code: NoPhone}
	}
	if len(c.Key) > maxKey || len(c.Call) > maxKey || len(c.Session) > maxKey {
		return &Refusal{Code: InvalidCommand}
	}
	switch c.Action {
	case SignIn:
		s.closed = ""
		return nil
	case SignOut:
		return b.signOut(s)
	case SetPresence:
		return b.setPresence(s, c.Mode)
	case Dismiss:
		b.toAgent(s.ID, agent.NoticeRead{})
		return nil
	case Accept, Decline, HangUp:
		return b.onCall(s, c)
	}
	return &Refusal{Code: UnknownAction}
}

func (b *board) signOut(s *seat) *Refusal {
	if s.Occupation != agent.Free {
		return &Refusal{Code: InCall}
	}
	s.closed, s.session, s.address = s.session, "", ""
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
	case m.Presence == agent.Ready && !s.Reachable():
		return &Refusal{Code: NotReachable}
	}
	b.toAgent(s.ID, agent.ModeChosen{Mode: m})
	return nil
}

// onCall checks that the call is this agent's and still as he saw it: a stale command is refused (rule 2).
func (b *board) onCall(s *seat, c Command) *Refusal {
	now, ok := b.calls[c.Call]
	switch {
	case !ok && s.Call != c.Call && !b.was(s, c.Call):
		return &Refusal{Code: NotYourCall}
	case !ok:
		return &Refusal{Code: TooLate}
	case now.Agent() != s.ID && !b.was(s, c.Call):
		return &Refusal{Code: NotYourCall}
	case now.Agent() != s.ID || now.Version != c.Version || now.Phase != phaseOf[c.Action]:
		return &Refusal{Code: TooLate, Params: map[string]string{
			"phase": string(now.Phase), "version": strconv.Itoa(now.Version),
		}}
	case !b.switchUp && c.Action != HangUp:
		return &Refusal{Code: SwitchDown}
	}
	before := now.Version
	b.toCall(c.Call, map[Action]call.Event{
		Accept:  call.Accepted{Agent: s.ID},
		Decline: call.Declined{Agent: s.ID},
		HangUp:  call.HungUp{Agent: s.ID},
	}[c.Action])
	if after, still := b.calls[c.Call]; still && after.Version == before {
		return &Refusal{Code: TooLate}
	}
	return nil
}

// was says whether the agent's last notice is about that call: then it was his, and he is only too late.
func (b *board) was(s *seat, id call.ID) bool { return s.Notice.Call == id }

var phaseOf = map[Action]call.Phase{Accept: call.Offering, Decline: call.Offering, HangUp: call.Talking}
