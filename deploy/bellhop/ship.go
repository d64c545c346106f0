package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellhop/cti/call"
	"bellhop/cti/history"
	"bellhop/tickets"
)

// acker is the journal, as far as it concerns the shipper: facts up to seq need not be handed out again.
type acker interface{ Ack(seq uint64) }

// keeper is where facts are kept. Both methods may be repeated and then change nothing.
type keeper interface {
	// keep keeps the records, all or none, in their order. It fails with errRefused when no repetition can succeed.
	keep(ctx context.Context, records []*record) ([]tickets.Kept, error)
	// keepApart keeps what can be kept of one record, and says which parts of it cannot.
	keepApart(ctx context.Context, r *record) (tickets.Kept, []refusal, error)
}

// record is a fact on its way into the database.
type record struct {
	fact     call.Fact
	replayed bool            // it was told in an earlier run already, and comes from the journal
	since    time.Time       // when the shipper got it
	ticket   *tickets.Fact   // nil when it is no service's with a customer
	entries  []history.Entry // the parts in the call that are over because of it
}

// shipOptions are what a shipper needs.
type shipOptions struct {
	Keeper keeper
	Epoch  string // of the journal: with a fact's number it names the fact for ever
	Ack    acker
	// Replay are the facts of the journal that are not acknowledged, in order.
	Replay []call.Fact
	// Opened is told, in order, whose ticket it is whenever that changes. It must not block.
	Opened  func(tickets.TicketOpened)
	Calls   *callMetrics
	Log     *slog.Logger
	Metrics prometheus.Registerer
	// DrainWithin bounds stop: how long it goes on saving. 0 means 5 s.
	DrainWithin time.Duration
}

// shipper brings every fact about calls into the database: tickets, agents' histories and call_facts, in order and once
// each. While the database is away it waits and tries again, and calls go on without it. What it could not save before it
// ended is still in the journal, which hands it out again.
type shipper struct {
	keeper      keeper
	epoch       string
	journal     acker
	opened      func(tickets.TicketOpened)
	calls       *callMetrics
	metrics     *shipMetrics
	log         *slog.Logger
	drainWithin time.Duration

	book    *history.Book // of the listening goroutine
	horizon horizon       // of the shipping goroutine
	acked   uint64        // of the shipping goroutine

	came     chan struct{} // has room for one: there may be a fact that is not told yet
	told     chan struct{} // has room for one: there may be a record to save
	closing  chan struct{} // closed by stop: no more facts come
	listened chan struct{} // closed when every fact is told
	done     chan struct{} // closed when the shipping goroutine has ended

	mu      sync.Mutex
	queue   []*record // what is not saved, oldest first
	ready   int       // how many of them, from the first, are told
	late    bool
	changed chan struct{} // closed when late changes
	alarm   *time.Timer   // looks at late again
	cut     context.CancelFunc
	stopped bool
}

// newShipper is a shipper that does not save yet; facts may be put already.
func newShipper(o shipOptions) (*shipper, error) {
	s := &shipper{
		keeper: o.Keeper, epoch: o.Epoch, journal: o.Ack, opened: o.Opened, calls: o.Calls,
		log: o.Log.With("component", "facts"), drainWithin: o.DrainWithin, book: history.NewBook(),
		came: make(chan struct{}, 1), told: make(chan struct{}, 1),
		closing: make(chan struct{}), listened: make(chan struct{}), done: make(chan struct{}), changed: make(chan struct{}),
	}
	if s.drainWithin == 0 {
		s.drainWithin = 5 * time.Second
	}
	var err error
	if s.metrics, err = newShipMetrics(o.Metrics, s); err != nil {
		return nil, fmt.Errorf("register the metrics of facts: %w", err)
	}
	for _, f := range o.Replay {
		s.enqueue(&record{fact: f, replayed: true})
	}
	return s, nil
}

// put takes a fact; it never blocks and never drops.
func (s *shipper) put(f call.Fact) { s.enqueue(&record{fact: f}) }

func (s *shipper) enqueue(r *record) {
	r.since = time.Now()
	s.mu.Lock()
	s.queue = append(s.queue, r)
	if len(s.queue) == 1 {
		s.judge()
	}
	s.mu.Unlock()
	wake(s.came)
}

// start begins to save. The end of ctx does not end it, only stop does.
func (s *shipper) start(ctx context.Context) {
	ctx, cut := context.WithCancel(context.WithoutCancel(ctx))
	s.mu.Lock()
	s.cut = cut
	s.mu.Unlock()
	go s.listen()
	go s.ship(ctx)
}

// stop saves what is there, for at most the time set by DrainWithin, and returns when the shipper has ended. The parts of
// agents in calls that are going on stay open: the next run goes on with them. It may be called once, after start.
func (s *shipper) stop() {
	close(s.closing)
	<-s.listened
	deadline := time.AfterFunc(s.drainWithin, s.cut)
	<-s.done
	deadline.Stop()
	s.cut()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	if s.alarm != nil {
		s.alarm.Stop()
	}
	if len(s.queue) > 0 {
		s.log.Warn("facts are not in the database yet, they wait in the journal", "facts", len(s.queue))
	}
}

// listen tells whoever in this process wants to know of every fact, as soon as it comes, and works out what there is to
// save of it.
func (s *shipper) listen() {
	defer close(s.listened)
	for ended := false; ; {
		fresh := s.untold()
		for _, r := range fresh {
			s.tell(r)
		}
		if len(fresh) > 0 {
			s.mu.Lock()
			s.ready += len(fresh)
			s.mu.Unlock()
			wake(s.told)
			continue
		}
		if ended {
			return
		}
		select {
		case <-s.came:
		case <-s.closing:
			ended = true
		}
	}
}

func (s *shipper) untold() []*record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*record(nil), s.queue[s.ready:]...)
}

func (s *shipper) tell(r *record) {
	level := slog.LevelInfo
	if r.replayed {
		level = slog.LevelDebug
		s.calls.remember(r.fact)
	} else {
		s.calls.count(r.fact)
	}
	s.log.Log(context.Background(), level, string(r.fact.Kind), logFields(r.fact)...)
	if ofCustomer(r.fact.Call) {
		t := ticketFact(s.epoch, r.fact)
		r.ticket = &t
	}
	r.entries = s.book.Fold(r.fact)
	if r.replayed {
		return
	}
	for _, e := range r.entries {
		s.calls.spent(e)
	}
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
