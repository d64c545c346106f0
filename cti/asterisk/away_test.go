package asterisk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
	"bellhop/deploy/asterisk/asterisktest"
	"bellhop/media/audio"
)

// TestArrivalsWhileNobodyIsThere: they hear music without a break, and a server that comes has them within a second, with
// the time at which each really arrived.
func TestArrivalsWhileNobodyIsThere(t *testing.T) {
	t.Parallel()
	in := asterisktest.StartForTest(t)
	phone := asterisktest.NewPhone(t, "127.0.0.2", "01012345678")
	var lines []*asterisktest.Line
	var placed []time.Time
	for range 5 {
		placed = append(placed, time.Now())
		line := phone.Call("1000", in.SIPAddr)
		waitFor(t, line.Answered, "answered by the dialplan")
		hearsMusic(t, line)
		lines = append(lines, line)
	}
	first := lines[0]
	first.LongestSilence()
	quiet := 0
	for range 40 { // twice a second it is tried again: eight times in these four seconds
		<-time.After(100 * time.Millisecond)
		if audio.Level(first.Heard(100*time.Millisecond)) < -50 {
			quiet++
		}
	}
	require.Zero(t, quiet, "tenths of a second in which there was no music")
	silence := first.LongestSilence()
	t.Logf("longest time between two packets of music: %v", silence)
	require.Less(t, silence, 250*time.Millisecond)

	e := newEvents(t)
	r := &rig{t: t, events: e, in: in, adapter: connect(t, in.ARIURL, in.Username, in.Password, e)}
	await[switchboard.SwitchConnected](e)
	connected := time.Now()
	var arrived []switchboard.CallArrived
	for range lines {
		arrived = append(arrived, await[switchboard.CallArrived](e))
	}
	took := time.Since(connected)
	t.Logf("the last of them arrived %v after the server", took)
	require.Less(t, took, time.Second)
	slices.SortFunc(arrived, func(a, b switchboard.CallArrived) int { return a.At.Compare(b.At) })
	for i, a := range arrived {
		require.WithinDuration(t, placed[i], a.At, time.Second, "when he called, not when he was seen")
	}
	for _, line := range lines {
		line.Forget()
	}
	for _, a := range arrived {
		r.do(call.PlayMusic{Leg: a.Leg})
	}
	for _, line := range lines {
		hearsMusic(t, line)
		line.Hangup()
	}
	in.RequireIdle()
}
