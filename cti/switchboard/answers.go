package switchboard

import (
	"maps"
	"slices"
	"time"

	"bellhop/cti/call"
)

const (
	answersKept = 64              // for each agent
	answersLast = 5 * time.Minute // after which a key may be used again
)

// answers remembers what became of commands, so that one that is sent twice is done once (rule 2).
type answers map[call.AgentID][]savedAnswer

func newAnswers() answers { return make(answers) }

// find is what became of the command with this key before; false when there was none.
func (a answers) find(c Command, now time.Time) (*Refusal, bool) {
	if c.Key == "" {
		return nil, false
	}
	for _, k := range a.fresh(c.Agent, now) {
		if k.Command.Key != c.Key {
			continue
		}
		c.NewCall = k.Command.NewCall
		if k.Command != c {
			return &Refusal{Code: KeyReused}, true
		}
		return k.Refusal, true
	}
	return nil, false
}

func (a answers) remember(s savedAnswer) {
	id := s.Command.Agent
	a[id] = append(a.fresh(id, s.At), s)
}

func (a answers) fresh(id call.AgentID, now time.Time) []savedAnswer {
	kept := a[id]
	for len(kept) > 0 && (len(kept) >= answersKept || now.Sub(kept[0].At) > answersLast) {
		kept = kept[1:]
	}
	return kept
}

func (a answers) all() []savedAnswer {
	var all []savedAnswer
	for _, id := range slices.Sorted(maps.Keys(a)) {
		all = append(all, a[id]...)
	}
	return all
}

// command carries a command out unless its key was answered before.
func (b *board) command(c Command) *Refusal {
	if refusal, known := b.answers.find(c, b.now); known {
		return refusal
	}
	b.cause = "command:" + string(c.Action)
	refusal := b.carryOut(c)
	if c.Key != "" && (refusal == nil || refusal.Code != NoPhone) { // remember nothing for those who are nobody here
		s := savedAnswer{Command: c, Refusal: refusal, At: b.now}
		b.answers.remember(s)
		b.out.answers = append(b.out.answers, s)
	}
	return refusal
}
