package call_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
)

// FuzzStep folds any sequence of events and checks what must hold whatever happens.
func FuzzStep(f *testing.F) {
	f.Add([]byte{0, 2, 10, 3, 11, 12, 7})
	f.Add([]byte{0, 2, 10, 5, 2, 18, 2, 13})
	f.Add([]byte{1, 16, 14})
	f.Add([]byte{0, 2, 3, 14, 18, 18, 13})
	f.Fuzz(func(t *testing.T, picks []byte) {
		if len(picks) > 200 {
			return
		}
		c, now := call.New(), t0
		ended := 0
		released := map[call.LegID]bool{}
		for _, p := range picks {
			now = now.Add(time.Duration(p) * 10 * time.Millisecond)
			before := c
			var effects []call.Effect
			var facts []call.Fact
			c, effects, facts = call.Step(c, withLeg(c, events[int(p)%len(events)].ev), now)
			for _, fact := range facts {
				if fact.Kind == call.CallEnded {
					ended++
				}
			}
			for _, e := range effects {
				if r, ok := e.(call.ReleaseLeg); ok {
					released[r.Leg] = true
				}
			}
			_, legEnded := events[int(p)%len(events)].ev.(call.LegEnded)
			checkInvariants(t, before, c, released, legEnded)
		}
		require.LessOrEqual(t, ended, 1, "a call ends once")
		if c.Phase == call.Ended {
			require.Equal(t, 1, ended)
			require.NotEmpty(t, c.Reason)
		}
	})
}

func checkInvariants(t *testing.T, before, after call.Call, released map[call.LegID]bool, legEnded bool) {
	t.Helper()
	if before.Phase == call.Ended {
		require.Equal(t, call.Ended, after.Phase, "an ended call never comes back")
	}
	switch after.Phase {
	case call.Offering, call.Dialling, call.Talking, call.Holding, call.ConsultRinging, call.Consulting, call.ThreeWay, call.Parked:
		require.NotNil(t, after.Line)
	case call.Arriving, call.Waiting, call.Transferring, call.TransferredOut, call.Announcing:
		require.Nil(t, after.Line)
	case call.Ended:
	}
	if after.Phase == call.Talking {
		require.Equal(t, call.Up, after.Line.LegState)
		require.False(t, after.ConnectedAt.IsZero())
	}
	if before.Line != nil && (after.Line == nil || after.Line.Leg != before.Line.Leg) {
		require.True(t, released[before.Line.Leg] || legEnded, "no agent's leg is forgotten")
	}
	if !before.QueuedAt.IsZero() {
		require.Equal(t, before.QueuedAt, after.QueuedAt, "the place is kept")
	}
}
