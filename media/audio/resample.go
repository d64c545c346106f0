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
	common := gcd(rate, SampleRate)
	up, down := SampleRate/common, rate/common
	cutoff := 0.97 * min(1, float64(SampleRate)/float64(rate))
	half := int(math.Ceil(lobes / cutoff))
	kernels := make([][]float64, up)
	out := make([]float64, len(in)*up/down)
	for i := range out {
		at, phase := i*down/up, i*down%up
		if kernels[phase] == nil {
			kernels[phase] = sincKernel(float64(phase)/float64(up), cutoff, half)
		}
		for k, weight := range kernels[phase] {
			if j := at + k - half; j >= 0 && j < len(in) {
				out[i] += weight * in[j]
			}
		}
	}
	return out
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
