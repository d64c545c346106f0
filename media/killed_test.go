package media_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/emiago/sipgo/sip"
	"github.com/stretchr/testify/require"

	"bellhop/media/control"
)

// crowd is agents with pages and calls at a media process, and a serve that knows of them.
type crowd struct {
	t        *testing.T
	proc     *process
	at       addresses
	serve    *control.Client
	asterisk *asterisk

	mu        sync.Mutex
	up        map[string]chan string // sessions, by agent
	lost      chan time.Time
	snapshots chan []control.Session
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	c := &crowd{t: t, up: make(map[string]chan string), lost: make(chan time.Time, 16), snapshots: make(chan []control.Session, 16)}
	c.asterisk = newAsterisk(t, "127.0.0.1")
	c.proc = startProcess(t, addresses{"127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1:0"})
	c.at = c.proc.at
	c.serve = control.NewClient(control.ClientOptions{
		URL: "ws://" + c.at.Control + "/control", Secret: secret, Log: testLog(),
		OnSnapshot: func(_, _ string, up []control.Session) { c.snapshots <- up },
		OnUp:       func(agent, session, _ string) { c.of(agent) <- session },
		OnDown:     func(string, string, string) {},
		OnLost:     func(string) { c.lost <- time.Now() },
	})
	c.serve.Start(t.Context())
	t.Cleanup(c.serve.Stop)
	require.Empty(t, next(t, c.snapshots))
	return c
}

func (c *crowd) of(agent string) chan string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.up[agent] == nil {
		c.up[agent] = make(chan string, 16)
	}
	return c.up[agent]
}

// enter opens a page for the agent.
func (c *crowd) enter(agent string) *page {
	c.t.Helper()
	p := newPage(c.t, "ws://"+c.at.Phone+"/phone", pcmu)
	p.hello(agent)
	for next(c.t, c.of(agent)) != p.session {
	}
	p.live()
	return p
}

// call has Asterisk call the agent and serve pick up.
func (c *crowd) call(p *page, agent, id string) *leg {
	c.t.Helper()
	l := c.asterisk.invite(c.at.SIP, agent, id)
	require.Equal(c.t, 180, next(c.t, l.statuses))
	require.NoError(c.t, c.serve.PickUp(c.t.Context(), agent, id))
	l.answered()
	return l
}

// comeBack is what the browser does when its websocket breaks: it tries again after 0.2 to 0.4 s, and after up to twice
// as long each time. It returns when media answers.
func (c *crowd) comeBack() {
	url := "ws://" + c.at.Phone + "/phone"
	for pause := 400 * time.Millisecond; ; pause = min(2*pause, 8*time.Second) {
		<-time.After(pause/2 + rand.N(pause/2))
		ws, _, err := websocket.Dial(c.t.Context(), url, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}})
		if err == nil {
			_ = ws.CloseNow()
			return
		}
	}
}

// TestMediaKilled: F2, R2. Fifty agents talk; media is killed; serve knows at once; a supervisor starts it again after
// 0.2 s; the browsers come back by themselves; serve calls the agents again; everybody hears and is heard.
func TestMediaKilled(t *testing.T) {
	const agents = 50
	c := newCrowd(t)
	pages, legs := make([]*page, agents), make([]*leg, agents)
	for i := range agents {
		agent := fmt.Sprintf("agent-%d", i)
		pages[i] = c.enter(agent)
		legs[i] = c.call(pages[i], agent, "before-"+agent)
	}
	began := time.Now()
	c.proc.kill()
	noticed := next(t, c.lost).Sub(began)
	t.Logf("serve knows after %v", noticed.Round(time.Millisecond))
	require.Less(t, noticed, time.Second)

	var back sync.WaitGroup
	took := make([]time.Duration, agents)
	returned := make([]time.Duration, agents)
	for i := range agents {
		back.Go(func() {
			agent := fmt.Sprintf("agent-%d", i)
			c.comeBack()
			returned[i] = time.Since(began)
			p := c.enter(agent)
			l := c.call(p, agent, "after-"+agent)
			k := startTalk(t, p, l)
			defer k.stop()
			require.Eventually(t, func() bool {
				k.up.mu.Lock()
				heard := len(k.up.got) > 0
				k.up.mu.Unlock()
				k.down.mu.Lock()
				defer k.down.mu.Unlock()
				return heard && len(k.down.got) > 0
			}, patient, 2*time.Millisecond)
			took[i] = time.Since(began)
		})
	}
	<-time.After(200 * time.Millisecond)
	restart(t, c.proc)
	snapshot := next(t, c.snapshots) // some may be back already
	back.Wait()
	for _, p := range pages {
		gone := !slices.ContainsFunc(snapshot, func(s control.Session) bool { return s.ID == p.session })
		require.True(t, gone, "serve sees that every session of before is gone")
	}
	slices.Sort(took)
	slices.Sort(returned)
	p95 := took[agents*95/100]
	t.Logf("media answers after %v (median), audio back after %v (median), %v (p95), %v (last)",
		returned[agents/2].Round(time.Millisecond), took[agents/2].Round(time.Millisecond), p95.Round(time.Millisecond), took[agents-1].Round(time.Millisecond))
	if !underRace { // the aim is 2.5 s, on a machine that does nothing else; this is what must hold on any
		require.Less(t, p95, 8*time.Second)
	}

	for _, l := range legs { // Asterisk ends what nobody is there for any more
		res, err := l.dialog.Do(t.Context(), sip.NewRequest(sip.BYE, l.dialog.InviteResponse.Contact().Address))
		require.NoError(t, err)
		require.Equal(t, 481, res.StatusCode)
	}
}

// restart starts a process where the other one was.
func restart(t *testing.T, p *process) {
	t.Helper()
	require.Equal(t, p.at, startProcess(t, p.at).at)
}

// TestMediaFrozen: a media that stands still is as good as dead, and serve knows it in time to put customers on hold.
// When it goes on, serve hears what is there.
func TestMediaFrozen(t *testing.T) {
	c := newCrowd(t)
	p := c.enter("kim")
	began := time.Now()
	c.proc.signal(syscall.SIGSTOP)
	noticed := next(t, c.lost).Sub(began)
	t.Logf("serve knows after %v", noticed.Round(time.Millisecond))
	require.Less(t, noticed, 3*time.Second)
	c.proc.signal(syscall.SIGCONT)
	up := next(t, c.snapshots)
	require.Len(t, up, 1)
	require.Equal(t, control.Session{Agent: "kim", ID: p.session, Address: "sip:kim@" + c.at.SIP}, up[0])
	require.True(t, strings.HasPrefix(up[0].Address, "sip:"))
	l := c.call(p, "kim", "leg-1")
	both(t, p, l)
}
