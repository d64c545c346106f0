package ariproxy

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// action is what is done to an event.
type action int

const (
	lose action = iota
	double
	delay
	swap
)

// eventFault is what happens to the next event of a type.
type eventFault struct {
	kind   string
	action action
	after  time.Duration
	done   chan struct{}
}

// Lose swallows the next event of a type; the channel is closed when that has happened.
func (p *Proxy) Lose(kind string) <-chan struct{} { return p.fault(kind, lose, 0) }

// Duplicate sends the next event of a type twice.
func (p *Proxy) Duplicate(kind string) <-chan struct{} { return p.fault(kind, double, 0) }

// Delay lets the next event of a type come d later than it should, while others overtake it.
func (p *Proxy) Delay(kind string, d time.Duration) <-chan struct{} { return p.fault(kind, delay, d) }

// Swap sends the next event of a type only after the event that follows it.
func (p *Proxy) Swap(kind string) <-chan struct{} { return p.fault(kind, swap, 0) }

func (p *Proxy) fault(kind string, a action, after time.Duration) <-chan struct{} {
	f := &eventFault{kind: kind, action: a, after: after, done: make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, f)
	return f.done
}

// faultFor takes the first fault that waits for an event of this type.
func (p *Proxy) faultFor(kind string) *eventFault {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, f := range p.faults {
		if f.kind == kind {
			p.faults = slices.Delete(p.faults, i, i+1)
			return f
		}
	}
	return nil
}

// socket joins the two ends of a websocket.
func (p *Proxy) socket(w http.ResponseWriter, r *http.Request) {
	far, err := p.dialFar(r.Context(), "tcp", p.target)
	if err != nil {
		abort(w)
		return
	}
	defer far.Close() //nolint:errcheck // the end of a line
	near, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer near.Close() //nolint:errcheck // the end of a line
	if err := r.Write(far); err != nil {
		return
	}
	p.count(1)
	defer p.count(-1)
	var both sync.WaitGroup
	both.Go(func() {
		_, _ = io.Copy(far, buffered)
		_ = far.Close()
	})
	(&socket{proxy: p, near: near}).events(bufio.NewReader(far))
	_ = near.Close()
	both.Wait()
}

func (p *Proxy) count(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sockets += n
}

// socket is the way of events from Asterisk to the server.
type socket struct {
	proxy *Proxy
	near  net.Conn

	mu   sync.Mutex
	held []*held // swapped events that wait for the next one
}

type held struct {
	frame []byte
	fault *eventFault
}

func (s *socket) write(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.near.Write(b)
	return err
}

// events passes the answer to the handshake and then frame after frame.
func (s *socket) events(far *bufio.Reader) {
	var late sync.WaitGroup
	defer late.Wait()
	if s.handshake(far) != nil {
		return
	}
	for {
		frame, text, err := readFrame(far)
		if err != nil {
			return
		}
		if text == nil {
			err = s.write(frame)
		} else {
			err = s.event(frame, text, &late)
		}
		if err != nil {
			return
		}
	}
}

func (s *socket) handshake(far *bufio.Reader) error {
	for {
		text, err := far.ReadBytes('\n')
		if err != nil {
			return err
		}
		if err := s.write(text); err != nil {
			return err
		}
		if len(text) <= 2 {
			return nil
		}
	}
}

func (s *socket) event(frame, text []byte, late *sync.WaitGroup) error {
	var ev struct {
		Type string `json:"type"`
	}
	_ = json.Unmarshal(text, &ev) // what is no event has no type
	f := s.proxy.faultFor(ev.Type)
	if f == nil {
		return s.pass(frame)
	}
	switch f.action {
	case lose:
		close(f.done)
		return nil
	case double:
		defer close(f.done)
		return s.pass(append(slices.Clone(frame), frame...))
	case delay:
		late.Go(func() {
			if s.proxy.wait(f.after) {
				_ = s.write(frame)
				close(f.done)
			}
		})
		return nil
	case swap:
		s.held = append(s.held, &held{frame, f})
	}
	return nil
}

// pass writes an event, and behind it those that waited for it.
func (s *socket) pass(frame []byte) error {
	err := s.write(frame)
	for _, h := range s.held {
		if err == nil {
			err = s.write(h.frame)
		}
		close(h.fault.done)
	}
	s.held = nil
	return err
}

const maxFrame = 16 << 20

// readFrame takes one frame (RFC 6455, section 5.2); text is its payload when it is a whole text message.
func readFrame(r *bufio.Reader) (frame, text []byte, err error) {
	frame = make([]byte, 2, 128)
	if _, err = io.ReadFull(r, frame); err != nil {
		return nil, nil, err
	}
	size, more := int(frame[1]&0x7f), 0
	switch size {
	case 126:
		more = 2
	case 127:
		more = 8
	}
	extended := make([]byte, 8)
	if _, err = io.ReadFull(r, extended[8-more:]); err != nil {
		return nil, nil, err
	}
	if more > 0 {
		size = int(min(binary.BigEndian.Uint64(extended), maxFrame)) //nolint:gosec // bounded
	}
	if frame[1]&0x80 != 0 {
		size += 4 // the mask
	}
	frame = append(frame, extended[8-more:]...)
	start := len(frame)
	frame = slices.Grow(frame, size)[:start+size]
	if _, err = io.ReadFull(r, frame[start:]); err != nil {
		return nil, nil, err
	}
	if frame[0] == 0x81 && frame[1]&0x80 == 0 {
		text = frame[start:]
	}
	return frame, text, nil
}
