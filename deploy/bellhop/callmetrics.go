package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellhop/cti/call"
	"bellhop/cti/history"
	"bellhop/cti/switchboard"
)

// callMetrics are the figures of calls and agents; their definitions are those of section 6 of the call model.
type callMetrics struct {
	calls     *prometheus.CounterVec
	offers    *prometheus.CounterVec
	transfers *prometheus.CounterVec
	abuse     *prometheus.CounterVec
	wait      *prometheus.HistogramVec
	talk      *prometheus.HistogramVec
	hold      *prometheus.HistogramVec

	connected map[call.ID]bool // the calls that are going on and have been connected
}

func newCallMetrics(registry prometheus.Registerer) *callMetrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: name, Help: help, Buckets: buckets, NativeHistogramBucketFactor: 1.1,
		}, labels)
	}
	waits := []float64{5, 10, 20, 30, 60, 120, 300, 600}
	talks := []float64{15, 30, 60, 120, 300, 600, 1200, 3600}
	m := &callMetrics{
		connected: make(map[call.ID]bool),
		calls: counter("bellhop_calls_total",
			"Calls that ended, by direction, queue and how: answered, abandoned, or the reason why they reached nobody.",
			"direction", "queue", "outcome"),
		offers: counter("bellhop_agent_offers_total",
			"Offers to a queue's agents that ended, by queue and result: answered, declined, recalled (호회수), abandoned or lost.",
			"queue", "result"),
		transfers: counter("bellhop_transfers_total",
			"Transfers that ended, by kind (consult or blind) and result: handed_over, transferred, or why not.", "kind", "result"),
		abuse: counter("bellhop_abuse_terminations_total", "Calls ended as hostile (강성종료), by queue.", "queue"),
		wait: histogram("bellhop_queue_wait_seconds", "Time from entering the queue to being connected first, or leaving.",
			waits, "queue", "outcome"),
		talk: histogram("bellhop_call_talk_seconds",
			"Time that an agent was in a customer's call, consulting included, holding not.", talks, "queue", "direction"),
		hold: histogram("bellhop_call_hold_seconds",
			"Time that a customer waited for his agent on hold or parked, of calls in which he did.", talks, "queue", "direction"),
	}
	registry.MustRegister(m.calls, m.offers, m.transfers, m.abuse, m.wait, m.talk, m.hold)
	return m
}

// offerResults are the facts that end an offer.
var offerResults = map[call.FactKind]string{
	call.CallConnected:    "answered",
	call.ConsultConnected: "answered",
	call.OfferDeclined:    "declined",
	call.OfferMissed:      "recalled",
	call.OfferLost:        "lost",
	call.OfferWithdrawn:   "abandoned",
}

// The kinds of transfer.
const (
	consulted = "consult"
	blind     = "blind"
)

// remember takes in a fact that an earlier run counted: what follows from it is counted, it is not.
func (m *callMetrics) remember(f call.Fact) {
	switch f.Kind {
	case call.CallConnected:
		m.connected[f.Call.ID] = true
	case call.CallEnded:
		delete(m.connected, f.Call.ID)
	default:
	}
}

// count takes in a fact that nobody counted yet.
func (m *callMetrics) count(f call.Fact) {
	if result, ok := offerResults[f.Kind]; ok {
		if queue, offered := offeredBy(f); offered {
			m.offers.WithLabelValues(queue, result).Inc()
		}
	}
	switch f.Kind {
	case call.CallConnected:
		if c := f.Call; c.Direction == call.Inbound && !m.connected[c.ID] {
			m.wait.WithLabelValues(c.Queue.Name, "answered").Observe(f.At.Sub(c.QueuedAt).Seconds())
		}
		m.connected[f.Call.ID] = true
	case call.ConsultEnded:
		m.transfers.WithLabelValues(consulted, string(f.Why)).Inc()
	case call.CustomerHandedOver:
		kind := consulted
		if f.Agent == "" { // the outside number of a blind transfer answered
			kind = blind
		}
		m.transfers.WithLabelValues(kind, "handed_over").Inc()
	case call.CustomerTransferred:
		m.transfers.WithLabelValues(blind, "transferred").Inc()
	case call.HostileEndStarted:
		m.abuse.WithLabelValues(f.Call.Queue.Name).Inc()
		m.cutShort(f.Call)
	case call.CallEnded:
		m.cutShort(f.Call)
		m.ended(f)
	default:
	}
}

// offeredBy is the queue whose offer the fact ended. A colleague's call or consult is no queue's, unless it is the queue
// that is consulted; and who calls out is offered nothing.
func offeredBy(f call.Fact) (queue string, ok bool) {
	c := f.Call
	switch {
	case c.Direction == call.Internal:
		return "", false
	case f.Kind == call.ConsultConnected || c.Phase == call.ConsultRinging:
		return c.Target.Queue.Name, c.Target.Kind == call.TargetQueue
	default:
		return c.Queue.Name, c.Offers > 0
	}
}

// cutShort counts the consult that ended because its call did, and the offer in it.
func (m *callMetrics) cutShort(c call.Call) {
	if c.Target == nil || c.Direction == call.Internal || c.Reason == call.TransferOut {
		return
	}
	m.transfers.WithLabelValues(consulted, "call_ended").Inc()
	if s := c.Target.Line.LegState; c.Target.Kind == call.TargetQueue && (s == call.Asked || s == call.Ringing) {
		m.offers.WithLabelValues(c.Target.Queue.Name, "abandoned").Inc()
	}
}

func (m *callMetrics) ended(f call.Fact) {
	c := f.Call
	if c.Reason == call.AbandonedRinging {
		m.offers.WithLabelValues(c.Queue.Name, "abandoned").Inc()
	}
	outcome := string(c.Reason)
	switch {
	case m.connected[c.ID]:
		outcome = "answered"
	case c.Reason == call.AbandonedRinging || c.Reason == call.AbandonedWaiting:
		outcome = "abandoned"
		m.wait.WithLabelValues(c.Queue.Name, outcome).Observe(f.At.Sub(c.QueuedAt).Seconds())
	}
	delete(m.connected, c.ID)
	queue := c.Queue.Name
	if c.Direction != call.Inbound {
		queue = "" // it came through none
	}
	m.calls.WithLabelValues(string(c.Direction), queue, outcome).Inc()
}

// spent counts the time of one agent in a customer's call.
func (m *callMetrics) spent(e history.Entry) {
	if e.ConnectedAt.IsZero() || e.Direction == call.Internal {
		return
	}
	m.talk.WithLabelValues(e.Queue, string(e.Direction)).Observe(e.Talk.Seconds())
	if e.Hold > 0 {
		m.hold.WithLabelValues(e.Queue, string(e.Direction)).Observe(e.Hold.Seconds())
	}
}

// boardGauges reads the switchboard's counts whenever Prometheus asks.
type boardGauges struct {
	board *switchboard.Switchboard
	names func(call.QueueID) string

	calls, agents, waiting, connected, ignored, repaired *prometheus.Desc
}

func newBoardGauges(board *switchboard.Switchboard, names func(call.QueueID) string) *boardGauges {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &boardGauges{
		board: board, names: names,
		calls:     desc("bellhop_calls_active", "Live calls by phase.", "state"),
		agents:    desc("bellhop_agents", "Agents by what they show: their occupation unless free, else their presence.", "state"),
		waiting:   desc("bellhop_queue_calls_waiting", "Calls waiting in the queue now.", "queue"),
		connected: desc("bellhop_switch_connected", "Whether the telephone switch is connected and in sync."),
		ignored:   desc("bellhop_switchboard_ignored_events_total", "Events that meant nothing where they arrived."),
		repaired:  desc("bellhop_switchboard_repaired_total", "Events that had to be made up from what the switch showed."),
	}
}

func (g *boardGauges) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{g.calls, g.agents, g.waiting, g.connected, g.ignored, g.repaired} {
		ch <- d
	}
}

func (g *boardGauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	n, err := g.board.Count(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(g.calls, err)
		return
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	for phase, count := range n.Calls {
		gauge(g.calls, float64(count), string(phase))
	}
	for state, count := range n.Agents {
		gauge(g.agents, float64(count), state)
	}
	for queue, count := range n.Waiting {
		gauge(g.waiting, float64(count), g.names(queue))
	}
	up := 0.0
	if n.SwitchUp {
		up = 1
	}
	gauge(g.connected, up)
	ch <- prometheus.MustNewConstMetric(g.ignored, prometheus.CounterValue, float64(n.Ignored))
	ch <- prometheus.MustNewConstMetric(g.repaired, prometheus.CounterValue, float64(n.Repaired))
}
