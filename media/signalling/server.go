package signalling

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/prometheus/client_golang/prometheus"

	"bellhop/media/peer"
	"bellhop/media/relay"
	"bellhop/media/token"
)

// Desk knows the agents. Its methods do not block.
type Desk interface {
	// Codec is the one the agent's leg speaks, nil when he has no leg.
	Codec(agent string) *relay.Codec
	// Enter makes s the agent's session and ends the one before with CodeReplaced.
	// What comes from the browser goes to the line.
	Enter(s *Session) *relay.Line
	// Connected is told whenever the connection of a session came up, or was lost.
	Connected(s *Session, up bool)
	// Stalled is told when nothing at all comes of the session's browser in a call, and when packets come again.
	Stalled(s *Session, stalled bool)
	// Leave is told that s is over, and why.
	Leave(s *Session, code string)
}

// Options configure NewServer. All but Metrics are needed.
type Options struct {
	Gateway  *peer.Gateway
	Verifier *token.Verifier
	Desk     Desk
	// Origins are the pages that may connect, each as "scheme://host[:port]".
	Origins []string
	Log     *slog.Logger
	Metrics prometheus.Registerer
}

// Server accepts the websockets of browsers. It is an http.Handler.
type Server struct {
	o       Options
	refused *prometheus.CounterVec
	setUp   prometheus.Histogram
	ctx     context.Context
	cancel  context.CancelFunc

	mu      sync.Mutex
	open    sync.WaitGroup
	entered map[*Session]struct{} // those that the desk knows
	watcher sync.WaitGroup
}

// NewServer returns a server that accepts sessions until Stop.
func NewServer(o Options) *Server {
	s := &Server{
		o: o, entered: make(map[*Session]struct{}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_media_signalling_refused_total", Help: "Browser connections ended by media, by the code they were told.",
		}, []string{"code"}),
		setUp: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "bellhop_media_connect_duration_seconds", Help: "Time from a browser's hello to its connection being up.",
			Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if o.Metrics != nil {
		o.Metrics.MustRegister(s.refused, s.setUp)
	}
	s.watcher.Go(s.watch)
	return s
}

// Stop ends every session with CodeStopping and returns when they are gone.
func (s *Server) Stop() {
	s.mu.Lock()
	s.cancel()
	s.mu.Unlock()
	s.open.Wait()
	s.watcher.Wait()
}

// enter counts a websocket in, unless the server was stopped.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return false
	}
	s.open.Add(1)
	return true
}

// ServeHTTP takes a browser's websocket and keeps it until its session ends.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !slices.Contains(s.o.Origins, r.Header.Get("Origin")) {
		s.refused.WithLabelValues("origin").Inc()
		http.Error(w, "origin not allowed", http.StatusForbidden)
		return
	}
	if !s.enter() {
		http.Error(w, "stopping", http.StatusServiceUnavailable)
		return
	}
	defer s.open.Done()
	below := &wire{ResponseWriter: w}
	conn, err := websocket.Accept(below, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // the origin was checked above, more strictly
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		return
	}
	conn.SetReadLimit(maxFrame)
	session := newSession(s, conn, below)
	if code := session.run(s.ctx); code != codeLeft {
		s.refused.WithLabelValues(code).Inc()
	}
}

// Limits of the websocket.
const (
	helloTime   = 5 * time.Second
	pingEvery   = 5 * time.Second
	silenceTime = 15 * time.Second
	writeTime   = 5 * time.Second
	// framesPerSecond and frameBurst bound what a page may send.
	framesPerSecond = 10
	frameBurst      = 20
	// maxPending is how many frames may wait for a page that does not read.
	maxPending = 64
)
