// Package explain tells what became of a call, from its facts: each event as a code with parameters, and why it came to
// that. Whoever shows it has the words.
package explain

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"bellhop/cti/call"
	"bellhop/cti/facts"
)

// Story is what became of a call.
type Story struct {
	Call    call.ID
	Service call.ServiceID
	Agents  []call.AgentID // who took part: was offered it, or was in it
	Lines   []Line
}

// Line is one event.
type Line struct {
	Clause

	Epoch string // of the journal that numbered it
	Seq   uint64
	At    time.Time
	Why   []Clause
}

// Clause is one statement: Code has words, which Params are filled into. A parameter whose name ends in _ms is a span in
// milliseconds, one that ends in number a telephone number as the network told it.
type Clause struct {
	Code   string
	Params map[string]string
}

// Has says whether an agent took part in the call.
func (s Story) Has(agent call.AgentID) bool { return agent != "" && slices.Contains(s.Agents, agent) }

// Merge puts records of the same calls from several sources into their order, each once.
func Merge(sources ...[]facts.Record) []facts.Record {
	type key struct {
		epoch string
		seq   uint64
	}
	var all []facts.Record
	known, begins := map[key]bool{}, map[string]time.Time{}
	for _, r := range slices.Concat(sources...) {
		if known[key{r.Epoch, r.Seq}] {
			continue
		}
		known[key{r.Epoch, r.Seq}] = true
		if first, ok := begins[r.Epoch]; !ok || r.At.Before(first) {
			begins[r.Epoch] = r.At
		}
		all = append(all, r)
	}
	slices.SortStableFunc(all, func(a, b facts.Record) int {
		return cmp.Or(begins[a.Epoch].Compare(begins[b.Epoch]), cmp.Compare(a.Epoch, b.Epoch), cmp.Compare(a.Seq, b.Seq))
	})
	return all
}

// Tell makes the story of the call that records are about, in their order. Agents are called by what name says.
func Tell(records []facts.Record, name func(call.AgentID) string) Story {
	t := teller{name: name}
	for _, r := range records {
		t.tell(r)
	}
	return t.story
}

// teller remembers what later events are told with.
type teller struct {
	name  func(call.AgentID) string
	story Story

	queued           bool
	offered, held    time.Time
	parked, consults time.Time
}

func (t *teller) tell(r facts.Record) {
	t.story.Call = r.Call
	if r.Service != "" {
		t.story.Service = r.Service
	}
	for _, id := range []call.AgentID{r.Agent, r.Target} {
		if id != "" && !slices.Contains(t.story.Agents, id) {
			t.story.Agents = append(t.story.Agents, id)
		}
	}
	if len(t.story.Lines) == 0 && r.Kind != call.CallArrived && r.Kind != call.CallDialled {
		t.story.Lines = append(t.story.Lines, Line{Clause: Clause{Code: "beginning_lost"}, Epoch: r.Epoch, At: r.At})
	}
	line := Line{Clause: t.clause(r), Epoch: r.Epoch, Seq: r.Seq, At: r.At}
	line.Why = append(t.why(r), because(r)...)
	t.story.Lines = append(t.story.Lines, line)
	t.remember(r)
}

func (t *teller) remember(r facts.Record) {
	switch r.Kind {
	case call.CallQueued:
		t.queued = true
	case call.CallOffered:
		t.offered = r.At
	case call.CallHeld:
		t.held = r.At
	case call.CallParked:
		t.parked = r.At
	case call.ConsultStarted:
		t.consults = r.At
	default:
	}
}

// since is a span from a moment that is known, or nothing.
func since(p map[string]string, name string, from, to time.Time) {
	if !from.IsZero() && !to.Before(from) {
		p[name] = ms(to.Sub(from))
	}
}

func ms(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
