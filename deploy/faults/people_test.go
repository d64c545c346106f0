package faults

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"bellhop/deploy/bot"
	"bellhop/media/handset"
)

// house is a stack with people: agents at their desks and customers who call.
type house struct {
	*stack
	phone  *handset.Phone
	agents []*agent

	mu      sync.Mutex
	callers []*caller
	voices  uint16
}

// agent is an agent at his desk.
type agent struct {
	*bot.Agent
	h     *house
	voice uint16
	login string
}

// caller is a customer on the telephone. His number is his alone, so that what became of his call can be told from it.
type caller struct {
	*handset.Session
	h      *house
	number string
	voice  uint16
	ear    *bot.Ear
	at     time.Time // when he dialled
}

// openHouse starts a stack and signs in that many agents.
func openHouse(t *testing.T, agents int, o stackOptions) *house {
	t.Helper()
	o.agents = agents
	h := &house{stack: newStack(t, o)}
	var err error
	h.phone, err = handset.New(handset.Options{})
	require.NoError(t, err)
	t.Cleanup(h.hangUpAll)
	h.agents = make([]*agent, agents)
	var all errgroup.Group
	all.SetLimit(8)
	for i := range agents {
		voice := h.nextVoice()
		all.Go(func() (err error) {
			h.agents[i], err = h.open(fmt.Sprintf("agent%d", i+1), voice)
			return err
		})
	}
	begin := time.Now()
	require.NoError(t, all.Wait())
	h.step("agents signed in", begin)
	return h
}

func (h *house) nextVoice() uint16 {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.voices++
	return h.voices
}

// open has an agent open his page. All of them have the password of the first of the demo organisation.
func (h *house) open(login string, voice uint16) (*agent, error) {
	password := ""
	for _, u := range h.demo.Users {
		if u.Login == "seoyeon" {
			password = u.Password
		}
	}
	a, err := bot.Open(h.t.Context(), h.demo.URL, login, password,
		bot.Options{Voice: bot.NewVoice(voice, 1000), Persistent: true, Cuttable: true})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", login, err)
	}
	return &agent{Agent: a, h: h, voice: voice, login: login}, nil
}

// hangUpAll ends what a test left.
func (h *house) hangUpAll() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = h.phone.Close()
	}()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
	}
}

// dial has a customer call.
func (h *house) dial() *caller {
	h.t.Helper()
	voice := h.nextVoice()
	c := &caller{h: h, voice: voice, ear: bot.NewEar(), number: fmt.Sprintf("010%08d", 10_000_000+int(voice)), at: time.Now()}
	var err error
	c.Session, err = h.phone.Dial(context.WithoutCancel(h.t.Context()), handset.Call{
		Server: h.demo.SIP, To: h.demo.Number, From: handset.Caller{Number: c.number},
		Speak: bot.NewVoice(voice, 440), OnSound: c.ear.Hear,
	})
	require.NoError(h.t, err)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.callers = append(h.callers, c)
	return c
}

// live says whether his call goes on.
func (c *caller) live() bool {
	select {
	case <-c.Done():
		return false
	default:
		return true
	}
}

// leave hangs up and waits until it is done.
func (c *caller) leave() {
	c.h.t.Helper()
	c.HangUp()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err := c.AwaitEnd(ctx)
	require.NoError(c.h.t, err, c.number)
}

// hearsMusic waits until the customer hears music from now on.
func (c *caller) hearsMusic(within time.Duration) time.Time {
	c.h.t.Helper()
	begin := time.Now()
	return c.h.eventually(within, c.number+" hears music", func() bool { return c.ear.Music().Last.After(begin) })
}

// press has the agent press a key for the call he has, and requires that it is accepted.
func (a *agent) press(action string, more ...map[string]any) {
	a.h.t.Helper()
	require.NoError(a.h.t, a.try(action, more...), "%s: %s, he sees %+v", a.login, action, a.Now().View)
}

// try is press, whose refusal is an error. A refusal because the view was a moment old is no answer: he presses again.
func (a *agent) try(action string, more ...map[string]any) error {
	a.h.t.Helper()
	a.awaitPage()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for {
		fields := map[string]any{"action": action}
		if call := a.Now().Call; call != nil {
			fields["call"], fields["version"] = call.ID, call.Version
		}
		for _, m := range more {
			maps.Copy(fields, m)
		}
		r, err := a.Ask(ctx, fields)
		switch {
		case err != nil:
			return err
		case r.OK:
			return nil
		case r.Code == "too_late" || r.Code == "stale" || r.Code == "too_fast":
			select {
			case <-time.After(30 * time.Millisecond):
				continue
			case <-ctx.Done():
			}
		}
		return fmt.Errorf("refused: %s", r.Code)
	}
}

// choose has the agent choose a state.
func (a *agent) choose(presence string) {
	a.h.t.Helper()
	a.press("set_presence", map[string]any{"presence": presence, "call": "", "version": 0})
}

// awaitPage waits until his page is connected with the server that there is now.
func (a *agent) awaitPage() {
	a.h.t.Helper()
	since := a.h.serve.startedAt()
	a.h.eventually(10*time.Second, a.login+" is connected", func() bool {
		return a.Dialled().After(since) && a.Now().At.After(a.Dialled())
	})
}

// until waits for a view that fits and gives it.
func (a *agent) until(within time.Duration, what string, fits func(bot.View) bool) bot.View {
	a.h.t.Helper()
	var v bot.View
	for end := time.Now().Add(within); ; {
		if v = a.Now().View; fits(v) {
			return v
		}
		if time.Now().After(end) {
			require.FailNow(a.h.t, a.login+" does not see: "+what, "he sees %+v, call %+v", v, v.Call)
		}
		pass(5 * time.Millisecond)
	}
}

func (a *agent) untilPhase(phase string) bot.View {
	a.h.t.Helper()
	return a.until(10*time.Second, phase, func(v bot.View) bool { return v.Call != nil && v.Call.Phase == phase })
}

func free(v bot.View) bool { return v.Occupation == "free" && v.Call == nil }

// talk connects a new customer to the agent, and waits until each hears the other.
func (a *agent) talk() *caller {
	a.h.t.Helper()
	c := a.ring()
	a.press("accept")
	a.untilPhase("talking")
	a.h.hear(a, c)
	return c
}

// ring has a new customer ring at the agent, who must be the only one who is ready.
func (a *agent) ring() *caller {
	a.h.t.Helper()
	a.choose("ready")
	c := a.h.dial()
	a.until(10*time.Second, "an offer of "+c.number, func(v bot.View) bool {
		return v.Occupation == "offered" && v.Call != nil && v.Call.Caller.Number == c.number
	})
	return c
}

// hear waits until each of the two hears the other now.
func (h *house) hear(a *agent, c *caller) {
	h.t.Helper()
	begin := time.Now()
	h.eventually(10*time.Second, fmt.Sprintf("%s and %s hear each other", a.login, c.number), func() bool {
		return a.Ear.Of(c.voice).Last.After(begin) && c.ear.Of(a.voice).Last.After(begin)
	})
}

// anotherCall places a call to an agent who is free, has it answered and heard within 3 s of his being ready, and ends it.
func (h *house) anotherCall(a *agent) time.Duration {
	h.t.Helper()
	a.until(5*time.Second, "free", free)
	begin := time.Now()
	c := a.talk()
	took := time.Since(begin)
	c.leave()
	a.until(5*time.Second, "free", free)
	a.choose("default")
	return took
}

// metric is the sum of a metric of serve's over its labels.
func (h *house) metric(name string) float64 {
	h.t.Helper()
	response, err := http.Get(h.demo.MetricsURL) //nolint:noctx // of this machine
	require.NoError(h.t, err)
	defer response.Body.Close() //nolint:errcheck // only read
	return sumOf(h.t, response.Body, name)
}

// get asks ARI.
func (s *stack) get(path string, into any) {
	s.t.Helper()
	response, err := http.Get(s.ari + path) //nolint:noctx // of this machine
	require.NoError(s.t, err)
	defer response.Body.Close() //nolint:errcheck // only read
	require.NoError(s.t, json.NewDecoder(response.Body).Decode(into))
}
