package audio

import "math"

// lobes is the number of zero crossings of the sinc kept on each side: enough
// to push what does not fit under 4 kHz below the noise of G.711.
const lobes = 12

// resample converts in from rate to [SampleRate] with a windowed sinc.
func resample(in []float64, rate int) []float64 {
	if rate == SampleRate || len(in) == 0 {
		return in
	}
	r := newResampler(rate)
	return append(r.push(in), r.rest()...)
}

// resampler converts a sound that comes piece by piece.
type resampler struct {
	up, down int
	cutoff   float64
	half     int
	kernels  [][]float64
	heard    []float64 // what later samples still need
	from     int       // where heard begins in the whole
	made     int       // how many samples were given
}

func newResampler(rate int) *resampler {
	common := gcd(rate, SampleRate)
	r := &resampler{up: SampleRate / common, down: rate / common, cutoff: 0.97 * min(1, float64(SampleRate)/float64(rate))}
	r.half = int(math.Ceil(lobes / r.cutoff))
	r.kernels = make([][]float64, r.up)
	return r
}

// push gives the samples that follow from what has been heard so far.
func (r *resampler) push(in []float64) []float64 {
	r.heard = append(r.heard, in...)
	end := r.from + len(r.heard)
	var out []float64
	for r.made*r.down/r.up+r.half < end {
		out = append(out, r.next(end))
	}
	if unused := min(r.made*r.down/r.up-r.half-r.from, len(r.heard)); unused > len(r.heard)/2 {
		r.heard = append(r.heard[:0], r.heard[unused:]...)
		r.from += unused
	}
	return out
}

// rest gives the last samples.
func (r *resampler) rest() []float64 {
	end := r.from + len(r.heard)
	var out []float64
	for total := end * r.up / r.down; r.made < total; {
		out = append(out, r.next(end))
	}
	return out
}

func (r *resampler) next(end int) (sample float64) {
	at, phase := r.made*r.down/r.up, r.made*r.down%r.up
	r.made++
	if r.kernels[phase] == nil {
		r.kernels[phase] = sincKernel(float64(phase)/float64(r.up), r.cutoff, r.half)
	}
	for k, weight := range r.kernels[phase] {
		if j := at + k - r.half; j >= r.from && j < end {
			sample += weight * r.heard[j-r.from]
		}
	}
	return sample
}

// sincKernel returns the weights of the samples from half before to half
// behind a point that lies shift behind a sample. Their sum is 1.
func sincKernel(shift, cutoff float64, half int) []float64 {
	kernel := make([]float64, 2*half+1)
	var sum float64
	for k := range kernel {
		x := float64(k-half) - shift
		window := 0.5 + 0.5*math.Cos(math.Pi*x/float64(half+1))
		kernel[k] = window * sinc(x*cutoff)
		sum += kernel[k]
	}
	for k := range kernel {
		kernel[k] /= sum
	}
	return kernel
}

func sinc(x float64) float64 {
	if math.Abs(x) < 1e-9 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
