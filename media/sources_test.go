package media_test

import (
	"runtime"
	"testing"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
)

// TestAPageOfManySources: B10. A page with the right keys whose packets each come of another source would take memory
// for each of them. It is cut off.
func TestAPageOfManySources(t *testing.T) {
	r := newRig(t)
	p, _ := r.talking("kim", "leg-1")
	w := *p.mic.writer.Load()
	began, routines := heap(), runtime.NumGoroutine()
	flood(5000, attackTime, func(n int) {
		_, _ = w.WriteRTP(&rtp.Header{Version: 2, SequenceNumber: uint16(n), SSRC: uint32(n) + 7}, frame(n))
	})
	t.Logf("%.1f MB, %d goroutines more", heap()-began, runtime.NumGoroutine()-routines)
	require.Equal(t, "disconnected", p.told())
	r.hears("down kim " + p.session + " connection_lost")
	require.Less(t, runtime.NumGoroutine()-routines, 100)
	require.Equal(t, 1.0, r.metric("bellhop_media_legs", "up"), "the customer is serve's to take care of")
}
