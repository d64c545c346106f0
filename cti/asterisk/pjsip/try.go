package pjsip

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"
)

const (
	tryTime = 30 * time.Second
	tryLook = 100 * time.Millisecond
	// tryRings is how many seconds the far end may ring.
	tryRings = 15
)

// Try calls a number over an endpoint, sends a tone of 1,004 Hz for some seconds and gives back what was heard, as a WAV file;
// nil when nobody answered.
func (c *Client) Try(ctx context.Context, endpoint, number string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	name := id.String()
	err = c.rest(ctx, http.MethodPost, "/channels/"+name, map[string]any{
		"endpoint": "PJSIP/" + number + "@" + endpoint, "context": "bellhop-test", "extension": name, "priority": 1,
		"timeout": tryRings, "formats": "ulaw,alaw",
	}, nil)
	if refused, ok := errors.AsType[*Refused](err); ok && refused.Status != http.StatusUnauthorized {
		return nil, nil //nolint:nilnil,nilerr // nobody can be called there
	}
	if err != nil {
		return nil, err
	}
	if err := c.awaitEnd(ctx, name); err != nil {
		return nil, err
	}
	return c.heard(ctx, "bellhop-test-"+name)
}

// awaitEnd waits until the call is over. ARI tells of channels only those who are connected, which we are not here.
func (c *Client) awaitEnd(ctx context.Context, channel string) error {
	tick := time.NewTicker(tryLook)
	defer tick.Stop()
	for {
		err := c.rest(ctx, http.MethodGet, "/channels/"+channel, nil, nil)
		if refused, ok := errors.AsType[*Refused](err); ok && refused.Status == http.StatusNotFound {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// heard takes the recording of what came out of Asterisk, and removes it and its other half.
func (c *Client) heard(ctx context.Context, name string) ([]byte, error) {
	path := func(n string) string { return "/recordings/stored/" + url.PathEscape(n) }
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.ari+path(name+"-heard")+"/file", nil)
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(c.user, c.password)
	sound, err := c.answer(req)
	if refused, ok := errors.AsType[*Refused](err); ok && refused.Status == http.StatusNotFound {
		return nil, nil //nolint:nilnil // nobody answered
	}
	for _, n := range []string{name + "-heard", name} {
		// What is left is a few kilobytes in Asterisk's folder.
		_ = c.rest(ctx, http.MethodDelete, path(n), nil, nil)
	}
	return sound, err
}
