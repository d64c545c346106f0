package handset

import (
	"encoding/binary"
	"fmt"
	"strings"

	"bellhop/media/audio"
)

// A key is pressed for 100 ms and let go for 100 ms, twice what receivers
// must be able to take (ITU-T Q.24); a comma waits half a second.
const (
	pressFrames   = 5
	releaseFrames = 5
	pauseFrames   = 25
	endPackets    = 3  // RFC 4733 section 2.5.1.4
	keyVolume     = 10 // -10 dBm0
	pause         = ','
	keyOrder      = "0123456789*#ABCD" // their numbers as events, RFC 4733 section 3.2
)

// pressing is a key to be pressed.
type pressing struct {
	key   rune
	event byte
}

// keyPresses reads keys.
func keyPresses(keys string) ([]pressing, error) {
	var list []pressing
	for _, key := range strings.ToUpper(keys) {
		event := strings.IndexRune(keyOrder, key)
		if event < 0 && key != pause {
			return nil, fmt.Errorf("no telephone has a key %q: 0-9, *, #, A-D, and a comma to wait", key)
		}
		list = append(list, pressing{key, byte(max(event, 0))})
	}
	return list, nil
}

// ValidKeys returns an error that names the first of keys that no telephone has.
func ValidKeys(keys string) error {
	_, err := keyPresses(keys)
	return err
}

// press is a key that is being pressed, and for how many frames it has been.
type press struct {
	pressing
	frames int
	start  uint32 // the time stamp of all of its packets
	done   chan error
}

// tick sends this frame's part of the key, if it has one, and returns whether
// the line is the voice's.
func (p *press) tick(m *mouth) (voice bool) {
	p.frames++
	if p.key == pause {
		return true
	}
	if p.frames == 1 {
		p.start = m.header.Timestamp
		m.header.Marker = true
	}
	if p.frames <= pressFrames+endPackets-1 {
		m.sendKey(p)
	}
	return false
}

// over tells whether the key has been pressed and let go.
func (p *press) over() bool {
	if p.key == pause {
		return p.frames >= pauseFrames
	}
	return p.frames >= pressFrames+releaseFrames
}

// sendKey sends one telephone event (RFC 4733 section 2.3). The duration grows
// with every packet until the key is let go; the last packet is sent three times.
func (m *mouth) sendKey(p *press) {
	agreed := m.agreed.Load()
	if !agreed.sends || agreed.event == 0 {
		return
	}
	now := m.header.Timestamp
	m.header.Timestamp = p.start
	m.header.PayloadType = agreed.event
	m.packet = m.open()
	m.header.Timestamp = now

	flags := byte(keyVolume)
	if p.frames >= pressFrames {
		flags |= 0x80
	}
	duration := min(p.frames, pressFrames) * audio.FrameSamples
	m.packet = append(m.packet, p.event, flags)
	m.packet = binary.BigEndian.AppendUint16(m.packet, uint16(duration))
	m.send(agreed)
}
