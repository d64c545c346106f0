package auth

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// How soon what changed is in the file: who signed in or out, and when a session was used last.
const (
	soonIs  = 200 * time.Millisecond
	laterIs = 30 * time.Second
	// sweepEvery is how soon the access log has what ended by itself, with the time when it did.
	sweepEvery = time.Minute
)

// keeper keeps the sessions in a file, and tells the database what it missed.
type keeper struct {
	path          string // empty: no file
	changed, used chan struct{}
	writing       sync.Mutex
	believed      atomic.Uint64 // look-ups that were answered without the database
	failures      atomic.Uint64 // of writing the file, or of reading it
	failing       atomic.Bool   // the log was told
	stop          context.CancelFunc
	done          chan struct{}
}

func newKeeper() keeper { return keeper{changed: make(chan struct{}, 1), used: make(chan struct{}, 1)} }

func (k *keeper) soon()  { tell(k.changed) }
func (k *keeper) later() { tell(k.used) }

func tell(told chan struct{}) {
	select {
	case told <- struct{}{}:
	default:
	}
}

// start keeps until ctx ends or stop is called.
func (s *Sessions) start(ctx context.Context) {
	ctx, s.keeper.stop = context.WithCancel(ctx)
	s.keeper.done = make(chan struct{})
	go s.keep(ctx)
}

// stopKeeping writes what is not written yet, and returns when that is done.
func (s *Sessions) stopKeeping() {
	if s.keeper.stop != nil {
		s.keeper.stop()
		<-s.keeper.done
	}
}

func (s *Sessions) keep(ctx context.Context) {
	defer close(s.keeper.done)
	swept := time.NewTicker(sweepEvery)
	defer swept.Stop()
	var write, use, retry <-chan time.Time
	for {
		select {
		case <-s.keeper.changed:
			write = orIn(write, soonIs)
		case <-s.keeper.used:
			use = orIn(use, laterIs)
		case <-write:
			write, use = nil, nil
			s.saveLoudly()
			retry = s.nextTry(retry)
		case <-use:
			use = nil
			s.saveLoudly()
		case <-swept.C:
			s.sweep(ctx)
		case <-retry:
			s.tellEndings(ctx)
			retry = s.nextTry(nil)
		case <-ctx.Done():
			s.saveLoudly()
			return
		}
	}
}

// orIn is the timer that runs, or one that ends after d.
func orIn(running <-chan time.Time, d time.Duration) <-chan time.Time {
	if running != nil {
		return running
	}
	return time.After(d)
}

// nextTry is when the database is told again of sessions that were ended without it; never when there are none.
func (s *Sessions) nextTry(running <-chan time.Time) <-chan time.Time {
	if len(s.memory.unwritten(time.Now())) == 0 {
		return nil
	}
	return orIn(running, retryAfter)
}

// tellEndings tells the database of the sessions that were ended without it.
func (s *Sessions) tellEndings(ctx context.Context) {
	for _, hash := range s.memory.unwritten(time.Now()) {
		if s.circuit.err(time.Now()) != nil || s.remove(ctx, hash) != nil {
			return
		}
	}
	s.log.Info("the database knows of every session that was ended without it")
}

// saveLoudly writes the file. It tells the log when that stops to work, or works again; what failed is tried later.
func (s *Sessions) saveLoudly() {
	if s.keeper.path == "" {
		return
	}
	err := s.save()
	failed := err != nil
	if failed {
		s.keeper.later()
	}
	switch was := s.keeper.failing.Swap(failed); {
	case failed && !was:
		s.log.Error("the sessions are not kept: after a restart without the database nobody would be signed in", "error", err)
	case was && !failed:
		s.log.Info("the sessions are kept again")
	}
}

var errNoFile = errors.New("no file for sessions")

// save writes the sessions into their file.
func (s *Sessions) save() error {
	if s.keeper.path == "" {
		return errNoFile
	}
	s.keeper.writing.Lock()
	defer s.keeper.writing.Unlock()
	err := writeSessions(s.keeper.path, s.memory.copy())
	if err != nil {
		s.keeper.failures.Add(1)
		return fmt.Errorf("keep the sessions: %w", err)
	}
	return nil
}

// load takes the sessions from their file. A file that cannot be read is left out, loudly.
func (s *Sessions) load(path string) {
	s.keeper.path = path
	kept, err := readSessions(path)
	if err != nil {
		s.keeper.failures.Add(1)
		s.log.Error("the file of sessions is ignored: without the database nobody is signed in", "path", path, "error", err)
		return
	}
	s.memory.restore(kept, time.Now())
	if len(kept.Ended) > 0 {
		s.keeper.soon()
	}
	if n := s.memory.size(); n > 0 {
		s.log.Info("sessions restored", "count", n)
	}
}
