package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/prometheus/client_golang/prometheus"

	"bellhop/cti/call"
	"bellhop/cti/journal"
	"bellhop/cti/switchboard"
)

// kept is the journal with what it kept of the last run.
type kept struct {
	journal *journal.Journal
	epoch   string
	state   *switchboard.State
	facts   []call.Fact // those that are not known to be in the database, in order
	begun   bool        // this run has written everything there is once
}

// openKept waits until the server that runs, if there is one, hands over, and reads what it kept.
func openKept(ctx context.Context, dir string, log *slog.Logger, metrics prometheus.Registerer) (*kept, error) {
	log.Debug("waiting for the journal", "dir", dir)
	lock, err := journal.Await(ctx, dir)
	if err != nil {
		return nil, err
	}
	j, recovered, err := journal.Open(journal.Options{Dir: dir, Lock: lock, Log: log, Metrics: metrics})
	if err != nil {
		return nil, err
	}
	k := &kept{journal: j, epoch: recovered.Epoch}
	var entries [][]byte
	for _, e := range recovered.Entries {
		entries = append(entries, e.Data)
		if e.Seq <= recovered.Acked {
			continue
		}
		facts, err := switchboard.FactsOf(e.Data)
		if err != nil {
			log.Error("an entry of the journal cannot be read", "error", err)
		}
		for _, f := range facts {
			if f.Seq > recovered.Acked {
				k.facts = append(k.facts, f)
			}
		}
	}
	if k.state, err = switchboard.Recover(entries, recovered.Next); err != nil {
		log.Error("the journal was read up to an entry that cannot be", "error", err)
	}
	if k.state.Known() {
		log.Info("journal read", "dir", filepath.Base(dir), "entries", len(entries), "calls", k.state.Calls(), "facts", len(k.facts))
	}
	return k, nil
}

func (k *kept) close(log *slog.Logger) {
	if err := k.journal.Close(); err != nil {
		log.Error("the journal was not closed well", "error", fmt.Errorf("close: %w", err))
	}
}

// Append, CheckpointDue and Checkpoint are the switchboard's Journal.
func (k *kept) Append(data []byte, seq uint64) {
	k.journal.Append(journal.Entry{Kind: journal.Change, Seq: seq, Data: data})
}

// CheckpointDue says that everything is to be written anew: first of all in each run, so that the next need not read what
// this one read.
func (k *kept) CheckpointDue() bool { return !k.begun || k.journal.CheckpointDue() }

func (k *kept) Checkpoint(data []byte, seq uint64) {
	k.begun = true
	k.journal.Checkpoint(journal.Entry{Kind: journal.Checkpoint, Seq: seq, Data: data})
}

// tellHealth lets agents know of the server itself: whether calls would survive its death, and whether records are late.
func (s *server) tellHealth(ctx context.Context) {
	for {
		late, lateChanged := s.ship.Late()
		s.board.Post(switchboard.HealthChanged{JournalBroken: s.kept.journal.Err() != nil, RecordsLate: late})
		select {
		case <-lateChanged:
		case <-s.kept.journal.Changed():
		case <-ctx.Done():
			return
		}
	}
}
