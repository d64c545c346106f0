package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/directory"
	"bellhop/cti/history"
	"bellhop/cti/switchboard"
	"bellhop/deploy/schema/schematest"
	"bellhop/tickets"
	"bellhop/tickets/postgres"
	"bellhop/web"
	"bellhop/web/app"
	"bellhop/web/auth"
	"bellhop/web/live"
)

const (
	mediaURL = "ws://127.0.0.1:8081/phone"
	password = "four words are enough"
)

// fakeSwitch does what a telephone switch and the agents' phones do when all goes well, at once.
type fakeSwitch struct{ post func(switchboard.Event) }

func (f *fakeSwitch) Perform(_ context.Context, _ call.ID, e call.Effect) error {
	switch e := e.(type) {
	case call.AnswerCustomer:
		f.post(switchboard.LegAnswered{Leg: e.Leg})
	case call.RingAgent:
		f.post(switchboard.LegRang{Leg: e.Leg})
	case call.DialOut:
		f.post(switchboard.LegAnswered{Leg: e.Leg})
	case call.ReleaseLeg:
		f.post(switchboard.LegEnded{Leg: e.Leg, Cause: e.Cause})
	}
	return nil
}

func (f *fakeSwitch) PickUp(_ context.Context, _ call.AgentID, leg call.LegID) error {
	f.post(switchboard.LegAnswered{Leg: leg})
	return nil
}

func (f *fakeSwitch) Close(context.Context, call.AgentID) error { return nil }

// fakeAnnouncements says the same to everybody.
type fakeAnnouncements struct{}

func (fakeAnnouncements) HostileEnd(context.Context, call.ServiceID) (text string, sound []byte, err error) {
	return "통화를 종료합니다.", []byte("RIFF"), nil
}

type fakeTokens struct{}

func (fakeTokens) Issue(agent, session string) (string, string, time.Time, error) {
	return mediaURL, agent + "/" + session, time.Now().Add(time.Minute), nil
}

// house is a server with everything real behind it but the telephone switch and media.
type house struct {
	t      *testing.T
	server *web.Server
	board  *switchboard.Switchboard
	url    string
	log    *locked

	registry *prometheus.Registry

	sessions sync.Map // of the agents' phones that are up, by agent
}

// Session implements api.PhoneSessions.
func (h *house) Session(agent string) (string, time.Time, bool) {
	id, up := h.sessions.Load(agent)
	if !up {
		return "", time.Time{}, false
	}
	return id.(string), time.Now(), true
}

// connect is what media tells when the agent's browser has come to its session.
func (h *house) connect(agent, session string) {
	h.sessions.Store(agent, session)
	h.board.Post(switchboard.PhoneUp{Agent: call.AgentID(agent), Session: session, Address: "sip:" + agent + "@127.0.0.1"})
}

// locked is a log that may be read while it is written.
type locked struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return newHouseOn(t, schematest.Pool(t))
}

func newHouseOn(t *testing.T, pool *pgxpool.Pool) *house {
	t.Helper()
	h := &house{t: t, log: &locked{}}
	log := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	registry := prometheus.NewRegistry()
	h.registry = registry
	people, store, hasher := directory.NewStore(pool), postgres.NewStore(pool), auth.NewHasher(auth.HasherOptions{})
	passwords := map[string]string{}
	for _, u := range directory.DemoUsers() {
		passwords[u.Login] = password
	}
	_, err := people.SeedDemo(t.Context(), directory.DemoOptions{Passwords: passwords, Hash: hasher.Hash})
	require.NoError(t, err)
	rooms, err := people.Load(t.Context())
	require.NoError(t, err)
	sessions, err := auth.New(auth.Options{Pool: pool, Users: people, Hasher: hasher, Log: log, Metrics: registry})
	require.NoError(t, err)

	connected := make(chan tickets.Fact, 100)
	asterisk := &fakeSwitch{}
	h.board, err = switchboard.New(switchboard.Options{Switch: asterisk, Phones: asterisk, Log: log, OnFact: func(f call.Fact) {
		if f.Kind == call.CallConnected {
			connected <- tickets.Fact{
				Key: strconv.FormatUint(f.Seq, 10), Kind: tickets.Connected, At: f.At, Call: string(f.Call.ID), Service: string(f.Call.Queue.Service),
				Agent: string(f.Agent), CustomerNumber: f.Call.Caller.Number, QueuedAt: f.Call.QueuedAt, ConnectedAt: f.Call.ConnectedAt,
			}
		}
	}})
	require.NoError(t, err)
	asterisk.post = h.board.Post
	screens, err := app.Handler()
	require.NoError(t, err)
	h.server, err = web.New(web.Options{
		Addr: "127.0.0.1:0", PublicURL: "http://bellhop.test", MediaURL: mediaURL,
		Sessions: sessions, Switchboard: h.board, Live: live.Of(h.board), PhoneTokens: fakeTokens{}, PhoneSessions: h,
		Tickets: store, Directory: people, History: history.NewStore(pool), Announcements: fakeAnnouncements{}, App: screens,
		Ready: map[string]func(context.Context) error{"database": pool.Ping}, Log: log, Metrics: registry,
	})
	require.NoError(t, err)

	ctx := context.WithoutCancel(t.Context())
	h.board.Start(ctx)
	h.board.Post(switchboard.DirectoryChanged{Directory: rooms.Switchboard()})
	h.board.Post(switchboard.SwitchConnected{})
	open := make(chan struct{})
	go func() {
		defer close(open)
		for f := range connected {
			h.openTicket(store, f)
		}
	}()
	require.NoError(t, h.server.Start(ctx))
	t.Cleanup(func() {
		h.server.Stop()
		h.board.Stop()
		close(connected)
		<-open
		http.DefaultClient.CloseIdleConnections()
	})
	h.url = "http://" + h.server.Addr()
	return h
}

// openTicket opens a connected call's ticket, and tells its agent.
func (h *house) openTicket(store *postgres.Store, f tickets.Fact) {
	kept, err := store.Save(context.Background(), f)
	if err != nil {
		h.t.Error("open a ticket", err)
		return
	}
	h.server.TicketOpened(tickets.TicketOpened{
		Number: kept[0].Number, Call: f.Call, Agent: kept[0].Agent, Service: f.Service, New: kept[0].New,
	})
}

// ask sends a request with a cookie and returns the status and the body; into, if not nil, takes the body as JSON.
func (h *house) ask(method, path, cookie, body string, into any) (int, http.Header) {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), method, h.url+path, strings.NewReader(body))
	require.NoError(h.t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Cookie", cookie)
	w, err := http.DefaultClient.Do(r)
	require.NoError(h.t, err)
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	require.NoError(h.t, err)
	if into != nil {
		require.NoError(h.t, json.Unmarshal(text, into), "%s", text)
	}
	return w.StatusCode, w.Header
}

func (h *house) signIn(login string) (cookie string) {
	h.t.Helper()
	status, header := h.ask("POST", "/api/v1/session", "", fmt.Sprintf(`{"login":%q,"password":%q}`, login, password), nil)
	require.Equal(h.t, http.StatusOK, status)
	cookie, _, _ = strings.Cut(header.Get("Set-Cookie"), ";")
	return cookie
}

// page is an agent's live connection.
type page struct {
	*websocket.Conn
	t *testing.T
}

func (h *house) open(cookie string) page {
	h.t.Helper()
	conn, _, err := websocket.Dial(h.t.Context(), "ws"+strings.TrimPrefix(h.url, "http")+"/api/v1/live", &websocket.DialOptions{
		HTTPHeader: http.Header{"Origin": {"http://bellhop.test"}, "Cookie": {cookie}},
	})
	require.NoError(h.t, err)
	return page{conn, h.t}
}

// said is what the tests look at in a message.
type said struct {
	Type, ID, Code string
	OK             bool
	Phone          struct {
		Presence, Occupation string
		PhoneUp              bool `json:"phone_up"`
		Call                 *struct {
			ID, Phase string
			Version   int
		}
		Notice *struct{ Kind, Reason string }
	}
	Ticket *struct {
		Number int64
		Call   string
	}
	Agents []struct {
		Name, State string
		Available   bool
	}
}

func (p page) send(text string) error {
	return p.Write(p.t.Context(), websocket.MessageText, []byte(text))
}

// until reads messages until one is as wanted.
func (p page) until(wanted func(said) bool) (m said) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 10*time.Second)
	defer cancel()
	for {
		_, data, err := p.Read(ctx)
		require.NoError(p.t, err)
		m = said{}
		require.NoError(p.t, json.Unmarshal(data, &m))
		if wanted(m) {
			return m
		}
	}
}

func (p page) command(id, rest string) (result said) {
	p.t.Helper()
	require.NoError(p.t, p.send(`{"type":"command","id":"`+id+`",`+rest+`}`))
	return p.until(func(m said) bool { return m.Type == "result" && m.ID == id })
}

// accept presses 전화받기 with the version of the call as it is now; the phone may begin to ring in between.
func (h *house) accept(screen page, cookie string, id call.ID) {
	h.t.Helper()
	for n := range 10 {
		var now struct{ Call struct{ Version int } }
		h.ask("GET", "/api/v1/phone", cookie, "", &now)
		m := screen.command(fmt.Sprint("accept-", n), fmt.Sprintf(`"action":"accept","call":%q,"version":%d`, id, now.Call.Version))
		if m.OK {
			return
		}
		require.Equal(h.t, "too_late", m.Code)
	}
	h.t.Fatal("the call cannot be accepted")
}

// TestFirstCall goes from the sign-in to the ticket, through HTTP and the websocket.
func TestFirstCall(t *testing.T) {
	h := newHouse(t)
	cookie := h.signIn("seoyeon")
	screen := h.open(cookie)
	defer screen.CloseNow()
	screen.until(func(m said) bool { return m.Type == "snapshot" && m.Phone.Presence == "signed_out" })

	var me struct{ Agent struct{ ID string } }
	h.ask("GET", "/api/v1/phone", cookie, "", &me)
	var phone struct{ Session, Token string }
	status, _ := h.ask("POST", "/api/v1/phone/session", cookie, "", &phone)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, me.Agent.ID+"/"+phone.Session, phone.Token)
	h.connect(me.Agent.ID, phone.Session)
	screen.until(func(m said) bool { return m.Phone.PhoneUp && m.Phone.Presence == "default" })
	require.True(t, screen.command("k-1", `"action":"set_presence","presence":"ready"`).OK)

	id := call.ID("01995f3e-0000-7000-8000-000000000001")
	h.board.Post(switchboard.CallArrived{Call: id, Leg: "customer", Caller: call.Party{Number: "01012345678"}, Dialled: "1000"})
	offer := screen.until(func(m said) bool { return m.Phone.Call != nil })
	require.Equal(t, "offered", offer.Phone.Occupation)

	// Somebody else's page cannot take it.
	other := h.signIn("jihun")
	accept := fmt.Sprintf("/api/v1/calls/%s/accept", id)
	status, _ = h.ask("POST", accept, other, fmt.Sprintf(`{"version":%d}`, offer.Phone.Call.Version), nil)
	require.Equal(t, http.StatusNotFound, status)
	status, _ = h.ask("POST", accept, h.signIn("admin"), `{"version":1}`, nil)
	require.Equal(t, http.StatusForbidden, status)

	h.accept(screen, cookie, id)
	opened := screen.until(func(m said) bool { return m.Type == "ticket_opened" })
	require.Equal(t, string(id), opened.Ticket.Call)

	// A reloaded page finds call and ticket again.
	again := h.open(cookie)
	defer again.CloseNow()
	snapshot := again.until(func(m said) bool { return m.Type == "snapshot" })
	require.Equal(t, "talking", snapshot.Phone.Call.Phase)
	require.Equal(t, opened.Ticket, snapshot.Ticket)

	var ticket struct {
		CustomerNumber string `json:"customer_number"`
	}
	status, _ = h.ask("GET", fmt.Sprintf("/api/v1/tickets/%d", opened.Ticket.Number), cookie, "", &ticket)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "01012345678", ticket.CustomerNumber)

	h.board.Post(switchboard.LegEnded{Leg: "customer", Cause: 16})
	ended := again.until(func(m said) bool { return m.Phone.Notice != nil })
	require.Equal(t, "customer_hangup", ended.Phone.Notice.Reason)
	require.Equal(t, "work", ended.Phone.Presence)

	// Signing out closes the pages and ends the session.
	status, _ = h.ask("DELETE", "/api/v1/session", cookie, "", nil)
	require.Equal(t, http.StatusNoContent, status)
	for {
		if _, _, err := again.Read(t.Context()); err != nil {
			require.Equal(t, live.StatusSessionEnded, websocket.CloseStatus(err))
			break
		}
	}
	status, _ = h.ask("GET", "/api/v1/session", cookie, "", nil)
	require.Equal(t, http.StatusUnauthorized, status)
	require.NotContains(t, h.log.String(), password)
	require.NotContains(t, h.log.String(), cookie)
	require.NotContains(t, h.log.String(), phone.Token)
}

func TestHouse(t *testing.T) {
	h := newHouse(t)
	tests := []struct {
		method, path, body string
		want               int
	}{
		{"GET", "/livez", "", 200},
		{"GET", "/readyz", "", 200},
		{"GET", "/api/v1/openapi.json", "", 200},
		{"GET", "/api/v1/live", "", 403},
		{"POST", "/api/v1/live", "", 405},
		{"GET", "/api/v1/session", "", 401},
		{"GET", "/api/v1/nothing", "", 404},
		{"GET", "/api//v1/session", "", 404},
		{"POST", "/livez", "", 405},
		{"GET", "/assets/no-such-file.js", "", 404},
		{"POST", "/api/v1/session", `{"login":"nobody","password":"x"}`, 401},
		{"POST", "/api/v1/session", `{"login":"seoyeon","password":"x"}`, 401},
		{"POST", "/api/v1/session", strings.Repeat("x", 1<<20), 413},
	}
	for _, tt := range tests {
		status, header := h.ask(tt.method, tt.path, "", tt.body, nil)
		require.Equal(t, tt.want, status, "%s %s", tt.method, tt.path)
		require.NotEmpty(t, header.Get("Content-Security-Policy"))
	}
}

// TestLeftOverBodyIsNoRequest: what follows a body that was too large to read is never answered (quality B17).
func TestLeftOverBodyIsNoRequest(t *testing.T) {
	h := newHouse(t)
	const smuggled = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
	body := strings.Repeat("x", 300<<10) + strings.Repeat(smuggled, 1000)
	const post = "POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
	for name, request := range map[string]string{
		"with a length":               fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", post, len(body), body),
		"chunked":                     fmt.Sprintf("%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", post, len(body), body),
		"broken chunks":               post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + smuggled,
		"two lengths":                 post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxx" + smuggled,
		"a huge header":               post + "X-Long: " + strings.Repeat("x", 1<<20) + "\r\n\r\n" + smuggled,
		"a space in name":             post + "Content-Length : 5\r\n\r\nxxxxx" + smuggled,
		"a space in the other name":   post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"a negative length":           post + "Content-Length: -1\r\n\r\n" + smuggled,
		"a length with a sign":        post + "Content-Length: +5\r\n\r\nxxxxx" + smuggled,
		"a list of lengths":           post + "Content-Length: 5, 6\r\n\r\nxxxxx" + smuggled,
		"a length beyond all numbers": post + "Content-Length: 99999999999999999999\r\n\r\n" + smuggled,
		"chunked twice":               post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"chunked and something else":  post + "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"chunked, as some read it":    post + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n" + smuggled,
		"chunked in disguise":         post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + smuggled,
		"a chunk beyond all numbers":  post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n" + smuggled,
		"a chunk without end of line": post + "Transfer-Encoding: chunked\r\n\r\n1\r\nxx0\r\n\r\n" + smuggled,
		"a zero in a header":          post + "X-Zero: a\x00b\r\n\r\n" + smuggled,
		"a return in a header":        post + "X-Return: a\rb\r\n\r\n" + smuggled,
		"no host":                     "POST /api/v1/session HTTP/1.1\r\n\r\n" + smuggled,
		"two hosts":                   post + "Host: b\r\n\r\n" + smuggled,
		"a line of its own":           "POST /api/v1/session HTTP/1.1 GET\r\nHost: a\r\n\r\n" + smuggled,
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := net.Dial("tcp", h.server.Addr())
			require.NoError(t, err)
			defer conn.Close()
			// The server may cut the connection before all was sent.
			go func() { _, _ = io.WriteString(conn, request) }()
			answers, _ := io.ReadAll(conn)
			require.Equal(t, 1, strings.Count(string(answers), "HTTP/1.1 "), "%s", answers)
			require.Regexp(t, `^HTTP/1.1 (4..|501) `, string(answers), "501 is what RFC 9112, section 6.1 says of unknown encodings")
		})
	}
}
