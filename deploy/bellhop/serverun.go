package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// drainFacts is how long a server that stops goes on saving facts. The rest is in the journal.
const drainFacts = 300 * time.Millisecond

// orStopped leaves out the error that is only that we were asked to stop.
func orStopped(ctx context.Context, err error) error {
	if !errors.Is(err, context.Canceled) || ctx.Err() == nil {
		return err
	}
	return nil
}

// run starts every part, the screens first so that /readyz can say what is missing, and stops them in the reverse order.
// Calls are taken once the directory is known, from the journal or the database; until then callers hear music (the
// dialplan tries again).
func (s *server) run(ctx context.Context) error {
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	s.ship.start(inner)
	defer s.facts.close()
	defer s.ship.stop()
	s.auth.Start(inner)
	defer s.auth.Stop()
	s.board.Start(inner)
	defer s.board.Stop()
	go s.tellHealth(inner)
	if err := s.web.Start(inner); err != nil {
		return fmt.Errorf("BELLHOP_HTTP_ADDR: %w", err)
	}
	defer s.web.Stop()
	s.log.Info("listening", "http", s.settings.HTTPAddr)

	if known := s.kept.state.Directory(); known != nil {
		s.names.set(known.Queues)
		s.agents.set(known.Agents)
		go s.awaitDirectory(ctx)
	} else if !s.awaitDirectory(ctx) {
		return nil
	}
	go s.changes.follow(inner, s.loadDirectory, s.log)
	go s.keepMusic(inner)
	go restoreSounds(inner, s.sounds, s.log)
	go s.lines.keeper.Run(inner)
	go s.lines.tellTrunks(inner)
	s.media.Start(inner)
	defer s.media.Stop()
	if err := s.switching.Start(inner); err != nil {
		return err
	}
	defer s.switching.Stop()
	<-ctx.Done()
	s.drain(inner)
	s.log.Info("stopping")
	s.board.Stop() // first: that pages and media lose us now happens to no call
	return nil
}

// drain lets current calls finish, for as long as the settings say, unless a successor waits: it takes them over as they are.
func (s *server) drain(ctx context.Context) {
	if s.settings.Drain.Duration <= 0 || s.kept.journal.SuccessorWaiting() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, s.settings.Drain.Duration)
	defer cancel()
	s.log.Info("no new calls are offered; waiting for those that agents have", "at_most", s.settings.Drain.Duration)
	go func() {
		select {
		case <-s.kept.journal.Successor():
			s.log.Info("a successor takes over")
			cancel()
		case <-ctx.Done():
		}
	}()
	if err := s.board.Drain(ctx); err != nil {
		s.log.Info("calls go on without us until the next server has them", "reason", err)
	}
}

// awaitDirectory hands the directory to the switchboard as soon as the database has it; false when ctx ended first.
func (s *server) awaitDirectory(ctx context.Context) bool {
	said := ""
	for {
		err := s.loadDirectory(ctx)
		if err == nil {
			s.tellFirstLink(ctx)
			return true
		}
		if err.Error() != said {
			said = err.Error()
			s.log.Warn("waiting for the database", "error", err)
		}
		select {
		case <-time.After(lookAgain):
		case <-ctx.Done():
			return false
		}
	}
}
