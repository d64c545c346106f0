package audio_test

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/media/audio"
)

// The digital milliwatt of ITU-T G.711, tables 5 and 6: one period of 1000 Hz
// at 0 dBm0, which is 3.17 dB (µ-law) and 3.14 dB (A-law) under full load.
var (
	milliwattULaw = []byte{0x1E, 0x0B, 0x0B, 0x1E, 0x9E, 0x8B, 0x8B, 0x9E}
	milliwattALaw = []byte{0x34, 0x21, 0x21, 0x34, 0xB4, 0xA1, 0xA1, 0xB4}
)

func TestG711DigitalMilliwatt(t *testing.T) {
	for name, law := range map[string]struct {
		code   []byte
		decode func([]int16, []byte) []int16
		encode func([]byte, []int16) []byte
		under  float64 // dB under a full-load sine
		load   float64 // the largest decoded value
	}{
		"mu-law": {milliwattULaw, audio.DecodeULaw, audio.EncodeULaw, 3.17, 4 * 8159},
		"A-law":  {milliwattALaw, audio.DecodeALaw, audio.EncodeALaw, 3.14, 8 * 4096},
	} {
		t.Run(name, func(t *testing.T) {
			var samples []int16
			for range 200 {
				samples = law.decode(samples, law.code)
			}
			want := 20*math.Log10(law.load/math.Sqrt2/32768) - law.under
			require.InDelta(t, want, audio.Level(samples), 0.02)
			require.Greater(t, audio.ToneShare(samples, 1000), 0.99)
			require.Equal(t, law.code, law.encode(nil, law.decode(nil, law.code)))
		})
	}
}

// The end points of the segments of ITU-T G.711, tables 1a to 2b.
func TestG711Tables(t *testing.T) {
	ulaw := map[byte]int16{0x80: 32124, 0x8F: 16764, 0x90: 15996, 0xEF: 132, 0xF0: 120, 0xFE: 8, 0xFF: 0, 0x7F: 0, 0x7E: -8, 0x00: -32124}
	for code, want := range ulaw {
		require.Equal(t, []int16{want}, audio.DecodeULaw(nil, []byte{code}), "mu-law %#x", code)
	}
	alaw := map[byte]int16{0xAA: 32256, 0xA5: 16896, 0xBA: 16128, 0xD5: 8, 0x55: -8, 0xD4: 24, 0x2A: -32256}
	for code, want := range alaw {
		require.Equal(t, []int16{want}, audio.DecodeALaw(nil, []byte{code}), "A-law %#x", code)
	}
}

// Every sample must be coded by the value nearest to it, which is what the
// decision values of the tables say, and every code word must survive.
func TestG711CodesEverySampleByTheNearestValue(t *testing.T) {
	for name, law := range map[string]struct {
		decode func([]int16, []byte) []int16
		encode func([]byte, []int16) []byte
		grain  int // what the law drops before it looks, so that a decision value lies up to this far off
		alias  map[byte]byte
	}{
		"mu-law": {audio.DecodeULaw, audio.EncodeULaw, 4, map[byte]byte{0x7F: 0xFF}},
		"A-law":  {audio.DecodeALaw, audio.EncodeALaw, 16, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var values [256]int
			for c := range 256 {
				values[c] = int(law.decode(nil, []byte{byte(c)})[0])
				back := law.encode(nil, []int16{int16(values[c])})[0]
				if want, ok := law.alias[byte(c)]; ok {
					require.Equal(t, want, back)
				} else {
					require.Equal(t, byte(c), back)
				}
			}
			for s := math.MinInt16; s <= math.MaxInt16; s++ {
				got := values[law.encode(nil, []int16{int16(s)})[0]]
				nearest := math.MaxInt
				for _, v := range values {
					nearest = min(nearest, abs(v-s))
				}
				require.LessOrEqual(t, abs(got-s), nearest+2*law.grain, "sample %d coded as %d", s, got)
			}
		})
	}
}

func abs(v int) int { return max(v, -v) }

func FuzzG711(f *testing.F) {
	f.Add([]byte{0, 0x80, 0xFF, 0x7F})
	f.Fuzz(func(t *testing.T, raw []byte) {
		samples := make([]int16, len(raw)/2)
		for i := range samples {
			samples[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
		}
		once := audio.DecodeULaw(nil, audio.EncodeULaw(nil, samples))
		require.Equal(t, once, audio.DecodeULaw(nil, audio.EncodeULaw(nil, once)))
		once = audio.DecodeALaw(nil, audio.EncodeALaw(nil, samples))
		require.Equal(t, once, audio.DecodeALaw(nil, audio.EncodeALaw(nil, once)))
	})
}

func BenchmarkG711(b *testing.B) {
	frame := make([]int16, audio.FrameSamples)
	audio.Tones(-15, 440, 1000).Read(frame)
	code := audio.EncodeULaw(nil, frame)
	for name, law := range map[string]func(){
		"EncodeULaw": func() { code = audio.EncodeULaw(code[:0], frame) },
		"DecodeULaw": func() { frame = audio.DecodeULaw(frame[:0], code) },
		"EncodeALaw": func() { code = audio.EncodeALaw(code[:0], frame) },
		"DecodeALaw": func() { frame = audio.DecodeALaw(frame[:0], code) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(frame)))
			for b.Loop() {
				law()
			}
		})
	}
}
