package postgres_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"golang.org/x/text/unicode/norm"

	"bellhop/cti/directory"
	"bellhop/deploy/schema/schematest"
	"bellhop/tickets"
	"bellhop/tickets/postgres"
)

// house is a store with the demo organisation.
type house struct {
	*postgres.Store
	pool    *pgxpool.Pool
	service string
	agents  []directory.Agent
	viewer  tickets.Viewer
}

func open(t testing.TB) house {
	t.Helper()
	pool := schematest.Pool(t)
	return furnish(t, pool)
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
	return house{
		Store: postgres.NewStore(pool), pool: pool, service: d.Services[0].ID, agents: d.Agents,
		viewer: tickets.Viewer{User: d.Agents[0].User},
	}
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 123456000, time.UTC)

// connected is the fact that a call was connected to the house's n-th agent, at noon and n minutes.
func (h house) connected(call string, n int) tickets.CallConnected {
	return tickets.Fact{
		Key: "run-" + call + "-" + h.agents[n].Extension, Kind: tickets.Connected,
		At: noon.Add(time.Duration(n) * time.Minute), Call: call,
		Service: h.service, Agent: h.agents[n].ID, CustomerNumber: "01012345678", CustomerName: "이수아",
		QueuedAt: noon.Add(-7 * time.Second),
	}.Connect()
}

func TestOpenForCall(t *testing.T) {
	h := open(t)
	call := uuid.NewString()
	ticket, opened, err := h.OpenForCall(t.Context(), h.connected(call, 0))
	require.NoError(t, err)
	require.True(t, opened)
	require.Equal(t, tickets.Ticket{
		Number: 1, Service: tickets.Ref{ID: h.service, Name: "한빛몰 고객센터"}, Channel: tickets.ChannelPhone,
		Direction: tickets.Inbound, Status: tickets.Processing, CustomerNumber: "01012345678", CustomerName: "이수아",
		Agent: tickets.Ref{ID: h.agents[0].ID, Name: "김서연"}, Call: call, CreatedAt: noon, UpdatedAt: noon,
	}, ticket)

	read, err := h.Get(t.Context(), h.viewer, 1)
	require.NoError(t, err)
	require.Len(t, read.Events, 1)
	event := read.Events[0]
	require.Equal(t, tickets.Connected, event.Kind)
	require.Equal(t, "김서연", event.Agent.Name)
	require.Equal(t, map[string]string{"wait_ms": "7000"}, event.Params)
	read.Events = nil
	require.Equal(t, ticket, read)
}

func TestOneTicketHoweverOften(t *testing.T) {
	h := open(t)
	call := uuid.NewString()
	var opened atomic.Int32
	group, ctx := errgroup.WithContext(t.Context())
	for range 50 {
		group.Go(func() error {
			ticket, isNew, err := h.OpenForCall(ctx, h.connected(call, 0))
			if isNew {
				opened.Add(1)
			}
			if err == nil {
				require.EqualValues(t, 1, ticket.Number)
			}
			return err
		})
	}
	require.NoError(t, group.Wait())
	require.EqualValues(t, 1, opened.Load())

	// After a restart: another pool, the same facts.
	again, err := pgxpool.New(t.Context(), h.pool.Config().ConnString())
	require.NoError(t, err)
	defer again.Close()
	_, isNew, err := postgres.NewStore(again).OpenForCall(t.Context(), h.connected(call, 0))
	require.NoError(t, err)
	require.False(t, isNew)

	next, isNew, err := h.OpenForCall(t.Context(), h.connected(uuid.NewString(), 1))
	require.NoError(t, err)
	require.True(t, isNew)
	require.EqualValues(t, 2, next.Number, "no number was used up in vain")
	first, err := h.Get(t.Context(), h.viewer, 1)
	require.NoError(t, err)
	require.Len(t, first.Events, 1)
}

func TestLaterConnectHandsTheTicketOver(t *testing.T) {
	h := open(t)
	call := uuid.NewString()
	for _, n := range []int{0, 1, 0} { // the last is an old fact, told again
		ticket, opened, err := h.OpenForCall(t.Context(), h.connected(call, n))
		require.NoError(t, err)
		require.Equal(t, n == 0 && ticket.Agent.ID == h.agents[0].ID, opened)
		if n == 1 {
			require.EqualValues(t, 1, ticket.Number)
			require.Equal(t, "박지훈", ticket.Agent.Name)
		}
	}
	ticket, err := h.ByCall(t.Context(), h.viewer, call)
	require.NoError(t, err)
	require.Equal(t, "박지훈", ticket.Agent.Name)
}

func TestEventsBeforeAndAfterTheTicket(t *testing.T) {
	h := open(t)
	call := uuid.NewString()
	facts := []tickets.Fact{
		{Kind: tickets.Arrived, Dialled: "1000", CustomerNumber: "01012345678", CustomerName: "이수아"},
		{Kind: tickets.Queued, Queue: "주문·배송"},
		{Kind: tickets.Offered, Agent: h.agents[1].ID},
		{Kind: tickets.Missed, Agent: h.agents[1].ID},
		{Kind: tickets.Connected, Agent: h.agents[0].ID, Service: h.service, QueuedAt: noon},
		{Kind: tickets.Ended, Reason: "agent_hangup", QueuedAt: noon, ConnectedAt: noon.Add(4 * time.Second), Agent: h.agents[0].ID},
	}
	for range 2 { // told twice, recorded once
		for i, f := range facts {
			f.Key, f.Call, f.At = string(rune('a'+i)), call, noon.Add(time.Duration(i)*time.Second)
			if f.Kind == tickets.Connected {
				_, _, err := h.OpenForCall(t.Context(), f.Connect())
				require.NoError(t, err)
				continue
			}
			require.NoError(t, h.RecordCallEvent(t.Context(), call, f.Event()))
		}
	}
	require.NoError(t, h.RecordCallEvent(t.Context(), uuid.NewString(), tickets.Event{Key: "a", Kind: tickets.Queued, At: noon}))

	ticket, err := h.Get(t.Context(), h.viewer, 1)
	require.NoError(t, err)
	require.Len(t, ticket.Events, len(facts))
	for i, f := range facts {
		require.Equal(t, f.Kind, ticket.Events[i].Kind)
	}
	require.Equal(t, map[string]string{"dialled": "1000", "number": "01012345678", "name": "이수아"}, ticket.Events[0].Params)
	require.Equal(t, "박지훈", ticket.Events[3].Agent.Name)
	require.Equal(t, map[string]string{"reason": "agent_hangup", "by": "agent", "wait_ms": "4000", "talk_ms": "1000", "hold_ms": "0"}, ticket.Events[5].Params)
}

func TestList(t *testing.T) {
	h := open(t)
	for i := range 9 {
		_, _, err := h.OpenForCall(t.Context(), h.connected(uuid.NewString(), i%3))
		require.NoError(t, err)
	}
	for name, c := range map[string]struct {
		options tickets.ListOptions
		numbers []int64
	}{
		"all":               {tickets.ListOptions{}, []int64{9, 8, 7, 6, 5, 4, 3, 2, 1}},
		"first page":        {tickets.ListOptions{Limit: 2}, []int64{9, 8}},
		"next page":         {tickets.ListOptions{Limit: 2, Before: 8}, []int64{7, 6}},
		"past the end":      {tickets.ListOptions{Before: 1}, nil},
		"one agent's":       {tickets.ListOptions{Agent: h.agents[1].ID}, []int64{8, 5, 2}},
		"agent and page":    {tickets.ListOptions{Agent: h.agents[1].ID, Before: 8, Limit: 1}, []int64{5}},
		"nobody's":          {tickets.ListOptions{Agent: uuid.NewString()}, nil},
		"no agent at all":   {tickets.ListOptions{Agent: "' or true --"}, nil},
		"negative":          {tickets.ListOptions{Limit: -1, Before: -1}, []int64{9, 8, 7, 6, 5, 4, 3, 2, 1}},
		"more than we give": {tickets.ListOptions{Limit: 1 << 40, Before: 3}, []int64{2, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := h.List(t.Context(), h.viewer, c.options)
			require.NoError(t, err)
			var numbers []int64
			for _, ticket := range list {
				numbers = append(numbers, ticket.Number)
			}
			require.Equal(t, c.numbers, numbers)
		})
	}
}

func TestOnlyOnesOwnTickets(t *testing.T) {
	h := open(t)
	call := uuid.NewString()
	_, _, err := h.OpenForCall(t.Context(), h.connected(call, 0))
	require.NoError(t, err)

	stranger, dismissed := uuid.NewString(), uuid.NewString()
	for _, statement := range []string{
		`insert into organisations (id, name) values ('00000000-0000-4000-8000-000000000001', '다른 회사')`,
		`insert into users (id, organisation_id, login, login_key, name, role, password_hash)
		 values ('` + stranger + `', '00000000-0000-4000-8000-000000000001', 'other', 'other', '남', 'admin', '$argon2id$x')`,
		`insert into users (id, organisation_id, login, login_key, name, role, password_hash, disabled)
		 select '` + dismissed + `', organisation_id, 'gone', 'gone', '퇴사', 'agent', '$argon2id$x', true from services`,
	} {
		_, err := h.pool.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	for name, viewer := range map[string]tickets.Viewer{
		"zero": {}, "another organisation's": {User: stranger}, "disabled": {User: dismissed},
		"unknown": {User: uuid.NewString()}, "no id": {User: "' or true --"}, "nul": {User: "\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.Get(t.Context(), viewer, 1)
			require.ErrorIs(t, err, tickets.ErrNotFound)
			_, err = h.ByCall(t.Context(), viewer, call)
			require.ErrorIs(t, err, tickets.ErrNotFound)
			list, err := h.List(t.Context(), viewer, tickets.ListOptions{})
			require.NoError(t, err)
			require.Empty(t, list)
		})
	}
	for _, number := range []int64{0, -1, 2, 1 << 62} {
		_, err := h.Get(t.Context(), h.viewer, number)
		require.ErrorIs(t, err, tickets.ErrNotFound)
	}
	for _, call := range []string{"", "\x00", "\xff", strings.Repeat("x", 1<<16), "' or true --"} {
		_, err := h.ByCall(t.Context(), h.viewer, call)
		require.ErrorIs(t, err, tickets.ErrNotFound)
	}
}

func TestHostileCustomers(t *testing.T) {
	h := open(t)
	nfd := norm.NFD.String("각하")
	for name, want := range map[string]string{
		strings.Repeat("가", 4096):   strings.Repeat("가", tickets.MaxName),
		"a\x00b\r\nc":               "ab  c",
		"<script>alert(1)</script>": "<script>alert(1)</script>",
		"'; drop table tickets; --": "'; drop table tickets; --",
		"👩🏽 \U0001F600":             "👩🏽 \U0001F600",
		nfd:                         "각하",
		"\xff\xfe":                  "\uFFFD",
		"a\u202eb\u200b":            "ab",
	} {
		fact := tickets.Fact{
			Key: "k", Kind: tickets.Connected, At: noon, Call: uuid.NewString(), Service: h.service,
			Agent: h.agents[0].ID, CustomerName: name, CustomerNumber: name,
		}
		ticket, _, err := h.OpenForCall(t.Context(), fact.Connect())
		require.NoError(t, err, "%q", name)
		require.Equal(t, want, ticket.CustomerName)
		require.Empty(t, ticket.CustomerNumber)

		fact.Kind, fact.Key, fact.Dialled = tickets.Arrived, "j", name
		require.NoError(t, h.RecordCallEvent(t.Context(), fact.Call, fact.Event()), "%q", name)
	}
}

func TestRejectedForGood(t *testing.T) {
	h := open(t)
	good := h.connected(uuid.NewString(), 0)
	for name, spoil := range map[string]func(*tickets.CallConnected){
		"unknown service":  func(c *tickets.CallConnected) { c.Service = uuid.NewString() },
		"service no id":    func(c *tickets.CallConnected) { c.Service = "x" },
		"unknown agent":    func(c *tickets.CallConnected) { c.Agent = uuid.NewString() },
		"no call":          func(c *tickets.CallConnected) { c.Call = "" },
		"call too long":    func(c *tickets.CallConnected) { c.Call = strings.Repeat("x", 65) },
		"uncleaned name":   func(c *tickets.CallConnected) { c.CustomerName = strings.Repeat("x", 65) },
		"uncleaned number": func(c *tickets.CallConnected) { c.CustomerNumber = "abc" },
		"nul in name":      func(c *tickets.CallConnected) { c.CustomerName = "\x00" },
		"event of nobody":  func(c *tickets.CallConnected) { c.Event.Agent.ID = uuid.NewString() },
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			spoil(&c)
			_, _, err := h.OpenForCall(t.Context(), c)
			require.ErrorIs(t, err, tickets.ErrRejected)
		})
	}
	list, err := h.List(t.Context(), h.viewer, tickets.ListOptions{})
	require.NoError(t, err)
	require.Empty(t, list, "a rejected connect leaves nothing behind")
}

func TestDatabaseGoneIsNotRejected(t *testing.T) {
	h := open(t)
	h.pool.Close()
	_, _, err := h.OpenForCall(t.Context(), h.connected(uuid.NewString(), 0))
	require.Error(t, err)
	require.NotErrorIs(t, err, tickets.ErrRejected)
	_, err = h.Get(t.Context(), h.viewer, 1)
	require.Error(t, err)
	require.NotErrorIs(t, err, tickets.ErrNotFound)
}

func BenchmarkOpenForCall(b *testing.B) {
	h := open(b)
	for b.Loop() {
		if _, opened, err := h.OpenForCall(b.Context(), h.connected(uuid.NewString(), 0)); err != nil || !opened {
			b.Fatal(opened, err)
		}
	}
}

func BenchmarkRecordCallEvent(b *testing.B) {
	h := open(b)
	event := tickets.Event{Key: "1", Kind: tickets.Offered, At: noon, Agent: tickets.Ref{ID: h.agents[0].ID}}
	for b.Loop() {
		if err := h.RecordCallEvent(b.Context(), uuid.NewString(), event); err != nil {
			b.Fatal(err)
		}
	}
}
