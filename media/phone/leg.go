package phone

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"bellhop/media/relay"
)

// What PickUp can fail with.
var (
	// ErrEnded says that the leg is over, or does not ring any more.
	ErrEnded = errors.New("phone: the leg does not ring")
	// ErrNotConfirmed says that Asterisk has not acknowledged the answer.
	ErrNotConfirmed = errors.New("phone: Asterisk did not confirm the answer")
)

// Leg is one call of Asterisk to an agent.
type Leg struct {
	id, agent, call string
	server          *Server
	offer           offer
	dialog          *sipgo.DialogServerSession
	tx              sip.ServerTransaction
	port            *relay.Port

	pickUp  chan *answer
	hangUp  chan struct{}
	hang    sync.Once
	settled chan struct{} // closed when it rings no more
	acked   chan struct{} // closed when Asterisk has confirmed the answer
	ack     sync.Once
	running chan struct{} // closed when the leg has ended

	mu      sync.Mutex
	line    *relay.Line // while it is joined
	formats relay.Formats
	version int
}

// answer is an order to answer the leg.
type answer struct {
	line  *relay.Line
	codec relay.Codec
	done  chan error
}

// ID is the leg's id in call control.
func (l *Leg) ID() string { return l.id }

// Agent is the id of the agent who is called.
func (l *Leg) Agent() string { return l.agent }

// Speaks tells whether Asterisk offered the codec.
func (l *Leg) Speaks(c relay.Codec) bool { return slices.Contains(l.offer.codecs, c) }

// PickUp answers the leg and joins it with the line, so that audio flows the
// moment the answer is sent. It returns when Asterisk has confirmed it; for a leg
// that is up already it does nothing. The error is ErrEnded or ErrNotConfirmed.
func (l *Leg) PickUp(ctx context.Context, line *relay.Line, c relay.Codec) error {
	a := &answer{line: line, codec: c, done: make(chan error, 1)}
	select {
	case l.pickUp <- a:
	case <-l.settled:
	}
	select {
	case err := <-a.done:
		return err
	case <-l.acked:
		return nil
	case <-l.running:
		return ErrEnded
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrNotConfirmed, ctx.Err())
	}
}

// HangUp ends the leg from our side: 480 while it rings, BYE when it is up. It
// returns at once.
func (l *Leg) HangUp() { l.hang.Do(func() { close(l.hangUp) }) }

// run lives as long as the leg does.
func (l *Leg) run(stop <-chan struct{}) {
	defer l.end()
	order, status := l.ring(stop)
	close(l.settled)
	if status != 0 {
		l.end()
		l.refuse(status)
		return
	}
	if order == nil {
		return
	}
	err := l.accept(order, stop)
	order.done <- err
	switch {
	case err == nil:
		err = l.talk(stop)
	case errors.Is(err, ErrNotConfirmed):
		err = errors.Join(err, l.bye())
	}
	if err != nil {
		l.server.o.Log.Warn("leg failed", "leg", l.id, "agent", l.agent, "err", err)
	}
}

// ring waits until the leg is answered (order), ended by Asterisk (neither), or
// to be refused with a status.
func (l *Leg) ring(stop <-chan struct{}) (order *answer, status int) {
	select {
	case order = <-l.pickUp:
		return order, 0
	case <-l.dialog.Context().Done():
		return nil, 0
	case <-l.hangUp:
		return nil, sip.StatusTemporarilyUnavailable
	case <-stop:
		return nil, sip.StatusServiceUnavailable
	}
}

func (l *Leg) refuse(status int) {
	if err := l.tx.Respond(sip.NewResponseFromRequest(l.dialog.InviteRequest, status, reasons[status], nil)); err != nil {
		// Asterisk cancelled it in the same moment.
		l.server.o.Log.Debug("leg not refused", "leg", l.id, "status", status, "err", err)
	}
}

// accept sends the 200 and waits for the ACK, repeating the 200 as RFC 3261
// section 13.3.1.4 wants. sipgo's own way would not end before the ACK.
func (l *Leg) accept(order *answer, stop <-chan struct{}) error {
	body, err := l.join(order)
	if err != nil {
		l.refuse(sip.StatusNotAcceptableHere)
		return err
	}
	res := sip.NewSDPResponseFromRequest(l.dialog.InviteRequest, body)
	res.AppendHeader(&l.server.contact)
	l.dialog.InviteResponse = res
	began := time.Now()
	deadline := time.NewTimer(64 * sip.T1)
	defer deadline.Stop()
	again := time.NewTimer(0)
	defer again.Stop()
	for wait := sip.T1; ; {
		select {
		case <-again.C:
			if err := l.tx.Respond(res); err != nil {
				return fmt.Errorf("%w: %w", ErrEnded, err)
			}
			again.Reset(wait)
			wait = min(2*wait, sip.T2)
		case <-l.acked:
			l.server.answers.Observe(time.Since(began).Seconds())
			l.server.desk.Up(l)
			return nil
		case <-l.dialog.Context().Done():
			return ErrEnded
		case <-deadline.C:
			return ErrNotConfirmed
		case <-stop:
			deadline.Reset(sip.T1)
			stop = nil
		}
	}
}

// join opens the way for the audio and returns the SDP that says so.
func (l *Leg) join(order *answer) ([]byte, error) {
	if !l.Speaks(order.codec) {
		return nil, errNotAcceptable
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.formats = relay.Formats{Codec: order.codec, Event: l.offer.event}
	l.line = order.line
	l.line.Join(l.port, l.formats)
	return writeAnswer(l.port.Local(), l.formats, l.offer.direction, 1), nil
}

// talk waits for the end of an answered leg, and says BYE if it comes from our side.
func (l *Leg) talk(stop <-chan struct{}) error {
	select {
	case <-l.dialog.Context().Done():
		return nil
	case <-l.hangUp:
	case <-stop:
	}
	return l.bye()
}

func (l *Leg) bye() error {
	ctx, cancel := context.WithTimeout(context.Background(), byeTime)
	defer cancel()
	if err := l.dialog.Bye(ctx); err != nil {
		return fmt.Errorf("phone: bye: %w", err)
	}
	return nil
}

// confirm takes the ACK.
func (l *Leg) confirm(req *sip.Request, tx sip.ServerTransaction) {
	if l.dialog.ReadAck(req, tx) == nil {
		l.ack.Do(func() { close(l.acked) })
	}
}

// renew answers a re-INVITE: the same formats, Asterisk's address as it is now.
func (l *Leg) renew(req *sip.Request) (body []byte, err error) {
	o, err := readOffer(req.Body())
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.line == nil || !slices.Contains(o.codecs, l.formats.Codec) {
		return nil, errNotAcceptable
	}
	if err := l.port.SetRemote(o.remote); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotAcceptable, err)
	}
	l.version++
	return writeAnswer(l.port.Local(), l.formats, o.direction, 1+l.version), nil
}

// end takes the leg out of everything. It may be called twice.
func (l *Leg) end() {
	select {
	case <-l.running:
		return
	default:
	}
	l.mu.Lock()
	line := l.line
	l.line = nil
	l.mu.Unlock()
	if line != nil {
		line.Leave(l.port)
	} else {
		l.port.Close()
	}
	l.server.forget(l)
	close(l.running)
	l.server.desk.Ended(l)
}
