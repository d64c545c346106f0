package asterisk

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/sync/errgroup"
)

const (
	// redialEvery is the least time between two dials, redialJitter what is added at random.
	redialEvery  = 500 * time.Millisecond
	redialJitter = 250 * time.Millisecond
	// remindEvery is how often the log repeats that Asterisk is not there.
	remindEvery = 30 * time.Second
	// pingEvery and pongWithin bound how long a dead connection can look alive: their sum.
	pingEvery  = 2 * time.Second
	pongWithin = 2 * time.Second
	dialTime   = 3 * time.Second
	// maxFrame bounds one event, in bytes. An event is about 1 KB; the header fields of a SIP message can make it longer.
	maxFrame = 1 << 20
)

// keepConnected dials, serves the connection until it is lost, and dials again, until another server owns the application.
func (a *Adapter) keepConnected() {
	var told string
	var toldAt time.Time
	for a.ctx.Err() == nil {
		dialled := time.Now()
		up, err := a.session(a.ctx)
		if a.ctx.Err() != nil {
			break
		}
		err = a.taken(err)
		a.inbox.lost(reason(err), fmt.Errorf("asterisk: %w", err))
		a.metrics.down(reason(err))
		if errors.Is(err, ErrFenced) {
			a.fence(err)
			<-a.ctx.Done()
			break
		}
		a.rest.close() // what is idle now goes to the same place that just went away
		if up || told != err.Error() || time.Since(toldAt) > remindEvery {
			a.log.Warn("no connection to Asterisk; dialling until it is there", "reason", reason(err), "error", err)
			told, toldAt = err.Error(), time.Now()
		}
		wait := redialEvery + rand.N(redialJitter) - time.Since(dialled) //nolint:gosec // jitter
		select {
		case <-time.After(wait):
		case <-a.ctx.Done():
		}
	}
	a.inbox.close()
}

// session is one connection, from dialling to its loss. up says whether it came to its snapshot.
func (a *Adapter) session(ctx context.Context) (up bool, err error) {
	if err := a.claim(ctx); err != nil {
		return false, fmt.Errorf("claim: %w", err)
	}
	conn, err := a.dial(ctx)
	if err != nil {
		return false, err
	}
	defer a.link.shut()
	defer conn.CloseNow() //nolint:errcheck // it is lost
	conn.SetReadLimit(maxFrame)
	a.inbox.reset()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return a.read(ctx, conn) })
	group.Go(func() error { return a.ping(ctx, conn) })
	group.Go(func() error {
		if err := a.sync(ctx); err != nil {
			return err
		}
		up = true
		a.link.open(ctx)
		a.metrics.connected()
		a.log.Info("connected to Asterisk", "address", a.opts.URL)
		if a.opts.Connected != nil {
			a.opts.Connected()
		}
		return a.keepLooking(ctx)
	})
	err = group.Wait()
	return up, err
}

func (a *Adapter) dial(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	// All channels' events are asked for: Asterisk takes a channel that left the application off its own subscription
	// before it tells that the channel was destroyed, and why.
	target := "ws" + strings.TrimPrefix(a.opts.URL, "http") + "/events?" + url.Values{"app": {a.opts.App}, "subscribeAll": {"true"}}.Encode()
	login := base64.StdEncoding.EncodeToString([]byte(a.opts.Username + ":" + a.opts.Password))
	conn, resp, err := websocket.Dial(ctx, target, &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: a.rest.sockets},
		HTTPHeader: http.Header{"Authorization": {"Basic " + login}},
	})
	if resp != nil && resp.Body != nil && err != nil {
		_ = resp.Body.Close()
	}
	if err == nil {
		return conn, nil
	}
	if resp != nil && resp.StatusCode == http.StatusUnauthorized {
		return nil, errWrongPassword
	}
	if resp != nil && resp.StatusCode != http.StatusSwitchingProtocols {
		return nil, fmt.Errorf("dial: status %d instead of a websocket", resp.StatusCode)
	}
	a.noteGivenUp(err)
	return nil, fmt.Errorf("dial: %w", withoutURL(err))
}

// read takes frames off the socket until it is lost.
func (a *Adapter) read(ctx context.Context, conn *websocket.Conn) error {
	var frame bytes.Buffer
	for {
		_, r, err := conn.Reader(ctx)
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		frame.Reset()
		if _, err := frame.ReadFrom(r); err != nil {
			return fmt.Errorf("read: %w", err)
		}
		if err := a.receive(frame.Bytes()); err != nil {
			return err
		}
	}
}

// errSilent says that the other end does not answer although the connection looks alive.
var errSilent = errors.New("no answer to a ping")

func (a *Adapter) ping(ctx context.Context, conn *websocket.Conn) error {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-ticker.C:
		}
		wait, cancel := context.WithTimeout(ctx, pongWithin)
		err := conn.Ping(wait)
		late := wait.Err() != nil
		cancel()
		if late && ctx.Err() == nil {
			return errSilent
		}
		if err != nil {
			return fmt.Errorf("ping: %w", err)
		}
	}
}

// reason is a short code for why the connection was lost.
func reason(err error) string {
	switch {
	case errors.Is(err, errReplaced), errors.Is(err, ErrFenced):
		return "replaced"
	case errors.Is(err, errSilent):
		return "silent"
	case errors.Is(err, websocket.ErrMessageTooBig):
		return "frame_too_big"
	}
	return "closed"
}
