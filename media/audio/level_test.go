package audio_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/media/audio"
)

func read(s audio.Source, d time.Duration) []int16 {
	samples := make([]int16, int(d*audio.SampleRate/time.Second))
	return samples[:s.Read(samples)]
}

func TestLevel(t *testing.T) {
	square := make([]int16, 800)
	for i := range square {
		square[i] = 32767
	}
	for name, test := range map[string]struct {
		samples []int16
		want    float64
	}{
		"nothing":        {nil, audio.Floor},
		"silence":        {make([]int16, 800), audio.Floor},
		"full scale":     {square, 0},
		"quiet sine":     {read(audio.Tones(-40, 440), time.Second), -40},
		"two tones":      {read(audio.Tones(-15, 440, 1000), time.Second), -15},
		"full-scale dip": {[]int16{math.MinInt16}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			require.InDelta(t, test.want, audio.Level(test.samples), 0.05)
		})
	}
}

func TestToneShareTellsTonesApart(t *testing.T) {
	noise := make([]int16, audio.SampleRate)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = int16(random.NormFloat64() * 3000)
	}
	for name, test := range map[string]struct {
		samples  []int16
		hz       float64
		from, to float64
	}{
		"the tone itself":        {read(audio.Tones(-15, 440), time.Second), 440, 0.99, 1},
		"a clock 0.5 % off":      {read(audio.Tones(-15, 1005), time.Second), 1000, 0.9, 1},
		"another tone":           {read(audio.Tones(-15, 440), time.Second), 1000, 0, 0.001},
		"one of two tones":       {read(audio.Tones(-15, 440, 1000), time.Second), 440, 0.45, 0.55},
		"the neighbour in music": {read(audio.Tones(-15, 523.25), time.Second), 440, 0, 0.01},
		"noise":                  {noise, 1000, 0, 0.03},
		"silence":                {make([]int16, 8000), 1000, 0, 0},
		"less than a block":      {make([]int16, 10), 1000, 0, 0},
		"through G.711":          {audio.DecodeULaw(nil, audio.EncodeULaw(nil, read(audio.Tones(-30, 440), time.Second))), 440, 0.98, 1},
	} {
		t.Run(name, func(t *testing.T) {
			share := audio.ToneShare(test.samples, test.hz)
			require.GreaterOrEqual(t, share, test.from)
			require.LessOrEqual(t, share, test.to)
		})
	}
	both := read(audio.Tones(-15, 440, 1000), time.Second)
	require.InDelta(t, -18, audio.NewDetector(1000, 0).Level(both), 0.1)
	require.InDelta(t, audio.Floor, audio.NewDetector(1000, 0).Level(nil), 0)
}

func TestMeterRemembersTheNewestSpan(t *testing.T) {
	m := audio.NewMeter(100 * time.Millisecond)
	require.InDelta(t, audio.Floor, m.Level(time.Second), 0)
	for i := range 13 {
		frame := make([]int16, audio.FrameSamples)
		for j := range frame {
			frame[j] = int16(i*audio.FrameSamples + j)
		}
		m.Add(frame)
	}
	last := m.Last(time.Minute)
	require.Len(t, last, 800)
	require.Equal(t, int16(13*160-800), last[0])
	require.Equal(t, int16(13*160-1), last[799])
	require.Equal(t, last[640:], m.Last(20*time.Millisecond))
	m.Add(make([]int16, 5000))
	require.InDelta(t, audio.Floor, m.Level(time.Second), 0)
}

func TestSources(t *testing.T) {
	once := audio.Clip([]int16{1, 2, 3}, false)
	frame := make([]int16, 2)
	require.Equal(t, 2, once.Read(frame))
	require.Equal(t, 1, once.Read(frame))
	require.Equal(t, 0, once.Read(frame))

	again := audio.Clip([]int16{1, 2, 3}, true)
	long := make([]int16, 7)
	require.Equal(t, 7, again.Read(long))
	require.Equal(t, []int16{1, 2, 3, 1, 2, 3, 1}, long)
	require.Equal(t, 0, audio.Clip(nil, true).Read(long))

	melody := audio.Melody(-15, audio.Note{Hz: 440, For: 100 * time.Millisecond}, audio.Note{For: 100 * time.Millisecond})
	heard := read(melody, 200*time.Millisecond)
	require.Greater(t, audio.ToneShare(heard[:800], 440), 0.9)
	require.InDelta(t, audio.Floor, audio.Level(heard[800:]), 0)
	require.InDelta(t, audio.Floor, audio.Level(read(audio.Tones(-15), time.Second)), 0)
}

func TestPacerKeepsTheBeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, start := audio.NewPacer(0), time.Now()
		for i := range 50 {
			due, err := p.Wait(t.Context())
			require.NoError(t, err)
			require.Equal(t, 1, due)
			require.Equal(t, time.Duration(i)*20*time.Millisecond, time.Since(start))
			<-time.After(7 * time.Millisecond) // work that takes a while delays nothing
		}
		<-time.After(70 * time.Millisecond)
		due, err := p.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, 3, due, "77 ms after the last frame")

		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(context.DeadlineExceeded)
		_, err = p.Wait(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
