package history_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/directory"
	"bellhop/cti/history"
	"bellhop/deploy/schema/schematest"
)

// house is a store with the demo organisation.
type house struct {
	*history.Store
	agents  []directory.Agent
	service string
}

func furnish(t testing.TB, pool *pgxpool.Pool) house {
	t.Helper()
	people := directory.NewStore(pool)
	passwords := map[string]string{}
	for _, u := range directory.DemoUsers() {
		passwords[u.Login] = "x"
	}
	_, err := people.SeedDemo(t.Context(), directory.DemoOptions{
		Passwords: passwords,
		Hash:      func(context.Context, string) (string, error) { return "$argon2id$x", nil },
	})
	require.NoError(t, err)
	d, err := people.Load(t.Context())
	require.NoError(t, err)
	return house{history.NewStore(pool), d.Agents, d.Services[0].ID}
}

// entry is the n-th call of the first agent, n minutes after nine.
func (h house) entry(n int) history.Entry {
	at := nine.Add(time.Duration(n) * time.Minute)
	return history.Entry{
		Call: call.ID(fmt.Sprint("call-", n)), Agent: call.AgentID(h.agents[0].ID), Leg: "leg", Direction: call.Inbound,
		Number: "01004827735", Name: "이수진", Queue: "주문·배송", Service: call.ServiceID(h.service), Result: history.Answered,
		EndedBy: history.ByCustomer, Reason: call.CustomerHangup, StartedAt: at, ConnectedAt: at.Add(3 * time.Second),
		EndedAt: at.Add(33 * time.Second), Talk: 25 * time.Second, Hold: 5 * time.Second,
	}
}

func (h house) calls(t testing.TB, o history.ListOptions) ([]string, string) {
	t.Helper()
	page, err := h.List(t.Context(), h.agents[0].ID, o)
	require.NoError(t, err)
	var calls []string
	for _, c := range page.Calls {
		calls = append(calls, c.Call)
	}
	return calls, page.Next
}

func TestStoreKeepsWhatItIsGivenOnce(t *testing.T) {
	h := furnish(t, schematest.Pool(t))
	e := h.entry(0)
	for range 3 {
		require.NoError(t, h.Save(t.Context(), []history.Entry{e, e}))
	}
	other := e
	other.Leg, other.Result = "another leg", history.Missed
	require.NoError(t, h.Save(t.Context(), []history.Entry{e, other}))

	page, err := h.List(t.Context(), h.agents[0].ID, history.ListOptions{})
	require.NoError(t, err)
	require.Len(t, page.Calls, 2)
	kept := page.Calls[1]
	require.Equal(t, history.Call{
		ID: kept.ID, Call: "call-0", Agent: h.agents[0].ID, Direction: call.Inbound, Number: "01004827735", Name: "이수진",
		Queue: "주문·배송", Service: "한빛몰 고객센터", Result: history.Answered, EndedBy: history.ByCustomer, Reason: "customer_hangup",
		StartedAt: e.StartedAt, ConnectedAt: e.ConnectedAt, EndedAt: e.EndedAt, Talk: e.Talk, Hold: e.Hold,
	}, kept)
}

func TestInternalCallsShowTheColleague(t *testing.T) {
	h := furnish(t, schematest.Pool(t))
	e := h.entry(0)
	e.Direction, e.Peer, e.Service, e.ConnectedAt = call.Internal, call.AgentID(h.agents[1].ID), "", time.Time{}
	require.NoError(t, h.Save(t.Context(), []history.Entry{e}))
	page, err := h.List(t.Context(), h.agents[0].ID, history.ListOptions{})
	require.NoError(t, err)
	require.Equal(t, "2042 박지훈", page.Calls[0].Number+" "+page.Calls[0].Name)
	require.Zero(t, page.Calls[0].ConnectedAt)
	require.Empty(t, page.Calls[0].Service)
}

func TestList(t *testing.T) {
	h := furnish(t, schematest.Pool(t))
	var all []history.Entry
	for n := range 7 {
		e := h.entry(6 - n) // what ends later may have begun earlier
		if n%2 == 0 {
			e.StartedAt = nine // at the same moment as others
		}
		if n == 3 || n == 5 {
			e.ConnectedAt, e.Result = time.Time{}, history.Missed
		}
		all = append(all, e)
	}
	others := h.entry(9)
	others.Agent = call.AgentID(h.agents[1].ID)
	require.NoError(t, h.Save(t.Context(), append(all, others)))

	whole, next := h.calls(t, history.ListOptions{})
	require.Len(t, whole, 7)
	require.Empty(t, next)
	require.Equal(t, []string{"call-5", "call-3", "call-1"}, whole[:3])

	var paged []string
	for before := ""; ; {
		page, next := h.calls(t, history.ListOptions{Limit: 2, Before: before})
		paged = append(paged, page...)
		if before = next; next == "" {
			break
		}
	}
	require.Equal(t, whole, paged, "page by page it is the same")

	missed, _ := h.calls(t, history.ListOptions{Missed: true, Limit: 1 << 40})
	require.Equal(t, []string{"call-3", "call-1"}, missed)
}

func TestListOfNobody(t *testing.T) {
	h := furnish(t, schematest.Pool(t))
	require.NoError(t, h.Save(t.Context(), []history.Entry{h.entry(0)}))
	for _, agent := range []string{"", "x", "\x00", uuid.NewString(), h.agents[1].ID, "' or true --"} {
		page, err := h.List(t.Context(), agent, history.ListOptions{})
		require.NoError(t, err)
		require.Empty(t, page.Calls)
	}
	for _, cursor := range []string{"x", "-", "1", "1-", "-1", "1-x", "+1-1", "99999999999999999999-1", "1-99999999999999999999", "1-1\x00", strings.Repeat("1", 4096)} {
		_, err := h.List(t.Context(), h.agents[0].ID, history.ListOptions{Before: cursor})
		require.ErrorIs(t, err, history.ErrBadCursor, "%.40q", cursor)
	}
}

func TestRejectedForGood(t *testing.T) {
	h := furnish(t, schematest.Pool(t))
	for name, spoil := range map[string]func(*history.Entry){
		"unknown agent": func(e *history.Entry) { e.Agent = call.AgentID(uuid.NewString()) },
		"no agent":      func(e *history.Entry) { e.Agent = "x" },
		"no leg":        func(e *history.Entry) { e.Leg = "" },
		"long name":     func(e *history.Entry) { e.Name = strings.Repeat("가", 65) },
		"nul":           func(e *history.Entry) { e.Name = "\x00" },
		"no result":     func(e *history.Entry) { e.Result = "" },
	} {
		e := h.entry(1)
		spoil(&e)
		require.ErrorIs(t, h.Save(t.Context(), []history.Entry{h.entry(0), e}), history.ErrRejected, name)
	}
	calls, _ := h.calls(t, history.ListOptions{})
	require.Empty(t, calls, "all or none")
}
