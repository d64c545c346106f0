package audio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

const wavHeaderBytes = 44

// WAVWriter writes an 8 kHz mono 16-bit WAV file as the sound comes in.
type WAVWriter struct {
	w       io.WriteSeeker
	samples int
	buf     []byte
}

// NewWAVWriter writes the header of a WAV file to w and returns the writer.
// Its length is filled in by [WAVWriter.Close].
func NewWAVWriter(w io.WriteSeeker) (*WAVWriter, error) {
	if _, err := w.Write(wavHeader(0)); err != nil {
		return nil, fmt.Errorf("write WAV header: %w", err)
	}
	return &WAVWriter{w: w}, nil
}

// Write puts samples behind those written so far.
func (w *WAVWriter) Write(samples []int16) error {
	w.buf = appendPCM(w.buf[:0], samples)
	if _, err := w.w.Write(w.buf); err != nil {
		return fmt.Errorf("write WAV: %w", err)
	}
	w.samples += len(samples)
	return nil
}

// Samples returns how many samples have been written.
func (w *WAVWriter) Samples() int { return w.samples }

// Close fills in the length in the header. It does not close what is underneath.
func (w *WAVWriter) Close() error {
	if _, err := w.w.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("finish WAV: %w", err)
	}
	_, err := w.w.Write(wavHeader(w.samples))
	_, seekErr := w.w.Seek(0, io.SeekEnd)
	if err := errors.Join(err, seekErr); err != nil {
		return fmt.Errorf("finish WAV: %w", err)
	}
	return nil
}

// WriteWAV writes samples to w as an 8 kHz mono 16-bit WAV file.
func WriteWAV(w io.Writer, samples []int16) error {
	file := slices.Grow(wavHeader(len(samples)), 2*len(samples))
	if _, err := w.Write(appendPCM(file, samples)); err != nil {
		return fmt.Errorf("write WAV: %w", err)
	}
	return nil
}

func wavHeader(samples int) []byte {
	data := uint32(min(2*samples, math.MaxUint32-wavHeaderBytes))
	le := binary.LittleEndian
	h := make([]byte, 0, wavHeaderBytes)
	h = le.AppendUint32(append(h, "RIFF"...), data+wavHeaderBytes-8)
	h = le.AppendUint32(append(h, "WAVEfmt "...), 16)
	h = le.AppendUint16(le.AppendUint16(h, formatPCM), 1)
	h = le.AppendUint32(le.AppendUint32(h, SampleRate), 2*SampleRate)
	h = le.AppendUint16(le.AppendUint16(h, 2), 16)
	return le.AppendUint32(append(h, "data"...), data)
}

func appendPCM(dst []byte, samples []int16) []byte {
	for _, s := range samples {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(s))
	}
	return dst
}
