package phone

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"
)

// legPattern is what a leg id may look like.
var legPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

const legHeader = "X-Bellhop-Leg"

// invite keeps its goroutine for the life of the leg.
func (s *Server) invite(req *sip.Request, tx sip.ServerTransaction) {
	if tag, ok := tagOf(req); ok && tag != "" {
		s.reinvite(req, tx)
		return
	}
	leg, status := s.newLeg(req, tx)
	if status == 0 {
		defer s.running.Done()
		status = s.offerToDesk(leg)
	}
	if status != 0 {
		s.invites.WithLabelValues(strconv.Itoa(status)).Inc()
		s.respond(tx, req, status)
		return
	}
	s.invites.WithLabelValues(strconv.Itoa(sip.StatusRinging)).Inc()
	if err := leg.dialog.Respond(sip.StatusRinging, reasons[sip.StatusRinging], nil); err != nil {
		leg.end()
		s.o.Log.Warn("leg ended before it rang", "leg", leg.id, "agent", leg.agent, "err", err)
		return
	}
	leg.run(s.stop)
}

// newLeg reads an INVITE and reserves what its leg needs. A status other than 0
// refuses it.
func (s *Server) newLeg(req *sip.Request, tx sip.ServerTransaction) (*Leg, int) {
	header, call := req.GetHeader(legHeader), req.CallID()
	if header == nil || call == nil || !legPattern.MatchString(header.Value()) {
		return nil, sip.StatusBadRequest
	}
	o, err := readOffer(req.Body())
	if err != nil {
		s.o.Log.Warn("leg refused", "leg", header.Value(), "err", err)
		return nil, sip.StatusNotAcceptableHere
	}
	l := &Leg{
		id: header.Value(), agent: req.Recipient.User, call: call.Value(), server: s, offer: o, tx: tx,
		pickUp: make(chan *answer), hangUp: make(chan struct{}),
		settled: make(chan struct{}), acked: make(chan struct{}), running: make(chan struct{}),
	}
	if l.dialog, err = s.dialogs.ReadInvite(req, tx); err != nil {
		return nil, sip.StatusBadRequest
	}
	// Nobody is between Asterisk and us, and our BYE goes nowhere else.
	for l.dialog.InviteRequest.RemoveHeader("Record-Route") {
	}
	if l.port, err = s.ports.Open(); err != nil {
		s.o.Log.Error("leg refused", "leg", l.id, "err", err)
		return nil, sip.StatusServiceUnavailable
	}
	if err = l.port.SetRemote(o.remote); err != nil {
		l.port.Close()
		s.o.Log.Warn("leg refused", "leg", l.id, "err", err)
		return nil, sip.StatusNotAcceptableHere
	}
	if status := s.remember(l); status != 0 {
		l.port.Close()
		return nil, status
	}
	return l, 0
}

func (s *Server) remember(l *Leg) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return sip.StatusServiceUnavailable
	}
	if _, taken := s.legs[l.call]; taken {
		return statusLoop
	}
	s.legs[l.call] = l
	s.running.Add(1)
	return 0
}

func (s *Server) forget(l *Leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.legs[l.call] == l {
		delete(s.legs, l.call)
	}
}

// offerToDesk asks the desk to take the leg. A leg that is in the way is asked
// after first: Asterisk may have died and come back without it.
func (s *Server) offerToDesk(l *Leg) int {
	err := s.desk.Ring(l)
	if errors.Is(err, ErrBusy) && s.clear(l.agent, l) {
		err = s.desk.Ring(l)
	}
	if err == nil {
		return 0
	}
	l.port.Close()
	s.forget(l)
	s.o.Log.Info("leg refused", "leg", l.id, "agent", l.agent, "err", err)
	switch {
	case errors.Is(err, ErrBusy):
		return sip.StatusBusyHere
	case errors.Is(err, ErrNoCodec):
		return sip.StatusNotAcceptableHere
	default:
		return sip.StatusTemporarilyUnavailable
	}
}

// clear ends legs of the agent that Asterisk does not know any more, and tells
// whether there were any.
func (s *Server) clear(agent string, but *Leg) bool {
	s.mu.Lock()
	var stale []*Leg
	for _, l := range s.legs {
		if l != but && l.agent == agent {
			stale = append(stale, l)
		}
	}
	s.mu.Unlock()
	cleared := false
	for _, l := range stale {
		if !l.forgotten() {
			continue
		}
		s.o.Log.Warn("leg is unknown to Asterisk, ended", "leg", l.id, "agent", l.agent)
		l.HangUp()
		select {
		case <-l.running:
			cleared = true
		case <-time.After(byeTime):
		}
	}
	return cleared
}

// forgotten asks Asterisk with an OPTIONS in the dialog (RFC 3261 section 11).
// Only the clear answer 481 counts.
func (l *Leg) forgotten() bool {
	select {
	case <-l.acked:
	default:
		return false // Asterisk repeats or cancels what is not confirmed yet
	}
	ctx, cancel := context.WithTimeout(context.Background(), probeTime)
	defer cancel()
	res, err := l.dialog.Do(ctx, sip.NewRequest(sip.OPTIONS, l.dialog.InviteRequest.Contact().Address))
	return err == nil && res.StatusCode == statusUnknownDialog
}

// find returns the leg of a request within a dialog.
func (s *Server) find(req *sip.Request) (*Leg, bool) {
	call := req.CallID()
	id, err := sip.DialogIDFromRequestUAS(req)
	if call == nil || err != nil {
		return nil, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.legs[call.Value()]
	return l, ok && l.dialog.ID == id
}

func (s *Server) ack(req *sip.Request, tx sip.ServerTransaction) {
	if l, ok := s.find(req); ok {
		l.confirm(req, tx)
	}
}

func (s *Server) bye(req *sip.Request, tx sip.ServerTransaction) {
	l, ok := s.find(req)
	if !ok {
		s.respond(tx, req, statusUnknownDialog)
		return
	}
	if err := l.dialog.ReadBye(req, tx); err != nil {
		s.respond(tx, req, sip.StatusInternalServerError)
	}
}

// gone answers a CANCEL that meets no transaction.
func (s *Server) gone(req *sip.Request, tx sip.ServerTransaction) {
	s.respond(tx, req, statusUnknownDialog)
}

func (s *Server) reinvite(req *sip.Request, tx sip.ServerTransaction) {
	l, ok := s.find(req)
	if !ok {
		s.respond(tx, req, statusUnknownDialog)
		return
	}
	if err := l.dialog.ReadRequest(req, tx); err != nil {
		s.respond(tx, req, sip.StatusInternalServerError)
		return
	}
	body, err := l.renew(req)
	if err != nil {
		s.o.Log.Warn("re-INVITE refused", "leg", l.id, "err", err)
		s.respond(tx, req, sip.StatusNotAcceptableHere)
		return
	}
	res := sip.NewSDPResponseFromRequest(req, body)
	res.AppendHeader(&s.contact)
	if err := tx.Respond(res); err != nil {
		s.o.Log.Warn("re-INVITE not answered", "leg", l.id, "err", err)
	}
}

// tagOf returns the tag of the To header, which a request within a dialog has.
func tagOf(req *sip.Request) (string, bool) {
	to := req.To()
	if to == nil {
		return "", false
	}
	return to.Params.Get("tag")
}
