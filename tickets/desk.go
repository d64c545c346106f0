package tickets

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

// Store is where the desk saves. Every method may be repeated with the same arguments and then changes nothing, and
// fails with ErrRejected when no repetition can succeed.
type Store interface {
	// OpenForCall opens the ticket of a connected call in its service, exactly one ever, and records the event. When
	// there is one already, it returns that one, handed over to the agent if this connect is the later one.
	OpenForCall(ctx context.Context, c CallConnected) (t Ticket, opened bool, err error)
	// RecordCallEvent records what happened to a call, whether or not it has a ticket yet.
	RecordCallEvent(ctx context.Context, callID string, e Event) error
	// FlagHostile marks the ticket of the call in that service as ended with 강성종료, and records the event.
	FlagHostile(ctx context.Context, callID, service string, e Event) error
}

// TicketOpened tells an agent that the call he has now has its ticket.
type TicketOpened struct {
	Number  int64
	Call    string
	Agent   string // id
	Service string // id
	New     bool   // false: the ticket was there already, and the call came to another agent, or to one again
}

// DeskOptions are the desk's settings.
type DeskOptions struct {
	Store Store
	// Opened is told of every connected call's ticket, in order, by the desk's own goroutine: it must not block.
	Opened func(TicketOpened)
	// DrainWithin bounds Stop: how long it goes on saving. 0 means 5 s.
	DrainWithin time.Duration
	Log         *slog.Logger
	Metrics     prometheus.Registerer // may be nil
}

func (o *DeskOptions) validate() error {
	if o.Store == nil {
		return errors.New("tickets: a desk needs a store")
	}
	if o.DrainWithin < 0 {
		return fmt.Errorf("tickets: the desk cannot drain within %s", o.DrainWithin)
	}
	if o.DrainWithin == 0 {
		o.DrainWithin = 5 * time.Second
	}
	if o.Opened == nil {
		o.Opened = func(TicketOpened) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = prometheus.NewRegistry()
	}
	return nil
}

// The desk's patience with its store.
const (
	attemptTimeout = 5 * time.Second
	firstRetry     = 50 * time.Millisecond
	slowestRetry   = 2 * time.Second
)

// Desk opens tickets. It takes facts about calls in order, never drops one, and saves them one after the other;
// while the store is down it waits and tries again, and calls go on without it.
type Desk struct {
	store       Store
	opened      func(TicketOpened)
	drainWithin time.Duration
	log         *slog.Logger
	metrics     deskMetrics

	wake    chan struct{} // has room for one: there may be something in the queue
	closing chan struct{} // closed by Stop: end when the queue is empty
	done    chan struct{} // closed when the loop has ended

	mu      sync.Mutex
	queue   []Fact // the first is being saved
	started bool
	stopped bool
	cut     context.CancelCauseFunc // ends the loop at once
}

// NewDesk is a desk that is not yet saving; facts may be posted already.
func NewDesk(o DeskOptions) (*Desk, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	d := &Desk{
		store: o.Store, opened: o.Opened, drainWithin: o.DrainWithin, log: o.Log.With("component", "tickets"),
		wake: make(chan struct{}, 1), closing: make(chan struct{}), done: make(chan struct{}),
	}
	var err error
	if d.metrics, err = newDeskMetrics(o.Metrics, d.waiting); err != nil {
		return nil, err
	}
	return d, nil
}

// Post hands a fact to the desk. It never blocks and never drops.
func (d *Desk) Post(f Fact) {
	d.mu.Lock()
	late := d.stopped
	d.queue = append(d.queue, f)
	d.mu.Unlock()
	if late {
		d.log.Error("fact came after the desk was stopped", "call", f.Call, "kind", f.Kind, "key", f.Key)
		return
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
		return errors.New("tickets: the desk was started before")
	}
	d.started = true
	ctx, d.cut = context.WithCancelCause(context.WithoutCancel(ctx))
	go d.run(ctx)
	return nil
}

// UnsavedError tells which facts could not be saved before the desk had to stop.
type UnsavedError struct{ Facts []Fact }

func (e *UnsavedError) Error() string {
	return fmt.Sprintf("tickets: %d facts about calls could not be saved in time", len(e.Facts))
}

// Stop saves what is there, for at most the time set by DrainWithin, and returns when the desk has ended. What
// could not be saved is logged and returned as *UnsavedError. Stopping twice is the same as stopping once.
func (d *Desk) Stop() error {
	d.mu.Lock()
	started, first := d.started, !d.stopped
	d.stopped = true
	if first {
		close(d.closing)
	}
	d.mu.Unlock()

	if started {
		deadline := time.AfterFunc(d.drainWithin, func() { d.cut(errors.New("the desk was stopped")) })
		<-d.done
		deadline.Stop()
		d.cut(nil)
	}
	d.mu.Lock()
	left := d.queue
	d.mu.Unlock()
	if len(left) == 0 {
		return nil
	}
	if first {
		for _, f := range left {
			d.log.Error("fact was not saved", "call", f.Call, "kind", f.Kind, "key", f.Key, "at", f.At)
		}
	}
	return &UnsavedError{Facts: left}
}

func (d *Desk) run(ctx context.Context) {
	defer close(d.done)
	for {
		f, ok := d.next(ctx)
		if !ok || !d.save(ctx, f) {
			return
		}
		d.drop()
	}
}

// next waits for a fact and leaves it in the queue. It says false when the desk is to end.
func (d *Desk) next(ctx context.Context) (Fact, bool) {
	for {
		d.mu.Lock()
		if len(d.queue) > 0 {
			f := d.queue[0]
			d.mu.Unlock()
			return f, ctx.Err() == nil
		}
		stopped := d.stopped
		d.mu.Unlock()
		if stopped {
			return Fact{}, false
		}
		select {
		case <-d.wake:
		case <-d.closing:
		case <-ctx.Done():
			return Fact{}, false
		}
	}
}

// drop takes the first fact out of the queue.
func (d *Desk) drop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.queue[0] = Fact{}
	d.queue = d.queue[1:]
	if len(d.queue) == 0 {
		d.queue = nil
	}
}

func (d *Desk) waiting() float64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return float64(len(d.queue))
}

// save tries until the fact is saved or rejected; false means that the desk had to end first.
func (d *Desk) save(ctx context.Context, f Fact) bool {
	log := d.log.With("call", f.Call, "kind", f.Kind, "key", f.Key)
	if err := f.Check(); err != nil {
		d.reject(log, err)
		return true
	}
	pause := &backoff.ExponentialBackOff{
		InitialInterval: firstRetry, MaxInterval: slowestRetry,
		Multiplier: backoff.DefaultMultiplier, RandomizationFactor: backoff.DefaultRandomizationFactor,
	}
	pause.Reset()
	for attempt := 1; ; attempt++ {
		err := d.try(ctx, f)
		switch {
		case err == nil:
			if attempt > 1 {
				log.Info("saved again", "attempts", attempt)
			}
			return true
		case errors.Is(err, ErrRejected):
			d.reject(log, err)
			return true
		case attempt == 1:
			log.Warn("cannot save now, trying again", "error", err)
		}
		d.metrics.retries.Inc()
		select {
		case <-time.After(pause.NextBackOff()):
		case <-ctx.Done():
			return false
		}
	}
}

func (d *Desk) reject(log *slog.Logger, err error) {
	d.metrics.rejected.Inc()
	log.Error("fact cannot be saved", "error", err)
}

func (d *Desk) try(ctx context.Context, f Fact) error {
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	owner := f.owner()
	switch {
	case f.Kind == HostileEnd:
		return d.store.FlagHostile(ctx, f.Call, f.Service, f.Event())
	case owner == "":
		return d.store.RecordCallEvent(ctx, f.Call, f.Event())
	}
	t, opened, err := d.store.OpenForCall(ctx, f.Connect())
	if err != nil {
		return err
	}
	if opened {
		d.metrics.opened.Inc()
		d.log.Info("ticket opened", "call", f.Call, "ticket", t.Number)
	}
	d.opened(TicketOpened{Number: t.Number, Call: f.Call, Agent: owner, Service: f.Service, New: opened})
	return nil
}
