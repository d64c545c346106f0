package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"bellhop/tickets"
)

// called opens the ticket of a call of this number with the house's first agent, at noon and n minutes.
func (h house) called(t testing.TB, call, number string, n int) tickets.Ticket {
	t.Helper()
	ticket, _ := h.save(t, tickets.Fact{
		Key: "connected", Kind: tickets.Connected, At: noon.Add(time.Duration(n) * time.Minute), Call: call,
		Service: h.service, Agent: h.agents[0].ID, CustomerNumber: number,
	})
	ticket.Events = nil
	return ticket
}

func (h house) hostile(t testing.TB, call string, n int) {
	t.Helper()
	_, err := h.Save(t.Context(), tickets.Fact{
		Key: "hostile", Kind: tickets.HostileEnd, At: noon.Add(time.Duration(n) * time.Minute), Call: call, Service: h.service,
		Agent: h.agents[0].ID, Detail: "profanity",
	})
	require.NoError(t, err)
}

func TestHandOver(t *testing.T) {
	h := open(t)
	call := uuid.NewString()
	h.called(t, call, "01004827735", 0)
	over := tickets.Fact{
		Key: "over", Kind: tickets.HandedOver, At: noon.Add(time.Minute), Call: call, Service: h.service,
		Agent: h.agents[0].ID, Target: h.agents[1].ID, TargetKind: "agent", TargetNumber: "2042", TargetName: "박지훈",
	}
	for range 2 {
		ticket, opened := h.save(t, over)
		require.False(t, opened)
		require.Equal(t, "박지훈", ticket.Agent.Name)
	}
	ticket, err := h.Get(t.Context(), h.viewer, 1)
	require.NoError(t, err)
	require.Len(t, ticket.Events, 2)
	event := ticket.Events[1]
	require.Equal(t, tickets.HandedOver, event.Kind)
	require.Equal(t, "김서연 → 박지훈", event.Agent.Name+" → "+event.Target.Name)
	require.Equal(t, map[string]string{"target_kind": "agent", "target_number": "2042", "target_name": "박지훈"}, event.Params)
}

func TestOutboundTicket(t *testing.T) {
	h := open(t)
	call := uuid.NewString()
	dialled := tickets.Fact{
		Key: "1", Kind: tickets.Dialled, At: noon, Call: call, Direction: tickets.Outbound, Service: h.service,
		Agent: h.agents[0].ID, Dialled: "0206924100", CustomerNumber: "01004827735",
	}
	connected := dialled
	connected.Key, connected.Kind, connected.At = "2", tickets.Connected, noon.Add(time.Second)
	kept, err := h.Save(t.Context(), dialled, connected)
	require.NoError(t, err)
	require.True(t, kept[1].New)
	ticket, err := h.Get(t.Context(), h.viewer, 1)
	require.NoError(t, err)
	require.Equal(t, tickets.Outbound, ticket.Direction)
	require.Equal(t, tickets.Dialled, ticket.Events[0].Kind)
	require.Empty(t, ticket.Events[1].Params, "nobody waited")
}

func TestCard(t *testing.T) {
	h := open(t)
	calls := make([]string, 6)
	for i, number := range []string{"01004827735", "+821004827735", "01099990000", "01004827735", "", "01004827735"} {
		calls[i] = uuid.NewString()
		h.called(t, calls[i], number, i)
	}
	for range 2 { // told again, it counts once
		h.hostile(t, calls[1], 10)
		h.hostile(t, calls[3], 20)
		h.hostile(t, calls[2], 30)
	}
	for _, written := range []string{"01004827735", "+82 10-0482-7735"} {
		card, err := h.Card(t.Context(), h.viewer, written, calls[5])
		require.NoError(t, err)
		require.Equal(t, "이수진 골드", card.Customer.Name+" "+card.Customer.Grade)
		var numbers []int64
		for _, ticket := range card.Tickets {
			numbers = append(numbers, ticket.Number)
		}
		require.Equal(t, []int64{4, 2, 1}, numbers, "without the call that is looked at")
		require.Equal(t, tickets.Hostile{Count: 2, LastAt: noon.Add(20 * time.Minute)}, card.Hostile)
		require.Equal(t, noon.Add(20*time.Minute), card.Tickets[0].HostileAt)
		require.Zero(t, card.Tickets[2].HostileAt)
	}
	stranger, err := h.Card(t.Context(), h.viewer, "01099990000", "")
	require.NoError(t, err)
	require.Nil(t, stranger.Customer)
	require.Len(t, stranger.Tickets, 1)
	require.Equal(t, 1, stranger.Hostile.Count)

	recent, err := h.Recent(t.Context(), h.viewer, "010-0482-7735", 2)
	require.NoError(t, err)
	require.Len(t, recent, 2)
	require.EqualValues(t, 6, recent[0].Number)
}

func TestCardShowsNothingToStrangers(t *testing.T) {
	h := open(t)
	h.called(t, uuid.NewString(), "01004827735", 0)
	h.called(t, uuid.NewString(), "", 0)
	for _, ask := range []struct {
		viewer tickets.Viewer
		number string
	}{
		{tickets.Viewer{}, "01004827735"},
		{tickets.Viewer{User: uuid.NewString()}, "01004827735"},
		{tickets.Viewer{User: "\x00"}, "01004827735"},
		{h.viewer, ""},
		{h.viewer, "anonymous"},
		{h.viewer, "\x00"},
		{h.viewer, "' or true --"},
		{h.viewer, "\xff"},
	} {
		card, err := h.Card(t.Context(), ask.viewer, ask.number, "")
		require.NoError(t, err)
		require.Nil(t, card.Customer)
		require.Empty(t, card.Tickets)
		require.Zero(t, card.Hostile)
		recent, err := h.Recent(t.Context(), ask.viewer, ask.number, 3)
		require.NoError(t, err)
		require.Empty(t, recent)
	}
}

func TestCardInShowsOneServiceOnly(t *testing.T) {
	h := open(t)
	other := uuid.NewString()
	_, err := h.pool.Exec(t.Context(), `
		insert into services (id, organisation_id, name) select $1, organisation_id, '다른 서비스' from services where id = $2`, other, h.service)
	require.NoError(t, err)
	mine, theirs := uuid.NewString(), uuid.NewString()
	h.called(t, mine, "01004827735", 0)
	elsewhere := h
	elsewhere.service = other
	elsewhere.called(t, theirs, "01004827735", 1)
	elsewhere.hostile(t, theirs, 2)

	card, err := h.CardIn(t.Context(), h.viewer, h.service, "010-0482-7735")
	require.NoError(t, err)
	require.Equal(t, "이수진", card.Customer.Name)
	require.Len(t, card.Tickets, 1)
	require.Equal(t, mine, card.Tickets[0].Call)
	require.Zero(t, card.Hostile)

	card, err = h.CardIn(t.Context(), h.viewer, other, "010-0482-7735")
	require.NoError(t, err)
	require.Equal(t, theirs, card.Tickets[0].Call)
	require.Equal(t, 1, card.Hostile.Count)

	for _, service := range []string{"", uuid.NewString(), "' or true --", "\x00"} {
		card, err := h.CardIn(t.Context(), h.viewer, service, "01004827735")
		require.NoError(t, err)
		require.Empty(t, card.Tickets)
		require.Zero(t, card.Hostile)
	}
}

func TestNumbersOfCalls(t *testing.T) {
	h := open(t)
	first, second := uuid.NewString(), uuid.NewString()
	h.called(t, first, "01004827735", 0)
	h.called(t, second, "01004827735", 0)
	numbers, err := h.NumbersOfCalls(t.Context(), h.viewer, []string{second, first, uuid.NewString()})
	require.NoError(t, err)
	require.Equal(t, map[string]int64{first: 1, second: 2}, numbers)
	for _, v := range []tickets.Viewer{{}, {User: uuid.NewString()}} {
		numbers, err := h.NumbersOfCalls(t.Context(), v, []string{first})
		require.NoError(t, err)
		require.Empty(t, numbers)
	}
}

func BenchmarkCard(b *testing.B) {
	h := open(b)
	_, err := h.pool.Exec(b.Context(), `
		insert into tickets (service_id, channel, status, customer_number, customer_key, call_id, created_at, updated_at, hostile_at)
		select $1, 'phone', 'resolved', number, number, 'call-' || n, now(), now(), case when n % 1000 = 0 then now() end
		from (select n, '010' || (10000000 + n % 50000) number from generate_series(1, 500000) n) made`, h.service)
	require.NoError(b, err)
	_, err = h.pool.Exec(b.Context(), `analyze`)
	require.NoError(b, err)
	i := 0
	for b.Loop() {
		i++
		if card, err := h.Card(b.Context(), h.viewer, fmt.Sprint("010", 10000000+i%50000), ""); err != nil || len(card.Tickets) != 3 {
			b.Fatal(card, err)
		}
	}
}
