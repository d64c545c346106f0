package media_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestServeIsToldThatNothingComesOfABrowserInACall: customers shall not hear silence until the connection counts as lost.
func TestServeIsToldThatNothingComesOfABrowserInACall(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	f := r.far("kim")
	f.cut()
	began := time.Now()
	require.Equal(t, "true kim "+f.session, next(t, r.stalled))
	took := time.Since(began)
	t.Logf("told after %v", took.Round(time.Millisecond))
	require.InDelta(t, 2.2, took.Seconds(), 0.5)
	f.mend()
	began = time.Now()
	require.Equal(t, "false kim "+f.session, next(t, r.stalled))
	t.Logf("told %v after the network", time.Since(began).Round(time.Millisecond))
	require.Less(t, time.Since(began), 500*time.Millisecond)
	f.flows()
	require.Empty(t, r.heard, "the session stays")
}

// TestBrowserThatOnlyChecksTheWayIsNotStalled: a page that has no microphone for a while, and a call that is silent.
func TestBrowserThatOnlyChecksTheWayIsNotStalled(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	f := r.far("kim")
	f.talk.stop()
	<-time.After(6 * time.Second)
	require.Empty(t, r.stalled)
}
