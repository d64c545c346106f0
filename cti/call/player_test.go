package call_test

import (
	"fmt"
	"strings"
	"time"

	"bellhop/cti/call"
)

var t0 = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

const (
	agentA = call.AgentID("a")
	agentB = call.AgentID("b")
)

// player folds events into one call. Events may name legs by who is on them: "agent", "target" and "customer".
type player struct {
	call.Call
	now     time.Time
	last    call.JoinLegs // the last join that was asked for
	effects []call.Effect // of the last event
	facts   []call.Fact
}

func play(events ...call.Event) *player {
	p := &player{Call: call.New(), now: t0}
	for _, ev := range events {
		p.fold(ev)
	}
	return p
}

func (p *player) fold(ev call.Event) {
	p.now = p.now.Add(time.Second)
	p.Call, p.effects, p.facts = call.Step(p.Call, p.real(ev), p.now)
	for _, e := range p.effects {
		if j, ok := e.(call.JoinLegs); ok {
			p.last = j
		}
	}
}

func (p *player) leg(name call.LegID) call.LegID {
	switch {
	case name == "customer" && p.Customer != "":
		return p.Customer
	case name == "agent" && p.Line != nil:
		return p.Line.Leg
	case name == "target" && p.Target != nil && p.Target.Line.Leg != "":
		return p.Target.Line.Leg
	}
	return "nobody's"
}

// real puts the legs as they are into an event.
func (p *player) real(ev call.Event) call.Event {
	switch e := ev.(type) {
	case call.LegRang:
		return call.LegRang{Leg: p.leg(e.Leg)}
	case call.LegAnswered:
		return call.LegAnswered{Leg: p.leg(e.Leg)}
	case call.LegEnded:
		return call.LegEnded{Leg: p.leg(e.Leg), Cause: e.Cause}
	case call.LegsJoined:
		return call.LegsJoined{Join: p.last}
	case call.EffectFailed:
		switch f := e.Effect.(type) {
		case call.JoinLegs:
			e.Effect = p.last
		case call.RingAgent:
			f.Leg = p.leg(f.Leg)
			e.Effect = f
		case call.DialOut:
			f.Leg = p.leg(f.Leg)
			e.Effect = f
		}
		return e
	case call.DeadlineReached:
		if e.Deadline.IsZero() {
			return call.DeadlineReached{Deadline: p.Deadline()}
		}
	}
	return ev
}

// said is what followed from the last event, in one line.
func (p *player) said() string {
	var effects, facts []string
	for _, e := range p.effects {
		effects = append(effects, p.effect(e))
	}
	for _, f := range p.facts {
		fact := string(f.Kind)
		if f.Agent != "" {
			fact += "(" + string(f.Agent)
			if f.Target != "" {
				fact += " " + string(f.Target)
			}
			fact += ")"
		}
		if f.Why != "" {
			fact += ":" + string(f.Why)
		}
		facts = append(facts, fact)
	}
	return fmt.Sprintf("%s | %s | %s", p.Phase, strings.Join(effects, " "), strings.Join(facts, " "))
}

func (p *player) effect(e call.Effect) string {
	name := strings.TrimPrefix(fmt.Sprintf("%T", e), "call.")
	who := func(leg call.LegID) string {
		if leg == "chan" {
			return "c"
		}
		i := strings.LastIndex(string(leg), "-")
		return string(leg[i+1 : i+2])
	}
	switch e := e.(type) {
	case call.JoinLegs:
		var legs string
		for _, leg := range e.Legs {
			if leg != "" {
				legs += who(leg)
			}
		}
		return fmt.Sprintf("%s(%s)", name, legs)
	case call.ReleaseLeg:
		return fmt.Sprintf("%s(%s)", name, who(e.Leg))
	case call.PlayMusic:
		return fmt.Sprintf("%s(%s)", name, who(e.Leg))
	case call.SendKeys:
		return fmt.Sprintf("%s(%s)", name, who(e.Leg))
	case call.RingBack:
		return fmt.Sprintf("%s(%v)", name, e.On)
	case call.Announce:
		return fmt.Sprintf("%s(%s)", name, e.Sound)
	}
	return name
}

var (
	arrived = call.Arrived{
		Call: "call", Leg: "chan", Dialled: "1000", Caller: call.Party{Number: "010"},
		Queue: &call.Queue{ID: "q", Reclaim: 30 * time.Second},
	}
	dialled = call.Dialled{
		Call: "call", Agent: agentA, Address: "sip:a@h", To: call.Party{Number: "0101"}, CallerID: "02",
		Service: call.Queue{ID: "q", Service: "s", Reclaim: 30 * time.Second},
	}
	toAgent   = call.Target{Kind: call.TargetAgent, Number: "2042", Line: call.Line{Agent: agentB, Address: "sip:b@h"}}
	toQueue   = call.Target{Kind: call.TargetQueue, Number: "7200", Queue: call.Queue{ID: "q2", Reclaim: 30 * time.Second}}
	toOutside = call.Target{Kind: call.TargetOutside, Number: "0318", CallerID: "02"}
	assigned  = call.Assigned{Agent: agentA, Address: "sip:a@h"}
	inFlow    = call.Arrived{Call: "call", Leg: "chan", Caller: call.Party{Number: "01012345678"}, Dialled: "1000", Flow: flowAt}
	flowAt    = call.FlowAt{ID: "f", Version: 3, Step: "s"}
	said      = call.Arrived{
		Call: "call", Leg: "chan", Dialled: "1000", Queue: &call.Queue{ID: "q", Reclaim: 30 * time.Second, SayEvery: time.Minute},
	}
	flowQueue = call.Queue{ID: "q", Reclaim: 30 * time.Second}
	assignedB = call.Assigned{Agent: agentB, Address: "sip:b@h"}
)

func path(parts ...any) []call.Event {
	var events []call.Event
	for _, part := range parts {
		switch part := part.(type) {
		case []call.Event:
			events = append(events, part...)
		case call.Event:
			events = append(events, part)
		}
	}
	return events
}

// paths lead to every phase, and to the sub-states that matter.
var (
	ringing    = path(arrived, assigned, call.LegRang{Leg: "agent"})
	accepted   = path(ringing, call.Accepted{Agent: agentA})
	joining    = path(accepted, call.LegAnswered{Leg: "agent"})
	talking    = path(joining, call.LegsJoined{})
	holding    = path(talking, call.Held{Agent: agentA})
	consultB   = path(talking, call.ConsultAsked{Agent: agentA, Target: toAgent}, call.LegRang{Leg: "target"})
	consulting = path(consultB, call.Accepted{Agent: agentB}, call.LegAnswered{Leg: "target"}, call.LegsJoined{})
	consultOut = path(holding, call.ConsultAsked{Agent: agentA, Target: toOutside}, call.LegRang{Leg: "target"})
	outside    = path(consultOut, call.LegAnswered{Leg: "target"}, call.LegsJoined{})
	dialledUp  = path(dialled, call.LegRang{Leg: "agent"}, call.LegAnswered{Leg: "agent"})
	internal   = path(call.Dialled{Call: "call", Agent: agentA, To: call.Party{Number: "2042"}, Callee: &toAgent},
		call.LegRang{Leg: "agent"}, call.LegAnswered{Leg: "agent"}, assignedB)
	internalUp = path(internal, call.LegRang{Leg: "target"}, call.Accepted{Agent: agentB},
		call.LegAnswered{Leg: "target"}, call.LegsJoined{})
)

var phases = []struct {
	name string
	path []call.Event
}{
	{"arriving", nil},
	{"waiting", path(arrived)},
	{"offering", path(arrived, assigned)},
	{"offering, ringing", ringing},
	{"offering, accepted", accepted},
	{"offering, joining", joining},
	{"talking", talking},
	{"talking, muted", path(talking, call.Muted{Agent: agentA, On: true})},
	{"holding", holding},
	{"holding, resuming", path(holding, call.Resumed{Agent: agentA})},
	{"consult of an agent", consultB},
	{"consult of an agent, accepted", path(consultB, call.Accepted{Agent: agentB})},
	{"consult of an agent, joining", path(consultB, call.Accepted{Agent: agentB}, call.LegAnswered{Leg: "target"})},
	{"consult of a queue", path(talking, call.ConsultAsked{Agent: agentA, Target: toQueue})},
	{"consult of a queue, ringing", path(talking, call.ConsultAsked{Agent: agentA, Target: toQueue}, assignedB)},
	{"consult of an outside number", consultOut},
	{"consulting an agent", consulting},
	{"consulting an agent, swapped", path(consulting, call.Swapped{Agent: agentA}, call.LegsJoined{})},
	{"consulting an outside number", outside},
	{"three-way", path(consulting, call.ThreeWayAsked{Agent: agentA}, call.LegsJoined{})},
	{"handed over", path(consulting, call.CustomerConnected{Agent: agentA})},
	{"transferred out", path(outside, call.CustomerConnected{Agent: agentA})},
	{"transferring out", path(talking, call.Transferred{Agent: agentA, Target: toOutside})},
	{"transferred to an agent", path(talking, call.Transferred{Agent: agentA, Target: toAgent})},
	{"transferred to a queue", path(talking, call.Transferred{Agent: agentA, Target: toQueue})},
	{"parked", path(talking, call.AgentAway{Agent: agentA})},
	{"parked, line gone", path(talking, call.LegEnded{Leg: "agent"})},
	{"parked, rejoining", path(talking, call.AgentAway{Agent: agentA}, call.AgentBack{Agent: agentA})},
	{"dialling, own phone", path(dialled)},
	{"dialling", dialledUp},
	{"dialling, joining", path(dialledUp, call.LegAnswered{Leg: "customer"})},
	{"calling a colleague, own phone up", internal[:3]},
	{"in a flow", path(nil, inFlow)},
	{"in a flow, hearing words", path(nil, inFlow, call.FlowTold{At: flowAt, Sound: "hello"})},
	{"in a flow, after the words", path(nil, inFlow, call.FlowTold{At: flowAt, Sound: "hello"}, call.AnnouncementEnded{})},
	{"in a menu", path(nil, inFlow, call.FlowTold{At: flowAt, Sound: "menu", Wait: 5 * time.Second}, call.AnnouncementEnded{})},
	{"waiting, asked for his place", path(nil, said, call.DeadlineReached{})},
	{"waiting, hearing his place", path(nil, said, call.DeadlineReached{}, call.PlaceTold{Sounds: []call.Sound{"queue-place-2", "queue-wait-3"}})},
	{"in a queue of a flow", path(nil, inFlow, call.FlowTold{At: flowAt, Queue: &flowQueue, After: time.Minute})},
	{"in a queue of a flow, for too long", path(nil, inFlow, call.FlowTold{At: flowAt, Queue: &flowQueue, After: time.Minute}, call.DeadlineReached{})},
	{"calling a colleague", internal},
	{"talking to a colleague", internalUp},
	{"announcing", path(call.Arrived{Call: "call", Leg: "chan", Dialled: "4711"})},
	{"announcing the hostile end", path(talking, call.HostileEnded{Agent: agentA})},
	{"ended by the customer", path(arrived, call.LegEnded{Leg: "customer"})},
	{"ended by the agent", path(talking, call.HungUp{Agent: agentA})},
}

// everything are all kinds of event.
var everything = []struct {
	name string
	ev   call.Event
}{
	{"arrived", arrived},
	{"arrived at an unknown number", call.Arrived{Call: "call", Leg: "chan"}},
	{"dialled", dialled},
	{"assigned", assignedB},
	{"callee busy", call.CalleeBusy{}},
	{"arrived in a flow", inFlow},
	{"flow says", call.FlowTold{At: flowAt, Sound: "hello"}},
	{"flow asks", call.FlowTold{At: flowAt, Sound: "menu", Wait: 5 * time.Second}},
	{"flow queues", call.FlowTold{At: flowAt, Queue: &flowQueue, After: time.Minute}},
	{"flow goes outside", call.FlowTold{At: flowAt, To: &toOutside}},
	{"flow ends", call.FlowTold{At: flowAt, End: call.ClosedHours}},
	{"flow ends with words", call.FlowTold{At: flowAt, Sound: "closed", End: call.ClosedHours}},
	{"key pressed", call.KeyPressed{Key: "2"}},
	{"place told", call.PlaceTold{Sounds: []call.Sound{"queue-place-2", "queue-wait-3"}}},
	{"nothing told", call.PlaceTold{}},
	{"announcing failed", call.EffectFailed{Effect: call.Announce{Number: 1}}},
	{"accepted", call.Accepted{Agent: agentA}},
	{"accepted by b", call.Accepted{Agent: agentB}},
	{"declined", call.Declined{Agent: agentA}},
	{"declined by b", call.Declined{Agent: agentB}},
	{"hung up", call.HungUp{Agent: agentA}},
	{"hung up by b", call.HungUp{Agent: agentB}},
	{"hung up by a stranger", call.HungUp{Agent: "x"}},
	{"held", call.Held{Agent: agentA}},
	{"resumed", call.Resumed{Agent: agentA}},
	{"muted", call.Muted{Agent: agentA, On: true}},
	{"muted by b", call.Muted{Agent: agentB, On: true}},
	{"keys", call.KeysPressed{Agent: agentA, Keys: "1"}},
	{"consult an agent", call.ConsultAsked{Agent: agentA, Target: toAgent}},
	{"consult a queue", call.ConsultAsked{Agent: agentA, Target: toQueue}},
	{"consult outside", call.ConsultAsked{Agent: agentA, Target: toOutside}},
	{"consult cancelled", call.ConsultCancelled{Agent: agentA}},
	{"consult cancelled by b", call.ConsultCancelled{Agent: agentB}},
	{"customer connected", call.CustomerConnected{Agent: agentA}},
	{"swapped", call.Swapped{Agent: agentA}},
	{"three-way asked", call.ThreeWayAsked{Agent: agentA}},
	{"target dropped", call.TargetDropped{Agent: agentA}},
	{"transferred to an agent", call.Transferred{Agent: agentA, Target: toAgent}},
	{"transferred to a queue", call.Transferred{Agent: agentA, Target: toQueue}},
	{"transferred outside", call.Transferred{Agent: agentA, Target: toOutside}},
	{"hostile end", call.HostileEnded{Agent: agentA}},
	{"hostile end in own words", call.HostileEnded{Agent: agentA, Sound: "own-words"}},
	{"hostile end by b", call.HostileEnded{Agent: agentB}},
	{"agent away", call.AgentAway{Agent: agentA}},
	{"agent back", call.AgentBack{Agent: agentA, Address: "sip:a@new"}},
	{"agent lost", call.AgentLost{Agent: agentA}},
	{"b lost", call.AgentLost{Agent: agentB}},
	{"agent's leg rang", call.LegRang{Leg: "agent"}},
	{"agent's leg answered", call.LegAnswered{Leg: "agent"}},
	{"agent's leg ended", call.LegEnded{Leg: "agent", Cause: 16}},
	{"target's leg rang", call.LegRang{Leg: "target"}},
	{"target's leg answered", call.LegAnswered{Leg: "target"}},
	{"target's leg ended", call.LegEnded{Leg: "target", Cause: 17}},
	{"customer's leg rang", call.LegRang{Leg: "customer"}},
	{"customer's leg answered", call.LegAnswered{Leg: "customer"}},
	{"customer's leg ended", call.LegEnded{Leg: "customer", Cause: 17}},
	{"a stranger's leg ended", call.LegEnded{Leg: "stranger"}},
	{"legs joined", call.LegsJoined{}},
	{"join failed", call.EffectFailed{Effect: call.JoinLegs{}}},
	{"ringing failed", call.EffectFailed{Effect: call.RingAgent{Leg: "agent"}}},
	{"ringing the target failed", call.EffectFailed{Effect: call.RingAgent{Leg: "target"}}},
	{"dialling the target failed", call.EffectFailed{Effect: call.DialOut{Leg: "target"}}},
	{"dialling the customer failed", call.EffectFailed{Effect: call.DialOut{Leg: "customer"}}},
	{"announcement ended", call.AnnouncementEnded{}},
	{"announcement failed", call.AnnouncementEnded{Failed: true}},
	{"switch failed", call.SwitchFailed{}},
	{"deadline reached", call.DeadlineReached{}},
	{"an old deadline reached", call.DeadlineReached{Deadline: t0}},
}
