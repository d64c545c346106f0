package bot

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/media/audio"
)

// over is what G.711 makes of a frame.
func over(frame []int16) []int16 {
	return audio.DecodeULaw(nil, audio.EncodeULaw(nil, frame))
}

func TestEarCountsWhatIsMissing(t *testing.T) {
	voice, other, ear := NewVoice(7, 440), NewVoice(8, 600), NewEar()
	at := time.Now()
	hear := func(v *Voice, heard bool) {
		frame := make([]int16, audio.FrameSamples)
		v.Read(frame)
		if at = at.Add(20 * time.Millisecond); heard {
			ear.Hear(at, over(frame))
		}
	}
	for i := range 70_000 {
		hear(voice, i%1000 != 999)
	}
	h := ear.Of(7)
	require.Equal(t, 69_930, h.Frames)
	require.Equal(t, 69, h.Missing, "the last one is not known to be missing")
	require.Zero(t, ear.Of(8).Frames)

	ear.Reset()
	for range 5 {
		hear(voice, false)
	}
	hear(voice, true)
	require.Equal(t, 6, ear.Of(7).Missing)
	hear(other, true)
	require.Equal(t, 1, ear.Of(8).Frames)
	require.Zero(t, ear.Music().Frames)
	frame := make([]int16, audio.FrameSamples)
	ear.Hear(at, frame)
	require.Zero(t, ear.Music().Frames, "silence is no music")
	audio.Tones(audio.DefaultLevel, 500).Read(frame)
	ear.Hear(at, over(frame))
	require.Equal(t, 1, ear.Music().Frames)
}

func TestToneOfAVoiceIsHeard(t *testing.T) {
	var heard []int16
	voice, frame := NewVoice(7, 440), make([]int16, audio.FrameSamples)
	for range 5 {
		voice.Read(frame)
		heard = append(heard, over(frame)...)
	}
	require.Greater(t, audio.ToneShare(heard, 440), ToneShare)
}
