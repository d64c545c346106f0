package journal

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"github.com/google/uuid"
)

const (
	headerBytes = 64
	frameBytes  = 17 // length, CRC, kind, seq
	entryLimit  = 256 << 20
	version     = 1
)

// magic begins every segment.
var magic = [8]byte{'B', 'H', 'J', 'O', 'U', 'R', 'N', 'L'}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// header begins a segment.
type header struct {
	number uint64
	base   uint64 // how many changes there were before its first, since the journal began
	seq    uint64 // last fact before it
	epoch  uuid.UUID
	gap    bool // entries before it were dropped, knowingly
}

func (h header) encode() []byte {
	b := make([]byte, headerBytes)
	copy(b, magic[:])
	binary.LittleEndian.PutUint32(b[8:], version)
	if h.gap {
		b[12] = 1
	}
	binary.LittleEndian.PutUint64(b[16:], h.number)
	binary.LittleEndian.PutUint64(b[24:], h.base)
	binary.LittleEndian.PutUint64(b[32:], h.seq)
	copy(b[40:56], h.epoch[:])
	binary.LittleEndian.PutUint32(b[60:], headerSum(b))
	return b
}

func headerSum(b []byte) uint32 { return crc32.Checksum(b[:60], castagnoli) }

func decodeHeader(b []byte) (header, Reason) {
	if len(b) < headerBytes || [8]byte(b[:8]) != magic || binary.LittleEndian.Uint32(b[60:]) != headerSum(b) {
		return header{}, BadHeader
	}
	if binary.LittleEndian.Uint32(b[8:]) != version {
		return header{}, Version
	}
	return header{
		number: binary.LittleEndian.Uint64(b[16:]),
		base:   binary.LittleEndian.Uint64(b[24:]),
		seq:    binary.LittleEndian.Uint64(b[32:]),
		epoch:  uuid.UUID(b[40:56]),
		gap:    b[12] == 1,
	}, ""
}

// appendFrame adds an entry to buf; sum is the CRC of the entry before it.
func appendFrame(buf []byte, sum uint32, e Entry) ([]byte, uint32) {
	at := len(buf)
	var h [frameBytes]byte
	binary.LittleEndian.PutUint32(h[:], uint32(len(e.Data)))
	h[8] = byte(e.Kind)
	binary.LittleEndian.PutUint64(h[9:], e.Seq)
	sum = frameSum(sum, h, e.Data)
	binary.LittleEndian.PutUint32(h[4:], sum)
	buf = append(buf, h[:]...)
	buf = append(buf, e.Data...)
	return buf[: at+frameBytes+len(e.Data) : cap(buf)], sum
}

func frameSum(sum uint32, h [frameBytes]byte, data []byte) uint32 {
	sum = crc32.Update(sum, castagnoli, h[:4])
	sum = crc32.Update(sum, castagnoli, h[8:])
	return crc32.Update(sum, castagnoli, data)
}

// frames reads the entries of a segment, one after the other.
type frames struct {
	in  *bufio.Reader
	at  int64 // end of the last good entry
	end int64 // size of the file
	sum uint32
}

// next gives the next entry; reason is empty and ok false at a clean end.
func (f *frames) next() (e Entry, ok bool, reason Reason) {
	left := f.end - f.at
	if left <= 0 {
		return Entry{}, false, ""
	}
	var h [frameBytes]byte
	if n, err := io.ReadFull(f.in, h[:]); err != nil {
		return Entry{}, false, shortReason(err, h[:n])
	}
	length := int64(binary.LittleEndian.Uint32(h[:]))
	switch {
	case h == [frameBytes]byte{}:
		return Entry{}, false, Zeros
	case length > entryLimit:
		return Entry{}, false, BadLength
	case length > left-frameBytes:
		return Entry{}, false, Torn
	}
	data := make([]byte, length)
	if _, err := io.ReadFull(f.in, data); err != nil {
		return Entry{}, false, shortReason(err, nil)
	}
	sum := frameSum(f.sum, h, data)
	if sum != binary.LittleEndian.Uint32(h[4:]) {
		return Entry{}, false, Checksum
	}
	f.sum = sum
	f.at += frameBytes + length
	return Entry{Kind: Kind(h[8]), Seq: binary.LittleEndian.Uint64(h[9:]), Data: data}, true, ""
}

func shortReason(err error, got []byte) Reason {
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return Unreadable
	}
	for _, b := range got {
		if b != 0 {
			return Torn
		}
	}
	if len(got) > 0 {
		return Zeros
	}
	return Torn
}
