package switchboard

import (
	"slices"
	"strconv"

	"bellhop/cti/call"
)

// onCall checks that the call is this agent's and still as he saw it: a stale command is refused (rule 2).
func (b *board) onCall(s *seat, c Command) *Refusal {
	now, ok := b.calls[c.Call]
	mine := ok && (now.Agent() == s.ID || now.Consulted() == s.ID)
	was := s.Call == c.Call || s.Notice.Call == c.Call // then it was his, and he is only too late
	switch {
	case !mine && !was:
		return &Refusal{Code: NotYourCall}
	case !mine || now.Version != c.Version || !slices.Contains(phasesOf[c.Action], now.Phase):
		return tooLate(now)
	case !b.switchUp && c.Action != HangUp:
		return &Refusal{Code: SwitchDown}
	}
	ev, refusal := b.eventOf(s, c, now)
	if refusal != nil {
		return refusal
	}
	todo := b.todo(c.Call)
	b.toCall(c.Call, ev)
	if after, still := b.calls[c.Call]; still && after.Version == now.Version && b.todo(c.Call) == todo {
		return tooLate(now) // it meant nothing any more
	}
	return nil
}

func tooLate(c call.Call) *Refusal {
	return &Refusal{Code: TooLate, Params: map[string]string{"phase": string(c.Phase), "version": strconv.Itoa(c.Version)}}
}

// eventOf is the event that a command becomes, or why it may not be.
func (b *board) eventOf(s *seat, c Command, now call.Call) (call.Event, *Refusal) {
	switch c.Action {
	case Accept:
		return call.Accepted{Agent: s.ID}, nil
	case Decline:
		return call.Declined{Agent: s.ID}, nil
	case HangUp:
		return call.HungUp{Agent: s.ID}, nil
	case Hold:
		return call.Held{Agent: s.ID}, nil
	case Resume:
		return call.Resumed{Agent: s.ID}, nil
	case Mute:
		return call.Muted{Agent: s.ID, On: c.On}, nil
	case PressKeys:
		if c.Keys == "" || !onlyKeys(c.Keys) {
			return nil, &Refusal{Code: InvalidCommand}
		}
		return call.KeysPressed{Agent: s.ID, Keys: c.Keys}, nil
	case CancelConsult:
		return call.ConsultCancelled{Agent: s.ID}, nil
	case ConnectCustomer:
		return call.CustomerConnected{Agent: s.ID}, nil
	case Swap:
		return call.Swapped{Agent: s.ID}, nil
	case ThreeWay:
		return call.ThreeWayAsked{Agent: s.ID}, nil
	case DropTarget:
		return call.TargetDropped{Agent: s.ID}, nil
	case EndHostile:
		return call.HostileEnded{Agent: s.ID, Detail: c.Reason, Sound: b.services[now.Queue.Service].HostileEnd}, nil
	case Consult:
		target, refusal := b.target(s, c, now)
		return call.ConsultAsked{Agent: s.ID, Target: target}, refusal
	case Transfer:
		if !slices.Contains(s.entry.BlindIn, now.Queue.Service) {
			return nil, &Refusal{Code: NotAllowed}
		}
		target, refusal := b.target(s, c, now)
		return call.Transferred{Agent: s.ID, Target: target}, refusal
	default:
		return nil, &Refusal{Code: UnknownAction}
	}
}

func onlyKeys(keys string) bool {
	for _, k := range keys {
		if (k < '0' || k > '9') && k != '*' && k != '#' {
			return false
		}
	}
	return true
}
