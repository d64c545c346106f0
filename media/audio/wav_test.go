package audio_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/media/audio"
)

// wav builds a WAV file by hand, so that reading is not checked by writing alone.
func wav(tag, channels, rate, bits int, data []byte, before ...byte) []byte {
	le := binary.LittleEndian
	format := le.AppendUint16(le.AppendUint16(nil, uint16(tag)), uint16(channels))
	format = le.AppendUint32(le.AppendUint32(format, uint32(rate)), uint32(rate*channels*bits/8))
	format = le.AppendUint16(le.AppendUint16(format, uint16(channels*bits/8)), uint16(bits))
	f := append([]byte("RIFF\x00\x00\x00\x00WAVE"), before...)
	f = append(le.AppendUint32(append(f, "fmt "...), uint32(len(format))), format...)
	return append(le.AppendUint32(append(f, "data"...), uint32(len(data))), data...)
}

// sine is a second of hz at half scale in every channel, coded by put.
func sine(rate, channels int, hz float64, put func([]byte, float64) []byte) []byte {
	var data []byte
	for i := range rate {
		for range channels {
			data = put(data, 0.5*math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
		}
	}
	return data
}

func put16(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint16(b, uint16(int16(v*32767)))
}

func TestReadWAVOfEveryKind(t *testing.T) {
	put8 := func(b []byte, v float64) []byte { return append(b, byte(128+v*127)) }
	put24 := func(b []byte, v float64) []byte {
		n := int32(v * (1<<23 - 1))
		return append(b, byte(n), byte(n>>8), byte(n>>16))
	}
	put32 := func(b []byte, v float64) []byte {
		return binary.LittleEndian.AppendUint32(b, uint32(int32(v*(1<<31-1))))
	}
	putF32 := func(b []byte, v float64) []byte {
		return binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
	}
	putF64 := func(b []byte, v float64) []byte { return binary.LittleEndian.AppendUint64(b, math.Float64bits(v)) }
	putU := func(b []byte, v float64) []byte { return audio.EncodeULaw(b, []int16{int16(v * 32767)}) }
	putA := func(b []byte, v float64) []byte { return audio.EncodeALaw(b, []int16{int16(v * 32767)}) }

	for name, file := range map[string][]byte{
		"8 kHz mono":          wav(1, 1, 8000, 16, sine(8000, 1, 440, put16)),
		"unsigned 8 bits":     wav(1, 1, 8000, 8, sine(8000, 1, 440, put8)),
		"24 bits":             wav(1, 1, 8000, 24, sine(8000, 1, 440, put24)),
		"32 bits":             wav(1, 1, 8000, 32, sine(8000, 1, 440, put32)),
		"float":               wav(3, 1, 8000, 32, sine(8000, 1, 440, putF32)),
		"double":              wav(3, 1, 8000, 64, sine(8000, 1, 440, putF64)),
		"mu-law":              wav(7, 1, 8000, 8, sine(8000, 1, 440, putU)),
		"A-law":               wav(6, 1, 8000, 8, sine(8000, 1, 440, putA)),
		"CD":                  wav(1, 2, 44100, 16, sine(44100, 2, 440, put16)),
		"studio":              wav(1, 2, 48000, 24, sine(48000, 2, 440, put24)),
		"six channels":        wav(1, 6, 16000, 16, sine(16000, 6, 440, put16)),
		"odd rate":            wav(1, 1, 11025, 16, sine(11025, 1, 440, put16)),
		"a chunk before":      wav(1, 1, 8000, 16, sine(8000, 1, 440, put16), []byte("LIST\x03\x00\x00\x00abc\x00")...),
		"no length filled in": bytes.Replace(wav(1, 1, 8000, 16, sine(8000, 1, 440, put16)), []byte("data\x80\x3e\x00\x00"), []byte("data\xff\xff\xff\xff"), 1),
	} {
		t.Run(name, func(t *testing.T) {
			samples, err := audio.ReadWAV(bytes.NewReader(file))
			require.NoError(t, err)
			require.InDelta(t, 8000, len(samples), 1)
			require.InDelta(t, -9.03, audio.Level(samples), 0.3)
			require.Greater(t, audio.ToneShare(samples, 440), 0.98)
		})
	}
}

func TestReadWAVKeepsOutWhatAnEightKilohertzLineCannotCarry(t *testing.T) {
	samples, err := audio.ReadWAV(bytes.NewReader(wav(1, 1, 48000, 16, sine(48000, 1, 7000, put16))))
	require.NoError(t, err)
	require.Less(t, audio.Level(samples), -55.0, "7 kHz must not come back as 1 kHz")
}

func TestReadWAVRefuses(t *testing.T) {
	good := wav(1, 1, 8000, 16, make([]byte, 320))
	for name, file := range map[string][]byte{
		"nothing":          nil,
		"text":             []byte("this is not a sound at all"),
		"only a header":    good[:12],
		"no sound":         good[:36],
		"unknown format":   wav(85, 1, 8000, 16, nil),
		"twelve bits":      wav(1, 1, 8000, 12, nil),
		"no channel":       wav(1, 0, 8000, 16, nil),
		"sixty channels":   wav(1, 60, 8000, 16, nil),
		"one hertz":        wav(1, 1, 1, 16, nil),
		"data comes first": append([]byte("RIFF\x00\x00\x00\x00WAVEdata"), 0, 0, 0, 0),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := audio.ReadWAV(bytes.NewReader(file))
			require.ErrorIs(t, err, audio.ErrNotWAV)
		})
	}
	cut, err := audio.ReadWAV(bytes.NewReader(good[:len(good)-101]))
	require.NoError(t, err, "a file that was cut off gives what is there")
	require.Len(t, cut, 109)
}

func TestWAVWriterAndReaderAgree(t *testing.T) {
	samples := read(audio.Tones(-10, 440, 1000), 300*time.Millisecond)
	path := filepath.Join(t.TempDir(), "heard.wav")
	file, err := os.Create(path)
	require.NoError(t, err)
	w, err := audio.NewWAVWriter(file)
	require.NoError(t, err)
	for len(samples) > w.Samples() {
		require.NoError(t, w.Write(samples[w.Samples():w.Samples()+audio.FrameSamples]))
	}
	require.NoError(t, w.Close())
	require.NoError(t, file.Close())

	written, err := os.ReadFile(path)
	require.NoError(t, err)
	back, err := audio.ReadWAV(bytes.NewReader(written))
	require.NoError(t, err)
	require.Equal(t, samples, back)

	var whole bytes.Buffer
	require.NoError(t, audio.WriteWAV(&whole, samples))
	require.Equal(t, written, whole.Bytes())
}

type broken struct{}

func (broken) Write([]byte) (int, error)      { return 0, errors.New("disk full") }
func (broken) Seek(int64, int) (int64, error) { return 0, errors.New("disk full") }
func (broken) Read([]byte) (int, error)       { return 0, errors.New("disk gone") }

func TestWAVErrorsOfTheDiskAreToldAsSuch(t *testing.T) {
	_, err := audio.NewWAVWriter(broken{})
	require.ErrorContains(t, err, "disk full")
	require.ErrorContains(t, audio.WriteWAV(broken{}, nil), "disk full")
	_, err = audio.ReadWAV(broken{})
	require.ErrorContains(t, err, "disk gone")
	require.NotErrorIs(t, err, audio.ErrNotWAV)
}

func FuzzReadWAV(f *testing.F) {
	f.Add(wav(1, 1, 8000, 16, make([]byte, 320)))
	f.Add(wav(1, 2, 44100, 24, make([]byte, 600)))
	f.Add(wav(3, 1, 16000, 32, bytes.Repeat([]byte{0xFF}, 64)))
	f.Add(wav(7, 3, 11025, 8, make([]byte, 99), []byte("JUNK\x01\x00\x00\x00a\x00")...))
	f.Add(append(wav(0xFFFE, 1, 8000, 16, nil)[:36], "data\xff\xff\xff\xff\x00"...))
	f.Fuzz(func(t *testing.T, file []byte) {
		samples, err := audio.ReadWAV(bytes.NewReader(file))
		if err != nil {
			require.ErrorIs(t, err, audio.ErrNotWAV)
			return
		}
		require.LessOrEqual(t, len(samples), 2*len(file))
	})
}
