package journal

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are what operators see of the journal. Their names and labels are stable.
type metrics struct {
	healthy prometheus.Gauge
	appends prometheus.Histogram
	stalls  prometheus.Counter
	bytes   prometheus.Gauge
	cut     *prometheus.CounterVec
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		healthy: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "bellhop_journal_healthy", Help: "1 while everything is written to the journal, 0 while it is degraded.",
		}),
		appends: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "bellhop_journal_append_seconds", Help: "How long the switchboard waited for the journal.",
			Buckets: []float64{.00001, .000025, .00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1},
		}),
		stalls: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "bellhop_journal_stalls_total", Help: "How often the disk was too slow for the switchboard, which went on without it.",
		}),
		bytes: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "bellhop_journal_bytes", Help: "Size of the journal's segments on disk.",
		}),
		cut: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_journal_cut_total", Help: "Pieces of the journal that could not be read at the start, by reason.",
		}, []string{"reason"}),
	}
	if reg == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.healthy, m.appends, m.stalls, m.bytes, m.cut} {
		if err := reg.Register(c); err != nil {
			return nil, fmt.Errorf("journal: metrics: %w", err)
		}
	}
	return m, nil
}
