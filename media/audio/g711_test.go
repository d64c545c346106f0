package audio_test

import (
	"encoding/binary"
	"math"
	"slices"
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

// decisions builds the decision values of ITU-T G.711, tables 1a and 2a, from
// the sizes of the intervals in each segment.
func decisions(first int, segments ...[2]int) []int {
	values := []int{0, first}
	for _, s := range segments {
		for range s[0] {
			values = append(values, values[len(values)-1]+s[1])
		}
	}
	return values
}

// quantised returns the value that the tables give to a magnitude.
func quantised(decisions []int, magnitude float64, zero int) int {
	n := 0
	for n+2 < len(decisions) && magnitude >= float64(decisions[n+1]) {
		n++
	}
	if n == 0 {
		return zero
	}
	return (decisions[n] + decisions[n+1]) / 2
}

// Every sample must be coded as the tables' decision values say, give or take
// the one unit by which sign-magnitude and one's complement differ at a border.
func TestG711CodesEverySampleByTheTables(t *testing.T) {
	for name, law := range map[string]struct {
		decode    func([]int16, []byte) []int16
		encode    func([]byte, []int16) []byte
		decisions []int
		scale     int // 16-bit steps in half a unit of the tables, whose values are doubled to stay whole
		zero      int
		alias     map[byte]byte
	}{
		"mu-law": {audio.DecodeULaw, audio.EncodeULaw, decisions(
			2, [2]int{15, 4}, [2]int{16, 8}, [2]int{16, 16}, [2]int{16, 32}, [2]int{16, 64},
			[2]int{16, 128}, [2]int{16, 256}, [2]int{16, 512}), 2, 0, map[byte]byte{0x7F: 0xFF}},
		"A-law": {audio.DecodeALaw, audio.EncodeALaw, decisions(
			4, [2]int{31, 4}, [2]int{16, 8}, [2]int{16, 16}, [2]int{16, 32}, [2]int{16, 64},
			[2]int{16, 128}, [2]int{16, 256}), 4, 2, nil},
	} {
		t.Run(name, func(t *testing.T) {
			for c := range 256 {
				value := law.decode(nil, []byte{byte(c)})
				want := byte(c)
				if alias, ok := law.alias[want]; ok {
					want = alias
				}
				require.Equal(t, want, law.encode(nil, value)[0])
			}
			for s := math.MinInt16; s <= math.MaxInt16; s++ {
				got := abs(int(law.decode(nil, law.encode(nil, []int16{int16(s)}))[0]))
				magnitude := math.Abs(float64(s)) / float64(law.scale)
				allowed := []int{
					quantised(law.decisions, magnitude, law.zero) * law.scale,
					quantised(law.decisions, magnitude-2, law.zero) * law.scale,
				}
				if !slices.Contains(allowed, got) {
					require.Fail(t, "wrong interval", "sample %d coded as %d, not %v", s, got, allowed)
				}
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
