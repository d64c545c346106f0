package agent_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/agent"
	"bellhop/cti/call"
)

var t0 = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func fold(a agent.Agent, events ...agent.Event) agent.Agent {
	for i, ev := range events {
		a = agent.Step(a, ev, t0.Add(time.Duration(i+1)*time.Second))
	}
	return a
}

func fact(kind call.FactKind) agent.Event {
	return agent.CallFact{
		Fact:  call.Fact{Kind: kind, Agent: "a", At: t0, Call: call.Call{ID: "c", Reason: call.CustomerHangup}},
		Rules: agent.Rules{MissLimit: 2},
	}
}

func mode(p agent.Presence, k agent.Kind) agent.Event {
	return agent.ModeChosen{Mode: agent.Mode{Presence: p, Kind: k}}
}

func signedIn() agent.Agent {
	return fold(agent.New("a", t0), agent.BrowserConnected{}, agent.PhoneConnected{})
}

func ready() agent.Agent { return fold(signedIn(), mode(agent.Ready, "")) }

func TestWhatBecomesOfTheAgent(t *testing.T) {
	for name, tc := range map[string]struct {
		from       agent.Agent
		events     []agent.Event
		mode       agent.Mode
		occupation agent.Occupation
		notice     agent.NoticeKind
	}{
		"signed in": {signedIn(), nil, agent.Mode{Presence: agent.Default}, agent.Free, ""},
		"ready":     {ready(), nil, agent.Mode{Presence: agent.Ready}, agent.Free, ""},
		"training": {
			ready(),
			[]agent.Event{mode(agent.Work, agent.Training)},
			agent.Mode{Presence: agent.Work, Kind: agent.Training},
			agent.Free, "",
		},
		"no such work": {
			ready(),
			[]agent.Event{mode(agent.Work, "golf")},
			agent.Mode{Presence: agent.Ready},
			agent.Free, "",
		},
		"offered": {
			ready(),
			[]agent.Event{fact(call.CallOffered)},
			agent.Mode{Presence: agent.Ready},
			agent.Offered, "",
		},
		"no other state while it rings": {
			ready(),
			[]agent.Event{fact(call.CallOffered), mode(agent.Break, "")},
			agent.Mode{Presence: agent.Ready},
			agent.Offered, "",
		},
		"declined (D3)": {
			ready(),
			[]agent.Event{fact(call.CallOffered), fact(call.OfferDeclined)},
			agent.Mode{Presence: agent.Default},
			agent.Free, agent.DeclinedOffer,
		},
		"missed once (D4)": {
			ready(),
			[]agent.Event{fact(call.CallOffered), fact(call.OfferMissed)},
			agent.Mode{Presence: agent.Default},
			agent.Free, agent.MissedOffer,
		},
		"missed twice (D4)": {
			ready(),
			[]agent.Event{
				fact(call.CallOffered), fact(call.OfferMissed), mode(agent.Ready, ""),
				fact(call.CallOffered), fact(call.OfferMissed),
			},
			agent.Mode{Presence: agent.Break, Kind: agent.Unanswered},
			agent.Free, agent.MissedTooOften,
		},
		"an answered call forgives a miss": {
			ready(),
			[]agent.Event{
				fact(call.CallOffered), fact(call.OfferMissed), mode(agent.Ready, ""),
				fact(call.CallOffered), fact(call.CallConnected), fact(call.CallEnded), mode(agent.Ready, ""),
				fact(call.CallOffered), fact(call.OfferMissed),
			},
			agent.Mode{Presence: agent.Default},
			agent.Free, agent.MissedOffer,
		},
		"after the call (D1)": {
			ready(),
			[]agent.Event{fact(call.CallOffered), fact(call.CallConnected), fact(call.CallEnded)},
			agent.Mode{Presence: agent.Work, Kind: agent.Ticket},
			agent.Free, agent.AfterCall,
		},
		"next state chosen during the call": {
			ready(),
			[]agent.Event{
				fact(call.CallOffered), fact(call.CallConnected), mode(agent.Break, ""), fact(call.CallEnded),
			},
			agent.Mode{Presence: agent.Break},
			agent.Free, "",
		},
		"next state cleared": {
			ready(),
			[]agent.Event{
				fact(call.CallOffered), fact(call.CallConnected), mode(agent.Break, ""),
				agent.NextCleared{},
				fact(call.CallEnded),
			},
			agent.Mode{Presence: agent.Work, Kind: agent.Ticket},
			agent.Free, agent.AfterCall,
		},
		"caller gave up": {
			ready(),
			[]agent.Event{fact(call.CallOffered), fact(call.CallEnded)},
			agent.Mode{Presence: agent.Ready},
			agent.Free, agent.CallerGone,
		},
		"signed out in a call is refused": {
			ready(),
			[]agent.Event{fact(call.CallOffered), agent.SignedOff{}},
			agent.Mode{Presence: agent.Ready},
			agent.Offered, "",
		},
		"signed out": {
			ready(),
			[]agent.Event{agent.SignedOff{}},
			agent.Mode{Presence: agent.SignedOut},
			agent.Free, "",
		},
		"a fact of another call": {
			fold(ready(), fact(call.CallOffered)),
			[]agent.Event{agent.CallFact{Fact: call.Fact{Kind: call.CallEnded, Call: call.Call{ID: "other"}}}},
			agent.Mode{Presence: agent.Ready},
			agent.Offered, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := fold(tc.from, tc.events...)
			require.Equal(t, tc.mode, a.Mode)
			require.Equal(t, tc.occupation, a.Occupation)
			require.Equal(t, tc.notice, a.Notice.Kind)
			require.Equal(t, a.Occupation == agent.Free, a.Call == "", "a free agent has no call")
		})
	}
}

func TestNeverReadyWithoutAudio(t *testing.T) {
	a := fold(signedIn(), agent.PhoneLost{}, mode(agent.Ready, ""))
	require.Equal(t, agent.Default, a.Mode.Presence)
}

func TestCallerGoneKeepsTheTurn(t *testing.T) {
	a := ready()
	since := a.IdleSince
	a = fold(a, fact(call.CallOffered), fact(call.CallEnded))
	require.Equal(t, since, a.IdleSince)
}

func TestGrace(t *testing.T) {
	lost := agent.Step(ready(), agent.BrowserLost{}, t0)
	require.Equal(t, t0.Add(agent.Grace), lost.Deadline())
	require.False(t, lost.Available())

	back := agent.Step(lost, agent.BrowserConnected{}, t0.Add(time.Second))
	require.True(t, back.Deadline().IsZero())
	require.True(t, back.Available())

	stale := agent.Step(lost, agent.GracePassed{LostAt: t0.Add(-time.Hour)}, t0.Add(agent.Grace))
	require.Equal(t, agent.Ready, stale.Mode.Presence)

	gone := agent.Step(lost, agent.GracePassed{LostAt: lost.LostAt}, t0.Add(agent.Grace))
	require.Equal(t, agent.Default, gone.Mode.Presence)
	require.Equal(t, agent.WasUnreachable, gone.Notice.Kind)
	require.True(t, gone.Away)
	require.True(t, gone.Deadline().IsZero(), "told once")

	again := fold(gone, agent.BrowserConnected{}, agent.BrowserLost{})
	require.False(t, again.Deadline().IsZero(), "the next time counts anew")
}

func TestBreakSurvivesTheGrace(t *testing.T) {
	a := fold(signedIn(), mode(agent.Break, ""), agent.PhoneLost{})
	a = agent.Step(a, agent.GracePassed{LostAt: a.LostAt}, t0.Add(time.Hour))
	require.Equal(t, agent.Break, a.Mode.Presence)
}

func TestVersionRisesOnlyWithAChange(t *testing.T) {
	a := ready()
	require.Equal(t, a.Version, fold(a, agent.BrowserConnected{}).Version)
	require.Equal(t, a.Version+1, fold(a, agent.BrowserLost{}).Version)
}
