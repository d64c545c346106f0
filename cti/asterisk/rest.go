package asterisk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

const (
	// requestTime is how long one request may take. An Asterisk that takes 5 s for each is slow, not gone.
	requestTime = 8 * time.Second
	// connections is how many connections to Asterisk are kept open; its http.conf must allow as many sessions.
	connections = 128
	maxAnswer   = 64 << 20 // bytes; a channel is about 1 KB
	maxMessage  = 512
)

// rest is a thin client of ARI's REST side.
type rest struct {
	base, user, password string
	client               *http.Client
	transport            *http.Transport
	sockets              *http.Transport // apart, lest slow requests take the websocket's place
	metrics              *metrics
}

func newREST(o Options, m *metrics) *rest {
	t := &http.Transport{
		DialContext:           (&net.Dialer{Timeout: 2 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		MaxIdleConns:          connections,
		MaxIdleConnsPerHost:   connections,
		MaxConnsPerHost:       connections,
		IdleConnTimeout:       20 * time.Second, // less than Asterisk's session_keep_alive
		ResponseHeaderTimeout: requestTime,
		DisableCompression:    true,
	}
	sockets := &http.Transport{DialContext: t.DialContext, DisableKeepAlives: true}
	return &rest{
		sockets: sockets,
		base:    o.URL, user: o.Username, password: o.Password, transport: t, metrics: m,
		client: &http.Client{
			Transport:     t,
			Timeout:       requestTime,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

func (r *rest) close() { r.transport.CloseIdleConnections() }

// request is one call of ARI.
type request struct {
	op     string // a name for metrics and errors
	method string
	path   string
	query  url.Values
	body   any // sent as JSON; nothing is sent when nil
}

// StatusError is an answer of Asterisk that is no success.
type StatusError struct {
	Op      string // what was asked for, such as "answer"
	Status  int    // the HTTP status
	Message string // Asterisk's own words, at most 512 bytes
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("ari: %s: status %d: %s", e.Op, e.Status, e.Message)
}

// Is makes a 404 switchboard.ErrGone.
func (e *StatusError) Is(target error) bool {
	return target == switchboard.ErrGone && e.Status == http.StatusNotFound
}

// status is the HTTP status that Asterisk refused with, 0 when err is something else.
func status(err error) int {
	if refused, ok := errors.AsType[*StatusError](err); ok {
		return refused.Status
	}
	return 0
}

// do sends the request and decodes the answer into out, which may be nil.
func (r *rest) do(ctx context.Context, q request, out any) error {
	started := time.Now()
	code, err := r.send(ctx, q, out)
	r.metrics.request(q.op, code, time.Since(started))
	return err
}

func (r *rest) send(ctx context.Context, q request, out any) (int, error) {
	var body io.Reader
	if q.body != nil {
		data, err := json.Marshal(q.body)
		if err != nil {
			return 0, fmt.Errorf("ari: %s: %w", q.op, err)
		}
		body = bytes.NewReader(data)
	}
	target := r.base + q.path
	if len(q.query) > 0 {
		target += "?" + q.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, q.method, target, body)
	if err != nil {
		return 0, fmt.Errorf("ari: %s: %w", q.op, err)
	}
	req.SetBasicAuth(r.user, r.password)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("ari: %s: %w", q.op, withoutURL(err))
	}
	defer func() {
		_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxMessage)) // so that the connection is used again
		_ = resp.Body.Close()
	}()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return resp.StatusCode, &StatusError{Op: q.op, Status: resp.StatusCode, Message: message(resp.Body)}
	}
	if out == nil {
		return resp.StatusCode, nil
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(out); err != nil {
		return resp.StatusCode, fmt.Errorf("ari: %s: decode: %w", q.op, err)
	}
	return resp.StatusCode, nil
}

// message is what Asterisk says about a refusal, as text that is safe to log.
func message(body io.Reader) string {
	data, err := io.ReadAll(io.LimitReader(body, maxMessage))
	if err != nil {
		return ""
	}
	var said struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(data, &said) == nil && said.Message != "" {
		return said.Message
	}
	return string(data)
}

// withoutURL drops the address from net/http's errors: the operation's name says more, and ids stay out of logs.
func withoutURL(err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return failed.Err
	}
	return err
}

func channelPath(leg call.LegID) string { return "/channels/" + url.PathEscape(string(leg)) }

func bridgePath(id string) string { return "/bridges/" + url.PathEscape(id) }
