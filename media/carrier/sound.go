package carrier

import (
	"context"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"bellhop/media/audio"
)

// maxKeys is how many received keys are remembered.
const maxKeys = 64

// maxBurst is how many frames are sent at once after a delay; older ones are left out.
const maxBurst = 5

// sound is the RTP of one call.
type sound struct {
	conn    *net.UDPConn
	formats atomic.Pointer[formats]
	source  atomic.Pointer[audio.Source]
	echo    atomic.Bool
	meter   *audio.Meter
	onKey   func(byte)

	tasks   sync.WaitGroup
	stopped context.CancelFunc

	// Only the listening goroutine touches what follows.
	keyed   bool
	lastKey uint32
}

// openSound opens a socket on a free port of the address.
func openSound(host netip.Addr, f formats, onKey func(byte)) (*sound, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(host, 0)))
	if err != nil {
		return nil, err
	}
	s := &sound{conn: conn, meter: audio.NewMeter(time.Second), onKey: onKey}
	s.formats.Store(&f)
	s.tasks.Go(s.listen)
	return s, nil
}

func (s *sound) local() netip.AddrPort {
	addr, _ := netip.ParseAddrPort(s.conn.LocalAddr().String()) // always one
	return addr
}

// speak sends the tone from now on, a frame each 20 ms.
func (s *sound) speak(hz float64) {
	tone := audio.Tones(audio.DefaultLevel, hz)
	s.source.Store(&tone)
	if s.stopped != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.stopped = cancel
	s.tasks.Go(func() { s.send(ctx) })
}

// sendBack echoes from now on.
func (s *sound) sendBack() { s.echo.Store(true) }

func (s *sound) send(ctx context.Context) {
	pacer := audio.NewPacer(audio.FrameDuration)
	header := rtp.Header{
		Version: 2, Marker: true, SSRC: rand.Uint32(), SequenceNumber: uint16(rand.Uint32()), Timestamp: rand.Uint32(), //nolint:gosec // a simulation
	}
	frame := make([]int16, audio.FrameSamples)
	for {
		due, err := pacer.Wait(ctx)
		if err != nil {
			return
		}
		if late := due - maxBurst; late > 0 {
			header.Timestamp += uint32(late) * audio.FrameSamples
			due = maxBurst
		}
		for range due {
			(*s.source.Load()).Read(frame)
			s.sendFrame(header, frame)
			header.SequenceNumber++
			header.Timestamp += audio.FrameSamples
			header.Marker = false
		}
	}
}

// sendFrame sends one frame. The network may lose it, and so an error is none.
func (s *sound) sendFrame(header rtp.Header, frame []int16) {
	f := s.formats.Load()
	packet := rtp.Packet{Header: header}
	packet.PayloadType = f.code
	if f.law == "PCMA" {
		packet.Payload = audio.EncodeALaw(nil, frame)
	} else {
		packet.Payload = audio.EncodeULaw(nil, frame)
	}
	if raw, err := packet.Marshal(); err == nil {
		_, _ = s.conn.WriteToUDPAddrPort(raw, f.remote)
	}
}

// listen takes what comes until the socket is closed.
func (s *sound) listen() {
	buf := make([]byte, 2048)
	for {
		n, from, err := s.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		f := s.formats.Load()
		var packet rtp.Packet
		if from.Addr().Unmap() != f.remote.Addr() || packet.Unmarshal(buf[:n]) != nil {
			continue
		}
		if s.echo.Load() && packet.PayloadType == f.code { // a key that comes back is a key pressed at the far end
			_, _ = s.conn.WriteToUDPAddrPort(buf[:n], f.remote)
		}
		switch {
		case packet.PayloadType == f.code && f.law == "PCMA":
			s.meter.Add(audio.DecodeALaw(nil, packet.Payload))
		case packet.PayloadType == f.code:
			s.meter.Add(audio.DecodeULaw(nil, packet.Payload))
		case packet.PayloadType == f.event && f.event != 0:
			s.key(packet)
		}
	}
}

// keyOrder are the keys by their numbers as events (RFC 4733, section 3.2).
const keyOrder = "0123456789*#ABCD"

// key takes one packet of a telephone event; those of one key have one time stamp.
func (s *sound) key(p rtp.Packet) {
	if len(p.Payload) < 4 || int(p.Payload[0]) >= len(keyOrder) || s.keyed && s.lastKey == p.Timestamp {
		return
	}
	s.keyed, s.lastKey = true, p.Timestamp
	s.onKey(keyOrder[p.Payload[0]])
}

func (s *sound) level() float64 { return s.meter.Level(time.Second) }

func (s *sound) close() {
	if s.stopped != nil {
		s.stopped()
	}
	_ = s.conn.Close()
	s.tasks.Wait()
}
