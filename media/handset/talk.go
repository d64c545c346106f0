package handset

import (
	"context"
	"time"

	"github.com/emiago/sipgo/sip"
)

// talk waits for the end of an answered call.
func (s *Session) talk(ctx context.Context) End {
	var enough <-chan time.Time
	if s.call.HangUpAfter > 0 {
		timer := time.NewTimer(s.call.HangUpAfter)
		defer timer.Stop()
		enough = timer.C
	}
	end := End{By: Us, Answered: true}
	select {
	case bye := <-s.bye:
		end.By = Them
		end.Cause, end.Reason = readReason(bye.GetHeaders("Reason"))
		if end.Reason == "" {
			end.Reason = "hung up"
		}
		return end
	case <-enough:
		end.Reason = "hung up after " + s.call.HangUpAfter.String()
	case <-s.hangup:
		end.Reason = "hung up"
	case <-ctx.Done():
		end.Reason = "hung up"
	}
	s.sayGoodbye()
	return end
}

// sayGoodbye sends BYE and waits a little for the answer, whatever it is.
func (s *Session) sayGoodbye() {
	tx, err := s.phone.request(context.Background(), s.within(sip.BYE, 0))
	if err != nil {
		s.phone.opts.Log.Warn("BYE not sent", "call", s.callID, "error", err)
		return
	}
	defer tx.Terminate()
	deadline := time.Now().Add(goodbyePatience)
	for {
		res := awaitResponse(tx, time.Until(deadline))
		if res == nil {
			s.phone.opts.Log.Warn("BYE not answered", "call", s.callID)
			return
		}
		if !res.IsProvisional() {
			return
		}
	}
}

func (s *Session) onBye(req *sip.Request) {
	select {
	case s.bye <- req:
	default: // said it twice
	}
}

func (s *Session) onAck(req *sip.Request) {
	select {
	case s.acks <- req:
	default: // nobody waits for it: the ACK of a refusal, or a repetition
	}
}

// onReinvite answers a change of the call (RFC 3261 section 14.2): another
// address, hold, resume. One that cannot be agreed on changes nothing.
func (s *Session) onReinvite(req *sip.Request, tx sip.ServerTransaction) {
	select {
	case <-s.answered:
	default:
		s.phone.respond(tx, req, sip.StatusRequestPending, "Request Pending")
		return
	}
	var theirs *media
	if len(req.Body()) > 0 {
		agreed, err := understand(req.Body())
		if err != nil {
			s.phone.respond(tx, req, sip.StatusNotAcceptableHere, "Not Acceptable Here")
			return
		}
		theirs = &agreed
	}
	if !s.reinviting.CompareAndSwap(false, true) {
		s.phone.respond(tx, req, sip.StatusRequestPending, "Request Pending")
		return
	}
	agreed := s.renegotiate(req, tx, theirs)
	s.reinviting.Store(false)
	if agreed {
		s.emit(Event{Kind: Renegotiated})
	}
}

// renegotiate answers a re-INVITE with what was understood of its offer; one
// without an offer gets ours, and their answer comes in the ACK.
func (s *Session) renegotiate(req *sip.Request, tx sip.ServerTransaction, theirs *media) (agreed bool) {
	s.retarget(req)
	version := s.nextVersion()
	if theirs != nil {
		s.agree(*theirs)
		answer := describe(s.RTPAddr(), version, theirs.event, theirs.answerDirection(),
			codecPayload{theirs.codec, theirs.payload})
		return s.accept(req, tx, answer) != nil
	}
	ack := s.accept(req, tx, s.offer(s.RTPAddr()))
	if ack == nil {
		return false
	}
	answer, err := understand(ack.Body())
	if err != nil {
		s.phone.opts.Log.Warn("re-INVITE came to nothing", "call", s.callID, "error", err)
		return false
	}
	s.agree(answer)
	return true
}

func (s *Session) agree(agreed media) {
	s.mouth.agree(agreed)
	s.ear.agree(agreed, time.Now())
}

// accept sends the 200 of a re-INVITE, again until its ACK comes (RFC 3261
// section 13.3.1.4), and returns the ACK. Without one the call is hung up.
func (s *Session) accept(req *sip.Request, tx sip.ServerTransaction, body []byte) *sip.Request {
	select {
	case <-s.acks: // of something earlier
	default:
	}
	res := sip.NewResponseFromRequest(req, sip.StatusOK, "OK", body)
	res.AppendHeader(s.contact())
	res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	deadline := time.NewTimer(64 * sip.T1)
	defer deadline.Stop()
	interval := sip.T1
	for {
		if err := tx.Respond(res); err != nil {
			s.phone.opts.Log.Warn("re-INVITE not answered", "call", s.callID, "error", err)
			return nil
		}
		repeat := time.NewTimer(interval)
		select {
		case ack := <-s.acks:
			repeat.Stop()
			if ack.CSeq() != nil && req.CSeq() != nil && ack.CSeq().SeqNo == req.CSeq().SeqNo {
				return ack
			}
		case <-s.done:
			repeat.Stop()
			return nil
		case <-deadline.C:
			repeat.Stop()
			s.HangUp()
			return nil
		case <-repeat.C:
			interval = min(2*interval, sip.T2)
		}
	}
}

func (s *Session) retarget(req *sip.Request) {
	if contact := req.Contact(); contact != nil {
		s.dialogMu.Lock()
		s.dialog.target = *contact.Address.Clone()
		s.dialogMu.Unlock()
	}
}

func (s *Session) nextVersion() uint64 {
	s.dialogMu.Lock()
	defer s.dialogMu.Unlock()
	s.version++
	return s.version
}
