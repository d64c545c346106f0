package asterisk

import (
	"encoding/binary"
	"math"
)

// musicRate is the sampling rate of the telephone network, in Hz.
const musicRate = 8000

// musicSeconds is how long the hold music plays before it repeats.
const musicSeconds = 32

// The notes of the hold music: C major pentatonic without A, because 440 Hz is what people test lines with. Harmonics
// are left out where they would come near 1000 Hz for the same reason.
const (
	c4 = 261.63
	d4 = 293.66
	e4 = 329.63
	g4 = 392.00
	c5 = 523.25
	d5 = 587.33
	e5 = 659.26
	g5 = 783.99
)

// HoldMusic is the hold music (대기음): 8 kHz mono samples that repeat without a seam. It was composed for Bellhop and is
// free to use like the rest of it.
func HoldMusic() []int16 {
	sum := make([]float64, musicRate*musicSeconds)
	chords := [8][2]float64{{c4, g4}, {d4, g4}, {e4, g4}, {c4, e4}, {c4, g4}, {d4, g4}, {e4, c5}, {c4, e4}}
	for i, chord := range chords {
		for _, hz := range chord {
			strike(sum, float64(i)*4, 9, hz, 0.08, 0.8)
		}
	}
	melody := [8][4]float64{
		{e5, c5, g4, c5},
		{d5, g4, d5, g5},
		{e5, g5, e5, c5},
		{g4, c5, e5, 0},
		{g5, e5, c5, e5},
		{d5, e5, d5, g4},
		{c5, e5, g5, e5},
		{d5, c5, 0, 0},
	}
	for bar, notes := range melody {
		for beat, hz := range notes {
			if hz > 0 {
				strike(sum, float64(bar*4+beat), 3, hz, 0.13, 0.03)
			}
		}
	}
	samples := make([]int16, len(sum))
	for i, v := range sum {
		samples[i] = int16(math.Round(math.Max(-1, math.Min(1, v)) * math.MaxInt16))
	}
	return samples
}

// strike adds one note that swells for attack seconds and dies away over length; what reaches past the end sounds at the
// beginning, which makes the loop seamless.
func strike(sum []float64, at, length, hz, level, attack float64) {
	n, start := int(length*musicRate), int(at*musicRate)
	for i := range n {
		t := float64(i) / musicRate
		swell := 1.0
		if t < attack {
			swell = 0.5 - 0.5*math.Cos(math.Pi*t/attack)
		}
		fade := math.Exp(-3*t/length) * (0.5 + 0.5*math.Cos(math.Pi*t/length))
		v := math.Sin(2 * math.Pi * hz * t)
		if hz < c5 {
			v += 0.25 * math.Sin(4*math.Pi*hz*t)
		}
		sum[(start+i)%len(sum)] += level * swell * fade * v
	}
}

// wav is the RIFF file of 8 kHz mono 16-bit samples.
func wav(samples []int16) []byte {
	size := uint32(len(samples) * 2)
	b := make([]byte, 0, 44+int(size))
	b = append(b, "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, 36+size)
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, 1) // PCM
	b = binary.LittleEndian.AppendUint16(b, 1) // mono
	b = binary.LittleEndian.AppendUint32(b, musicRate)
	b = binary.LittleEndian.AppendUint32(b, musicRate*2)
	b = binary.LittleEndian.AppendUint16(b, 2)
	b = binary.LittleEndian.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, size)
	for _, s := range samples {
		b = binary.LittleEndian.AppendUint16(b, uint16(s))
	}
	return b
}
