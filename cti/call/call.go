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

// The phases of an inbound call.
const (
	Arriving   Phase = "arriving"   // known, not yet in a queue
	Waiting    Phase = "waiting"    // in a queue, hears hold music (대기음)
	Offering   Phase = "offering"   // an agent's phone rings (수신중)
	Talking    Phase = "talking"    // customer and agent hear each other (통화중)
	Announcing Phase = "announcing" // hears an announcement after which the call ends
	Ended      Phase = "ended"      // nobody is connected; kept until every leg is gone
)

// Reason says why a call ended. The list is closed; see section 3 of the call model.
type Reason string

// The reasons an inbound call can end with.
const (
	CustomerHangup   Reason = "customer_hangup"
	AgentHangup      Reason = "agent_hangup"
	AbandonedWaiting Reason = "abandoned_waiting"
	AbandonedRinging Reason = "abandoned_ringing"
	Unallocated      Reason = "unallocated"
)

// LegState is what the switch last said about a leg.
type LegState string

// A leg's states, in the order they come. A leg that has ended is Gone and is never revived.
const (
	Dialling LegState = "dialling" // asked for, not yet heard of
	Ringing  LegState = "ringing"
	Up       LegState = "up"
	Gone     LegState = "gone"
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
}

// Offer is one attempt to connect the call to one agent.
type Offer struct {
	Agent    AgentID
	Leg      LegID
	LegState LegState
	At       time.Time
	Deadline time.Time // the offer ends here: reclaimed, or given up if it was accepted but no audio came
	Accepted bool      // the agent pressed 전화받기; his leg is being connected
	Joining  bool      // both legs are being put into the bridge
}

// Call is the whole state of one call.
type Call struct {
	ID      ID
	Version int // grows with every change; commands name the version they saw
	Phase   Phase
	Caller  Party
	Dialled string // the number the customer called
	Queue   Queue

	Customer      LegID
	CustomerState LegState
	Offer         *Offer // the agent who is being rung or who talks; nil when there is none
	Offers        int    // how many offers were made so far; numbers the legs

	ArrivedAt   time.Time
	QueuedAt    time.Time // its place: kept through reclaim, decline and return
	ConnectedAt time.Time
	EndedAt     time.Time
	Reason      Reason

	giveUpAt time.Time // end of the announcement at the latest, or the next try to clean up
	bridged  bool      // the bridge was asked for at least once
}

// Deadline is when something must happen to the call even if nothing else does; zero when nothing must.
func (c Call) Deadline() time.Time {
	switch c.Phase {
	case Offering:
		return c.Offer.Deadline
	case Announcing, Ended:
		return c.giveUpAt
	case Arriving, Waiting, Talking:
	}
	return time.Time{}
}

// Done says whether the call has ended and left nothing behind in the switch.
func (c Call) Done() bool {
	return c.Phase == Ended && c.CustomerState == Gone && (c.Offer == nil || c.Offer.LegState == Gone)
}

// Bridge is the id of the bridge in which this call's parties talk.
func (c Call) Bridge() string { return string(c.ID) + "-b" }

// Agent is the agent who is rung or talks, or empty.
func (c Call) Agent() AgentID {
	if c.Offer == nil {
		return ""
	}
	return c.Offer.Agent
}
