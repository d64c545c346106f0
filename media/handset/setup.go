package handset

import (
	"context"
	"errors"
	"time"

	"github.com/emiago/sipgo/sip"
)

// ring waits for what comes of the INVITE. The End it returns counts only if
// it is not Answered.
func (s *Session) ring(ctx, mediaCtx context.Context, tx sip.ClientTransaction) End {
	reply := time.NewTimer(s.call.ReplyTimeout)
	defer reply.Stop()
	var patience <-chan time.Time
	if s.call.AnswerTimeout > 0 {
		timer := time.NewTimer(s.call.AnswerTimeout)
		defer timer.Stop()
		patience = timer.C
	}
	provisional := false
	for {
		select {
		case res := <-tx.Responses():
			reply.Stop()
			if !res.IsProvisional() {
				return s.final(mediaCtx, tx, res)
			}
			provisional = true
			s.provisional(mediaCtx, res)
		case <-tx.Done():
			return lost(tx)
		case <-reply.C:
			tx.Terminate()
			return End{By: Nobody, Reason: "nothing answers at " + s.server.String()}
		case <-patience:
			return s.cancel(tx, provisional, End{By: Us, Reason: "not answered in " + s.call.AnswerTimeout.String()})
		case <-s.hangup:
			return s.cancel(tx, provisional, End{By: Us, Reason: "hung up before the answer"})
		case <-ctx.Done():
			return s.cancel(tx, provisional, End{By: Us, Reason: "hung up before the answer"})
		}
	}
}

func lost(tx sip.ClientTransaction) End {
	if err := tx.Err(); err != nil && !errors.Is(err, sip.ErrTransactionTimeout) {
		return End{By: Nobody, Reason: "network: " + err.Error()}
	}
	return End{By: Nobody, Reason: "no answer from the server"}
}

func (s *Session) provisional(mediaCtx context.Context, res *sip.Response) {
	event := Event{Kind: Progress, Status: res.StatusCode, Reason: res.Reason}
	switch res.StatusCode {
	case sip.StatusTrying:
		return
	case sip.StatusRinging:
		event.Kind = Ringing
	}
	if len(res.Body()) == 0 {
		s.emit(event)
		return
	}
	if event.Kind == Ringing {
		s.emit(event)
	}
	agreed, err := understand(res.Body())
	if err != nil {
		s.phone.opts.Log.Warn("early media refused", "call", s.callID, "error", err)
		return
	}
	event.Kind = EarlyMedia
	s.emit(event)
	s.startMedia(mediaCtx, agreed)
}

// final handles the final answer to the INVITE.
func (s *Session) final(mediaCtx context.Context, tx sip.ClientTransaction, res *sip.Response) End {
	if !res.IsSuccess() {
		return refusal(res)
	}
	if err := s.acknowledge(tx, res); err != nil {
		tx.Terminate()
		return End{By: Nobody, Reason: "network: " + err.Error()}
	}
	agreed, err := understand(res.Body())
	if err != nil {
		s.sayGoodbye()
		tx.Terminate()
		return End{By: Us, Status: res.StatusCode, Reason: err.Error()}
	}
	s.startMedia(mediaCtx, agreed)
	s.mouth.begin()
	s.emit(Event{Kind: Answered, Status: res.StatusCode, Reason: res.Reason})
	close(s.answered)
	return End{Answered: true}
}

// acknowledge sends the ACK of a 200, and again for every repetition of it
// (RFC 3261 section 13.2.2.4).
func (s *Session) acknowledge(tx sip.ClientTransaction, res *sip.Response) error {
	s.establish(res)
	ack := s.within(sip.ACK, s.invite.CSeq().SeqNo)
	again := ack.Clone()
	tx.OnRetransmission(func(*sip.Response) {
		if err := s.phone.write(again.Clone()); err != nil {
			s.phone.opts.Log.Warn("ACK not repeated", "call", s.callID, "error", err)
		}
	})
	return s.phone.write(ack)
}

// cancel takes the INVITE back. A 200 that crosses the CANCEL is acknowledged
// and hung up, so that nobody is left talking to nobody.
func (s *Session) cancel(tx sip.ClientTransaction, provisional bool, end End) End {
	if !provisional {
		switch res := awaitResponse(tx, cancelPatience); {
		case res == nil: // RFC 3261 section 9.1 forbids a CANCEL now
			tx.Terminate()
			return end
		case !res.IsProvisional():
			return s.tooLate(tx, res, end)
		}
	}
	cancel, err := s.phone.request(context.Background(), s.newCancel())
	if err != nil {
		s.phone.opts.Log.Warn("CANCEL not sent", "call", s.callID, "error", err)
	} else {
		defer cancel.Terminate()
		go drain(cancel)
	}
	deadline := time.Now().Add(goodbyePatience)
	for {
		switch res := awaitResponse(tx, time.Until(deadline)); {
		case res == nil:
			tx.Terminate()
			return end
		case !res.IsProvisional():
			return s.tooLate(tx, res, end)
		}
	}
}

// tooLate handles the final answer to an INVITE that was taken back.
func (s *Session) tooLate(tx sip.ClientTransaction, res *sip.Response, end End) End {
	if !res.IsSuccess() {
		if res.StatusCode != sip.StatusRequestTerminated {
			return refusal(res)
		}
		end.Status = res.StatusCode
		end.Cause, _ = readReason(res.GetHeaders("Reason"))
		return end
	}
	if err := s.acknowledge(tx, res); err == nil {
		s.sayGoodbye()
	}
	tx.Terminate()
	return end
}

// awaitResponse returns the next response, or nil if none comes in time.
func awaitResponse(tx sip.ClientTransaction, patience time.Duration) *sip.Response {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case res := <-tx.Responses():
		return res
	case <-tx.Done():
	case <-timer.C:
	}
	return nil
}

// drain takes the responses of a transaction whose outcome does not matter:
// sipgo waits for somebody to take them.
func drain(tx sip.ClientTransaction) {
	for {
		select {
		case <-tx.Responses():
		case <-tx.Done():
			return
		}
	}
}
