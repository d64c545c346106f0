package scenario

import (
	"maps"
	"slices"
	"strconv"
)

// What a flow may have at most.
const (
	MaxSteps    = 100
	MaxOpenings = 50
	MaxHolidays = 400
	MaxWait     = 60   // seconds for a key
	MaxTries    = 9    // of a menu
	MaxAfter    = 3600 // seconds in a queue
)

// Severity says whether a flow with a finding may be used.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // callers would be lost: it cannot be saved
	Warning Severity = "warning" // it may be meant
)

// Code is what is wrong; the screen words it.
type Code string

// The errors.
const (
	Empty         Code = "empty"
	TooManySteps  Code = "too_many_steps" // most
	DuplicateID   Code = "duplicate_id"
	BadID         Code = "bad_id"
	UnknownKind   Code = "unknown_kind"
	BadTimeZone   Code = "bad_time_zone"
	DeadEnd       Code = "dead_end"  // field
	UnknownStep   Code = "no_target" // field, key: the step that is named does not exist
	KeyNoTarget   Code = "key_without_target"
	BadKey        Code = "bad_key"
	NoKeys        Code = "no_keys"
	NoSound       Code = "no_sound"
	UnknownSound  Code = "unknown_sound"
	NoQueue       Code = "no_queue"
	UnknownQueue  Code = "unknown_queue"
	BadNumber     Code = "bad_number"
	OutOfRange    Code = "out_of_range" // field, least, most
	NeverOpen     Code = "never_open"
	NoDays        Code = "no_days"
	BadTime       Code = "bad_time"    // value
	BadHoliday    Code = "bad_holiday" // value
	TooMany       Code = "too_many"    // field, most
	Loop          Code = "loop"        // steps: a caller who does nothing goes round for ever
	OverflowRound Code = "overflow_round"
)

// The warnings.
const (
	Unreachable  Code = "unreachable"
	OwnNumber    Code = "own_number"    // the number comes back to us
	OverMidnight Code = "over_midnight" // from, to
	AllDay       Code = "all_day"       // it begins and ends at the same time
	LeapDay      Code = "leap_day"      // 02-29: in leap years only
	WaitsForEver Code = "waits_for_ever"
)

// Finding is one thing that Check found.
type Finding struct {
	Step     string            `json:"step,omitempty"` // empty: the whole flow
	Code     Code              `json:"code"`
	Params   map[string]string `json:"params,omitempty"`
	Severity Severity          `json:"severity"`
}

// Known is what there is for a flow to use.
type Known struct {
	Queues  map[string]bool
	Sounds  map[string]bool
	Numbers map[string]bool        // those that lead to us, as Number steps have them
	Dial    func(text string) bool // whether an outside number can be dialled; nil: all can
	Zone    func(name string) bool // whether there is such a time zone; nil: all are
}

// Check says what is wrong with a flow. Without an error among the findings every call through it comes to an end or to a
// queue, whatever its caller does and at whatever time, unless he himself keeps choosing a way back.
func Check(f Flow, k Known) []Finding {
	c := checking{flow: f, known: k, ids: make(map[string]int, len(f.Steps))}
	c.whole()
	for _, s := range f.Steps {
		c.step(s)
	}
	c.reachable()
	c.rounds()
	return c.found
}

// OK says whether a flow with these findings may be used.
func OK(found []Finding) bool {
	return !slices.ContainsFunc(found, func(f Finding) bool { return f.Severity == Error })
}

type checking struct {
	flow  Flow
	known Known
	ids   map[string]int // how many steps have an id
	found []Finding
}

func (c *checking) wrong(step string, code Code, params ...string) { c.add(Error, step, code, params) }

func (c *checking) odd(step string, code Code, params ...string) { c.add(Warning, step, code, params) }

func (c *checking) add(severity Severity, step string, code Code, params []string) {
	f := Finding{Step: step, Code: code, Severity: severity}
	for pair := range slices.Chunk(params, 2) {
		if f.Params == nil {
			f.Params = make(map[string]string, len(params)/2)
		}
		f.Params[pair[0]] = pair[1]
	}
	c.found = append(c.found, f)
}

func (c *checking) whole() {
	if len(c.flow.Steps) == 0 {
		c.wrong("", Empty)
	}
	if len(c.flow.Steps) > MaxSteps {
		c.wrong("", TooManySteps, "most", strconv.Itoa(MaxSteps))
	}
	if c.flow.TimeZone != "" && c.known.Zone != nil && !c.known.Zone(c.flow.TimeZone) {
		c.wrong("", BadTimeZone)
	}
	for _, s := range c.flow.Steps {
		c.ids[s.ID]++
		switch {
		case s.ID == "" || len(s.ID) > 64:
			c.wrong(s.ID, BadID)
		case c.ids[s.ID] == 2:
			c.wrong(s.ID, DuplicateID)
		}
	}
}

func (c *checking) step(s Step) {
	switch s.Kind {
	case Hours:
		c.hours(s)
		c.target(s, "next", s.Next)
		c.target(s, "else", s.Else)
	case Say:
		c.sound(s, true)
		c.target(s, "next", s.Next)
	case Menu:
		c.sound(s, true)
		c.menu(s)
		c.target(s, "else", s.Else)
	case Queue:
		c.queue(s)
	case Number:
		c.number(s)
	case Hangup:
		c.sound(s, false)
	default:
		c.wrong(s.ID, UnknownKind)
	}
}

func (c *checking) target(s Step, field, to string) {
	switch {
	case to == "":
		c.wrong(s.ID, DeadEnd, "field", field)
	case c.ids[to] == 0:
		c.wrong(s.ID, UnknownStep, "field", field)
	}
}

func (c *checking) sound(s Step, needed bool) {
	switch {
	case s.Sound == "" && needed:
		c.wrong(s.ID, NoSound)
	case s.Sound != "" && !c.known.Sounds[s.Sound]:
		c.wrong(s.ID, UnknownSound)
	}
}

func (c *checking) menu(s Step) {
	if len(s.Keys) == 0 {
		c.wrong(s.ID, NoKeys)
	}
	for _, key := range slices.Sorted(maps.Keys(s.Keys)) {
		switch to := s.Keys[key]; {
		case !isKey(key):
			c.wrong(s.ID, BadKey)
		case to == "" || c.ids[to] == 0:
			c.wrong(s.ID, KeyNoTarget, "key", key)
		}
	}
	c.within(s, "wait", s.Wait, MaxWait)
	c.within(s, "tries", s.Tries, MaxTries)
}

func isKey(key string) bool {
	return len(key) == 1 && (key[0] >= '0' && key[0] <= '9' || key[0] == '*' || key[0] == '#')
}

func (c *checking) within(s Step, field string, value, most int) {
	if value < 0 || value > most {
		c.wrong(s.ID, OutOfRange, "field", field, "least", "0", "most", strconv.Itoa(most))
	}
}

func (c *checking) queue(s Step) {
	switch {
	case s.Queue == "":
		c.wrong(s.ID, NoQueue)
	case !c.known.Queues[s.Queue]:
		c.wrong(s.ID, UnknownQueue)
	}
	c.within(s, "after", s.After, MaxAfter)
	switch {
	case s.Else != "" && c.ids[s.Else] == 0:
		c.wrong(s.ID, UnknownStep, "field", "else")
	case s.Else == "" && s.After > 0:
		c.wrong(s.ID, DeadEnd, "field", "else")
	case s.Else == "":
		c.odd(s.ID, WaitsForEver)
	}
}

func (c *checking) number(s Step) {
	switch {
	case s.Number == "" || c.known.Dial != nil && !c.known.Dial(s.Number):
		c.wrong(s.ID, BadNumber)
	case c.known.Numbers[s.Number]:
		c.odd(s.ID, OwnNumber)
	}
}
