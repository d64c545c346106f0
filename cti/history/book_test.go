package history_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/history"
)

const (
	callID = call.ID("3f0c6e4e-0d0e-4f65-9a06-0d9d2f1c9f00")
	anna   = call.AgentID("anna")
	ben    = call.AgentID("ben")
)

var nine = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// line is a call that is stepped for real, and the book that is told of it.
type line struct {
	t     *testing.T
	now   time.Time
	call  call.Call
	book  *history.Book
	facts []call.Fact
	over  []history.Entry
}

func newLine(t *testing.T) *line {
	t.Helper()
	return &line{t: t, now: nine, call: call.New(), book: history.NewBook()}
}

// after lets seconds pass before the next event.
func (l *line) after(seconds int) *line {
	l.now = l.now.Add(time.Duration(seconds) * time.Second)
	return l
}

func (l *line) step(events ...call.Event) *line {
	l.t.Helper()
	for _, ev := range events {
		after, _, facts := call.Step(l.call, ev, l.now)
		require.NotEqual(l.t, l.call, after, "%T meant nothing in %s", ev, l.call.Phase)
		l.call = after
		for _, f := range facts {
			l.facts = append(l.facts, f)
			l.over = append(l.over, l.book.Fold(f)...)
		}
	}
	return l
}

// join reports the join that is under way.
func (l *line) join(why call.JoinPurpose, legs ...call.LegID) *line {
	l.t.Helper()
	j := call.JoinLegs{Bridge: l.call.Bridge(), Purpose: why}
	copy(j.Legs[:], legs)
	return l.step(call.LegsJoined{Join: j})
}

var orders = call.Queue{ID: "q", Name: "주문·배송", Service: "s", Reclaim: 30 * time.Second}

// offered: a customer calls at nine and is offered to anna 5 s later.
func offered(t *testing.T) *line {
	t.Helper()
	l := newLine(t).step(call.Arrived{
		Call: callID, Leg: "customer", Caller: call.Party{Number: "01004827735", Name: "이수진"}, Dialled: "1000", Queue: &orders,
	})
	return l.after(5).step(call.Assigned{Agent: anna, Address: "sip:anna@x"})
}

// talking: anna answers 2 s later.
func talking(t *testing.T) *line {
	t.Helper()
	l := offered(t).after(2)
	l.step(call.Accepted{Agent: anna}, call.LegAnswered{Leg: l.call.Line.Leg})
	return l.join(call.ToConnect, "customer", l.call.Line.Leg)
}

// consulting: 10 s later she consults ben, who answers after 3 s.
func consulting(t *testing.T) *line {
	t.Helper()
	l := ringing(t)
	l.after(3).step(call.Accepted{Agent: ben}, call.LegAnswered{Leg: l.call.Target.Line.Leg})
	return l.join(call.ToConsult, l.call.Line.Leg, l.call.Target.Line.Leg)
}

func ringing(t *testing.T) *line {
	t.Helper()
	return talking(t).after(10).step(call.ConsultAsked{Agent: anna, Target: call.Target{
		Kind: call.TargetAgent, Number: "2042", Name: "벤", Line: call.Line{Agent: ben, Address: "sip:ben@x"},
	}})
}

func dialled(t *testing.T, callee *call.Target) *line {
	t.Helper()
	l := newLine(t).step(call.Dialled{
		Call: callID, Agent: anna, Address: "sip:anna@x", To: call.Party{Number: "01012345678"}, CallerID: "15004021",
		Service: orders, Callee: callee,
	})
	return l.step(call.LegAnswered{Leg: l.call.Line.Leg})
}

func ownPhoneFailed(t *testing.T) *line {
	t.Helper()
	l := newLine(t).step(call.Dialled{Call: callID, Agent: anna, Address: "sip:anna@x"})
	return l.after(1).step(call.LegEnded{Leg: l.call.Line.Leg})
}

// brief is what the tests compare of an entry.
type brief struct {
	Agent     call.AgentID
	Direction call.Direction
	Result    history.Result
	By        history.By
	Reason    call.Reason
	Connected bool
	Talk      int // seconds
	Hold      int // seconds
}

func briefs(entries []history.Entry) []brief {
	var all []brief
	for _, e := range entries {
		all = append(all, brief{
			e.Agent, e.Direction, e.Result, e.EndedBy, e.Reason, !e.ConnectedAt.IsZero(), int(e.Talk.Seconds()), int(e.Hold.Seconds()),
		})
	}
	return all
}

func TestBook(t *testing.T) {
	for name, c := range map[string]struct {
		line *line
		want []brief
	}{
		"declined":       {offered(t).after(1).step(call.Declined{Agent: anna}), []brief{{anna, call.Inbound, history.Declined, history.ByAgent, "", false, 0, 0}}},
		"phone lost":     {offered(t).after(1).step(call.AgentLost{Agent: anna}), []brief{{anna, call.Inbound, history.Lost, history.BySystem, "", false, 0, 0}}},
		"customer gone":  {offered(t).after(1).step(call.LegEnded{Leg: "customer"}), []brief{{anna, call.Inbound, history.CallerGone, history.ByCustomer, call.AbandonedRinging, false, 0, 0}}},
		"customer ended": {talking(t).after(60).step(call.LegEnded{Leg: "customer"}), []brief{{anna, call.Inbound, history.Answered, history.ByCustomer, call.CustomerHangup, true, 60, 0}}},
		"agent ended":    {talking(t).after(60).step(call.HungUp{Agent: anna}), []brief{{anna, call.Inbound, history.Answered, history.ByAgent, call.AgentHangup, true, 60, 0}}},
		"ended on hold": {
			talking(t).after(60).step(call.Held{Agent: anna}).after(20).step(call.LegEnded{Leg: "customer"}),
			[]brief{{anna, call.Inbound, history.Answered, history.ByCustomer, call.CustomerHangup, true, 60, 20}},
		},
		"hostile": {
			talking(t).after(60).step(call.HostileEnded{Agent: anna}).after(8).step(call.AnnouncementEnded{}),
			[]brief{{anna, call.Inbound, history.Answered, history.ByAgent, call.HostileEnd, true, 60, 0}},
		},
		"hostile in a consult": {
			consulting(t).after(4).step(call.HostileEnded{Agent: anna}).after(8).step(call.AnnouncementEnded{}),
			[]brief{
				{anna, call.Inbound, history.Answered, history.ByAgent, call.HostileEnd, true, 17, 0},
				{ben, call.Internal, history.Answered, history.ByTarget, call.HostileEnd, true, 4, 0},
			},
		},
		"parked and gone": {
			talking(t).after(60).step(call.AgentAway{Agent: anna}).after(20).step(call.AgentLost{Agent: anna}),
			[]brief{{anna, call.Inbound, history.Lost, history.BySystem, "", true, 60, 20}},
		},
		"consult cancelled": { // what is consulting for her is holding for the customer only (D18)
			consulting(t).after(7).step(call.ConsultCancelled{Agent: anna}).after(30).step(call.HungUp{Agent: anna}),
			[]brief{
				{ben, call.Internal, history.Answered, history.ByTarget, call.Cancelled, true, 7, 0},
				{anna, call.Inbound, history.Answered, history.ByAgent, call.AgentHangup, true, 20, 30},
			},
		},
		"target hung up": {
			consulting(t).after(7).step(call.HungUp{Agent: ben}),
			[]brief{{ben, call.Internal, history.Answered, history.ByAgent, call.TargetHangup, true, 7, 0}},
		},
		"target declined":   {ringing(t).after(2).step(call.Declined{Agent: ben}), []brief{{ben, call.Internal, history.Declined, history.ByAgent, "", false, 0, 0}}},
		"consult withdrawn": {ringing(t).after(2).step(call.ConsultCancelled{Agent: anna}), []brief{{ben, call.Internal, history.CallerGone, history.ByTarget, "", false, 0, 0}}},
		"customer gone while the target rings": {
			ringing(t).after(2).step(call.LegEnded{Leg: "customer"}),
			[]brief{
				{anna, call.Inbound, history.Answered, history.ByCustomer, call.CustomerHangup, true, 12, 0},
				{ben, call.Internal, history.CallerGone, history.ByCustomer, call.CustomerHangup, false, 0, 0},
			},
		},
		"handed over": { // the consult and the talk with the customer are one part of ben's
			consulting(t).after(7).step(call.CustomerConnected{Agent: anna}).after(40).step(call.LegEnded{Leg: "customer"}),
			[]brief{
				{anna, call.Inbound, history.Transferred, history.ByAgent, "", true, 20, 0},
				{ben, call.Inbound, history.Answered, history.ByCustomer, call.CustomerHangup, true, 47, 0},
			},
		},
		"transferred to an agent": {
			talking(t).after(10).step(call.Transferred{Agent: anna, Target: call.Target{Kind: call.TargetAgent, Line: call.Line{Agent: ben, Address: "sip:ben@x"}}}).
				after(3).step(call.Declined{Agent: ben}),
			[]brief{
				{anna, call.Inbound, history.Transferred, history.ByAgent, "", true, 10, 0},
				{ben, call.Inbound, history.Declined, history.ByAgent, "", false, 0, 0},
			},
		},
		"dialled, cancelled": {dialled(t, nil).after(4).step(call.HungUp{Agent: anna}), []brief{{anna, call.Outbound, history.Cancelled, history.ByAgent, call.Cancelled, false, 0, 0}}},
		"own phone failed":   {ownPhoneFailed(t), []brief{{anna, call.Outbound, history.NoAgent, history.BySystem, call.NoAgent, false, 0, 0}}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, briefs(c.line.over))
			again := history.NewBook() // another run of serve is told the same
			var over []history.Entry
			for _, f := range c.line.facts {
				over = append(over, again.Fold(f)...)
				over = append(over, again.Fold(f)...)
			}
			seen := map[history.Entry]bool{}
			for _, e := range over {
				seen[e] = true
			}
			require.Len(t, seen, len(c.want), "what is told again is the same entry, or none")
		})
	}
}

func TestBookOfDialled(t *testing.T) {
	for cause, want := range map[int]history.Result{
		1: history.Unallocated, 17: history.Busy, 19: history.NoAnswer, 21: history.Refused, 38: history.NetworkError,
	} {
		l := dialled(t, nil).after(4)
		l.step(call.LegEnded{Leg: l.call.Customer, Cause: cause})
		require.Len(t, l.over, 1)
		require.Equal(t, want, l.over[0].Result)
	}
	l := dialled(t, nil).after(4)
	l.step(call.LegAnswered{Leg: l.call.Customer}).join(call.ToConnect, l.call.Customer, l.call.Line.Leg)
	l.after(30).step(call.LegEnded{Leg: l.call.Customer})
	require.Equal(t, []brief{{anna, call.Outbound, history.Answered, history.ByCustomer, call.CustomerHangup, true, 30, 0}}, briefs(l.over))
	e := l.over[0]
	require.Equal(t, "01012345678", e.Number)
	require.Empty(t, e.Queue)
	require.Equal(t, call.ServiceID("s"), e.Service)
}

func TestBookOfAnInternalCall(t *testing.T) {
	callee := call.Target{Kind: call.TargetAgent, Number: "2042", Name: "벤", Line: call.Line{Agent: ben, Address: "sip:ben@x"}}
	l := dialled(t, &callee).after(3)
	l.step(call.Assigned{Agent: ben, Address: "sip:ben@x"})
	l.step(call.Accepted{Agent: ben}, call.LegAnswered{Leg: l.call.Target.Line.Leg})
	l.join(call.ToConnect, l.call.Line.Leg, l.call.Target.Line.Leg).after(20).step(call.HungUp{Agent: ben})
	require.Equal(t, []brief{
		{anna, call.Internal, history.Answered, history.ByTarget, call.TargetHangup, true, 20, 0},
		{ben, call.Internal, history.Answered, history.ByAgent, call.TargetHangup, true, 20, 0},
	}, briefs(l.over))
	require.Equal(t, ben, l.over[0].Peer)
	require.Equal(t, anna, l.over[1].Peer)

	l = dialled(t, &callee).after(3)
	l.step(call.Assigned{Agent: ben, Address: "sip:ben@x"})
	l.step(call.Declined{Agent: ben})
	require.Equal(t, []brief{
		{ben, call.Internal, history.Declined, history.ByAgent, "", false, 0, 0},
		{anna, call.Internal, history.Refused, history.ByTarget, call.Refused, false, 0, 0},
	}, briefs(l.over))
}

func TestOneCallOfferedAgain(t *testing.T) {
	l := offered(t).after(30)
	l.step(call.DeadlineReached{Deadline: l.call.Deadline()}).after(1).step(call.Assigned{Agent: anna, Address: "sip:anna@x"})
	l.after(1).step(call.LegEnded{Leg: "customer"})
	require.Equal(t, []brief{
		{anna, call.Inbound, history.Missed, history.BySystem, "", false, 0, 0},
		{anna, call.Inbound, history.CallerGone, history.ByCustomer, call.AbandonedRinging, false, 0, 0},
	}, briefs(l.over))
	require.NotEqual(t, l.over[0].Leg, l.over[1].Leg)
	require.Equal(t, "주문·배송", l.over[0].Queue)
	require.Equal(t, nine.Add(5*time.Second), l.over[0].StartedAt)
}

func TestSwitchFailed(t *testing.T) {
	failed := call.SwitchFailed{}
	require.Equal(t, []brief{
		{anna, call.Inbound, history.Answered, history.BySystem, call.SwitchFailure, true, 23, 0},
		{ben, call.Internal, history.Answered, history.BySystem, call.SwitchFailure, true, 10, 0},
	}, briefs(consulting(t).after(10).step(failed).over))
	require.Equal(t, []brief{{anna, call.Inbound, history.Lost, history.BySystem, call.SwitchFailure, false, 0, 0}},
		briefs(offered(t).after(10).step(failed).over))
	require.Equal(t, []brief{{anna, call.Outbound, history.NetworkError, history.BySystem, call.SwitchFailure, false, 0, 0}},
		briefs(dialled(t, nil).after(10).step(failed).over))
}
