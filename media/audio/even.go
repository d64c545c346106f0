package audio

import "math"

// What announcements and music sound like, in dBFS: about as loud as a person on a telephone line.
const (
	EvenLevel   = -20.0
	peakLevel   = -3.0
	mostGain    = 30.0
	quietest    = -60.0 // below: silence
	limitWindow = FrameSamples / 4
)

// Loudness is the level of what is to be heard of samples, in dBFS: pauses do not count. It gates as EBU R 128 does (ITU-R
// BS.1770-4, section 2.8: blocks of 400 ms, none below an absolute gate or 10 dB below the mean of those above it), without the
// K weighting, which is for more than the telephone's 4 kHz.
func Loudness(samples []int16) float64 {
	const block, step, relative = 400 * SampleRate / 1000, 100 * SampleRate / 1000, -10
	var powers []float64
	for at := 0; at == 0 || at+block <= len(samples); at += step {
		part := samples[at:min(at+block, len(samples))]
		if level := Level(part); level > quietest {
			powers = append(powers, math.Pow(10, level/10))
		}
	}
	gate := 10*math.Log10(mean(powers)) + relative
	loud := powers[:0:0]
	for _, p := range powers {
		if 10*math.Log10(p) >= gate {
			loud = append(loud, p)
		}
	}
	if len(loud) == 0 {
		return Floor
	}
	return 10 * math.Log10(mean(loud))
}

func mean(values []float64) float64 {
	var sum float64
	for _, v := range values {
		sum += v
	}
	return sum / float64(max(1, len(values)))
}

// Even brings samples to EvenLevel and holds peaks below -3 dBFS. Silence stays what it is, and says so with false.
func Even(samples []int16) bool {
	level := Loudness(samples)
	if level <= quietest {
		return false
	}
	gain := math.Pow(10, min(EvenLevel-level, mostGain)/20)
	ceiling := fullScale * math.Pow(10, peakLevel/20)
	need := make([]float32, len(samples))
	for i, s := range samples {
		need[i] = float32(min(1, ceiling/max(1, math.Abs(float64(s))*gain)))
	}
	held := smooth(lowest(need, limitWindow), limitWindow)
	for i, s := range samples {
		samples[i] = clip(float64(s) * gain * float64(held[i]))
	}
	return true
}

// lowest is the lowest value within reach of each.
func lowest(values []float32, reach int) []float32 {
	out := make([]float32, len(values))
	var falling []int // places of values, each lower than those after it
	next := 0
	for i := range values {
		for ; next < len(values) && next <= i+reach; next++ {
			for len(falling) > 0 && values[falling[len(falling)-1]] >= values[next] {
				falling = falling[:len(falling)-1]
			}
			falling = append(falling, next)
		}
		if falling[0] < i-reach {
			falling = falling[1:]
		}
		out[i] = values[falling[0]]
	}
	return out
}

// smooth is the mean of the values within reach of each; beyond the ends nothing is held down.
func smooth(values []float32, reach int) []float32 {
	out := make([]float32, len(values))
	at := func(i int) float64 {
		if i < 0 || i >= len(values) {
			return 1
		}
		return float64(values[i])
	}
	var sum float64
	for i := -reach; i <= reach; i++ {
		sum += at(i)
	}
	for i := range out {
		out[i] = float32(min(sum/float64(2*reach+1), at(i)))
		sum += at(i+reach+1) - at(i-reach)
	}
	return out
}

// Shape is how loud samples are along their length, in n steps, each from 0 to 100: the peaks that a screen draws.
func Shape(samples []int16, n int) []byte {
	shape := make([]byte, n)
	for i := range shape {
		var peak float64
		for _, s := range samples[i*len(samples)/n : (i+1)*len(samples)/n] {
			peak = max(peak, math.Abs(float64(s)))
		}
		shape[i] = byte(math.Round(100 * min(1, peak/fullScale)))
	}
	return shape
}
