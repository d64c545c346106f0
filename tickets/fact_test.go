package tickets_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"bellhop/tickets"
)

func TestFactAsEvent(t *testing.T) {
	at := time.Unix(100, 0)
	for name, c := range map[string]struct {
		fact tickets.Fact
		want map[string]string
	}{
		"arrived": {
			tickets.Fact{Kind: tickets.Arrived, Dialled: "1000", CustomerNumber: "+8210", CustomerName: "이수아"},
			map[string]string{"dialled": "1000", "number": "+8210", "name": "이수아"},
		},
		"arrived, withheld": {
			tickets.Fact{Kind: tickets.Arrived, Dialled: "1000"},
			map[string]string{"dialled": "1000", "number": "", "name": ""},
		},
		"queued":    {tickets.Fact{Kind: tickets.Queued, Queue: "주문·배송"}, map[string]string{"queue": "주문·배송"}},
		"missed":    {tickets.Fact{Kind: tickets.Missed, Agent: "a"}, map[string]string{}},
		"connected": {tickets.Fact{Kind: tickets.Connected, QueuedAt: at.Add(-1500 * time.Millisecond)}, map[string]string{"wait_ms": "1500"}},
		"abandoned": {
			tickets.Fact{Kind: tickets.Ended, Reason: "abandoned_ringing", QueuedAt: at.Add(-time.Second)},
			map[string]string{"reason": "abandoned_ringing", "by": "customer", "wait_ms": "1000"},
		},
		"ended by the agent": {
			tickets.Fact{Kind: tickets.Ended, Reason: "agent_hangup", QueuedAt: at.Add(-5 * time.Second), ConnectedAt: at.Add(-2 * time.Second)},
			map[string]string{"reason": "agent_hangup", "by": "agent", "wait_ms": "3000", "talk_ms": "2000", "hold_ms": "0"},
		},
		"ended after a hold": {
			tickets.Fact{Kind: tickets.Ended, Reason: "target_hangup", ConnectedAt: at.Add(-10 * time.Second), HeldFor: 4 * time.Second},
			map[string]string{"reason": "target_hangup", "by": "target", "talk_ms": "6000", "hold_ms": "4000"},
		},
		"ended after the announcement": {
			tickets.Fact{Kind: tickets.Ended, Reason: "hostile_end", ConnectedAt: at.Add(-10 * time.Second)},
			map[string]string{"reason": "hostile_end", "by": "agent"},
		},
		"hostile": {
			tickets.Fact{Kind: tickets.HostileEnd, ConnectedAt: at.Add(-10 * time.Second), HeldFor: time.Hour},
			map[string]string{"talk_ms": "0", "hold_ms": "10000"},
		},
		"hostile, for a reason": {tickets.Fact{Kind: tickets.HostileEnd, Detail: "threat"}, map[string]string{"detail": "threat"}},
		"repaired":              {tickets.Fact{Kind: tickets.Repaired, Detail: "leg_gone"}, map[string]string{"cause": "leg_gone"}},
		"overflowed":            {tickets.Fact{Kind: tickets.Overflowed, Detail: "too_long"}, map[string]string{"why": "too_long"}},
		"recovered":             {tickets.Fact{Kind: tickets.Recovered}, map[string]string{}},
		"busy": {
			tickets.Fact{Kind: tickets.Ended, Direction: tickets.Outbound, Reason: "busy"},
			map[string]string{"reason": "busy", "by": "system"},
		},
		"dialled": {
			tickets.Fact{Kind: tickets.Dialled, Dialled: "15004021", CustomerNumber: "01012345678", CustomerName: "\u202e이수아"},
			map[string]string{"number": "01012345678", "name": "이수아", "caller_id": "15004021"},
		},
		"consult": {
			tickets.Fact{Kind: tickets.ConsultStarted, TargetKind: "queue", TargetNumber: "7200", TargetName: "결제·증빙"},
			map[string]string{"target_kind": "queue", "target_number": "7200", "target_name": "결제·증빙"},
		},
		"consult over":     {tickets.Fact{Kind: tickets.ConsultEnded, Reason: "no_answer"}, map[string]string{"why": "no_answer"}},
		"offer to consult": {tickets.Fact{Kind: tickets.Offered, Consult: true}, map[string]string{"consult": "true"}},
		"held":             {tickets.Fact{Kind: tickets.Held, Consult: true}, map[string]string{}},
		"ended before any queue": {
			tickets.Fact{Kind: tickets.Ended, Reason: "unallocated"},
			map[string]string{"reason": "unallocated", "by": "system"},
		},
		"a clock that went back": {
			tickets.Fact{Kind: tickets.Ended, Reason: "customer_hangup", ConnectedAt: at.Add(time.Hour)},
			map[string]string{"reason": "customer_hangup", "by": "customer", "talk_ms": "0", "hold_ms": "0"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.fact.At = at
			event := c.fact.Event()
			require.Equal(t, c.want, event.Params)
			require.Equal(t, c.fact.Agent, event.Agent.ID)
			require.Equal(t, c.fact.Target, event.Target.ID)
		})
	}
}

func TestCheckFact(t *testing.T) {
	good := tickets.Fact{Key: "k", Kind: tickets.Connected, At: time.Unix(1, 0), Call: "c", Service: "s", Agent: "a"}
	require.NoError(t, good.Check())
	for name, spoil := range map[string]func(*tickets.Fact){
		"no key":                    func(f *tickets.Fact) { f.Key = "" },
		"long key":                  func(f *tickets.Fact) { f.Key = strings.Repeat("k", 65) },
		"no call":                   func(f *tickets.Fact) { f.Call = "" },
		"long call":                 func(f *tickets.Fact) { f.Call = strings.Repeat("c", 65) },
		"no time":                   func(f *tickets.Fact) { f.At = time.Time{} },
		"no kind":                   func(f *tickets.Fact) { f.Kind = "" },
		"unknown kind":              func(f *tickets.Fact) { f.Kind = "dreamt" },
		"no service":                func(f *tickets.Fact) { f.Service = "" },
		"no agent":                  func(f *tickets.Fact) { f.Agent = "" },
		"handed over in no service": func(f *tickets.Fact) { f.Kind, f.Target, f.Service = tickets.HandedOver, "b", "" },
		"hostile in no service":     func(f *tickets.Fact) { f.Kind, f.Service = tickets.HostileEnd, "" },
	} {
		t.Run(name, func(t *testing.T) {
			f := good
			spoil(&f)
			require.ErrorIs(t, f.Check(), tickets.ErrRejected)
		})
	}
}

func TestMissed(t *testing.T) {
	lost := tickets.Fact{Kind: tickets.Ended, Service: "s", Reason: "switch_failure"}
	require.Equal(t, "switch_failure", lost.Missed())
	for name, change := range map[string]func(*tickets.Fact){
		"another reason": func(f *tickets.Fact) { f.Reason = "abandoned_waiting" },
		"another fact":   func(f *tickets.Fact) { f.Kind = tickets.Returned },
		"no service's":   func(f *tickets.Fact) { f.Service = "" },
		"connected":      func(f *tickets.Fact) { f.ConnectedAt = time.Unix(1, 0) },
		"an agent's own": func(f *tickets.Fact) { f.Direction = tickets.Outbound },
	} {
		f := lost
		change(&f)
		require.Empty(t, f.Missed(), name)
	}
}

func TestCleanNumber(t *testing.T) {
	for number, want := range map[string]string{
		"01012345678": "01012345678", "+821012345678": "+821012345678", "": "", "+": "", "anonymous": "",
		"010-1234": "", "０１０": "", "1\x00": "", "1\r\n2": "", "++1": "", "<b>1</b>": "",
		strings.Repeat("1", 32): strings.Repeat("1", 32), strings.Repeat("1", 33): "", strings.Repeat("1", 4096): "",
	} {
		require.Equal(t, want, tickets.CleanNumber(number), "%.40q", number)
	}
}

func FuzzCleanText(f *testing.F) {
	for _, seed := range []string{
		"", "이수아", norm.NFD.String("각하"), "\x00", "a\r\nCall-Info: x", "\u202eevil", "👨‍👩‍👧", "\xff\xfe", "<script>",
		strings.Repeat("가", 4096), strings.Repeat("e\u0301", 4096), "e" + strings.Repeat("\u0301", 4096), strings.Repeat("\U0001F600", 256),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clean := tickets.CleanText(text, tickets.MaxName)
		require.True(t, utf8.ValidString(clean))
		require.LessOrEqual(t, utf8.RuneCountInString(clean), tickets.MaxName)
		require.NotContains(t, clean, "\x00")
		require.NotContains(t, clean, "\n")
		require.Equal(t, clean, strings.TrimSpace(clean))
		require.True(t, norm.NFC.IsNormalString(clean))
	})
}
