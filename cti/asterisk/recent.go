package asterisk

import (
	"time"

	"bellhop/cti/call"
)

// remembered is how long a leg that is gone is remembered, at least.
const remembered = time.Minute

// recent is a set of legs that forgets them after a while.
type recent struct {
	now, before map[call.LegID]struct{}
	since       time.Time
}

func (r *recent) add(leg call.LegID) {
	if r.now == nil || time.Since(r.since) > remembered {
		r.now, r.before, r.since = make(map[call.LegID]struct{}), r.now, time.Now()
	}
	r.now[leg] = struct{}{}
}

func (r *recent) has(leg call.LegID) bool {
	_, now := r.now[leg]
	_, before := r.before[leg]
	return now || before
}
