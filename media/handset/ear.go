package handset

import (
	"math"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/rtp"

	"bellhop/media/audio"
)

const (
	// HeardLevel is the level in dBFS above which a frame counts as heard.
	HeardLevel = -50.0
	// HeardEnough is how long sound must be heard in all to count as something.
	HeardEnough = 200 * time.Millisecond

	memory     = time.Second            // how far back the ear remembers
	nowSpan    = 200 * time.Millisecond // what "now" means when asked for a level
	gapAllowed = 80 * time.Millisecond  // how late a packet may come before silence is heard in its place
	strayLimit = 100                    // packets; an older one is a new beginning
)

// ear receives RTP, measures it and records it.
type ear struct {
	emit      func(Event)
	sound     func(at time.Time, pcm []int16)
	threshold float64
	meter     *audio.Meter

	mu        sync.Mutex
	agreed    media
	began     time.Time // zero until the media flows
	samples   int       // heard since then, filled with silence
	quiet     bool      // nothing came for a while: the next packet's time is exact
	recorder  *audio.WAVWriter
	recordErr error
	listeners []*listener
	loud      time.Duration
	ssrc      uint32
	sequence  uint16
	stats     Stats
}

// Stats count the RTP packets of a call.
type Stats struct {
	Sent     uint64 // packets sent, keys included
	Received uint64 // packets with sound
	Lost     uint64 // missing in the sequence numbers
	Ignored  uint64 // repeated, late, not from the other side, or not sound
}

func newEar(call *Call, emit func(Event)) (*ear, error) {
	e := &ear{emit: emit, sound: call.OnSound, threshold: call.HeardLevel, meter: audio.NewMeter(memory)}
	for _, hz := range call.Probe {
		e.listeners = append(e.listeners, newListener(hz))
	}
	if call.Record == nil {
		return e, nil
	}
	var err error
	e.recorder, err = audio.NewWAVWriter(call.Record)
	return e, err
}

// agree sets who is listened to; the first agreement starts the clock.
func (e *ear) agree(agreed media, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.agreed = agreed
	if e.began.IsZero() {
		e.began = now
	}
}

// listen takes packets until conn is closed.
func (e *ear) listen(conn *net.UDPConn) {
	buf := make([]byte, 2048)
	pcm := make([]int16, 0, 2048)
	for {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		pcm = e.packet(pcm[:0], buf[:n], from, time.Now())
	}
}

// packet hears one packet. It uses pcm as scratch space and returns it.
func (e *ear) packet(pcm []int16, raw []byte, from netip.AddrPort, now time.Time) []int16 {
	var header rtp.Header
	n, err := header.Unmarshal(raw)
	e.mu.Lock()
	if err != nil || from.Addr().Unmap() != e.agreed.remote.Addr() || !e.inOrder(&header) {
		e.stats.Ignored++
		e.mu.Unlock()
		return pcm
	}
	end := len(raw)
	if header.Padding && end > n {
		end = max(n, end-int(raw[end-1]))
	}
	switch {
	case header.PayloadType == payloadPCMU || header.PayloadType == e.agreed.payload && e.agreed.codec == PCMU:
		pcm = audio.DecodeULaw(pcm, raw[n:end])
	case header.PayloadType == payloadPCMA || header.PayloadType == e.agreed.payload && e.agreed.codec == PCMA:
		pcm = audio.DecodeALaw(pcm, raw[n:end])
	default:
		e.stats.Ignored++
		e.mu.Unlock()
		return pcm
	}
	e.stats.Received++
	late := gapAllowed
	if e.quiet {
		late, e.quiet = 0, false
	}
	events := e.fill(now.Add(-time.Duration(len(pcm))*time.Second/audio.SampleRate), late)
	events = append(events, e.hear(pcm)...)
	e.mu.Unlock()
	if e.sound != nil {
		e.sound(now, pcm)
	}
	for _, event := range events {
		e.emit(event)
	}
	return pcm
}

// inOrder tells whether a packet is newer than all before it. RTCP that was
// sent to this port by mistake has payload types 72 to 76 in RTP's eyes.
func (e *ear) inOrder(h *rtp.Header) bool {
	if h.PayloadType >= 72 && h.PayloadType <= 76 {
		return false
	}
	step := int16(h.SequenceNumber - e.sequence)
	fresh := e.stats.Received == 0 || h.SSRC != e.ssrc || step < -strayLimit
	if !fresh && step <= 0 {
		return false
	}
	if !fresh {
		e.stats.Lost += uint64(step - 1)
	}
	e.ssrc, e.sequence = h.SSRC, h.SequenceNumber
	return true
}

// idle fills what should have been heard by now with silence.
func (e *ear) idle(now time.Time) {
	e.mu.Lock()
	before := e.samples
	events := e.fill(now, gapAllowed)
	e.quiet = e.quiet || e.samples > before
	e.mu.Unlock()
	for _, event := range events {
		e.emit(event)
	}
}

// fill hears silence up to now if more than late is missing.
func (e *ear) fill(now time.Time, late time.Duration) []Event {
	missing := int(now.Sub(e.began)*audio.SampleRate/time.Second) - e.samples
	if missing <= int(late*audio.SampleRate/time.Second) {
		return nil
	}
	var events []Event
	var silence [audio.FrameSamples]int16
	for missing > 0 {
		n := min(missing, len(silence))
		events = append(events, e.hear(silence[:n])...)
		missing -= n
	}
	return events
}

// hear measures and records samples.
func (e *ear) hear(pcm []int16) []Event {
	e.samples += len(pcm)
	e.meter.Add(pcm)
	if e.recorder != nil && e.recordErr == nil {
		e.recordErr = e.recorder.Write(pcm)
	}
	var events []Event
	if audio.Level(pcm) > e.threshold {
		before := e.loud
		e.loud += time.Duration(len(pcm)) * time.Second / audio.SampleRate
		if before < HeardEnough && e.loud >= HeardEnough {
			events = append(events, Event{Kind: HeardSound})
		}
	}
	for _, l := range e.listeners {
		if event, ok := l.hear(e.meter); ok {
			events = append(events, event)
		}
	}
	return events
}

// close finishes the recording.
func (e *ear) close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.recorder == nil {
		return nil
	}
	if err := e.recorder.Close(); e.recordErr == nil {
		e.recordErr = err
	}
	return e.recordErr
}

// A probed tone is there when it holds toneShare of the energy of the newest
// toneSpan and is louder than toneLevel, and gone when it has not been for toneGone.
const (
	toneSpan  = 40 * time.Millisecond
	toneShare = 0.25
	toneLevel = -45.0
	toneGone  = 5 // frames
)

// listener waits for one frequency.
type listener struct {
	hz       float64
	detector *audio.Detector
	on       bool
	missed   int
}

func newListener(hz float64) *listener {
	return &listener{hz: hz, detector: audio.NewDetector(hz, toneSpan)}
}

func (l *listener) hear(meter *audio.Meter) (Event, bool) {
	newest := meter.Last(toneSpan)
	there := l.detector.Share(newest) >= toneShare && l.detector.Level(newest) > toneLevel
	if there {
		l.missed = 0
	} else {
		l.missed++
	}
	switch {
	case there && !l.on:
		l.on = true
		return Event{Kind: ToneOn, Hz: l.hz}, true
	case l.on && l.missed >= toneGone:
		l.on = false
		return Event{Kind: ToneOff, Hz: l.hz}, true
	}
	return Event{}, false
}

// Heard returns the level in dBFS of what was heard over the last 200 ms,
// [audio.Floor] if nothing was.
func (s *Session) Heard() float64 { return s.ear.meter.Level(nowSpan) }

// HeardOver returns the level in dBFS of what was heard over the last span, at most a second.
func (s *Session) HeardOver(span time.Duration) float64 { return s.ear.meter.Level(span) }

// HeardFor returns for how long, in all, something louder than the call's
// HeardLevel was heard.
func (s *Session) HeardFor() time.Duration {
	s.ear.mu.Lock()
	defer s.ear.mu.Unlock()
	return s.ear.loud
}

// ToneHeard tells whether a tone of hz is heard now: whether it makes up a
// quarter or more of the energy of the last 200 ms, and is loud enough.
func (s *Session) ToneHeard(hz float64) bool {
	samples := s.ear.meter.Last(nowSpan)
	detector := audio.NewDetector(hz, audio.DefaultBlock)
	return detector.Share(samples) >= toneShare && detector.Level(samples) > toneLevel
}

// ToneShare returns how much of the energy heard over the last span, at most a
// second, lies at hz: from 0 to 1.
func (s *Session) ToneShare(hz float64, span time.Duration) float64 {
	return math.Round(1000*audio.ToneShare(s.ear.meter.Last(span), hz)) / 1000
}

// Stats returns the packet counts of the call so far.
func (s *Session) Stats() Stats {
	s.ear.mu.Lock()
	defer s.ear.mu.Unlock()
	stats := s.ear.stats
	stats.Sent = s.mouth.sent.Load()
	return stats
}
