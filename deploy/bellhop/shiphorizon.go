package main

import (
	"time"

	"bellhop/cti/call"
)

// longestCall is how long a call may hold the journal back. None lasts so long: its end was never told.
const longestCall = 24 * time.Hour

// horizon is up to which fact the journal may forget: to just before the first fact of the oldest call that is still going
// on. So a restart is told all of every live call, and the book of histories is as it was.
type horizon struct {
	begun []begun // the calls that were going on when they were first told of, oldest first; some are over
	alive map[call.ID]bool
	last  uint64    // the last fact that was saved
	at    time.Time // the latest time of a fact that was saved
}

type begun struct {
	call call.ID
	seq  uint64
	at   time.Time
}

// saved takes a fact in that is in the database.
func (h *horizon) saved(f call.Fact) {
	h.last = max(h.last, f.Seq)
	if f.At.After(h.at) {
		h.at = f.At
	}
	id := f.Call.ID
	switch {
	case f.Call.Phase == call.Ended || f.Kind == call.CallEnded:
		delete(h.alive, id)
	case id != "" && !h.alive[id]:
		if h.alive == nil {
			h.alive = make(map[call.ID]bool)
		}
		h.alive[id] = true
		h.begun = append(h.begun, begun{id, f.Seq, f.At})
	}
}

// overdue are the calls that began too long ago to be going on. They are forgotten.
func (h *horizon) overdue() []call.ID {
	var forgotten []call.ID
	for h.trim(); len(h.begun) > 0 && h.at.Sub(h.begun[0].at) > longestCall; h.trim() {
		forgotten = append(forgotten, h.begun[0].call)
		h.begun = h.begun[1:] // it stays in alive: its next fact does not begin it again
	}
	return forgotten
}

// seq is the last fact that need not be told again.
func (h *horizon) seq() uint64 {
	if h.trim(); len(h.begun) == 0 {
		return h.last
	}
	return h.begun[0].seq - 1
}

// trim drops the calls at the front that are over.
func (h *horizon) trim() {
	for len(h.begun) > 0 && !h.alive[h.begun[0].call] {
		h.begun = h.begun[1:]
	}
}
