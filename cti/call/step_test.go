package call_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
)

var t0 = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

const agentA = call.AgentID("a")

func queued() call.Event {
	return call.Arrived{
		Call: "c", Leg: "cust", Dialled: "1000", Caller: call.Party{Number: "010"},
		Queue: &call.Queue{ID: "q", Reclaim: 30 * time.Second},
	}
}

// run folds events one second apart.
func run(events ...call.Event) call.Call {
	c := call.New()
	for i, ev := range events {
		c, _, _ = call.Step(c, withLeg(c, ev), t0.Add(time.Duration(i)*time.Second))
	}
	return c
}

// withLeg puts the leg of the present offer where an event says "agent".
func withLeg(c call.Call, ev call.Event) call.Event {
	var leg call.LegID
	if c.Offer != nil {
		leg = c.Offer.Leg
	}
	switch e := ev.(type) {
	case call.LegRang:
		if e.Leg == "agent" {
			return call.LegRang{Leg: leg}
		}
	case call.LegAnswered:
		if e.Leg == "agent" {
			return call.LegAnswered{Leg: leg}
		}
	case call.LegEnded:
		if e.Leg == "agent" {
			return call.LegEnded{Leg: leg}
		}
	case call.LegsJoined:
		return call.LegsJoined{Leg: leg}
	case call.DeadlineReached:
		return call.DeadlineReached{Deadline: c.Deadline()}
	}
	return ev
}

// phases leads to every phase, and to the sub-states of an offer.
var phases = map[string][]call.Event{
	"arriving":         {},
	"waiting":          {queued()},
	"offering":         {queued(), call.Assigned{Agent: agentA}},
	"offering ringing": {queued(), call.Assigned{Agent: agentA}, call.LegRang{Leg: "agent"}},
	"offering accepted": {
		queued(), call.Assigned{Agent: agentA}, call.LegRang{Leg: "agent"}, call.Accepted{Agent: agentA},
	},
	"offering joining": {
		queued(),
		call.Assigned{Agent: agentA},
		call.LegRang{Leg: "agent"},
		call.Accepted{Agent: agentA},
		call.LegAnswered{Leg: "agent"},
	},
	"talking": {
		queued(),
		call.Assigned{Agent: agentA},
		call.LegRang{Leg: "agent"},
		call.Accepted{Agent: agentA},
		call.LegAnswered{Leg: "agent"},
		call.LegsJoined{},
	},
	"announcing": {call.Arrived{Call: "c", Leg: "cust", Dialled: "4711"}},
	"ended":      {queued(), call.LegEnded{Leg: "cust"}},
	"ended by agent": {
		queued(),
		call.Assigned{Agent: agentA},
		call.LegRang{Leg: "agent"},
		call.Accepted{Agent: agentA},
		call.LegAnswered{Leg: "agent"},
		call.LegsJoined{},
		call.HungUp{Agent: agentA},
	},
}

// events are all kinds of event, with the effects and facts they must lead to in each phase; a phase that is not
// named stays as it is.
var events = []struct {
	name string
	ev   call.Event
	to   map[string]string // phase → "next phase: effects; facts"
}{
	{"arrived", queued(), map[string]string{
		"arriving": "waiting: AnswerCustomer PlayMusic; CallArrived CallQueued",
	}},
	{"arrived at an unknown number", call.Arrived{Call: "c", Leg: "cust"}, map[string]string{
		"arriving": "announcing: Announce; CallArrived",
	}},
	{"assigned", call.Assigned{Agent: agentA}, map[string]string{
		"waiting": "offering: RingAgent; CallOffered",
	}},
	{"accepted", call.Accepted{Agent: agentA}, map[string]string{
		"offering":         "offering: ; ",
		"offering ringing": "offering: PickUp; ",
	}},
	{"accepted by somebody else", call.Accepted{Agent: "b"}, nil},
	{"declined", call.Declined{Agent: agentA}, map[string]string{
		"offering":         "waiting: ReleaseLeg; OfferDeclined",
		"offering ringing": "waiting: ReleaseLeg; OfferDeclined",
	}},
	{"declined by somebody else", call.Declined{Agent: "b"}, nil},
	{"hung up", call.HungUp{Agent: agentA}, map[string]string{
		"talking": "ended: ReleaseLeg ReleaseLeg DropBridge; CallEnded",
	}},
	{"hung up by somebody else", call.HungUp{Agent: "b"}, nil},
	{"agent lost", call.AgentLost{Agent: agentA}, map[string]string{
		"offering":          "waiting: ReleaseLeg; OfferLost",
		"offering ringing":  "waiting: ReleaseLeg; OfferLost",
		"offering accepted": "waiting: ReleaseLeg; OfferLost",
		"offering joining":  "waiting: ReleaseLeg PlayMusic; OfferLost",
		"talking":           "waiting: ReleaseLeg PlayMusic; CallReturned",
	}},
	{"agent's leg rang", call.LegRang{Leg: "agent"}, nil},
	{"agent's leg answered", call.LegAnswered{Leg: "agent"}, map[string]string{
		"offering":          "offering: JoinLegs; ",
		"offering ringing":  "offering: JoinLegs; ",
		"offering accepted": "offering: JoinLegs; ",
	}},
	{"legs joined", call.LegsJoined{}, map[string]string{
		"offering joining": "talking: ; CallConnected",
	}},
	{"agent's leg ended", call.LegEnded{Leg: "agent"}, map[string]string{
		"offering":          "waiting: ; OfferLost",
		"offering ringing":  "waiting: ; OfferLost",
		"offering accepted": "waiting: ; OfferLost",
		"offering joining":  "waiting: PlayMusic; OfferLost",
		"talking":           "waiting: PlayMusic; CallReturned",
	}},
	{"customer hung up", call.LegEnded{Leg: "cust"}, map[string]string{
		"waiting":           "ended: ; CallEnded",
		"offering":          "ended: ReleaseLeg; CallEnded",
		"offering ringing":  "ended: ReleaseLeg; CallEnded",
		"offering accepted": "ended: ReleaseLeg; CallEnded",
		"offering joining":  "ended: ReleaseLeg DropBridge; CallEnded",
		"talking":           "ended: ReleaseLeg DropBridge; CallEnded",
		"announcing":        "ended: ; CallEnded",
	}},
	{"a stranger's leg ended", call.LegEnded{Leg: "stranger"}, nil},
	{"announcement ended", call.AnnouncementEnded{}, map[string]string{
		"announcing": "ended: ReleaseLeg; CallEnded",
	}},
	{"announcement failed", call.EffectFailed{Effect: call.Announce{}}, map[string]string{
		"announcing": "ended: ReleaseLeg; CallEnded",
	}},
	{"deadline reached", call.DeadlineReached{}, map[string]string{
		"offering":          "waiting: ReleaseLeg; OfferMissed",
		"offering ringing":  "waiting: ReleaseLeg; OfferMissed",
		"offering accepted": "waiting: ReleaseLeg; OfferLost",
		"offering joining":  "waiting: ReleaseLeg PlayMusic; OfferLost",
		"announcing":        "ended: ReleaseLeg; CallEnded",
		"ended by agent":    "ended: ReleaseLeg ReleaseLeg DropBridge; ",
	}},
}

func TestEveryPhaseAndEvent(t *testing.T) {
	for name, path := range phases {
		for _, tc := range events {
			t.Run(name+"/"+tc.name, func(t *testing.T) {
				c := run(path...)
				after, effects, facts := call.Step(c, withLeg(c, tc.ev), t0.Add(time.Minute))
				got := fmt.Sprintf("%s: %s; %s", after.Phase, names(effects), kinds(facts))
				want, ok := tc.to[name]
				if !ok {
					want = fmt.Sprintf("%s: ; ", c.Phase)
				}
				require.Equal(t, want, got)
				if !ok {
					require.Equal(t, c.Version, after.Version, "an event that means nothing makes no command stale")
				}
			})
		}
	}
}

func names(effects []call.Effect) string {
	var s string
	for i, e := range effects {
		if i > 0 {
			s += " "
		}
		s += fmt.Sprintf("%T", e)[len("call."):]
	}
	return s
}

func kinds(facts []call.Fact) string {
	var s string
	for i, f := range facts {
		if i > 0 {
			s += " "
		}
		s += string(f.Kind)
	}
	return s
}

func TestStepLeavesItsArgumentAlone(t *testing.T) {
	c := run(phases["offering ringing"]...)
	offer := *c.Offer
	call.Step(c, call.Accepted{Agent: agentA}, t0)
	require.Equal(t, offer, *c.Offer)
}

func TestPlaceIsKeptThroughReclaim(t *testing.T) {
	c := run(phases["offering"]...)
	place := c.QueuedAt
	for i := range 5 {
		c, _, _ = call.Step(c, call.DeadlineReached{Deadline: c.Deadline()}, t0.Add(time.Duration(i)*time.Hour))
		require.Equal(t, place, c.QueuedAt)
		require.Equal(t, call.Waiting, c.Phase)
		c, _, _ = call.Step(c, call.Assigned{Agent: "b"}, t0.Add(time.Duration(i)*time.Hour))
	}
	require.Equal(t, 6, c.Offers)
}

func TestADeadlineThatWasMovedDoesNotCount(t *testing.T) {
	c := run(phases["offering ringing"]...)
	old := c.Deadline()
	c, _, _ = call.Step(c, call.Accepted{Agent: agentA}, old.Add(-time.Second))
	require.True(t, c.Deadline().After(old))
	after, _, facts := call.Step(c, call.DeadlineReached{Deadline: old}, old)
	require.Empty(t, facts)
	require.Equal(t, c.Phase, after.Phase)
}

func TestLegIDsHaveOneLength(t *testing.T) {
	a := run(queued(), call.Assigned{Agent: agentA}).Offer.Leg
	c, _, _ := call.Step(run(queued()), call.Assigned{Agent: agentA}, t0.Add(1e6*time.Hour))
	require.Len(t, string(c.Offer.Leg), len(a))
}
