package pjsip

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

const (
	requestTime = 8 * time.Second
	maxAnswer   = 256 << 20 // an endpoint is about 4 KB
	maxWords    = 300
	family      = "bellhop" // deploy/asterisk.StoreFamily
)

// Client speaks to one Asterisk: ARI's REST side, and the manager's actions over the same HTTP server.
type Client struct {
	ari, manager, user, password string
	http                         *http.Client
}

// NewClient is for the Asterisk whose ARI is at ari, such as http://127.0.0.1:8088/ari.
func NewClient(ari, user, password string) *Client {
	jar, _ := cookiejar.New(nil) //nolint:errcheck // without options it cannot fail
	return &Client{
		ari: ari, manager: strings.TrimSuffix(strings.TrimSuffix(ari, "/"), "/ari") + "/rawman", user: user, password: password,
		http: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
}

// Refused is an answer of Asterisk that is no success.
type Refused struct {
	Status int
	Words  string
}

func (e *Refused) Error() string { return fmt.Sprintf("asterisk answered %d: %s", e.Status, e.Words) }

func (c *Client) rest(ctx context.Context, method, path string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.ari+path, body)
	if err != nil {
		return err
	}
	req.SetBasicAuth(c.user, c.password)
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.answer(req)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

// answer sends a request. Errors do not hold the address, which may hold the manager's password.
func (c *Client) answer(req *http.Request) ([]byte, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		if failed, ok := errors.AsType[*url.Error](err); ok {
			err = failed.Err
		}
		return nil, fmt.Errorf("ask asterisk: %w", err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("ask asterisk: %w", err)
	}
	if resp.StatusCode > 299 {
		return nil, &Refused{resp.StatusCode, string(text[:min(len(text), maxWords)])}
	}
	return text, nil
}

func objectPath(kind Kind, id string) string {
	return "/asterisk/config/dynamic/res_pjsip/" + string(kind) + "/" + url.PathEscape(id)
}

func (c *Client) create(ctx context.Context, o Object) error {
	return c.rest(ctx, http.MethodPut, objectPath(o.Kind, o.ID), map[string]any{"fields": o.Fields}, nil)
}

// remove is done, too, when there is no such object.
func (c *Client) remove(ctx context.Context, k key) error {
	err := c.rest(ctx, http.MethodDelete, objectPath(k.kind, k.id), nil, nil)
	if refused, ok := errors.AsType[*Refused](err); ok && refused.Status == http.StatusNotFound {
		return nil
	}
	return err
}

// have lists every object of ours that Asterisk keeps.
func (c *Client) have(ctx context.Context) ([]key, error) {
	events, err := c.Action(ctx, requestTime, "DBGetTree", "Family", family)
	if err != nil {
		return nil, fmt.Errorf("list asterisk's objects: %w", err)
	}
	var found []key
	for _, e := range events {
		kind, id, ok := strings.Cut(strings.TrimPrefix(e["Key"], "/"+family+"/"), "/")
		if ok && e["Event"] == "DBGetTreeResponse" {
			found = append(found, key{Kind(kind), id})
		}
	}
	return found, nil
}

// errSession says that the manager does not know us any more.
var errSession = errors.New("asterisk's manager asks for a sign-in")

// Action carries out an action of the manager and gives its events; the first is the response. Words are names and values
// in turn.
func (c *Client) Action(ctx context.Context, limit time.Duration, action string, words ...string) ([]map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	events, err := c.act(ctx, action, words...)
	if errors.Is(err, errSession) {
		if _, err = c.act(ctx, "Login", "Username", c.user, "Secret", c.password); err == nil {
			events, err = c.act(ctx, action, words...)
		}
	}
	return events, err
}

func (c *Client) act(ctx context.Context, action string, words ...string) ([]map[string]string, error) {
	form := url.Values{"Action": {action}}
	for i := 0; i+1 < len(words); i += 2 {
		form.Add(words[i], words[i+1])
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.manager, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	text, err := c.answer(req)
	if err != nil {
		return nil, err
	}
	events := messages(string(text))
	if len(events) == 0 {
		return nil, errors.New("asterisk's manager said nothing")
	}
	switch first := events[0]; {
	case first["Response"] == "Error" && (first["Message"] == "Permission denied" || strings.Contains(first["Message"], "Authentication")):
		return nil, errSession
	case first["Response"] == "Error":
		return nil, fmt.Errorf("asterisk's manager refused %s: %.80q", action, first["Message"])
	}
	return events, nil
}

// messages reads the manager's answer: lines of name and value, and a blank line after each message.
func messages(text string) []map[string]string {
	var all []map[string]string
	now := map[string]string{}
	for line := range strings.Lines(text + "\n\n") {
		line = strings.TrimRight(line, "\r\n")
		name, value, ok := strings.Cut(line, ":")
		switch {
		case line == "" && len(now) > 0:
			all, now = append(all, now), map[string]string{}
		case ok:
			now[name] = strings.TrimSpace(value)
		}
	}
	return all
}
