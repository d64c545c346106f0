package switchboard_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/agent"
	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// fakeSwitch stands in for Asterisk: it does what a well-behaved switch does, at once, unless a test makes it fail.
type fakeSwitch struct {
	t    *testing.T
	post func(switchboard.Event)

	mu      sync.Mutex
	done    []string // effects in the order they were done
	fail    map[string]error
	bridges map[string]bool
	gone    map[call.LegID]bool
	dialled []call.DialOut
	silent  bool // agents' phones do not ring
}

func (f *fakeSwitch) Perform(_ context.Context, _ call.ID, e call.Effect) error {
	name := fmt.Sprintf("%T", e)[len("call."):]
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.fail[name]; err != nil {
		return err
	}
	f.done = append(f.done, name)
	switch e := e.(type) {
	case call.RingAgent:
		if !f.silent {
			f.post(switchboard.LegRang{Leg: e.Leg})
		}
	case call.DialOut:
		f.dialled = append(f.dialled, e)
		f.post(switchboard.LegRang{Leg: e.Leg})
	case call.JoinLegs:
		for _, leg := range e.Legs {
			if leg != "" && f.gone[leg] {
				return switchboard.ErrGone
			}
		}
		f.bridges[e.Bridge] = true
	case call.ReleaseLeg:
		if f.gone[e.Leg] {
			return switchboard.ErrGone
		}
		f.gone[e.Leg] = true
		f.post(switchboard.LegEnded{Leg: e.Leg, Cause: e.Cause})
	case call.DropBridge:
		delete(f.bridges, e.Bridge)
	case call.AnswerCustomer:
		f.post(switchboard.LegAnswered{Leg: e.Leg})
	}
	return nil
}

func (f *fakeSwitch) PickUp(_ context.Context, _ call.AgentID, leg call.LegID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.fail["PickUp"]; err != nil {
		return err
	}
	f.done = append(f.done, "PickUp")
	f.post(switchboard.LegAnswered{Leg: leg})
	return nil
}

func (f *fakeSwitch) Close(context.Context, call.AgentID) error { return nil }

func (f *fakeSwitch) hangUp(leg call.LegID) {
	f.mu.Lock()
	f.gone[leg] = true
	f.mu.Unlock()
	f.post(switchboard.LegEnded{Leg: leg, Cause: 16})
}

func (f *fakeSwitch) effects() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.done...)
}

// desk is a switchboard with three agents (a, b, c) of one queue on number 1000, in simulated time.
type desk struct {
	t     *testing.T
	board *switchboard.Switchboard
	sw    *fakeSwitch
	facts []call.Fact // read only after synctest.Wait
	keys  int

	journal *fakeJournal
}

const reclaim = 30 * time.Second

var services = []call.ServiceID{"s"}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, journal: &fakeJournal{}}
	d.sw = &fakeSwitch{t: t, fail: map[string]error{}, bridges: map[string]bool{}, gone: map[call.LegID]bool{}}
	board, err := switchboard.New(switchboard.Options{
		Switch: d.sw, Phones: d.sw, Log: slog.New(slog.DiscardHandler), Journal: d.journal,
		OnFact: func(f call.Fact) { d.facts = append(d.facts, f) },
	})
	require.NoError(t, err)
	d.board, d.sw.post = board, board.Post
	q := call.QueueID("q")
	board.Post(switchboard.DirectoryChanged{Directory: switchboard.Directory{
		Services: []switchboard.Service{{ID: "s", Name: "한빛몰", Phone: true, Inbound: true, Outbound: true, CallerIDs: []string{"0206924100", "15004021"}}},
		Queues: []switchboard.Queue{
			{ID: q, Name: "주문·배송", Number: "7100", Service: "s", ServiceName: "한빛몰", Reclaim: reclaim, MissLimit: 2},
			{ID: "q2", Name: "결제·증빙", Number: "7200", Service: "s", ServiceName: "한빛몰", Reclaim: reclaim, Limit: 1},
		},
		Numbers: map[string]call.QueueID{"1000": q},
		Agents: []switchboard.AgentEntry{
			{ID: "a", Name: "김서연", Extension: "2041", Queues: []call.QueueID{q}, Services: services, BlindIn: services},
			{ID: "b", Name: "박지훈", Extension: "2042", Queues: []call.QueueID{q, "q2"}, Services: services, Groups: []string{"1팀"}},
			{ID: "c", Name: "이도윤", Extension: "2043", Queues: []call.QueueID{q}, Services: services},
		},
	}})
	board.Post(switchboard.SwitchConnected{})
	board.Start(t.Context())
	t.Cleanup(board.Stop)
	return d
}

func (d *desk) ready(ids ...call.AgentID) {
	d.t.Helper()
	for _, id := range ids {
		d.board.Post(switchboard.BrowserUp{Agent: id})
		d.board.Post(switchboard.PhoneUp{Agent: id, Session: "s-" + string(id), Address: "sip:" + string(id) + "@127.0.0.1:5070"})
		require.NoError(d.t, d.presence(id, agent.Mode{Presence: agent.Ready}))
		pass(time.Millisecond) // the order of 대기 is the order of ids
	}
}

func (d *desk) presence(id call.AgentID, m agent.Mode) error {
	return d.board.Do(d.t.Context(), switchboard.Command{Agent: id, Action: switchboard.SetPresence, Mode: m})
}

func (d *desk) arrive(id string) {
	d.board.Post(switchboard.CallArrived{
		Call: call.ID(id), Leg: call.LegID("chan-" + id), Dialled: "1000", Caller: call.Party{Number: "01012345678"},
	})
	synctest.Wait()
}

func (d *desk) view(id call.AgentID) switchboard.AgentView {
	d.t.Helper()
	synctest.Wait()
	v, ok := d.board.View(d.t.Context(), id)
	require.True(d.t, ok)
	return v
}

// press sends a command for the call the agent sees now.
func (d *desk) press(id call.AgentID, a switchboard.Action) error {
	d.t.Helper()
	return d.send(switchboard.Command{Agent: id, Action: a})
}

// send sends a command with a key of its own, for the call the agent sees now unless it needs none.
func (d *desk) send(c switchboard.Command) error {
	d.t.Helper()
	d.keys++
	c.Key = fmt.Sprint("k", d.keys)
	if c.Action != switchboard.Dial {
		v := d.view(c.Agent)
		require.NotNil(d.t, v.Call, "agent %s has no call to press %s on", c.Agent, c.Action)
		c.Call, c.Version = v.Call.ID, v.Call.Version
	}
	err := d.board.Do(d.t.Context(), c)
	synctest.Wait()
	return err
}

// talking connects a customer to agent a.
func (d *desk) talking() {
	d.t.Helper()
	d.ready("a")
	d.arrive("1")
	require.NoError(d.t, d.press("a", switchboard.Accept))
	require.Equal(d.t, agent.Talking, d.view("a").Agent.Occupation)
}

// legOf is the leg of the agent whose call it is.
func (d *desk) legOf(id call.ID) call.LegID {
	d.t.Helper()
	synctest.Wait()
	for _, f := range slices.Backward(d.facts) {
		if f.Call.ID == id && f.Call.Line != nil {
			return f.Call.Line.Leg
		}
	}
	d.t.Fatalf("call %s has no agent", id)
	return ""
}

// consult lets agent a consult somebody about the customer he talks to.
func (d *desk) consult(to string) error {
	d.t.Helper()
	return d.send(switchboard.Command{Agent: "a", Action: switchboard.Consult, To: to})
}

func (d *desk) kinds(id call.ID) []call.FactKind {
	synctest.Wait()
	var kinds []call.FactKind
	for _, f := range d.facts {
		if f.Call.ID == id {
			kinds = append(kinds, f.Kind)
		}
	}
	return kinds
}

// empty asserts that nothing is left of any call.
func (d *desk) empty() {
	d.t.Helper()
	synctest.Wait()
	n, err := d.board.Count(d.t.Context())
	require.NoError(d.t, err)
	for phase, live := range n.Calls {
		require.Zero(d.t, live, "calls %s", phase)
	}
	require.Empty(d.t, d.sw.bridges)
}

// pass lets simulated time pass: every test here runs in a synctest bubble.
func pass(d time.Duration) { time.Sleep(d) } //nolint:forbidigo // simulated time
