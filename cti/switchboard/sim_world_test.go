package switchboard

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"bellhop/cti/call"
	"bellhop/cti/invariant"
)

// world is the simulated Asterisk with the carrier behind it.
type world struct {
	s        *sim
	boot     time.Time
	channels map[call.LegID]*channel
	waiting  []*channel // callers in the dialplan: nobody took them yet
	made     int
}

type channel struct {
	id       call.LegID
	call     call.ID
	customer bool
	outbound bool
	state    call.LegState
	bridge   string
	hold     bool
	playing  int // number of the announcement that is being played
	played   int // of the last one
	dialled  string
	number   string
	agent    call.AgentID
	at       time.Time
}

func newWorld(s *sim) world {
	return world{s: s, boot: s.now, channels: make(map[call.LegID]*channel)}
}

// emit lets the server hear an event, as the network does: a little later, sometimes late, twice or never.
func (w *world) emit(ev Event) {
	s := w.s
	life := s.life
	if !s.up || !s.hears {
		return
	}
	deliver := func() {
		if life == s.life && s.hears {
			s.fold(ev)
		}
	}
	late := s.upTo(5 * time.Millisecond)
	switch {
	case s.fault(200):
		s.lost++
		s.log("lost: %T%v", ev, ev)
		return
	case s.fault(200):
		s.after(late, deliver)
	case s.fault(100):
		late += s.upTo(3 * time.Second)
	}
	s.after(late, deliver)
}

func (w *world) arrive() {
	w.made++
	c := &channel{
		id: call.LegID(fmt.Sprintf("chan-%06d", w.made)), call: call.ID(fmt.Sprintf("call-%06d", w.made)), customer: true,
		state: call.Ringing, dialled: []string{"1000", "2000", "3000", "9999"}[min(3, w.s.rand.IntN(16)/5)], number: "0101234" + fmt.Sprint(w.made%10000),
		at: w.s.now,
	}
	w.waiting = append(w.waiting, c)
	w.connected()
	w.s.after(w.s.upTo(4*time.Minute), func() { w.hangUp(c.id, 16) })
}

// connected takes the callers from the dialplan into the application.
func (w *world) connected() {
	if !w.s.up || !w.s.hears {
		return
	}
	for _, c := range w.waiting {
		w.channels[c.id] = c
		w.emit(CallArrived{Call: c.call, Leg: c.id, Caller: call.Party{Number: c.number}, Dialled: c.dialled, At: c.at})
	}
	w.waiting = nil
}

func (w *world) hangUp(id call.LegID, cause int) {
	w.waiting = slices.DeleteFunc(w.waiting, func(c *channel) bool { return c.id == id })
	if _, exists := w.channels[id]; exists {
		delete(w.channels, id)
		w.emit(LegEnded{Leg: id, Cause: cause})
	}
}

func (w *world) everybodyHangsUp() {
	for _, id := range slices.Sorted(maps.Keys(w.channels)) {
		if c := w.channels[id]; c.customer || c.agent == "" {
			w.s.after(w.s.upTo(time.Second), func() { w.hangUp(id, 16) })
		}
	}
	for _, a := range w.s.people.agents {
		w.s.after(time.Second+w.s.upTo(time.Second), func() { w.s.people.hangUp(a) })
	}
}

// restart is Asterisk dying and coming back: every channel is gone.
func (w *world) restart() {
	w.s.log("the switch restarts")
	clear(w.channels)
	w.waiting = nil
	w.boot = w.s.now
}

func (w *world) answers(id call.LegID) {
	if c, exists := w.channels[id]; exists && c.state != call.Up {
		c.state = call.Up
		w.emit(LegAnswered{Leg: id})
	}
}

// perform does one effect, as Asterisk and media do it.
func (w *world) perform(e call.Effect) outcomeOf {
	if w.s.fault(300) {
		if w.s.chance(2) {
			w.do(e) // done, but the answer was lost
		}
		return failed
	}
	return w.do(e)
}

func (w *world) do(e call.Effect) outcomeOf {
	switch e := e.(type) {
	case call.AnswerCustomer:
		return w.on(e.Leg, func(*channel) { w.answers(e.Leg) })
	case call.PlayMusic:
		return w.on(e.Leg, func(c *channel) { c.bridge, c.hold = "hold", true })
	case call.Announce:
		return w.on(e.Leg, func(c *channel) { w.announce(c, e.Number) })
	case call.Silence:
		return w.on(e.Leg, func(c *channel) { w.silence(c, e.Number) })
	case call.RingAgent:
		w.ring(e)
	case call.PickUp:
		if _, exists := w.channels[e.Leg]; !exists {
			return failed
		}
		w.answers(e.Leg)
	case call.DialOut:
		w.dial(e)
	case call.JoinLegs:
		return w.join(e)
	case call.ReleaseLeg:
		return w.on(e.Leg, func(*channel) { w.hangUp(e.Leg, e.Cause) })
	case call.DropBridge:
		for _, c := range w.channels {
			if c.bridge == e.Bridge {
				c.bridge = ""
			}
		}
	}
	return done
}

func (w *world) on(leg call.LegID, do func(*channel)) outcomeOf {
	c, exists := w.channels[leg]
	if !exists {
		return gone
	}
	do(c)
	return done
}

func (w *world) announce(c *channel, number int) {
	if c.played >= number {
		return
	}
	c.playing, c.played, c.bridge, c.hold = number, number, "", false
	w.s.after(3*time.Second, func() { w.silence(c, number) })
	if w.s.rand.IntN(2) == 0 {
		w.s.after(w.s.upTo(6*time.Second), func() { w.emit(KeyPressed{Leg: c.id, Key: fmt.Sprint(1 + w.s.rand.IntN(3))}) })
	}
}

func (w *world) silence(c *channel, number int) {
	if _, exists := w.channels[c.id]; exists && c.playing == number {
		c.playing = 0
		w.emit(AnnouncementEnded{Leg: c.id, Number: number})
	}
}

func callOf(leg call.LegID) call.ID { return call.ID(string(leg)[:len("call-000000")]) }

func (w *world) ring(e call.RingAgent) {
	if _, exists := w.channels[e.Leg]; exists {
		return
	}
	w.channels[e.Leg] = &channel{id: e.Leg, call: callOf(e.Leg), state: call.Ringing, agent: e.Agent, at: w.s.now}
	if !w.s.people.phoneUp(e.Agent) {
		w.s.after(time.Millisecond, func() { w.hangUp(e.Leg, 20) })
		return
	}
	w.emit(LegRang{Leg: e.Leg})
}

func (w *world) dial(e call.DialOut) {
	if _, exists := w.channels[e.Leg]; exists {
		return
	}
	kind := string(e.Leg)[len("call-000000-")]
	w.channels[e.Leg] = &channel{
		id: e.Leg, call: callOf(e.Leg), state: call.Ringing, customer: kind == 'c', outbound: true, at: w.s.now, dialled: e.CallerID,
		number: e.Number,
	}
	w.emit(LegRang{Leg: e.Leg})
	switch w.s.rand.IntN(5) {
	case 0:
		w.s.after(w.s.upTo(time.Second), func() { w.hangUp(e.Leg, 17) })
	case 1: // nobody is at home
	default:
		w.s.after(w.s.upTo(20*time.Second), func() {
			w.answers(e.Leg)
			w.s.after(w.s.upTo(3*time.Minute), func() { w.hangUp(e.Leg, 16) })
		})
	}
}

func (w *world) join(e call.JoinLegs) outcomeOf {
	for _, leg := range e.Legs {
		if leg == "" {
			continue
		}
		c, exists := w.channels[leg]
		if !exists {
			return gone
		}
		c.bridge, c.hold = e.Bridge, false
	}
	return done
}

// look is a snapshot.
func (w *world) look() Snapshot {
	seen := Snapshot{Boot: w.boot}
	at := make(map[string]*SeenBridge)
	for _, id := range slices.Sorted(maps.Keys(w.channels)) {
		c := w.channels[id]
		seen.Legs = append(seen.Legs, SeenLeg{
			Leg: id, Call: c.call, Customer: c.customer, Outbound: c.outbound, State: c.state, Dialled: c.dialled, Playing: c.playing > 0,
			At: c.at, Caller: call.Party{Number: c.number},
		})
		if c.bridge != "" {
			if at[c.bridge] == nil {
				at[c.bridge] = &SeenBridge{ID: c.bridge, Hold: c.hold}
			}
			at[c.bridge].Legs = append(at[c.bridge].Legs, id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(at)) {
		seen.Bridges = append(seen.Bridges, *at[id])
	}
	return seen
}

func (w *world) legs() []call.LegID { return slices.Sorted(maps.Keys(w.channels)) }

// seen is what exists, for the invariants.
func (w *world) seen() []invariant.Leg {
	var legs []invariant.Leg
	for _, id := range w.legs() {
		legs = append(legs, invariant.Leg{ID: id, Bridge: w.channels[id].bridge, Hold: w.channels[id].hold})
	}
	return legs
}
