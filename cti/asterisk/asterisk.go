// Package asterisk connects the switchboard to Asterisk by ARI, the Asterisk REST Interface. Events come in over one
// websocket and are decoded, translated and posted, in order and without ever dropping one; effects go out over REST.
//
// Each time the socket connects, the adapter takes a snapshot of what exists in Asterisk and posts it as
// switchboard.SwitchConnected, before every event that came meanwhile; later ones, every few seconds, are
// switchboard.SwitchSeen. When the connection is lost, and also when it only looks alive, it posts switchboard.SwitchLost
// and dials again for ever. A closed socket leaves all calls in Asterisk as they are. When another server takes the
// application over, it posts switchboard.SwitchFenced and does nothing more.
package asterisk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// HoldBridge is the id of the bridge in which customers hear the usual hold music (대기음); that of another class has the class
// behind it.
const HoldBridge = "bellhop-hold"

// The channel variables by which a channel says whose it is, and the roles.
const (
	varCall   = "BELLHOP_CALL"
	varRole   = "BELLHOP_ROLE"
	varNumber = "BELLHOP_NUMBER" // of a leg that we dialled: the number
	varShown  = "BELLHOP_SHOWN"  // of a leg that we dialled: the number it was shown

	roleCustomer = "customer" // he called us
	roleOutbound = "outbound" // a customer whom we called
	roleAgent    = "agent"    // an agent's phone, whoever's call it is for
	roleTarget   = "target"   // an outside number that is consulted, or that a customer is handed to
)

// Options are what an Adapter needs.
type Options struct {
	// URL is ARI's address, such as http://127.0.0.1:8088/ari, without user and password.
	URL      string
	Username string
	Password string
	// App is the name of the ARI application; empty means bellhop.
	App string
	// LookEvery is how often a snapshot is taken while the connection is up; 0 means every 4 s.
	LookEvery time.Duration
	// Connected is told each time the connection is up; may be nil. Like Endpoint, it must not block.
	Connected func()
	// Endpoint is told when a trunk or a desk phone can be reached, or no more: online, offline; may be nil.
	Endpoint func(name, state string)
	// Trunks gives the endpoints over which a number that shows another is called, in the order in which they are tried. Where
	// it is nil or gives none, the carrier of the configuration is called.
	Trunks func(ctx context.Context, number, shown string) []string
	// Post takes each event, in order. It must not block.
	Post func(switchboard.Event)
	Log  *slog.Logger
	// Metrics is where the adapter registers its metrics; may be nil.
	Metrics prometheus.Registerer
}

func (o *Options) validate() error {
	u, err := url.Parse(o.URL)
	if err != nil {
		return fmt.Errorf("asterisk: ARI address: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" {
		return errors.New("asterisk: ARI address must be of the form http://host:port/ari")
	}
	if o.Username == "" || o.Post == nil || o.Log == nil {
		return errors.New("asterisk: Username, Post and Log are required")
	}
	if o.App == "" {
		o.App = "bellhop"
	}
	if o.LookEvery <= 0 {
		o.LookEvery = lookEvery
	}
	return nil
}

// Adapter is the connection to one Asterisk. It is a switchboard.Switch.
type Adapter struct {
	opts    Options
	rest    *rest
	log     *slog.Logger
	metrics *metrics
	inbox   *inbox
	link    *link
	owner   string // who we are

	cancel context.CancelFunc
	ctx    context.Context //nolint:containedctx // the adapter's life, for work that events start
	tasks  sync.WaitGroup  // every goroutine of the adapter
	slots  chan struct{}   // bounds the requests that events start

	// of the goroutine that keeps the connection
	boot    time.Time // when the Asterisk we are connected to was started
	claimed bool      // the application was ours once
	gaveUp  time.Time // the last dial that ended without an answer

	mu        sync.Mutex
	calls     map[call.LegID]customer      // customers who are not gone yet
	marking   map[call.LegID]chan struct{} // closed when the customer's channel carries its call id
	leaving   map[call.LegID]*time.Timer   // legs that left the application and should be gone soon
	ringing   map[call.LegID]bool          // legs that hear ringback, or may do so
	dialled   map[call.LegID]*dialled      // legs that we dialled and that have not answered yet
	announced map[call.LegID]announcement  // what legs were played
	music     map[call.LegID]string        // the class of their hold music, where it is or was another than the usual one
	ended     recent                       // legs that are gone
}

// customer is a customer's leg.
type customer struct {
	call call.ID
	told bool // the switchboard was told that it arrived
}

var _ switchboard.Switch = (*Adapter)(nil)

// New makes an adapter; Start connects it.
func New(opts Options) (*Adapter, error) {
	if err := opts.validate(); err != nil {
		return nil, err
	}
	m, err := newMetrics(opts.Metrics)
	if err != nil {
		return nil, err
	}
	return &Adapter{
		opts: opts, rest: newREST(opts, m), log: opts.Log.With("component", "asterisk"), metrics: m,
		inbox: newInbox(opts.Post), link: newLink(), owner: newOwner(), slots: make(chan struct{}, 32),
		calls: make(map[call.LegID]customer), marking: make(map[call.LegID]chan struct{}), leaving: make(map[call.LegID]*time.Timer),
		ringing: make(map[call.LegID]bool), dialled: make(map[call.LegID]*dialled), announced: make(map[call.LegID]announcement), music: make(map[call.LegID]string),
	}, nil
}

// Start connects to Asterisk and keeps connecting until Stop or the end of ctx. It returns at once, without error
// also when Asterisk is not there yet.
func (a *Adapter) Start(ctx context.Context) error {
	if a.cancel != nil {
		return errors.New("asterisk: started twice")
	}
	a.ctx, a.cancel = context.WithCancel(ctx)
	a.tasks.Go(a.keepConnected)
	return nil
}

// Stop closes the connection and waits until everything the adapter started has ended. Calls in Asterisk stay.
func (a *Adapter) Stop() {
	if a.cancel == nil {
		return
	}
	a.cancel()
	a.mu.Lock()
	for leg, timer := range a.leaving {
		timer.Stop()
		delete(a.leaving, leg)
	}
	a.mu.Unlock()
	a.tasks.Wait()
	a.rest.close()
}

// Ready is nil when the adapter is connected and its snapshot was posted, and otherwise says what it waits for.
func (a *Adapter) Ready() error { return a.inbox.ready() }

// background runs work that an event asked for and nobody waits for. There is at most one such for each leg.
// After is called when it was done, and also when it was not. It may be nil.
func (a *Adapter) background(work func(context.Context), after func()) {
	if after == nil {
		after = func() {}
	}
	if a.ctx.Err() != nil {
		after()
		return
	}
	a.tasks.Go(func() {
		defer after()
		ctx, leave, err := a.link.enter(a.ctx)
		if err != nil {
			return
		}
		defer leave()
		select {
		case a.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		defer func() { <-a.slots }()
		ctx, cancel := context.WithTimeout(ctx, requestTime)
		defer cancel()
		work(ctx)
	})
}
