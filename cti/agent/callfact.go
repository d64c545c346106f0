package agent

import (
	"time"

	"bellhop/cti/call"
)

// callFact lets a call change the agent. A fact can concern two: the one whose call it is, and the target he consults.
func (a Agent) callFact(e CallFact, now time.Time) Agent {
	f := e.Fact
	switch {
	case f.Agent == a.ID && (f.Kind == call.CallOffered || f.Kind == call.CallDialled):
		return a.takenUp(f, now)
	case a.Call != f.Call.ID:
		return a
	case f.Agent == a.ID:
		return a.ofOwner(e, now)
	case f.Target == a.ID:
		return a.ofTarget(e, now)
	}
	return a
}

func (a Agent) takenUp(f call.Fact, now time.Time) Agent {
	a.Call, a.Notice = f.Call.ID, Notice{}
	if f.Kind == call.CallDialled {
		return a.in(Dialling, now)
	}
	return a.in(Offered, now)
}

// in gives the agent an occupation.
func (a Agent) in(o Occupation, now time.Time) Agent {
	if a.Occupation != o {
		a.Occupation, a.Since = o, now
	}
	return a
}

// ofOwner is what becomes of the agent who is offered the call or whose call it is.
func (a Agent) ofOwner(e CallFact, now time.Time) Agent {
	f := e.Fact
	switch f.Kind {
	case call.OfferDeclined:
		if e.Rules.StayReady {
			return a.free(now).turnOver(now)
		}
		return a.be(Mode{Presence: Default}, now).told(DeclinedOffer, f)
	case call.OfferMissed:
		return a.missed(e, now)
	case call.OfferWithdrawn:
		return a.free(now).told(CallerGone, f)
	case call.OfferLost, call.CallReturned:
		return a.lostCall(f, now)
	case call.CallConnected:
		a.Misses = 0
		return a.in(Talking, now)
	case call.CallResumed, call.CallRejoined:
		return a.in(Talking, now)
	case call.CallHeld:
		return a.in(Holding, now)
	case call.ConsultStarted, call.ConsultConnected, call.ThreeWayStarted:
		a.Notice = Notice{}
		return a.in(Consulting, now)
	case call.ConsultEnded:
		return a.consultOver(f, now)
	case call.CustomerHandedOver, call.CustomerTransferred:
		return a.afterCall(TransferDone, e, now)
	case call.HostileEndStarted:
		return a.afterCall(HostileDone, e, now)
	case call.CallEnded:
		return a.callEnded(e, now)
	case call.CallArrived, call.CallQueued, call.CallDialled, call.CallOffered, call.CallParked,
		call.CallRecovered, call.StateRepaired, call.CallOverflowed:
	}
	return a
}

// ofTarget is what becomes of the agent who is consulted, or called by a colleague.
func (a Agent) ofTarget(e CallFact, now time.Time) Agent {
	f := e.Fact
	switch f.Kind {
	case call.ConsultConnected, call.CallConnected, call.CustomerHandedOver:
		a.Misses = 0
		return a.in(Talking, now)
	case call.ThreeWayStarted:
		return a.in(Talking, now)
	case call.ConsultEnded, call.CallReturned:
		return a.afterCall(ConsultOver, e, now)
	case call.CallEnded, call.HostileEndStarted:
		return a.callEnded(e, now)
	default:
		return a
	}
}

// turnOver sends him behind those who are ready already.
func (a Agent) turnOver(now time.Time) Agent {
	a.IdleSince = now
	return a
}

// free ends an occupation without changing what the agent says of himself, with his turn kept.
func (a Agent) free(now time.Time) Agent {
	a.Occupation, a.Call, a.Since = Free, "", now
	return a
}

// lostCall: his phone failed in the middle of an offer or a call.
func (a Agent) lostCall(f call.Fact, now time.Time) Agent {
	why := PhoneFailed
	if a.Away {
		why = WasUnreachable
	}
	a.Next = Mode{}
	return a.be(Mode{Presence: Default}, now).told(why, f)
}

// consultOver: the customer waits for him (보류중), or he talks with him already. He is told why unless he did it.
func (a Agent) consultOver(f call.Fact, now time.Time) Agent {
	to := Holding
	if f.Call.Phase == call.Talking {
		to = Talking
	}
	a = a.in(to, now)
	if f.Why != call.Cancelled {
		a = a.told(ConsultFailed, f)
	}
	return a
}

// callEnded is rule D1. An agent whose phone only rang, or who reached nobody, stays where he was.
func (a Agent) callEnded(e CallFact, now time.Time) Agent {
	f := e.Fact
	if f.Call.Reason == call.SwitchFailure {
		a.Next = Mode{}
		return a.be(Mode{Presence: Default}, now).told(SwitchFailed, f) // never ready into a failure
	}
	switch a.Occupation {
	case Offered:
		return a.free(now).told(CallerGone, f)
	case Dialling:
		next := a.Next
		a.Next = Mode{}
		a = a.free(now)
		if next != (Mode{}) {
			a = a.be(next, now)
		}
		if f.Call.Reason == call.Cancelled {
			return a
		}
		return a.told(DialFailed, f)
	case Free, Talking, Holding, Consulting:
	}
	return a.afterCall(AfterCall, e, now)
}

// afterCall is rule D1: the state chosen during the call, or 업무(티켓처리) with a notice.
func (a Agent) afterCall(kind NoticeKind, e CallFact, now time.Time) Agent {
	f := e.Fact
	if a.Occupation == Offered {
		return a.free(now).told(CallerGone, f)
	}
	if next := a.Next; next != (Mode{}) {
		a.Next = Mode{}
		return a.be(next, now)
	}
	if e.Rules.ReadyAtOnce && kind == AfterCall && a.Reachable() {
		return a.be(Mode{Presence: Ready}, now)
	}
	a = a.be(Mode{Presence: Work, Kind: Ticket}, now)
	if e.Rules.NoNotice && kind == AfterCall {
		return a
	}
	return a.told(kind, f)
}
