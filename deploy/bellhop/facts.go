package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"bellhop/cti/call"
	"bellhop/tickets"
)

// listeners tells everybody who listens to calls what became true, in order, away from the switchboard's loop.
type listeners struct {
	log     *slog.Logger
	metrics *callMetrics
	desk    *tickets.Desk
	run     string // names this run of serve: facts are numbered anew in each

	mu    sync.Mutex
	facts []call.Fact
	wake  chan struct{}
	done  chan struct{}
}

func newListeners(run string, desk *tickets.Desk, metrics *callMetrics, log *slog.Logger) *listeners {
	return &listeners{
		log: log, metrics: metrics, desk: desk, run: run,
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

// listen passes facts on until ctx ends, and then those that are left.
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
			return
		}
	}
}

func (l *listeners) tell(f call.Fact) {
	l.metrics.count(f)
	l.log.Info(string(f.Kind), logFields(f)...)
	if f.Call.Queue.Service != "" { // a number that leads nowhere belongs to no service
		l.desk.Post(ticketFact(l.run, f))
	}
}

func logFields(f call.Fact) []any {
	fields := []any{"call_id", f.Call.ID, "seq", f.Seq}
	if f.Call.Queue.Name != "" {
		fields = append(fields, "queue", f.Call.Queue.Name)
	}
	if f.Agent != "" {
		fields = append(fields, "agent_id", f.Agent)
	}
	if f.Call.Reason != "" {
		fields = append(fields, "reason", f.Call.Reason)
	}
	return fields
}

// ticketKinds are the facts that stand in a ticket's 이벤트, in the words of tickets.
var ticketKinds = map[call.FactKind]tickets.FactKind{
	call.CallArrived:   tickets.Arrived,
	call.CallQueued:    tickets.Queued,
	call.CallOffered:   tickets.Offered,
	call.OfferDeclined: tickets.Declined,
	call.OfferMissed:   tickets.Missed,
	call.OfferLost:     tickets.OfferLost,
	call.CallConnected: tickets.Connected,
	call.CallReturned:  tickets.Returned,
	call.CallEnded:     tickets.Ended,
}

func ticketFact(run string, f call.Fact) tickets.Fact {
	return tickets.Fact{
		Key:            fmt.Sprintf("%s-%d", run, f.Seq),
		Kind:           ticketKinds[f.Kind],
		At:             f.At,
		Call:           string(f.Call.ID),
		Service:        string(f.Call.Queue.Service),
		Queue:          f.Call.Queue.Name,
		Agent:          string(f.Agent),
		Dialled:        f.Call.Dialled,
		CustomerNumber: f.Call.Caller.Number,
		CustomerName:   f.Call.Caller.Name,
		Reason:         string(f.Call.Reason),
		QueuedAt:       f.Call.QueuedAt,
		ConnectedAt:    f.Call.ConnectedAt,
	}
}
