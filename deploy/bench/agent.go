package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/google/uuid"
)

// agent is an agent's browser without a screen: REST, the live websocket, and a real WebRTC connection.
type agent struct {
	url    string
	client *http.Client
	live   *websocket.Conn
	audio  *audioLine
	hertz  float64
	last   phoneView
	views  chan seenView
}

// seenView is a view of the agent's phone with the moment it arrived.
type seenView struct {
	at time.Time
	phoneView
}

type phoneView struct {
	Presence   string    `json:"presence"`
	Occupation string    `json:"occupation"`
	PhoneUp    bool      `json:"phone_up"`
	Call       *callView `json:"call"`
	Agent      struct {
		Extension string `json:"extension"`
	} `json:"agent"`
}

type callView struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Phase   string `json:"phase"`
	Caller  struct {
		Number string `json:"number"`
	} `json:"caller"`
}

func signIn(ctx context.Context, url, login, password string, hertz float64) (*agent, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	a := &agent{url: url, hertz: hertz, client: &http.Client{Jar: jar, Timeout: 10 * time.Second}, views: make(chan seenView, 1024)}
	if err := a.post(ctx, "/api/v1/session", map[string]string{"login": login, "password": password}, nil); err != nil {
		return nil, err
	}
	a.live, _, err = websocket.Dial(ctx, strings.Replace(url, "http", "ws", 1)+"/api/v1/live",
		&websocket.DialOptions{HTTPClient: a.client, HTTPHeader: http.Header{"Origin": {url}}})
	if err != nil {
		return nil, fmt.Errorf("live websocket: %w", err)
	}
	a.live.SetReadLimit(1 << 20)
	go a.read(ctx)
	if err := a.connect(ctx); err != nil {
		return nil, err
	}
	_, err = a.until(ctx, func(v phoneView) bool { return v.Presence != "signed_out" && v.PhoneUp })
	return a, err
}

// connect gets the audio connected, as a page does that has just been opened.
func (a *agent) connect(ctx context.Context) error {
	var phone struct {
		MediaURL string `json:"media_url"`
		Token    string `json:"token"`
	}
	err := a.post(ctx, "/api/v1/phone/session", map[string]bool{"take_over": true}, &phone)
	if err != nil {
		return err
	}
	a.audio, err = connectAudio(ctx, a.url, phone.MediaURL, phone.Token, a.hertz)
	return err
}

func (a *agent) post(ctx context.Context, path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Origin", a.url)
	response, err := a.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("POST %s: %s", path, response.Status)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(answer)
}

func (a *agent) read(ctx context.Context) {
	defer close(a.views)
	for {
		var m struct {
			Type  string          `json:"type"`
			Phone *phoneView      `json:"phone"`
			OK    *bool           `json:"ok"`
			Code  string          `json:"code"`
			Rest  json.RawMessage `json:"-"`
		}
		if err := wsjson.Read(ctx, a.live, &m); err != nil {
			return
		}
		at := time.Now()
		switch {
		case m.Type == "ping":
			if err := wsjson.Write(ctx, a.live, map[string]string{"type": "pong"}); err != nil {
				return
			}
		case m.Phone != nil:
			a.views <- seenView{at, *m.Phone}
		case m.OK != nil && !*m.OK:
			fmt.Println("refused:", m.Code)
		}
	}
}

// until waits for a view that fits and says when it arrived.
func (a *agent) until(ctx context.Context, fits func(phoneView) bool) (seenView, error) {
	for {
		select {
		case v, open := <-a.views:
			if !open {
				return seenView{}, errors.New("the live websocket closed")
			}
			a.last = v.phoneView
			if fits(v.phoneView) {
				return v, nil
			}
		case <-ctx.Done():
			return seenView{}, fmt.Errorf("no such view: %w", ctx.Err())
		}
	}
}

// command sends a command and returns the moment it was sent.
func (a *agent) command(ctx context.Context, fields map[string]any) (time.Time, error) {
	fields["type"], fields["id"] = "command", uuid.NewString()
	at := time.Now()
	return at, wsjson.Write(ctx, a.live, fields)
}

func (a *agent) presence(ctx context.Context, presence string) (time.Time, error) {
	return a.command(ctx, map[string]any{"action": "set_presence", "presence": presence})
}

func (a *agent) onCall(ctx context.Context, action string, c *callView) (time.Time, error) {
	return a.command(ctx, map[string]any{"action": action, "call": c.ID, "version": c.Version})
}
