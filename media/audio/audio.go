// Package audio holds what Bellhop's telephones need to know about sound:
// 8 kHz mono PCM, G.711, WAV files, tones, levels, and the 20 ms beat of RTP.
//
// A sample is a signed 16-bit number at [SampleRate]; a frame is
// [FrameSamples] of them. Levels are RMS in dBFS: 0 is the loudest square
// wave, a full-scale sine is -3.01, and [Floor] stands for silence.
package audio

import "time"

const (
	// SampleRate is the only rate spoken on a G.711 line, in samples per second.
	SampleRate = 8000
	// FrameDuration is the length of one RTP packet's sound (RFC 3551, default ptime).
	FrameDuration = 20 * time.Millisecond
	// FrameSamples is the number of samples in FrameDuration.
	FrameSamples = SampleRate / 50
)

// Source is a sound that can be spoken piece by piece. It belongs to one
// speaker: it need not be safe for concurrent use.
type Source interface {
	// Read fills frame with the next samples and returns how many it wrote.
	// Fewer than len(frame) means that the sound is over; every later call
	// then returns 0.
	Read(frame []int16) int
}

// samplesIn returns how many samples fit into d, never less than zero.
func samplesIn(d time.Duration) int {
	return int(max(d, 0) * SampleRate / time.Second)
}
