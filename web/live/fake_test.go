package live_test

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/tickets"
	"bellhop/web/auth"
	"bellhop/web/live"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	origin = "http://bellhop.test"
	cookie = "bellhop_session"
	aCall  = "01995f3e-0000-7000-8000-000000000001"
)

// fakeBoard is a switchboard that answers every command with answer and shows the views it was given.
type fakeBoard struct {
	mu        sync.Mutex
	views     map[call.AgentID]switchboard.AgentView
	followers map[*fakeFollower]bool
	events    []switchboard.Event
	commands  []switchboard.Command
	answer    error
	stopped   error

	roster      switchboard.Roster
	rosters     map[*fakeRosterFollower]bool
	rosterFails error
	everRoster  int // how many followed it so far
	rosterAsked int // how often it was asked for
}

type fakeFollower struct {
	board *fakeBoard
	id    call.AgentID
	poked chan struct{}
}

func (b *fakeBoard) Do(_ context.Context, c switchboard.Command) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.commands = append(b.commands, c)
	return b.answer
}

func (b *fakeBoard) Post(e switchboard.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, e)
}

func (b *fakeBoard) Watch(_ context.Context, id call.AgentID) (*fakeFollower, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stopped != nil {
		return nil, b.stopped
	}
	if _, ok := b.views[id]; !ok {
		return nil, switchboard.ErrNoAgent
	}
	f := &fakeFollower{b, id, make(chan struct{}, 1)}
	f.poked <- struct{}{}
	b.followers[f] = true
	return f, nil
}

func (f *fakeFollower) Next(ctx context.Context) (switchboard.AgentView, error) {
	select {
	case <-f.poked:
	case <-ctx.Done():
		return switchboard.AgentView{}, ctx.Err()
	}
	f.board.mu.Lock()
	defer f.board.mu.Unlock()
	return f.board.views[f.id], f.board.stopped
}

func (f *fakeFollower) Close() {
	f.board.mu.Lock()
	defer f.board.mu.Unlock()
	delete(f.board.followers, f)
}

type fakeRosterFollower struct {
	board *fakeBoard
	poked chan struct{}
}

func (b *fakeBoard) WatchRoster(context.Context) (*fakeRosterFollower, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := cmp.Or(b.stopped, b.rosterFails); err != nil {
		return nil, err
	}
	f := &fakeRosterFollower{b, make(chan struct{}, 1)}
	f.poked <- struct{}{}
	b.rosters[f] = true
	b.everRoster++
	return f, nil
}

func (f *fakeRosterFollower) Next(ctx context.Context) (switchboard.Roster, error) {
	select {
	case <-f.poked:
	case <-ctx.Done():
		return switchboard.Roster{}, ctx.Err()
	}
	f.board.mu.Lock()
	defer f.board.mu.Unlock()
	f.board.rosterAsked++
	return f.board.roster, f.board.stopped
}

func (f *fakeRosterFollower) Close() {
	f.board.mu.Lock()
	defer f.board.mu.Unlock()
	delete(f.board.rosters, f)
}

// people sets the roster.
func (b *fakeBoard) people(r switchboard.Roster) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.roster = r
	for f := range b.rosters {
		select {
		case f.poked <- struct{}{}:
		default:
		}
	}
}

// change sets an agent's view, or stops the board with an error.
func (b *fakeBoard) change(id call.AgentID, how func(*switchboard.AgentView)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	v := b.views[id]
	how(&v)
	b.views[id] = v
	for f := range b.followers {
		if f.id == id {
			select {
			case f.poked <- struct{}{}:
			default:
			}
		}
	}
}

// posted are the events so far, and forgets them.
func (b *fakeBoard) posted() []switchboard.Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	events := b.events
	b.events = nil
	return events
}

// done are the commands so far, and forgets them.
func (b *fakeBoard) done() []switchboard.Command {
	b.mu.Lock()
	defer b.mu.Unlock()
	commands := b.commands
	b.commands = nil
	return commands
}

// fakeSessions has a session for every user, whose token is his login.
type fakeSessions struct {
	mu    sync.Mutex
	users map[string]auth.User
	err   error
}

func (f *fakeSessions) change(how func(*fakeSessions)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	how(f)
}

func (f *fakeSessions) UserOf(r *http.Request) (auth.User, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return auth.User{}, f.err
	}
	u, ok := f.users[f.Token(r)]
	if !ok {
		return auth.User{}, auth.ErrNotSignedIn
	}
	return u, nil
}

func (f *fakeSessions) Token(r *http.Request) string {
	c, err := r.Cookie(cookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// fakeTickets has ticket 7 for the call aCall, after the time it takes, unless it hangs.
type fakeTickets struct {
	hangs bool
	takes time.Duration
}

func (f *fakeTickets) ByCall(ctx context.Context, _ tickets.Viewer, id string) (tickets.Ticket, error) {
	if f.hangs {
		<-ctx.Done()
		return tickets.Ticket{}, ctx.Err()
	}
	<-time.After(f.takes)
	if id != aCall {
		return tickets.Ticket{}, tickets.ErrNotFound
	}
	return tickets.Ticket{Number: 7, Call: id}, nil
}

// pipes is a listener whose connections are pipes in memory: nothing is buffered, and time can be the bubble's.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.conns <- there:
		return here, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// rig is a hub behind a real HTTP server, with fakes behind it.
type rig struct {
	t        *testing.T
	hub      *live.Hub
	board    *fakeBoard
	sessions *fakeSessions
	tickets  *fakeTickets
	metrics  *prometheus.Registry
	client   *http.Client
	listener *pipes
	started  time.Time
}

// inBubble runs a test with time of its own.
func inBubble(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		require.NoError(t, r.hub.Start(t.Context()))
		r.listener = newPipes()
		server := &http.Server{Handler: r.hub, ReadHeaderTimeout: time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)}
		served := make(chan error, 1)
		go func() { served <- server.Serve(r.listener) }()
		transport := &http.Transport{DialContext: r.listener.dial, DisableKeepAlives: true}
		r.client = &http.Client{Transport: transport}
		defer func() {
			r.hub.Stop()
			require.NoError(t, server.Close())
			require.ErrorIs(t, <-served, http.ErrServerClosed)
			transport.CloseIdleConnections()
			require.Empty(t, r.board.followers, "a follower was not closed")
			require.Empty(t, r.board.rosters, "a follower of the roster was not closed")
		}()
		test(t, r)
	})
}

func newRig(t *testing.T) *rig {
	r := &rig{
		t: t, started: time.Now(), tickets: &fakeTickets{}, metrics: prometheus.NewRegistry(),
		board: &fakeBoard{followers: map[*fakeFollower]bool{}, rosters: map[*fakeRosterFollower]bool{}, views: map[call.AgentID]switchboard.AgentView{
			"a-1": viewOf("a-1", "김상담"), "a-2": viewOf("a-2", "이상담"),
		}},
		sessions: &fakeSessions{users: map[string]auth.User{
			"kim":   {ID: "u-1", Login: "kim", Role: "agent", AgentID: "a-1"},
			"lee":   {ID: "u-2", Login: "lee", Role: "agent", AgentID: "a-2"},
			"new":   {ID: "u-3", Login: "new", Role: "agent", AgentID: "a-3"}, // not known to the switchboard
			"admin": {ID: "u-4", Login: "admin", Role: "admin"},
		}},
	}
	var err error
	r.hub, err = live.New(live.Options{
		Switchboard: live.Of(r.board), Sessions: r.sessions, Tickets: r.tickets, Origins: []string{origin},
		Log: slog.New(slog.DiscardHandler), Metrics: r.metrics,
	})
	require.NoError(t, err)
	return r
}

func viewOf(id call.AgentID, name string) switchboard.AgentView {
	return switchboard.AgentView{
		Agent: agent.Agent{ID: id, Mode: agent.Mode{Presence: agent.Ready}, Occupation: agent.Free, Since: noon},
		Name:  name, Extension: "2041", SwitchUp: true,
	}
}

var noon = time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)

// browser is a page's side of a connection.
type browser struct {
	*websocket.Conn
	t *testing.T
}

// handshake asks for a websocket like a browser that has a session's cookie. The connection is nil when it is refused.
func (r *rig) handshake(token string, header http.Header) (conn *websocket.Conn, status int, contentType string) {
	r.t.Helper()
	if header == nil {
		header = http.Header{"Origin": {origin}}
	}
	if token != "" {
		header.Set("Cookie", cookie+"="+token)
	}
	conn, response, err := websocket.Dial(r.t.Context(), "ws://bellhop.test/api/v1/live", &websocket.DialOptions{HTTPClient: r.client, HTTPHeader: header})
	require.NotNil(r.t, response, "%v", err)
	if response.Body != nil {
		require.NoError(r.t, response.Body.Close())
	}
	require.Equal(r.t, err == nil, response.StatusCode == http.StatusSwitchingProtocols)
	return conn, response.StatusCode, response.Header.Get("Content-Type")
}

func (r *rig) open(token string) *browser {
	r.t.Helper()
	conn, status, _ := r.handshake(token, nil)
	require.Equal(r.t, http.StatusSwitchingProtocols, status)
	return &browser{conn, r.t}
}

// next is the next message, of the given type.
func (b *browser) next(kind string) map[string]any {
	b.t.Helper()
	_, data, err := b.Read(b.t.Context())
	require.NoError(b.t, err)
	var m map[string]any
	require.NoError(b.t, json.Unmarshal(data, &m))
	require.Equal(b.t, kind, m["type"], "%s", data)
	return m
}

func (b *browser) send(text string) {
	b.t.Helper()
	require.NoError(b.t, b.Write(b.t.Context(), websocket.MessageText, []byte(text)))
}

// closed reads until the connection ends and returns the code with which it did; -1 when it was cut.
func (b *browser) closed() websocket.StatusCode {
	for {
		if _, _, err := b.Read(b.t.Context()); err != nil {
			_ = b.CloseNow() // already closed
			return websocket.CloseStatus(err)
		}
	}
}

// attend answers every ping until the connection ends; the end is told through the channel.
func (b *browser) attend() <-chan websocket.StatusCode {
	ended := make(chan websocket.StatusCode, 1)
	go func() {
		for {
			_, data, err := b.Read(b.t.Context())
			if err == nil && string(data) == `{"type":"ping"}` {
				err = b.Write(b.t.Context(), websocket.MessageText, []byte(`{"type":"pong"}`))
			}
			if err != nil {
				ended <- websocket.CloseStatus(err)
				_ = b.CloseNow() // already closed
				return
			}
		}
	}()
	return ended
}

// since is how long the test has lasted in the bubble's time.
func (r *rig) since() time.Duration { return time.Since(r.started) }

// count is the value of a metric with the given labels' values, in the order of their names.
func (r *rig) count(name string, labels ...string) float64 {
	r.t.Helper()
	families, err := r.metrics.Gather()
	require.NoError(r.t, err)
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
	metric:
		for _, m := range f.GetMetric() {
			for i, l := range m.GetLabel() {
				if l.GetValue() != labels[i] {
					continue metric
				}
			}
			return m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	return 0
}
