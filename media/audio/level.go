package audio

import (
	"math"
	"time"
)

// Floor is the level given to silence, in dBFS: below everything that 16 bits
// can hold over a second.
const Floor = -120.0

const fullScale = 32768.0

// Level returns the RMS level of samples in dBFS, between [Floor] and 0.
func Level(samples []int16) float64 {
	var sum int64
	for _, s := range samples {
		sum += int64(s) * int64(s)
	}
	if sum == 0 {
		return Floor
	}
	return decibels(float64(sum) / float64(len(samples)))
}

// decibels turns a mean square into dBFS.
func decibels(power float64) float64 {
	return max(Floor, 10*math.Log10(power/(fullScale*fullScale)))
}

// DefaultBlock is the block over which a [Detector] looks for its tone: long
// enough to tell tones 40 Hz apart, short enough to forgive a drifting clock.
const DefaultBlock = 50 * time.Millisecond

// Detector looks for one frequency with the Goertzel algorithm, in blocks
// weighted by a Hann window. It holds no sound and may be used concurrently.
type Detector struct {
	coefficient float64
	window      []float64
	gain        float64 // tone power = |X|² × gain
	weight      float64 // sum of the squared window
}

// NewDetector returns a detector for hz (between 0 and 4000) that looks at
// blocks of the given length, or of [DefaultBlock] if that is not positive.
func NewDetector(hz float64, block time.Duration) *Detector {
	if block <= 0 {
		block = DefaultBlock
	}
	n := max(samplesIn(block), 8)
	d := &Detector{
		coefficient: 2 * math.Cos(2*math.Pi*hz/SampleRate),
		window:      make([]float64, n),
	}
	var sum float64
	for i := range d.window {
		w := 0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/float64(n))
		d.window[i] = w
		sum += w
		d.weight += w * w
	}
	d.gain = 2 / (sum * sum)
	return d
}

// Share returns how much of the energy of samples lies at the detector's
// frequency, from 0 (none, or silence) to 1 (a pure tone).
func (d *Detector) Share(samples []int16) float64 {
	tone, total, _ := d.measure(samples)
	if total == 0 {
		return 0
	}
	return min(1, tone/total)
}

// Level returns the RMS level of the tone alone in samples, in dBFS.
func (d *Detector) Level(samples []int16) float64 {
	tone, _, blocks := d.measure(samples)
	if blocks == 0 || tone == 0 {
		return Floor
	}
	return decibels(tone / float64(blocks))
}

// measure sums the power of the tone and of everything over the whole blocks
// in samples, the newest samples first; a rest shorter than a block is left out.
func (d *Detector) measure(samples []int16) (tone, total float64, blocks int) {
	n := len(d.window)
	for end := len(samples); end >= n; end -= n {
		var s1, s2, energy float64
		for i, w := range d.window {
			x := float64(samples[end-n+i]) * w
			energy += x * x
			s1, s2 = x+d.coefficient*s1-s2, s1
		}
		tone += (s1*s1 + s2*s2 - d.coefficient*s1*s2) * d.gain
		total += energy / d.weight
		blocks++
	}
	return max(0, tone), total, blocks
}

// ToneShare returns how much of the energy of samples lies at hz, from 0 to 1.
// It needs at least [DefaultBlock] of sound.
func ToneShare(samples []int16, hz float64) float64 {
	return NewDetector(hz, DefaultBlock).Share(samples)
}
