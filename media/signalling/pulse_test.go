package signalling

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// after looks at a pulse of which nothing comes, and tells when the verdict came.
func after(p *pulse, want verdict, answered bool) time.Duration {
	for d := lookEvery; d < time.Minute; d += lookEvery {
		if p.look(false, true, answered) == want {
			return d
		}
	}
	return 0
}

func TestBrowserOfWhichNothingComesIsStalled(t *testing.T) {
	p := &pulse{}
	require.Equal(t, askAfter, after(p, ask, false))
	require.Equal(t, stalledAfter-askAfter, after(p, stalled, false))
	require.Zero(t, after(p, stalled, false), "told once")
	require.Equal(t, unchanged, p.look(false, false, false), "the end of the call mends nothing")
	require.Equal(t, flows, p.look(true, true, false))
	require.Equal(t, unchanged, p.look(true, true, false))
}

func TestBrowserWithoutMicrophoneIsNotStalled(t *testing.T) {
	p := &pulse{}
	for range 1000 { // a check of the way every 2.5 s, and the page answers
		require.Less(t, after(p, ask, true), 2*askAfter)
		for range 14 {
			require.Equal(t, unchanged, p.look(false, true, true))
		}
		require.Equal(t, unchanged, p.look(true, true, true))
	}
	require.Equal(t, deafAfter, after(p, stalled, true), "the page answers, but the way of the sound is dead")
}

func TestWithoutCallNothingStalls(t *testing.T) {
	p := &pulse{}
	for range 1000 {
		require.Equal(t, unchanged, p.look(false, false, false))
	}
	require.Equal(t, stalledAfter, after(p, stalled, false), "counted from the beginning of the call")
}
