package agent

import (
	"time"

	"bellhop/cti/call"
)

// Grace is how long an agent may be unreachable before it counts: before that a reload of his page changes nothing.
const Grace = 20 * time.Second

// Event is something that happened to one agent. Names are in the past tense.
type Event interface{ isEvent() }

type (
	// PhoneConnected: his media session is up; the first one signs him in (PH-13, PH-15).
	PhoneConnected struct{}
	// PhoneLost: his media session has no browser any more.
	PhoneLost struct{}
	// BrowserConnected: one of his pages answers the heartbeat.
	BrowserConnected struct{}
	// BrowserLost: none of his pages answers.
	BrowserLost struct{}
	// GracePassed: he has been unreachable for Grace.
	GracePassed struct{ LostAt time.Time }
	// SignedOff: he chose CTI 로그아웃 (PH-14).
	SignedOff struct{}
	// ModeChosen: he chose a presence (PH-29). Check it with Refuses first.
	ModeChosen struct{ Mode Mode }
	// NextCleared: he takes back the state he chose for after the call.
	NextCleared struct{}
	// Restarted: the server was restarted and has not heard of his phone and pages yet.
	Restarted struct{}
	// CallForgotten: the call he is in does not exist.
	CallForgotten struct{}
	// NoticeRead: he closed the notice.
	NoticeRead struct{}
	// CallFact: something became true of a call that concerns him.
	CallFact struct {
		Fact  call.Fact
		Rules Rules
	}
	// Rules are those of the call's queue and service.
	Rules struct {
		MissLimit   int  // misses in a row that lead to 휴식(미응답); 0 = never (D4)
		StayReady   bool // who declines stays in 대기 (D3)
		NoNotice    bool // after a call nobody is asked whether he is ready (D1)
		ReadyAtOnce bool // after a call everybody is in 대기 again (D1)
	}
)

func (PhoneConnected) isEvent()   {}
func (PhoneLost) isEvent()        {}
func (BrowserConnected) isEvent() {}
func (BrowserLost) isEvent()      {}
func (GracePassed) isEvent()      {}
func (SignedOff) isEvent()        {}
func (ModeChosen) isEvent()       {}
func (NextCleared) isEvent()      {}
func (Restarted) isEvent()        {}
func (CallForgotten) isEvent()    {}
func (NoticeRead) isEvent()       {}
func (CallFact) isEvent()         {}

// New is an agent who has not signed in to the phone.
func New(id call.AgentID, now time.Time) Agent {
	return Agent{ID: id, Mode: Mode{Presence: SignedOut}, Occupation: Free, Since: now}
}

// Valid says whether an agent may choose the mode. 휴식(미응답) is given by rule D4 only.
func (m Mode) Valid() bool {
	switch m.Presence {
	case Default, Ready, Break:
		return m.Kind == NoKind
	case Work:
		switch m.Kind {
		case Training, Reporting, Meeting, Ticket, Chat, Coaching:
			return true
		case NoKind, Unanswered:
		}
	case SignedOut:
	}
	return false
}

// Step folds one event into an agent. An event that means nothing in his state changes nothing.
func Step(a Agent, ev Event, now time.Time) Agent {
	before := a
	switch e := ev.(type) {
	case PhoneConnected:
		a.PhoneUp = true
		if a.Mode.Presence == SignedOut {
			a = a.be(Mode{Presence: Default}, now)
		}
	case PhoneLost:
		a.PhoneUp = false
	case BrowserConnected:
		a.BrowserUp = true
	case BrowserLost:
		a.BrowserUp = false
	case GracePassed:
		a = a.gracePassed(e, now)
	case SignedOff:
		if a.Occupation == Free {
			a = a.be(Mode{Presence: SignedOut}, now)
			a.Notice, a.Misses, a.PhoneUp = Notice{}, 0, false
		}
	case ModeChosen:
		a = a.choose(e.Mode, now)
	case NextCleared:
		a.Next = Mode{}
	case Restarted:
		a.PhoneUp, a.BrowserUp, a.LostAt = false, false, time.Time{}
	case CallForgotten:
		a.Next = Mode{}
		a = a.be(Mode{Presence: Default}, now)
	case NoticeRead:
		a.Notice = Notice{}
	case CallFact:
		a = a.callFact(e, now)
	}
	a = a.reach(now)
	if a != before {
		a.Version = before.Version + 1
	}
	return a
}

// be gives the agent a mode while he is free.
func (a Agent) be(m Mode, now time.Time) Agent {
	if m == a.Mode && a.Occupation == Free {
		return a
	}
	a.Mode, a.Occupation, a.Since, a.Call = m, Free, now, ""
	if m.Presence == Ready {
		a.IdleSince = now
	}
	return a
}

func (a Agent) choose(m Mode, now time.Time) Agent {
	if !m.Valid() || a.Mode.Presence == SignedOut {
		return a
	}
	switch a.Occupation {
	case Free:
		if m.Presence == Ready && !a.Reachable() {
			return a
		}
		a.Notice = Notice{}
		return a.be(m, now)
	case Dialling, Talking, Holding, Consulting:
		a.Next = m
	case Offered:
	}
	return a
}

// reach notes since when the agent cannot be reached.
func (a Agent) reach(now time.Time) Agent {
	switch {
	case !a.lost():
		a.LostAt, a.Away = time.Time{}, false
	case a.LostAt.IsZero() && !a.Away:
		a.LostAt = now
	}
	return a
}

// Deadline is when GracePassed is due; zero when it is not.
func (a Agent) Deadline() time.Time {
	if a.LostAt.IsZero() {
		return time.Time{}
	}
	return a.LostAt.Add(Grace)
}

// gracePassed takes an unreachable agent out of 대기: never silently ready. His live call is the call's business.
func (a Agent) gracePassed(e GracePassed, now time.Time) Agent {
	if a.LostAt.IsZero() || !a.LostAt.Equal(e.LostAt) {
		return a
	}
	a.LostAt, a.Away = time.Time{}, true
	if a.Occupation == Free && a.Mode.Presence == Ready {
		a = a.be(Mode{Presence: Default}, now)
	}
	a.Notice = Notice{Kind: WasUnreachable, At: now}
	return a
}

// missed is rule D4.
func (a Agent) missed(e CallFact, now time.Time) Agent {
	a.Misses++
	if e.Rules.MissLimit > 0 && a.Misses >= e.Rules.MissLimit {
		a.Misses = 0
		return a.be(Mode{Presence: Break, Kind: Unanswered}, now).told(MissedTooOften, e.Fact)
	}
	return a.be(Mode{Presence: Default}, now).told(MissedOffer, e.Fact)
}

func (a Agent) told(kind NoticeKind, f call.Fact) Agent {
	a.Notice = Notice{Kind: kind, At: f.At, Call: f.Call.ID, Reason: f.Call.Reason}
	if f.Why != "" {
		a.Notice.Reason = f.Why
	}
	return a
}
