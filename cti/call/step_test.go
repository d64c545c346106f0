package call_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
)

var update = flag.Bool("update", false, "write testdata/steps.txt anew; read the difference")

// TestEveryPhaseAndEvent compares what every event does in every phase with testdata/steps.txt, which is read like a
// table: phase, event, then the next phase, the effects and the facts. A pair that is not in it changes nothing.
func TestEveryPhaseAndEvent(t *testing.T) {
	var b strings.Builder
	for _, ph := range phases {
		fmt.Fprintf(&b, "\n%s\n", ph.name)
		for _, e := range everything {
			p := play(ph.path...)
			before := p.Call
			p.fold(e.ev)
			said := p.said()
			if before.Version == p.Version && len(p.effects) == 0 && len(p.facts) == 0 && before.Phase == p.Phase {
				continue
			}
			fmt.Fprintf(&b, "  %-28s -> %s\n", e.name, said)
		}
	}
	const file = "testdata/steps.txt"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o750))
		require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String())
}

func TestStepLeavesItsArgumentAlone(t *testing.T) {
	for _, ph := range phases {
		for _, e := range everything {
			p := play(ph.path...)
			line, target := p.Line, p.Target
			var wasLine call.Line
			var wasTarget call.Target
			if line != nil {
				wasLine = *line
			}
			if target != nil {
				wasTarget = *target
			}
			call.Step(p.Call, p.real(e.ev), p.now)
			if line != nil {
				require.Equal(t, wasLine, *line, "%s: %s", ph.name, e.name)
			}
			if target != nil {
				require.Equal(t, wasTarget, *target, "%s: %s", ph.name, e.name)
			}
		}
	}
}

func TestPlaceIsKeptThroughReclaim(t *testing.T) {
	p := play(arrived)
	place := p.QueuedAt
	for range 5 {
		p.fold(assigned)
		p.fold(call.DeadlineReached{})
		require.Equal(t, place, p.QueuedAt)
		require.Equal(t, call.Waiting, p.Phase)
	}
	require.Equal(t, 5, p.Offers)
}

func TestHoldTimeIsCounted(t *testing.T) {
	p := play(holding...)
	p.now = p.now.Add(10 * time.Second)
	p.fold(call.Resumed{Agent: agentA})
	p.fold(call.LegsJoined{})
	require.Equal(t, call.Talking, p.Phase)
	require.Equal(t, 12*time.Second, p.HeldFor)
	require.True(t, p.HeldAt.IsZero())
}

func TestTargetOwnsTheCallAfterHandOver(t *testing.T) {
	p := play(path(consulting, call.CustomerConnected{Agent: agentA})...)
	require.Equal(t, agentB, p.Agent())
	require.Empty(t, p.Consulted())
	p.fold(call.HungUp{Agent: agentA})
	require.Equal(t, call.Talking, p.Phase, "the first agent has no say any more")
	p.fold(call.HungUp{Agent: agentB})
	require.Equal(t, call.AgentHangup, p.Reason)
}

func TestLegIDsHaveOneLength(t *testing.T) {
	a := play(arrived, assigned).Line.Leg
	p := play(arrived)
	p.now = t0.Add(1e6 * time.Hour)
	p.fold(assigned)
	require.Len(t, string(p.Line.Leg), len(a))
}

func TestReasonOfDialledLegs(t *testing.T) {
	for cause, want := range map[int]call.Reason{
		1: call.Unallocated, 17: call.Busy, 18: call.NoAnswer, 19: call.NoAnswer, 21: call.Refused, 38: call.NetworkError, 0: call.NetworkError,
	} {
		p := play(dialledUp...)
		p.fold(call.LegEnded{Leg: "customer", Cause: cause})
		require.Equal(t, want, p.Reason, "cause %d", cause)
	}
}
