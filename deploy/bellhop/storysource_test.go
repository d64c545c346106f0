package main

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/facts"
	"bellhop/cti/journal"
	"bellhop/deploy/schema/schematest"
	"bellhop/web/database"
)

// written are facts of one call and of another.
func written() []call.Fact {
	at := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	told := call.Call{ID: toldCall, Direction: call.Inbound, Caller: call.Party{Number: "01012345678"}, Dialled: "1000"}
	other := call.Call{ID: "01995f3e-0000-7000-8000-000000000002", Direction: call.Inbound}
	return []call.Fact{
		{Seq: 1, Kind: call.CallArrived, At: at, Call: told},
		{Seq: 2, Kind: call.CallArrived, At: at, Call: other},
		{Seq: 3, Kind: call.CallOffered, At: at.Add(time.Second), Agent: someone, Call: told},
		{Seq: 4, Kind: call.CallEnded, At: at.Add(time.Minute), Call: told},
	}
}

// keepJournal writes facts as the switchboard does, and gives the journal's folder and name.
func keepJournal(t *testing.T, all []call.Fact) (dir, epoch string) {
	t.Helper()
	dir = t.TempDir()
	j, recovered, err := journal.Open(journal.Options{Dir: dir})
	require.NoError(t, err)
	for _, f := range all {
		data, err := json.Marshal(map[string]any{"facts": []call.Fact{f}})
		require.NoError(t, err)
		j.Append(journal.Entry{Kind: journal.Change, Seq: f.Seq, Data: data})
	}
	t.Cleanup(func() { require.NoError(t, j.Close()) })
	return dir, recovered.Epoch
}

func keepInDatabase(t *testing.T, pool *pgxpool.Pool, epoch string, all []call.Fact) {
	t.Helper()
	var records []facts.Record
	for _, f := range all {
		records = append(records, facts.Of(epoch, f))
	}
	var batch pgx.Batch
	require.NoError(t, facts.Queue(&batch, records))
	require.NoError(t, pool.SendBatch(t.Context(), &batch).Close())
}

// TestStoryFromEitherSource reads a live journal, the database, and both, each time with the same result.
func TestStoryFromEitherSource(t *testing.T) {
	all, pool := written(), schematest.Pool(t)
	dir, epoch := keepJournal(t, all)
	empty, _ := keepJournal(t, nil)
	begun, begunEpoch := keepJournal(t, all[2:])
	keepInDatabase(t, pool, epoch, all)
	kept := facts.NewStore(pool)
	codes := func(source *storySource) (codes []string) {
		story, err := source.OfCall(t.Context(), toldCall)
		require.NoError(t, err)
		require.True(t, story.Complete)
		for _, line := range story.Lines {
			codes = append(codes, line.Code)
		}
		return codes
	}
	want := []string{"arrived", "offered", "ended"}
	for name, source := range map[string]*storySource{
		"the journal alone":  newStorySource(dir, nil, nameOf),
		"the database alone": newStorySource("", kept, nameOf),
		"no journal yet":     newStorySource(t.TempDir()+"/journal", kept, nameOf),
		"an empty journal":   newStorySource(empty, kept, nameOf),
		"both":               newStorySource(dir, kept, nameOf),
	} {
		require.Equal(t, want, codes(source), name)
	}
	require.NotEqual(t, epoch, begunEpoch)
	require.Equal(t, []string{"beginning_lost", "offered", "ended"}, codes(newStorySource(begun, nil, nameOf)))

	story, err := newStorySource(dir, kept, nameOf).OfCall(t.Context(), "01995f3e-0000-7000-8000-000000000009")
	require.NoError(t, err)
	require.Empty(t, story.Lines)
}

func TestStoryWithoutTheDatabase(t *testing.T) {
	all := written()
	dir, _ := keepJournal(t, all)
	pool := schematest.Pool(t)
	pool.Close()
	gone, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	source := newStorySource(dir, facts.NewStore(pool), nameOf)
	story, err := source.OfCall(gone, toldCall)
	require.NoError(t, err)
	require.False(t, story.Complete, "the database may know more")
	require.Len(t, story.Lines, 3)

	cluster := schematest.StartCluster(t)
	cluster.Stop(t)
	away, err := database.Open(t.Context(), cluster.URL(), database.Limits{Name: "away", Connections: 1, Wait: time.Second, Query: time.Second})
	require.NoError(t, err)
	defer away.Close()
	_, err = newStorySource(dir, facts.NewStore(away), nameOf).OfCall(t.Context(), "01995f3e-0000-7000-8000-000000000009")
	require.True(t, database.Away(err), "nobody knows: %v", err)
}
