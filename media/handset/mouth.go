package handset

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"net"
	"sync/atomic"

	"github.com/pion/rtp"

	"bellhop/media/audio"
)

// Frames that are due together are sent together up to this many; what is
// older was not said, and the time stamps show the gap.
const maxBurst = 5

// mouth sends RTP: a frame of G.711 every 20 ms, or a pressed key instead.
type mouth struct {
	conn   *net.UDPConn
	agreed atomic.Pointer[media]
	begun  atomic.Bool // the call is answered: speak, before that be silent
	sent   atomic.Uint64

	presses chan *press

	// Only the speaking goroutine touches what follows.
	source  audio.Source
	header  rtp.Header
	frame   []int16
	packet  []byte
	pressed *press
}

func newMouth(conn *net.UDPConn, source audio.Source) *mouth {
	return &mouth{
		conn: conn, source: source, presses: make(chan *press),
		header: rtp.Header{
			Version: 2, Marker: true, SSRC: randomUint32(),
			SequenceNumber: uint16(randomUint32()), Timestamp: randomUint32(),
		},
		frame:  make([]int16, audio.FrameSamples),
		packet: make([]byte, 0, 12+audio.FrameSamples),
	}
}

// randomUint32 returns where a stream begins, which nobody may guess (RFC 3550 section 5.1).
func randomUint32() uint32 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint32(b[:])
}

// agree sets where and how to send, and returns whether there was an agreement before.
func (m *mouth) agree(agreed media) (before bool) { return m.agreed.Swap(&agreed) != nil }

// begin lets the source be heard.
func (m *mouth) begin() { m.begun.Store(true) }

// tick sends what is due.
func (m *mouth) tick(due int) {
	if skip := due - maxBurst; skip > 0 {
		m.header.Timestamp += uint32(skip * audio.FrameSamples)
		due = maxBurst
	}
	for range due {
		if m.pressed == nil {
			select {
			case m.pressed = <-m.presses:
			default:
			}
		}
		p := m.pressed
		if p == nil || p.tick(m) {
			m.speak()
		} else if p.frames >= pressFrames+endPackets {
			m.sendFrame(0) // the key was let go
		}
		if p != nil && p.over() {
			p.done <- nil
			m.pressed = nil
		}
		m.header.Timestamp += audio.FrameSamples
	}
}

// speak sends one frame of the source.
func (m *mouth) speak() {
	n := 0
	if m.begun.Load() && m.source != nil {
		n = m.source.Read(m.frame)
	}
	m.sendFrame(n)
}

// sendFrame sends the first n samples of the frame, and silence for the rest.
func (m *mouth) sendFrame(n int) {
	agreed := m.agreed.Load()
	if !agreed.sends {
		m.header.Marker = true // of the first packet after the pause (RFC 3551 section 4.1)
		return
	}
	clear(m.frame[n:])
	m.header.PayloadType = agreed.payload
	m.packet = m.open()
	if agreed.codec == PCMA {
		m.packet = audio.EncodeALaw(m.packet, m.frame)
	} else {
		m.packet = audio.EncodeULaw(m.packet, m.frame)
	}
	m.send(agreed)
}

// open begins the packet with the header as it is now.
func (m *mouth) open() []byte {
	n, err := m.header.MarshalTo(m.packet[:cap(m.packet)])
	if err != nil {
		return m.packet[:0]
	}
	return m.packet[:n]
}

// send sends the packet. The network may lose it, so an error is not one.
func (m *mouth) send(agreed *media) {
	if _, err := m.conn.WriteToUDPAddrPort(m.packet, agreed.remote); err == nil {
		m.sent.Add(1)
	}
	m.header.SequenceNumber++
	m.header.Marker = false
}

// stop tells whoever waits for a key that it will not be pressed.
func (m *mouth) stop() {
	if m.pressed != nil {
		m.pressed.done <- ErrOver
		m.pressed = nil
	}
}

// press hands a key to the speaking goroutine and waits until it has been pressed.
func (m *mouth) press(ctx context.Context, key pressing, over <-chan struct{}) error {
	if key.key != pause && m.agreed.Load().event == 0 {
		return ErrNoDTMF
	}
	p := &press{pressing: key, done: make(chan error, 1)}
	presses := m.presses
	for {
		select {
		case presses <- p:
			presses = nil
		case err := <-p.done:
			return err
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-over:
			return ErrOver
		}
	}
}
