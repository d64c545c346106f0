package api_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/admin"
	whoIsWho "bellhop/cti/admin/people"
	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/directory"
	"bellhop/cti/switchboard"
	"bellhop/tickets"
	"bellhop/web/api"
	"bellhop/web/auth"
)

const (
	aCall    = "01995f3e-0000-7000-8000-000000000001"
	cookie   = "bellhop_session"
	password = "right horse"
)

var hisServices = []directory.Rights{{Service: "s-1", Name: "한빛몰 고객센터", Tickets: true, Phone: true}}

// The people of these tests. Their session's token is their login.
var people = map[string]auth.User{
	"admin":      {ID: "u-admin", Login: "admin", Name: "관리자", Role: "admin"},
	"supervisor": {ID: "u-sup", Login: "supervisor", Name: "감독자", Role: "supervisor"},
	"agent":      {ID: "u-agent", Login: "agent", Name: "김상담", Role: "agent", Locale: "ko", AgentID: "a-1", Rights: hisServices},
	"nophone":    {ID: "u-nophone", Login: "nophone", Name: "이상담", Role: "agent", AgentID: "a-2"},
	"coach":      {ID: "u-coach", Login: "coach", Name: "박감독", Role: "supervisor", AgentID: "a-3"},
}

type fakeSessions struct {
	err   error // what everything fails with, unless nil
	ended []string
}

func (f *fakeSessions) SignIn(_ context.Context, a auth.Attempt) (auth.SignedIn, error) {
	if f.err != nil {
		return auth.SignedIn{}, f.err
	}
	u, ok := people[a.Login]
	if !ok || a.Password != password {
		return auth.SignedIn{}, auth.ErrBadCredentials
	}
	return auth.SignedIn{User: u, Token: a.Login}, nil
}

func (f *fakeSessions) SignOut(_ context.Context, token string) error {
	f.ended = append(f.ended, token)
	return f.err
}

func (f *fakeSessions) Cookie(s auth.SignedIn) *http.Cookie {
	return &http.Cookie{Name: cookie, Value: s.Token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

func (f *fakeSessions) ClearedCookie() *http.Cookie {
	return &http.Cookie{Name: cookie, Path: "/", MaxAge: -1}
}

func (f *fakeSessions) Token(r *http.Request) string {
	c, err := r.Cookie(cookie)
	if err != nil {
		return ""
	}
	return c.Value
}

func (f *fakeSessions) UserOf(r *http.Request) (auth.User, error) {
	if f.err != nil {
		return auth.User{}, f.err
	}
	u, ok := people[f.Token(r)]
	if !ok {
		return auth.User{}, auth.ErrNotSignedIn
	}
	return u, nil
}

// fakeSwitchboard knows the agents a-1 and a-3, and answers every command with err.
type fakeSwitchboard struct {
	mu   sync.Mutex
	err  error
	done []switchboard.Command
	call *switchboard.CallView // of both
	down bool                  // their phones are not up
}

func (f *fakeSwitchboard) Do(_ context.Context, c switchboard.Command) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done = append(f.done, c)
	return f.err
}

func (f *fakeSwitchboard) View(_ context.Context, id call.AgentID) (switchboard.AgentView, bool) {
	if id != "a-1" && id != "a-3" {
		return switchboard.AgentView{}, false
	}
	return switchboard.AgentView{
		Agent:     agent.Agent{ID: id, Mode: agent.Mode{Presence: agent.Ready}, Occupation: agent.Free, Since: noon, PhoneUp: !f.down},
		Name:      "김상담",
		Extension: "2041",
		Call:      f.call,
	}, true
}

var noon = time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)

type fakeTokens struct{ err error }

func (f fakeTokens) Issue(agent, session string) (string, string, time.Time, error) {
	return "ws://127.0.0.1:8081/phone", "token of " + agent + " " + session, noon, f.err
}

// fakePhones are the media sessions that are connected, by agent.
type fakePhones map[string]string

func (f fakePhones) Session(agent string) (string, time.Time, bool) {
	id, up := f[agent]
	return id, noon, up
}

// fakeTickets holds the tickets 1 … count for everybody.
type fakeTickets struct {
	count int64
	err   error
}

func (f fakeTickets) ticket(number int64) tickets.Ticket {
	return tickets.Ticket{
		Number: number, Channel: "phone", Direction: tickets.Inbound, Status: "processing", Call: aCall, CreatedAt: noon, UpdatedAt: noon,
		Service: tickets.Ref{ID: "s-1", Name: "한빛몰 고객센터"}, Agent: tickets.Ref{ID: "a-1", Name: "김상담"},
		CustomerNumber: "01012345678",
	}
}

func (f fakeTickets) Get(_ context.Context, _ tickets.Viewer, number int64) (tickets.Ticket, error) {
	if f.err != nil {
		return tickets.Ticket{}, f.err
	}
	if number > f.count {
		return tickets.Ticket{}, tickets.ErrNotFound
	}
	t := f.ticket(number)
	t.Events = []tickets.Event{{Kind: "connected", At: noon, Agent: t.Agent}}
	return t, nil
}

func (f fakeTickets) List(_ context.Context, _ tickets.Viewer, o tickets.ListOptions) ([]tickets.Ticket, error) {
	var found []tickets.Ticket
	first := f.count
	if o.Before > 0 {
		first = min(first, o.Before-1)
	}
	for n := first; n > 0 && len(found) < min(o.Limit, 200); n-- {
		found = append(found, f.ticket(n))
	}
	return found, f.err
}

// Card knows the customer of 01012345678 only.
func (f fakeTickets) Card(_ context.Context, v tickets.Viewer, number, exceptCall string) (tickets.Card, error) {
	if f.err != nil || v.User == "" || exceptCall == "" || number != "01012345678" {
		return tickets.Card{}, f.err
	}
	return tickets.Card{
		Customer: &tickets.Customer{ID: "c-1", Name: "이수진", Grade: "골드"},
		Tickets:  []tickets.Ticket{f.ticket(7)}, Hostile: tickets.Hostile{Count: 2, LastAt: noon},
	}, nil
}

// CardIn knows the same in the service s-1 only.
func (f fakeTickets) CardIn(ctx context.Context, v tickets.Viewer, service, number string) (tickets.Card, error) {
	if service != "s-1" {
		return tickets.Card{}, f.err
	}
	return f.Card(ctx, v, number, "none")
}

// NumbersOfCalls knows ticket 9 of the call aCall.
func (f fakeTickets) NumbersOfCalls(_ context.Context, _ tickets.Viewer, calls []string) (map[string]int64, error) {
	found := map[string]int64{}
	for _, id := range calls {
		if id == aCall {
			found[id] = 9
		}
	}
	return found, f.err
}

// fakeAnnouncements says what service it was asked for.
type fakeAnnouncements struct{}

func (fakeAnnouncements) HostileEnd(_ context.Context, service call.ServiceID) (text string, sound []byte, err error) {
	return "종료합니다 " + string(service), []byte("RIFF of " + service), nil
}

// rig is the interface with fakes behind it.
type rig struct {
	t        testing.TB
	mux      *http.ServeMux
	api      *api.API
	sessions *fakeSessions
	board    *fakeSwitchboard
	tickets  *fakeTickets
	tokens   *fakeTokens
	phones   fakePhones
	numbers  *fakeDirectory
	history  *fakeHistory
	stories  *fakeStories
	ended    []string
}

func newRig(t testing.TB) *rig {
	sessions := &fakeSessions{}
	r := newRigWith(t, sessions, api.Admin{Actors: fakeActors{}, People: fakePeople{}})
	r.sessions = sessions
	return r
}

// fakeActors knows nobody who may administrate.
type fakeActors struct{}

func (fakeActors) Actor(context.Context, string, netip.Addr) (admin.Actor, error) {
	return admin.Actor{}, admin.ErrNotFound
}

// fakePeople knows no one-time link.
type fakePeople struct{ api.AdminPeople }

func (fakePeople) Look(context.Context, string) (whoIsWho.Invitation, error) {
	return whoIsWho.Invitation{}, whoIsWho.ErrLinkUnknown
}

// newRigWith has other sessions, and the administration.
func newRigWith(t testing.TB, sessions api.Sessions, stores api.Admin) *rig {
	r := &rig{
		t: t, mux: http.NewServeMux(), board: &fakeSwitchboard{},
		tickets: &fakeTickets{count: 3}, tokens: &fakeTokens{}, phones: fakePhones{},
		numbers: &fakeDirectory{}, history: &fakeHistory{}, stories: &fakeStories{},
	}
	var err error
	r.api, err = api.New(r.mux, api.Options{
		Sessions: sessions, Admin: stores, Switchboard: r.board, PhoneTokens: r.tokens, PhoneSessions: r.phones, Tickets: r.tickets,
		Directory: r.numbers, History: r.history, Announcements: fakeAnnouncements{}, Stories: r.stories,
		SessionEnded: func(token string) { r.ended = append(r.ended, token) },
		Log:          slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	return r
}

// request is one request; zero fields are left out.
type request struct {
	method, path, as, body string
	header                 http.Header
}

// send carries a request out and checks what holds of every answer.
func (r *rig) send(q request) *httptest.ResponseRecorder {
	r.t.Helper()
	var body io.Reader
	if q.body != "" {
		body = strings.NewReader(q.body)
	}
	h := httptest.NewRequest(q.method, "http://localhost", body)
	h.URL.Path, h.URL.RawQuery, _ = strings.Cut(q.path, "?")
	h.Header.Set("Content-Type", "application/json")
	maps.Copy(h.Header, q.header)
	if q.as != "" {
		h.AddCookie(&http.Cookie{Name: cookie, Value: q.as})
	}
	w := httptest.NewRecorder()
	r.mux.ServeHTTP(w, h)
	if w.Code >= 400 {
		require.Equal(r.t, "application/problem+json", w.Header().Get("Content-Type"), "%s %s: %s", q.method, q.path, w.Body)
		p := problemIn(r.t, w)
		require.Equal(r.t, w.Code, p.Status)
		require.NotEmpty(r.t, p.Code)
	}
	return w
}

func problemIn(t testing.TB, w *httptest.ResponseRecorder) (p api.Problem) {
	t.Helper()
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p), "%s", w.Body)
	return p
}
