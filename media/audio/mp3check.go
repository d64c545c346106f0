package audio

import (
	"bytes"
	"fmt"
)

// mp3Header is the head of a frame (ISO/IEC 11172-3, section 2.4.1.3, and 13818-3).
type mp3Header struct {
	lsf     bool // MPEG-2: half the rate, half a frame
	bitrate int
	rate    int
	padded  bool
}

var (
	mp3Rates    = [2][3]int{{44100, 48000, 32000}, {22050, 24000, 16000}}
	mp3Bitrates = [2][15]int{
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
	}
)

func readMP3Header(b []byte) (h mp3Header, ok bool) {
	if len(b) < 4 || b[0] != 0xff || b[1]&0xe6 != 0xe2 || b[1]&0x18 < 0x10 { // layer III of MPEG-1 or MPEG-2
		return h, false
	}
	h.lsf = b[1]&0x08 == 0
	bitrate, rate := int(b[2]>>4), int(b[2]>>2&3)
	if bitrate == 0 || bitrate == 15 || rate == 3 {
		return h, false
	}
	half := 0
	if h.lsf {
		half = 1
	}
	h.bitrate, h.rate, h.padded = mp3Bitrates[half][bitrate]*1000, mp3Rates[half][rate], b[2]&2 != 0
	return h, true
}

func (h mp3Header) bytes() int {
	n := 144 * h.bitrate / h.rate
	if h.lsf {
		n = 72 * h.bitrate / h.rate
	}
	if h.padded {
		n++
	}
	return n
}

// misread says whether the decoder takes the frame for one byte shorter than it is: it forgets the padding of MPEG-2 where
// 144 × bitrate / rate is even (go-mp3 v0.3.4, FrameSize).
func (h mp3Header) misread() bool { return h.lsf && h.padded && 144*h.bitrate/h.rate%2 == 0 }

// checkMP3 goes from frame to frame: they must follow each other to the end, all at one rate. It gives what is between the tags.
func checkMP3(file []byte) ([]byte, error) {
	file, err := withoutTags(file)
	if err != nil {
		return nil, err
	}
	first, ok := readMP3Header(file)
	if !ok {
		return nil, fmt.Errorf("%w: no frame of MPEG layer III", ErrUnreadable)
	}
	for rest := file; len(rest) > 0; {
		h, ok := readMP3Header(rest)
		switch {
		case len(rest) < 4:
			return nil, ErrTruncated
		case !ok || h.rate != first.rate:
			return nil, fmt.Errorf("%w: a frame is broken", ErrUnreadable)
		case h.misread():
			return nil, ErrUnsupported
		case h.bytes() > len(rest):
			return nil, ErrTruncated
		}
		rest = rest[h.bytes():]
	}
	return file, nil
}

// withoutTags takes away what players show: ID3v2 before the sound, ID3v1 and APE behind it, and zeroes between.
func withoutTags(file []byte) ([]byte, error) {
	for bytes.HasPrefix(file, []byte("ID3")) {
		if len(file) < 10 {
			return nil, ErrTruncated
		}
		size := 10 + (int(file[6]&0x7f)<<21 | int(file[7]&0x7f)<<14 | int(file[8]&0x7f)<<7 | int(file[9]&0x7f))
		if size > len(file) {
			return nil, ErrTruncated
		}
		file = bytes.TrimLeft(file[size:], "\x00")
	}
	if n := len(file) - 128; n >= 0 && bytes.HasPrefix(file[n:], []byte("TAG")) {
		file = file[:n]
	}
	if at := bytes.LastIndex(file, []byte("APETAGEX")); at >= 0 && len(file)-at < 1<<20 {
		if first := bytes.Index(file, []byte("APETAGEX")); len(file)-first < 1<<20 {
			at = first
		}
		file = file[:at]
	}
	return file, nil
}
