package relay

import "time"

// stamp is a packet's place in a stream.
type stamp struct {
	sequence  uint16
	timestamp uint32
}

// jumpLimit is how far a source's timestamps may run away from the clock on the
// wall before the stream takes them for a new count. Ten seconds are longer
// than any key is held down (RFC 4733 events keep one timestamp while they last).
const jumpLimit = 10 * ClockRate

// sequenceLimit is the largest hole in a source's sequence numbers that is still loss.
const sequenceLimit = 500

// stream makes one continuous RTP stream out of whatever its sources send, one
// after the other: calls, silences, a browser before and after a reload. Within
// a source, losses and reorderings are passed on as they are; when the source
// changes, the sequence number goes on by one and the timestamp by the time that
// went by, so that a jitter buffer at the end sees a pause and nothing else.
type stream struct {
	out  stamp
	last time.Time

	anchored  bool
	source    uint32
	first     uint16 // the source's sequence number at the anchor
	in        stamp  // the source's newest packet
	sequenceD uint16
	timeD     uint32
}

// start gives the stream its first sequence number and timestamp, which RFC 3550
// section 5.1 wants random.
func (s *stream) start(at stamp, now time.Time) {
	s.out, s.last = at, now
}

// change makes the next packet begin a new source, whatever its SSRC.
func (s *stream) change() { s.anchored = false }

// pass places p in the stream. fresh is true when p begins a new source, which
// the marker bit tells the receiver. ok is false for a packet that was there
// already or that belongs before the present source began.
func (s *stream) pass(p *packet, now time.Time) (at stamp, fresh, ok bool) {
	if !s.anchored || p.source != s.source || s.jumped(p, now) {
		s.anchor(p, now)
		return s.out, true, true
	}
	ahead := int16(p.sequence - s.in.sequence)
	at = stamp{p.sequence + s.sequenceD, p.timestamp + s.timeD}
	if ahead > 0 {
		s.in = stamp{p.sequence, p.timestamp}
		s.out, s.last = at, now
		return at, false, true
	}
	return at, false, ahead != 0 && int16(p.sequence-s.first) >= 0
}

// fill places a frame of our own in the stream. With paced, it follows the last
// one by exactly 20 ms; without, by the time that went by.
func (s *stream) fill(now time.Time, paced bool) stamp {
	step := uint32(frameSamples)
	if !paced {
		step = max(step, samples(now.Sub(s.last)))
	}
	s.anchored = false
	s.out.sequence++
	s.out.timestamp += step
	s.last = now
	return s.out
}

func (s *stream) anchor(p *packet, now time.Time) {
	s.out.sequence++
	s.out.timestamp += max(frameSamples, samples(now.Sub(s.last)))
	s.last = now
	s.anchored = true
	s.source = p.source
	s.first = p.sequence
	s.in = stamp{p.sequence, p.timestamp}
	s.sequenceD = s.out.sequence - p.sequence
	s.timeD = s.out.timestamp - p.timestamp
}

func (s *stream) jumped(p *packet, now time.Time) bool {
	if ahead := int16(p.sequence - s.in.sequence); ahead > sequenceLimit || ahead < -sequenceLimit {
		return true
	}
	drift := int32(p.timestamp-s.in.timestamp) - int32(samples(now.Sub(s.last)))
	return drift > jumpLimit || drift < -jumpLimit
}

// samples is d on the RTP clock, modulo 2³².
func samples(d time.Duration) uint32 {
	return uint32(int64(max(d, 0)) / (int64(time.Second) / ClockRate))
}
