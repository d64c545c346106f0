package call

import "time"

// Event is something that happened to one call. Names are in the past tense.
type Event interface{ isEvent() }

// Arrived: a customer's call reached us. Queue is nil when the dialled number leads nowhere.
type Arrived struct {
	Call    ID
	Leg     LegID
	Caller  Party
	Dialled string
	Queue   *Queue
	Flow    FlowAt    // the flow it begins, instead of a queue
	At      time.Time // when he reached us, if that was before now: he heard music until we were there; or zero
}

// Assigned: the queue chose an agent for the waiting call; Address is the SIP URI of his phone.
type Assigned struct {
	Agent   AgentID
	Address string
	Choice  Choice
}

// Choice is why the queue chose that agent for that call.
type Choice struct {
	Rule      string    // how the queue chooses
	IdleSince time.Time // since when the agent had been ready
	Ready     int       // how many agents of the queue were ready, he among them
	Waiting   int       // how many calls waited in the queue, this one among them
}

// The rules by which queues choose among the ready agents.
const (
	LongestIdle = "longest_idle" // who has been ready longest
	RoundRobin  = "round_robin"  // who was offered a call of the queue longest ago
	FewestCalls = "fewest_calls" // who has had the fewest calls since he signed in
	ByPriority  = "priority"     // the highest member priority (1 before 2), then who has been ready longest
)

// Accepted: the offered agent pressed 전화받기 (PH-32).
type Accepted struct{ Agent AgentID }

// Declined: the offered agent pressed 취소 (PH-33).
type Declined struct{ Agent AgentID }

// Dialled: an agent calls somebody (PH-40). It is an outbound call's first event.
type Dialled struct {
	Call     ID
	Agent    AgentID
	Address  string // of the agent's own phone
	To       Party
	CallerID string  // the registered number shown (발신번호, PH-42)
	Service  Queue   // only its service counts
	Callee   *Target // the agent called, for an internal call; nil for an outside number
}

// CalleeBusy: the colleague who is called cannot be offered a call any more.
type CalleeBusy struct{}

// Held: the agent pressed 보류 (PH-66).
type Held struct{ Agent AgentID }

// Resumed: the agent pressed 해제 (PH-68).
type Resumed struct{ Agent AgentID }

// ConsultAsked: the agent pressed 협의통화 (PH-57).
type ConsultAsked struct {
	Agent  AgentID
	Target Target
}

// ConsultCancelled: the agent pressed 취소 in the consult (PH-60).
type ConsultCancelled struct{ Agent AgentID }

// CustomerConnected: the agent pressed 고객연결 (PH-59).
type CustomerConnected struct{ Agent AgentID }

// Swapped: the agent goes to and fro between customer and target.
type Swapped struct{ Agent AgentID }

// ThreeWayAsked: the agent joins customer and target to himself.
type ThreeWayAsked struct{ Agent AgentID }

// TargetDropped: the agent takes the target out of a three-way talk.
type TargetDropped struct{ Agent AgentID }

// Transferred: the agent hands the customer over without talking to the target first (바로전환).
type Transferred struct {
	Agent  AgentID
	Target Target
}

// HostileEnded: the agent confirmed 강성종료 (PH-63).
type HostileEnded struct {
	Agent  AgentID
	Detail string // the agent's reason, a code, or empty
	Sound  Sound  // the service's own; empty: SoundHostileEnd
}

// KeysPressed: the agent pressed keys of the keypad.
type KeysPressed struct {
	Agent AgentID
	Keys  string // 0-9 * #
}

// Muted: the agent switched his microphone off or on.
type Muted struct {
	Agent AgentID
	On    bool
}

// AgentAway: the agent's phone lost its browser in mid-call; he is expected back.
type AgentAway struct{ Agent AgentID }

// AgentBack: the phone of the agent who was away has a browser again.
type AgentBack struct {
	Agent   AgentID
	Address string
}

// HungUp: the agent pressed 끊기 (PH-69).
type HungUp struct{ Agent AgentID }

// AgentLost: the agent's browser has been gone for longer than the grace.
type AgentLost struct{ Agent AgentID }

// LegRang: the agent's phone rings.
type LegRang struct{ Leg LegID }

// LegAnswered: the agent's phone was picked up; its audio path exists.
type LegAnswered struct{ Leg LegID }

// LegEnded: the switch says that the leg is gone. Cause is the Q.850 cause, 0 when unknown.
type LegEnded struct {
	Leg   LegID
	Cause int
}

// LegsJoined: the switch says that the legs of that JoinLegs are in the bridge.
type LegsJoined struct{ Join JoinLegs }

// AnnouncementEnded: the announcement was played to its end, or could not be played. Number is that of call.Announce; 0 is
// whichever is played.
type AnnouncementEnded struct {
	Number int
	Failed bool
}

// PlaceTold: what the caller is told of his place in the queue, in this order; nothing is allowed.
type PlaceTold struct{ Sounds []Sound }

// KeyPressed: the customer pressed a key.
type KeyPressed struct{ Key string }

// SwitchFailed: the telephone switch restarted; every leg is gone.
type SwitchFailed struct{}

// EffectFailed: an effect could not be carried out even after retries. Code is a short reason for the log.
type EffectFailed struct {
	Effect Effect
	Code   string
}

// DeadlineReached: the call's deadline (Call.Deadline) has passed.
type DeadlineReached struct{ Deadline time.Time }

func (Arrived) isEvent()           {}
func (Assigned) isEvent()          {}
func (Accepted) isEvent()          {}
func (Declined) isEvent()          {}
func (HungUp) isEvent()            {}
func (Dialled) isEvent()           {}
func (CalleeBusy) isEvent()        {}
func (Held) isEvent()              {}
func (Resumed) isEvent()           {}
func (ConsultAsked) isEvent()      {}
func (ConsultCancelled) isEvent()  {}
func (CustomerConnected) isEvent() {}
func (Swapped) isEvent()           {}
func (ThreeWayAsked) isEvent()     {}
func (TargetDropped) isEvent()     {}
func (Transferred) isEvent()       {}
func (HostileEnded) isEvent()      {}
func (KeysPressed) isEvent()       {}
func (Muted) isEvent()             {}
func (AgentAway) isEvent()         {}
func (AgentBack) isEvent()         {}
func (AgentLost) isEvent()         {}
func (LegRang) isEvent()           {}
func (LegAnswered) isEvent()       {}
func (LegEnded) isEvent()          {}
func (LegsJoined) isEvent()        {}
func (AnnouncementEnded) isEvent() {}
func (KeyPressed) isEvent()        {}
func (PlaceTold) isEvent()         {}
func (FlowTold) isEvent()          {}
func (EffectFailed) isEvent()      {}
func (SwitchFailed) isEvent()      {}
func (DeadlineReached) isEvent()   {}
