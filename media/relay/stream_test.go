package relay

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// heard is a packet that came at a moment, and what the stream made of it.
type heard struct {
	at        time.Duration
	source    uint32
	sequence  uint16
	timestamp uint32
	want      stamp // relative to the stream's start
	fresh, ok bool
}

func TestStreamIsContinuous(t *testing.T) {
	const ms = time.Millisecond
	for name, packets := range map[string][]heard{
		"in order": {
			{20 * ms, 1, 100, 1000, stamp{1, 160}, true, true},
			{40 * ms, 1, 101, 1160, stamp{2, 320}, false, true},
			{60 * ms, 1, 102, 1320, stamp{3, 480}, false, true},
		},
		"loss stays loss": {
			{20 * ms, 1, 100, 1000, stamp{1, 160}, true, true},
			{80 * ms, 1, 103, 1480, stamp{4, 640}, false, true},
		},
		"reordering stays": {
			{20 * ms, 1, 100, 1000, stamp{1, 160}, true, true},
			{60 * ms, 1, 102, 1320, stamp{3, 480}, false, true},
			{61 * ms, 1, 101, 1160, stamp{2, 320}, false, true},
			{80 * ms, 1, 103, 1480, stamp{4, 640}, false, true},
		},
		"twice the same is once": {
			{20 * ms, 1, 100, 1000, stamp{1, 160}, true, true},
			{21 * ms, 1, 100, 1000, stamp{1, 160}, false, false},
		},
		"before the beginning": {
			{20 * ms, 1, 100, 1000, stamp{1, 160}, true, true},
			{21 * ms, 1, 99, 840, stamp{0, 0}, false, false},
		},
		"numbers that turn over": {
			{20 * ms, 1, 65535, 4294967200, stamp{1, 160}, true, true},
			{40 * ms, 1, 0, 64, stamp{2, 320}, false, true},
		},
		"another source goes on": {
			{20 * ms, 1, 100, 1000, stamp{1, 160}, true, true},
			{time.Minute, 2, 9, 5, stamp{2, 480000}, true, true},
			{time.Minute + 20*ms, 2, 10, 165, stamp{3, 480160}, false, true},
		},
		"a jump is another source": {
			{20 * ms, 1, 100, 1000, stamp{1, 160}, true, true},
			{40 * ms, 1, 9000, 1160, stamp{2, 320}, true, true},
			{60 * ms, 1, 9001, 9_000_000, stamp{3, 480}, true, true},
		},
		"a pause in one source keeps its own count": {
			{20 * ms, 1, 100, 1000, stamp{1, 160}, true, true},
			{5 * time.Second, 1, 101, 40840, stamp{2, 40000}, false, true},
		},
		"a key held down for five seconds": {
			{20 * ms, 1, 100, 1000, stamp{1, 160}, true, true},
			{40 * ms, 1, 101, 1160, stamp{2, 320}, false, true},
			{5 * time.Second, 1, 102, 1160, stamp{3, 320}, false, true},
			{5020 * ms, 1, 103, 41160, stamp{4, 40320}, false, true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			start := stamp{65000, 4294900000}
			var s stream
			s.start(start, begin)
			for i, p := range packets {
				at, fresh, ok := s.pass(&packet{source: p.source, sequence: p.sequence, timestamp: p.timestamp}, begin.Add(p.at))
				require.Equal(t, p.ok, ok, i)
				require.Equal(t, p.fresh, fresh, i)
				if ok {
					require.Equal(t, p.want, stamp{at.sequence - start.sequence, at.timestamp - start.timestamp}, i)
				}
			}
		})
	}
}

func TestStreamFilledWithSilence(t *testing.T) {
	begin := time.Now()
	var s stream
	s.start(stamp{10, 1000}, begin)
	at := func(d time.Duration) time.Time { return begin.Add(d) }
	first, _, _ := s.pass(&packet{source: 1, sequence: 50, timestamp: 70}, at(20*time.Millisecond))
	require.Equal(t, stamp{11, 1160}, first)
	require.Equal(t, stamp{12, 2760}, s.fill(at(220*time.Millisecond), false), "the gap before the first frame is counted")
	require.Equal(t, stamp{13, 2920}, s.fill(at(241*time.Millisecond), true), "then every frame is 20 ms")
	back, fresh, ok := s.pass(&packet{source: 1, sequence: 62, timestamp: 1990}, at(251*time.Millisecond))
	require.Equal(t, stamp{14, 3080}, back)
	require.True(t, fresh)
	require.True(t, ok)
	_, _, ok = s.pass(&packet{source: 1, sequence: 61, timestamp: 1830}, at(252*time.Millisecond))
	require.False(t, ok, "what was filled already does not come again")
}
