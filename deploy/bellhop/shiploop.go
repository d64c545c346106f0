package main

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"

	"bellhop/tickets"
)

// The shipper's patience with the database, and how much it gives it at once.
const (
	shipTimeout  = 5 * time.Second
	firstRetry   = 50 * time.Millisecond
	slowestRetry = 2 * time.Second
	mostAtOnce   = 256
)

// errRefused marks what can never be saved, however often it is tried.
var errRefused = errors.New("refused")

// refusal is a part of a fact that can never be saved.
type refusal struct {
	part string // tickets, history or facts
	err  error
	new  bool // it was not refused in an earlier run already
}

// ship saves what is told, oldest first, for as long as it takes. A batch with a fact in it that is refused, or one that
// takes too long, is tried again in a smaller one, until the bad fact is alone.
func (s *shipper) ship(ctx context.Context) {
	defer close(s.done)
	pause := &backoff.ExponentialBackOff{
		InitialInterval: firstRetry, MaxInterval: slowestRetry,
		Multiplier: backoff.DefaultMultiplier, RandomizationFactor: backoff.DefaultRandomizationFactor,
	}
	pause.Reset()
	for size, failures := mostAtOnce, 0; ; {
		batch := s.next(ctx, size)
		if len(batch) == 0 {
			return
		}
		kept, err := s.attempt(ctx, batch)
		switch {
		case err == nil:
			s.saved(batch, kept)
			if failures > 0 {
				s.log.Info("facts are saved again", "failures", failures)
			}
			size, failures = min(2*size, mostAtOnce), 0
			pause.Reset()
			continue
		case errors.Is(err, errRefused):
			size = max(1, len(batch)/2)
			continue
		case errors.Is(err, context.DeadlineExceeded):
			size = max(1, len(batch)/2)
		}
		if failures == 0 && ctx.Err() == nil {
			s.log.Warn("cannot save facts now, trying again", "error", err)
		}
		failures++
		s.metrics.retries.Inc()
		select {
		case <-time.After(pause.NextBackOff()):
		case <-ctx.Done():
			return
		}
	}
}

// next waits for records that are told and leaves them in the queue. There are none when the shipper is to end.
func (s *shipper) next(ctx context.Context, most int) []*record {
	for ended := false; ctx.Err() == nil; {
		s.mu.Lock()
		batch := append([]*record(nil), s.queue[:min(most, s.ready)]...)
		s.mu.Unlock()
		if len(batch) > 0 || ended {
			return batch
		}
		select {
		case <-s.told:
		case <-s.listened:
			ended = true
		case <-ctx.Done():
		}
	}
	return nil
}

// attempt saves a batch, or fails. A record that is alone and refused is saved part by part.
func (s *shipper) attempt(ctx context.Context, batch []*record) ([]tickets.Kept, error) {
	ctx, cancel := context.WithTimeout(ctx, shipTimeout)
	defer cancel()
	kept, err := s.keeper.keep(ctx, batch)
	if len(batch) > 1 || !errors.Is(err, errRefused) {
		return kept, err
	}
	one, refused, err := s.keeper.keepApart(ctx, batch[0])
	if err != nil {
		return nil, err
	}
	for _, r := range refused {
		if r.new {
			s.metrics.rejected.WithLabelValues(r.part).Inc()
		}
		s.log.Error("fact cannot be saved, it is set aside", "part", r.part, "kind", batch[0].fact.Kind,
			"call_id", batch[0].fact.Call.ID, "seq", batch[0].fact.Seq, "error", r.err)
	}
	return []tickets.Kept{one}, nil
}

// saved takes the records out of the queue, tells agents of their tickets, and the journal what it need not keep.
func (s *shipper) saved(batch []*record, kept []tickets.Kept) {
	s.mu.Lock()
	clear(s.queue[:len(batch)])
	s.queue = s.queue[len(batch):]
	s.ready -= len(batch)
	s.judge()
	s.mu.Unlock()
	for i, r := range batch {
		if !r.replayed {
			s.metrics.saved.Inc()
		}
		if k := kept[i]; k.Number != 0 {
			s.tellTicket(r, k)
		}
		s.horizon.saved(r.fact)
	}
	for _, id := range s.horizon.overdue() {
		s.log.Error("a call that began long ago has not ended: the journal keeps its facts no longer", "call_id", id)
	}
	if seq := s.horizon.seq(); seq > s.acked {
		s.acked = seq
		s.journal.Ack(seq)
	}
}

// tellTicket moves the agent's screen. A fact that is told again moves nobody's, unless it opened the ticket just now.
func (s *shipper) tellTicket(r *record, k tickets.Kept) {
	if k.New {
		s.metrics.opened(k).Inc()
		s.log.Info("ticket opened", "call_id", r.fact.Call.ID, "ticket", k.Number)
	}
	if k.Agent == "" || r.replayed && !k.New {
		return
	}
	s.opened(tickets.TicketOpened{
		Number: k.Number, Call: r.ticket.Call, Agent: k.Agent, Service: r.ticket.Service, New: k.New,
	})
}
