package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bellhop/deploy/schema"
	"bellhop/deploy/schema/schematest"
	"bellhop/tickets"
)

// TestDeskOutlivesTheDatabase stops PostgreSQL under the desk: calls go on, and when it is back every ticket is
// opened once and nothing is lost.
func TestDeskOutlivesTheDatabase(t *testing.T) {
	cluster := schematest.StartCluster(t)
	require.NoError(t, schema.Migrate(t.Context(), cluster.URL()))
	pool, err := pgxpool.New(t.Context(), cluster.URL())
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	h := furnish(t, pool)

	told := make(chan tickets.TicketOpened, 100)
	desk, err := tickets.NewDesk(tickets.DeskOptions{
		Store: h.Store, Opened: func(o tickets.TicketOpened) { told <- o }, DrainWithin: 30 * time.Second,
	})
	require.NoError(t, err)
	require.NoError(t, desk.Start(t.Context()))

	calls := make([]string, 30)
	post := func(i int) {
		for n, kind := range []tickets.FactKind{tickets.Arrived, tickets.Queued, tickets.Offered, tickets.Connected} {
			desk.Post(tickets.Fact{
				Key: fmt.Sprint("run-", i, "-", n), Kind: kind, At: noon, Call: calls[i], Service: h.service,
				Agent: h.agents[i%3].ID, CustomerNumber: "01012345678",
			})
		}
	}
	for i := range calls {
		calls[i] = uuid.NewString()
		switch i {
		case 10:
			cluster.Stop(t)
		case 20:
			cluster.Start(t)
		}
		post(i)
	}
	for i := range calls {
		opened := <-told
		require.Equal(t, tickets.TicketOpened{
			Number: opened.Number, Call: calls[i], Agent: h.agents[i%3].ID, Service: h.service, New: opened.New,
		}, opened)
	}
	post(0) // the same facts again change nothing
	require.NoError(t, desk.Stop())
	require.False(t, (<-told).New)

	var opened, events int
	require.NoError(t, pool.QueryRow(t.Context(), `select count(*) from tickets`).Scan(&opened))
	require.NoError(t, pool.QueryRow(t.Context(), `select count(*) from ticket_events`).Scan(&events))
	require.Equal(t, len(calls), opened)
	require.Equal(t, 4*len(calls), events)
}

func TestDeskSaysWhatTheDatabaseMissed(t *testing.T) {
	h := open(t)
	h.pool.Close()
	desk, err := tickets.NewDesk(tickets.DeskOptions{Store: h.Store, DrainWithin: 200 * time.Millisecond})
	require.NoError(t, err)
	require.NoError(t, desk.Start(t.Context()))
	desk.Post(tickets.Fact{Key: "1", Kind: tickets.Queued, At: noon, Call: "call"})
	var unsaved *tickets.UnsavedError
	require.ErrorAs(t, desk.Stop(), &unsaved)
	require.Len(t, unsaved.Facts, 1)
}
