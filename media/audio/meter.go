package audio

import (
	"sync"
	"time"
)

// Meter remembers the newest stretch of a sound so that its level and its
// tones can be asked for at any moment. It is safe for concurrent use.
type Meter struct {
	mu   sync.Mutex
	ring []int16
	next int
}

// NewMeter returns a meter that remembers span, at first filled with silence.
func NewMeter(span time.Duration) *Meter {
	return &Meter{ring: make([]int16, max(samplesIn(span), FrameSamples))}
}

// Add puts samples behind what the meter has heard so far.
func (m *Meter) Add(samples []int16) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if over := len(samples) - len(m.ring); over > 0 {
		samples = samples[over:]
	}
	n := copy(m.ring[m.next:], samples)
	copy(m.ring, samples[n:])
	m.next = (m.next + len(samples)) % len(m.ring)
}

// Last returns a copy of the newest span of sound, at most what the meter remembers.
func (m *Meter) Last(span time.Duration) []int16 {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := min(samplesIn(span), len(m.ring))
	out := make([]int16, n)
	from := (m.next - n + len(m.ring)) % len(m.ring)
	copied := copy(out, m.ring[from:])
	copy(out[copied:], m.ring)
	return out
}

// Level returns the RMS level of the newest span in dBFS.
func (m *Meter) Level(span time.Duration) float64 { return Level(m.Last(span)) }
