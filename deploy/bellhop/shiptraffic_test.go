package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
)

// traffic makes the facts of many calls that go on at once, by stepping real calls. The same seed makes the same.
type traffic struct {
	t      testing.TB
	random *rand.Rand
	now    time.Time
	agents []call.AgentID
	queue  call.Queue
	facts  []call.Fact
	live   []*guest
}

// guest is one call of the traffic, and what is still to happen to it.
type guest struct {
	call call.Call
	left []func(call.Call) []call.Event
}

func (tr *traffic) id() call.ID {
	var b [16]byte
	for i := range b {
		b[i] = byte(tr.random.UintN(256))
	}
	id, err := uuid.FromBytes(b[:])
	require.NoError(tr.t, err)
	return call.ID(id.String())
}

// next lets one event happen to one of the live calls, or begins one.
func (tr *traffic) next() {
	tr.now = tr.now.Add(time.Duration(tr.random.IntN(3000)) * time.Millisecond)
	if len(tr.live) < 30 {
		tr.live = append(tr.live, &guest{call: call.New(), left: tr.story()})
	}
	i := tr.random.IntN(len(tr.live))
	g := tr.live[i]
	for _, ev := range g.left[0](g.call) {
		after, _, facts := call.Step(g.call, ev, tr.now)
		g.call = after
		for _, f := range facts {
			f.Seq = uint64(len(tr.facts) + 1)
			f.Cause = fmt.Sprintf("%T", ev)
			tr.facts = append(tr.facts, f)
		}
	}
	if g.left = g.left[1:]; len(g.left) == 0 {
		require.Equal(tr.t, call.Ended, g.call.Phase)
		tr.live = append(tr.live[:i], tr.live[i+1:]...)
	}
}

// story is what happens to a call until it has ended.
func (tr *traffic) story() []func(call.Call) []call.Event {
	order := tr.random.Perm(len(tr.agents))
	anna, ben := tr.agents[order[0]], tr.agents[order[1]]
	one := func(ev call.Event) func(call.Call) []call.Event {
		return func(call.Call) []call.Event { return []call.Event{ev} }
	}
	queue, id := tr.queue, tr.id()
	customer := call.LegID(id + "-customer")
	arrived := one(call.Arrived{
		Call: id, Leg: customer, Caller: call.Party{Number: "01004827735", Name: "이수진"}, Dialled: "1000", Queue: &queue,
	})
	assigned := func(a call.AgentID) func(call.Call) []call.Event {
		return one(call.Assigned{Agent: a, Address: "sip:a@x", Choice: call.Choice{Rule: call.LongestIdle, Ready: 2, Waiting: 1}})
	}
	connect := func(c call.Call) []call.Event {
		return []call.Event{
			call.Accepted{Agent: anna},
			call.LegAnswered{Leg: c.Line.Leg},
			call.LegsJoined{Join: call.JoinLegs{Bridge: c.Bridge(), Purpose: call.ToConnect, Legs: [3]call.LegID{customer, c.Line.Leg}}},
		}
	}
	hold := one(call.Held{Agent: anna})
	resume := func(c call.Call) []call.Event {
		return []call.Event{
			call.Resumed{Agent: anna},
			call.LegsJoined{Join: call.JoinLegs{Bridge: c.Bridge(), Purpose: call.ToResume, Legs: [3]call.LegID{customer, c.Line.Leg}}},
		}
	}
	consult := one(call.ConsultAsked{Agent: anna, Target: call.Target{
		Kind: call.TargetAgent, Number: "2042", Name: "벤", Line: call.Line{Agent: ben, Address: "sip:ben@x"},
	}})
	consulted := func(c call.Call) []call.Event {
		return []call.Event{
			call.Accepted{Agent: ben},
			call.LegAnswered{Leg: c.Target.Line.Leg},
			call.LegsJoined{Join: call.JoinLegs{Bridge: c.Bridge(), Purpose: call.ToConsult, Legs: [3]call.LegID{c.Line.Leg, c.Target.Line.Leg}}},
		}
	}
	gone, failed := one(call.LegEnded{Leg: customer, Cause: 16}), one(call.SwitchFailed{})
	stories := [][]func(call.Call) []call.Event{
		{arrived, gone},
		{arrived, assigned(ben), one(call.Declined{Agent: ben}), assigned(anna), connect, hold, resume, gone},
		{arrived, assigned(anna), connect, hold, consult, consulted, one(call.CustomerConnected{Agent: anna}), gone},
		{arrived, assigned(anna), connect, consult, gone},
		{arrived, assigned(anna), connect, one(call.HostileEnded{Agent: anna, Detail: "threat"}), one(call.AnnouncementEnded{})},
		{arrived, failed},
		{arrived, assigned(anna), failed},
		{arrived, assigned(anna), connect, hold, failed},
		{
			one(call.Dialled{Call: id, Agent: anna, Address: "sip:anna@x", To: call.Party{Number: "01012345678"}, CallerID: "15004021", Service: queue}),
			func(c call.Call) []call.Event { return []call.Event{call.LegAnswered{Leg: c.Line.Leg}} },
			func(c call.Call) []call.Event { return []call.Event{call.LegEnded{Leg: c.Customer, Cause: 17}} },
		},
		{one(call.Dialled{Call: id, Agent: anna, Address: "sip:anna@x", Service: queue, Callee: &call.Target{
			Kind: call.TargetAgent, Number: "2042", Name: "벤", Line: call.Line{Agent: ben, Address: "sip:ben@x"},
		}}), one(call.HungUp{Agent: anna})},
	}
	return stories[tr.random.IntN(len(stories))]
}
