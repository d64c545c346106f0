package auth

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics are the figures of the sessions.
func (s *Sessions) metrics() []prometheus.Collector {
	options := func(name, help string) prometheus.Opts {
		return prometheus.Opts{Namespace: "bellhop", Subsystem: "auth", Name: name, Help: help}
	}
	counter := func(name, help string, count func() uint64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts(options(name, help)), func() float64 { return float64(count()) })
	}
	gauge := func(name, help string, count func() int) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts(options(name, help)), func() float64 { return float64(count()) })
	}
	return []prometheus.Collector{
		gauge("sessions", "Sessions that are known without the database.", s.memory.size),
		gauge("endings_unwritten", "Sessions that were ended without the database knowing yet.", func() int {
			return len(s.memory.unwritten(time.Now()))
		}),
		counter("believed_total", "Requests that were let in without the database saying so.", s.keeper.believed.Load),
		counter("file_failures_total", "How often the file of sessions could not be written or read.", s.keeper.failures.Load),
	}
}
