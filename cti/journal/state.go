package journal

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"strings"

	"github.com/google/uuid"
)

const (
	stateName = "state"
	slotBytes = 80
	slotApart = 4096 // the two slots lie in different sectors
)

// state is what a journal knows of itself beside its entries. It is kept in two slots that are written in turn and in place, which works on a full disk too.
type state struct {
	count  uint64 // how often it was written: the higher slot counts
	epoch  uuid.UUID
	acked  uint64
	floor  uint64    // numbers up to this may have been used
	boot   uuid.UUID // which start of the machine it was written in
	clean  bool      // closed, and everything fsynced
	behind bool      // entries may be missing
}

var stateMagic = [4]byte{'B', 'H', 'J', 'S'}

func (s state) encode() []byte {
	b := make([]byte, slotBytes)
	copy(b, stateMagic[:])
	if s.clean {
		b[4] |= 1
	}
	if s.behind {
		b[4] |= 2
	}
	binary.LittleEndian.PutUint64(b[8:], s.count)
	copy(b[16:32], s.epoch[:])
	binary.LittleEndian.PutUint64(b[32:], s.acked)
	copy(b[40:56], s.boot[:])
	binary.LittleEndian.PutUint64(b[56:], s.floor)
	binary.LittleEndian.PutUint32(b[76:], crc32.Checksum(b[:76], castagnoli))
	return b
}

func decodeState(b []byte) (state, bool) {
	if len(b) < slotBytes || [4]byte(b[:4]) != stateMagic || binary.LittleEndian.Uint32(b[76:]) != crc32.Checksum(b[:76], castagnoli) {
		return state{}, false
	}
	return state{
		count: binary.LittleEndian.Uint64(b[8:]), epoch: uuid.UUID(b[16:32]), acked: binary.LittleEndian.Uint64(b[32:]), boot: uuid.UUID(b[40:56]),
		floor: binary.LittleEndian.Uint64(b[56:]), clean: b[4]&1 != 0, behind: b[4]&2 != 0,
	}, true
}

// readState gives the newer of the two slots; false when neither can be read.
func readState(path string) (state, bool) {
	f, err := os.Open(path)
	if err != nil {
		return state{}, false
	}
	defer func() { _ = f.Close() }()
	var newest state
	found := false
	for slot := range int64(2) {
		b := make([]byte, slotBytes)
		if _, err := f.ReadAt(b, slot*slotApart); err != nil && !errors.Is(err, io.EOF) {
			continue
		}
		if s, ok := decodeState(b); ok && (!found || s.count > newest.count) {
			newest, found = s, true
		}
	}
	return newest, found
}

// writeState writes the next slot; in force makes it survive a power failure.
func writeState(d disk, s state, force bool) error {
	f, err := d.open(stateName)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(s.encode(), int64(s.count%2)*slotApart)
	if err == nil && force {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// bootID names this start of the machine; the zero id when the kernel does not say.
func bootID() uuid.UUID {
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return uuid.UUID{}
	}
	id, err := uuid.Parse(strings.TrimSpace(string(text)))
	if err != nil {
		return uuid.UUID{}
	}
	return id
}
