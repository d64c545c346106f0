// Package web is everything that browsers and machines reach over HTTP: the REST interface, the live connection, the
// browser program, and what the operator asks about our health.
package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellhop/tickets"
	"bellhop/web/api"
	"bellhop/web/live"
)

// The limits of one connection. A live connection is taken out of them once it is made.
const (
	readHeaderTime = 5 * time.Second
	readTime       = 15 * time.Second
	writeTime      = 30 * time.Second
	idleTime       = 75 * time.Second
	maxHeader      = 32 << 10 // bytes
	stopTime       = 5 * time.Second
)

// Tickets is what REST and the live connection read of the tickets.
type Tickets interface {
	api.Tickets
	live.Tickets
}

// Options are what New needs.
type Options struct {
	// Addr is where to listen, as host:port; port 0 lets the system choose.
	Addr string
	// PublicURL is the address of the screens as browsers see it: scheme, host and perhaps port.
	PublicURL string
	// TrustedProxies are our own proxies, who say where requests come from; none unless set.
	TrustedProxies []netip.Prefix
	// TLS has the screens served over HTTPS; nil for plain HTTP.
	TLS *tls.Config
	// RedirectAddr is where plain HTTP is sent on to PublicURL; nowhere unless set. Challenges answers an ACME server there.
	RedirectAddr string
	Challenges   func(next http.Handler) http.Handler
	// MediaURL is the websocket of the media process, to which the screens may connect.
	MediaURL string

	Sessions    api.Sessions
	Switchboard api.Switchboard
	Live        live.Switchboard // live.Of the same switchboard
	PhoneTokens api.PhoneTokens
	// PhoneSessions are the media sessions that are connected now.
	PhoneSessions api.PhoneSessions
	Tickets       Tickets
	Directory     api.Directory
	History       api.History
	Announcements api.Announcements
	// Stories tell what became of calls; nil when nobody does.
	Stories api.Stories
	// Admin is what admins set up.
	Admin api.Admin
	App   http.Handler

	// Ready are the checks of /readyz by name. An error that has Code() string is shown with that code.
	Ready   map[string]func(ctx context.Context) error
	Log     *slog.Logger
	Metrics prometheus.Registerer
}

func (o Options) validate() error {
	if o.Addr == "" || o.Switchboard == nil || o.Live == nil || o.App == nil || o.Log == nil || o.Metrics == nil {
		return errors.New("web: Addr, Switchboard, Live, App, Log and Metrics are needed")
	}
	return nil
}

// Server answers browsers and machines.
type Server struct {
	log      *slog.Logger
	hub      *live.Hub
	pages    *pages // nil when nobody administers
	http     *http.Server
	redirect *redirect // nil without one
	addr     string
	listener net.Listener
	served   chan struct{}
}

// New puts everything together; Start listens.
func New(o Options) (*Server, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	origin, err := originOf(o.PublicURL, "http", "https")
	if err != nil {
		return nil, fmt.Errorf("web: the public address: %w", err)
	}
	media, err := originOf(o.MediaURL, "ws", "wss")
	if err != nil {
		return nil, fmt.Errorf("web: the media process's address: %w", err)
	}
	keypad := newKeypad()
	hub, err := live.New(live.Options{
		Switchboard: liveSwitchboard{o.Live, keypad}, Sessions: o.Sessions, Tickets: o.Tickets, Origins: []string{origin}, Log: o.Log, Metrics: o.Metrics,
	})
	if err != nil {
		return nil, err
	}
	var leaving *pages
	if leavers, ok := o.Admin.Accounts.(Leavers); ok {
		leaving = newPages(hub, o.Live, leavers, o.Log)
		o.Admin.Pages = leaving
	}
	mux := http.NewServeMux()
	if _, err := api.New(mux, api.Options{
		Sessions: o.Sessions, Switchboard: restSwitchboard{o.Switchboard, keypad},
		PhoneTokens: o.PhoneTokens, PhoneSessions: o.PhoneSessions,
		Tickets: o.Tickets, Directory: o.Directory, History: o.History, Announcements: o.Announcements, Stories: o.Stories, Admin: o.Admin, SessionEnded: hub.SessionEnded, Log: o.Log,
	}); err != nil {
		return nil, err
	}
	mux.Handle("GET "+api.Prefix+"/live", hub)
	health := newHealth(o.Ready, o.Log)
	mux.HandleFunc("GET /livez", health.live)
	mux.HandleFunc("GET /readyz", health.ready)
	mux.Handle("/", o.App)

	guarded, err := guard(mux, origin, media)
	if err != nil {
		return nil, err
	}
	observed, err := observe(guarded, o.Log, o.Metrics)
	if err != nil {
		return nil, err
	}
	observed = forwarded(observed, o.TrustedProxies)
	s := &Server{log: o.Log, hub: hub, pages: leaving, addr: o.Addr, served: make(chan struct{}), http: limited(observed, o.Log)}
	s.http.TLSConfig = o.TLS
	if o.RedirectAddr != "" {
		s.redirect = newRedirect(o.RedirectAddr, origin, o.Challenges, o.Log)
	}
	return s, nil
}

// limited is an HTTP server that waits for nobody for ever.
func limited(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: readHeaderTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		IdleTimeout: idleTime, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// originOf is the scheme and host of an address, which must have one of the given schemes.
func originOf(address string, schemes ...string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil {
		return "", fmt.Errorf("%q is not an address like %s://host:port", address, schemes[0])
	}
	if !slices.Contains(schemes, u.Scheme) {
		return "", fmt.Errorf("%q does not begin with %s://", address, schemes[0])
	}
	return serialised(u), nil
}

// serialised is an origin as browsers write it: in lower case, and without the port that the scheme has anyway
// (RFC 6454, section 6.2).
func serialised(u *url.URL) string {
	usual := map[string]string{"http": ":80", "ws": ":80", "https": ":443", "wss": ":443"}[u.Scheme]
	return strings.ToLower(u.Scheme + "://" + strings.TrimSuffix(u.Host, usual))
}

// Handler answers every request as the server does once it was started.
func (s *Server) Handler() http.Handler { return s.http.Handler }

// TicketOpened moves the pages of a ticket's agent to it. It does not block.
func (s *Server) TicketOpened(t tickets.TicketOpened) { s.hub.TicketOpened(t) }

// DirectoryChanged tells the pages that the switchboard has another directory.
func (s *Server) DirectoryChanged() {
	s.hub.DirectoryChanged()
	if s.pages != nil {
		s.pages.resumed.Do(s.pages.resume)
	}
}

// Start listens and answers until Stop. It fails when the address cannot be had; the error has an errno such as
// syscall.EADDRINUSE in it.
func (s *Server) Start(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.addr)
	if err != nil {
		return fmt.Errorf("web: listen: %w", err)
	}
	if err := s.redirect.start(ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := s.hub.Start(ctx); err != nil {
		s.redirect.stop()
		return errors.Join(err, listener.Close())
	}
	s.listener = listener
	go func() {
		defer close(s.served)
		if err := s.serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("the web server ended", "error", err)
		}
	}()
	return nil
}

func (s *Server) serve(l net.Listener) error {
	if s.http.TLSConfig == nil {
		return s.http.Serve(l)
	}
	return s.http.ServeTLS(l, "", "")
}

// Addr is where the server listens, as host:port. It is known after Start.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Stop closes the live connections with 1012, lets requests under way end, and returns when nothing runs any more.
func (s *Server) Stop() {
	if s.listener == nil {
		return
	}
	if s.pages != nil {
		s.pages.stop()
	}
	s.redirect.stop()
	s.hub.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		s.log.Warn("requests were cut off", "error", err)
		_ = s.http.Close() // what is left is cut; there is nothing else to do
	}
	<-s.served
}
