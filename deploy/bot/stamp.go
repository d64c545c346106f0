package bot

import (
	"sync"
	"time"

	"bellhop/media/audio"
)

// A stamp is put into every frame of a Voice: who speaks, and the number of the frame, as half bytes in the quietest code
// words of µ-law, which nobody hears. G.711 that nobody transcodes carries it bit for bit from end to end, so that whoever
// listens knows of every 20 ms whether they came.
const (
	stampSync   = 0x5A5A
	stampLength = 18 // half bytes: 4 of the sync, 4 of the speaker, 8 of the number, 2 of the sum
	quietest    = 0xF0
	stampLevel  = -50.0 // dBFS; what is louder and bears no stamp is music or an announcement
)

// Voice is a tone with a stamp in every frame. It belongs to one speaker, who may hang up and call again.
type Voice struct {
	id     uint16
	mu     sync.Mutex
	number uint32
	tone   audio.Source
}

// NewVoice is the voice of a speaker whose id nobody else has.
func NewVoice(id uint16, hertz float64) *Voice {
	return &Voice{id: id, tone: audio.Tones(audio.DefaultLevel, hertz)}
}

// Read implements audio.Source.
func (v *Voice) Read(frame []int16) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := v.tone.Read(frame)
	if n < stampLength {
		return n
	}
	v.number++
	var code [stampLength]byte
	rest := uint64(stampSync)<<48 | uint64(v.id)<<32 | uint64(v.number)
	for i := range 16 {
		code[i] = quietest | byte(rest>>(60-4*i))&0xF
	}
	sum := sumOf(rest)
	code[16], code[17] = quietest|sum>>4, quietest|sum&0xF
	audio.DecodeULaw(frame[:0], code[:])
	return n
}

func sumOf(rest uint64) byte {
	sum := byte(0xA7)
	for ; rest != 0; rest >>= 8 {
		sum = sum*31 + byte(rest)
	}
	return sum
}

// readStamp gives who spoke a frame, and its number.
func readStamp(frame []int16) (id uint16, number uint32, ok bool) {
	if len(frame) < stampLength {
		return 0, 0, false
	}
	var space [stampLength]byte
	code := audio.EncodeULaw(space[:0], frame[:stampLength])
	var rest uint64
	for i, c := range code {
		if c < quietest {
			return 0, 0, false
		}
		if i < 16 {
			rest = rest<<4 | uint64(c&0xF)
		}
	}
	if rest>>48 != stampSync || code[16]&0xF<<4|code[17]&0xF != sumOf(rest) {
		return 0, 0, false
	}
	return uint16(rest >> 32), uint32(rest), true //nolint:gosec // as it was put together
}

// Ear knows what was heard: whose frames, which of them are missing, and music. Its methods may be called from any goroutine.
type Ear struct {
	mu       sync.Mutex
	speakers map[uint16]*Heard
	music    Heard
	began    time.Time
}

// NewEar has heard nothing yet.
func NewEar() *Ear { return &Ear{speakers: make(map[uint16]*Heard), began: time.Now()} }

// Heard is what was heard of one speaker, or of music, since Reset.
type Heard struct {
	Frames  int
	First   time.Time     // when the first frame came
	Last    time.Time     // when the newest one came
	Longest time.Duration // the longest time without a frame, from Reset or the frame before
	Missing int           // frames that were spoken between two that came, and did not come
	Doubled int           // frames that came twice, or out of order
	number  uint32
}

func (h *Heard) next(at time.Time, since time.Time) {
	if h.Frames == 0 {
		h.First = at
	}
	if last := later(h.Last, since); at.Sub(last) > h.Longest {
		h.Longest = at.Sub(last)
	}
	h.Frames++
	h.Last = at
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Hear takes a packet of sound.
func (e *Ear) Hear(at time.Time, pcm []int16) {
	id, number, stamped := readStamp(pcm)
	e.mu.Lock()
	defer e.mu.Unlock()
	if !stamped {
		if audio.Level(pcm) > stampLevel {
			e.music.next(at, e.began)
		}
		return
	}
	h := e.speakers[id]
	if h == nil {
		h = &Heard{}
		e.speakers[id] = h
	}
	if h.number != 0 {
		if number <= h.number {
			h.Doubled++
			return
		}
		h.Missing += int(number - h.number - 1)
	}
	h.number = number
	h.next(at, e.began)
}

// Reset forgets what was heard, except where everybody was: frames that are missing from here on are counted.
func (e *Ear) Reset() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.began, e.music = time.Now(), Heard{}
	for id, h := range e.speakers {
		e.speakers[id] = &Heard{number: h.number}
	}
}

// Of is what was heard of a speaker. The time that passed since his last frame counts.
func (e *Ear) Of(id uint16) Heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	h := e.speakers[id]
	if h == nil {
		h = &Heard{}
	}
	return e.until(*h)
}

// Met says whether a voice was ever heard, also before Reset.
func (e *Ear) Met() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.speakers) > 0
}

// Music is what was heard besides voices: hold music or an announcement.
func (e *Ear) Music() Heard {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.until(e.music)
}

func (e *Ear) until(h Heard) Heard {
	h.Longest = max(h.Longest, time.Since(later(h.Last, e.began)))
	return h
}
