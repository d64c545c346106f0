package switchboard

import (
	"fmt"

	"bellhop/cti/agent"
	"bellhop/cti/call"
)

// Command is something an agent asks for. Do carries it out or refuses it; a refused command changes nothing.
type Command struct {
	// Key makes the command idempotent: the same key from the same agent gets the first answer again. At most 64 bytes.
	Key    string
	Agent  call.AgentID
	Action Action
	// Call and Version name the call and the state of it that the agent saw; for Accept, Decline and HangUp.
	Call    call.ID
	Version int
	// Mode is the presence asked for; for SetPresence.
	Mode agent.Mode
	// Session is the media session that will be connected; for SignIn.
	Session string
}

// Action is what a Command asks for.
type Action string

// The actions.
const (
	SignIn      Action = "sign_in"      // CTI 로그인: expect this agent's media session (PH-13)
	SignOut     Action = "sign_out"     // CTI 로그아웃; refused while in a call (PH-14)
	SetPresence Action = "set_presence" // PH-29
	Dismiss     Action = "dismiss"      // the notice was read: 취소 of D1, stays where he is
	Accept      Action = "accept"       // PH-32
	Decline     Action = "decline"      // PH-33
	HangUp      Action = "hang_up"      // PH-69
)

// Refusal is the error of a refused command. Code is stable and is worded by the screen.
type Refusal struct {
	Code   RefusalCode
	Params map[string]string
}

// RefusalCode says why a command was refused.
type RefusalCode string

// The refusals.
const (
	TooLate        RefusalCode = "too_late"        // the call moved on: another version, another agent, or it ended
	NotYourCall    RefusalCode = "not_your_call"   // the call is somebody else's, or there is no such call
	NotSignedIn    RefusalCode = "not_signed_in"   // CTI 로그인 first
	NoPhone        RefusalCode = "no_phone"        // no phone permission or no CTI number (PH-04, PH-10)
	NotReachable   RefusalCode = "not_reachable"   // no audio connection: 대기 is not possible
	InCall         RefusalCode = "in_call"         // not while a call is offered or connected
	UnknownMode    RefusalCode = "unknown_mode"    // no such presence or kind
	UnknownAction  RefusalCode = "unknown_action"  // no such action
	SwitchDown     RefusalCode = "switch_down"     // the telephone switch cannot be reached now
	KeyReused      RefusalCode = "key_reused"      // the idempotency key was used for another command
	InvalidCommand RefusalCode = "invalid_command" // a field is missing or too long
)

func (r *Refusal) Error() string { return fmt.Sprintf("refused: %s", r.Code) }
