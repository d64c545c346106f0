package call_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
)

// FuzzStep folds any sequence of events and checks what must hold whatever happens.
func FuzzStep(f *testing.F) {
	f.Add([]byte{0, 3, 33, 4, 34, 43, 11, 12, 43, 8})
	f.Add([]byte{0, 3, 33, 5, 34, 43, 15, 36, 5, 37, 43, 21, 43, 22, 43, 20, 41})
	f.Add([]byte{2, 33, 34, 39, 40, 43, 17, 37, 43, 20, 41})
	f.Add([]byte{1, 49})
	f.Add([]byte{0, 3, 33, 5, 34, 43, 27, 49})
	f.Fuzz(func(t *testing.T, picks []byte) {
		if len(picks) > 300 {
			return
		}
		p := &player{Call: call.New(), now: t0}
		ended := 0
		released := map[call.LegID]bool{}
		for _, pick := range picks {
			before := p.Call
			p.now = p.now.Add(time.Duration(pick) * 10 * time.Millisecond)
			ev := everything[int(pick)%len(everything)].ev
			if e, ok := p.real(ev).(call.LegEnded); ok {
				released[e.Leg] = true
			}
			p.fold(ev)
			for _, fact := range p.facts {
				if fact.Kind == call.CallEnded {
					ended++
				}
			}
			for _, e := range p.effects {
				if r, ok := e.(call.ReleaseLeg); ok {
					released[r.Leg] = true
				}
			}
			checkShape(t, p.Call)
			checkStep(t, before, p.Call, released)
		}
		require.LessOrEqual(t, ended, 1, "a call ends once")
		require.Equal(t, p.Phase == call.Ended, ended == 1)
	})
}

// checkShape: each phase has just the parties that it must have.
func checkShape(t *testing.T, c call.Call) {
	t.Helper()
	owned, targeted := c.Line != nil, c.Target != nil
	switch c.Phase {
	case call.Arriving, call.Waiting, call.Announcing:
		require.False(t, owned || targeted, "%s", c.Phase)
	case call.Offering, call.Holding, call.Parked:
		require.True(t, owned && !targeted, "%s", c.Phase)
	case call.Talking, call.Dialling:
		require.True(t, owned, "%s", c.Phase)
		require.Equal(t, c.Direction == call.Internal, targeted, "%s", c.Phase)
	case call.ConsultRinging, call.Consulting, call.ThreeWay:
		require.True(t, owned && targeted, "%s", c.Phase)
	case call.Transferring, call.TransferredOut:
		require.True(t, !owned && targeted, "%s", c.Phase)
	case call.Ended:
		require.NotEmpty(t, c.Reason)
	}
	if owned && targeted {
		require.NotEqual(t, c.Line.Leg, c.Target.Line.Leg)
	}
}

func checkStep(t *testing.T, before, after call.Call, released map[call.LegID]bool) {
	t.Helper()
	if before.Phase == call.Ended {
		require.Equal(t, call.Ended, after.Phase, "an ended call never comes back")
	}
	kept := map[call.LegID]bool{}
	for _, leg := range after.Legs() {
		kept[leg] = true
	}
	for _, leg := range before.Legs() {
		require.True(t, kept[leg] || released[leg], "a leg is forgotten in %s -> %s", before.Phase, after.Phase)
	}
	if !before.QueuedAt.IsZero() && before.Queue.ID == after.Queue.ID {
		require.Equal(t, before.QueuedAt, after.QueuedAt, "the place is kept")
	}
	require.GreaterOrEqual(t, after.HeldFor, before.HeldFor)
}
