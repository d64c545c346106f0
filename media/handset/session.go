package handset

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"bellhop/media/audio"
)

// Session is one call of a telephone. It is safe for concurrent use.
type Session struct {
	phone    *Phone
	call     Call
	host     string
	server   netip.AddrPort
	callID   string
	localTag string
	rtp      *net.UDPConn
	ear      *ear
	mouth    *mouth

	hangup     chan struct{}
	hangupOnce sync.Once
	bye        chan *sip.Request
	acks       chan *sip.Request
	answered   chan struct{}
	done       chan struct{}
	end        End // set before done is closed

	eventMu sync.Mutex

	dialogMu   sync.Mutex // guards what a re-INVITE may change
	dialog     dialog
	version    uint64 // of our SDP
	reinviting atomic.Bool
	invite     *sip.Request // what was sent; read only from then on
	media      sync.WaitGroup
}

// Dial sends the INVITE and returns the session at once; what comes of it is
// told by the session. The call is hung up when ctx ends. An error means that
// nothing was sent.
func (p *Phone) Dial(ctx context.Context, call Call) (*Session, error) {
	if err := call.validate(); err != nil {
		return nil, err
	}
	host, server, err := call.server()
	if err != nil {
		return nil, err
	}
	rtp, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(p.opts.LocalIP, 0)))
	if err != nil {
		return nil, fmt.Errorf("handset: %w", err)
	}
	s := &Session{
		phone: p, call: call, host: host, server: server,
		callID: uuid.NewString(), localTag: sip.GenerateTagN(16), rtp: rtp, version: 1,
		hangup: make(chan struct{}), bye: make(chan *sip.Request, 1), acks: make(chan *sip.Request, 1),
		answered: make(chan struct{}), done: make(chan struct{}),
	}
	s.mouth = newMouth(rtp, call.Speak)
	s.ear, err = newEar(&call, s.emit)
	if err == nil {
		err = p.add(s)
	}
	if err != nil {
		return nil, errors.Join(err, rtp.Close())
	}
	s.invite = s.inviteTo(s.RTPAddr())
	tx, err := p.request(context.WithoutCancel(ctx), s.invite)
	if err != nil {
		p.remove(s)
		close(s.done) // the telephone may be waiting for it already
		return nil, errors.Join(fmt.Errorf("handset: send INVITE: %w", err), rtp.Close())
	}
	s.emit(Event{Kind: Calling})
	go s.run(ctx, tx)
	return s, nil
}

// HangUp ends the call: with CANCEL before the answer, with BYE after it. It
// returns at once; see [Session.Done]. It may be called more than once.
func (s *Session) HangUp() { s.hangupOnce.Do(func() { close(s.hangup) }) }

// Answered is closed when the call has been answered.
func (s *Session) Answered() <-chan struct{} { return s.answered }

// Done is closed when the call is over and everything of it is cleaned up.
func (s *Session) Done() <-chan struct{} { return s.done }

// End tells how the call ended; it is nil until [Session.Done] is closed.
func (s *Session) End() *End {
	select {
	case <-s.done:
		end := s.end
		return &end
	default:
		return nil
	}
}

// AwaitAnswer returns nil when the call is answered, the [End] as an error if it
// ended without that, or ctx's error. A call that was answered and is over counts as answered.
func (s *Session) AwaitAnswer(ctx context.Context) error {
	select {
	case <-s.answered:
		return nil
	case <-s.done:
		if s.end.Answered {
			return nil
		}
		return s.End()
	case <-ctx.Done():
		return fmt.Errorf("wait for an answer: %w", context.Cause(ctx))
	}
}

// AwaitEnd returns how the call ended, or ctx's error.
func (s *Session) AwaitEnd(ctx context.Context) (*End, error) {
	select {
	case <-s.done:
		return s.End(), nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the end of the call: %w", context.Cause(ctx))
	}
}

// CallID returns the Call-ID that the call has in SIP.
func (s *Session) CallID() string { return s.callID }

// RTPAddr returns the address at which this call's sound is received.
func (s *Session) RTPAddr() netip.AddrPort { return addrOf(s.rtp) }

// emit tells the caller of an event. Events of one call come one at a time.
func (s *Session) emit(e Event) {
	e.At = time.Now()
	s.eventMu.Lock()
	defer s.eventMu.Unlock()
	s.call.OnEvent(e)
}

// run carries the call from the INVITE to its end.
func (s *Session) run(ctx context.Context, tx sip.ClientTransaction) {
	mediaCtx, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	end := s.ring(ctx, mediaCtx, tx)
	if end.Answered {
		end = s.talk(ctx)
		tx.Terminate()
	}
	stop(ErrOver)
	if err := s.rtp.Close(); err != nil {
		s.phone.opts.Log.Warn("close RTP socket", "error", err)
	}
	s.media.Wait()
	end.RecordErr = s.ear.close()
	end.At = time.Now()
	s.end = end
	s.phone.remove(s)
	s.emit(Event{Kind: Ended, Reason: end.Reason, Status: end.Status})
	close(s.done)
}

// startMedia lets sound flow as agreed; called again, it only changes the agreement.
func (s *Session) startMedia(ctx context.Context, agreed media) {
	s.ear.agree(agreed, time.Now())
	if started := s.mouth.agree(agreed); started {
		return
	}
	s.media.Go(func() { s.ear.listen(s.rtp) })
	s.media.Go(func() { s.speak(ctx) })
}

// speak sends a frame every 20 ms until ctx ends. The same beat tells the ear
// the time, so that silence is heard when nothing comes.
func (s *Session) speak(ctx context.Context) {
	pacer := audio.NewPacer(audio.FrameDuration)
	for {
		due, err := pacer.Wait(ctx)
		if err != nil {
			s.mouth.stop()
			return
		}
		s.mouth.tick(due)
		s.ear.idle(time.Now())
	}
}

// SendDTMF presses keys (0-9, *, #, A-D; a comma waits half a second) one after the other as
// telephone events (RFC 4733) and returns when the last one has been sent.
// Only one goroutine's keys are pressed at a time.
func (s *Session) SendDTMF(ctx context.Context, keys string) error {
	presses, err := keyPresses(keys)
	if err != nil {
		return err
	}
	select {
	case <-s.answered:
	default:
		return ErrNotAnswered
	}
	for _, press := range presses {
		if err := s.mouth.press(ctx, press, s.done); err != nil {
			return fmt.Errorf("press %q: %w", press.key, err)
		}
		if press.key != pause {
			s.emit(Event{Kind: KeyPressed, Key: press.key})
		}
	}
	return nil
}

// The errors of [Session.SendDTMF], besides those of its context.
var (
	ErrNotAnswered = errors.New("the call has not been answered")
	ErrNoDTMF      = errors.New("the other side takes no telephone events")
	ErrOver        = errors.New("the call is over")
)
