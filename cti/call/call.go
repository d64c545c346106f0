// Package call is the pure model of one call: its phases, its legs, the events that move it and the
// effects that follow. It has no goroutine, no clock and no I/O: Step folds an event into a Call and says
// what has to be done. The words are those of the call model in ARCHITECTURE.md.
package call

import "time"

// ID names a call for its whole life. It is a UUID in its 36-character form, made where the call arrives.
type ID string

// LegID names one party's line into the switch. It is the channel id in Asterisk.
type LegID string

// AgentID names an agent (상담원).
type AgentID string

// QueueID names a queue (큐).
type QueueID string

// ServiceID names a service (서비스).
type ServiceID string

// Party is who is at the far end, as the network told us: hostile text, cleaned by CleanParty.
type Party struct {
	Number string // digits with an optional leading +, or empty when withheld; at most MaxNumber
	Name   string // display name, printable UTF-8, at most MaxName runes
}

// Phase is where a call is in its life.
type Phase string

// The phases.
const (
	Arriving       Phase = "arriving"        // known, not yet in a queue
	Waiting        Phase = "waiting"         // in a queue, hears hold music (대기음)
	Offering       Phase = "offering"        // an agent's phone rings (수신중)
	Dialling       Phase = "dialling"        // an agent calls somebody, who has not answered (발신중)
	Talking        Phase = "talking"         // customer and agent hear each other (통화중)
	Holding        Phase = "holding"         // the customer hears music, his agent is there (보류중)
	ConsultRinging Phase = "consult_ringing" // as Holding, and somebody else is called (통화중(호전환))
	Consulting     Phase = "consulting"      // agent and target talk, the customer hears music, or the other way round
	ThreeWay       Phase = "three_way"       // customer, agent and target hear each other
	Transferring   Phase = "transferring"    // handed to an outside number that has not answered (바로전환)
	TransferredOut Phase = "transferred_out" // customer and an outside number talk, without an agent
	Parked         Phase = "parked"          // the agent is gone and expected back; the customer hears music
	Announcing     Phase = "announcing"      // hears an announcement after which the call ends
	Ended          Phase = "ended"           // nobody is connected; kept until every leg is gone
)

// Phases are the phases in which a call can be counted.
var Phases = []Phase{
	Arriving, Waiting, Offering, Dialling, Talking, Holding, ConsultRinging, Consulting, ThreeWay, Transferring, TransferredOut,
	Parked, Announcing, Ended,
}

// Direction is who called whom.
type Direction string

// The directions.
const (
	Inbound  Direction = "inbound"
	Outbound Direction = "outbound"
	Internal Direction = "internal" // agent to agent, no customer, no ticket
)

// Reason says why a call ended. The list is closed; see section 3 of the call model.
type Reason string

// The reasons.
const (
	CustomerHangup   Reason = "customer_hangup"
	AgentHangup      Reason = "agent_hangup"
	TargetHangup     Reason = "target_hangup"
	AbandonedInFlow  Reason = "abandoned_in_flow"
	AbandonedWaiting Reason = "abandoned_waiting"
	AbandonedRinging Reason = "abandoned_ringing"
	Busy             Reason = "busy"
	NoAnswer         Reason = "no_answer"
	Refused          Reason = "refused"
	Unallocated      Reason = "unallocated"
	NetworkError     Reason = "network_error"
	NoAgent          Reason = "no_agent" // the agent's own phone could not be connected
	Cancelled        Reason = "cancelled"
	TransferOut      Reason = "transferred_out"
	HostileEnd       Reason = "hostile_end"
	ClosedHours      Reason = "closed_hours"   // its flow ended it: the service is closed
	Overflowed       Reason = "overflowed"     // its flow ended it: the queue was full, empty or too slow
	FlowEnd          Reason = "flow_end"       // its flow ended it
	SwitchFailure    Reason = "switch_failure" // the telephone switch restarted and lost its calls
)

// LegState is what the switch last said about a leg.
type LegState string

// A leg's states, in the order they come. A leg that has ended is Gone and is never revived.
const (
	Asked   LegState = "asked" // asked for, not yet heard of
	Ringing LegState = "ringing"
	Up      LegState = "up"
	Gone    LegState = "gone"
)

// Queue is the queue a call waits in, copied into the call so that a change by the admin leaves live calls alone.
type Queue struct {
	ID      QueueID
	Name    string
	Service ServiceID
	// ServiceName is the name that screens and tickets show for Service.
	ServiceName string
	// Reclaim is the 호회수 시간: how long one agent's phone rings before the call is taken back (PH-36).
	Reclaim time.Duration
	// Music is the class of its hold music (대기음), empty for the usual one. SayEvery is how often callers are told their
	// place; 0 = never.
	Music    string
	SayEvery time.Duration
}

// Line is an agent's line into the call: offered, or in use.
type Line struct {
	Agent    AgentID
	Address  string // SIP URI of his phone
	Leg      LegID
	LegState LegState
	At       time.Time
	Deadline time.Time // of an offer: reclaimed, or given up if it was accepted but no audio came
	Accepted bool      // the agent pressed 전화받기; his leg is being connected
	Muted    bool      // of a target: his microphone is off
}

// TargetKind says what a consult or a transfer goes to.
type TargetKind string

// The kinds of target (PH-50).
const (
	TargetAgent   TargetKind = "agent"
	TargetQueue   TargetKind = "queue"
	TargetOutside TargetKind = "outside"
)

// Target is the party being consulted, or to whom the customer is handed.
type Target struct {
	Kind     TargetKind
	Number   string // outside number, extension or queue number, as dialled
	Name     string // of the agent or queue, for the screen
	CallerID string // the number shown to an outside target
	Queue    Queue  // for TargetQueue
	Line     Line   // the leg; its Agent and Address are set once an agent is chosen
}

// JoinPurpose says what a JoinLegs is for, so that its result finds the right step.
type JoinPurpose string

// The purposes.
const (
	ToConnect  JoinPurpose = "connect"
	ToResume   JoinPurpose = "resume"
	ToConsult  JoinPurpose = "consult"
	ToSwap     JoinPurpose = "swap"
	ToThreeWay JoinPurpose = "three_way"
	ToHandOver JoinPurpose = "hand_over"
	ToRepair   JoinPurpose = "repair" // they should have been together already
)

// Call is the whole state of one call.
type Call struct {
	ID        ID
	Version   int // grows with every change that an agent sees; commands name the version they saw
	Direction Direction
	Phase     Phase
	Caller    Party  // the customer, whoever called whom
	Dialled   string // inbound: the number the customer called; outbound: the number shown to him (발신번호)
	Queue     Queue  // outbound: only its service is set

	Customer      LegID // empty for an internal call
	CustomerState LegState
	Line          *Line   // the agent who is rung, who dials, or whose call it is; nil when there is none
	Target        *Target // nil unless there is one
	Swapped       bool    // in Consulting: the agent hears the customer, the target hears music
	Muted         bool    // the agent's microphone is off
	Offers        int     // how many offers were made so far

	Flow    FlowAt        // where it is, or was, in its flow
	Asks    FlowInput     // what its flow has to be asked now; empty when nothing
	Pressed string        // keys pressed in menus
	Hearing bool          // in its flow: a sound is being played
	KeyWait time.Duration // in its flow: how long a key is waited for after the sound; 0 = none is asked for
	Sounds  int           // how many announcements were played to the customer

	ArrivedAt   time.Time
	QueuedAt    time.Time // its place: kept through reclaim, decline and return
	ConnectedAt time.Time
	HeldAt      time.Time     // since when the customer hears music; zero while he does not
	HeldFor     time.Duration // earlier holds together
	EndedAt     time.Time
	Reason      Reason

	Joining  JoinPurpose // the join under way, or empty
	GiveUpAt time.Time   // end of the announcement or of dialling at the latest, or the next try to clean up
	LeaveAt  time.Time   // in a queue: when its flow is asked again; zero = never
	SayAt    time.Time   // in a queue: when he is told his place; zero = never
	More     []Sound     // in a queue: what he is told after the sound that is being played
	Bridged  bool        // the bridge was asked for at least once
	LegsMade int         // how many legs we asked for so far
}

// Deadline is when something must happen to the call even if nothing else does; zero when nothing must.
func (c Call) Deadline() time.Time {
	switch c.Phase {
	case Offering:
		return c.Line.Deadline
	case ConsultRinging:
		return c.Target.Line.Deadline
	case Arriving, Dialling, Transferring, Parked, Announcing, Ended:
		return c.GiveUpAt
	case Waiting:
		if c.LeaveAt.IsZero() || (!c.SayAt.IsZero() && c.SayAt.Before(c.LeaveAt)) {
			return c.SayAt
		}
		return c.LeaveAt
	case Talking, Holding, Consulting, ThreeWay, TransferredOut:
	}
	return time.Time{}
}

// Done says whether the call has ended and left nothing behind in the switch.
func (c Call) Done() bool {
	return c.Phase == Ended && (c.Customer == "" || c.CustomerState == Gone) &&
		(c.Line == nil || c.Line.LegState == Gone) &&
		(c.Target == nil || c.Target.Line.Leg == "" || c.Target.Line.LegState == Gone)
}

// Bridge is the id of the bridge in which this call's parties talk.
func (c Call) Bridge() string { return string(c.ID) + "-b" }

// Agent is the agent who is rung or whose call it is, or empty.
func (c Call) Agent() AgentID {
	if c.Line == nil {
		return ""
	}
	return c.Line.Agent
}

// Consulted is the agent who is consulted, or is being called for it, or empty.
func (c Call) Consulted() AgentID {
	if c.Target == nil || c.Target.Line.Leg == "" {
		return ""
	}
	return c.Target.Line.Agent
}

// Wants is the agent whom a colleague calls and whose phone is to be rung now, if he can be offered a call; or empty.
func (c Call) Wants() AgentID {
	if c.Phase == Dialling && c.Direction == Internal && c.Line.LegState == Up && c.Target.Line.Leg == "" {
		return c.Target.Line.Agent
	}
	return ""
}

// Legs are all legs of the call that may exist in the switch.
func (c Call) Legs() []LegID {
	var legs []LegID
	if c.Customer != "" {
		legs = append(legs, c.Customer)
	}
	if c.Line != nil {
		legs = append(legs, c.Line.Leg)
	}
	if c.Target != nil && c.Target.Line.Leg != "" {
		legs = append(legs, c.Target.Line.Leg)
	}
	return legs
}

// StateOf is what the switch last said about the leg; Gone when it is none of this call.
func (c Call) StateOf(leg LegID) LegState {
	switch {
	case leg != "" && leg == c.Customer:
		return c.CustomerState
	case c.Line != nil && leg == c.Line.Leg:
		return c.Line.LegState
	case c.Target != nil && leg == c.Target.Line.Leg:
		return c.Target.Line.LegState
	}
	return Gone
}

// WaitsFor is the queue in which the call, or its consult, waits for an agent, and the key under which it does.
func (c Call) WaitsFor() (q QueueID, key ID, place time.Time, ok bool) {
	switch {
	case c.Phase == Waiting:
		return c.Queue.ID, c.ID, c.QueuedAt, true
	case c.Phase == ConsultRinging && c.Target.Kind == TargetQueue && c.Target.Line.Leg == "":
		return c.Target.Queue.ID, c.ID, c.ArrivedAt, true // a customer who was here before goes first
	}
	return "", "", time.Time{}, false
}
