// Package agent is the pure model of one agent (상담원): what he says he does (presence), what he is in
// (occupation), and what follows from events. It has no goroutine, no clock and no I/O.
package agent

import (
	"time"

	"bellhop/cti/call"
)

// Presence is what an agent says of himself. Only he, a supervisor or a rule changes it.
type Presence string

// The presences (PH-13 … PH-24).
const (
	SignedOut Presence = "signed_out" // 로그아웃
	Default   Presence = "default"    // 기본
	Ready     Presence = "ready"      // 대기
	Break     Presence = "break"      // 휴식
	Work      Presence = "work"       // 업무
)

// Kind refines a presence: the kind of work (업무), or why there is a break (휴식).
type Kind string

// The kinds of work, and the one reason for a break that the rules give.
const (
	NoKind     Kind = ""
	Training   Kind = "training"   // 교육
	Reporting  Kind = "reporting"  // 취합/보고
	Meeting    Kind = "meeting"    // 회의
	Ticket     Kind = "ticket"     // 티켓처리
	Chat       Kind = "chat"       // 채팅처리
	Coaching   Kind = "coaching"   // 코칭(모니터링)
	Unanswered Kind = "unanswered" // 미응답
)

// Occupation is what an agent is in. Only calls change it.
type Occupation string

// The occupations (PH-25 … PH-28).
const (
	Free       Occupation = "free"
	Offered    Occupation = "offered"    // 수신중
	Dialling   Occupation = "dialling"   // 발신중
	Talking    Occupation = "talking"    // 통화중
	Holding    Occupation = "holding"    // 보류중
	Consulting Occupation = "consulting" // 통화중(호전환)
)

// Mode is a presence with its kind.
type Mode struct {
	Presence Presence
	Kind     Kind
}

// NoticeKind names something the agent is told without being asked to act at once.
type NoticeKind string

// The notices.
const (
	NoNotice       NoticeKind = ""
	AfterCall      NoticeKind = "after_call"       // D1: choose 확인 (대기) or 취소 (stay in 업무(티켓처리))
	DeclinedOffer  NoticeKind = "declined_offer"   // D3
	MissedOffer    NoticeKind = "missed_offer"     // D4
	MissedTooOften NoticeKind = "missed_too_often" // D4: now in 휴식(미응답)
	CallerGone     NoticeKind = "caller_gone"      // the caller hung up while ringing
	PhoneFailed    NoticeKind = "phone_failed"     // his phone could not be rung or connected
	WasUnreachable NoticeKind = "was_unreachable"  // 연결 끊김: his browser was gone for longer than the grace
	DialFailed     NoticeKind = "dial_failed"      // whom he called did not answer; Reason says why
	ConsultFailed  NoticeKind = "consult_failed"   // whom he consulted did not come, or left (D8); Reason says why
	ConsultOver    NoticeKind = "consult_over"     // who consulted him took the customer back
	TransferDone   NoticeKind = "transfer_done"    // PH-62: the customer is with somebody else
	HostileDone    NoticeKind = "hostile_done"     // after 강성종료: a break is offered
	SwitchFailed   NoticeKind = "switch_failed"    // the telephone switch restarted and lost the call
)

// Notice is the last thing the agent was told. It goes when he chooses a presence or is offered a call.
type Notice struct {
	Kind   NoticeKind
	At     time.Time
	Call   call.ID     // the call it is about, or empty
	Reason call.Reason // why that call ended, or what it is about did
}

// Agent is the whole state of one agent.
type Agent struct {
	ID         call.AgentID
	Version    int
	Mode       Mode
	Occupation Occupation
	Since      time.Time // when the state he shows (Occupation unless Free, then Mode) began
	Next       Mode      // chosen during a call, taken when it ends; zero when none was
	Call       call.ID   // the call he is offered or in
	Misses     int       // offers missed in a row
	Notice     Notice

	PhoneUp   bool      // his media session is connected
	BrowserUp bool      // his browser answers the heartbeat
	LostAt    time.Time // since when he cannot hear; zero while he can, and once the grace has passed
	Away      bool      // 연결 끊김: the grace has passed and he is still not there
	IdleSince time.Time // since when he is ready: who is ready longest is offered the next call
}

// Reachable says whether the agent would hear a call now.
func (a Agent) Reachable() bool { return a.PhoneUp && a.BrowserUp }

// lost says whether what he needs is missing: a page and the audio for being offered calls, the audio alone for
// going on talking.
func (a Agent) lost() bool {
	if a.Mode.Presence == SignedOut {
		return false
	}
	if a.InCall() {
		return !a.PhoneUp
	}
	return !a.Reachable()
}

// InCall says whether a call keeps the agent busy that he has taken or made.
func (a Agent) InCall() bool { return a.Occupation != Free && a.Occupation != Offered }

// Available says whether the agent may be offered a call, membership of the queue apart.
func (a Agent) Available() bool {
	return a.Mode.Presence == Ready && a.Occupation == Free && a.Reachable()
}
