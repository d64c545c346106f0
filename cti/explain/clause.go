package explain

import (
	"strconv"

	"bellhop/cti/call"
	"bellhop/cti/facts"
)

// kinds are the codes of the events whose words depend on nothing but their kind.
var kinds = map[call.FactKind]string{
	call.OfferDeclined:       "declined",
	call.OfferMissed:         "missed",
	call.OfferLost:           "offer_lost",
	call.OfferWithdrawn:      "offer_withdrawn",
	call.CallConnected:       "connected",
	call.CallHeld:            "held",
	call.CallResumed:         "resumed",
	call.ConsultStarted:      "consult_started",
	call.ConsultConnected:    "consult_connected",
	call.ConsultEnded:        "consult_ended",
	call.ThreeWayStarted:     "three_way",
	call.CustomerHandedOver:  "handed_over",
	call.CustomerTransferred: "transferred",
	call.HostileEndStarted:   "hostile_end",
	call.CallParked:          "parked",
	call.CallRejoined:        "rejoined",
	call.CallReturned:        "returned",
	call.CallRecovered:       "recovered",
	call.StateRepaired:       "repaired",
}

// clause is what happened.
func (t *teller) clause(r facts.Record) Clause {
	p := t.params(r)
	code, plain := kinds[r.Kind]
	switch {
	case plain:
	case r.Kind == call.CallOverflowed && overflows[r.Payload.Detail]:
		code = "overflowed_" + r.Payload.Detail
	case r.Kind == call.CallOverflowed:
		code = "overflowed"
	case r.Kind == call.CallArrived && r.Payload.Number == "":
		code = "arrived_withheld"
	case r.Kind == call.CallArrived:
		code = "arrived"
	case r.Kind == call.CallQueued && t.queued:
		code = "queued_again"
	case r.Kind == call.CallQueued:
		code = "queued"
	case r.Kind == call.CallDialled && r.Payload.Direction == call.Internal:
		code = "dialled_inside"
	case r.Kind == call.CallDialled:
		code = "dialled"
	case r.Kind == call.CallOffered && r.Payload.Offers > 1:
		code = "offered_again"
	case r.Kind == call.CallOffered:
		code = "offered"
	case r.Kind == call.CallEnded && reasons[r.Payload.Reason]:
		code = "ended_" + string(r.Payload.Reason)
	case r.Kind == call.CallEnded:
		code = "ended"
	default:
		code, p["kind"] = "other", string(r.Kind)
	}
	return Clause{Code: code, Params: p}
}

// params are what the words of the events are filled with; those that do not apply are left out.
func (t *teller) params(r facts.Record) map[string]string {
	p := map[string]string{}
	set := func(name, value string) {
		if value != "" {
			p[name] = value
		}
	}
	if r.Agent != "" {
		set("agent", t.name(r.Agent))
	}
	set("number", r.Payload.Number)
	set("dialled_number", r.Payload.Dialled)
	set("queue", r.Payload.QueueName)
	set("reason", string(r.Payload.Reason))
	if r.Payload.Offers > 0 {
		p["offers"] = strconv.Itoa(r.Payload.Offers)
	}
	switch to := r.Payload.To; {
	case r.Target != "":
		set("to", t.name(r.Target))
	case to != nil && to.Name != "":
		set("to", to.Name)
	case to != nil:
		set("to", to.Number)
	}
	return p
}

// overflows are why a queue did not help, where there are words for it.
var overflows = map[string]bool{"full": true, "nobody": true, "too_long": true}

// reasons are those for which there are words.
var reasons = map[call.Reason]bool{
	call.CustomerHangup: true, call.AgentHangup: true, call.TargetHangup: true, call.AbandonedWaiting: true,
	call.AbandonedRinging: true, call.Busy: true, call.NoAnswer: true, call.Refused: true, call.Unallocated: true,
	call.NetworkError: true, call.NoAgent: true, call.Cancelled: true, call.TransferOut: true, call.HostileEnd: true,
	call.SwitchFailure: true, call.AbandonedInFlow: true, call.ClosedHours: true, call.Overflowed: true, call.FlowEnd: true,
}
