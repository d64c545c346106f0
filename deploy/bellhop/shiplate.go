package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellhop/tickets"
)

// lateAfter is how long a fact may wait for the database until agents are told that tickets will follow.
const lateAfter = 5 * time.Second

// Late says whether facts wait so long for the database that agents should be told that tickets and histories will follow,
// and gives a channel that is closed when that changes.
func (s *shipper) Late() (bool, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.late, s.changed
}

// judge finds out whether facts are late, and when to look again. It is called with the lock held, whenever another fact
// is the oldest.
func (s *shipper) judge() {
	late := false
	if len(s.queue) > 0 {
		left := time.Until(s.queue[0].since.Add(lateAfter))
		if late = left <= 0; !late {
			s.lookAgain(left)
		}
	}
	if late == s.late {
		return
	}
	s.late = late
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *shipper) lookAgain(after time.Duration) {
	switch {
	case s.stopped:
	case s.alarm == nil:
		s.alarm = time.AfterFunc(after, func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.judge()
		})
	default:
		s.alarm.Reset(after)
	}
}

// waiting is how many facts are not saved, and since when the oldest of them waits.
func (s *shipper) waiting() (count int, since time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) > 0 {
		since = s.queue[0].since
	}
	return len(s.queue), since
}

// shipMetrics are the figures of facts on their way into the database.
type shipMetrics struct {
	saved, retries, tickets, missed prometheus.Counter

	rejected *prometheus.CounterVec
}

func newShipMetrics(registry prometheus.Registerer, s *shipper) (*shipMetrics, error) {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	m := &shipMetrics{
		saved:   counter("bellhop_facts_saved_total", "Facts about calls that were saved, without those of earlier runs."),
		retries: counter("bellhop_facts_save_retries_total", "Times facts about calls could not be saved and were tried again."),
		tickets: counter("bellhop_tickets_opened_total", "Tickets opened for connected calls."),
		missed:  counter("bellhop_tickets_missed_calls_total", "Tickets opened for calls that were lost before anybody answered."),
		rejected: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_facts_rejected_total",
			Help: "Facts about calls that can never be saved, by the part that cannot; they are in the table facts_rejected.",
		}, []string{"part"}),
	}
	unsaved := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "bellhop_facts_unsaved", Help: "Facts about calls that are not in the database yet.",
	}, func() float64 {
		count, _ := s.waiting()
		return float64(count)
	})
	oldest := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "bellhop_facts_oldest_unsaved_seconds",
		Help: "How long this process has tried to save the oldest of the facts that are not in the database yet; 0 when there is none.",
	}, func() float64 {
		count, since := s.waiting()
		if count == 0 {
			return 0
		}
		return time.Since(since).Seconds()
	})
	for _, c := range []prometheus.Collector{m.saved, m.retries, m.tickets, m.missed, m.rejected, unsaved, oldest} {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// opened counts a ticket that was opened just now.
func (m *shipMetrics) opened(k tickets.Kept) prometheus.Counter {
	if k.Agent == "" {
		return m.missed
	}
	return m.tickets
}
