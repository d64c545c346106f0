package live

import (
	"sync"

	"bellhop/cti/switchboard"
	"bellhop/web/api"
)

// The most that waits to be written to one page. More means that it does not read.
const (
	maxResults = 64
	maxTickets = 16
)

// outbox is what waits to be written to one page. It never holds more than one view of the phone and one roster.
type outbox struct {
	filled chan struct{} // holds one token while there is something to write

	mu sync.Mutex
	contents
	stalled bool // more came than may wait
}

// contents are written in the order of these fields.
type contents struct {
	ping    bool
	session bool // who is signed in is to be asked for again
	results []resultMessage
	view    *switchboard.AgentView
	tickets []api.TicketRef
	people  people
}

func newOutbox() *outbox { return &outbox{filled: make(chan struct{}, 1)} }

// put changes the contents and wakes the writer.
func (o *outbox) put(change func()) {
	o.mu.Lock()
	change()
	o.mu.Unlock()
	select {
	case o.filled <- struct{}{}:
	default:
	}
}

func (o *outbox) pingNow() { o.put(func() { o.ping = true }) }

func (o *outbox) latest(v switchboard.AgentView) { o.put(func() { o.view = &v }) }

// renewSession has the page ask who is signed in.
func (o *outbox) renewSession() { o.put(func() { o.session = true }) }

// roster puts the latest roster in, or takes it out.
func (o *outbox) roster(p people) { o.put(func() { o.people = p }) }

func (o *outbox) result(r resultMessage) {
	o.put(func() {
		if len(o.results) == maxResults {
			o.stalled = true
			return
		}
		o.results = append(o.results, r)
	})
}

func (o *outbox) ticket(t api.TicketRef) {
	o.put(func() {
		if len(o.tickets) == maxTickets {
			o.stalled = true
			return
		}
		o.tickets = append(o.tickets, t)
	})
}

// take empties the outbox.
func (o *outbox) take() contents {
	o.mu.Lock()
	defer o.mu.Unlock()
	taken := o.contents
	o.contents = contents{}
	return taken
}

// full says whether something could not be kept.
func (o *outbox) full() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.stalled
}
