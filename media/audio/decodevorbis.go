package audio

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/jfreymuth/oggvorbis"
)

func decodeVorbis(file []byte, to *sink) error {
	if err := checkVorbis(file); err != nil {
		return err
	}
	d, err := oggvorbis.NewReader(io.MultiReader(bytes.NewReader(file)))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	if err := to.begin(d.SampleRate()); err != nil {
		return err
	}
	channels := d.Channels()
	raw := make([]float32, channels*pieceFrames)
	for {
		n, err := d.Read(raw)
		mono := make([]float64, n/channels)
		for i := range mono {
			for _, v := range raw[i*channels : (i+1)*channels] {
				mono[i] += finite(float64(v)) / float64(channels)
			}
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
