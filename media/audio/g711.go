package audio

import "math/bits"

// Silence as G.711 codes it: the code words of a zero sample.
const (
	// SilenceULaw is µ-law's code word for zero.
	SilenceULaw byte = 0xFF
	// SilenceALaw is A-law's smallest positive value; A-law has no zero.
	SilenceALaw byte = 0xD5
)

// The tables are indexed by the bits of a sample that G.711 looks at: the
// upper 14 for µ-law, the upper 12 for A-law.
var (
	ulawOf   = buildTable(14, encodeULaw)
	alawOf   = buildTable(12, encodeALaw)
	ulawPCM  = buildDecoder(decodeULaw)
	alawPCM  = buildDecoder(decodeALaw)
	ulawDrop = 16 - 14
	alawDrop = 16 - 12
)

// EncodeULaw appends the µ-law code words (ITU-T G.711, PCMU) of samples to dst.
func EncodeULaw(dst []byte, samples []int16) []byte {
	for _, s := range samples {
		dst = append(dst, ulawOf[uint16(s)>>ulawDrop])
	}
	return dst
}

// DecodeULaw appends the samples of µ-law code words (ITU-T G.711, PCMU) to dst.
func DecodeULaw(dst []int16, code []byte) []int16 {
	for _, c := range code {
		dst = append(dst, ulawPCM[c])
	}
	return dst
}

// EncodeALaw appends the A-law code words (ITU-T G.711, PCMA) of samples to dst.
func EncodeALaw(dst []byte, samples []int16) []byte {
	for _, s := range samples {
		dst = append(dst, alawOf[uint16(s)>>alawDrop])
	}
	return dst
}

// DecodeALaw appends the samples of A-law code words (ITU-T G.711, PCMA) to dst.
func DecodeALaw(dst []int16, code []byte) []int16 {
	for _, c := range code {
		dst = append(dst, alawPCM[c])
	}
	return dst
}

func buildTable(width int, encode func(int16) byte) []byte {
	table := make([]byte, 1<<width)
	for i := range table {
		table[i] = encode(int16(uint16(i << (16 - width))))
	}
	return table
}

func buildDecoder(decode func(byte) int16) *[256]int16 {
	var table [256]int16
	for i := range table {
		table[i] = decode(byte(i))
	}
	return &table
}

// encodeULaw follows the reference of ITU-T G.191: 14 bits, negative numbers
// in one's complement, bias 33, eight segments of sixteen steps.
func encodeULaw(s int16) byte {
	magnitude, sign := int(s)>>2, byte(0x80)
	if s < 0 {
		magnitude, sign = int(^s)>>2, 0
	}
	magnitude = min(magnitude+33, 0x1FFF)
	segment := bits.Len(uint(magnitude>>6)) + 1
	step := magnitude >> segment & 0x0F
	return sign | byte(8-segment)<<4 | byte(0x0F-step)
}

func decodeULaw(c byte) int16 {
	segment, step := int(^c>>4&7), int(^c&0x0F)
	magnitude := ((step<<1 | 33) << segment) - 33
	if c&0x80 == 0 {
		return int16(-magnitude << 2)
	}
	return int16(magnitude << 2)
}

// encodeALaw follows the reference of ITU-T G.191: 12 bits of magnitude,
// negative numbers in one's complement, even bits inverted.
func encodeALaw(s int16) byte {
	magnitude, sign := int(s)>>4, byte(0x80)
	if s < 0 {
		magnitude, sign = int(^s)>>4, 0
	}
	code := magnitude
	if magnitude > 15 {
		segment := bits.Len(uint(magnitude >> 4))
		code = segment<<4 | magnitude>>(segment-1)&0x0F
	}
	return (sign | byte(code)) ^ 0x55
}

func decodeALaw(c byte) int16 {
	c ^= 0x55
	segment, magnitude := int(c>>4&7), int(c&0x0F)<<4|8
	if segment > 0 {
		magnitude = (magnitude | 0x100) << (segment - 1)
	}
	if c&0x80 == 0 {
		return int16(-magnitude)
	}
	return int16(magnitude)
}
