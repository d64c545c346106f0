package peer

import (
	"fmt"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"

	"bellhop/media/relay"
)

// Report is what the browser last said of the audio that reaches it (RFC 3550 section 6.4).
type Report struct {
	At     time.Time
	Loss   float64 // fraction, 0 to 1
	Jitter time.Duration
	RTT    time.Duration // there and back; negative while it is not known
}

// Report returns the browser's last report; false when there was none yet.
func (p *Peer) Report() (Report, bool) {
	r := p.report.Load()
	if r == nil {
		return Report{}, false
	}
	return *r, true
}

// SendReport tells the browser what was sent so far, so that its next report says
// how long the way there and back is. Before the first packet it does nothing.
func (p *Peer) SendReport() error {
	b := p.track.bound.Load()
	now := time.Now()
	sent := p.track.sentBy(now)
	if b == nil || sent.packets == 0 {
		return nil
	}
	err := p.pc.WriteRTCP([]rtcp.Packet{&rtcp.SenderReport{
		SSRC: b.ssrc, NTPTime: ntpTime(now), RTPTime: sent.timestamp, PacketCount: sent.packets, OctetCount: sent.octets,
	}})
	if err != nil {
		return fmt.Errorf("peer: report: %w", err)
	}
	return nil
}

// hearReports reads the browser's reports until the connection is closed.
func (p *Peer) hearReports(read func([]byte) (int, interceptor.Attributes, error)) {
	buf := make([]byte, receiveSize)
	for {
		n, _, err := read(buf)
		if err != nil {
			return
		}
		b := p.track.bound.Load()
		if b == nil {
			continue
		}
		if r, ok := readReport(buf[:n], b.ssrc, time.Now()); ok {
			p.report.Store(&r)
		}
	}
}

// readReport finds the report about the source ssrc in an RTCP packet.
func readReport(packet []byte, ssrc uint32, now time.Time) (Report, bool) {
	packets, err := rtcp.Unmarshal(packet)
	if err != nil {
		return Report{}, false
	}
	for _, p := range packets {
		var blocks []rtcp.ReceptionReport
		switch p := p.(type) {
		case *rtcp.ReceiverReport:
			blocks = p.Reports
		case *rtcp.SenderReport:
			blocks = p.Reports
		}
		for _, b := range blocks {
			if b.SSRC == ssrc {
				return Report{
					At: now, Loss: float64(b.FractionLost) / 256, RTT: roundTrip(b, now),
					Jitter: time.Duration(b.Jitter) * time.Second / relay.ClockRate,
				}, true
			}
		}
	}
	return Report{}, false
}

// roundTrip is the time since our report without the time the browser kept it. A
// clock that was set in between makes nonsense, which is not believed.
func roundTrip(b rtcp.ReceptionReport, now time.Time) time.Duration {
	if b.LastSenderReport == 0 {
		return -1
	}
	units := int32(uint32(ntpTime(now)>>16) - b.LastSenderReport - b.Delay) // of 1/65536 s
	took := time.Duration(units) * time.Second / 65536
	if took < -time.Millisecond || took > time.Minute {
		return -1
	}
	return max(took, 0)
}

// ntpEpoch is 1970 on NTP's clock, in seconds (RFC 5905 section 6).
const ntpEpoch = 2208988800

func ntpTime(t time.Time) uint64 {
	return uint64(t.Unix()+ntpEpoch)<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)
}

// sent is what went to the browser.
type sent struct {
	packets, octets, timestamp uint32
	at                         time.Time // of timestamp
}

func (t *track) count(timestamp uint32, octets int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent.packets++
	t.sent.octets += uint32(octets)
	t.sent.timestamp, t.sent.at = timestamp, time.Now()
}

// sentBy is what was sent, with the timestamp that belongs to now.
func (t *track) sentBy(now time.Time) sent {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.sent
	s.timestamp += uint32(int64(max(now.Sub(s.at), 0)) / (int64(time.Second) / relay.ClockRate))
	return s
}

// drain reads RTCP that nobody evaluates, so that it does not pile up, until the
// connection is closed.
func drain(read func([]byte) (int, interceptor.Attributes, error)) {
	buf := make([]byte, receiveSize)
	for {
		if _, _, err := read(buf); err != nil {
			return
		}
	}
}
