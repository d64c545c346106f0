package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/hajimehoshi/go-mp3"
)

// decodeMP3 reads MPEG-1 and MPEG-2 layer III. The decoder gets a plain reader: from a file it would first read the whole.
func decodeMP3(file []byte, to *sink) error {
	file, err := checkMP3(file)
	if err != nil {
		return err
	}
	d, err := mp3.NewDecoder(io.MultiReader(bytes.NewReader(file)))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	if err := to.begin(d.SampleRate()); err != nil {
		return err
	}
	raw := make([]byte, 4*pieceFrames) // always two channels of 16 bits
	for {
		n, err := readPiece(d, raw)
		mono := make([]float64, n/4)
		for i := range mono {
			left, right := int16(binary.LittleEndian.Uint16(raw[4*i:])), int16(binary.LittleEndian.Uint16(raw[4*i+2:]))
			mono[i] = (float64(left) + float64(right)) / 2 / fullScale
		}
		if err := to.take(mono); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrUnreadable, err)
		}
	}
}
