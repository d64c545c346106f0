package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"bellhop/cti/call"
	"bellhop/cti/explain"
	"bellhop/cti/facts"
	"bellhop/cti/journal"
	"bellhop/cti/switchboard"
	"bellhop/web/api"
)

// storySource tells what became of calls: from the journal, which is there when the database is not, and from the
// database, which remembers what the journal has forgotten.
type storySource struct {
	journal string       // its folder, or empty
	kept    *facts.Store // nil without a database
	name    func(call.AgentID) string
	reading chan struct{} // one reads the journal at a time: it is large
}

func newStorySource(journal string, kept *facts.Store, name func(call.AgentID) string) *storySource {
	return &storySource{journal: journal, kept: kept, name: name, reading: make(chan struct{}, 1)}
}

// OfCall implements api.Stories. Either source suffices; what is missing then is said by Complete.
func (s *storySource) OfCall(ctx context.Context, id call.ID) (api.Story, error) {
	fresh, journalErr := s.inJournal(ctx, id)
	var kept []facts.Record
	var keptErr error
	if s.kept != nil {
		kept, keptErr = s.kept.OfCall(ctx, id)
	}
	records := explain.Merge(fresh, kept)
	if len(records) == 0 {
		return api.Story{}, errors.Join(keptErr, journalErr)
	}
	return api.Story{Story: explain.Tell(records, s.name), Complete: keptErr == nil && journalErr == nil}, nil
}

// inJournal are the facts about a call that the journal still holds.
func (s *storySource) inJournal(ctx context.Context, id call.ID) ([]facts.Record, error) {
	if s.journal == "" {
		return nil, nil
	}
	select {
	case s.reading <- struct{}{}:
		defer func() { <-s.reading }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	recovered, err := journal.Read(s.journal)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	var found []facts.Record
	for _, entry := range recovered.Entries {
		if !bytes.Contains(entry.Data, []byte(id)) {
			continue
		}
		all, err := switchboard.FactsOf(entry.Data)
		if err != nil {
			return found, err
		}
		for _, f := range all {
			if f.Call.ID == id {
				found = append(found, facts.Of(recovered.Epoch, f))
			}
		}
	}
	return found, nil
}

// agentsIn are the agents that a journal knows; none when it cannot be read, which whoever reads its facts will say.
func agentsIn(dir string) []switchboard.AgentEntry {
	recovered, err := journal.Read(dir)
	if err != nil {
		return nil
	}
	entries := make([][]byte, 0, len(recovered.Entries))
	for _, entry := range recovered.Entries {
		entries = append(entries, entry.Data)
	}
	state, err := switchboard.Recover(entries, 0)
	if err != nil || state.Directory() == nil {
		return nil
	}
	return state.Directory().Agents
}
