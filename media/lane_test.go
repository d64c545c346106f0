package media_test

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// lane is the network between a page and media's port for browsers: it carries UDP both ways and spoils it as it is told.
type lane struct {
	t     *testing.T
	inner *net.UDPConn // the page's side
	media netip.AddrPort

	mu     sync.Mutex
	page   netip.AddrPort
	outer  *net.UDPConn // media's side: the page's address as media sees it
	old    *net.UDPConn // audio leaves from here if it is set
	faults faults
	lost   [2]int   // audio packets that were dropped: of the page, of media
	heard  [][]byte // the newest packets of the page
	echo   [][]byte // the newest packets of media

	cut     atomic.Bool
	running sync.WaitGroup
}

// faults are what a lane does to each packet.
type faults struct {
	loss, duplicate, reorder float64
	delay, jitter            time.Duration
}

// newLane is a lane whose end at media's side is on the host.
func newLane(t *testing.T, media, host string) *lane {
	t.Helper()
	n := &lane{t: t, media: netip.MustParseAddrPort(media)}
	n.inner = udpOn(t, "127.0.0.1")
	n.outer = udpOn(t, host)
	n.running.Go(func() { n.fromPage() })
	n.running.Go(func() { n.fromMedia(n.outer) })
	t.Cleanup(func() {
		_ = n.inner.Close()
		n.mu.Lock()
		_ = n.outer.Close()
		if n.old != nil {
			_ = n.old.Close()
		}
		n.mu.Unlock()
		n.running.Wait()
	})
	return n
}

func udpOn(t *testing.T, host string) *net.UDPConn {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.ParseIP(host)})
	require.NoError(t, err)
	return conn
}

// keep is how many packets a lane remembers of each side.
const keep = 64

func remember(list [][]byte, b []byte) [][]byte {
	if len(list) == keep {
		list = list[1:]
	}
	return append(list, append([]byte(nil), b...))
}

func (n *lane) fromPage() {
	buf := make([]byte, 2000)
	for {
		size, from, err := n.inner.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		b := append([]byte(nil), buf[:size]...)
		n.mu.Lock()
		n.page = from
		n.heard = remember(n.heard, b)
		out := n.outer
		if n.old != nil && b[0] >= 128 {
			out = n.old
		}
		n.mu.Unlock()
		n.carry(0, b, func() { _, _ = out.WriteToUDPAddrPort(b, n.media) })
	}
}

func (n *lane) fromMedia(outer *net.UDPConn) {
	buf := make([]byte, 2000)
	for {
		size, err := outer.Read(buf)
		if err != nil {
			return
		}
		b := append([]byte(nil), buf[:size]...)
		n.mu.Lock()
		page := n.page
		n.echo = remember(n.echo, b)
		n.mu.Unlock()
		if page.IsValid() {
			n.carry(1, b, func() { _, _ = n.inner.WriteToUDPAddrPort(b, page) })
		}
	}
}

// carry does to a packet what the faults say.
func (n *lane) carry(way int, b []byte, send func()) {
	n.mu.Lock()
	f := n.faults
	drop := n.cut.Load() || rand.Float64() < f.loss
	if drop && b[0] >= 128 {
		n.lost[way]++
	}
	n.mu.Unlock()
	if drop {
		return
	}
	copies := 1
	if rand.Float64() < f.duplicate {
		copies = 2
	}
	for range copies {
		delay := f.delay
		if f.jitter > 0 {
			delay += rand.N(f.jitter)
		}
		if rand.Float64() < f.reorder {
			delay += 30 * time.Millisecond
		}
		if delay == 0 {
			send()
			continue
		}
		time.AfterFunc(delay, send)
	}
}

// spoil sets the faults, and tells how many audio packets the ones before took, of the page and of media.
func (n *lane) spoil(f faults) (page, media int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	page, media = n.lost[0], n.lost[1]
	n.faults, n.lost = f, [2]int{}
	return page, media
}

// move gives the page another address; with audioStays its audio goes on coming from the old one.
func (n *lane) move(host string, audioStays bool) {
	outer := udpOn(n.t, host)
	n.running.Go(func() { n.fromMedia(outer) })
	n.mu.Lock()
	defer n.mu.Unlock()
	if audioStays {
		n.old = n.outer
	} else {
		_ = n.outer.Close()
	}
	n.outer = outer
}

// of are the newest packets of a kind, told by their first octet (RFC 7983).
func (n *lane) of(list *[][]byte, from, to byte) [][]byte {
	n.mu.Lock()
	defer n.mu.Unlock()
	var found [][]byte
	for _, b := range *list {
		if b[0] >= from && b[0] <= to {
			found = append(found, b)
		}
	}
	return found
}

// inject sends a packet in the page's name.
func (n *lane) inject(b []byte) {
	n.mu.Lock()
	outer := n.outer
	n.mu.Unlock()
	_, _ = outer.WriteToUDPAddrPort(b, n.media)
}

// through has an answer of media's name the lane in place of media.
func (n *lane) through(answer string) string {
	var b strings.Builder
	for line := range strings.Lines(answer) {
		fields := strings.Fields(line)
		if !strings.HasPrefix(line, "a=candidate:") {
			b.WriteString(line)
			continue
		}
		if fields[2] == "udp" {
			fields[4], fields[5] = "127.0.0.1", strconv.Itoa(n.inner.LocalAddr().(*net.UDPAddr).Port)
			b.WriteString(strings.Join(fields, " ") + "\r\n")
		}
	}
	return b.String()
}
