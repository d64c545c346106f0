package relay

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/prometheus/client_golang/prometheus"
)

const (
	frameTime = 20 * time.Millisecond
	// fillAfter is how long a browser may be quiet before silence is sent for it.
	// It is longer than any gap of a working network, because frames that arrive
	// after their place was filled would only add delay.
	fillAfter = 200 * time.Millisecond
	// rateLimit is how many packets a browser may send in a second: four times
	// what 20 ms frames need.
	rateLimit = 200
)

// Browser sends RTP to an agent's browser. It overwrites the header's SSRC with
// its own where it needs to, and keeps neither header nor payload.
type Browser interface {
	WriteRTP(header *rtp.Header, payload []byte) error
}

// Line is the audio of one agent: his browser on one side, which may be
// replaced by another, and the leg he is in on the other. Either may be missing.
type Line struct {
	metrics *Metrics
	down    down
	up      up
}

// down is the stream towards the browser.
type down struct {
	sync.Mutex
	browser Browser
	formats Formats
	leg     Formats
	joined  *Port
	stream  stream
	flow    flow
	header  rtp.Header
}

// up is the stream towards Asterisk.
type up struct {
	sync.Mutex
	browser Browser
	formats Formats
	leg     Formats
	port    *Port
	stream  stream
	source  uint32
	packet  [maxPacket]byte
	flow    flow
	heard   time.Time // when the browser last sent a packet
	echo    bool      // without a leg, the browser hears itself

	filling bool
	fillAt  time.Time
	second  int64
	count   int
	stop    chan struct{}
	stopped sync.WaitGroup
}

// NewLine returns a line with nobody on either side.
func NewLine(m *Metrics) *Line {
	l := &Line{metrics: m}
	l.down.stream.start(randomStamp(), time.Now())
	l.down.header.Version = 2
	return l
}

func randomStamp() stamp {
	return stamp{sequence: uint16(randomNumber()), timestamp: randomNumber()}
}

// randomNumber is one that an attacker cannot guess (RFC 3550 section 5.1).
func randomNumber() uint32 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return binary.BigEndian.Uint32(b[:])
}

// Attach makes b the line's browser. Packets of the one before are no longer taken.
func (l *Line) Attach(b Browser, f Formats) {
	l.down.Lock()
	l.down.browser, l.down.formats = b, f
	l.down.Unlock()

	l.up.Lock()
	l.up.browser, l.up.formats = b, f
	l.up.stream.change()
	l.up.echo, l.up.flow, l.up.heard = false, flow{}, time.Now()
	l.up.Unlock()
}

// Detach leaves the line without a browser, if b still is its browser.
func (l *Line) Detach(b Browser) {
	l.down.Lock()
	if l.down.browser == b {
		l.down.browser = nil
	}
	l.down.Unlock()

	l.up.Lock()
	if l.up.browser == b {
		l.up.browser = nil
	}
	l.up.Unlock()
}

// Join connects the line with a leg's port and lets audio flow both ways at
// once. The line must not be joined to another one.
func (l *Line) Join(p *Port, f Formats) {
	l.down.Lock()
	l.down.joined, l.down.leg = p, f
	l.down.stream.change()
	l.down.flow = flow{}
	l.down.Unlock()

	u := &l.up
	u.Lock()
	defer u.Unlock()
	now := time.Now()
	u.port, u.leg = p, f
	u.echo, u.flow, u.heard = false, flow{}, now
	u.source = randomNumber()
	u.stream = stream{}
	u.stream.start(randomStamp(), now)
	u.filling = true
	u.fillAt = now.Add(frameTime)
	u.stop = make(chan struct{})
	stop := u.stop
	u.stopped.Go(func() { l.receive(p) })
	u.stopped.Go(func() { l.fill(p, stop) })
}

// Leave ends the connection with p and closes it. It returns when nothing is
// sent or read any more. It does nothing to the port but close it if the line is
// not joined to it.
func (l *Line) Leave(p *Port) {
	l.down.Lock()
	if l.down.joined == p {
		l.down.joined = nil
	}
	l.down.Unlock()

	l.up.Lock()
	mine := l.up.port == p
	if mine {
		l.up.port = nil
		close(l.up.stop)
	}
	l.up.Unlock()
	p.Close()
	if mine {
		l.up.stopped.Wait()
	}
}

// receive moves packets from Asterisk to the browser until p is closed.
func (l *Line) receive(p *Port) {
	buf := make([]byte, readSize)
	for {
		n, err := p.read(buf)
		if err != nil {
			return
		}
		l.fromSwitch(p, buf[:n], time.Now())
	}
}

func (l *Line) fromSwitch(p *Port, b []byte, now time.Time) {
	in, ok := parse(b)
	if !ok {
		l.metrics.malformed.Inc()
		return
	}
	d := &l.down
	d.Lock()
	defer d.Unlock()
	if d.joined != p || d.browser == nil {
		return
	}
	d.flow.hear(&in, in.payloadType == uint8(d.leg.Codec), now)
	pt, ok := d.leg.translate(in.payloadType, d.formats)
	if !ok {
		l.metrics.format.Inc()
		return
	}
	l.toBrowser(d, &in, pt, now)
}

// toBrowser sends a packet on the stream towards the browser.
func (l *Line) toBrowser(d *down, in *packet, pt uint8, now time.Time) {
	at, fresh, ok := d.stream.pass(in, now)
	if !ok {
		l.metrics.late.Inc()
		return
	}
	d.header.Marker = in.marker || fresh
	d.header.PayloadType = pt
	d.header.SequenceNumber = at.sequence
	d.header.Timestamp = at.timestamp
	if err := d.browser.WriteRTP(&d.header, in.payload); err != nil {
		l.metrics.failed.Inc()
		return
	}
	l.metrics.toBrowser.Inc()
}

// Echo lets the browser b hear itself, or no longer, while the line has no leg. It
// ends with the next leg. During a leg it does nothing.
func (l *Line) Echo(b Browser, on bool) {
	u := &l.up
	u.Lock()
	defer u.Unlock()
	if u.browser == b && u.port == nil {
		u.echo = on
	}
}

// echo sends the browser its own packet back.
func (l *Line) echo(raw []byte, now time.Time) {
	in, ok := parse(raw)
	if !ok {
		l.metrics.malformed.Inc()
		return
	}
	d := &l.down
	d.Lock()
	defer d.Unlock()
	pt, ok := d.formats.translate(in.payloadType, d.formats)
	if ok && d.browser != nil && d.joined == nil {
		l.toBrowser(d, &in, pt, now)
	}
}

// FromBrowser moves one packet that came from b to Asterisk. Without a leg it
// goes back where it came from if that is wanted (Echo), else it is dropped, as
// it is when b is no longer the line's browser. packet is not kept.
func (l *Line) FromBrowser(b Browser, packet []byte) {
	l.fromBrowser(b, packet, time.Now())
}

func (l *Line) fromBrowser(b Browser, raw []byte, now time.Time) {
	u := &l.up
	u.Lock()
	defer u.Unlock()
	if u.browser != b || (u.port == nil && !u.echo) {
		return
	}
	if !u.admit(now) {
		l.metrics.rate.Inc()
		return
	}
	if u.port == nil {
		l.echo(raw, now)
		return
	}
	in, ok := parse(raw)
	if !ok {
		l.metrics.malformed.Inc()
		return
	}
	u.heard = now
	u.flow.hear(&in, in.payloadType == uint8(u.formats.Codec), now)
	pt, ok := u.formats.translate(in.payloadType, u.leg)
	if !ok {
		l.metrics.format.Inc()
		return
	}
	at, fresh, ok := u.stream.pass(&in, now)
	if !ok {
		l.metrics.late.Inc()
		return
	}
	u.filling = false
	u.fillAt = now.Add(fillAfter)
	putHeader(u.packet[:], pt, in.marker || fresh, at, u.source)
	n := copy(u.packet[headerSize:], in.payload)
	l.send(u, headerSize+n, l.metrics.toSwitch)
}

// admit counts packets per second of the wall clock.
func (u *up) admit(now time.Time) bool {
	if s := now.Unix(); s != u.second {
		u.second, u.count = s, 0
	}
	u.count++
	return u.count <= rateLimit
}

func (l *Line) send(u *up, n int, sent prometheus.Counter) {
	if err := u.port.write(u.packet[:n]); err != nil {
		l.metrics.failed.Inc()
		return
	}
	sent.Inc()
}
