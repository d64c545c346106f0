package signalling

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/time/rate"

	"bellhop/media/peer"
	"bellhop/media/relay"
)

// Session is one page of an agent: its websocket and its peer connection.
type Session struct {
	server *Server
	conn   *websocket.Conn
	wire   *wire // below conn
	log    *slog.Logger
	limit  *rate.Limiter

	agent, id string
	began     time.Time
	peer      *peer.Peer

	cancel context.CancelCauseFunc
	wake   chan struct{}

	line    atomic.Pointer[relay.Line]
	talking atomic.Bool // a leg is up

	pulse    pulse       // of the server's watch
	answered atomic.Bool // the page said something since it was asked

	// stateMu is taken before the desk's lock, queueMu after it.
	stateMu sync.Mutex
	ready   bool // the desk knows the session
	state   peer.State

	queueMu sync.Mutex
	pending []any
}

func newSession(s *Server, conn *websocket.Conn, w *wire) *Session {
	return &Session{
		server: s, conn: conn, wire: w, log: s.o.Log, wake: make(chan struct{}, 1),
		limit: rate.NewLimiter(framesPerSecond, frameBurst),
	}
}

// Agent is the id of the agent whose page it is.
func (s *Session) Agent() string { return s.agent }

// ID is the id of the phone session that the token was issued for.
func (s *Session) ID() string { return s.id }

// Browser is where audio for the page goes.
func (s *Session) Browser() *peer.Peer { return s.peer }

// Leg tells the page about the agent's leg: LegRinging, LegUp or LegNone.
func (s *Session) Leg(state, id string) {
	s.talking.Store(state == LegUp)
	s.send(message{Type: typeLeg, State: state, Leg: id})
}

// End ends the session with a code. It returns at once; the desk hears of the
// end by Leave.
func (s *Session) End(code string) { s.cancel(&ended{code: code}) }

// run lives as long as the session and returns the code it ended with.
func (s *Session) run(stop context.Context) (code string) {
	ctx, cancel := context.WithCancelCause(context.Background())
	s.cancel = cancel
	defer context.AfterFunc(stop, func() { s.End(CodeStopping) })()
	var writing sync.WaitGroup
	writing.Go(func() { s.write(ctx) })

	// A read ends with its context and would close the websocket under the error
	// frame, so reading has a goroutine of its own and is not cut off before.
	var reading sync.WaitGroup
	readCtx, stopReading := context.WithCancel(context.Background())
	reading.Go(func() { cancel(s.converse(ctx, readCtx)) })

	<-ctx.Done()
	code = s.codeOf(context.Cause(ctx))
	s.leave(code)
	writing.Wait()
	s.sayGoodbye(code)
	stopReading()
	reading.Wait()
	if err := s.closePeer(); err != nil {
		s.log.Debug("peer not closed", "err", err)
	}
	return code
}

func (s *Session) codeOf(err error) string {
	if e, ok := errors.AsType[*ended](err); ok {
		s.log.Info("phone session ended", "code", e.code, "err", e.err)
		return e.code
	}
	s.log.Info("phone session ended", "code", codeLeft, "err", err)
	return codeLeft
}

func (s *Session) leave(code string) {
	s.stateMu.Lock()
	ready := s.ready
	s.ready = false
	s.stateMu.Unlock()
	if ready {
		s.server.follow(s, false)
		s.server.o.Desk.Leave(s, code)
	}
}

func (s *Session) closePeer() error {
	if s.peer == nil {
		return nil
	}
	return s.peer.Close()
}

// converse takes the page's frames, the hello first, until the page goes.
func (s *Session) converse(ctx, readCtx context.Context) error {
	m, err := s.next(readCtx, helloTime)
	if err != nil {
		return err
	}
	if m.Type != typeHello {
		return &ended{code: CodeBadMessage, err: fmt.Errorf("%s before hello", m.Type)}
	}
	if err := s.hello(ctx, m); err != nil {
		return err
	}
	for {
		m, err := s.next(readCtx, silenceTime)
		if err != nil {
			return err
		}
		switch m.Type {
		case typePing:
			s.send(message{Type: typePong})
		case typePong:
		case typeEcho:
			s.line.Load().Echo(s.peer, m.On)
		case typeOffer:
			err = s.renegotiate(ctx, m.SDP)
		default:
			err = &ended{code: CodeBadMessage, err: errors.New("a second hello")}
		}
		if err != nil {
			return err
		}
	}
}

func (s *Session) next(ctx context.Context, patience time.Duration) (message, error) {
	// A timer, not a deadline: the page shall be told.
	slow := time.AfterFunc(patience, func() {
		if patience == helloTime {
			s.cancel(&ended{code: CodeBadMessage, err: errors.New("no hello")})
			return
		}
		s.End(CodeTimeout)
	})
	defer slow.Stop()
	kind, data, err := s.conn.Read(ctx)
	if err != nil {
		if errors.Is(err, websocket.ErrMessageTooBig) {
			return message{}, &ended{code: CodeBadMessage, err: err}
		}
		return message{}, err
	}
	s.answered.Store(true)
	if !s.limit.Allow() {
		return message{}, &ended{code: CodeTooFast}
	}
	return decode(kind, data)
}

// hello checks the token, opens the peer connection and enters the session.
func (s *Session) hello(ctx context.Context, m message) error {
	s.began = time.Now()
	claims, err := s.server.o.Verifier.Verify(m.Token)
	if err != nil {
		return &ended{code: CodeBadToken, err: err}
	}
	s.agent, s.id = claims.Agent, claims.Session
	s.log = s.log.With("agent", s.agent, "session", s.id)
	desk := s.server.o.Desk
	p, sdp, err := s.server.o.Gateway.Open(ctx, peer.Config{
		Offer: m.SDP, Only: desk.Codec(s.agent), Changed: s.changed,
		Audio: s.audio,
	})
	if err != nil {
		return offerError(err)
	}
	s.stateMu.Lock()
	s.peer, s.ready = p, true
	s.stateMu.Unlock()
	s.send(message{Type: typeAnswer, SDP: sdp})
	s.line.Store(desk.Enter(s))
	s.server.follow(s, true)
	s.log.Info("phone session entered")
	s.changed()
	return nil
}

// audio takes the packets of the page's microphone.
func (s *Session) audio(p *peer.Peer, packet []byte) {
	if l := s.line.Load(); l != nil {
		l.FromBrowser(p, packet)
	}
}

func (s *Session) renegotiate(ctx context.Context, sdp string) error {
	answer, err := s.peer.Renegotiate(ctx, sdp)
	if err != nil {
		return offerError(err)
	}
	s.send(message{Type: typeAnswer, SDP: answer})
	return nil
}

func offerError(err error) error {
	if errors.Is(err, peer.ErrBadOffer) {
		return &ended{code: CodeBadOffer, err: err}
	}
	return &ended{code: CodeFailed, err: err}
}

// changed looks at how the connection is now and tells page and desk of a change.
func (s *Session) changed() {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	if !s.ready {
		return
	}
	was, is := s.state, s.peer.State()
	if s.state = is; was == is {
		return
	}
	desk := s.server.o.Desk
	switch is {
	case peer.Connected:
		if was == peer.Connecting {
			s.server.setUp.Observe(time.Since(s.began).Seconds())
		}
		s.send(message{Type: typeConnected})
		desk.Connected(s, true)
	case peer.Disconnected:
		s.send(message{Type: typeDisconnected})
	case peer.Lost:
		if was != peer.Disconnected {
			s.send(message{Type: typeDisconnected})
		}
		desk.Connected(s, false)
	case peer.Connecting:
	}
}

// send queues m for the page and never blocks.
func (s *Session) send(m any) {
	s.queueMu.Lock()
	defer s.queueMu.Unlock()
	if len(s.pending) >= maxPending {
		s.End(CodeTimeout)
		return
	}
	s.pending = append(s.pending, m)
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// write sends what is queued, and pings, until ctx ends.
func (s *Session) write(ctx context.Context) {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	quality := time.NewTicker(qualityEvery)
	defer quality.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ping.C:
			s.send(message{Type: typePing})
		case <-quality.C:
			s.tellQuality()
		case <-s.wake:
		}
		s.queueMu.Lock()
		batch := s.pending
		s.pending = nil
		s.queueMu.Unlock()
		for _, m := range batch {
			writeCtx, cancel := context.WithTimeout(context.Background(), writeTime)
			err := s.writeOne(writeCtx, m)
			cancel()
			if err != nil {
				s.cancel(err)
				return
			}
		}
	}
}

func (s *Session) writeOne(ctx context.Context, m any) error {
	data, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("signalling: encode: %w", err)
	}
	if err := s.conn.Write(ctx, websocket.MessageText, data); err != nil {
		return fmt.Errorf("signalling: write: %w", err)
	}
	return nil
}

var _ relay.Browser = (*peer.Peer)(nil)
