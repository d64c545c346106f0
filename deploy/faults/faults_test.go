package faults

import (
	"testing"
	"time"
)

// fault is one case.
type fault struct {
	name  string
	short bool // it is among those that are run with every other test
	run   func(*testing.T, *row)
}

// TestFaults runs the short choice, or with -faults every case. Times are held against the limits of the requirements with
// -faults only: with every other test around it, the machine is not itself.
func TestFaults(t *testing.T) {
	for _, f := range faults {
		if f.short || *everyCase {
			t.Run(f.name, func(t *testing.T) { f.run(t, report(t, f.name)) })
		}
	}
}

// within is a limit, as the requirements say or with every other test around.
func within(limit time.Duration) time.Duration {
	if *everyCase {
		return limit
	}
	return 6 * limit
}

// lasting is how long an outage lasts: as the requirements say with -long.
func lasting(short, long time.Duration) time.Duration {
	if *longTime {
		return long
	}
	return short
}

// pass lets time pass: of an outage, or until something is looked at again.
func pass(d time.Duration) { <-time.After(d) }

var faults = []fault{
	{"serve killed", true, serveKilled},
	{"media killed", true, mediaKilled},
	{"serve killed, then media", false, func(t *testing.T, r *row) { bothKilled(t, r, true) }},
	{"media killed, then serve", false, func(t *testing.T, r *row) { bothKilled(t, r, false) }},
	{"ARI cut", true, ariCut},
	{"ARI half-open", false, ariHalfOpen},
	{"REST takes 5 s", false, restSlow},
	{"Asterisk killed and started again", false, asteriskKilled},
	{"everything killed", false, everythingKilled},
	{"application taken over", false, takenOver},
	{"PostgreSQL stopped, serve killed meanwhile", true, postgresStopped},
	{"PostgreSQL frozen", false, postgresFrozen},
	{"a table locked", false, tableLocked},
	{"connections exhausted", false, connectionsExhausted},
	{"journal's disk full, then serve killed", false, diskFull},
	{"page gone for 8 s", false, func(t *testing.T, r *row) { pageGone(t, r, 8*time.Second) }},
	{"page gone for 40 s", false, func(t *testing.T, r *row) { pageGone(t, r, 40*time.Second) }},
	{"agent's network gone for 8 s", false, networkGone},
	{"second sign-in", false, secondSignIn},
	{"ARI events lost", false, eventsLost},
	{"a busy minute with nothing lost", false, nothingLost},
	{"SIGTERM with a successor", false, successor},
	{"SIGTERM without one", false, drained},
}
