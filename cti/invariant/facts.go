package invariant

import (
	"slices"
	"time"

	"bellhop/cti/call"
)

// Facts checks facts in the order in which they were told. The zero value is ready.
type Facts struct {
	seq    uint64
	calls  map[call.ID]*life
	ended  map[call.ID]bool
	queues map[call.QueueID]*Tally
	rung   map[call.AgentID]call.ID // who is offered which call now
}

// life is what the facts said of a call that has not ended.
type life struct {
	phase   call.Phase
	ringing call.AgentID
	queue   call.QueueID // in which it waits or is offered, until it was answered
	waits   bool
	in      call.QueueID // where it waits
	place   time.Time
}

// Tally are the figures of a queue: calls that entered it, and what became of them.
type Tally struct{ Offered, Answered, Left int }

// Next takes the next fact.
func (v *Facts) Next(f call.Fact) []Violation {
	if v.calls == nil {
		v.calls, v.ended = make(map[call.ID]*life), make(map[call.ID]bool)
		v.queues, v.rung = make(map[call.QueueID]*Tally), make(map[call.AgentID]call.ID)
	}
	var found []Violation
	if f.Seq != v.seq+1 {
		found = append(found, violated(FactsWhole, "%d follows %d", f.Seq, v.seq))
	}
	v.seq = f.Seq
	id := f.Call.ID
	l, lives := v.calls[id]
	begins := f.Kind == call.CallArrived || f.Kind == call.CallDialled
	switch {
	case v.ended[id] && f.Kind == call.StateRepaired:
		return found // its legs are still being cleared away
	case v.ended[id]:
		return append(found, violated(OneLife, "%s of %s, which has ended", f.Kind, id))
	case begins == lives:
		found = append(found, violated(OneLife, "%s of %s, which lives: %v", f.Kind, id, lives))
	}
	if !lives {
		l = &life{phase: call.Arriving}
		v.calls[id] = l
	}
	found = append(found, l.move(f)...)
	found = append(found, v.offers(l, f)...)
	return append(found, v.waits(l, f)...)
}

// move checks that the call goes along a legal path.
func (l *life) move(f call.Fact) []Violation {
	from, to := l.phase, f.Call.Phase
	l.phase = to
	if f.Kind == call.CallReturned {
		l.phase = call.Waiting // which it enters with it
	}
	if from == to || to == call.Ended || slices.Contains(paths[from], to) {
		return nil
	}
	return []Violation{violated(OneLife, "%s went from %s to %s at %s", f.Call.ID, from, to, f.Kind)}
}

// paths are the phases that facts show one after another. Phases without a fact of their own are passed over.
var paths = map[call.Phase][]call.Phase{
	call.Arriving: {call.Waiting, call.Dialling, call.Announcing, call.Transferring, call.TransferredOut},
	call.Waiting:  {call.Offering, call.Transferring, call.TransferredOut, call.Announcing, call.Arriving},
	call.Offering: {call.Waiting, call.Talking},
	call.Dialling: {call.Talking},
	call.Talking: {
		call.Holding, call.ConsultRinging, call.Parked, call.Announcing, call.Waiting, call.Offering, call.Transferring, call.TransferredOut,
	},
	call.Holding: {
		call.Talking, call.ConsultRinging, call.Parked, call.Announcing, call.Waiting, call.Offering, call.Transferring, call.TransferredOut,
	},
	call.ConsultRinging: {call.Holding, call.Talking, call.Consulting, call.Parked, call.Announcing, call.Waiting},
	call.Consulting: {
		call.Holding, call.Talking, call.ThreeWay, call.TransferredOut, call.Parked, call.Announcing, call.Waiting,
	},
	call.ThreeWay:       {call.Talking, call.Holding, call.TransferredOut, call.Parked, call.Announcing, call.Waiting},
	call.Transferring:   {call.TransferredOut, call.Waiting},
	call.TransferredOut: {call.Waiting},
	call.Parked:         {call.Talking, call.Waiting, call.Announcing, call.Offering},
}

// offers checks that a call rings at one agent, and that an agent is rung for one call.
func (v *Facts) offers(l *life, f call.Fact) []Violation {
	var found []Violation
	switch f.Kind {
	case call.CallOffered:
		if l.ringing != "" {
			found = append(found, violated(OneOffer, "%s is offered to %s and to %s", f.Call.ID, l.ringing, f.Agent))
		}
		if other, rung := v.rung[f.Agent]; rung {
			found = append(found, violated(OneOffer, "%s is offered %s and %s", f.Agent, other, f.Call.ID))
		}
		l.ringing = f.Agent
		v.rung[f.Agent] = f.Call.ID
	case call.OfferDeclined, call.OfferMissed, call.OfferLost, call.OfferWithdrawn, call.CallConnected, call.ConsultConnected,
		call.ConsultEnded, call.CallReturned, call.HostileEndStarted, call.CallEnded:
		if l.ringing != "" {
			delete(v.rung, l.ringing)
		}
		l.ringing = ""
	default:
	}
	return found
}

// waits checks the order of the queues and counts what became of those who waited.
func (v *Facts) waits(l *life, f call.Fact) []Violation {
	var found []Violation
	switch f.Kind {
	case call.CallQueued:
		if l.queue != f.Call.Queue.ID {
			if l.queue != "" {
				v.tally(l.queue).Left++
			}
			l.queue = f.Call.Queue.ID
			v.tally(l.queue).Offered++
		}
		l.waits, l.in, l.place = true, f.Call.Queue.ID, f.Call.QueuedAt
	case call.OfferDeclined, call.OfferMissed, call.OfferLost, call.CallReturned:
		l.waits = f.Call.Phase != call.ConsultRinging && f.Call.Direction != call.Internal && f.Call.Queue.ID != ""
		l.in, l.place = f.Call.Queue.ID, f.Call.QueuedAt
	case call.CallOffered:
		if f.Choice != nil && f.Call.Phase == call.Offering {
			found = v.overtaken(f)
		}
		l.waits = false
	case call.CallOverflowed:
		l.waits = false
		if l.queue != "" {
			v.tally(l.queue).Left++
			l.queue = ""
		}
	case call.CallConnected:
		if l.queue != "" {
			v.tally(l.queue).Answered++
			l.queue = ""
		}
	case call.CallEnded:
		if l.queue != "" {
			v.tally(l.queue).Left++
		}
		delete(v.calls, f.Call.ID)
		v.ended[f.Call.ID] = true
	default:
	}
	return found
}

func (v *Facts) overtaken(f call.Fact) []Violation {
	for id, o := range v.calls {
		if id != f.Call.ID && o.waits && o.in == f.Call.Queue.ID && !o.place.IsZero() && o.place.Before(f.Call.QueuedAt) {
			return []Violation{violated(QueueOrder, "%s (%s) goes before %s (%s)", f.Call.ID, f.Call.QueuedAt, id, o.place)}
		}
	}
	return nil
}

func (v *Facts) tally(q call.QueueID) *Tally {
	if v.queues[q] == nil {
		v.queues[q] = &Tally{}
	}
	return v.queues[q]
}

// Balance checks that of each queue's calls every one was answered, has left, or is in progress.
func (v *Facts) Balance() []Violation {
	inProgress := make(map[call.QueueID]int)
	for _, l := range v.calls {
		if l.queue != "" {
			inProgress[l.queue]++
		}
	}
	var found []Violation
	for q, t := range v.queues {
		if t.Offered != t.Answered+t.Left+inProgress[q] {
			found = append(found, violated(Balance, "queue %s: %+v and %d in progress", q, *t, inProgress[q]))
		}
	}
	return found
}

// Live are the calls that have begun and not ended.
func (v *Facts) Live() []call.ID {
	var live []call.ID
	for id := range v.calls {
		live = append(live, id)
	}
	return live
}

// Forget drops what is kept of calls that have ended, in a run of millions.
func (v *Facts) Forget() { clear(v.ended) }
