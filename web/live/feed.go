package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"bellhop/cti/switchboard"
)

// rosterEvery is the shortest time between two rosters: who is free is read by people.
const rosterEvery = 250 * time.Millisecond

// feed follows the roster once for all pages that watch it, and makes each message once. While nobody watches it
// follows nothing.
type feed struct {
	follow func(ctx context.Context) (RosterFollower, error)
	log    *slog.Logger
	runs   sync.WaitGroup

	mu       sync.Mutex
	watchers map[*page]struct{}
	latest   people             // nil until the first one has come
	cancel   context.CancelFunc // ends the following; nil while nobody watches
}

func newFeed(follow func(ctx context.Context) (RosterFollower, error), log *slog.Logger) *feed {
	return &feed{follow: follow, log: log, watchers: make(map[*page]struct{})}
}

// add sends the roster to a page from now on: the latest at once.
func (f *feed) add(p *page) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, watches := f.watchers[p]; watches || p.ctx.Err() != nil {
		return // a page that ends was removed already, or will be
	}
	f.watchers[p] = struct{}{}
	if f.latest != nil {
		p.outbox.roster(f.latest)
	}
	if f.cancel == nil {
		// It lives as long as anybody watches, which may be longer than this page.
		ctx, cancel := context.WithCancel(context.WithoutCancel(p.ctx))
		f.cancel = cancel
		f.runs.Go(func() { f.run(ctx) })
	}
}

// remove ends it for a page. It may be called for one that does not watch.
func (f *feed) remove(p *page) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.watchers, p)
	if len(f.watchers) == 0 && f.cancel != nil {
		f.cancel()
		f.cancel, f.latest = nil, nil
	}
}

// run hands each roster to everybody who watches, until ctx ends.
func (f *feed) run(ctx context.Context) {
	begin, cancel := context.WithTimeout(ctx, answerWithin)
	r, err := f.follow(begin)
	cancel()
	if err != nil {
		f.fail(ctx, err)
		return
	}
	defer r.Close()
	pause := time.NewTicker(rosterEvery)
	defer pause.Stop()
	for {
		now, err := r.Next(ctx)
		if err == nil {
			err = f.tell(ctx, now)
		}
		if err != nil {
			f.fail(ctx, err)
			return
		}
		pause.Reset(rosterEvery)
		select {
		case <-pause.C:
		case <-ctx.Done():
			return
		}
	}
}

func (f *feed) tell(ctx context.Context, now switchboard.Roster) error {
	made, err := peopleOf(now)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil {
		return nil // another run has begun
	}
	f.latest = made
	for p := range f.watchers {
		p.outbox.roster(made)
	}
	return nil
}

// fail ends the pages that wait for a roster which does not come: they connect again, and watch again.
func (f *feed) fail(ctx context.Context, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ctx.Err() != nil {
		return // nobody waits for this one
	}
	f.log.WarnContext(ctx, "roster cannot be followed", "error", err)
	for p := range f.watchers {
		p.stop(closeUnavailable)
	}
	clear(f.watchers)
	f.cancel()
	f.cancel, f.latest = nil, nil
}
