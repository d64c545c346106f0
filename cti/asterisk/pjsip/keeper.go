package pjsip

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"
)

const (
	// againAfter is how long a comparison that failed waits.
	againAfter = time.Second
	// lookEvery is how often the states are read besides what ARI tells.
	lookEvery = 5 * time.Second
	syncTime  = time.Minute
)

// Status is what is known of Asterisk's objects now.
type Status struct {
	Agrees        bool              // Asterisk has what is wanted, but for what it refused
	Err           error             // why it is not known to
	Refused       map[string]string // by object
	Endpoints     map[string]string // state by endpoint
	Registrations map[string]string // by object
}

// KeeperOptions are what a Keeper needs.
type KeeperOptions struct {
	Client *Client
	// Want is everything Asterisk is to have, as the database says now.
	Want func(ctx context.Context) ([]Object, error)
	// Endpoint is told of each endpoint whose state is another than before; may be nil. It must not block.
	Endpoint func(name string, online bool)
	Log      *slog.Logger
}

// Keeper keeps Asterisk as the database is: after each Poke, and again until it has worked.
type Keeper struct {
	opts  KeeperOptions
	poked chan struct{}

	mu      sync.Mutex
	now     Status
	changed chan struct{} // closed when now is another
}

// NewKeeper makes a keeper; Run runs it.
func NewKeeper(opts KeeperOptions) *Keeper {
	return &Keeper{opts: opts, poked: make(chan struct{}, 1), changed: make(chan struct{})}
}

// Poke has Asterisk compared: after a change, and whenever Asterisk has been connected to. It never waits.
func (k *Keeper) Poke() {
	select {
	case k.poked <- struct{}{}:
	default:
	}
}

// Status is what is known now, and a channel that is closed when something else is.
func (k *Keeper) Status() (Status, <-chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.now
	s.Endpoints, s.Registrations, s.Refused = maps.Clone(s.Endpoints), maps.Clone(s.Registrations), maps.Clone(s.Refused)
	return s, k.changed
}

// EndpointChanged is what Asterisk tells of an endpoint.
func (k *Keeper) EndpointChanged(name, state string) {
	k.update(func(s *Status) { s.Endpoints = with(s.Endpoints, name, state) })
}

func with(m map[string]string, name, value string) map[string]string {
	m = maps.Clone(m)
	if m == nil {
		m = map[string]string{}
	}
	m[name] = value
	return m
}

// Run compares after each poke until ctx ends.
func (k *Keeper) Run(ctx context.Context) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	said := ""
	for {
		select {
		case <-k.poked:
			err := k.compare(ctx)
			if err == nil {
				said = ""
				continue
			}
			if ctx.Err() != nil {
				return
			}
			if err.Error() != said {
				said = err.Error()
				k.opts.Log.WarnContext(ctx, "trunks and desk phones are not in Asterisk yet", "error", err)
			}
			time.AfterFunc(againAfter, k.Poke)
		case <-look.C:
			// One that fails is made good by the next.
			_ = k.look(ctx)
		case <-ctx.Done():
			return
		}
	}
}

func (k *Keeper) compare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, syncTime)
	defer cancel()
	report, err := k.sync(ctx)
	k.update(func(s *Status) { s.Agrees, s.Err, s.Refused = err == nil, err, report.Refused })
	if err != nil {
		return err
	}
	if report.Made+report.Removed > 0 || len(report.Refused) > 0 {
		k.opts.Log.InfoContext(ctx, "trunks and desk phones brought to Asterisk", "made", report.Made, "removed", report.Removed, "refused", len(report.Refused))
	}
	return k.look(ctx)
}

// look reads the states anew. An event may be older than the list that it came with, and registrations have none.
func (k *Keeper) look(ctx context.Context) error {
	states, err := k.opts.Client.Endpoints(ctx)
	if err != nil {
		return err
	}
	k.update(func(s *Status) {
		s.Endpoints = make(map[string]string, len(states))
		for _, e := range states {
			s.Endpoints[e.Resource] = e.State
		}
	})
	return k.registrations(ctx)
}

func (k *Keeper) sync(ctx context.Context) (Report, error) {
	want, err := k.opts.Want(ctx)
	if err != nil {
		return Report{}, err
	}
	return k.opts.Client.Sync(ctx, want)
}

func (k *Keeper) registrations(ctx context.Context) error {
	found, err := k.opts.Client.Registrations(ctx)
	if err == nil {
		k.update(func(s *Status) { s.Registrations = found })
	}
	return err
}

// update changes what is known, and tells of endpoints that changed.
func (k *Keeper) update(change func(*Status)) {
	k.mu.Lock()
	before := k.now.Endpoints
	change(&k.now)
	after := k.now.Endpoints
	close(k.changed)
	k.changed = make(chan struct{})
	k.mu.Unlock()
	if k.opts.Endpoint == nil {
		return
	}
	for name, state := range after {
		if (before[name] == Online) != (state == Online) {
			k.opts.Endpoint(name, state == Online)
		}
	}
	for name, state := range before {
		if _, still := after[name]; !still && state == Online {
			k.opts.Endpoint(name, false)
		}
	}
}
