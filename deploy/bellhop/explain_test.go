package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/explain"
	"bellhop/cti/facts"
	"bellhop/web/app"
)

const (
	toldCall = "01995f3e-0000-7000-8000-000000000001"
	someone  = call.AgentID("01995f3e-0000-7000-8000-0000000000a1")
	another  = call.AgentID("01995f3e-0000-7000-8000-0000000000a2")
)

func nameOf(id call.AgentID) string {
	return map[call.AgentID]string{someone: "김서연", another: "이지훈"}[id]
}

// everything are records of every kind, reason and cause that can be told.
func everything() []facts.Record {
	at := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	var all []facts.Record
	add := func(r facts.Record) {
		at = at.Add(1500 * time.Millisecond)
		r.Epoch, r.Call, r.Seq, r.At = uuid.Nil.String(), toldCall, uint64(len(all)+1), at
		r.Agent, r.Target = someone, another
		r.Payload.Number, r.Payload.Dialled, r.Payload.QueueName = "01012345678", "1000", "주문·배송"
		r.Payload.Offers, r.Payload.WaitMS, r.Payload.HoldMS = max(r.Payload.Offers, 1), 61_000, 2_000
		all = append(all, r)
	}
	for _, kind := range []call.FactKind{
		call.CallArrived, call.CallQueued, call.CallQueued, call.CallDialled, call.CallOffered, call.OfferDeclined, call.OfferMissed,
		call.OfferLost, call.OfferWithdrawn, call.CallConnected, call.CallHeld, call.CallResumed, call.ConsultStarted,
		call.ConsultConnected, call.ThreeWayStarted, call.CustomerHandedOver, call.CustomerTransferred, call.CallParked,
		call.CallRejoined, call.CallReturned, call.CallRecovered, call.StateRepaired, "SomethingNew",
	} {
		add(facts.Record{Kind: kind})
	}
	add(facts.Record{Kind: call.CallDialled, Payload: facts.Payload{Direction: call.Internal}})
	for _, ready := range []int{1, 4} {
		add(facts.Record{Kind: call.CallOffered, Payload: facts.Payload{Offers: ready, Choice: &facts.Choice{
			Rule: call.LongestIdle, IdleSince: at.Add(-time.Hour), Ready: ready, Waiting: ready,
		}}})
	}
	add(facts.Record{Kind: call.CallOffered, Payload: facts.Payload{Choice: &facts.Choice{Rule: "skills", Ready: 2, Waiting: 1}}})
	for _, detail := range []string{"profanity", "threat", "sexual", "repeated", "other", ""} {
		add(facts.Record{Kind: call.HostileEndStarted, Payload: facts.Payload{Detail: detail}})
	}
	for _, why := range []string{"full", "nobody", "too_long", "new_why"} {
		add(facts.Record{Kind: call.CallOverflowed, Payload: facts.Payload{Detail: why}})
	}
	for _, cause := range []string{
		"restart", "repair:leg_gone", "switch_restarted", "switch_seen", "phones_lost", "phone_down:lost", "browser_down",
		"agent_unreachable", "failed:RingAgent",
	} {
		add(facts.Record{Kind: call.CallReturned, Cause: cause})
	}
	for _, reason := range []call.Reason{
		call.CustomerHangup, call.AgentHangup, call.TargetHangup, call.AbandonedWaiting, call.AbandonedRinging, call.Busy,
		call.NoAnswer, call.Refused, call.Unallocated, call.NetworkError, call.NoAgent, call.Cancelled, call.TransferOut,
		call.HostileEnd, call.SwitchFailure, "new_reason",
	} {
		add(facts.Record{Kind: call.ConsultEnded, Payload: facts.Payload{Why: reason}})
		add(facts.Record{Kind: call.CallEnded, Payload: facts.Payload{Reason: reason, TalkMS: 3_000}})
	}
	for _, reason := range []call.Reason{call.AbandonedInFlow, call.ClosedHours, call.Overflowed, call.FlowEnd} {
		add(facts.Record{Kind: call.CallEnded, Payload: facts.Payload{Reason: reason}})
	}
	return all
}

// TestEveryEventHasWords tells all there is in both languages: every code has words, every blank is filled, and no words
// are left over.
func TestEveryEventHasWords(t *testing.T) {
	story := explain.Tell(everything(), nameOf)
	withheld := everything()[:1]
	lost := everything()[4:5]
	vain := slices.Clone(everything()[len(everything())-1:])
	told := [][]explain.Line{story.Lines, explain.Tell(lost, nameOf).Lines, explain.Tell(vain, nameOf).Lines}
	withheld[0].Payload.Number = ""
	told = append(told, explain.Tell(withheld, nameOf).Lines)
	vain[0].Payload.TalkMS = 0
	told = append(told, explain.Tell(vain, nameOf).Lines)

	for _, language := range []string{"ko", "en"} {
		words, err := app.EventWords(language)
		require.NoError(t, err)
		unused := maps.Clone(words)
		for _, line := range slices.Concat(told...) {
			for _, c := range append([]explain.Clause{line.Clause}, line.Why...) {
				require.Contains(t, words, c.Code)
				require.NotContains(t, worded(c, words, language), "–", "%s %s %v", language, c.Code, c.Params)
				delete(unused, c.Code)
			}
		}
		require.Empty(t, unused, language)
	}
}

func TestStoryInWords(t *testing.T) {
	at := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	records := []facts.Record{
		{Seq: 1, Kind: call.CallArrived, At: at, Payload: facts.Payload{Number: "01012345678", Dialled: "1000"}},
		{Seq: 2, Kind: call.CallOffered, At: at.Add(63500 * time.Millisecond), Agent: someone, Payload: facts.Payload{
			Offers: 1, WaitMS: 63_500, Choice: &facts.Choice{Rule: call.LongestIdle, IdleSince: at.Add(-time.Minute), Ready: 3, Waiting: 1},
		}},
	}
	var out strings.Builder
	words, err := app.EventWords("ko")
	require.NoError(t, err)
	require.NoError(t, printStory(&out, explain.Tell(records, nameOf), words, "ko"))
	require.Regexp(t, `\d\d:\d\d:00\.000            01012345678 번호에서 1000 번호로 전화가 왔어요
  \d\d:\d\d:03\.500    \+63\.5s  김서연 상담원에게 연결했어요
 +· 대기 상담원 3명 중 가장 오래, 2분 3초 동안 대기했어요
 +· 고객이 기다린 시간 1분 3초
`, out.String())
}

func TestExplainArguments(t *testing.T) {
	for _, args := range [][]string{{}, {"nonsense"}, {toldCall, "more"}, {toldCall, "--lang", "xx"}, {toldCall, "--wrong"}} {
		var errs strings.Builder
		require.Equal(t, exitUsage, run(append([]string{"explain"}, args...), nil, &errs, &errs), "%v", args)
	}
	var out, errs strings.Builder
	state := t.TempDir()
	require.Equal(t, exitFailed, run([]string{"explain", toldCall, "--state", state}, nil, &out, &errs))
	require.Contains(t, errs.String(), "nothing is known of the call")
	require.Contains(t, errs.String(), filepath.Join(state, "serve", "journal"))
	entries, err := os.ReadDir(state)
	require.NoError(t, err)
	require.Empty(t, entries, "looking changes nothing")
	require.Equal(t, "ko", languageOf([]string{"LANG=ko_KR.UTF-8"}))
	require.Equal(t, "en", languageOf([]string{"LC_ALL=C", "LANG=ko_KR.UTF-8"}))
	require.Equal(t, "1.5 s 1 h 2 s", fmt.Sprint(spanIn(1500*time.Millisecond, "en"), " ", spanIn(time.Hour+2*time.Second, "en")))
}
