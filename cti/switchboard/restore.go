package switchboard

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"bellhop/cti/agent"
	"bellhop/cti/call"
)

// State is what a journal kept: everything there was when the last server ended.
type State struct {
	At        time.Time // when it was last written
	record    record
	answers   []savedAnswer
	known     bool
	directory *Directory
}

// Known says whether there was anything.
func (s *State) Known() bool { return s.known }

// Calls is how many calls there were.
func (s *State) Calls() int { return len(s.record.Calls) }

// Directory is the directory as it was last known, nil when it never was: with it calls can be served while the database is
// away.
func (s *State) Directory() *Directory { return s.directory }

// Recover makes the state out of a journal's entries, oldest first. Facts are numbered on from next, or from where the
// entries end when it is 0. An entry that cannot be read is an error; the state is then that of the entries before it.
func Recover(entries [][]byte, next uint64) (*State, error) {
	s, err := fold(entries)
	if next > s.record.Seq {
		s.record.Seq = next - 1
	}
	return s, err
}

func fold(entries [][]byte) (*State, error) {
	s := &State{record: emptyRecord()}
	for i, data := range entries {
		var r record
		if err := json.Unmarshal(data, &r); err != nil {
			return s, fmt.Errorf("switchboard: entry %d of %d of the journal: %w", i+1, len(entries), err)
		}
		s.fold(r)
	}
	return s, nil
}

func emptyRecord() record {
	return record{
		Calls: make(map[call.ID]*call.Call), Seats: make(map[call.AgentID]savedSeat), Lanes: make(map[call.ID][]savedEffect),
	}
}

func (s *State) fold(r record) {
	if r.Whole {
		s.record, s.answers = emptyRecord(), nil
	}
	s.known, s.At = true, r.At
	s.record.Seq, s.record.Boot = r.Seq, r.Boot
	maps.Copy(s.record.Calls, r.Calls)
	maps.DeleteFunc(s.record.Calls, func(_ call.ID, c *call.Call) bool { return c == nil })
	maps.Copy(s.record.Seats, r.Seats)
	for id, effects := range r.Lanes {
		if len(effects) == 0 {
			delete(s.record.Lanes, id)
		} else {
			s.record.Lanes[id] = effects
		}
	}
	if r.Processes != nil {
		s.record.Processes = r.Processes
	}
	s.answers = append(s.answers, r.Answers...)
	if r.Directory != nil {
		s.directory = r.Directory
	}
}

// restore brings everything back as it was. Agents count as unreachable until their phones and pages are heard of; nothing
// is done to the switch until it was seen.
func (b *board) restore(s *State) {
	b.cause = "restart"
	b.seq, b.boot = s.record.Seq, s.record.Boot
	maps.Copy(b.processes, s.record.Processes)
	for _, id := range slices.Sorted(maps.Keys(s.record.Seats)) {
		saved := s.record.Seats[id]
		b.seats[id] = &seat{
			Agent: saved.Agent, address: saved.Address, session: saved.Session, closed: saved.Closed,
			offered: saved.Offered, taken: saved.Taken,
		}
		b.toAgent(id, agent.Restarted{})
	}
	if s.directory != nil {
		b.directoryChanged(*s.directory)
	}
	for _, a := range s.answers {
		b.answers.remember(a)
	}
	for id, effects := range s.record.Lanes {
		l := &lane{}
		for _, e := range effects {
			if _, keys := e.Effect.(call.SendKeys); !keys { // pressed once; better not heard than heard twice
				l.effects = append(l.effects, e.Effect)
			}
		}
		b.lanes[id] = l
	}
	for _, id := range slices.Sorted(maps.Keys(s.record.Calls)) {
		c := *s.record.Calls[id]
		b.calls[id] = c
		b.index(call.New(), c)
		b.schedule.set(string(id), c.Deadline())
		if c.Phase != call.Ended {
			b.tell(call.Fact{Kind: call.CallRecovered, At: b.now, Agent: c.Agent(), Target: c.Consulted(), Call: c})
		}
	}
}
