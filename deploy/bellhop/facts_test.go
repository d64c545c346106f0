package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/history"
	"bellhop/tickets"
)

// factKinds are the kinds of facts that cti/call declares, read from its source: a new one is not forgotten here.
func factKinds(t *testing.T) map[string]call.FactKind {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../cti/call/fact.go", nil, 0)
	require.NoError(t, err)
	kinds := map[string]call.FactKind{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Type == nil {
			return true
		}
		if named, ok := spec.Type.(*ast.Ident); ok && named.Name == "FactKind" {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			kinds[spec.Names[0].Name] = call.FactKind(value)
		}
		return true
	})
	require.GreaterOrEqual(t, len(kinds), 24)
	return kinds
}

func TestEveryFactHasAWordInTheTicket(t *testing.T) {
	words := map[tickets.FactKind]bool{}
	for name, kind := range factKinds(t) {
		f := ticketFact("run", call.Fact{
			Seq: 1, Kind: kind, At: time.Unix(1, 0), Agent: "a", Call: call.Call{ID: "c", Queue: call.Queue{Service: "s"}},
		})
		require.NoError(t, f.Check(), name)
		require.False(t, words[f.Kind], "%s: two facts with the word %s", name, f.Kind)
		words[f.Kind] = true
	}
	require.Len(t, ticketKinds, len(words))
}

func TestTicketFact(t *testing.T) {
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	f := ticketFact("run", call.Fact{
		Seq: 7, Kind: call.CallConnected, At: at, Agent: "a",
		Call: call.Call{
			ID: "c", Direction: call.Outbound, Dialled: "1000", Caller: call.Party{Number: "010", Name: "이수진"}, QueuedAt: at.Add(-time.Minute),
			Queue: call.Queue{Name: "주문·배송", Service: "s"},
		},
	})
	require.NoError(t, f.Check())
	require.Equal(t, "run-7", f.Key)
	require.Equal(t, tickets.Connected, f.Kind)
	require.Equal(t, "s", f.Service)
	require.Equal(t, "010", f.CustomerNumber)
	require.Equal(t, tickets.Outbound, f.Direction)
	require.False(t, f.Consult)
}

func TestTicketFactOfAConsult(t *testing.T) {
	c := call.Call{
		ID: "c", Direction: call.Inbound, Phase: call.ConsultRinging, Queue: call.Queue{Service: "s"}, HeldFor: time.Minute,
		Target: &call.Target{Kind: call.TargetAgent, Number: "2042", Name: "박지훈", Line: call.Line{Agent: "b"}},
	}
	f := ticketFact("run", call.Fact{Seq: 1, Kind: call.CallOffered, At: time.Unix(1, 0), Agent: "b", Call: c})
	require.True(t, f.Consult)
	require.Equal(t, "agent 2042 박지훈", f.TargetKind+" "+f.TargetNumber+" "+f.TargetName)
	require.Equal(t, time.Minute, f.HeldFor)

	c.Phase, c.Target = call.Talking, nil
	over := ticketFact("run", call.Fact{Seq: 2, Kind: call.CustomerHandedOver, At: time.Unix(1, 0), Agent: "a", Target: "b", Call: c})
	require.Equal(t, "b", over.Connect().Agent, "the ticket is the target's from now on")
	require.Equal(t, "agent", over.TargetKind)

	ended := ticketFact("run", call.Fact{Seq: 3, Kind: call.ConsultEnded, At: time.Unix(1, 0), Agent: "a", Why: call.NoAnswer, Call: c})
	require.Equal(t, "no_answer", ended.Reason)
}

func TestTicketFactOfWhatSomebodyGaveAsReason(t *testing.T) {
	c := call.Call{ID: "c", Direction: call.Inbound, Queue: call.Queue{Service: "s"}}
	hostile := ticketFact("e", call.Fact{Seq: 1, Kind: call.HostileEndStarted, At: time.Unix(1, 0), Detail: "threat", Call: c})
	require.Equal(t, "threat", hostile.Event().Params["detail"])
	repaired := ticketFact("e", call.Fact{Seq: 2, Kind: call.StateRepaired, At: time.Unix(1, 0), Cause: "leg_gone", Call: c})
	require.Equal(t, "leg_gone", repaired.Event().Params["cause"])
	c.Reason = call.SwitchFailure
	require.Equal(t, "switch_failure", ticketFact("e", call.Fact{Seq: 3, Kind: call.CallEnded, At: time.Unix(1, 0), Call: c}).Missed())
}

func TestFiguresDoNotCountWhatAnEarlierRunCounted(t *testing.T) {
	m := newCallMetrics(prometheus.NewRegistry())
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	c := call.Call{ID: "1", Direction: call.Inbound, Queue: call.Queue{Name: "q"}, QueuedAt: at, Offers: 1}
	m.remember(call.Fact{Kind: call.CallConnected, At: at, Call: c})
	require.Zero(t, testutil.CollectAndCount(m.offers)+testutil.CollectAndCount(m.wait)+testutil.CollectAndCount(m.calls))
	c.Reason = call.CustomerHangup
	m.count(call.Fact{Kind: call.CallEnded, At: at, Call: c})
	require.InDelta(t, 1, testutil.ToFloat64(m.calls.WithLabelValues("inbound", "q", "answered")), 0)
	m.remember(call.Fact{Kind: call.CallConnected, At: at, Call: c})
	m.remember(call.Fact{Kind: call.CallEnded, At: at, Call: c})
	require.Empty(t, m.connected)
}

func TestFiguresOfACall(t *testing.T) {
	m := newCallMetrics(prometheus.NewRegistry())
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	c := call.Call{ID: "1", Direction: call.Inbound, Queue: call.Queue{Name: "q"}, QueuedAt: at, ConnectedAt: at.Add(10 * time.Second), Offers: 1}
	m.count(call.Fact{Kind: call.OfferMissed, At: at, Call: c})
	m.count(call.Fact{Kind: call.CallConnected, At: at.Add(10 * time.Second), Call: c})
	c.Reason = call.AgentHangup
	m.count(call.Fact{Kind: call.CallEnded, At: at.Add(70 * time.Second), Call: c})
	c.ID, c.Reason = "2", call.AbandonedRinging
	m.count(call.Fact{Kind: call.CallEnded, At: at.Add(5 * time.Second), Call: c})
	m.spent(history.Entry{Queue: "q", Direction: call.Inbound, ConnectedAt: at, Talk: time.Minute, Hold: time.Second})
	m.spent(history.Entry{Queue: "q", Direction: call.Inbound}) // was never connected
	m.spent(history.Entry{Direction: call.Internal, ConnectedAt: at})

	require.InDelta(t, 1, testutil.ToFloat64(m.offers.WithLabelValues("q", "recalled")), 0)
	require.InDelta(t, 1, testutil.ToFloat64(m.offers.WithLabelValues("q", "answered")), 0)
	require.InDelta(t, 1, testutil.ToFloat64(m.offers.WithLabelValues("q", "abandoned")), 0)
	require.InDelta(t, 1, testutil.ToFloat64(m.calls.WithLabelValues("inbound", "q", "answered")), 0)
	require.InDelta(t, 1, testutil.ToFloat64(m.calls.WithLabelValues("inbound", "q", "abandoned")), 0)
	require.Equal(t, 1, testutil.CollectAndCount(m.talk))
	require.Equal(t, 1, testutil.CollectAndCount(m.hold))
	require.Equal(t, 2, testutil.CollectAndCount(m.wait))
	require.Empty(t, m.connected, "nothing is kept of calls that ended")
}

func TestFiguresOfWhatAgentsDo(t *testing.T) {
	registry := prometheus.NewRegistry()
	m := newCallMetrics(registry)
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	target := &call.Target{Kind: call.TargetQueue, Queue: call.Queue{Name: "pay"}, Line: call.Line{Agent: "b", LegState: call.Ringing}}
	consult := call.Call{ID: "1", Direction: call.Inbound, Phase: call.ConsultRinging, Queue: call.Queue{Name: "q"}, Target: target, Offers: 1}
	talk := call.Call{ID: "1", Direction: call.Inbound, Phase: call.Talking, Queue: call.Queue{Name: "q"}, Reason: call.HostileEnd}
	outbound := call.Call{ID: "2", Direction: call.Outbound, Queue: call.Queue{Name: "q"}}
	busy, internal := outbound, call.Call{ID: "3", Direction: call.Internal, Target: target}
	busy.Reason, internal.Reason = call.Busy, call.TargetHangup
	for _, f := range []call.Fact{
		{Kind: call.OfferMissed, Call: consult},
		{Kind: call.ConsultConnected, Call: consult},
		{Kind: call.ConsultEnded, Why: call.TargetHangup, Call: talk},
		{Kind: call.CustomerHandedOver, Agent: "a", Call: talk},
		{Kind: call.CustomerTransferred, Call: talk},
		{Kind: call.HostileEndStarted, Call: talk},
		{Kind: call.CallEnded, Call: consult},
		{Kind: call.CallConnected, Call: outbound},
		{Kind: call.CallEnded, Call: outbound},
		{Kind: call.CallEnded, Call: busy},
		{Kind: call.CallConnected, Call: internal},
		{Kind: call.CallEnded, Call: internal},
	} {
		f.At = at
		m.count(f)
	}
	for _, row := range []struct {
		counter *prometheus.CounterVec
		labels  []string
	}{
		{m.offers, []string{"pay", "recalled"}},
		{m.offers, []string{"pay", "answered"}},
		{m.offers, []string{"pay", "abandoned"}},
		{m.transfers, []string{"consult", "target_hangup"}},
		{m.transfers, []string{"consult", "handed_over"}},
		{m.transfers, []string{"consult", "call_ended"}},
		{m.transfers, []string{"blind", "transferred"}},
		{m.abuse, []string{"q"}},
		{m.calls, []string{"outbound", "", "answered"}},
		{m.calls, []string{"outbound", "", "busy"}},
		{m.calls, []string{"internal", "", "answered"}},
	} {
		require.InDelta(t, 1, testutil.ToFloat64(row.counter.WithLabelValues(row.labels...)), 0, "%v", row.labels)
	}
	require.Equal(t, 3, testutil.CollectAndCount(m.offers), "who calls out or a colleague is offered nothing by a queue")
	require.Zero(t, testutil.CollectAndCount(m.wait), "who is called does not wait")
	problems, err := testutil.GatherAndLint(registry)
	require.NoError(t, err)
	require.Empty(t, problems)
}
