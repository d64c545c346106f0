package signalling

import (
	"math"
	"time"

	"bellhop/media/peer"
	"bellhop/media/relay"
)

const (
	// qualityEvery is how often a page in a call is told how good its audio is.
	qualityEvery = time.Second
	// mute is how long nothing at all may come from a page before it is told that
	// nobody hears it. A microphone that is off still sends silence.
	mute = 2 * time.Second
	// staleAfter is how long a browser's report counts. Browsers report every 5 s.
	staleAfter = 12 * time.Second
)

// qualityMessage tells the page how good its audio is.
type qualityMessage struct {
	Type   string  `json:"type"`
	Jitter float64 `json:"jitter_ms"`
	Loss   float64 `json:"loss"`
	RTT    float64 `json:"rtt_ms"`
	Heard  bool    `json:"heard"`
}

// tellQuality sends the page the quality of the last second, while its leg is up.
func (s *Session) tellQuality() {
	line := s.line.Load()
	if line == nil || !s.talking.Load() {
		return
	}
	if err := s.peer.SendReport(); err != nil {
		s.log.Debug("no report to the page", "err", err)
	}
	report, reported := s.peer.Report()
	now := time.Now()
	if now.Sub(report.At) > staleAfter {
		reported = false
	}
	s.send(qualityOf(line.TakeQuality(), report, reported, now))
}

// qualityOf is the worst of all ways: from the browser, from Asterisk, and as the
// browser itself reports what reaches it.
func qualityOf(q relay.Quality, r peer.Report, reported bool, now time.Time) qualityMessage {
	m := qualityMessage{Type: typeQuality, RTT: -1, Heard: now.Sub(q.Heard) < mute}
	loss := max(q.FromBrowser.Loss(), q.FromSwitch.Loss())
	jitter := max(q.FromBrowser.Jitter, q.FromSwitch.Jitter)
	if reported {
		loss, jitter = max(loss, r.Loss), max(jitter, r.Jitter)
		if r.RTT >= 0 {
			m.RTT = milliseconds(r.RTT)
		}
	}
	m.Loss, m.Jitter = math.Round(loss*1000)/1000, milliseconds(jitter)
	return m
}

// milliseconds are d in ms with one decimal.
func milliseconds(d time.Duration) float64 {
	return math.Round(float64(d)/float64(time.Millisecond)*10) / 10
}
