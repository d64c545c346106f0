package facts_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/facts"
	"bellhop/deploy/schema/schematest"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 123456000, time.UTC)

func offer(id call.ID) call.Fact {
	return call.Fact{
		Seq: 2, Kind: call.CallOffered, At: noon, Agent: call.AgentID(uuid.NewString()), Cause: "assigned",
		Choice: &call.Choice{Rule: call.LongestIdle, IdleSince: noon.Add(-time.Minute), Ready: 3, Waiting: 7},
		Call: call.Call{
			ID: id, Direction: call.Inbound, Phase: call.Offering, Caller: call.Party{Number: "01004827735", Name: "이수진"},
			Dialled: "1000", QueuedAt: noon.Add(-5 * time.Second), Offers: 1,
			Queue: call.Queue{
				ID: call.QueueID(uuid.NewString()), Name: "주문·배송", Service: call.ServiceID(uuid.NewString()), ServiceName: "한빛몰",
				Reclaim: 30 * time.Second,
			},
		},
	}
}

func TestKeptOnceAndReadInOrder(t *testing.T) {
	pool := schematest.Pool(t)
	store := facts.NewStore(pool)
	id, first, second := call.ID(uuid.NewString()), uuid.NewString(), uuid.NewString()
	offered := offer(id)
	arrived := call.Fact{Seq: 1, Kind: call.CallArrived, At: noon.Add(-time.Hour), Call: call.Call{ID: id}}
	later := call.Fact{Seq: 1, Kind: call.CallRecovered, At: noon.Add(time.Minute), Cause: "restart", Call: call.Call{ID: id}}
	want := []facts.Record{facts.Of(first, arrived), facts.Of(first, offered), facts.Of(second, later)}
	for range 2 {
		var batch pgx.Batch
		require.NoError(t, facts.Queue(&batch, []facts.Record{want[2], want[1], want[0], want[1]}))
		require.NoError(t, pool.SendBatch(t.Context(), &batch).Close())
	}
	got, err := store.OfCall(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, facts.Payload{
		Direction: call.Inbound, Phase: call.Offering, Number: "01004827735", Name: "이수진", Dialled: "1000", QueueName: "주문·배송",
		ServiceName: "한빛몰", Offers: 1, WaitMS: 5000, ReclaimMS: 30000,
		Choice: &facts.Choice{Rule: "longest_idle", IdleSince: noon.Add(-time.Minute), Ready: 3, Waiting: 7},
	}, got[1].Payload)
}

func TestTimesAndTargets(t *testing.T) {
	f := offer("c")
	f.Kind, f.Call.Phase, f.Choice = call.CallEnded, call.Ended, nil
	f.Call.QueuedAt, f.Call.ConnectedAt = noon.Add(-time.Minute), noon.Add(-40*time.Second)
	f.Call.HeldFor, f.Call.HeldAt = 5*time.Second, noon.Add(-10*time.Second)
	f.Call.Target = &call.Target{Kind: call.TargetAgent, Number: "2042", Name: "박지훈"}
	p := facts.Of("e", f).Payload
	require.Equal(t, []int64{20000, 25000, 15000, 0}, []int64{p.WaitMS, p.TalkMS, p.HoldMS, p.ReclaimMS})
	require.Equal(t, &facts.To{Kind: call.TargetAgent, Number: "2042", Name: "박지훈"}, p.To)

	f.To = &call.Target{Kind: call.TargetOutside, Number: "01012345678"}
	require.Equal(t, call.TargetOutside, facts.Of("e", f).Payload.To.Kind)
	f.At = noon.Add(-time.Hour) // a clock that went back
	p = facts.Of("e", f).Payload
	require.Equal(t, []int64{20000, 0, 0}, []int64{p.WaitMS, p.TalkMS, p.HoldMS})
}

func TestFactsOfNobody(t *testing.T) {
	store := facts.NewStore(schematest.Pool(t))
	for _, id := range []call.ID{"", "x", "\x00", call.ID(uuid.NewString()), "' or true --"} {
		found, err := store.OfCall(t.Context(), id)
		require.NoError(t, err)
		require.Empty(t, found)
	}
}

// TestReadByIndex: a hundred million rows are read by call and by time with indexes.
func TestReadByIndex(t *testing.T) {
	pool := schematest.Pool(t)
	for _, statement := range []string{
		`insert into call_facts (epoch, seq, call_id, kind, at, payload)
		 select '00000000-0000-4000-8000-000000000001', n, gen_random_uuid(), 'CallEnded', timestamptz '2026-01-01' + n * interval '1 second', '{}'
		 from generate_series(1, 50000) n`,
		`analyze call_facts`,
	} {
		_, err := pool.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	for query, index := range map[string]string{
		`select from call_facts where call_id = '00000000-0000-4000-8000-000000000001' order by seq`:          "call_facts_of_call",
		`select from call_facts where at >= timestamptz '2026-01-01' and at < timestamptz '2026-01-01 00:05'`: "call_facts_at",
	} {
		found, err := pool.Query(t.Context(), `explain `+query)
		require.NoError(t, err)
		plan, err := pgx.CollectRows(found, pgx.RowTo[string])
		require.NoError(t, err)
		require.Contains(t, strings.Join(plan, "\n"), index)
	}
}
