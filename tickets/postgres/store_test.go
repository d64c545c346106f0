package postgres_test

import (
	"context"
	"fmt"
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
func (h house) connected(call string, n int) tickets.Fact {
	return tickets.Fact{
		Key: "run-" + call + "-" + h.agents[n].Extension, Kind: tickets.Connected,
		At: noon.Add(time.Duration(n) * time.Minute), Call: call,
		Service: h.service, Agent: h.agents[n].ID, CustomerNumber: "01012345678", CustomerName: "이수아",
		QueuedAt: noon.Add(-7 * time.Second),
	}
}

// save records one fact that concerns a ticket, and reads that ticket.
func (h house) save(t testing.TB, f tickets.Fact) (ticket tickets.Ticket, opened bool) {
	t.Helper()
	kept, err := h.Save(t.Context(), f)
	require.NoError(t, err)
	require.Len(t, kept, 1)
	ticket, err = h.Get(t.Context(), h.viewer, kept[0].Number)
	require.NoError(t, err)
	return ticket, kept[0].New
}

func TestConnectOpensATicket(t *testing.T) {
	h := open(t)
	call := uuid.NewString()
	read, opened := h.save(t, h.connected(call, 0))
	require.True(t, opened)
	require.Len(t, read.Events, 1)
	event := read.Events[0]
	require.Equal(t, tickets.Connected, event.Kind)
	require.Equal(t, "김서연", event.Agent.Name)
	require.Equal(t, map[string]string{"wait_ms": "7000"}, event.Params)
	read.Events = nil
	require.Equal(t, tickets.Ticket{
		Number: 1, Service: tickets.Ref{ID: h.service, Name: "한빛몰 고객센터"}, Channel: tickets.ChannelPhone,
		Direction: tickets.Inbound, Status: tickets.Processing, CustomerNumber: "01012345678", CustomerName: "이수아",
		Agent: tickets.Ref{ID: h.agents[0].ID, Name: "김서연"}, Call: call, CreatedAt: noon, UpdatedAt: noon,
	}, read)
}

func TestOneTicketHoweverOften(t *testing.T) {
	h := open(t)
	call := uuid.NewString()
	var opened atomic.Int32
	group, ctx := errgroup.WithContext(t.Context())
	for range 50 {
		group.Go(func() error {
			kept, err := h.Save(ctx, h.connected(call, 0))
			if err != nil {
				return err
			}
			if kept[0].New {
				opened.Add(1)
			}
			if kept[0].Number != 1 {
				return fmt.Errorf("ticket %d", kept[0].Number)
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	require.EqualValues(t, 1, opened.Load())

	// After a restart: another pool, the same facts.
	again, err := pgxpool.New(t.Context(), h.pool.Config().ConnString())
	require.NoError(t, err)
	defer again.Close()
	kept, err := postgres.NewStore(again).Save(t.Context(), h.connected(call, 0))
	require.NoError(t, err)
	require.Equal(t, []tickets.Kept{{Number: 1, Agent: h.agents[0].ID}}, kept)

	next, isNew := h.save(t, h.connected(uuid.NewString(), 1))
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
		ticket, opened := h.save(t, h.connected(call, n))
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
	for i := range facts {
		facts[i].Key, facts[i].Call, facts[i].At = string(rune('a'+i)), call, noon.Add(time.Duration(i)*time.Second)
	}
	_, err := h.Save(t.Context(), append(facts, facts...)...) // told twice, recorded once
	require.NoError(t, err)
	_, err = h.Save(t.Context(), tickets.Fact{Key: "a", Kind: tickets.Queued, At: noon, Call: uuid.NewString()})
	require.NoError(t, err)

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
		h.save(t, h.connected(uuid.NewString(), i%3))
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
	h.save(t, h.connected(call, 0))

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
		ticket, _ := h.save(t, fact)
		require.Equal(t, want, ticket.CustomerName)
		require.Empty(t, ticket.CustomerNumber)

		fact.Kind, fact.Key, fact.Dialled = tickets.Arrived, "j", name
		_, err := h.Save(t.Context(), fact)
		require.NoError(t, err, "%q", name)
	}
}

func TestRejectedForGood(t *testing.T) {
	h := open(t)
	good := h.connected(uuid.NewString(), 0)
	for name, spoil := range map[string]func(*tickets.Fact){
		"unknown service": func(f *tickets.Fact) { f.Service = uuid.NewString() },
		"service no id":   func(f *tickets.Fact) { f.Service = "x" },
		"unknown agent":   func(f *tickets.Fact) { f.Agent = uuid.NewString() },
		"unknown target":  func(f *tickets.Fact) { f.Target = uuid.NewString() },
		"no call":         func(f *tickets.Fact) { f.Call = "" },
		"call too long":   func(f *tickets.Fact) { f.Call = strings.Repeat("x", 65) },
		"nul in the call": func(f *tickets.Fact) { f.Call = "\x00" },
		"no direction":    func(f *tickets.Fact) { f.Direction, f.Call = "upwards", uuid.NewString() },
	} {
		t.Run(name, func(t *testing.T) {
			bad := good
			bad.Key = "bad"
			spoil(&bad)
			_, err := h.Save(t.Context(), good, bad)
			require.ErrorIs(t, err, tickets.ErrRejected)
		})
	}
	list, err := h.List(t.Context(), h.viewer, tickets.ListOptions{})
	require.NoError(t, err)
	require.Empty(t, list, "all or none")
}

func TestDatabaseGoneIsNotRejected(t *testing.T) {
	h := open(t)
	h.pool.Close()
	_, err := h.Save(t.Context(), h.connected(uuid.NewString(), 0))
	require.Error(t, err)
	require.NotErrorIs(t, err, tickets.ErrRejected)
	_, err = h.Get(t.Context(), h.viewer, 1)
	require.Error(t, err)
	require.NotErrorIs(t, err, tickets.ErrNotFound)
}

// TestMissedCall: a call that was lost before anybody answered gets a ticket that says so, once for its service.
func TestMissedCall(t *testing.T) {
	h := open(t)
	lost := tickets.Fact{
		Key: "2", Kind: tickets.Ended, At: noon, Call: uuid.NewString(), Service: h.service, Reason: "switch_failure",
		CustomerNumber: "01012345678", CustomerName: "이수아", QueuedAt: noon.Add(-time.Minute),
	}
	kept, err := h.Save(t.Context(), lost, lost)
	require.NoError(t, err)
	require.Equal(t, []tickets.Kept{{Number: 1, New: true}, {Number: 1}}, kept)
	ticket, opened := h.save(t, lost)
	require.False(t, opened)
	require.Equal(t, []string{"switch_failure", "unassigned", ""}, []string{ticket.Missed, string(ticket.Status), ticket.Agent.ID})
	require.Len(t, ticket.Events, 1)
	require.Equal(t, map[string]string{"reason": "switch_failure", "by": "system", "wait_ms": "60000"}, ticket.Events[0].Params)
	card, err := h.Card(t.Context(), h.viewer, "01012345678", "")
	require.NoError(t, err)
	require.Equal(t, "switch_failure", card.Tickets[0].Missed)

	// A call with a ticket in the service is not missed, even if nobody had it when it was lost.
	connected := h.connected(uuid.NewString(), 0)
	lost.Call = connected.Call
	kept, err = h.Save(t.Context(), connected, lost)
	require.NoError(t, err)
	require.Equal(t, []tickets.Kept{{Number: 2, Agent: h.agents[0].ID, New: true}, {Number: 2}}, kept)
	ticket, err = h.ByCall(t.Context(), h.viewer, connected.Call)
	require.NoError(t, err)
	require.Empty(t, ticket.Missed)
}

func BenchmarkOpenTickets(b *testing.B) {
	h := open(b)
	for b.Loop() {
		if kept, err := h.Save(b.Context(), h.connected(uuid.NewString(), 0)); err != nil || !kept[0].New {
			b.Fatal(kept, err)
		}
	}
}
