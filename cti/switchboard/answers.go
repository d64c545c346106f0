package switchboard

import (
	"time"

	"bellhop/cti/call"
)

const (
	answersKept = 64              // for each agent
	answersLast = 5 * time.Minute // after which a key may be used again
)

// answers remembers what became of commands, so that one that is sent twice is done once (rule 2).
type answers map[call.AgentID][]answer

type answer struct {
	command Command
	refusal *Refusal
	at      time.Time
}

func newAnswers() answers { return make(answers) }

// once carries a command out unless its key was answered before.
func (a answers) once(c Command, now time.Time, carryOut func(Command) *Refusal) *Refusal {
	if c.Key == "" {
		return carryOut(c)
	}
	kept := a[c.Agent]
	for len(kept) > 0 && (len(kept) >= answersKept || now.Sub(kept[0].at) > answersLast) {
		kept = kept[1:]
	}
	for _, k := range kept {
		if k.command.Key != c.Key {
			continue
		}
		if k.command != c {
			return &Refusal{Code: KeyReused}
		}
		return k.refusal
	}
	refusal := carryOut(c)
	if refusal == nil || refusal.Code != NoPhone { // remember nothing for those who are nobody here
		a[c.Agent] = append(kept, answer{c, refusal, now})
	}
	return refusal
}
