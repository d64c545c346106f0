package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

const (
	pingEvery  = 300 * time.Millisecond
	writeTime  = 3 * time.Second
	maxPending = 4096
	// watchEvery is how often silence is looked for.
	watchEvery = 100 * time.Millisecond
)

var (
	// errSlow ends a connection whose other end does not read.
	errSlow = errors.New("control: the other end does not keep up")
	// errSilent ends a connection of which nothing is heard: half-open, or the
	// process at the other end is frozen.
	errSilent = errors.New("control: nothing heard of the other end")
)

// link is one end of a connection: frames out in order, frames in, pings.
type link struct {
	conn    *websocket.Conn
	silence time.Duration // how much of it ends the connection
	heard   atomic.Bool   // a frame came since the last look

	mu      sync.Mutex
	pending []message
	slow    bool
	wake    chan struct{}
}

func newLink(conn *websocket.Conn, silence time.Duration) *link {
	conn.SetReadLimit(maxFrame)
	return &link{conn: conn, silence: silence, wake: make(chan struct{}, 1)}
}

// send queues m and never blocks.
func (l *link) send(m message) {
	l.mu.Lock()
	if len(l.pending) < maxPending {
		l.pending = append(l.pending, m)
	} else {
		l.slow = true
	}
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// run moves frames until the connection or ctx ends, and tells why. handle gets
// what comes in, one at a time, without the pings.
func (l *link) run(ctx context.Context, handle func(message) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var writing sync.WaitGroup
	writing.Go(func() { cancel(l.write(ctx)) })
	writing.Go(func() { cancel(l.watch(ctx)) })
	err := l.read(ctx, handle)
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	cancel(err)
	writing.Wait()
	_ = l.conn.CloseNow()
	return err
}

func (l *link) read(ctx context.Context, handle func(message) error) error {
	for {
		m, err := l.readOne(ctx)
		if err != nil {
			return err
		}
		if m.Type == typePing {
			continue
		}
		if err := handle(m); err != nil {
			return err
		}
	}
}

// watch ends a connection that has fallen silent. It counts its own looks, not
// the clock: when it is this process that was frozen, what came meanwhile is
// still to be read, and the other end is not to blame.
func (l *link) watch(ctx context.Context) error {
	look := time.NewTicker(watchEvery)
	defer look.Stop()
	for silent := time.Duration(0); silent < l.silence; silent += watchEvery {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
		if l.heard.Swap(false) {
			silent = 0
		}
	}
	return errSilent
}

func (l *link) readOne(ctx context.Context) (message, error) {
	kind, data, err := l.conn.Read(ctx)
	if err != nil {
		return message{}, fmt.Errorf("control: read: %w", err)
	}
	l.heard.Store(true)
	return decode(kind, data)
}

func decode(kind websocket.MessageType, data []byte) (message, error) {
	var m message
	if kind != websocket.MessageText {
		return m, errors.New("control: not a text frame")
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("control: decode: %w", err)
	}
	return m, nil
}

func (l *link) write(ctx context.Context) error {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ping.C:
			l.send(message{Type: typePing})
		case <-l.wake:
		}
		l.mu.Lock()
		batch, slow := l.pending, l.slow
		l.pending = nil
		l.mu.Unlock()
		if slow {
			return errSlow
		}
		for _, m := range batch {
			if err := l.writeOne(ctx, m); err != nil {
				return err
			}
		}
	}
}

func (l *link) writeOne(ctx context.Context, m message) error {
	data, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("control: encode: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	if err := l.conn.Write(ctx, websocket.MessageText, data); err != nil {
		return fmt.Errorf("control: write: %w", err)
	}
	return nil
}
