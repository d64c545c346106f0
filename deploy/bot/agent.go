// Package bot is an agent's browser without a screen: REST, the live websocket, and a real WebRTC connection that speaks a
// tone. Benchmarks and tests of the whole work with it.
package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/google/uuid"

	"bellhop/media/audio"
)

// Agent is one agent's browser. Its steps are for one goroutine.
type Agent struct {
	url    string
	client *http.Client
	Audio  *Line
	Ear    *Ear            // what he heard over all his connections
	sent   time.Time       // when the last command was
	Last   View            // the last view that Until looked at
	life   context.Context //nolint:containedctx // of the agent, longer than that of any step
	views  chan SeenView
	// Refused is the code of the last command that was refused.
	Refused string

	persistent bool

	mu      sync.Mutex
	live    *websocket.Conn
	waiting map[string]chan Result // of commands that are not answered, by id
	now     SeenView               // the newest view
	dialled time.Time              // when the live connection was made
	gone    chan struct{}          // while the page is gone; closed when it comes back
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
	Kind       string    `json:"kind"`
	Occupation string    `json:"occupation"`
	PhoneUp    bool      `json:"phone_up"`
	SwitchUp   bool      `json:"switch_up"`
	Misses     int       `json:"misses"`
	Waiting    int       `json:"waiting"`
	Call       *CallView `json:"call"`
	Agent      struct {
		ID        string `json:"id"`
		Extension string `json:"extension"`
	} `json:"agent"`
	Notice *struct {
		Kind string `json:"kind"`
		Call string `json:"call"`
	} `json:"notice"`

	Fenced      bool `json:"fenced"`
	JournalOK   bool `json:"journal_ok"`
	RecordsLate bool `json:"records_late"`
	Draining    bool `json:"draining"`
}

// CallView is the call in it.
type CallView struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Phase   string `json:"phase"`
	Swapped bool   `json:"swapped"`
	Muted   bool   `json:"muted"`
	Pressed string `json:"pressed"`
	Queue   struct {
		Name string `json:"name"`
	} `json:"queue"`
	Caller struct {
		Number string `json:"number"`
	} `json:"caller"`
	QueuedAt    time.Time  `json:"queued_at"`
	OfferedAt   time.Time  `json:"offered_at"`
	ConnectedAt *time.Time `json:"connected_at"`
	HeldAt      *time.Time `json:"held_at"`
	HeldMS      int64      `json:"held_ms"`
	Consulted   bool       `json:"consulted"`
	From        string     `json:"from"`
	Target      *struct {
		Number string `json:"number"`
		Up     bool   `json:"up"`
	} `json:"target"`
}

// Options say what an agent's browser does besides.
type Options struct {
	// Voice is what he says; a tone of Hertz when it is nil.
	Voice audio.Source
	Hertz float64
	// Cuttable has the audio go over a network that Line.Cut takes away.
	Cuttable bool
	// Persistent has the live connection and the audio made again, with growing pauses, whenever they are lost.
	Persistent bool
}

// SignIn signs an agent in and connects his phone; his microphone speaks a tone. ctx is his life.
func SignIn(ctx context.Context, url, login, password string, hertz float64) (*Agent, error) {
	return Open(ctx, url, login, password, Options{Hertz: hertz})
}

// Open signs an agent in and connects his phone. ctx is his life.
func Open(ctx context.Context, url, login, password string, o Options) (*Agent, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	if o.Voice == nil {
		o.Voice = audio.Tones(audio.DefaultLevel, o.Hertz)
	}
	a := &Agent{
		life: ctx, url: url, client: &http.Client{Jar: jar, Timeout: 20 * time.Second}, views: make(chan SeenView, 1024),
		Ear: NewEar(), persistent: o.Persistent, waiting: make(map[string]chan Result),
	}
	a.Audio = newLine(url, o.Voice, a.Ear, o.Hertz)
	if o.Cuttable {
		var err error
		if a.Audio.network, err = newNetwork(); err != nil {
			return nil, err
		}
	}
	if err := a.post(ctx, "/api/v1/session", map[string]string{"login": login, "password": password}, nil); err != nil {
		return nil, err
	}
	if err := a.dial(ctx); err != nil {
		return nil, err
	}
	go a.read(ctx)
	if err := a.Connect(ctx); err != nil {
		return nil, err
	}
	if o.Persistent {
		go a.keepAudio(ctx)
	}
	_, err = a.Until(ctx, func(v View) bool { return v.Presence != "signed_out" && v.PhoneUp })
	return a, err
}

// dial makes the live connection.
func (a *Agent) dial(ctx context.Context) error {
	if err := a.here(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	live, _, err := websocket.Dial(ctx, strings.Replace(a.url, "http", "ws", 1)+"/api/v1/live",
		&websocket.DialOptions{HTTPClient: a.client, HTTPHeader: http.Header{"Origin": {a.url}}})
	if err != nil {
		return fmt.Errorf("live websocket: %w", err)
	}
	live.SetReadLimit(1 << 20)
	a.mu.Lock()
	a.live, a.dialled = live, time.Now()
	a.mu.Unlock()
	return nil
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
	return a.Audio.connect(ctx, a.life, phone.MediaURL, phone.Token)
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
		why, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10)) // the status says enough
		return fmt.Errorf("POST %s: %s: %s", path, response.Status, why)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(answer)
}

// read takes what the server says. A persistent agent dials again when the connection is lost.
func (a *Agent) read(ctx context.Context) {
	defer close(a.views)
	for {
		a.readOne(ctx)
		if !a.persistent || again(ctx, a.dial) != nil {
			return
		}
	}
}

// readOne reads from one connection until it is lost.
func (a *Agent) readOne(ctx context.Context) {
	live := a.connection()
	defer live.CloseNow() //nolint:errcheck // it is lost
	for {
		var m struct {
			Type string `json:"type"`
			ID   string `json:"id"`

			Phone *View  `json:"phone"`
			OK    *bool  `json:"ok"`
			Code  string `json:"code"`
		}
		if err := wsjson.Read(ctx, live, &m); err != nil {
			return
		}
		at := time.Now()
		switch {
		case m.Type == "ping":
			if err := wsjson.Write(ctx, live, map[string]string{"type": "pong"}); err != nil {
				return
			}
		case m.Phone != nil:
			a.seen(SeenView{at, *m.Phone})
		case m.OK != nil:
			a.answered(m.ID, Result{At: at, OK: *m.OK, Code: m.Code})
		}
	}
}

// Dialled is when the live connection that there is now, or was last, was made.
func (a *Agent) Dialled() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.dialled
}

func (a *Agent) connection() *websocket.Conn {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.live
}

// seen keeps a view for Until, which need not look at all of them.
func (a *Agent) seen(v SeenView) {
	a.mu.Lock()
	a.now = v
	a.mu.Unlock()
	for {
		select {
		case a.views <- v:
			return
		default:
		}
		select {
		case <-a.views:
		default:
		}
	}
}

// Now is the newest view.
func (a *Agent) Now() SeenView {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now
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

// Result is the answer to a command.
type Result struct {
	At   time.Time
	OK   bool
	Code string
}

func (a *Agent) answered(id string, r Result) {
	a.mu.Lock()
	answer := a.waiting[id]
	delete(a.waiting, id)
	if !r.OK {
		a.Refused = r.Code
	}
	a.mu.Unlock()
	if answer != nil {
		answer <- r
	}
}

// Command sends a command and returns the moment it was sent.
func (a *Agent) Command(ctx context.Context, fields map[string]any) (time.Time, error) {
	fields["type"] = "command"
	if fields["id"] == nil {
		fields["id"] = uuid.NewString()
	}
	select {
	case <-time.After(time.Until(a.sent.Add(apart))):
	case <-ctx.Done():
		return time.Time{}, ctx.Err()
	}
	at := time.Now()
	a.sent = at
	return at, wsjson.Write(ctx, a.connection(), fields)
}

// Ask sends a command and waits for the answer to it.
func (a *Agent) Ask(ctx context.Context, fields map[string]any) (Result, error) {
	id, answer := uuid.NewString(), make(chan Result, 1)
	a.mu.Lock()
	a.waiting[id] = answer
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.waiting, id)
	}()
	fields["id"] = id
	if _, err := a.Command(ctx, fields); err != nil {
		return Result{}, err
	}
	select {
	case r := <-answer:
		return r, nil
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
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
