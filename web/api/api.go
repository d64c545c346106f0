package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"bellhop/cti/call"
	"bellhop/cti/directory"
	"bellhop/cti/switchboard"
	"bellhop/tickets"
	"bellhop/web/auth"
)

const (
	// Prefix is where everything of this package is found.
	Prefix = "/api/v1"
	// MaxBody is the largest request body that is read, in bytes.
	MaxBody = 64 << 10

	// requestTime is how long one request may take, with everything it waits for; readTime, one that only reads.
	requestTime = 10 * time.Second
	readTime    = 1800 * time.Millisecond
)

// Sessions signs people in and out.
type Sessions interface {
	SignIn(ctx context.Context, a auth.Attempt) (auth.SignedIn, error)
	SignOut(ctx context.Context, token string) error
	Cookie(s auth.SignedIn) *http.Cookie
	ClearedCookie() *http.Cookie
	Token(r *http.Request) string
	UserOf(r *http.Request) (auth.User, error)
}

// Switchboard is call control as an agent's browser uses it.
type Switchboard interface {
	// Do carries a command out; a refusal is a *switchboard.Refusal.
	Do(ctx context.Context, c switchboard.Command) error
	// View is what the agent's screen shows; false when there is no such agent with a phone.
	View(ctx context.Context, id call.AgentID) (switchboard.AgentView, bool)
}

// PhoneTokens makes what a browser needs to connect its audio to the media process.
type PhoneTokens interface {
	Issue(agent, session string) (mediaURL, token string, expires time.Time, err error)
}

// Relays may be implemented by PhoneTokens: the relays that a signed-in agent with a phone may use.
type Relays interface {
	Relays(agent string) []ICEServer
}

// Tickets reads tickets as far as the viewer may see them. Get answers tickets.ErrNotFound when there is none for him.
type Tickets interface {
	Get(ctx context.Context, v tickets.Viewer, number int64) (tickets.Ticket, error)
	List(ctx context.Context, v tickets.Viewer, o tickets.ListOptions) ([]tickets.Ticket, error)
	// Card is what is known of a number; tickets of the call exceptCall are left out.
	Card(ctx context.Context, v tickets.Viewer, number, exceptCall string) (tickets.Card, error)
	// CardIn is what one service knows of a number.
	CardIn(ctx context.Context, v tickets.Viewer, service, number string) (tickets.Card, error)
	// NumbersOfCalls are the newest tickets of calls, by call.
	NumbersOfCalls(ctx context.Context, v tickets.Viewer, calls []string) (map[string]int64, error)
	Notes
}

// Options are what New needs.
type Options struct {
	Sessions    Sessions
	Switchboard Switchboard
	PhoneTokens PhoneTokens
	// PhoneSessions are the media sessions that are connected.
	PhoneSessions PhoneSessions
	Tickets       Tickets
	Directory     Directory
	History       History
	Announcements Announcements
	// Stories tell what became of calls; may be nil.
	Stories Stories
	// Admin is what admins set up.
	Admin Admin
	// SessionEnded is told the token of a session that its user ended; may be nil.
	SessionEnded func(token string)
	Log          *slog.Logger
}

func (o Options) validate() error {
	if o.Sessions == nil || o.Switchboard == nil || o.PhoneTokens == nil || o.PhoneSessions == nil {
		return errors.New("api: Sessions, Switchboard, PhoneTokens and PhoneSessions are needed")
	}
	if o.Tickets == nil || o.Directory == nil || o.History == nil || o.Announcements == nil || o.Log == nil {
		return errors.New("api: Tickets, Directory, History, Announcements and Log are needed")
	}
	return nil
}

// API is the REST interface.
type API struct {
	Options
	huma     huma.API
	document []byte
	lineage  *lineage
	added    *once[favouriteBody, directory.Favourite]
}

// New makes the REST interface and adds its routes to mux. Every path below /api/ that no other pattern of mux takes
// is answered with a problem, 404 or 405.
func New(mux *http.ServeMux, o Options) (*API, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	a := &API{
		Options: o, huma: humago.New(mux, config()), lineage: newLineage(),
		added: newOnce[favouriteBody, directory.Favourite](),
	}
	a.sessionRoutes()
	a.phoneRoutes()
	a.numberRoutes()
	a.historyRoutes()
	a.callRoutes()
	a.cardRoutes()
	a.storyRoutes()
	a.announcementRoutes()
	a.ticketRoutes()
	a.adminRoutes()

	document, err := json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("api: describe: %w", err)
	}
	a.document = append(document, '\n')
	mux.HandleFunc("GET "+Prefix+"/openapi.json", a.serveDocument)
	mux.Handle("/api/", unknown{mux})
	mux.Handle("/api", unknown{mux})
	return a, nil
}

// config is huma's without its own pages: the document is served by us, and its documentation page would load
// scripts from another site.
func config() huma.Config {
	c := huma.DefaultConfig("Bellhop", "1")
	c.Info.Description = "Errors are RFC 9457 problems with a stable code. Browsers sign in with a cookie."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.RejectUnknownQueryParameters = true
	strict := huma.Format{
		Marshal: func(w io.Writer, v any) error {
			e := json.NewEncoder(w)
			e.SetEscapeHTML(false)
			return e.Encode(v)
		},
		Unmarshal: Decode,
	}
	c.Formats = map[string]huma.Format{"application/json": strict, "json": strict}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		sessionScheme: {Type: "apiKey", In: "cookie", Name: "bellhop_session"},
	}
	return c
}

// Document is the OpenAPI 3.1 description of the interface, as JSON.
func (a *API) Document() []byte { return a.document }

func (a *API) serveDocument(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	// A client that is gone does not need the rest.
	_, _ = w.Write(a.document)
}

// unknown answers what no route takes: 405 when another method would be taken, else 404.
type unknown struct{ mux *http.ServeMux }

func (u unknown) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := NewProblem(http.StatusNotFound, NotFound)
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := &http.Request{Method: method, URL: r.URL, Host: r.Host}
		if _, pattern := u.mux.Handler(other); pattern == r.Pattern || pattern == "" {
			continue
		}
		if p.allow != "" {
			p.allow += ", "
		}
		p.allow += method
	}
	if p.allow != "" {
		refusal := NewProblem(http.StatusMethodNotAllowed, MethodNotAllowed)
		refusal.allow = p.allow
		p = refusal
	}
	p.Write(w)
}
