package control

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
)

// Phones is what serve can command through the server.
type Phones interface {
	// PickUp answers the leg that rings at the agent and returns when Asterisk has
	// confirmed it. The error is a Refusal where serve can use the reason.
	PickUp(ctx context.Context, agent, leg string) error
	// ClosePhone ends the agent's session and whatever leg he has.
	ClosePhone(agent string) error
}

const (
	// commandTime bounds one command, in particular the wait for Asterisk's ACK.
	commandTime = 5 * time.Second
	// serveSilence is how long serve may say nothing. It is longer than serve's own
	// patience: a serve that was slow for a moment shall not find its line cut, for
	// then it would put every customer on hold.
	serveSilence = 3 * time.Second
)

// ServerOptions configure NewServer. All fields but Metrics are needed.
type ServerOptions struct {
	// Secret is what serve has to show.
	Secret []byte
	// SIP is the host and port that Asterisk reaches the phones at.
	SIP     string
	Phones  Phones
	Log     *slog.Logger
	Metrics prometheus.Registerer
}

// Server is media's end of the control line. It is an http.Handler.
type Server struct {
	o       ServerOptions
	process string
	gauge   prometheus.Gauge
	refused prometheus.Counter
	ctx     context.Context
	cancel  context.CancelFunc
	open    sync.WaitGroup

	mu       sync.Mutex
	sessions map[string]string   // by agent, of the phones that are up
	stalled  map[string]struct{} // sessions
	links    map[*link]struct{}
}

// NewServer returns a server that knows of no phone yet.
func NewServer(o ServerOptions) *Server {
	s := &Server{
		o: o, process: uuid.NewString(), sessions: make(map[string]string), stalled: make(map[string]struct{}), links: make(map[*link]struct{}),
		gauge: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "bellhop_media_control_connections", Help: "Control connections from serve.",
		}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "bellhop_media_control_refused_total", Help: "Control connections refused for a wrong secret.",
		}),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if o.Metrics != nil {
		o.Metrics.MustRegister(s.gauge, s.refused)
	}
	return s
}

// Stop ends every connection.
func (s *Server) Stop() {
	s.mu.Lock()
	s.cancel()
	s.mu.Unlock()
	s.open.Wait()
}

// PhoneUp tells serve that the agent's browser is connected.
func (s *Server) PhoneUp(agent, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[agent] = id
	s.broadcast(message{Type: typePhoneUp, Agent: agent, Session: id, Address: address(agent, s.o.SIP)})
}

// PhoneDown tells serve that a session which was up is not any more.
func (s *Server) PhoneDown(agent, id, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions[agent] == id {
		delete(s.sessions, agent)
	}
	delete(s.stalled, id)
	s.broadcast(message{Type: typePhoneDown, Agent: agent, Session: id, Reason: reason})
}

// PhoneStalled tells serve that nothing at all comes of the session's browser, though a call is up.
func (s *Server) PhoneStalled(agent, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions[agent] != id {
		return
	}
	s.stalled[id] = struct{}{}
	s.broadcast(message{Type: typeStalled, Agent: agent, Session: id})
}

// PhoneFlows tells serve that packets come again of a session that had stalled.
func (s *Server) PhoneFlows(agent, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.stalled, id)
	s.broadcast(message{Type: typeFlows, Agent: agent, Session: id})
}

func (s *Server) broadcast(m message) {
	for l := range s.links {
		l.send(m)
	}
}

func address(agent, sip string) string { return "sip:" + agent + "@" + sip }

// ServeHTTP takes a connection from serve and keeps it until it ends.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.authorized(r.Header.Get("Authorization")) {
		s.refused.Inc()
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "unauthorized", http.StatusUnauthorized)
		return
	}
	// A page must never get here, whatever it knows.
	if r.Header.Get("Origin") != "" {
		http.Error(w, "not for browsers", http.StatusForbidden)
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	l := newLink(conn, serveSilence)
	if !s.enter(l) {
		_ = conn.CloseNow() // its handshake would wait for whoever sends half a frame
		return
	}
	defer s.open.Done()
	s.serve(l)
}

// authorized compares in a time that does not depend on what was sent.
func (s *Server) authorized(header string) bool {
	shown, ok := strings.CutPrefix(header, "Bearer ")
	a, b := sha256.Sum256([]byte(shown)), sha256.Sum256(s.o.Secret)
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1 && ok
}

func (s *Server) serve(l *link) {
	s.gauge.Inc()
	s.o.Log.Info("serve connected")
	ctx, cancel := context.WithCancel(s.ctx)
	var commands sync.WaitGroup
	err := l.run(ctx, func(m message) error {
		commands.Go(func() { l.send(s.perform(ctx, m)) })
		return nil
	})
	s.mu.Lock()
	delete(s.links, l)
	s.mu.Unlock()
	cancel()
	commands.Wait()
	s.gauge.Dec()
	s.o.Log.Info("serve disconnected", "err", err)
}

// enter subscribes the link and gives it the state as of this moment, in one
// step. It returns false once the server was stopped.
func (s *Server) enter(l *link) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return false
	}
	s.open.Add(1)
	hello := message{Type: typeHello, SIP: s.o.SIP, Process: s.process}
	for agent, id := range s.sessions {
		_, stalled := s.stalled[id]
		hello.Sessions = append(hello.Sessions, session{Agent: agent, Session: id, Connected: true, Stalled: stalled})
	}
	slices.SortFunc(hello.Sessions, func(a, b session) int { return cmp.Compare(a.Agent, b.Agent) })
	l.send(hello)
	s.links[l] = struct{}{}
	return true
}

func (s *Server) perform(ctx context.Context, m message) message {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	var err error
	switch m.Type {
	case typePickUp:
		err = s.o.Phones.PickUp(ctx, m.Agent, m.Leg)
	case typeClose:
		err = s.o.Phones.ClosePhone(m.Agent)
	default:
		err = BadMessage
	}
	if err == nil {
		return message{Type: typeDone, ID: m.ID}
	}
	refusal, ok := errors.AsType[Refusal](err)
	if !ok {
		refusal = Failed
	}
	s.o.Log.Warn("command failed", "command", m.Type, "agent", m.Agent, "leg", m.Leg, "err", err)
	return message{Type: typeFailed, ID: m.ID, Code: refusal}
}
