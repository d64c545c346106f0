package switchboard

import (
	"fmt"
	"time"

	"bellhop/cti/call"
)

// pace is how fast a queue moves: the usual time between two calls that agents are offered.
type pace struct {
	last  time.Time
	usual time.Duration
}

// paceWeight is how much the newest interval counts, paceLongest the longest that is believed: after a quiet night the first
// caller is not told of hours.
const (
	paceWeight  = 4
	paceLongest = 10 * time.Minute
)

// moved notes that a call of the queue was offered.
func (b *board) moved(q call.QueueID) {
	p := b.paces[q]
	if !p.last.IsZero() {
		interval := min(b.now.Sub(p.last), paceLongest)
		if p.usual == 0 {
			p.usual = interval
		}
		p.usual += (interval - p.usual) / paceWeight
	}
	p.last = b.now
	b.paces[q] = p
}

// The highest place and the longest wait in minutes that are told as a number; beyond, it is "more".
const (
	lastPlaceTold  = 10
	lastMinuteTold = 10
)

// placeSounds are what a waiting caller is told: his place, and how long it may take where that is known.
func (b *board) placeSounds(c call.Call) []call.Sound {
	place := b.book.Place(c.ID)
	if place == 0 {
		return nil
	}
	sounds := []call.Sound{told("queue-place", place, lastPlaceTold)}
	if usual := b.paces[c.Queue.ID].usual; usual > 0 {
		wait := time.Duration(place) * usual
		sounds = append(sounds, told("queue-wait", int((wait+time.Minute-1)/time.Minute), lastMinuteTold))
	}
	return sounds
}

func told(what string, n, last int) call.Sound {
	if n > last {
		return call.Sound(what + "-more")
	}
	return call.Sound(fmt.Sprintf("%s-%d", what, n))
}
