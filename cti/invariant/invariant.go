// Package invariant is what must hold of calls and agents whatever breaks: the rules of the call model as checks. It reads
// facts in their order, states at any moment and what exists in the switch once things have settled. The simulation and
// the tests with real faults use the same checks.
package invariant

import (
	"fmt"
	"time"

	"bellhop/cti/agent"
	"bellhop/cti/call"
)

// Rule names an invariant.
type Rule string

// The rules.
const (
	OneOffer    Rule = "one_offer"    // a call is offered to one agent at a time, an agent is offered one call
	OneCall     Rule = "one_call"     // an agent has one call, and the two agree
	Balance     Rule = "balance"      // of each queue: offered = answered + left + in progress
	OneLife     Rule = "one_life"     // a call begins once, ends once, and moves along a legal path between
	Heard       Rule = "heard"        // who talks shares a bridge, who waits hears music
	QueueOrder  Rule = "queue_order"  // nobody in a queue is overtaken
	OwnedLegs   Rule = "owned_legs"   // no leg lives for long without a call
	FactsWhole  Rule = "facts_whole"  // facts are numbered without a gap, none twice
	NobodyStuck Rule = "nobody_stuck" // an agent is in a call only while it lives
)

// Violation is an invariant that does not hold.
type Violation struct {
	Rule Rule
	What string
}

func (v Violation) Error() string { return string(v.Rule) + ": " + v.What }

func violated(r Rule, format string, args ...any) Violation {
	return Violation{r, fmt.Sprintf(format, args...)}
}

// Agents checks agents and calls as they are at one moment.
func Agents(calls map[call.ID]call.Call, agents []agent.Agent) []Violation {
	var found []Violation
	has := make(map[call.AgentID]call.ID, len(agents))
	for id, c := range calls {
		if c.Phase == call.Ended {
			continue
		}
		for _, a := range []call.AgentID{c.Agent(), c.Consulted()} {
			if a == "" {
				continue
			}
			if other, busy := has[a]; busy && other != id {
				found = append(found, violated(OneCall, "agent %s is in %s and in %s", a, other, id))
			}
			has[a] = id
		}
	}
	for _, a := range agents {
		switch in := has[a.ID]; {
		case a.Occupation == agent.Free && in != "":
			found = append(found, violated(OneCall, "agent %s is free, but call %s is his", a.ID, in))
		case a.Occupation != agent.Free && in != a.Call:
			found = append(found, violated(NobodyStuck, "agent %s is %s in %q, but is needed in %q", a.ID, a.Occupation, a.Call, in))
		}
	}
	return found
}

// Leg is a leg as it is in the switch.
type Leg struct {
	ID     call.LegID
	Bridge string // empty: none
	Hold   bool   // Bridge is the hold music's
}

// Settled checks what exists in the switch against the calls, once nothing has been under way for some seconds.
func Settled(calls map[call.ID]call.Call, legs []Leg) []Violation {
	var found []Violation
	seen := make(map[call.LegID]Leg, len(legs))
	owned := make(map[call.LegID]bool)
	for _, l := range legs {
		seen[l.ID] = l
	}
	for id, c := range calls {
		for _, leg := range c.Legs() {
			owned[leg] = true
			if _, exists := seen[leg]; !exists && c.StateOf(leg) != call.Gone {
				found = append(found, violated(OwnedLegs, "%s %s has leg %s, which does not exist", id, c.Phase, leg))
			}
		}
		for leg, place := range c.Places() {
			l := seen[leg]
			if l.Hold != (place == call.Music) || (place == call.Together && l.Bridge != c.Bridge()) {
				found = append(found, violated(Heard, "%s %s: leg %s should be at %s and is in %q", id, c.Phase, leg, place, l.Bridge))
			}
		}
	}
	for _, l := range legs {
		if !owned[l.ID] {
			found = append(found, violated(OwnedLegs, "leg %s belongs to no call", l.ID))
		}
	}
	return found
}

// Orphans checks at every look that no leg lives longer than OrphanTime without a call.
type Orphans struct{ since map[call.LegID]time.Time }

// OrphanTime is how long a leg may live without a call.
const OrphanTime = 30 * time.Second

// Look compares the legs in the switch with the calls, now.
func (o *Orphans) Look(calls map[call.ID]call.Call, legs []call.LegID, now time.Time) []Violation {
	owned := make(map[call.LegID]bool)
	for _, c := range calls {
		for _, leg := range c.Legs() {
			owned[leg] = true
		}
	}
	var found []Violation
	still := make(map[call.LegID]time.Time)
	for _, leg := range legs {
		if owned[leg] {
			continue
		}
		still[leg] = now
		if since, before := o.since[leg]; before {
			still[leg] = since
		}
		if now.Sub(still[leg]) > OrphanTime {
			found = append(found, violated(OwnedLegs, "leg %s has had no call for %s", leg, now.Sub(still[leg])))
		}
	}
	o.since = still
	return found
}
