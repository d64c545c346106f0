package switchboard

import (
	"maps"
	"slices"

	"bellhop/cti/call"
)

// lane is what is still to be done for one call, in order. While running, the first effect is under way.
type lane struct {
	effects []call.Effect
	running bool
}

// outcomeOf says how an effect went.
type outcomeOf string

const (
	done   outcomeOf = "done"
	gone   outcomeOf = "gone"   // what it is about does not exist any more
	failed outcomeOf = "failed" // also after it was tried again
)

// effectEnded: an effect was carried out, or could not be.
type effectEnded struct {
	call    call.ID
	effect  call.Effect
	outcome outcomeOf
}

func (effectEnded) isEvent() {}

// do puts an effect into its call's lane, behind those that are there.
func (b *board) do(id call.ID, e call.Effect) {
	l, ok := b.lanes[id]
	if !ok {
		l = &lane{}
		b.lanes[id] = l
	}
	l.effects = append(l.effects, e)
	b.out.lanes[id] = struct{}{}
	b.advance(id)
}

// advance starts the first effect of the lane unless one is under way. While we do not hear the switch nothing is done to
// it: what it answers would be missed.
func (b *board) advance(id call.ID) {
	l, ok := b.lanes[id]
	if !ok || l.running || !b.switchUp {
		return
	}
	if len(l.effects) == 0 {
		delete(b.lanes, id)
		return
	}
	l.running = true
	b.out.effects = append(b.out.effects, callEffect{id, l.effects[0]})
}

// effectEnded folds the result of the effect under way and starts the next one of its call. One that failed while the
// switch was out of reach is done again.
func (b *board) effectEnded(e effectEnded) {
	l, ok := b.lanes[e.call]
	if !ok || !l.running {
		b.ignored++
		return
	}
	l.running = false
	b.out.lanes[e.call] = struct{}{}
	if e.outcome == failed && !b.switchUp {
		return
	}
	l.effects = l.effects[1:]
	if ev := resultOf(e); ev != nil {
		if _, live := b.calls[e.call]; live {
			b.toCall(e.call, ev)
		}
	}
	b.advance(e.call)
}

// resultOf is what a call hears of its effect's end, or nil. Legs of which one is gone were not joined; the end of that leg
// is reported on its own. A leg that was gone before it was released has ended, whether or not that was heard.
func resultOf(e effectEnded) call.Event {
	switch effect := e.effect.(type) {
	case call.JoinLegs:
		if e.outcome == done {
			return call.LegsJoined{Join: effect}
		}
	case call.ReleaseLeg:
		if e.outcome == gone {
			return call.LegEnded(effect)
		}
	}
	switch _, joins := e.effect.(call.JoinLegs); {
	case e.outcome == failed, e.outcome == gone && joins:
		return call.EffectFailed{Effect: e.effect, Code: string(e.outcome)}
	}
	return nil
}

// resume starts every lane that stood still while the switch was out of reach.
func (b *board) resume() {
	for _, id := range slices.Sorted(maps.Keys(b.lanes)) {
		b.advance(id)
	}
}

// pending says whether an effect about the leg is still to be done.
func (b *board) pending(id call.ID, leg call.LegID) bool {
	l, ok := b.lanes[id]
	return ok && slices.ContainsFunc(l.effects, func(e call.Effect) bool { return about(e, leg) })
}

// todo is how many effects are still to be done for a call.
func (b *board) todo(id call.ID) int {
	if l, ok := b.lanes[id]; ok {
		return len(l.effects)
	}
	return 0
}

// idle says whether no agent has a call and nothing is under way: the moment to be replaced.
func (b *board) idle() bool {
	for _, c := range b.calls {
		if c.Line != nil || c.Phase == call.Announcing || c.Phase == call.Transferring || c.Phase == call.Ended {
			return false
		}
	}
	return len(b.lanes) == 0
}

// about says whether the effect makes, moves or ends the leg.
func about(e call.Effect, leg call.LegID) bool {
	switch e := e.(type) {
	case call.AnswerCustomer:
		return e.Leg == leg
	case call.PlayMusic:
		return e.Leg == leg
	case call.Announce:
		return e.Leg == leg
	case call.Silence:
		return e.Leg == leg
	case call.RingAgent:
		return e.Leg == leg
	case call.PickUp:
		return e.Leg == leg
	case call.DialOut:
		return e.Leg == leg || e.With == leg
	case call.RingBack:
		return e.Leg == leg
	case call.JoinLegs:
		return slices.Contains(e.Legs[:], leg)
	case call.SendKeys:
		return e.Leg == leg
	case call.ReleaseLeg:
		return e.Leg == leg
	}
	return false
}
