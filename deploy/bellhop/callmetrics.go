package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// callMetrics are the figures of calls and agents; their definitions are those of section 6 of the call model.
type callMetrics struct {
	calls  *prometheus.CounterVec
	offers *prometheus.CounterVec
	wait   *prometheus.HistogramVec
	talk   *prometheus.HistogramVec
}

func newCallMetrics(registry prometheus.Registerer) *callMetrics {
	m := &callMetrics{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_calls_total",
			Help: "Calls that ended, by direction, queue and how: answered, abandoned or unallocated.",
		}, []string{"direction", "queue", "outcome"}),
		offers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_agent_offers_total",
			Help: "Offers to agents that ended, by queue and result: answered, declined, recalled (호회수), abandoned or lost.",
		}, []string{"queue", "result"}),
		wait: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:                        "bellhop_queue_wait_seconds",
			Help:                        "Time from entering the queue to being connected or leaving.",
			Buckets:                     []float64{5, 10, 20, 30, 60, 120, 300, 600},
			NativeHistogramBucketFactor: 1.1,
		}, []string{"queue", "outcome"}),
		talk: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:                        "bellhop_call_talk_seconds",
			Help:                        "Time from being connected to the end of the call.",
			Buckets:                     []float64{15, 30, 60, 120, 300, 600, 1200, 3600},
			NativeHistogramBucketFactor: 1.1,
		}, []string{"queue"}),
	}
	registry.MustRegister(m.calls, m.offers, m.wait, m.talk)
	return m
}

// offerResults are the facts that end an offer.
var offerResults = map[call.FactKind]string{
	call.CallConnected: "answered",
	call.OfferDeclined: "declined",
	call.OfferMissed:   "recalled",
	call.OfferLost:     "lost",
}

func (m *callMetrics) count(f call.Fact) {
	queue := f.Call.Queue.Name
	if result, ok := offerResults[f.Kind]; ok {
		m.offers.WithLabelValues(queue, result).Inc()
	}
	switch f.Kind {
	case call.CallConnected:
		m.wait.WithLabelValues(queue, "answered").Observe(f.At.Sub(f.Call.QueuedAt).Seconds())
	case call.CallEnded:
		m.ended(f, queue)
	default:
	}
}

func (m *callMetrics) ended(f call.Fact, queue string) {
	outcome := "answered"
	switch f.Call.Reason {
	case call.AbandonedRinging:
		m.offers.WithLabelValues(queue, "abandoned").Inc()
		outcome = "abandoned"
	case call.AbandonedWaiting:
		outcome = "abandoned"
	case call.Unallocated:
		outcome = "unallocated"
	case call.CustomerHangup, call.AgentHangup:
		m.talk.WithLabelValues(queue).Observe(f.At.Sub(f.Call.ConnectedAt).Seconds())
	}
	if outcome == "abandoned" {
		m.wait.WithLabelValues(queue, outcome).Observe(f.At.Sub(f.Call.QueuedAt).Seconds())
	}
	m.calls.WithLabelValues("inbound", queue, outcome).Inc()
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
