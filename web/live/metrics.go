package live

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics never have ids as labels.
type metrics struct {
	clients  prometheus.Gauge
	commands *prometheus.CounterVec
	closed   *prometheus.CounterVec
}

func newMetrics(to prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		clients: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "bellhop_ws_clients", Help: "Pages that are connected.",
		}),
		commands: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_ws_commands_total", Help: "Commands from pages, by what became of them.",
		}, []string{"action", "result"}),
		closed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_ws_closed_total", Help: "Connections of pages that ended, by why.",
		}, []string{"reason"}),
	}
	if to == nil {
		return m, nil
	}
	for _, c := range []prometheus.Collector{m.clients, m.commands, m.closed} {
		if err := to.Register(c); err != nil {
			return nil, fmt.Errorf("live: register metrics: %w", err)
		}
	}
	return m, nil
}
