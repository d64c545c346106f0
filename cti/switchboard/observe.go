package switchboard

import (
	"maps"
	"slices"

	"bellhop/cti/agent"
	"bellhop/cti/call"
)

// switchConnected compares what we believe with what exists in the switch and folds in the events that must have happened
// while we could not hear: recovery has no second code path. Then what stood still goes on.
func (b *board) switchConnected(seen Snapshot) {
	if b.fenced {
		return
	}
	b.switchUp = true
	b.switchBooted(seen)
	clear(b.doubts)
	for _, d := range b.differences(seen) {
		if d.atOnce {
			b.mend(d)
		}
	}
	b.resume()
	b.touchAll()
}

// switchBooted: a switch that was started anew has lost every call.
func (b *board) switchBooted(seen Snapshot) {
	if seen.Boot.IsZero() || seen.Boot.Equal(b.boot) {
		return
	}
	anew := !b.boot.IsZero()
	b.boot, b.out.boot = seen.Boot, true
	if !anew {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(b.lanes)) {
		l := b.lanes[id]
		b.out.lanes[id] = struct{}{}
		if l.running {
			l.effects = l.effects[:1]
		} else {
			delete(b.lanes, id)
		}
	}
	b.cause = "switch_restarted"
	for _, id := range slices.Sorted(maps.Keys(b.calls)) {
		b.toCall(id, call.SwitchFailed{})
	}
	b.cause = "switch_seen"
}

// doubt is a difference that was there at a look, while its call was in that version.
type doubt struct {
	what    string // as a code
	of      string // the leg, bridge or agent
	version int
}

// difference is something that is not as it should be.
type difference struct {
	what   string // as a code
	of     string // the leg, bridge or agent
	call   call.ID
	atOnce bool // to be mended as soon as we hear again; the others only when they last
	mend   func()
}

// reconcile mends what differed already at the last look: an event that was merely on its way has arrived since then. With
// nothing lost, nothing is mended.
func (b *board) reconcile(seen Snapshot) {
	if !b.switchUp {
		return
	}
	found := make(map[doubt]struct{})
	for _, d := range b.differences(seen) {
		now := doubt{d.what, d.of, b.calls[d.call].Version}
		if _, doubted := b.doubts[now]; doubted {
			b.mend(d)
			continue
		}
		found[now] = struct{}{}
	}
	b.doubts = found
}

func (b *board) mend(d difference) {
	b.repaired++
	b.cause = "repair:" + d.what
	if c, live := b.calls[d.call]; live {
		b.tell(call.Fact{Kind: call.StateRepaired, At: b.now, Agent: c.Agent(), Target: c.Consulted(), Call: c})
	}
	d.mend()
	b.cause = "switch_seen"
}

// differences are what is not as it should be, in an order that does not depend on chance.
func (b *board) differences(seen Snapshot) []difference {
	var all []difference
	there := make(map[call.LegID]SeenLeg, len(seen.Legs))
	for _, l := range seen.Legs {
		there[l.Leg] = l
	}
	for _, leg := range b.legsCustomersFirst() {
		if d, ok := b.legDifference(leg, there); ok {
			all = append(all, d)
		}
	}
	for _, l := range seen.Legs {
		if d, ok := b.strangerDifference(l); ok {
			all = append(all, d)
		}
	}
	all = append(all, b.placeDifferences(seen, there)...)
	all = append(all, b.bridgeDifferences(seen)...)
	return append(all, b.seatDifferences()...)
}

// legDifference: the leg is gone, or further than we know.
func (b *board) legDifference(leg call.LegID, there map[call.LegID]SeenLeg) (difference, bool) {
	id := b.legs[leg]
	c := b.calls[id]
	believed, seen := c.StateOf(leg), there[leg]
	d := difference{of: string(leg), call: id, atOnce: true}
	mend := func(what string, ev call.Event) (difference, bool) {
		d.what = what
		d.mend = func() {
			if b.legs[leg] == id { // an earlier repair may have taken it away
				b.toCall(id, ev)
			}
		}
		return d, true
	}
	switch {
	case seen.Leg == "" && believed == call.Asked && b.pending(id, leg):
		return d, false // it is still to be made
	case seen.Leg == "" && believed != call.Gone:
		return mend("leg_gone:"+kindOf(c, leg), call.LegEnded{Leg: leg})
	case seen.State == call.Up && (believed == call.Asked || believed == call.Ringing):
		return mend("leg_answered:"+kindOf(c, leg), call.LegAnswered{Leg: leg})
	case seen.State == call.Ringing && believed == call.Asked:
		return mend("leg_rang:"+kindOf(c, leg), call.LegRang{Leg: leg})
	case (c.Phase == call.Announcing || c.Hearing) && leg == c.Customer && !seen.Playing && !b.pending(id, leg):
		return mend("announcement_ended", call.AnnouncementEnded{})
	}
	return d, false
}

// kindOf says whose leg it is.
func kindOf(c call.Call, leg call.LegID) string {
	switch {
	case leg == c.Customer:
		return "customer"
	case c.Line != nil && leg == c.Line.Leg:
		return "agent"
	}
	return "target"
}

// strangerDifference: a leg we know nothing of. A customer's is taken into its queue, an agent's is released.
func (b *board) strangerDifference(l SeenLeg) (difference, bool) {
	if _, known := b.legs[l.Leg]; known || b.pending(l.Call, l.Leg) {
		return difference{}, false
	}
	d := difference{what: "stranger", of: string(l.Leg), call: l.Call, atOnce: true}
	if !l.Customer || (l.Outbound && !b.serves(l.Dialled)) {
		d.mend = func() { b.do(l.Call, call.ReleaseLeg{Leg: l.Leg, Cause: call.CauseNormalClearing}) }
		return d, true
	}
	d.mend = func() {
		b.callArrived(CallArrived{Call: l.Call, Leg: l.Leg, Caller: l.Caller, Dialled: l.Dialled, At: l.At})
	}
	return d, true
}

// placeDifferences: legs that are not where they have to be.
func (b *board) placeDifferences(seen Snapshot, there map[call.LegID]SeenLeg) []difference {
	var all []difference
	at := make(map[call.LegID]string)
	for _, s := range seen.Bridges {
		for _, leg := range s.Legs {
			at[leg] = s.ID
			if s.Hold {
				at[leg] = string(call.Music)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.calls)) {
		c := b.calls[id]
		places := c.Places()
		for _, leg := range slices.Sorted(maps.Keys(places)) {
			want := string(places[leg])
			if places[leg] == call.Together {
				want = c.Bridge()
			}
			if _, exists := there[leg]; !exists || at[leg] == want || b.todo(id) > 0 {
				continue
			}
			all = append(all, difference{
				what: "place:" + kindOf(c, leg), of: string(leg), call: id,
				mend: func() { b.do(id, c.Put(leg, places[leg])) },
			})
		}
	}
	return all
}

// bridgeDifferences: bridges of calls that are over.
func (b *board) bridgeDifferences(seen Snapshot) []difference {
	var all []difference
	for _, s := range seen.Bridges {
		id := bridgeCall(s.ID)
		if s.Hold || b.known(id) || b.todo(id) > 0 {
			continue
		}
		all = append(all, difference{
			what: "bridge", of: s.ID, atOnce: true, mend: func() { b.do(id, call.DropBridge{Bridge: s.ID}) },
		})
	}
	return all
}

// seatDifferences: agents in a call that is not theirs. It should never be so; a stuck agent would be a disaster.
func (b *board) seatDifferences() []difference {
	var all []difference
	for _, id := range slices.Sorted(maps.Keys(b.seats)) {
		s := b.seats[id]
		c, live := b.calls[s.Call]
		if s.Occupation == agent.Free || (live && c.Phase != call.Ended && (c.Agent() == id || c.Consulted() == id)) {
			continue
		}
		all = append(all, difference{
			what: "agent", of: string(id), atOnce: true, mend: func() { b.toAgent(id, agent.CallForgotten{}) },
		})
	}
	return all
}

// bridgeCall is the call whose bridge has that id.
func bridgeCall(bridge string) call.ID { return call.ID(bridge[:max(0, len(bridge)-len("-b"))]) }

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
