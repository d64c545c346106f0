package audio

import (
	"math"
	"time"
)

// DefaultLevel is the level of Bellhop's own tones in dBFS: as loud as a voice
// on the line, with room to be mixed.
const DefaultLevel = -15.0

// Tones returns an endless sound of all the given frequencies (hertz) at once,
// each with an equal share, together at the given RMS level in dBFS.
// Without a frequency it is endless silence.
func Tones(level float64, hz ...float64) Source {
	t := &tones{steps: make([]float64, len(hz)), phases: make([]float64, len(hz))}
	for i, f := range hz {
		t.steps[i] = 2 * math.Pi * f / SampleRate
	}
	if len(hz) > 0 {
		t.amplitude = fullScale * math.Pow(10, level/20) * math.Sqrt(2/float64(len(hz)))
	}
	return t
}

type tones struct {
	amplitude float64
	steps     []float64
	phases    []float64
}

func (t *tones) Read(frame []int16) int {
	for i := range frame {
		var v float64
		for j, step := range t.steps {
			v += math.Sin(t.phases[j])
			t.phases[j] = math.Mod(t.phases[j]+step, 2*math.Pi)
		}
		frame[i] = clip(v * t.amplitude)
	}
	return len(frame)
}

// Note is one sound of a melody: a frequency in hertz (0 for a rest) and how
// long it lasts.
type Note struct {
	Hz  float64
	For time.Duration
}

// Melody returns the sound of notes at the given RMS level, repeated for ever.
// Notes fade in and out over 5 ms so that they do not click.
func Melody(level float64, notes ...Note) Source {
	const fade = SampleRate / 200
	var samples []int16
	amplitude := fullScale * math.Pow(10, level/20) * math.Sqrt2
	for _, note := range notes {
		n := samplesIn(note.For)
		for i := range n {
			edge := min(1, float64(min(i, n-1-i))/fade)
			v := math.Sin(2 * math.Pi * note.Hz * float64(i) / SampleRate)
			samples = append(samples, clip(v*edge*amplitude))
		}
	}
	return Clip(samples, true)
}

// Clip returns the sound of samples, once or repeated for ever. The samples
// are not copied.
func Clip(samples []int16, repeat bool) Source {
	return &recording{samples: samples, repeat: repeat && len(samples) > 0}
}

type recording struct {
	samples []int16
	next    int
	repeat  bool
}

func (c *recording) Read(frame []int16) int {
	n := 0
	for n < len(frame) {
		copied := copy(frame[n:], c.samples[c.next:])
		n += copied
		c.next += copied
		if c.next < len(c.samples) {
			continue
		}
		if !c.repeat {
			break
		}
		c.next = 0
	}
	return n
}

func clip(v float64) int16 {
	return int16(max(math.MinInt16, min(math.MaxInt16, math.Round(v))))
}
