package live

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/tickets"
	"bellhop/web/api"
	"bellhop/web/auth"
)

// maxPages is how many pages one user may have open at a time.
const maxPages = 16

// Sessions says who a request comes from.
type Sessions interface {
	// UserOf answers auth.ErrNotSignedIn for a session that is missing, revoked or expired.
	UserOf(r *http.Request) (auth.User, error)
	Token(r *http.Request) string
}

// Tickets finds the ticket of a call.
type Tickets interface {
	// ByCall answers tickets.ErrNotFound when the call has none, or none for the viewer.
	ByCall(ctx context.Context, v tickets.Viewer, callID string) (tickets.Ticket, error)
}

// Options are what New needs.
type Options struct {
	Switchboard Switchboard
	Sessions    Sessions
	Tickets     Tickets
	// Origins are the only pages that may connect, as scheme://host[:port]. The first one is the public address.
	Origins []string
	Log     *slog.Logger
	Metrics prometheus.Registerer // may be nil
}

func (o Options) validate() error {
	if o.Switchboard == nil || o.Sessions == nil || o.Tickets == nil || o.Log == nil {
		return errors.New("live: Switchboard, Sessions, Tickets and Log are needed")
	}
	if len(o.Origins) == 0 {
		return errors.New("live: at least one origin is needed")
	}
	return nil
}

// Hub holds the open pages. It is an http.Handler for the websocket's path.
type Hub struct {
	Options
	metrics *metrics
	feed    *feed
	open    sync.WaitGroup

	mu      sync.Mutex
	ctx     context.Context //nolint:containedctx // the life of all pages, from Start to Stop
	cancel  context.CancelCauseFunc
	pages   map[*page]struct{}
	ofAgent map[call.AgentID]int // pages of each agent
	ofUser  map[string]int       // pages of each user
}

// New makes a Hub. It takes pages once it was started.
func New(o Options) (*Hub, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	m, err := newMetrics(o.Metrics)
	if err != nil {
		return nil, err
	}
	return &Hub{
		Options: o, metrics: m, feed: newFeed(o.Switchboard.FollowRoster, o.Log), pages: map[*page]struct{}{},
		ofAgent: map[call.AgentID]int{}, ofUser: map[string]int{},
	}, nil
}

// Start lets pages connect until ctx ends or Stop is called. It returns at once.
func (h *Hub) Start(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx != nil {
		return errors.New("live: started twice")
	}
	h.ctx, h.cancel = context.WithCancelCause(ctx)
	return nil
}

// Stop closes every page with 1012 (restart), so that it connects again, and returns when all are closed. The
// switchboard is not told that browsers are down, for they are not.
func (h *Hub) Stop() {
	h.mu.Lock()
	if h.cancel != nil {
		h.cancel(closeRestart)
	}
	h.mu.Unlock()
	h.open.Wait()
	h.feed.runs.Wait()
}

// TicketOpened moves the pages of a ticket's agent to it. It does not block.
func (h *Hub) TicketOpened(t tickets.TicketOpened) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for p := range h.pages {
		if p.agent != "" && p.agent == call.AgentID(t.Agent) {
			p.outbox.ticket(api.TicketRef{Number: t.Number, Call: t.Call})
		}
	}
}

// SessionEnded closes the pages that were opened with a session's token, because the user signed out. Sessions that
// end in another way are noticed within 15 s.
func (h *Hub) SessionEnded(token string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for p := range h.pages {
		if p.token == token {
			p.stop(closeSignedOut)
		}
	}
}

// join counts a new page in. It returns a problem when there is no room for it.
func (h *Hub) join(p *page) *api.Problem {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx == nil || h.ctx.Err() != nil {
		return api.NewProblem(http.StatusServiceUnavailable, api.Unavailable)
	}
	if h.ofUser[p.user.ID] >= maxPages {
		return api.NewProblem(http.StatusTooManyRequests, api.TooManyPages)
	}
	h.open.Add(1)
	p.ctx, p.stop = context.WithCancelCause(h.ctx)
	h.pages[p] = struct{}{}
	h.ofUser[p.user.ID]++
	h.metrics.clients.Inc()
	return nil
}

// reach counts a page as one through which its agent can be reached. The switchboard is told under the lock, so that
// what it hears is in the order in which it happened.
func (h *Hub) reach(p *page, id call.AgentID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	p.agent = id
	h.ofAgent[id]++
	if h.ofAgent[id] == 1 {
		h.Switchboard.Post(switchboard.BrowserUp{Agent: id})
	}
}

// leave counts a page out. It may be called more than once.
func (h *Hub) leave(p *page) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, in := h.pages[p]; !in {
		return
	}
	delete(h.pages, p)
	h.metrics.clients.Dec()
	if h.ofUser[p.user.ID]--; h.ofUser[p.user.ID] == 0 {
		delete(h.ofUser, p.user.ID)
	}
	if p.agent == "" {
		return
	}
	if h.ofAgent[p.agent]--; h.ofAgent[p.agent] == 0 {
		delete(h.ofAgent, p.agent)
		if h.ctx.Err() == nil {
			h.Switchboard.Post(switchboard.BrowserDown{Agent: p.agent})
		}
	}
}
