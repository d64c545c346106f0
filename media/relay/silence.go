package relay

import "time"

// fill sends silence on p whenever the browser does not send, until stop is closed.
func (l *Line) fill(p *Port, stop <-chan struct{}) {
	wake := time.NewTimer(frameTime)
	defer wake.Stop()
	for {
		select {
		case <-stop:
			return
		case <-wake.C:
		}
		wait, joined := l.fillOne(p, time.Now())
		if !joined {
			return
		}
		wake.Reset(wait)
	}
}

// fillOne sends a frame of silence on p if one is due at now, and tells how long
// to wait for the next. joined is false when the line has left p.
func (l *Line) fillOne(p *Port, now time.Time) (wait time.Duration, joined bool) {
	u := &l.up
	u.Lock()
	defer u.Unlock()
	if u.port != p {
		return 0, false
	}
	if wait := u.fillAt.Sub(now); wait > 0 {
		return wait, true
	}
	at := u.stream.fill(now, u.filling)
	putHeader(u.packet[:], uint8(u.leg.Codec), !u.filling, at, u.source)
	for i := range frameSamples {
		u.packet[headerSize+i] = u.leg.Codec.silence()
	}
	l.send(u, headerSize+frameSamples, l.metrics.silence)

	// The pace is kept by the schedule, not by the timer; after a stall it starts anew.
	if u.filling = true; now.Sub(u.fillAt) > fillAfter {
		u.fillAt = now
	}
	u.fillAt = u.fillAt.Add(frameTime)
	return max(u.fillAt.Sub(now), 0), true
}
