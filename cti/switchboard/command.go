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
	// To is what was typed or chosen: a number, an extension or a queue's number; for Dial, Consult and Transfer.
	To string
	// CallerID is the number to show (발신번호), empty for 기본; for Dial, and for an outside target.
	CallerID string
	// Service is the service the agent is in; for Dial. Empty is his first.
	Service call.ServiceID
	// Keys are pressed keys, 0-9 * #; for PressKeys.
	Keys string
	// On is whether the microphone is to be off; for Mute.
	On bool
	// Reason is why he ends the call, of a closed list, or empty; for EndHostile.
	Reason string
	// NewCall names the call that Dial makes; set by Do.
	NewCall call.ID
}

// Action is what a Command asks for.
type Action string

// The actions.
const (
	SignIn      Action = "sign_in"      // CTI 로그인: expect this agent's media session (PH-13)
	SignOut     Action = "sign_out"     // CTI 로그아웃; refused while in a call (PH-14)
	SetPresence Action = "set_presence" // PH-29
	ClearNext   Action = "clear_next"   // forgets the presence that was chosen for after the call
	Dismiss     Action = "dismiss"      // the notice was read: 취소 of D1, stays where he is
	Accept      Action = "accept"       // PH-32
	Decline     Action = "decline"      // PH-33
	HangUp      Action = "hang_up"      // PH-69

	Dial            Action = "dial"             // PH-40
	Hold            Action = "hold"             // PH-66
	Resume          Action = "resume"           // PH-68
	Mute            Action = "mute"             // his microphone, on every page of his
	PressKeys       Action = "press_keys"       // DTMF
	Consult         Action = "consult"          // PH-57
	CancelConsult   Action = "cancel_consult"   // PH-60
	ConnectCustomer Action = "connect_customer" // PH-59
	Swap            Action = "swap"
	ThreeWay        Action = "three_way"
	DropTarget      Action = "drop_target"
	Transfer        Action = "transfer"    // 바로전환 (D7)
	EndHostile      Action = "end_hostile" // PH-63
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
	Draining       RefusalCode = "draining"        // the server is about to be replaced: no new calls
	KeyReused      RefusalCode = "key_reused"      // the idempotency key was used for another command
	InvalidCommand RefusalCode = "invalid_command" // a field is missing or too long

	BadNumber       RefusalCode = "bad_number"        // not a number that can be dialled
	OwnNumber       RefusalCode = "own_number"        // his own extension, or a number that leads to ourselves
	ForeignNumber   RefusalCode = "foreign_number"    // abroad, which the service does not allow
	PremiumNumber   RefusalCode = "premium_number"    // 060 and the like, which the service does not allow
	CallerIDRefused RefusalCode = "caller_id_refused" // not registered for this service (PH-45)
	NoCallerID      RefusalCode = "no_caller_id"      // the service has no registered number
	NotYourService  RefusalCode = "not_your_service"
	TargetNotReady  RefusalCode = "target_not_ready" // the agent is not in 대기
	TargetCustomer  RefusalCode = "target_customer"  // the customer himself
	QueueFull       RefusalCode = "queue_full"
	QueueEmpty      RefusalCode = "queue_empty"  // nobody is signed in there
	TrunkDown       RefusalCode = "trunk_down"   // no trunk can be reached
	OutboundOff     RefusalCode = "outbound_off" // the service does not call out (PH-03)
	NotAllowed      RefusalCode = "not_allowed"  // he has no right to it
)

func (r *Refusal) Error() string { return fmt.Sprintf("refused: %s", r.Code) }
