package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// The reasons for which [Decode] takes no sound.
var (
	// ErrUnreadable is no sound of a kind that is understood.
	ErrUnreadable = errors.New("no sound that can be read")
	// ErrUnsupported is of a kind that is understood, in a variant that is not.
	ErrUnsupported = errors.New("a variant of MP3 that cannot be read")
	// ErrTruncated ends before it should.
	ErrTruncated = errors.New("the sound is cut off")
	// ErrTooLong lasts longer than it may.
	ErrTooLong = errors.New("the sound is too long")
	// ErrNoSound lasts no time.
	ErrNoSound = errors.New("the sound is empty")
)

// Decode reads a WAV, MP3 or Ogg Vorbis file of strangers as 8 kHz mono samples. What it is follows from its first bytes
// alone. Nothing that lasts longer than longest is decoded further than that, however small the file is.
func Decode(file []byte, longest time.Duration) (samples []int16, err error) {
	defer func() {
		if broken := recover(); broken != nil { // the decoders of other people trust what they read
			samples, err = nil, fmt.Errorf("%w: %v", ErrUnreadable, broken)
		}
	}()
	to := &sink{most: samplesIn(longest)}
	switch {
	case len(file) >= 12 && string(file[:4]) == "RIFF" && string(file[8:12]) == "WAVE":
		err = decodeWAV(file, to)
	case bytes.HasPrefix(file, []byte("OggS")):
		err = decodeVorbis(file, to)
	case bytes.HasPrefix(file, []byte("ID3")), len(file) > 2 && file[0] == 0xff && file[1]&0xe6 == 0xe2:
		err = decodeMP3(file, to)
	default:
		err = ErrUnreadable
	}
	if err == nil {
		err = to.end()
	}
	if err != nil {
		return nil, err
	}
	return to.samples, nil
}

// sink collects what a decoder gives, mixed and converted, until it is too much.
type sink struct {
	most    int
	rate    int
	convert *resampler // nil: the rate is right
	heard   int
	samples []int16
}

func (s *sink) begin(rate int) error {
	if rate < minWAVRate || rate > maxWAVRate {
		return fmt.Errorf("%w: %d samples per second", ErrUnreadable, rate)
	}
	if s.rate = rate; rate != SampleRate {
		s.convert = newResampler(rate)
	}
	return nil
}

func (s *sink) take(mono []float64) error {
	s.heard += len(mono)
	if int64(s.heard)*SampleRate > int64(s.most)*int64(s.rate) {
		return ErrTooLong
	}
	if s.convert != nil {
		mono = s.convert.push(mono)
	}
	s.keep(mono)
	return nil
}

func (s *sink) keep(mono []float64) {
	for _, v := range mono {
		s.samples = append(s.samples, clip(finite(v)*fullScale))
	}
}

func (s *sink) end() error {
	if s.convert != nil {
		s.keep(s.convert.rest())
	}
	if len(s.samples) == 0 {
		return ErrNoSound
	}
	return nil
}

// pieceFrames is how much is decoded at a time.
const pieceFrames = 4096

func decodeWAV(file []byte, to *sink) error {
	var format *wavFormat
	for at := 12; at+8 <= len(file); {
		name, size := string(file[at:at+4]), int64(binary.LittleEndian.Uint32(file[at+4:]))
		at += 8
		left := int64(len(file) - at)
		if name == "data" && unfilled(size) {
			size = left
		}
		if size > left {
			return ErrTruncated
		}
		switch name {
		case "fmt ":
			var err error
			if format, err = readFormat(bytes.NewReader(append(bytes.Clone(file[at:at+int(size)]), 0)), size); err != nil {
				return fmt.Errorf("%w: %w", ErrUnreadable, err)
			}
		case "data":
			if format == nil {
				return fmt.Errorf("%w: data before format", ErrUnreadable)
			}
			return decodePCM(file[at:at+int(size)], format, to)
		}
		at += int(min(size+size&1, left))
	}
	return ErrTruncated
}

func decodePCM(raw []byte, f *wavFormat, to *sink) error {
	if err := to.begin(f.rate); err != nil {
		return err
	}
	width, decode := f.bits/8, f.decoder()
	frame := width * f.channels
	for len(raw) >= frame {
		mono := make([]float64, min(pieceFrames, len(raw)/frame))
		for i := range mono {
			for range f.channels {
				mono[i] += decode(raw)
				raw = raw[width:]
			}
			mono[i] /= float64(f.channels)
		}
		if err := to.take(mono); err != nil {
			return err
		}
	}
	return nil
}

// readPiece reads until p is full or nothing is left.
func readPiece(r io.Reader, p []byte) (int, error) {
	n, err := io.ReadFull(r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return n, io.EOF
	}
	return n, err
}
