// Command calls writes past calls into an agent's history, for the end-to-end tests of long lists.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/call"
	"bellhop/cti/directory"
	"bellhop/cti/history"
)

// results are what became of the calls, in turn: so many of each, whatever their number.
var results = []struct {
	result    history.Result
	direction call.Direction
	endedBy   history.By
	connected bool
}{
	{history.Answered, call.Inbound, history.ByCustomer, true},
	{history.Missed, call.Inbound, history.BySystem, false},
	{history.Answered, call.Outbound, history.ByAgent, true},
	{history.CallerGone, call.Inbound, history.ByCustomer, false},
	{history.Busy, call.Outbound, history.ByCustomer, false},
	{history.Transferred, call.Inbound, history.ByAgent, true},
	{history.Declined, call.Inbound, history.ByAgent, false},
	{history.NoAnswer, call.Outbound, history.BySystem, false},
	{history.Unallocated, call.Outbound, history.BySystem, false},
	{history.Lost, call.Inbound, history.BySystem, false},
}

func main() {
	database := flag.String("database", "", "the file with the database's address")
	extension := flag.String("extension", "", "whose history")
	count := flag.Int("count", 0, "how many calls, one each minute until now")
	flag.Parse()
	if err := write(context.Background(), *database, *extension, *count); err != nil {
		fmt.Fprintln(os.Stderr, "calls:", err)
		os.Exit(1) //nolint:forbidigo // the end of a program: nothing is deferred here
	}
}

func write(ctx context.Context, database, extension string, count int) error {
	url, err := os.ReadFile(database)
	if err != nil {
		return err
	}
	pool, err := pgxpool.New(ctx, strings.TrimSpace(string(url)))
	if err != nil {
		return err
	}
	defer pool.Close()
	known, err := directory.NewStore(pool).Load(ctx)
	if err != nil {
		return err
	}
	for _, a := range known.Agents {
		if a.Extension == extension {
			return history.NewStore(pool).Save(ctx, entries(a, count))
		}
	}
	return fmt.Errorf("no agent has the extension %s", extension)
}

func entries(a directory.Agent, count int) []history.Entry {
	begin := time.Now().Add(-time.Duration(count) * time.Minute)
	all := make([]history.Entry, 0, count)
	for n := range count {
		kind := results[n%len(results)]
		at := begin.Add(time.Duration(n) * time.Minute)
		e := history.Entry{
			Call: call.ID(fmt.Sprintf("past-%d-%d", begin.UnixNano(), n)), Agent: call.AgentID(a.ID), Leg: "leg",
			Direction: kind.direction, Number: fmt.Sprintf("0105000%04d", n), Result: kind.result, EndedBy: kind.endedBy,
			StartedAt: at, EndedAt: at.Add(20 * time.Second),
		}
		if kind.connected {
			e.ConnectedAt, e.Talk, e.Hold = at.Add(2*time.Second), 83*time.Second, 5*time.Second
			e.EndedAt = e.ConnectedAt.Add(88 * time.Second)
		}
		all = append(all, e)
	}
	return all
}
