package call

import "time"

// FactKind names what listeners are told about a call; the names are those of section 4 of the call model
// and never change.
type FactKind string

// The facts about calls.
const (
	CallArrived   FactKind = "CallArrived"
	CallQueued    FactKind = "CallQueued"
	CallOffered   FactKind = "CallOffered"
	OfferDeclined FactKind = "OfferDeclined"
	OfferMissed   FactKind = "OfferMissed"
	OfferLost     FactKind = "OfferLost" // the agent's phone could not be rung or connected
	CallConnected FactKind = "CallConnected"
	CallReturned  FactKind = "CallReturned" // the agent was lost in mid-call; the customer waits again, in his place
	CallEnded     FactKind = "CallEnded"
)

// Fact is one thing that became true of a call. Call is the state right after it.
type Fact struct {
	Seq   uint64 // unique and rising within one run of the switchboard; set by the switchboard
	Kind  FactKind
	At    time.Time
	Agent AgentID // the agent it is about, where there is one
	Call  Call
}
