package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"bellhop/cti/call"
	"bellhop/cti/history"
	"bellhop/tickets"
)

// listeners tells everybody who listens to calls what became true, in order, away from the switchboard's loop.
type listeners struct {
	log     *slog.Logger
	metrics *callMetrics
	desk    *tickets.Desk
	past    *history.Desk
	book    *history.Book
	run     string // names this run of serve: facts are numbered anew in each

	mu    sync.Mutex
	facts []call.Fact
	wake  chan struct{}
	done  chan struct{}
}

func newListeners(
	run string, desk *tickets.Desk, past *history.Desk, metrics *callMetrics, log *slog.Logger,
) *listeners {
	return &listeners{
		log: log, metrics: metrics, desk: desk, past: past, book: history.NewBook(), run: run,
		wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
}

// put enqueues a fact; it never blocks and never drops.
func (l *listeners) put(f call.Fact) {
	l.mu.Lock()
	l.facts = append(l.facts, f)
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

func (l *listeners) take() []call.Fact {
	l.mu.Lock()
	defer l.mu.Unlock()
	facts := l.facts
	l.facts = nil
	return facts
}

// listen passes facts on until ctx ends, and then those that are left. What agents were in until then goes into their
// history as it is.
func (l *listeners) listen(ctx context.Context) {
	defer close(l.done)
	for {
		for _, f := range l.take() {
			l.tell(f)
		}
		select {
		case <-l.wake:
		case <-ctx.Done():
			for _, f := range l.take() {
				l.tell(f)
			}
			l.remember(l.book.Close(time.Now()))
			return
		}
	}
}

func (l *listeners) tell(f call.Fact) {
	l.metrics.count(f)
	l.log.Info(string(f.Kind), logFields(f)...)
	if ofCustomer(f.Call) {
		l.desk.Post(ticketFact(l.run, f))
	}
	l.remember(l.book.Fold(f))
}

func (l *listeners) remember(entries []history.Entry) {
	for _, e := range entries {
		l.metrics.spent(e)
		l.past.Post(e)
	}
}

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
	call.CallEnded:           tickets.Ended,
}

func ticketFact(run string, f call.Fact) tickets.Fact {
	c := f.Call
	t := tickets.Fact{
		Key:            fmt.Sprintf("%s-%d", run, f.Seq),
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
	}
	if f.Kind == call.ConsultEnded {
		t.Reason = string(f.Why)
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
