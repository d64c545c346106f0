package switchboard

import (
	"maps"
	"slices"

	"bellhop/cti/call"
)

// observe compares what we believe with what exists in the switch and folds in the events that must have happened
// while we could not hear: recovery has no second code path.
func (b *board) observe(seen Snapshot) {
	exists := make(map[call.LegID]call.LegState, len(seen.Legs))
	for _, l := range seen.Legs {
		exists[l.Leg] = l.State
	}
	for _, leg := range b.legsCustomersFirst() {
		id, still := b.legs[leg]
		if !still {
			continue
		}
		state, there := exists[leg]
		switch {
		case !there && !b.beingDialled(id, leg):
			b.repair(leg, call.LegEnded{Leg: leg})
		case state == call.Up:
			b.toLeg(leg, call.LegAnswered{Leg: leg})
		case state == call.Ringing:
			b.toLeg(leg, call.LegRang{Leg: leg})
		}
	}
	for _, l := range seen.Legs {
		b.adopt(l)
	}
	for _, bridge := range seen.Bridges {
		if !bridge.Hold && !b.ownsBridge(bridge.ID) {
			b.out.effects = append(b.out.effects, callEffect{call.ID(bridge.ID), call.DropBridge{Bridge: bridge.ID}})
		}
	}
}

// legsCustomersFirst: where a customer and his agent are both gone, it is the customer's end that ended the call.
func (b *board) legsCustomersFirst() []call.LegID {
	var customers, agents []call.LegID
	for _, leg := range slices.Sorted(maps.Keys(b.legs)) {
		if b.calls[b.legs[leg]].Customer == leg {
			customers = append(customers, leg)
		} else {
			agents = append(agents, leg)
		}
	}
	return append(customers, agents...)
}

// beingDialled says whether the leg was asked for and may not have been made yet.
func (b *board) beingDialled(id call.ID, leg call.LegID) bool {
	c := b.calls[id]
	switch {
	case c.Line != nil && c.Line.Leg == leg:
		return c.Line.LegState == call.Asked
	case c.Target != nil && c.Target.Line.Leg == leg:
		return c.Target.Line.LegState == call.Asked
	}
	return c.Customer == leg && c.CustomerState == call.Asked
}

func (b *board) repair(leg call.LegID, ev call.Event) {
	b.repaired++
	b.toLeg(leg, ev)
}

// adopt takes a customer's line that we know nothing of, because we were restarted, back into its queue; an agent's
// line of a call that we know nothing of is released.
func (b *board) adopt(l SeenLeg) {
	if _, known := b.legs[l.Leg]; known {
		return
	}
	b.repaired++
	if _, served := b.numbers[l.Dialled]; !l.Customer || (l.Outbound && !served) {
		b.out.effects = append(b.out.effects,
			callEffect{l.Call, call.ReleaseLeg{Leg: l.Leg, Cause: call.CauseNormalClearing}})
		return
	}
	b.callArrived(CallArrived{Call: l.Call, Leg: l.Leg, Caller: l.Caller, Dialled: l.Dialled})
}

func (b *board) ownsBridge(id string) bool {
	for _, c := range b.calls {
		if c.Bridge() == id {
			return true
		}
	}
	return false
}
