package live

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/tickets"
	"bellhop/web/api"
	"bellhop/web/auth"
)

const (
	pingEvery    = 4 * time.Second
	silentFor    = 10 * time.Second      // then a page is gone (quality F26)
	checkEvery   = 10 * time.Second      // of the session
	writeWithin  = 8 * time.Second       // one message
	answerWithin = 3 * time.Second       // the switchboard and the database
	ticketWithin = time.Second           // of the current call
	ticketFirst  = 60 * time.Millisecond // of the current call, before the snapshot goes without it
)

// page is one connected page.
type page struct {
	hub     *Hub
	user    auth.User
	token   string
	request *http.Request // asks for the session again
	conn    *websocket.Conn
	line    *line // below conn
	outbox  *outbox
	limit   *rate.Limiter
	changed chan struct{} // holds one token when the user has changed
	agent   call.AgentID  // empty without a phone; guarded by the hub's lock until run

	ctx  context.Context //nolint:containedctx // the life of the connection
	stop context.CancelCauseFunc

	heard atomic.Int64 // when the page last gave a sign of life, as Unix nanoseconds
	seq   uint64       // of the last numbered message; the writer's own

	parts sync.WaitGroup // what runs for the page
}

// run serves the page until its connection ends.
func (p *page) run() {
	// Reads and writes outlive p.ctx, for the websocket library cuts a connection whose context has ended and the page
	// would not hear why; they end with the connection.
	wire := context.WithoutCancel(p.ctx)
	first, follower, err := p.follow()
	if err != nil {
		p.hub.Log.WarnContext(p.ctx, "phone cannot be followed", "error", err)
		p.stop(closeUnavailable)
	} else {
		p.heard.Store(time.Now().UnixNano())
		p.parts.Go(func() { p.read(wire) })
		p.parts.Go(func() { p.tell(wire, first) })
		p.parts.Go(p.keepAlive)
		p.parts.Go(p.checkSession)
		if follower != nil {
			p.parts.Go(func() { p.forward(follower) })
		}
	}
	<-p.ctx.Done()
	p.hub.feed.remove(p)
	p.hub.leave(p)
	why := closingOf(context.Cause(p.ctx))
	p.hub.metrics.closed.WithLabelValues(why.reason).Inc()
	p.end(why)
	p.parts.Wait()
}

// follow begins to follow the user's phone and makes it count as reachable. View and follower are nil without one.
func (p *page) follow() (*switchboard.AgentView, Follower, error) {
	id := call.AgentID(p.user.AgentID)
	if id == "" {
		return nil, nil, nil
	}
	ctx, cancel := context.WithTimeout(p.ctx, answerWithin)
	defer cancel()
	f, err := p.hub.Switchboard.Follow(ctx, id)
	if errors.Is(err, switchboard.ErrNoAgent) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	view, err := f.Next(ctx)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	p.hub.reach(p, id)
	return &view, f, nil
}

// forward puts the phone's views into the outbox.
func (p *page) forward(f Follower) {
	defer f.Close()
	for {
		view, err := f.Next(p.ctx)
		if err != nil {
			p.stop(closeUnavailable)
			return
		}
		p.outbox.latest(view)
	}
}

// pinged counts a ping of the websocket protocol like a message, so that a flood of them ends the connection.
func (p *page) pinged(context.Context, []byte) bool {
	if p.limit.Allow() {
		return true
	}
	p.stop(closeTooFast)
	return false
}

// read takes the page's messages. When the connection ends it goes on until nothing more comes, so that the handshake
// of the close is read.
func (p *page) read(ctx context.Context) {
	for {
		kind, data, err := p.conn.Read(ctx)
		if err != nil {
			p.stop(closingOfRead(err))
			return
		}
		if p.ctx.Err() != nil {
			continue
		}
		switch {
		case !p.limit.Allow():
			p.stop(closeTooFast)
		case kind != websocket.MessageText:
			p.stop(closeBinary)
		case !utf8.Valid(data):
			p.stop(closeNotUTF8)
		default:
			p.heard.Store(time.Now().UnixNano())
			p.handle(data)
		}
	}
}

// handle carries out one message.
func (p *page) handle(data []byte) {
	asked, err := decode(data)
	if err == nil {
		err = p.carryOut(asked)
	}
	if err == nil && asked.command == nil {
		return
	}
	action := "unknown"
	switch {
	case asked.command != nil:
		action = string(asked.command.Action)
	case asked.watch:
		action = typeWatch
	}
	result := resultOf(asked.id, err)
	label := "ok"
	if !result.OK {
		label = result.Code
	}
	p.hub.metrics.commands.WithLabelValues(action, label).Inc()
	if p.outbox.result(result); p.outbox.full() {
		p.stop(closeStalled)
	}
}

// carryOut does what a page asks for.
func (p *page) carryOut(asked request) error {
	switch {
	case asked.command != nil:
		return p.do(*asked.command)
	case asked.watch:
		return p.watchRoster()
	case asked.unwatch:
		p.unwatchRoster()
	}
	return nil
}

// do has the switchboard carry out a command of the page's own agent.
func (p *page) do(c switchboard.Command) error {
	if p.agent == "" {
		return &switchboard.Refusal{Code: switchboard.NoPhone}
	}
	c.Agent = p.agent
	ctx, cancel := context.WithTimeout(p.ctx, answerWithin)
	defer cancel()
	err := p.hub.Switchboard.Do(ctx, c)
	var refusal *switchboard.Refusal
	if err != nil && !errors.As(err, &refusal) {
		p.hub.Log.ErrorContext(ctx, "command failed", "agent", p.agent, "action", c.Action, "call", c.Call, "error", err)
	}
	return err
}

// keepAlive pings the page and gives it up when it is silent.
func (p *page) keepAlive() {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	silent := time.NewTimer(silentFor)
	defer silent.Stop()
	for {
		select {
		case <-p.ctx.Done():
			return
		case <-ping.C:
			p.outbox.pingNow()
		case <-silent.C:
			left := silentFor - time.Since(time.Unix(0, p.heard.Load()))
			if left <= 0 {
				p.stop(closeSilent)
				return
			}
			silent.Reset(left)
		}
	}
}

// checkSession ends the connection when the session was revoked, has expired, or its user is another than he was. A
// session that cannot be checked goes on: a database that is down must not take the phones away.
func (p *page) checkSession() {
	tick := time.NewTicker(checkEvery)
	defer tick.Stop()
	for {
		select {
		case <-p.ctx.Done():
			return
		case <-tick.C:
		case <-p.changed:
			p.outbox.renewSession()
		}
		ctx, cancel := context.WithTimeout(p.ctx, answerWithin)
		user, err := p.hub.Sessions.UserOf(p.request.WithContext(ctx))
		cancel()
		switch {
		case errors.Is(err, auth.ErrNotSignedIn):
			p.stop(closeSignedOut)
		case err != nil:
			p.hub.Log.WarnContext(p.ctx, "session not checked", "error", err)
		case user.ID != p.user.ID || user.Role != p.user.Role || user.AgentID != p.user.AgentID:
			p.stop(closeUserChanged)
		}
	}
}

// tell sends the snapshot and then whatever comes into the outbox.
func (p *page) tell(ctx context.Context, first *switchboard.AgentView) {
	open := p.send(ctx, p.snapshot(first))
	for open {
		select {
		case <-p.ctx.Done():
			return
		case <-p.outbox.filled:
			open = p.sendAll(ctx, p.outbox.take())
		}
	}
}

func (p *page) snapshot(view *switchboard.AgentView) snapshotMessage {
	m := snapshotMessage{}
	if view != nil {
		phone := api.PhoneOf(*view)
		m.Phone = &phone
		m.Ticket = p.ticketOf(view.Call)
	}
	m.numbered = p.next(typeSnapshot)
	return m
}

// ticketOf is the ticket of a connected call, or nil; whoever is consulted gets it with the customer. A snapshot is not
// held up by a database that is slow or away: a ticket that is found later is sent then.
func (p *page) ticketOf(c *switchboard.CallView) *api.TicketRef {
	if c == nil || c.ConnectedAt.IsZero() || c.Consulted {
		return nil
	}
	found := make(chan *api.TicketRef, 1)
	p.parts.Go(func() { found <- p.lookUpTicket(c.ID) })
	late := time.NewTimer(ticketFirst)
	defer late.Stop()
	select {
	case ticket := <-found:
		return ticket
	case <-late.C:
	}
	p.parts.Go(func() {
		if ticket := <-found; ticket != nil {
			p.outbox.ticket(*ticket)
		}
	})
	return nil
}

func (p *page) lookUpTicket(id call.ID) *api.TicketRef {
	ctx, cancel := context.WithTimeout(p.ctx, ticketWithin)
	defer cancel()
	t, err := p.hub.Tickets.ByCall(ctx, tickets.Viewer{User: p.user.ID}, string(id))
	if err != nil {
		if !errors.Is(err, tickets.ErrNotFound) {
			p.hub.Log.WarnContext(ctx, "ticket of the call not found out", "call", id, "error", err)
		}
		return nil
	}
	return &api.TicketRef{Number: t.Number, Call: t.Call}
}

func (p *page) sendAll(ctx context.Context, c contents) bool {
	if c.ping && !p.send(ctx, pingMessage{typePing}) {
		return false
	}
	if c.session && !p.send(ctx, pingMessage{typeSession}) {
		return false
	}
	for _, r := range c.results {
		if !p.send(ctx, r) {
			return false
		}
	}
	if c.view != nil && !p.send(ctx, phoneMessage{p.next(typePhone), api.PhoneOf(*c.view)}) {
		return false
	}
	for _, t := range c.tickets {
		if !p.send(ctx, ticketMessage{p.next(typeTicketOpened), t}) {
			return false
		}
	}
	if c.people == nil {
		return true
	}
	data, err := c.people.numbered(p.next(typeRoster))
	return p.write(ctx, data, err)
}

// next numbers a message.
func (p *page) next(kind string) numbered {
	p.seq++
	return numbered{Type: kind, Seq: p.seq, Now: api.Stamp(time.Now())}
}

// send writes one message and says whether the connection is still open. A page that does not read it in time is
// given up.
func (p *page) send(ctx context.Context, message any) bool {
	data, err := json.Marshal(message)
	return p.write(ctx, data, err)
}

// write writes a message unless it could not be made.
func (p *page) write(ctx context.Context, data []byte, err error) bool {
	if err != nil {
		p.hub.Log.ErrorContext(ctx, "message not sent", "error", err)
		p.stop(closeUnavailable)
		return false
	}
	stalled := time.AfterFunc(writeWithin, func() { p.stop(closeStalled) })
	defer stalled.Stop()
	if err := p.conn.Write(ctx, websocket.MessageText, data); err != nil {
		p.stop(closeLeft)
		return false
	}
	return p.ctx.Err() == nil
}
