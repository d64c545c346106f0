package history

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/prometheus/client_golang/prometheus"
)

// Saver is where the desk saves. Save may be repeated and then changes nothing, and fails with ErrRejected when no
// repetition can succeed.
type Saver interface {
	Save(ctx context.Context, entries []Entry) error
}

// DeskOptions are the desk's settings.
type DeskOptions struct {
	Saver Saver
	// DrainWithin bounds Stop: how long it goes on saving. 0 means 5 s.
	DrainWithin time.Duration
	Log         *slog.Logger
	Metrics     prometheus.Registerer // may be nil
}

func (o *DeskOptions) validate() error {
	if o.Saver == nil || o.DrainWithin < 0 {
		return errors.New("history: a desk needs a Saver, and no time below zero to drain")
	}
	if o.DrainWithin == 0 {
		o.DrainWithin = 5 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = prometheus.NewRegistry()
	}
	return nil
}

// The desk's patience with its saver, and how much it gives it at once.
const (
	attemptTimeout = 5 * time.Second
	firstRetry     = 50 * time.Millisecond
	slowestRetry   = 2 * time.Second
	atOnce         = 100
)

// Desk saves entries. It never drops one: while the database is away it waits and tries again, and calls go on without
// it. (The tickets' desk works alike; the two rooms may not know each other.)
type Desk struct {
	saver       Saver
	drainWithin time.Duration
	log         *slog.Logger
	retries     prometheus.Counter
	rejected    prometheus.Counter

	wake    chan struct{} // has room for one: there may be something in the queue
	closing chan struct{} // closed by Stop: end when the queue is empty
	done    chan struct{} // closed when the loop has ended

	mu      sync.Mutex
	queue   []Entry
	started bool
	stopped bool
	cut     context.CancelFunc // ends the loop at once
}

// NewDesk is a desk that is not yet saving; entries may be posted already.
func NewDesk(o DeskOptions) (*Desk, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	d := &Desk{
		saver: o.Saver, drainWithin: o.DrainWithin, log: o.Log.With("component", "history"),
		wake: make(chan struct{}, 1), closing: make(chan struct{}), done: make(chan struct{}),
		retries: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "bellhop_history_save_retries_total", Help: "Times call history could not be saved and was tried again.",
		}),
		rejected: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "bellhop_history_entries_rejected_total", Help: "Entries of call history that can never be saved.",
		}),
	}
	waiting := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "bellhop_history_entries_waiting", Help: "Entries of call history that are not saved yet.",
	}, func() float64 { return float64(d.waiting()) })
	for _, c := range []prometheus.Collector{d.retries, d.rejected, waiting} {
		if err := o.Metrics.Register(c); err != nil {
			return nil, fmt.Errorf("history: register metrics: %w", err)
		}
	}
	return d, nil
}

// Post hands an entry to the desk. It never blocks and never drops.
func (d *Desk) Post(e Entry) {
	d.mu.Lock()
	d.queue = append(d.queue, e)
	late := d.stopped
	d.mu.Unlock()
	if late {
		d.log.Error("entry came after the desk was stopped", "call_id", e.Call, "agent_id", e.Agent)
	}
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Start begins saving. The end of ctx does not end it, only Stop does: what was posted is to be saved first.
func (d *Desk) Start(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.started || d.stopped {
		return errors.New("history: the desk was started before")
	}
	d.started = true
	ctx, d.cut = context.WithCancel(context.WithoutCancel(ctx))
	go d.run(ctx)
	return nil
}

// UnsavedError tells which entries could not be saved before the desk had to stop.
type UnsavedError struct{ Entries []Entry }

func (e *UnsavedError) Error() string {
	return fmt.Sprintf("history: %d entries could not be saved in time", len(e.Entries))
}

// Stop saves what is there, for at most the time set by DrainWithin, and returns when the desk has ended. What could not
// be saved is returned as *UnsavedError. Stopping twice is the same as stopping once.
func (d *Desk) Stop() error {
	d.mu.Lock()
	started := d.started
	if !d.stopped {
		d.stopped = true
		close(d.closing)
	}
	d.mu.Unlock()
	if started {
		deadline := time.AfterFunc(d.drainWithin, d.cut)
		<-d.done
		deadline.Stop()
		d.cut()
	}
	if left := d.next(d.waiting()); len(left) > 0 {
		return &UnsavedError{Entries: left}
	}
	return nil
}

func (d *Desk) run(ctx context.Context) {
	defer close(d.done)
	for ctx.Err() == nil {
		if entries := d.next(atOnce); len(entries) > 0 {
			if d.save(ctx, entries) {
				d.drop(len(entries))
			}
			continue
		}
		select {
		case <-d.wake:
		case <-ctx.Done():
		case <-d.closing:
			if d.waiting() == 0 {
				return
			}
		}
	}
}

// next is what stands first in the queue, at most limit entries. They stay there.
func (d *Desk) next(limit int) []Entry {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Entry(nil), d.queue[:min(limit, len(d.queue))]...)
}

func (d *Desk) waiting() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.queue)
}

func (d *Desk) drop(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue = append([]Entry(nil), d.queue[n:]...)
}

// save tries until the entries are saved, or rejected one by one; false means that the desk had to end first.
func (d *Desk) save(ctx context.Context, entries []Entry) bool {
	pause := &backoff.ExponentialBackOff{
		InitialInterval: firstRetry, MaxInterval: slowestRetry,
		Multiplier: backoff.DefaultMultiplier, RandomizationFactor: backoff.DefaultRandomizationFactor,
	}
	pause.Reset()
	for attempt := 1; ; attempt++ {
		err := d.try(ctx, entries)
		switch {
		case err == nil:
			return true
		case errors.Is(err, ErrRejected) && len(entries) > 1: // one of them is bad: the others are to be saved
			for i := range entries {
				if !d.save(ctx, entries[i:i+1]) {
					return false
				}
			}
			return true
		case errors.Is(err, ErrRejected):
			d.rejected.Inc()
			d.log.Error("entry cannot be saved", "call_id", entries[0].Call, "agent_id", entries[0].Agent, "error", err)
			return true
		case attempt == 1:
			d.log.Warn("cannot save now, trying again", "error", err)
		}
		d.retries.Inc()
		select {
		case <-time.After(pause.NextBackOff()):
		case <-ctx.Done():
			return false
		}
	}
}

func (d *Desk) try(ctx context.Context, entries []Entry) error {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	return d.saver.Save(ctx, entries)
}
