package carrier

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

const (
	byCaller  = "caller"
	byCarrier = "carrier"
	// byeTime bounds the wait for the answer to a BYE.
	byeTime = 2 * time.Second
)

// line is one call.
type line struct {
	carrier *Carrier
	plan    plan
	entry   *entry
	dialog  *sipgo.DialogServerSession
	tx      sip.ServerTransaction
	sound   *sound
	acked   chan struct{} // closed when the caller has confirmed the answer
	ack     sync.Once
}

// run carries the call from its arrival to its end.
func (l *line) run() {
	l.entry.listen(l.sound.level)
	status, by := l.ring()
	if status == sip.StatusOK {
		by = l.talk()
	} else if status != 0 {
		l.carrier.respond(l.tx, l.dialog.InviteRequest, status, l.plan.cause)
	}
	l.entry.listen(nil)
	l.sound.close()
	l.entry.ended(status, by)
}

// ring is the call until it is answered (200), to be refused with another status, or given up by the caller (0).
func (l *line) ring() (status int, by string) {
	switch {
	case l.plan.refuse != 0:
		return l.plan.refuse, byCarrier
	case l.plan.early:
		l.sound.speak(earlyHz)
		l.progress(sip.StatusSessionInProgress, l.sound.formats.Load().answer(l.sound.local()))
	case l.plan.answer != 0:
		l.progress(sip.StatusRinging, nil)
	}
	l.entry.change(func(r *Record) { r.State = Ringing })
	var due <-chan time.Time
	if l.plan.answer >= 0 {
		timer := time.NewTimer(l.plan.answer)
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-due:
	case <-l.dialog.Context().Done():
		return 0, byCaller
	case <-l.carrier.stop:
		return sip.StatusServiceUnavailable, byCarrier
	}
	if err := l.answer(); err != nil {
		l.carrier.log.Debug("call not answered", "call", l.entry.record.ID, "err", err)
		return 0, byCaller
	}
	return sip.StatusOK, ""
}

// progress sends a provisional answer; if the caller gave up meanwhile, its end shows elsewhere.
func (l *line) progress(status int, body []byte) {
	var headers []sip.Header
	if body != nil {
		headers = append(headers, sip.NewHeader("Content-Type", "application/sdp"))
	}
	if err := l.dialog.Respond(status, reasons[status], body, headers...); err != nil {
		l.carrier.log.Debug("SIP response not sent", "status", status, "err", err)
	}
}

var errNotConfirmed = errors.New("carrier: the caller did not confirm the answer")

// answer sends the 200 until it is confirmed, as RFC 3261 section 13.3.1.4 wants.
func (l *line) answer() error {
	if l.plan.echo {
		l.sound.sendBack()
	} else {
		l.sound.speak(l.plan.hz)
	}
	res := sip.NewSDPResponseFromRequest(l.dialog.InviteRequest, l.sound.formats.Load().answer(l.sound.local()))
	res.AppendHeader(&l.carrier.contact)
	l.dialog.InviteResponse = res
	deadline, again := time.NewTimer(64*sip.T1), time.NewTimer(0)
	defer deadline.Stop()
	defer again.Stop()
	for wait := sip.T1; ; wait = min(2*wait, sip.T2) {
		select {
		case <-again.C:
			if err := l.tx.Respond(res); err != nil {
				return fmt.Errorf("carrier: answer: %w", err)
			}
			again.Reset(wait)
		case <-l.acked:
			now := time.Now()
			l.entry.change(func(r *Record) { r.State, r.Status, r.AnsweredAt = Up, sip.StatusOK, &now })
			return nil
		case <-l.dialog.Context().Done():
			return errNotConfirmed
		case <-l.carrier.stop:
			return errors.Join(errNotConfirmed, l.bye())
		case <-deadline.C:
			return errors.Join(errNotConfirmed, l.bye())
		}
	}
}

// talk is the answered call until its end.
func (l *line) talk() (by string) {
	var due <-chan time.Time
	if l.plan.hangUp > 0 {
		timer := time.NewTimer(l.plan.hangUp)
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-l.dialog.Context().Done():
		return byCaller
	case <-due:
	case <-l.carrier.stop:
	}
	if err := l.bye(); err != nil {
		l.carrier.log.Debug("BYE not answered", "err", err)
	}
	return byCarrier
}

func (l *line) bye() error {
	ctx, cancel := context.WithTimeout(context.Background(), byeTime)
	defer cancel()
	if err := l.dialog.Bye(ctx); err != nil {
		return fmt.Errorf("carrier: bye: %w", err)
	}
	return nil
}

// key notes a key that was received.
func (e *entry) key(k byte) {
	e.change(func(r *Record) {
		if r.Keys += string(k); len(r.Keys) > maxKeys {
			r.Keys = r.Keys[1:]
		}
	})
}

func (e *entry) ended(status int, by string) {
	now := time.Now()
	e.change(func(r *Record) {
		if status == 0 {
			status = sip.StatusRequestTerminated
		}
		if r.Status == 0 {
			r.Status = status
		}
		r.State, r.EndedBy, r.EndedAt = Ended, by, &now
	})
}
