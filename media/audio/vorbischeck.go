package audio

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
)

// The limits of what a Vorbis file may ask memory for. Encoders use codebooks of some thousand numbers.
const (
	mostHeaderBytes  = 1 << 20
	mostBookEntries  = 1 << 16
	mostBookNumbers  = 1 << 20
	mostSpeakers     = 8
	vorbisHeaderName = "vorbis"
)

// checkVorbis reads an Ogg file's pages (RFC 3533) and the three headers of Vorbis I, section 4.2, as far as they say how
// much memory they need and how long they are: the decoder believes them.
func checkVorbis(file []byte) error {
	headers, err := oggHeaders(file)
	if err != nil {
		return err
	}
	identity, comment, setup := headers[0], headers[1], headers[2]
	if len(identity) < 30 || identity[0] != 1 || string(identity[1:7]) != vorbisHeaderName {
		return fmt.Errorf("%w: Ogg without Vorbis", ErrUnreadable)
	}
	if c := identity[11]; c < 1 || c > mostSpeakers {
		return fmt.Errorf("%w: %d channels", ErrUnreadable, c)
	}
	if short, long := identity[28]&15, identity[28]>>4; short < 6 || long > 13 || short > long {
		return fmt.Errorf("%w: blocks", ErrUnreadable)
	}
	if err := checkComment(comment); err != nil {
		return err
	}
	if len(setup) < 8 || setup[0] != 5 || string(setup[1:7]) != vorbisHeaderName {
		return fmt.Errorf("%w: no set-up header", ErrUnreadable)
	}
	return checkBooks(setup[7:])
}

// oggHeaders are the first three packets of the only stream in a file that is whole to its last page.
func oggHeaders(file []byte) (packets [3][]byte, err error) {
	const lastPage = 4
	found, last, serial := 0, false, []byte(nil)
	for len(file) > 0 {
		if len(file) < 27 || len(file) < 27+int(file[26]) {
			return packets, ErrTruncated
		}
		if !bytes.HasPrefix(file, []byte("OggS\x00")) || serial != nil && !bytes.Equal(serial, file[14:18]) {
			return packets, fmt.Errorf("%w: not one Ogg stream", ErrUnreadable)
		}
		serial, last = file[14:18], file[5]&lastPage != 0
		lacing := file[27 : 27+int(file[26])]
		file = file[27+len(lacing):]
		for _, n := range lacing {
			if len(file) < int(n) {
				return packets, ErrTruncated
			}
			if found < len(packets) {
				if packets[found] = append(packets[found], file[:n]...); len(packets[found]) > mostHeaderBytes {
					return packets, fmt.Errorf("%w: headers", ErrUnreadable)
				}
				if n < 255 {
					found++
				}
			}
			file = file[n:]
		}
	}
	if found < len(packets) || !last {
		return packets, ErrTruncated
	}
	return packets, nil
}

func checkComment(p []byte) error {
	wrong := fmt.Errorf("%w: comments", ErrUnreadable)
	if len(p) < 11 || p[0] != 3 || string(p[1:7]) != vorbisHeaderName {
		return wrong
	}
	vendor := int64(binary.LittleEndian.Uint32(p[7:]))
	if p = p[11:]; vendor+4 > int64(len(p)) {
		return wrong
	}
	p = p[vendor:]
	if count := int64(binary.LittleEndian.Uint32(p)); count*4 > int64(len(p)) {
		return wrong
	}
	return nil
}

// checkBooks follows the codebooks of a set-up header (Vorbis I, section 3.2.1).
func checkBooks(setup []byte) error {
	r := &bitReader{data: setup}
	for range r.read(8) + 1 {
		if err := r.book(); err != nil {
			return err
		}
	}
	return nil
}

// bitReader reads bits as Vorbis packs them, the lowest first.
type bitReader struct {
	data []byte
	at   int
	over bool
}

func (r *bitReader) read(n int) (v int) {
	for i := range n {
		if r.at >= 8*len(r.data) {
			r.over = true
			return 0
		}
		v |= int(r.data[r.at/8]>>(r.at%8)&1) << i
		r.at++
	}
	return v
}

func (r *bitReader) book() error {
	wrong := fmt.Errorf("%w: codebook", ErrUnreadable)
	if r.read(24) != 0x564342 {
		return wrong
	}
	dimensions, entries := r.read(16), r.read(24)
	if r.over || entries < 1 || entries > mostBookEntries || dimensions < 1 || entries*dimensions > mostBookNumbers {
		return wrong
	}
	if !r.lengths(entries) || r.over {
		return wrong
	}
	kind := r.read(4)
	if kind == 0 {
		return nil
	}
	if kind > 2 {
		return wrong
	}
	r.read(32)
	r.read(32)
	width := r.read(4) + 1
	r.read(1)
	numbers := entries * dimensions
	if kind == 1 {
		numbers = int(math.Floor(math.Pow(float64(entries), 1/float64(dimensions))))
	}
	r.at += numbers * width
	if r.over || r.at > 8*len(r.data) {
		return wrong
	}
	return nil
}

// lengths skips the lengths of a book's code words.
func (r *bitReader) lengths(entries int) bool {
	if r.read(1) == 1 { // ordered
		length := r.read(5) + 1
		for done := 0; done < entries; length++ {
			n := r.read(bits.Len(uint(entries - done)))
			if done += n; r.over || length > 32 || done > entries {
				return false
			}
		}
		return true
	}
	sparse := r.read(1) == 1
	for range entries {
		if !sparse || r.read(1) == 1 {
			r.read(5)
		}
		if r.over {
			return false
		}
	}
	return true
}
