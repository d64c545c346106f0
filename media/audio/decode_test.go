package audio

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fixture is a tone of 440 Hz of 2 s, made by lame and oggenc.
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	file, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return file
}

func toneWAV(seconds, amplitude float64) []byte {
	samples := make([]int16, int(seconds*SampleRate))
	for i := range samples {
		samples[i] = int16(amplitude * math.Sin(2*math.Pi*440*float64(i)/SampleRate))
	}
	var file bytes.Buffer
	_ = WriteWAV(&file, samples)
	return file.Bytes()
}

func TestDecodeHearsEveryKind(t *testing.T) {
	for name, file := range map[string][]byte{"wav": toneWAV(2, 3000), "mp3": fixture(t, "tone.mp3"), "ogg": fixture(t, "tone.ogg")} {
		t.Run(name, func(t *testing.T) {
			samples, err := Decode(file, time.Minute)
			require.NoError(t, err)
			require.InDelta(t, 2*SampleRate, len(samples), 1600)
			require.Greater(t, ToneShare(samples[2000:14000], 440), 0.99)
			require.InDelta(t, -23.8, Level(samples[2000:14000]), 0.5)
			_, err = Decode(file, time.Second)
			require.ErrorIs(t, err, ErrTooLong)
		})
	}
}

// TestDecodeRefuses: what people upload with a wrong name, cut off, or to do harm.
func TestDecodeRefuses(t *testing.T) {
	wav, ogg, mp3 := toneWAV(1, 3000), fixture(t, "tone.ogg"), fixture(t, "tone.mp3")
	huge := bytes.Clone(wav)
	binary.LittleEndian.PutUint32(huge[40:], 0x7fffffff)
	fast := bytes.Clone(wav)
	binary.LittleEndian.PutUint32(fast[24:], 4_000_000)
	book := bytes.Clone(ogg)
	at := bytes.Index(book, []byte("BCV"))
	copy(book[at+5:], "\xff\xff\xff") // 16 million entries
	comments := bytes.Clone(ogg)
	at = bytes.Index(comments, []byte("\x03vorbis")) + 7
	copy(comments[at+4+int(binary.LittleEndian.Uint32(comments[at:])):], "\xff\xff\xff\xff")
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":              {nil, ErrUnreadable},
		"a program":            {append([]byte("MZ\x90\x00"), make([]byte, 4096)...), ErrUnreadable},
		"WAV cut off":          {wav[:len(wav)/2], ErrTruncated},
		"WAV without sound":    {wav[:44], ErrNoSound},
		"a wrong length":       {huge, ErrTruncated},
		"an absurd rate":       {fast, ErrUnreadable},
		"MP3 cut off":          {mp3[:len(mp3)-20], ErrTruncated},
		"MP3 with a hole":      {append(bytes.Clone(mp3[:2000]), mp3[2100:]...), ErrUnreadable},
		"MP3 misread":          {fixture(t, "padded.mp3"), ErrUnsupported},
		"Ogg cut off":          {ogg[:len(ogg)-100], ErrTruncated},
		"Ogg cut at a page":    {ogg[:bytes.LastIndex(ogg, []byte("OggS"))], ErrTruncated},
		"Ogg with Opus":        {bytes.Replace(ogg, []byte("\x01vorbis"), []byte("OpusHea"), 1), ErrUnreadable},
		"a codebook bomb":      {book, ErrUnreadable},
		"a comment bomb":       {comments, ErrUnreadable},
		"an ID3 tag and blank": {append([]byte("ID3\x04\x00\x00\x00\x00\x00\x00"), make([]byte, 2000)...), ErrUnreadable},
	} {
		t.Run(name, func(t *testing.T) {
			if len(c.file) == 44 {
				c.file = append(bytes.Clone(c.file[:40]), 0, 0, 0, 0)
			}
			_, err := Decode(c.file, time.Minute)
			require.ErrorIs(t, err, c.want)
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(toneWAV(0.1, 3000))
	f.Add(fixture(f, "tone.mp3"))
	f.Add(fixture(f, "tone.ogg"))
	f.Fuzz(func(t *testing.T, file []byte) {
		samples, err := Decode(file, 5*time.Second)
		if err == nil && (len(samples) == 0 || len(samples) > 5*SampleRate+1) {
			t.Fatalf("%d samples", len(samples))
		}
	})
}

func TestEvenBringsToOneLevelAndHoldsPeaks(t *testing.T) {
	for name, amplitude := range map[string]float64{"soft": 300, "usual": 3000, "loud": 32000} {
		t.Run(name, func(t *testing.T) {
			samples, err := Decode(toneWAV(3, amplitude), time.Minute)
			require.NoError(t, err)
			copy(samples[:SampleRate], make([]int16, SampleRate)) // a pause does not count
			require.True(t, Even(samples))
			require.InDelta(t, EvenLevel, Loudness(samples), 1)
		})
	}
	clicks := make([]int16, 2*SampleRate)
	for i := range clicks {
		clicks[i] = int16(200 * math.Sin(float64(i)))
		if i%3000 == 0 {
			clicks[i] = 32767
		}
	}
	require.True(t, Even(clicks))
	for _, s := range clicks {
		require.LessOrEqual(t, math.Abs(float64(s)), fullScale*math.Pow(10, peakLevel/20)+1)
	}
	require.False(t, Even(make([]int16, SampleRate)), "silence")
}

func TestShapeDrawsPeaks(t *testing.T) {
	require.Equal(t, []byte{0, 0, 50, 100}, Shape([]int16{0, 0, 1, 2, 16384, 3, -32768, 4}, 4))
	require.Equal(t, []byte{0, 0}, Shape(nil, 2))
}
