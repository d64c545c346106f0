package relay

import "time"

// pauseLimit is how far a packet's journey may differ from the one before it. What differs more was not on its way
// longer: its source paused, or was another one.
const pauseLimit = time.Second

// Quality is how the audio of a line came in since somebody last asked.
type Quality struct {
	FromBrowser Flow
	FromSwitch  Flow
	// Heard is when the browser last sent a packet, or when it and the leg came
	// together if it has sent none since.
	Heard time.Time
}

// Flow is what came from one side.
type Flow struct {
	// Packets is how many there should have been, as their sequence numbers say.
	Packets int
	// Lost is how many of them did not come.
	Lost int
	// Jitter is the interarrival jitter (RFC 3550 section 6.4.1) as of the last packet.
	Jitter time.Duration
}

// Loss is the fraction that was lost, 0 to 1.
func (f Flow) Loss() float64 {
	if f.Packets == 0 {
		return 0
	}
	return float64(f.Lost) / float64(f.Packets)
}

// TakeQuality tells how the audio came in since the last call, and begins to count anew.
func (l *Line) TakeQuality() Quality {
	l.down.Lock()
	q := Quality{FromSwitch: l.down.flow.take()}
	l.down.Unlock()
	l.up.Lock()
	defer l.up.Unlock()
	q.FromBrowser, q.Heard = l.up.flow.take(), l.up.heard
	return q
}

// flow counts the packets of one side.
type flow struct {
	begun              bool
	source             uint32
	highest            uint16
	expected, received int

	timed   bool // transit is known
	transit time.Duration
	jitter  time.Duration
	zero    time.Time // of the clock that transit is measured with
}

// hear counts one packet. audio is false for events, whose timestamps stand still.
func (f *flow) hear(p *packet, audio bool, now time.Time) {
	ahead := int16(p.sequence - f.highest)
	switch {
	case !f.begun || p.source != f.source || ahead > sequenceLimit || ahead < -sequenceLimit:
		f.begun, f.timed = true, false
		f.source, f.highest = p.source, p.sequence
		f.expected++
		f.received++
	case ahead > 0:
		f.highest = p.sequence
		f.expected += int(ahead)
		f.received++
	case ahead < 0:
		f.received++
		return
	default:
		return // twice the same
	}
	if audio {
		f.time(p.timestamp, now)
	}
}

// time takes a packet's journey into the jitter.
func (f *flow) time(timestamp uint32, now time.Time) {
	if !f.timed {
		f.zero = now.Add(-rtpTime(timestamp))
	}
	transit := now.Sub(f.zero) - rtpTime(timestamp)
	differs := (transit - f.transit).Abs()
	if f.timed && differs < pauseLimit {
		f.jitter += (differs - f.jitter) / 16
	}
	if differs >= pauseLimit { // the timestamps turned over, or the source paused
		f.zero, transit = now.Add(-rtpTime(timestamp)), 0
	}
	f.timed, f.transit = true, transit
}

// rtpTime is a timestamp as time on the RTP clock.
func rtpTime(timestamp uint32) time.Duration {
	return time.Duration(timestamp) * time.Second / ClockRate
}

func (f *flow) take() Flow {
	q := Flow{Packets: f.expected, Lost: max(f.expected-f.received, 0), Jitter: f.jitter}
	f.expected, f.received = 0, 0
	return q
}
