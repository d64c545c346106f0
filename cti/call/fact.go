package call

import "time"

// FactKind names what listeners are told about a call; the names are those of section 4 of the call model
// and never change.
type FactKind string

// The facts about calls.
const (
	CallArrived         FactKind = "CallArrived"
	CallQueued          FactKind = "CallQueued"
	CallOverflowed      FactKind = "CallOverflowed" // its queue did not help: its flow leads it on (Call.Flow.Why says why)
	CallDialled         FactKind = "CallDialled"    // an agent calls out
	CallOffered         FactKind = "CallOffered"
	OfferDeclined       FactKind = "OfferDeclined"
	OfferMissed         FactKind = "OfferMissed"
	OfferLost           FactKind = "OfferLost"      // the agent's phone could not be rung or connected
	OfferWithdrawn      FactKind = "OfferWithdrawn" // whoever consults gave up before the agent answered
	CallConnected       FactKind = "CallConnected"
	CallHeld            FactKind = "CallHeld"
	CallResumed         FactKind = "CallResumed"
	ConsultStarted      FactKind = "ConsultStarted"
	ConsultConnected    FactKind = "ConsultConnected"
	ConsultEnded        FactKind = "ConsultEnded" // why: Fact.Why
	ThreeWayStarted     FactKind = "ThreeWayStarted"
	CustomerHandedOver  FactKind = "CustomerHandedOver"
	CustomerTransferred FactKind = "CustomerTransferred" // 바로전환: the agent is free, the target not yet there
	HostileEndStarted   FactKind = "HostileEndStarted"
	CallParked          FactKind = "CallParked"
	CallRejoined        FactKind = "CallRejoined"
	CallReturned        FactKind = "CallReturned" // the agent was lost in mid-call; the customer waits again, in his place
	CallEnded           FactKind = "CallEnded"
	CallRecovered       FactKind = "CallRecovered" // the server was restarted and has the call again
	StateRepaired       FactKind = "StateRepaired" // the call was not as the switch has it; Fact.Cause says what was mended
)

// Fact is one thing that became true of a call. Call is the state right after it.
type Fact struct {
	Seq    uint64 // unique and rising without a gap in one journal; set by the switchboard
	Kind   FactKind
	At     time.Time
	Agent  AgentID // the agent it is about: the one who is offered the call or whose call it is
	Target AgentID // the other agent it concerns, in a consult or a transfer
	Why    Reason  // for ConsultEnded: why
	To     *Target // for CustomerHandedOver and CustomerTransferred: to whom
	Choice *Choice // for CallOffered: why him; nil when the agent was asked for by name
	Detail string  // for HostileEndStarted: the agent's reason, a code
	Cause  string  // what led to it, a code: the command or the event before it; set by the switchboard
	Call   Call
}
