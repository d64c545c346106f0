package asterisk

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what operators see of the connection. Their names and labels are stable.
type metrics struct {
	up       prometheus.Gauge
	fenced   prometheus.Gauge
	losses   *prometheus.CounterVec
	events   *prometheus.CounterVec
	dropped  *prometheus.CounterVec
	requests *prometheus.HistogramVec
	looks    *prometheus.HistogramVec
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		up: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "bellhop_ari_up", Help: "1 while connected to Asterisk and in sync with it.",
		}),
		fenced: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "bellhop_ari_fenced", Help: "1 when another server took the ARI application over; until a restart.",
		}),
		losses: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_ari_losses_total", Help: "Connections to Asterisk that were lost or could not be made, by reason.",
		}, []string{"reason"}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_ari_events_total", Help: "Events received from Asterisk, by type; types we do not use are other.",
		}, []string{"type"}),
		dropped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_ari_events_ignored_total", Help: "Frames received from Asterisk and ignored, by reason.",
		}, []string{"reason"}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "bellhop_ari_request_seconds", Help: "Time of requests to Asterisk, by operation and HTTP status; 0 is no answer.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"operation", "status"}),
		looks: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "bellhop_ari_look_seconds", Help: "Time of the periodic looks at Asterisk, by result.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"result"}),
	}
	if reg == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.up, m.fenced, m.losses, m.events, m.dropped, m.requests, m.looks} {
		if err := reg.Register(c); err != nil {
			return nil, fmt.Errorf("asterisk: metrics: %w", err)
		}
	}
	return m, nil
}

func (m *metrics) connected() { m.up.Set(1) }

func (m *metrics) down(reason string) {
	m.up.Set(0)
	m.losses.WithLabelValues(reason).Inc()
}

func (m *metrics) event(name string) {
	if !slices.Contains(wanted, name) {
		name = "other"
	}
	m.events.WithLabelValues(name).Inc()
}

func (m *metrics) ignored(reason string) { m.dropped.WithLabelValues(reason).Inc() }

func (m *metrics) request(op string, status int, took time.Duration) {
	m.requests.WithLabelValues(op, strconv.Itoa(status)).Observe(took.Seconds())
}
