package main

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/tickets"
)

func TestEveryFactHasAWordInTheTicket(t *testing.T) {
	for _, kind := range []call.FactKind{
		call.CallArrived, call.CallQueued, call.CallOffered, call.OfferDeclined, call.OfferMissed, call.OfferLost,
		call.CallConnected, call.CallReturned, call.CallEnded,
	} {
		require.NotEmpty(t, ticketKinds[kind], kind)
	}
}

func TestTicketFact(t *testing.T) {
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	f := ticketFact("run", call.Fact{
		Seq: 7, Kind: call.CallConnected, At: at, Agent: "a",
		Call: call.Call{
			ID: "c", Dialled: "1000", Caller: call.Party{Number: "010", Name: "이수진"}, QueuedAt: at.Add(-time.Minute),
			Queue: call.Queue{Name: "주문·배송", Service: "s"},
		},
	})
	require.NoError(t, f.Check())
	require.Equal(t, "run-7", f.Key)
	require.Equal(t, tickets.Connected, f.Kind)
	require.Equal(t, "s", f.Service)
	require.Equal(t, "010", f.CustomerNumber)
}

func TestFiguresOfACall(t *testing.T) {
	m := newCallMetrics(prometheus.NewRegistry())
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	c := call.Call{Queue: call.Queue{Name: "q"}, QueuedAt: at, ConnectedAt: at.Add(10 * time.Second)}
	m.count(call.Fact{Kind: call.OfferMissed, At: at, Call: c})
	m.count(call.Fact{Kind: call.CallConnected, At: at.Add(10 * time.Second), Call: c})
	c.Reason = call.AgentHangup
	m.count(call.Fact{Kind: call.CallEnded, At: at.Add(70 * time.Second), Call: c})
	c.Reason = call.AbandonedRinging
	m.count(call.Fact{Kind: call.CallEnded, At: at.Add(5 * time.Second), Call: c})

	require.InDelta(t, 1, testutil.ToFloat64(m.offers.WithLabelValues("q", "recalled")), 0)
	require.InDelta(t, 1, testutil.ToFloat64(m.offers.WithLabelValues("q", "answered")), 0)
	require.InDelta(t, 1, testutil.ToFloat64(m.offers.WithLabelValues("q", "abandoned")), 0)
	require.InDelta(t, 1, testutil.ToFloat64(m.calls.WithLabelValues("inbound", "q", "answered")), 0)
	require.InDelta(t, 1, testutil.ToFloat64(m.calls.WithLabelValues("inbound", "q", "abandoned")), 0)
	problems, err := testutil.CollectAndLint(m.talk)
	require.NoError(t, err)
	require.Empty(t, problems)
}

// holdingStore is a fake ticket store that can be slow.
type holdingStore struct{ opened chan tickets.CallConnected }

func (s holdingStore) OpenForCall(_ context.Context, c tickets.CallConnected) (tickets.Ticket, bool, error) {
	s.opened <- c
	return tickets.Ticket{Number: 1}, true, nil
}

func (holdingStore) RecordCallEvent(context.Context, string, tickets.Event) error { return nil }

func TestListenersPassOnEverythingInOrderBeforeTheyStop(t *testing.T) {
	var logged bytes.Buffer
	log := slog.New(slog.NewTextHandler(&logged, nil))
	store := holdingStore{make(chan tickets.CallConnected, 10)}
	desk, err := tickets.NewDesk(tickets.DeskOptions{Store: store, Opened: func(tickets.TicketOpened) {}, Log: log})
	require.NoError(t, err)
	require.NoError(t, desk.Start(t.Context()))
	l := newListeners("run", desk, newCallMetrics(prometheus.NewRegistry()), log)
	ctx, cancel := context.WithCancel(t.Context())
	go l.listen(ctx)
	c := call.Call{ID: "3f0c6e4e-0d0e-4f65-9a06-0d9d2f1c9f00", Queue: call.Queue{Service: "s"}}
	l.put(call.Fact{Seq: 1, Kind: call.CallConnected, At: time.Now(), Agent: "a", Call: c})
	cancel()
	<-l.done
	require.NoError(t, desk.Stop())
	require.Len(t, store.opened, 1)
	require.Contains(t, logged.String(), "call_id="+string(c.ID))
}
