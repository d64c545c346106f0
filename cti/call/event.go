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
}

// Assigned: the queue chose an agent for the waiting call; Address is the SIP URI of his phone.
type Assigned struct {
	Agent   AgentID
	Address string
}

// Accepted: the offered agent pressed 전화받기 (PH-32).
type Accepted struct{ Agent AgentID }

// Declined: the offered agent pressed 취소 (PH-33).
type Declined struct{ Agent AgentID }

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

// LegsJoined: the switch says that both legs are in the bridge.
type LegsJoined struct{ Leg LegID }

// AnnouncementEnded: the announcement was played to its end, or could not be played.
type AnnouncementEnded struct{ Failed bool }

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
func (AgentLost) isEvent()         {}
func (LegRang) isEvent()           {}
func (LegAnswered) isEvent()       {}
func (LegEnded) isEvent()          {}
func (LegsJoined) isEvent()        {}
func (AnnouncementEnded) isEvent() {}
func (EffectFailed) isEvent()      {}
func (DeadlineReached) isEvent()   {}
