package media_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"
)

// talk has page and Asterisk speak to each other, 50 numbered frames a second each way, and follows what arrives.
type talk struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
	up     *ear // what Asterisk hears of the page
	down   *ear // what the page hears of Asterisk
}

// ear follows one way.
type ear struct {
	mu      sync.Mutex
	said    uint32 // frames since the talk began; the next one's number
	sent    int
	got     map[uint32]bool
	last    time.Time
	longest time.Duration
	foreign int // frames that are neither ours nor silence
	twice   int
}

var mark = []byte{0x11, 0x22, 0x33, 0x44}

func numbered(n uint32) []byte {
	b := bytes.Repeat([]byte{0x55}, 160)
	copy(b, mark)
	binary.BigEndian.PutUint32(b[4:], n)
	return b
}

func (e *ear) hear(p *rtp.Packet) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if silent(p) {
		return
	}
	if len(p.Payload) != 160 || !bytes.HasPrefix(p.Payload, mark) {
		e.foreign++
		return
	}
	n := binary.BigEndian.Uint32(p.Payload[4:])
	if e.got[n] {
		e.twice++
		return
	}
	e.got[n] = true
	now := time.Now()
	e.longest = max(e.longest, now.Sub(e.last))
	e.last = now
}

// figures are what came of a while.
type figures struct {
	sent, got, foreign, twice int
	longest                   time.Duration
}

func (f figures) loss() float64 { return 1 - float64(f.got)/float64(max(f.sent, 1)) }

// take tells how it was since the last time, and begins anew.
func (e *ear) take() figures {
	e.mu.Lock()
	defer e.mu.Unlock()
	f := figures{e.sent, len(e.got), e.foreign, e.twice, max(e.longest, time.Since(e.last))}
	e.sent, e.foreign, e.twice, e.longest, e.last = 0, 0, 0, 0, time.Now()
	e.got = make(map[uint32]bool)
	return f
}

// enough tells whether so much was said that it can be judged.
func (e *ear) enough() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sent >= 50
}

// number is that of the next frame.
func (e *ear) number() uint32 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.said
}

// missing is how many of the frames since the number did not come. It waits for later ones.
func (e *ear) missing(t *testing.T, since uint32) int {
	t.Helper()
	end := e.number()
	require.Eventually(t, func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		return e.got[end+10] || e.got[end+11] || e.got[end+12]
	}, patient, 5*time.Millisecond)
	e.mu.Lock()
	defer e.mu.Unlock()
	missing := 0
	for n := since; n < end; n++ {
		if !e.got[n] {
			missing++
		}
	}
	return missing
}

// settle waits for what is on its way, not long.
func (e *ear) settle() {
	for began := time.Now(); time.Since(began) < 300*time.Millisecond; runtime.Gosched() {
		e.mu.Lock()
		all := len(e.got) >= e.sent
		e.mu.Unlock()
		if all {
			return
		}
	}
}

func newEar() *ear { return &ear{got: make(map[uint32]bool), last: time.Now()} }

// startTalk begins a talk that ends with the test, or with stop.
func startTalk(t *testing.T, p *page, l *leg) *talk {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	k := &talk{cancel: cancel, up: newEar(), down: newEar()}
	w := p.mic.writer.Load()
	require.NotNil(t, w)
	k.done.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		began := time.Now()
		for n := uint32(0); ; {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			for ; time.Since(began) > time.Duration(n)*20*time.Millisecond; n++ {
				h := rtp.Header{Version: 2, SequenceNumber: uint16(n), Timestamp: n * 160, SSRC: p.mic.ssrc.Load()}
				_, _ = (*w).WriteRTP(&h, numbered(n))
				raw, _ := (&rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: uint16(n), Timestamp: n * 160, SSRC: 9}, Payload: numbered(n)}).Marshal()
				_, _ = l.rtp.WriteToUDPAddrPort(raw, l.remote)
				for _, e := range []*ear{k.up, k.down} {
					e.mu.Lock()
					e.sent++
					e.said = n + 1
					e.mu.Unlock()
				}
			}
		}
	})
	follow := func(e *ear, ch <-chan *rtp.Packet) {
		for {
			select {
			case <-ctx.Done():
				return
			case p := <-ch:
				e.hear(p)
			}
		}
	}
	k.done.Go(func() { follow(k.down, p.hears) })
	k.done.Go(func() { follow(k.up, l.hears) })
	t.Cleanup(k.stop)
	return k
}

func (k *talk) stop() {
	k.cancel()
	k.done.Wait()
}

// whole requires that both hear each other, and nobody else, since the last take.
func (k *talk) whole(t *testing.T, what string) {
	t.Helper()
	for name, e := range map[string]*ear{"page to Asterisk": k.up, "Asterisk to page": k.down} {
		require.Eventually(t, e.enough, patient, 5*time.Millisecond)
		e.settle()
		f := e.take()
		t.Logf("%s, %s: %d of %d frames, longest gap %v, %d foreign", what, name, f.got, f.sent, f.longest.Round(time.Millisecond), f.foreign)
		require.Zero(t, f.foreign, name)
		require.Zero(t, f.twice, name)
		require.Less(t, f.loss(), 0.05, name)
		require.Less(t, f.longest, time.Second, name)
	}
}
