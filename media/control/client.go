package control

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// ErrNotConnected says that there is no connection with media now, or that it
// was cut before the answer came.
var ErrNotConnected = errors.New("control: not connected with media")

const (
	// The pause before the next attempt doubles from redialFirst to redialLast; up
	// to as much is added by chance. A media that was killed is back in a moment.
	redialFirst = 100 * time.Millisecond
	redialLast  = 800 * time.Millisecond
	dialTime    = 3 * time.Second
	// mediaSilence is how long media may say nothing. A media that is frozen for
	// that long carries no audio, and its customers belong on hold.
	mediaSilence = time.Second
)

// Session is a phone that is up: the agent's page is connected and can be called
// at the SIP URI Address.
type Session struct{ Agent, ID, Address string }

// ClientOptions configure NewClient. The callbacks come one at a time and in
// order; they must not block and not call the client.
type ClientOptions struct {
	// URL is media's control address, for example ws://127.0.0.1:8082/control.
	URL string
	// Secret is the one media has.
	Secret []byte
	// OnSnapshot is told, first of all after every connect, of media's SIP host and
	// port, of the process that answers there, and of every session that is up;
	// whichever is not among them is gone. It may be nil.
	OnSnapshot func(sip, process string, sessions []Session)
	// OnUp is told that an agent's phone can be called at the SIP URI address.
	// After every connect and its snapshot it is told again of those that are up.
	OnUp func(agent, session, address string)
	// OnDown is told that this session of the agent's phone is gone.
	OnDown func(agent, session, reason string)
	// OnStalled is told that nothing at all comes of the browser of this session, though a call is up, or that packets come
	// again. After a connect it is told of those that are stalled, before OnUp. It may be nil.
	OnStalled func(agent, session string, stalled bool)
	// OnLost is told that media at this SIP host and port cannot be reached any
	// more, and with it none of its phones.
	OnLost func(sip string)
	Log    *slog.Logger
}

// Client is serve's end of the control line. It dials for ever.
type Client struct {
	o      ClientOptions
	cancel context.CancelFunc
	done   sync.WaitGroup

	mu      sync.Mutex
	link    *link // set from the hello until the connection is lost
	sip     string
	last    error // why there is no link
	next    uint64
	waiting map[string]chan error
}

// NewClient returns a client that has not dialled yet.
func NewClient(o ClientOptions) *Client {
	return &Client{o: o, last: ErrNotConnected, waiting: make(map[string]chan error)}
}

// Start dials, and redials after every loss, until ctx or Stop ends it. It returns at once.
func (c *Client) Start(ctx context.Context) {
	ctx, c.cancel = context.WithCancel(ctx)
	c.done.Go(func() { c.keep(ctx) })
}

// Stop ends the connection. No callback comes after it has returned.
func (c *Client) Stop() {
	if c.cancel != nil {
		c.cancel()
	}
	c.done.Wait()
}

// Ready returns nil while media is connected, else why it is not.
func (c *Client) Ready() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link != nil {
		return nil
	}
	return c.last
}

// PickUp answers the leg that rings at the agent. It returns when Asterisk has
// confirmed the answer. The error is a Refusal, ErrNotConnected or ctx's.
func (c *Client) PickUp(ctx context.Context, agent, leg string) error {
	return c.ask(ctx, message{Type: typePickUp, Agent: agent, Leg: leg})
}

// Close ends the agent's phone session. The error is as with PickUp.
func (c *Client) Close(ctx context.Context, agent string) error {
	return c.ask(ctx, message{Type: typeClose, Agent: agent})
}

func (c *Client) ask(ctx context.Context, m message) error {
	answer := make(chan error, 1)
	c.mu.Lock()
	if c.link == nil {
		c.mu.Unlock()
		return ErrNotConnected
	}
	c.next++
	m.ID = strconv.FormatUint(c.next, 10)
	c.waiting[m.ID] = answer
	c.link.send(m)
	c.mu.Unlock()
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		c.mu.Lock()
		delete(c.waiting, m.ID)
		c.mu.Unlock()
		return fmt.Errorf("control: %s: %w", m.Type, ctx.Err())
	}
}

func (c *Client) keep(ctx context.Context) {
	for wait := redialFirst; ; wait = min(2*wait, redialLast) {
		err := c.connect(ctx)
		sip, connected := c.disconnected(err)
		if connected {
			c.o.Log.Warn("media lost", "sip", sip, "err", err)
			c.o.OnLost(sip)
			wait = redialFirst
		}
		pause := time.NewTimer(wait + rand.N(wait)) //nolint:gosec // spreads redials, guards nothing
		select {
		case <-ctx.Done():
			pause.Stop()
			return
		case <-pause.C:
		}
	}
}

func (c *Client) connect(ctx context.Context) error {
	dialCtx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	header := http.Header{"Authorization": {"Bearer " + string(c.o.Secret)}}
	conn, response, err := websocket.Dial(dialCtx, c.o.URL, &websocket.DialOptions{HTTPHeader: header})
	if err != nil {
		if response != nil && response.StatusCode == http.StatusUnauthorized {
			return errors.New("control: media does not know our secret")
		}
		return fmt.Errorf("control: dial: %w", err)
	}
	l := newLink(conn, mediaSilence)
	return l.run(ctx, func(m message) error { return c.receive(l, m) })
}

// disconnected forgets the link, fails whoever waits, and tells whether there had been one.
func (c *Client) disconnected(err error) (sip string, connected bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	connected = c.link != nil
	c.link, c.last = nil, fmt.Errorf("%w: %w", ErrNotConnected, err)
	for id, answer := range c.waiting {
		answer <- ErrNotConnected
		delete(c.waiting, id)
	}
	return c.sip, connected
}

func (c *Client) receive(l *link, m message) error {
	switch m.Type {
	case typeHello:
		c.mu.Lock()
		c.link, c.sip = l, m.SIP
		c.mu.Unlock()
		c.o.Log.Info("media connected", "sip", m.SIP, "phones", len(m.Sessions))
		c.snapshot(m)
	case typePhoneUp:
		c.o.OnUp(m.Agent, m.Session, m.Address)
	case typePhoneDown:
		c.o.OnDown(m.Agent, m.Session, m.Reason)
	case typeStalled, typeFlows:
		if c.o.OnStalled != nil {
			c.o.OnStalled(m.Agent, m.Session, m.Type == typeStalled)
		}
	case typeDone:
		c.answered(m.ID, nil)
	case typeFailed:
		c.answered(m.ID, m.Code)
	}
	return nil
}

// snapshot tells of the sessions in a hello.
func (c *Client) snapshot(m message) {
	up := make([]Session, 0, len(m.Sessions))
	for _, s := range m.Sessions {
		if s.Connected {
			up = append(up, Session{Agent: s.Agent, ID: s.Session, Address: address(s.Agent, m.SIP)})
		}
	}
	if c.o.OnSnapshot != nil {
		c.o.OnSnapshot(m.SIP, m.Process, up)
	}
	for _, s := range m.Sessions {
		if s.Stalled && c.o.OnStalled != nil {
			c.o.OnStalled(s.Agent, s.Session, true)
		}
	}
	for _, s := range up {
		c.o.OnUp(s.Agent, s.ID, s.Address)
	}
}

func (c *Client) answered(id string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if answer, ok := c.waiting[id]; ok {
		answer <- err
		delete(c.waiting, id)
	}
}
