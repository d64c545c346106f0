package media

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"bellhop/media/control"
	"bellhop/media/phone"
	"bellhop/media/relay"
	"bellhop/media/signalling"
)

// desk knows which agent has which page and which leg, and joins the two.
type desk struct {
	log     *slog.Logger
	control *control.Server
	metrics *relay.Metrics

	mu       sync.Mutex
	stations map[string]*station // by agent; only those with a page or a leg
}

// station is one agent's place: his line, his page, his leg.
type station struct {
	line    *relay.Line
	session *signalling.Session
	up      bool // the session is connected, and serve knows

	leg      *phone.Leg
	answered bool
	codec    relay.Codec // the leg's
}

func newDesk(log *slog.Logger, m *relay.Metrics, r prometheus.Registerer) *desk {
	d := &desk{log: log, metrics: m, stations: make(map[string]*station)}
	if r != nil {
		r.MustRegister(&deskCollector{d})
	}
	return d
}

// at returns the agent's station, a new one if he has none.
func (d *desk) at(agent string) *station {
	st, ok := d.stations[agent]
	if !ok {
		st = &station{line: relay.NewLine(d.metrics)}
		d.stations[agent] = st
	}
	return st
}

// tidy forgets a station that nobody uses.
func (d *desk) tidy(agent string) {
	if st := d.stations[agent]; st != nil && st.session == nil && st.leg == nil {
		delete(d.stations, agent)
	}
}

// Codec implements signalling.Desk.
func (d *desk) Codec(agent string) *relay.Codec {
	d.mu.Lock()
	defer d.mu.Unlock()
	if st := d.stations[agent]; st != nil && st.leg != nil {
		c := st.codec
		return &c
	}
	return nil
}

// Enter implements signalling.Desk.
func (d *desk) Enter(s *signalling.Session) *relay.Line {
	d.mu.Lock()
	defer d.mu.Unlock()
	st := d.at(s.Agent())
	if st.session != nil {
		d.remove(st, signalling.CodeReplaced).End(signalling.CodeReplaced)
	}
	st.session = s
	st.line.Attach(s.Browser(), s.Browser().Formats())
	if st.leg != nil {
		s.Leg(st.state(), st.leg.ID())
	}
	return st.line
}

// remove takes the page away from the station and returns it.
func (d *desk) remove(st *station, reason string) *signalling.Session {
	s := st.session
	st.session = nil
	st.line.Detach(s.Browser())
	if st.up {
		st.up = false
		d.control.PhoneDown(s.Agent(), s.ID(), reason)
	}
	return s
}

func (st *station) state() string {
	if st.answered {
		return signalling.LegUp
	}
	return signalling.LegRinging
}

// Connected implements signalling.Desk.
func (d *desk) Connected(s *signalling.Session, up bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	st := d.stations[s.Agent()]
	if st == nil || st.session != s || st.up == up {
		return
	}
	if st.up = up; up {
		d.control.PhoneUp(s.Agent(), s.ID())
	} else {
		d.control.PhoneDown(s.Agent(), s.ID(), "connection_lost")
	}
}

// Stalled implements signalling.Desk.
func (d *desk) Stalled(s *signalling.Session, stalled bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if st := d.stations[s.Agent()]; st == nil || st.session != s {
		return
	}
	if stalled {
		d.control.PhoneStalled(s.Agent(), s.ID())
	} else {
		d.control.PhoneFlows(s.Agent(), s.ID())
	}
}

// Leave implements signalling.Desk.
func (d *desk) Leave(s *signalling.Session, code string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	st := d.stations[s.Agent()]
	if st == nil || st.session != s {
		return
	}
	d.remove(st, code)
	d.tidy(s.Agent())
}

// Ring implements phone.Desk.
func (d *desk) Ring(l *phone.Leg) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	st := d.stations[l.Agent()]
	switch {
	case st == nil, !st.up && st.leg == nil:
		return phone.ErrNoPhone
	case st.leg != nil:
		return phone.ErrBusy
	case !l.Speaks(st.session.Browser().Formats().Codec):
		return phone.ErrNoCodec
	}
	st.leg, st.answered = l, false
	st.codec = st.session.Browser().Formats().Codec
	st.session.Leg(st.state(), l.ID())
	d.log.Info("leg rings", "agent", l.Agent(), "leg", l.ID())
	return nil
}

// Up implements phone.Desk.
func (d *desk) Up(l *phone.Leg) {
	d.mu.Lock()
	defer d.mu.Unlock()
	st := d.stations[l.Agent()]
	if st == nil || st.leg != l {
		return
	}
	st.answered = true
	if st.session != nil {
		st.session.Leg(st.state(), l.ID())
	}
	d.log.Info("leg up", "agent", l.Agent(), "leg", l.ID())
}

// Ended implements phone.Desk.
func (d *desk) Ended(l *phone.Leg) {
	d.mu.Lock()
	defer d.mu.Unlock()
	st := d.stations[l.Agent()]
	if st == nil || st.leg != l {
		return
	}
	st.leg, st.answered = nil, false
	if st.session != nil {
		st.session.Leg(signalling.LegNone, l.ID())
	}
	d.tidy(l.Agent())
	d.log.Info("leg ended", "agent", l.Agent(), "leg", l.ID())
}

// PickUp implements control.Phones.
func (d *desk) PickUp(ctx context.Context, agent, leg string) error {
	l, line, codec, err := d.ringing(agent, leg)
	if err != nil {
		return err
	}
	err = l.PickUp(ctx, line, codec)
	switch {
	case errors.Is(err, phone.ErrEnded):
		return errors.Join(control.UnknownLeg, err)
	case errors.Is(err, phone.ErrNotConfirmed):
		return errors.Join(control.NotConfirmed, err)
	default:
		return err
	}
}

func (d *desk) ringing(agent, leg string) (*phone.Leg, *relay.Line, relay.Codec, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	st := d.stations[agent]
	switch {
	case st == nil || st.leg == nil || st.leg.ID() != leg:
		return nil, nil, 0, control.UnknownLeg
	case !st.up:
		return nil, nil, 0, control.PhoneDown
	}
	return st.leg, st.line, st.codec, nil
}

// ClosePhone implements control.Phones.
func (d *desk) ClosePhone(agent string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	st := d.stations[agent]
	if st == nil {
		return control.UnknownAgent
	}
	if st.session != nil {
		d.remove(st, signalling.CodeClosed).End(signalling.CodeClosed)
	}
	if st.leg != nil {
		st.leg.HangUp()
	}
	d.tidy(agent)
	return nil
}
