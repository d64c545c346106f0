package relay

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// came is a packet that came at a moment.
type came struct {
	at        time.Duration
	source    uint32
	sequence  uint16
	timestamp uint32
}

func TestFlow(t *testing.T) {
	const ms = time.Millisecond
	tests := map[string]struct {
		packets []came
		want    Flow
	}{
		"nothing": {},
		"all there": {
			[]came{{0, 1, 10, 1000}, {20 * ms, 1, 11, 1160}, {40 * ms, 1, 12, 1320}},
			Flow{Packets: 3},
		},
		"one lost": {
			[]came{{0, 1, 10, 1000}, {40 * ms, 1, 12, 1320}, {60 * ms, 1, 13, 1480}},
			Flow{Packets: 4, Lost: 1},
		},
		"late is not lost": {
			[]came{{0, 1, 10, 1000}, {40 * ms, 1, 12, 1320}, {41 * ms, 1, 11, 1160}, {60 * ms, 1, 13, 1480}},
			Flow{Packets: 4},
		},
		"twice the same is once": {
			[]came{{0, 1, 10, 1000}, {20 * ms, 1, 11, 1160}, {20 * ms, 1, 11, 1160}},
			Flow{Packets: 2},
		},
		"numbers that turn over": {
			[]came{{0, 1, 65535, 4294967200}, {20 * ms, 1, 1, 224}, {40 * ms, 1, 2, 384}},
			Flow{Packets: 4, Lost: 1},
		},
		"another source loses nothing": {
			[]came{{0, 1, 10, 1000}, {20 * ms, 2, 9000, 7}, {40 * ms, 2, 9001, 167}},
			Flow{Packets: 3},
		},
		"nor does a jump": {
			[]came{{0, 1, 10, 1000}, {20 * ms, 1, 9000, 1160}, {40 * ms, 1, 9001, 1320}},
			Flow{Packets: 3},
		},
		"16 ms late once": {
			[]came{{0, 1, 10, 1000}, {36 * ms, 1, 11, 1160}},
			Flow{Packets: 2, Jitter: ms},
		},
		"a pause is no jitter": {
			[]came{{0, 1, 10, 1000}, {5 * time.Second, 1, 11, 1160}, {5020 * ms, 1, 12, 1320}},
			Flow{Packets: 3},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var f flow
			begin := time.Now()
			for _, c := range tt.packets {
				f.hear(&packet{source: c.source, sequence: c.sequence, timestamp: c.timestamp}, true, begin.Add(c.at))
			}
			require.Equal(t, tt.want, f.take())
			require.Equal(t, Flow{Jitter: tt.want.Jitter}, f.take(), "counted anew")
		})
	}
}

func TestEventsAreNoJitter(t *testing.T) {
	var f flow
	begin := time.Now()
	for n := range 100 {
		f.hear(&packet{sequence: uint16(n), timestamp: 5}, false, begin.Add(time.Duration(n)*20*time.Millisecond))
	}
	require.Equal(t, Flow{Packets: 100}, f.take())
}

func TestLineTellsHowItsAudioComesIn(t *testing.T) {
	l, b, p, _ := joined(t)
	now := time.Now()
	speech := talk(now)
	for range 10 {
		packet, at := speech()
		l.fromBrowser(b, packet, at)
		l.fromSwitch(p, packet, at)
		speech() // every second one is lost
		now = at
	}
	q := l.TakeQuality()
	require.Equal(t, Quality{FromBrowser: Flow{Packets: 19, Lost: 9}, FromSwitch: Flow{Packets: 19, Lost: 9}, Heard: now}, q)
	require.InDelta(t, 0.47, q.FromSwitch.Loss(), 0.01)
	l.fromBrowser(&deaf{packets: 1}, voice, now.Add(time.Hour))
	require.Equal(t, Quality{Heard: now}, l.TakeQuality())
}

func TestEchoIsForTheLinesOwnBrowserWithoutALeg(t *testing.T) {
	l, b := NewLine(NewMetrics(nil)), &deaf{}
	l.Attach(b, Formats{Codec: PCMU})
	l.fromBrowser(b, voice, time.Now())
	require.Zero(t, b.packets)
	l.Echo(&deaf{packets: 1}, true)
	l.fromBrowser(b, voice, time.Now())
	require.Zero(t, b.packets)
	l.Echo(b, true)
	l.fromBrowser(b, voice, time.Now())
	l.fromBrowser(b, []byte("rubbish"), time.Now())
	require.Equal(t, 1, b.packets)
	other := &deaf{}
	l.Attach(other, Formats{Codec: PCMU})
	l.fromBrowser(other, voice, time.Now())
	require.Zero(t, other.packets, "another page has not asked for it")
}

func BenchmarkFlow(b *testing.B) {
	var f flow
	p, now := packet{}, time.Now()
	b.ReportAllocs()
	for b.Loop() {
		p.sequence++
		p.timestamp += frameSamples
		now = now.Add(frameTime)
		f.hear(&p, true, now)
	}
}
