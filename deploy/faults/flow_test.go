package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/bot"
)

// The tones of the demo organisation's sounds, in hertz.
const (
	greetingHz = 620
	menuHz     = 730
	closedHz   = 850
	busyHz     = 960
)

// lobby is a house whose customers call the number of a flow, and an admin who edits it.
type lobby struct {
	*house
	order, payment *agent // she is in the first queue alone, he in both
	admin          http.Client
	flow           map[string]any
}

// TestFlow has customers go through the demo organisation's flow, on a real Asterisk (PH-12).
func TestFlow(t *testing.T) {
	l := openLobby(t)
	for _, story := range []struct {
		name string
		tell func(*testing.T, *lobby)
	}{
		{"greeting, menu, 2", pressesTwo},
		{"a wrong key, and then none", pressesNothing},
		{"too long in a queue", overflows},
		{"hangs up in the flow", hangsUpInFlow},
		{"the queues are full", queuesFull},
		{"a change reaches the next caller and leaves who is there", changed},
		{"serve is killed while he is in the menu", killedInMenu},
		{"serve is killed while he hears the greeting", killedInGreeting},
		{"closed", closed},
		{"nobody is there", nobodyThere},
	} {
		t.Run(story.name, func(t *testing.T) {
			was := l.t
			l.t = t
			defer func() { l.t = was }()
			story.tell(t, l)
		})
	}
}

func openLobby(t *testing.T) *lobby {
	t.Helper()
	l := &lobby{house: openHouse(t, 0, stackOptions{})}
	l.demo.Number = "1002"
	l.order, l.payment = l.desk("seoyeon"), l.desk("jihun")
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	l.admin.Jar = jar
	l.send(http.MethodPost, "/session", map[string]any{"login": "admin", "password": l.password("admin")}, nil)
	var list struct{ Items []map[string]any }
	l.send(http.MethodGet, "/admin/flows", nil, &list)
	require.Len(t, list.Items, 1)
	l.flow = list.Items[0]
	return l
}

func (l *lobby) password(login string) string {
	for _, u := range l.demo.Users {
		if u.Login == login {
			return u.Password
		}
	}
	return ""
}

func (l *lobby) desk(login string) *agent {
	l.t.Helper()
	voice := l.nextVoice()
	a, err := bot.Open(l.t.Context(), l.demo.URL, login, l.password(login), bot.Options{Voice: bot.NewVoice(voice, 1000), Persistent: true})
	require.NoError(l.t, err)
	return &agent{Agent: a, h: l.house, voice: voice, login: login}
}

// send sends a request of the admin's.
func (l *lobby) send(method, path string, body, into any) {
	l.t.Helper()
	text, err := json.Marshal(body)
	require.NoError(l.t, err)
	r, err := http.NewRequestWithContext(l.t.Context(), method, l.demo.URL+"/api/v1"+path, bytes.NewReader(text))
	require.NoError(l.t, err)
	r.Header.Set("Content-Type", "application/json")
	if method == http.MethodGet {
		r.Body = http.NoBody
	}
	response, err := l.admin.Do(r)
	require.NoError(l.t, err)
	defer response.Body.Close() //nolint:errcheck // only read
	said, err := io.ReadAll(response.Body)
	require.NoError(l.t, err)
	require.Less(l.t, response.StatusCode, 300, "%s %s: %s", method, path, said)
	if into != nil {
		require.NoError(l.t, json.Unmarshal(said, into))
	}
}

// save changes steps of the flow, by id, and returns when the server has said yes.
func (l *lobby) save(note string, changes map[string]map[string]any) {
	l.t.Helper()
	body := map[string]any{"version": l.flow["newest"], "note": note}
	for _, field := range []string{"name", "numbers", "time_zone"} {
		body[field] = l.flow[field]
	}
	var steps []any
	for _, one := range l.flow["steps"].([]any) { //nolint:forcetypeassert // our own answer
		step := maps.Clone(one.(map[string]any)) //nolint:forcetypeassert // our own answer
		maps.Copy(step, changes[step["id"].(string)])
		steps = append(steps, step)
	}
	body["steps"] = steps
	now := map[string]any{}
	l.send(http.MethodPut, "/admin/flows/"+l.flow["id"].(string), body, &now)
	l.flow = now
}

// known waits until calls go through the flow as it was saved: this much time an admin has to wait, too.
func (l *lobby) known() { pass(time.Second) }

func (c *caller) hears(hz float64, what string) {
	c.h.t.Helper()
	defer func() {
		if c.h.t.Failed() {
			c.h.t.Logf("he hears %.0f dBFS, %s; %v; facts: %v", c.Heard(), c.End(), c.Stats(), c.facts())
		}
	}()
	c.h.eventually(8*time.Second, c.number+" hears "+what, func() bool { return c.ToneShare(hz, 100*time.Millisecond) > bot.ToneShare })
}

func (c *caller) presses(keys string) {
	c.h.t.Helper()
	require.NoError(c.h.t, c.SendDTMF(c.h.t.Context(), keys))
}

// ended waits until his call is over, and requires why it was as the facts have it.
func (c *caller) ended(within time.Duration, reason string) {
	c.h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	_, err := c.AwaitEnd(ctx)
	require.NoError(c.h.t, err, c.number)
	c.h.eventually(8*time.Second, c.number+" ended: "+reason, func() bool { return slices.Contains(c.facts(), "CallEnded "+reason) })
}

// facts are the kinds of what became of his call, with the reason.
func (c *caller) facts() []string {
	c.h.t.Helper()
	rows, err := c.h.pool.Query(c.h.t.Context(), `
		select kind || ' ' || coalesce(payload->>'reason', payload->>'detail', '') from call_facts
		where call_id = (select call_id from call_facts where kind = 'CallArrived' and payload->>'number' = $1 limit 1) order by seq`, c.number)
	require.NoError(c.h.t, err)
	defer rows.Close()
	var found []string
	for rows.Next() {
		var fact string
		require.NoError(c.h.t, rows.Scan(&fact))
		found = append(found, strings.TrimSpace(fact))
	}
	return found
}

// reaches waits until his call rings at the agent, has it answered, and hung up.
func (c *caller) reaches(a *agent, pressed, queue string) {
	c.h.t.Helper()
	v := a.until(10*time.Second, c.number+" rings", func(v bot.View) bool {
		return v.Occupation == "offered" && v.Call != nil && v.Call.Caller.Number == c.number
	})
	require.Equal(c.h.t, pressed, v.Call.Pressed)
	require.Equal(c.h.t, queue, v.Call.Queue.Name)
	a.press("accept")
	a.untilPhase("talking")
	c.h.hear(a, c)
	c.leave()
	a.until(5*time.Second, "free", free)
	a.choose("break")
}

const (
	orderQueue   = "주문·배송"
	paymentQueue = "결제·증빙"
)

func pressesTwo(_ *testing.T, l *lobby) {
	l.order.choose("ready")
	l.payment.choose("ready")
	c := l.dial()
	c.hears(greetingHz, "the greeting")
	c.hears(menuHz, "the menu")
	c.presses("2") // into the sound
	c.reaches(l.payment, "2", paymentQueue)
	l.order.choose("break")
}

func pressesNothing(t *testing.T, l *lobby) {
	l.save("한 번 더", map[string]map[string]any{"menu": {"wait": 1, "tries": 3}})
	l.known()
	c := l.dial()
	c.hears(menuHz, "the menu")
	c.presses("7")
	c.h.eventually(8*time.Second, "silence between the tries", func() bool { return c.HeardOver(300*time.Millisecond) < -60 })
	c.hears(menuHz, "the menu a third time")
	l.order.choose("ready")
	c.reaches(l.order, "7", orderQueue)
	require.NotContains(t, c.facts(), "CallOverflowed")
}

func overflows(t *testing.T, l *lobby) {
	l.save("2초 뒤 다음 큐", map[string]map[string]any{"order": {"after": 2}, "menu": {"wait": 5, "tries": 2}})
	l.known()
	c := l.dial()
	c.hears(menuHz, "the menu")
	c.presses("1")
	c.hearsMusic(5 * time.Second)
	c.h.eventually(8*time.Second, "he is led on", func() bool { return slices.Contains(c.facts(), "CallOverflowed too_long") })
	l.payment.choose("ready")
	c.reaches(l.payment, "1", paymentQueue)
}

func hangsUpInFlow(_ *testing.T, l *lobby) {
	c := l.dial()
	c.hears(greetingHz, "the greeting")
	c.leave()
	c.ended(time.Second, "abandoned_in_flow")
	c = l.dial()
	c.hears(menuHz, "the menu")
	c.leave()
	c.ended(time.Second, "abandoned_in_flow")
}

// queuesFull: the first queue has room for one caller, and so has the second.
func queuesFull(t *testing.T, l *lobby) {
	limit := func(n int) {
		_, err := l.pool.Exec(t.Context(), `update queues set waiting_limit = $1`, n)
		require.NoError(t, err)
		l.save("큐 길이", map[string]map[string]any{"order": {"after": 60}})
		l.known()
	}
	limit(1)
	var waiting []*caller
	for range 2 {
		c := l.dial()
		c.hears(menuHz, "the menu")
		c.presses("1")
		c.hearsMusic(8 * time.Second)
		waiting = append(waiting, c)
	}
	third := l.dial()
	third.hears(menuHz, "the menu")
	third.presses("1")
	third.hears(busyHz, "that all are busy")
	third.ended(8*time.Second, "overflowed")
	for _, c := range waiting {
		c.leave()
		c.ended(8*time.Second, "abandoned_waiting")
	}
	limit(20)
}

// nobodyThere signs both agents out for good.
func nobodyThere(t *testing.T, l *lobby) {
	admin := l.admin
	defer func() { l.admin = admin }()
	for _, a := range []*agent{l.order, l.payment} {
		jar, err := cookiejar.New(nil)
		require.NoError(t, err)
		a.Leave()
		l.admin = http.Client{Jar: jar}
		l.send(http.MethodPost, "/session", map[string]any{"login": a.login, "password": l.password(a.login)}, nil)
		l.send(http.MethodDelete, "/phone/session", nil, nil)
	}
	c := l.dial()
	c.hears(menuHz, "the menu")
	c.presses("1")
	c.hears(busyHz, "that nobody is there")
	c.ended(8*time.Second, "no_agent")
}

// changed: the flow answers with another sound from the next caller on, at most a second after the admin was told that it
// is saved; who is in the menu finishes on his version.
func changed(t *testing.T, l *lobby) {
	before := l.dial()
	before.hears(menuHz, "the menu")
	l.save("인사말 대신 마감 안내", map[string]map[string]any{
		"greeting": {"sound": "demo-closed"}, "menu": {"keys": map[string]string{"2": "busy"}, "labels": map[string]string{}},
	})
	saved := time.Now()
	for {
		c := l.dial()
		dialled := time.Since(saved)
		heard := func(hz float64) bool { return c.ToneShare(hz, 100*time.Millisecond) > bot.ToneShare }
		l.eventually(8*time.Second, "a greeting", func() bool { return heard(greetingHz) || heard(closedHz) })
		is := heard(closedHz)
		c.leave()
		if is {
			t.Logf("a change reached a caller who dialled %d ms after it was saved", dialled.Milliseconds())
			break
		}
		require.Less(t, dialled, time.Second, "a change reaches the next caller within a second")
	}
	before.presses("2")
	l.payment.choose("ready")
	before.reaches(l.payment, "2", paymentQueue)
	l.restore(1)
}

// restore makes an older version the newest.
func (l *lobby) restore(from int) {
	l.t.Helper()
	now := map[string]any{}
	l.send(http.MethodPost, fmt.Sprintf("/admin/flows/%s/restore", l.flow["id"]), map[string]any{"version": l.flow["newest"], "from": from}, &now)
	l.flow = now
	l.known()
}

func killedInMenu(_ *testing.T, l *lobby) {
	c := l.dial()
	c.hears(menuHz, "the menu")
	l.serve.kill()
	l.serve.start()
	l.awaitReady()
	l.order.awaitPage()
	l.payment.awaitPage()
	c.h.eventually(15*time.Second, "the menu is over or asked again", func() bool { return c.HeardOver(200*time.Millisecond) < -60 })
	c.presses("2")
	l.payment.choose("ready")
	c.reaches(l.payment, "2", paymentQueue)
}

func killedInGreeting(_ *testing.T, l *lobby) {
	c := l.dial()
	c.hears(greetingHz, "the greeting")
	l.serve.kill()
	l.serve.start()
	l.awaitReady()
	l.order.awaitPage()
	l.payment.awaitPage()
	c.hears(menuHz, "the menu")
	c.presses("2")
	l.payment.choose("ready")
	c.reaches(l.payment, "2", paymentQueue)
}

func closed(t *testing.T, l *lobby) {
	seoul := time.Now().In(time.FixedZone("KST", 9*60*60))
	today := (int(seoul.Weekday()) + 3) % 7 // far from today on both sides
	l.save("오늘은 쉼", map[string]map[string]any{"hours": {"open": []map[string]any{{"days": []int{today}, "from": "09:00", "to": "10:00"}}}})
	l.known()
	c := l.dial()
	c.hears(closedHz, "that it is closed")
	c.ended(8*time.Second, "closed_hours")
	require.Equal(t, []string{"CallArrived", "CallEnded closed_hours"}, c.facts())

	l.save("오늘은 공휴일", map[string]map[string]any{"hours": {
		"open": []map[string]any{{"days": []int{0, 1, 2, 3, 4, 5, 6}, "from": "00:00", "to": "24:00"}}, "holidays": []string{seoul.Format("01-02")},
	}})
	l.known()
	c = l.dial()
	c.hears(closedHz, "that it is a holiday")
	c.ended(8*time.Second, "closed_hours")
	l.restore(1)
}
