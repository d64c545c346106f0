package main

import (
	"context"
	"log/slog"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"bellhop/cti/admin"
	"bellhop/cti/admin/queue"
	"bellhop/cti/call"
	"bellhop/cti/directory"
	"bellhop/cti/switchboard"
	"bellhop/deploy/schema/schematest"
)

// quietSwitch and quietPhones are fakes: whatever they are told is done.
type (
	quietSwitch struct{}
	quietPhones struct{}
)

func (quietSwitch) Perform(context.Context, call.ID, call.Effect) error    { return nil }
func (quietPhones) PickUp(context.Context, call.AgentID, call.LegID) error { return nil }
func (quietPhones) Close(context.Context, call.AgentID) error              { return nil }

// TestAChangeOfAQueueLeavesWhoWaitsInHisPlace changes a queue in the database while callers wait in it at the running
// switchboard.
func TestAChangeOfAQueueLeavesWhoWaitsInHisPlace(t *testing.T) {
	pool := schematest.Pool(t)
	organisation, service := uuid.NewString(), uuid.NewString()
	_, err := pool.Exec(t.Context(), `
		with o as (insert into organisations (id, name) values ('`+organisation+`', '한빛몰'))
		insert into services (id, organisation_id, name) values ('`+service+`', '`+organisation+`', '고객센터')`)
	require.NoError(t, err)

	var mu sync.Mutex
	var facts []call.Fact
	board, err := switchboard.New(switchboard.Options{
		Switch: quietSwitch{}, Phones: quietPhones{}, Log: slog.New(slog.DiscardHandler),
		OnFact: func(f call.Fact) { mu.Lock(); facts = append(facts, f); mu.Unlock() },
	})
	require.NoError(t, err)
	board.Start(t.Context())
	t.Cleanup(board.Stop)
	queues := queue.NewStore(pool, waitingAt(board))
	boss := admin.Actor{Role: admin.RoleAdmin, Organisation: organisation}
	load := func() {
		d, err := directory.NewStore(pool).Load(t.Context())
		require.NoError(t, err)
		board.Post(switchboard.DirectoryChanged{Directory: d.Switchboard()})
	}

	q, err := queues.Create(t.Context(), boss, queue.Queue{
		Service: service, Name: "주문", Number: "7100", Strategy: "longest_idle", Reclaim: 30, AnswerIn: 20,
	})
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), `insert into numbers (number, queue_id) values ('15881234', '`+q.ID+`')`)
	require.NoError(t, err)
	load()
	board.Post(switchboard.SwitchConnected{})
	for _, leg := range []call.LegID{"first", "second"} {
		board.Post(switchboard.CallArrived{Call: call.ID(uuid.NewString()), Leg: leg, Dialled: "+8215881234"})
		board.Post(switchboard.LegAnswered{Leg: leg})
	}
	waiting := func() int {
		n, err := waitingAt(board)(t.Context(), q.ID)
		require.NoError(t, err)
		return n
	}
	require.Equal(t, 2, waiting())
	mu.Lock()
	before := len(facts)
	mu.Unlock()

	q.Strategy, q.Reclaim, q.Limit, q.Name = "priority", 10, 1, "주문·배송"
	q, err = queues.Update(t.Context(), boss, q)
	require.NoError(t, err)
	load()
	require.Equal(t, 2, waiting(), "a limit is for those who come")
	mu.Lock()
	require.Len(t, facts, before, "nothing happened to a call")
	mu.Unlock()

	err = queues.Delete(t.Context(), boss, q.ID)
	var used admin.InUse
	require.ErrorAs(t, err, &used)
	require.Equal(t, admin.Use{Subject: "waiting_calls", ID: q.ID, Name: "2"}, used.By[0])
}
