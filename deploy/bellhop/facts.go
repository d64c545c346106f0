package main

import (
	"fmt"

	"bellhop/cti/call"
	"bellhop/tickets"
)

// ofCustomer says whether the call is one that a service has with a customer, so that it belongs into a ticket. A number
// that leads nowhere belongs to no service, and agents who call each other are nobody's customers.
func ofCustomer(c call.Call) bool { return c.Direction != call.Internal && c.Queue.Service != "" }

func logFields(f call.Fact) []any {
	fields := []any{"call_id", f.Call.ID, "seq", f.Seq}
	if f.Call.Queue.Name != "" {
		fields = append(fields, "queue", f.Call.Queue.Name)
	}
	if f.Agent != "" {
		fields = append(fields, "agent_id", f.Agent)
	}
	if f.Target != "" {
		fields = append(fields, "target_id", f.Target)
	}
	if f.Why != "" {
		fields = append(fields, "why", f.Why)
	}
	if f.Call.Reason != "" {
		fields = append(fields, "reason", f.Call.Reason)
	}
	return fields
}

// ticketKinds are the facts that stand in a ticket's 이벤트, in the words of tickets.
var ticketKinds = map[call.FactKind]tickets.FactKind{
	call.CallArrived:         tickets.Arrived,
	call.CallQueued:          tickets.Queued,
	call.CallDialled:         tickets.Dialled,
	call.CallOffered:         tickets.Offered,
	call.OfferDeclined:       tickets.Declined,
	call.OfferMissed:         tickets.Missed,
	call.OfferLost:           tickets.OfferLost,
	call.OfferWithdrawn:      tickets.Withdrawn,
	call.CallConnected:       tickets.Connected,
	call.CallHeld:            tickets.Held,
	call.CallResumed:         tickets.Resumed,
	call.ConsultStarted:      tickets.ConsultStarted,
	call.ConsultConnected:    tickets.ConsultConnected,
	call.ConsultEnded:        tickets.ConsultEnded,
	call.ThreeWayStarted:     tickets.ThreeWay,
	call.CustomerHandedOver:  tickets.HandedOver,
	call.CustomerTransferred: tickets.Transferred,
	call.HostileEndStarted:   tickets.HostileEnd,
	call.CallParked:          tickets.Parked,
	call.CallRejoined:        tickets.Rejoined,
	call.CallReturned:        tickets.Returned,
	call.CallRecovered:       tickets.Recovered,
	call.CallOverflowed:      tickets.Overflowed,
	call.StateRepaired:       tickets.Repaired,
	call.CallEnded:           tickets.Ended,
}

// ticketFact is a fact in the words of tickets. The journal's epoch and the fact's number name it for ever.
func ticketFact(epoch string, f call.Fact) tickets.Fact {
	c := f.Call
	t := tickets.Fact{
		Key:            fmt.Sprintf("%s-%d", epoch, f.Seq),
		Kind:           ticketKinds[f.Kind],
		At:             f.At,
		Call:           string(c.ID),
		Direction:      tickets.Direction(c.Direction),
		Service:        string(c.Queue.Service),
		Queue:          c.Queue.Name,
		Agent:          string(f.Agent),
		Target:         string(f.Target),
		Dialled:        c.Dialled,
		CustomerNumber: c.Caller.Number,
		CustomerName:   c.Caller.Name,
		Consult:        c.Phase == call.ConsultRinging,
		QueuedAt:       c.QueuedAt,
		ConnectedAt:    c.ConnectedAt,
		HeldFor:        c.HeldFor,
		Reason:         string(c.Reason),
		Detail:         f.Detail,
	}
	switch f.Kind {
	case call.ConsultEnded:
		t.Reason = string(f.Why)
	case call.StateRepaired:
		t.Detail = f.Cause
	case call.CallOverflowed:
		t.Detail = f.Call.Flow.Why
	default:
	}
	to := c.Target
	if f.To != nil {
		to = f.To
	}
	switch {
	case to != nil:
		t.TargetKind, t.TargetNumber, t.TargetName = string(to.Kind), to.Number, to.Name
	case f.Target != "":
		t.TargetKind = string(call.TargetAgent)
	}
	return t
}
