package switchboard

import (
	"slices"
	"time"

	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/number"
	"bellhop/cti/scenario"
)

// flowKey names one version of a flow.
type flowKey struct {
	id      string
	version int
}

// maxQueuesTried is how many queues a call may be led to at once that are full or empty.
const maxQueuesTried = 20

// flowsChanged takes over the flows as the admins left them.
func (b *board) flowsChanged(d Directory) {
	b.entries = d.Entries
	b.flows, b.newest = make(map[flowKey]scenario.Flow, len(d.Flows)), make(map[string]int, len(d.Flows))
	for _, f := range d.Flows {
		b.flows[flowKey{f.ID, f.Version}] = f
		b.newest[f.ID] = max(b.newest[f.ID], f.Version)
	}
}

// withFlowsInUse adds the older versions that calls are going through: they finish on the version they began with.
func (b *board) withFlowsInUse(flows []scenario.Flow) []scenario.Flow {
	all := slices.Clone(flows)
	for _, c := range b.calls {
		old, known := b.flows[flowKey{c.Flow.ID, c.Flow.Version}]
		same := func(f scenario.Flow) bool { return f.ID == old.ID && f.Version == old.Version }
		if known && !slices.ContainsFunc(all, same) {
			all = append(all, old)
		}
	}
	return all
}

// flowOf is the flow that a number leads to.
func (b *board) flowOf(dialled string) (scenario.Flow, bool) {
	id, ok := b.entries[dialled]
	if !ok {
		return scenario.Flow{}, false
	}
	f, ok := b.flows[flowKey{id, b.newest[id]}]
	return f, ok && b.takes(call.ServiceID(f.Service))
}

// takes says whether customers' calls reach the service (PH-02).
func (b *board) takes(id call.ServiceID) bool {
	s := b.services[id]
	return s.Phone && s.Inbound
}

// serves says whether customers who call that number are taken.
func (b *board) serves(dialled string) bool {
	_, queued := b.numbers[dialled]
	_, flows := b.entries[dialled]
	return queued || flows
}

func (b *board) keyPressed(e KeyPressed) {
	id, ok := b.legs[e.Leg]
	if !ok || b.calls[id].Customer != e.Leg || len(e.Key) != 1 || !onlyKeys(e.Key) {
		b.ignored++
		return
	}
	b.toCall(id, call.KeyPressed{Key: e.Key})
}

// askFlow asks a call's flow what is to be done with it now.
func (b *board) askFlow(id call.ID) {
	c := b.calls[id]
	if c.Asks.Kind == call.QueuePlace {
		b.toCall(id, call.PlaceTold{Sounds: b.placeSounds(c)})
		return
	}
	f, known := b.flows[flowKey{c.Flow.ID, c.Flow.Version}]
	if !known { // nobody has that version any more
		f = b.flows[flowKey{c.Flow.ID, b.newest[c.Flow.ID]}]
	}
	at := b.now.In(b.zone(f.TimeZone))
	p := scenario.Position{Flow: c.Flow.ID, Version: c.Flow.Version, Step: c.Flow.Step, Tries: c.Flow.Tries, Why: scenario.Reason(c.Flow.Why)}
	if c.Asks.Kind == call.FlowLeft {
		p.Why = scenario.TooLong
	}
	p, act := scenario.Next(f, p, scenario.Input{Kind: scenario.InputKind(c.Asks.Kind), Key: c.Asks.Key}, at)
	for range maxQueuesTried {
		if act.Kind != scenario.Queue {
			break
		}
		why := b.unfit(call.QueueID(act.Queue), f, p.Step)
		if why == scenario.Straight {
			break
		}
		p.Why = why
		p, act = scenario.Next(f, p, scenario.Input{Kind: scenario.Left}, at)
	}
	b.toCall(id, b.told(f, p, act))
}

// unfit says why a queue cannot take a call now. One whose step leads nowhere else takes everybody but when it does not exist.
func (b *board) unfit(id call.QueueID, f scenario.Flow, step string) scenario.Reason {
	q, ok := b.queues[id]
	if !ok {
		return scenario.BadFlow
	}
	leadsOn := slices.ContainsFunc(f.Steps, func(s scenario.Step) bool { return s.ID == step && s.Else != "" })
	switch {
	case !leadsOn:
		return scenario.Straight
	case q.Limit > 0 && b.book.Waiting(id) >= q.Limit:
		return scenario.Full
	case !b.staffed(id):
		return scenario.Nobody
	}
	return scenario.Straight
}

// staffed says whether an agent of the queue is signed in.
func (b *board) staffed(id call.QueueID) bool {
	for _, s := range b.seats {
		if s.member && s.Mode.Presence != agent.SignedOut && slices.Contains(s.entry.Queues, id) {
			return true
		}
	}
	return false
}

// told is the action as the call's event. A flow that is broken at run time loses nobody: the call goes to a queue of its
// service.
func (b *board) told(f scenario.Flow, p scenario.Position, act scenario.Action) call.FlowTold {
	t := call.FlowTold{At: call.FlowAt{ID: p.Flow, Version: p.Version, Step: p.Step, Tries: p.Tries, Why: string(p.Why)}}
	if p.Why == scenario.BadFlow {
		if q, ok := b.anyQueue(f); ok {
			t.Queue = &q
			return t
		}
	}
	switch act.Kind {
	case scenario.Say, scenario.Menu:
		t.Sound, t.Wait = call.Sound(act.Sound), act.Wait
	case scenario.Queue:
		q := b.queues[call.QueueID(act.Queue)].forCall()
		t.Queue, t.After = &q, act.After
	case scenario.Number:
		target, refusal := b.outside(f, act.Number)
		if refusal != nil {
			t.End = call.NoAgent
			return t
		}
		t.To = &target
	case scenario.Hours, scenario.Hangup:
		t.Sound, t.End = call.Sound(act.Sound), endOf(p.Why)
	}
	return t
}

// endOf is the reason of a call that its flow ends.
func endOf(why scenario.Reason) call.Reason {
	switch why {
	case scenario.Closed:
		return call.ClosedHours
	case scenario.Full, scenario.TooLong:
		return call.Overflowed
	case scenario.Nobody, scenario.BadFlow:
		return call.NoAgent
	case scenario.NoKey, scenario.Straight:
	}
	return call.FlowEnd
}

// anyQueue is the first queue of the flow's service, by number.
func (b *board) anyQueue(f scenario.Flow) (call.Queue, bool) {
	var best Queue
	for _, q := range b.queues {
		if string(q.Service) == f.Service && (best.ID == "" || q.Number < best.Number) {
			best = q
		}
	}
	return best.forCall(), best.ID != ""
}

// outside is an outside number that a flow leads to.
func (b *board) outside(f scenario.Flow, to string) (call.Target, *Refusal) {
	n, err := number.Parse(to)
	if err != nil {
		return call.Target{}, &Refusal{Code: BadNumber}
	}
	return outsideTarget(b.services[call.ServiceID(f.Service)], n, "")
}

// zone is a flow's time zone; one that does not exist is that of Seoul, without summer time since 1988.
func (b *board) zone(name string) *time.Location {
	if z, known := b.zones[name]; known {
		return z
	}
	z, err := time.LoadLocation(name)
	if name == "" || err != nil {
		z = time.FixedZone("Asia/Seoul", 9*60*60)
	}
	b.zones[name] = z
	return z
}
