package audio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// ErrNotWAV is wrapped by the errors of [ReadWAV] for files that are not WAV
// files, or not of a kind it understands.
var ErrNotWAV = errors.New("not a usable WAV file")

// The limits keep a wrong header from asking for absurd amounts of memory.
const (
	maxWAVBytes    = 256 << 20
	maxWAVChannels = 32
	minWAVRate     = 4000
	maxWAVRate     = 192000
)

// Format tags of the fmt chunk.
const (
	formatPCM        = 1
	formatFloat      = 3
	formatALaw       = 6
	formatULaw       = 7
	formatExtensible = 0xFFFE
)

type wavFormat struct {
	tag      uint16
	channels int
	rate     int
	bits     int
}

// ReadWAV reads a WAV file and returns its sound as 8 kHz mono samples. Whole
// number PCM of 8 to 32 bits, floating point and G.711 are understood; several
// channels are mixed into one and other rates (4 to 192 kHz) are converted. A
// file that was cut off gives what is there. Errors wrap [ErrNotWAV] or are
// those of r.
func ReadWAV(r io.Reader) ([]int16, error) {
	var head [12]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, cutOff(err)
	}
	if string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return nil, fmt.Errorf("%w: no RIFF/WAVE header", ErrNotWAV)
	}
	var format *wavFormat
	for {
		var chunk [8]byte
		if _, err := io.ReadFull(r, chunk[:]); err != nil {
			return nil, cutOff(err)
		}
		size := int64(binary.LittleEndian.Uint32(chunk[4:]))
		switch string(chunk[:4]) {
		case "fmt ":
			f, err := readFormat(r, size)
			if err != nil {
				return nil, err
			}
			format = f
		case "data":
			if format == nil {
				return nil, fmt.Errorf("%w: data before format", ErrNotWAV)
			}
			return readData(r, size, format)
		default:
			if _, err := io.CopyN(io.Discard, r, size+size&1); err != nil {
				return nil, cutOff(err)
			}
		}
	}
}

func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it ends before its sound begins", ErrNotWAV)
	}
	return fmt.Errorf("read WAV: %w", err)
}

func readFormat(r io.Reader, size int64) (*wavFormat, error) {
	if size < 16 || size > 4096 {
		return nil, fmt.Errorf("%w: format chunk of %d bytes", ErrNotWAV, size)
	}
	raw := make([]byte, size+size&1)
	if _, err := io.ReadFull(r, raw); err != nil {
		return nil, cutOff(err)
	}
	f := &wavFormat{
		tag:      binary.LittleEndian.Uint16(raw),
		channels: int(binary.LittleEndian.Uint16(raw[2:])),
		rate:     int(binary.LittleEndian.Uint32(raw[4:])),
		bits:     int(binary.LittleEndian.Uint16(raw[14:])),
	}
	if f.tag == formatExtensible && size >= 40 {
		f.tag = binary.LittleEndian.Uint16(raw[24:]) // the first two bytes of the sub-format's GUID
	}
	switch {
	case f.channels < 1 || f.channels > maxWAVChannels:
		return nil, fmt.Errorf("%w: %d channels", ErrNotWAV, f.channels)
	case f.rate < minWAVRate || f.rate > maxWAVRate:
		return nil, fmt.Errorf("%w: %d samples per second", ErrNotWAV, f.rate)
	case f.decoder() == nil:
		return nil, fmt.Errorf("%w: format %d with %d bits", ErrNotWAV, f.tag, f.bits)
	}
	return f, nil
}

// decoder returns the function that turns one sample's bytes into a number
// between -1 and 1, or nil for an unknown format.
func (f *wavFormat) decoder() func([]byte) float64 {
	switch {
	case f.tag == formatPCM && f.bits == 8:
		return func(b []byte) float64 { return (float64(b[0]) - 128) / 128 }
	case f.tag == formatPCM && f.bits == 16:
		return func(b []byte) float64 { return float64(int16(binary.LittleEndian.Uint16(b))) / fullScale }
	case f.tag == formatPCM && f.bits == 24:
		return func(b []byte) float64 {
			return float64(int32(uint32(b[0])<<8|uint32(b[1])<<16|uint32(b[2])<<24)) / (1 << 31)
		}
	case f.tag == formatPCM && f.bits == 32:
		return func(b []byte) float64 { return float64(int32(binary.LittleEndian.Uint32(b))) / (1 << 31) }
	case f.tag == formatFloat && f.bits == 32:
		return func(b []byte) float64 { return finite(float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))) }
	case f.tag == formatFloat && f.bits == 64:
		return func(b []byte) float64 { return finite(math.Float64frombits(binary.LittleEndian.Uint64(b))) }
	case f.tag == formatALaw && f.bits == 8:
		return func(b []byte) float64 { return float64(alawPCM[b[0]]) / fullScale }
	case f.tag == formatULaw && f.bits == 8:
		return func(b []byte) float64 { return float64(ulawPCM[b[0]]) / fullScale }
	}
	return nil
}

// unfilled says whether a length was written by a program that never came back to fill it in; espeak-ng's is the last.
func unfilled(size int64) bool { return size == 0 || size == math.MaxUint32 || size == 0x7ffff000 }

func finite(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return max(-1, min(1, v))
}

func readData(r io.Reader, size int64, f *wavFormat) ([]int16, error) {
	if unfilled(size) {
		size = maxWAVBytes
	}
	if size > maxWAVBytes {
		return nil, fmt.Errorf("%w: %d bytes of sound, at most %d", ErrNotWAV, size, maxWAVBytes)
	}
	raw, err := io.ReadAll(io.LimitReader(r, size))
	if err != nil {
		return nil, fmt.Errorf("read WAV: %w", err)
	}
	width, decode := f.bits/8, f.decoder()
	mono := make([]float64, len(raw)/(width*f.channels))
	for i := range mono {
		for range f.channels {
			mono[i] += decode(raw)
			raw = raw[width:]
		}
		mono[i] /= float64(f.channels)
	}
	mono = resample(mono, f.rate)
	samples := make([]int16, len(mono))
	for i, v := range mono {
		samples[i] = clip(v * fullScale)
	}
	return samples, nil
}
