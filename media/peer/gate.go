package peer

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// addressesPerSession is how many addresses a browser may send from at once: its networks, each with a port.
	addressesPerSession = 8
	// consentTime is how long an address counts after its last good check (RFC 7675 section 5.1).
	consentTime = 30 * time.Second
	// What one address may send in a second. A handshake takes a dozen packets, a browser checks twenty times a second at
	// most, and audio is 50 packets. The rest is room: what somebody sends in a browser's name must not use up its own.
	checksPerSecond    = 5000
	handshakePerSecond = 200
	audioPerSecond     = 20_000
	// badChecksPerSecond is how many wrong checks of strangers are looked at in a second, all together.
	badChecksPerSecond = 2000
	// remembered is how many checks of a session are known again. A browser sends about one a second.
	remembered = 512
)

// gate is the UDP socket of all browsers. It lets through what comes from an address that has passed a check (RFC 8445
// section 7.3) with the password of a session, and such checks. Everything else is counted and forgotten before it
// costs memory: the queues behind the gate have no bounds of their own.
type gate struct {
	net.PacketConn
	conn    *net.UDPConn
	dropped *prometheus.CounterVec

	mu       sync.Mutex
	doors    map[string]*door // by the session's ufrag
	visitors map[netip.AddrPort]*visitor
	second   int64
	bad      int // wrong checks in this second
}

// door is one session's ICE credentials and whoever came in with them.
type door struct {
	check    *checker
	heard    func()
	visitors []*visitor // the oldest first
	seen     map[transaction]netip.AddrPort
	order    []transaction // of seen, a ring
	next     int
}

// transaction is the id of a check.
type transaction [12]byte

// fresh tells whether the check is not one that was already sent from another address: a check says nothing of where it
// comes from, and whoever overhears one could have the audio sent to himself.
func (d *door) fresh(id transaction, from netip.AddrPort) bool {
	if first, known := d.seen[id]; known {
		return first == from
	}
	if len(d.order) < remembered {
		d.order = append(d.order, id)
	} else {
		delete(d.seen, d.order[d.next])
		d.order[d.next] = id
		d.next = (d.next + 1) % remembered
	}
	d.seen[id] = from
	return true
}

// visitor is an address that has passed a check.
type visitor struct {
	from                     netip.AddrPort
	door                     *door
	checked                  time.Time
	second                   int64
	checks, handshake, audio int // in this second
}

func newGate(conn *net.UDPConn, r prometheus.Registerer) *gate {
	g := &gate{
		PacketConn: conn, conn: conn, doors: make(map[string]*door), visitors: make(map[netip.AddrPort]*visitor),
		dropped: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "bellhop_media_rtc_dropped_total", Help: "Packets of browsers' ports dropped before they were looked into, by reason.",
		}, []string{"reason"}),
	}
	for _, reason := range []string{malformed, stranger, unknownSession, wrongPassword, replayed, tooMany} {
		g.dropped.WithLabelValues(reason)
	}
	if r != nil {
		r.MustRegister(g.dropped)
	}
	return g
}

// Reasons to drop a packet.
const (
	malformed      = "malformed"
	stranger       = "unknown_address"
	unknownSession = "unknown_session"
	wrongPassword  = "wrong_password"
	replayed       = "replayed_check"
	tooMany        = "rate"
)

// open lets in who knows the password of the session; heard is called for every packet that passes.
func (g *gate) open(ufrag, password string, heard func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.doors[ufrag] = &door{check: newChecker(password), heard: heard, seen: make(map[transaction]netip.AddrPort)}
}

// shut puts everybody out who came in with the ufrag.
func (g *gate) shut(ufrag string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	d := g.doors[ufrag]
	if d == nil {
		return
	}
	for _, v := range d.visitors {
		if g.visitors[v.from] == v {
			delete(g.visitors, v.from)
		}
	}
	delete(g.doors, ufrag)
}

// ReadFromAddrPort implements ice.AddrPortReaderWriter.
func (g *gate) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	for {
		n, from, err := g.conn.ReadFromUDPAddrPort(b)
		if err != nil {
			return n, from, err
		}
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		reason := g.judge(b[:n], from, time.Now())
		if reason == "" {
			return n, from, nil
		}
		g.dropped.WithLabelValues(reason).Inc()
	}
}

// ReadFrom implements net.PacketConn.
func (g *gate) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := g.ReadFromAddrPort(b)
	if err != nil {
		return n, nil, err
	}
	return n, net.UDPAddrFromAddrPort(from), nil
}

// WriteToAddrPort implements ice.AddrPortReaderWriter.
func (g *gate) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	return g.conn.WriteToUDPAddrPort(b, to)
}

// judge tells why a packet may not pass, "" if it may (RFC 7983 tells the kinds apart).
func (g *gate) judge(b []byte, from netip.AddrPort, now time.Time) string {
	if len(b) < 12 {
		return malformed
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	v := g.visitors[from]
	switch first := b[0]; {
	case first <= 3:
		return g.judgeCheck(b, from, v, now)
	case first >= 20 && first <= 63, first >= 128 && first <= 191:
		if v == nil || now.Sub(v.checked) > consentTime {
			return stranger
		}
		v.tick(now)
		v.door.heard()
		if first <= 63 {
			return limit(&v.handshake, handshakePerSecond)
		}
		return limit(&v.audio, audioPerSecond)
	default:
		return malformed
	}
}

func limit(count *int, most int) string {
	if *count++; *count > most {
		return tooMany
	}
	return ""
}

// tick begins to count anew with every second.
func (v *visitor) tick(now time.Time) {
	if s := now.Unix(); s != v.second {
		v.second, v.checks, v.handshake, v.audio = s, 0, 0, 0
	}
}

func (g *gate) judgeCheck(b []byte, from netip.AddrPort, v *visitor, now time.Time) string {
	c, ok := readCheck(b)
	if !ok {
		return malformed
	}
	d := g.doors[string(c.ufrag)]
	if d == nil {
		return unknownSession
	}
	if v != nil && v.door == d {
		v.tick(now)
		if reason := limit(&v.checks, checksPerSecond); reason != "" {
			return reason
		}
	} else if !g.patient(now) {
		return tooMany
	}
	if !d.check.good(b, c) {
		g.bad++
		return wrongPassword
	}
	if !d.fresh(transaction(b[8:stunHeader]), from) {
		return replayed
	}
	g.admit(d, v, from, now)
	d.heard()
	return ""
}

// patient tells whether a stranger's check is looked at: its password costs time to verify.
func (g *gate) patient(now time.Time) bool {
	if s := now.Unix(); s != g.second {
		g.second, g.bad = s, 0
	}
	return g.bad < badChecksPerSecond
}

// admit notes that the address passed a check now.
func (g *gate) admit(d *door, v *visitor, from netip.AddrPort, now time.Time) {
	if v != nil && v.door == d {
		v.checked = now
		return
	}
	v = &visitor{from: from, door: d, checked: now}
	g.visitors[from] = v
	d.visitors = append(d.visitors, v)
	if len(d.visitors) > addressesPerSession {
		oldest := d.visitors[0]
		d.visitors = append([]*visitor(nil), d.visitors[1:]...)
		if g.visitors[oldest.from] == oldest {
			delete(g.visitors, oldest.from)
		}
	}
}
