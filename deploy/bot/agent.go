// Package bot is an agent's browser without a screen: REST, the live websocket, and a real WebRTC connection that speaks a
// tone. Benchmarks and tests of the whole work with it.
package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/google/uuid"
)

// Agent is one agent's browser. It is for one goroutine.
type Agent struct {
	url    string
	client *http.Client
	live   *websocket.Conn
	Audio  *Line
	hertz  float64
	sent   time.Time       // when the last command was
	Last   View            // the last view that Until looked at
	life   context.Context //nolint:containedctx // of the agent, longer than that of any step
	views  chan SeenView
	// Refused is the code of the last command that was refused.
	Refused string
}

// apart is the least time between two commands: no person is faster, and the server cuts off a page that is.
const apart = 60 * time.Millisecond

// SeenView is a view of the agent's phone with the moment it arrived.
type SeenView struct {
	At time.Time
	View
}

// View is what the agent's screen would show.
type View struct {
	Presence   string    `json:"presence"`
	Occupation string    `json:"occupation"`
	PhoneUp    bool      `json:"phone_up"`
	Call       *CallView `json:"call"`
	Agent      struct {
		Extension string `json:"extension"`
	} `json:"agent"`
}

// CallView is the call in it.
type CallView struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Phase   string `json:"phase"`
	Swapped bool   `json:"swapped"`
	Caller  struct {
		Number string `json:"number"`
	} `json:"caller"`
}

// SignIn signs an agent in and connects his phone; his microphone speaks a tone. ctx is his life.
func SignIn(ctx context.Context, url, login, password string, hertz float64) (*Agent, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	a := &Agent{life: ctx, url: url, hertz: hertz, client: &http.Client{Jar: jar, Timeout: 10 * time.Second}, views: make(chan SeenView, 1024)}
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
	if err := a.Connect(ctx); err != nil {
		return nil, err
	}
	_, err = a.Until(ctx, func(v View) bool { return v.Presence != "signed_out" && v.PhoneUp })
	return a, err
}

// Connect gets the audio connected, as a page does that has just been opened.
func (a *Agent) Connect(ctx context.Context) error {
	var phone struct {
		MediaURL string `json:"media_url"`
		Token    string `json:"token"`
	}
	err := a.post(ctx, "/api/v1/phone/session", map[string]bool{"take_over": true}, &phone)
	if err != nil {
		return err
	}
	a.Audio, err = connectAudio(a.life, a.url, phone.MediaURL, phone.Token, a.hertz)
	return err
}

func (a *Agent) post(ctx context.Context, path string, body, answer any) error {
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

func (a *Agent) read(ctx context.Context) {
	defer close(a.views)
	for {
		var m struct {
			Type  string          `json:"type"`
			Phone *View           `json:"phone"`
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
			a.views <- SeenView{at, *m.Phone}
		case m.OK != nil && !*m.OK:
			a.Refused = m.Code
		}
	}
}

// Until waits for a view that fits and says when it arrived.
func (a *Agent) Until(ctx context.Context, fits func(View) bool) (SeenView, error) {
	for {
		select {
		case v, open := <-a.views:
			if !open {
				return SeenView{}, errors.New("the live websocket closed")
			}
			a.Last = v.View
			if fits(v.View) {
				return v, nil
			}
		case <-ctx.Done():
			return SeenView{}, fmt.Errorf("no such view: %w", ctx.Err())
		}
	}
}

// Command sends a command and returns the moment it was sent.
func (a *Agent) Command(ctx context.Context, fields map[string]any) (time.Time, error) {
	fields["type"], fields["id"] = "command", uuid.NewString()
	select {
	case <-time.After(time.Until(a.sent.Add(apart))):
	case <-ctx.Done():
		return time.Time{}, ctx.Err()
	}
	at := time.Now()
	a.sent = at
	return at, wsjson.Write(ctx, a.live, fields)
}

// Presence chooses a state.
func (a *Agent) Presence(ctx context.Context, presence string) (time.Time, error) {
	return a.Command(ctx, map[string]any{"action": "set_presence", "presence": presence})
}

// OnCall sends a command for the call he saw last, with more fields where the action needs them.
func (a *Agent) OnCall(ctx context.Context, action string, more ...map[string]any) (time.Time, error) {
	if a.Last.Call == nil {
		return time.Time{}, fmt.Errorf("%s: he has no call", action)
	}
	fields := map[string]any{"action": action, "call": a.Last.Call.ID, "version": a.Last.Call.Version}
	for _, m := range more {
		maps.Copy(fields, m)
	}
	return a.Command(ctx, fields)
}
