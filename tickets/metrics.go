package tickets

import (
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
)

type deskMetrics struct {
	opened   prometheus.Counter
	retries  prometheus.Counter
	rejected prometheus.Counter
}

func newDeskMetrics(registerer prometheus.Registerer, waiting func() float64) (deskMetrics, error) {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: "bellhop", Subsystem: "tickets", Name: name, Help: help,
		})
	}
	m := deskMetrics{
		opened:   counter("opened_total", "Tickets opened for connected calls."),
		retries:  counter("save_retries_total", "Times a fact about a call could not be saved and was tried again."),
		rejected: counter("facts_rejected_total", "Facts about calls that can never be saved."),
	}
	queue := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "bellhop", Subsystem: "tickets", Name: "facts_waiting",
		Help: "Facts about calls that are not saved yet.",
	}, waiting)
	for _, c := range []prometheus.Collector{m.opened, m.retries, m.rejected, queue} {
		if err := registerer.Register(c); err != nil {
			return deskMetrics{}, fmt.Errorf("tickets: register metrics: %w", err)
		}
	}
	return m, nil
}
