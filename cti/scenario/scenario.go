// Package scenario is what an inbound call goes through before an agent has it (시나리오, PH-12): opening hours, words, menus,
// queues, what happens when a queue does not help, and the end. It is pure: Next says what comes next, and whoever asks
// says what time it is at the service.
package scenario

import (
	"slices"
	"strings"
	"time"
)

// Flow is one version of a scenario. A call goes through the version it began with. It begins with the first step.
type Flow struct {
	ID       string `json:"id"`
	Version  int    `json:"version"`
	Name     string `json:"name"`
	Service  string `json:"service"`
	TimeZone string `json:"time_zone"` // of the hours, as in the time-zone database; empty is Asia/Seoul
	Steps    []Step `json:"steps"`
}

// Kind is what a step does.
type Kind string

// The kinds of step.
const (
	Hours  Kind = "hours"  // open: Next; closed, or a holiday: Else
	Say    Kind = "say"    // plays Sound, then Next
	Menu   Kind = "menu"   // plays Sound and waits for a key: Keys; after Tries without one: Else
	Queue  Kind = "queue"  // waits in Queue; full, nobody there or longer than After: Else
	Number Kind = "number" // goes on to an outside number
	Hangup Kind = "hangup" // says Sound, if there is one, and ends
)

// Step is one step of a flow. Fields that its kind does not have are empty.
type Step struct {
	ID       string            `json:"id"`
	Kind     Kind              `json:"kind"`
	Name     string            `json:"name,omitempty"`
	Open     []Opening         `json:"open,omitempty"`
	Holidays []string          `json:"holidays,omitempty"` // 2026-12-25, or 12-25 for every year
	Sound    string            `json:"sound,omitempty"`
	Keys     map[string]string `json:"keys,omitempty"`   // key 0-9 * # → step
	Labels   map[string]string `json:"labels,omitempty"` // key → what it is for, for people
	Wait     int               `json:"wait,omitempty"`   // seconds for a key after the sound; 0 is 5
	Tries    int               `json:"tries,omitempty"`
	Queue    string            `json:"queue,omitempty"`
	After    int               `json:"after,omitempty"` // seconds of waiting; 0 = for ever
	Number   string            `json:"number,omitempty"`
	Next     string            `json:"next,omitempty"`
	Else     string            `json:"else,omitempty"`
}

// Opening is a time of the week. One that ends at or before it begins goes on over midnight.
type Opening struct {
	Days []time.Weekday `json:"days"`
	From string         `json:"from"` // 09:00
	To   string         `json:"to"`   // 18:00; 24:00 is midnight
}

// Position is where a call is in its flow.
type Position struct {
	Flow    string
	Version int
	Step    string
	Tries   int    // of the menu it is in, so far
	Why     Reason // why it took its last turn
}

// Reason is why a call turned off the straight way.
type Reason string

// The reasons.
const (
	Closed   Reason = "closed"
	NoKey    Reason = "no_key"
	Full     Reason = "full"
	Nobody   Reason = "nobody"
	TooLong  Reason = "too_long"
	BadFlow  Reason = "bad_flow" // a step that does not exist, or no end to steps
	Straight Reason = ""
)

// Input is what happened to a call in its flow.
type Input struct {
	Kind InputKind
	Key  string // for Pressed
}

// InputKind is the kind of an Input.
type InputKind string

// The inputs.
const (
	Entered  InputKind = "entered"
	Finished InputKind = "finished"  // the sound has been played
	Pressed  InputKind = "pressed"   // a key
	TimedOut InputKind = "timed_out" // no key
	Left     InputKind = "left"      // the queue did not help: Position.Why says why
)

// Action is what to do with a call now.
type Action struct {
	Kind   Kind // Say, Menu, Queue, Number or Hangup
	Sound  string
	Wait   time.Duration // Menu: for a key, after the sound
	Queue  string
	After  time.Duration // Queue: 0 = for ever
	Number string
}

const (
	defaultWait  = 5 * time.Second
	defaultTries = 3
)

// Next is what a call does after an input; at is the time at the service, in its time zone.
func Next(f Flow, p Position, in Input, at time.Time) (Position, Action) {
	p.Flow, p.Version = f.ID, f.Version
	if in.Kind == Entered {
		if len(f.Steps) == 0 {
			return bad(p)
		}
		return f.enter(p, f.Steps[0].ID, at)
	}
	s, ok := f.step(p.Step)
	if !ok {
		return bad(p)
	}
	switch {
	case s.Kind == Menu:
		return f.menu(p, s, in, at)
	case s.Kind == Say && in.Kind == Finished:
		return f.enter(p, s.Next, at)
	case s.Kind == Queue && in.Kind == Left:
		return f.enter(p, s.Else, at)
	}
	return p, Action{Kind: Hangup}
}

func (f Flow) menu(p Position, s Step, in Input, at time.Time) (Position, Action) {
	if to, ok := s.Keys[in.Key]; ok && in.Kind == Pressed {
		p.Why = Straight
		return f.enter(p, to, at)
	}
	p.Tries++
	tries := s.Tries
	if tries <= 0 {
		tries = defaultTries
	}
	if p.Tries < tries {
		return p, s.ask()
	}
	p.Why = NoKey
	return f.enter(p, s.Else, at)
}

func (s Step) ask() Action {
	wait := time.Duration(s.Wait) * time.Second
	if wait <= 0 {
		wait = defaultWait
	}
	return Action{Kind: Menu, Sound: s.Sound, Wait: wait}
}

// enter goes to a step, and on through those that take no time.
func (f Flow) enter(p Position, id string, at time.Time) (Position, Action) {
	for range MaxSteps {
		s, ok := f.step(id)
		if !ok {
			return bad(p)
		}
		p.Step, p.Tries = id, 0
		switch s.Kind {
		case Hours:
			id = s.Next
			if !s.open(at) {
				id, p.Why = s.Else, Closed
			}
			continue
		case Say:
			return p, Action{Kind: Say, Sound: s.Sound}
		case Menu:
			return p, s.ask()
		case Queue:
			return p, Action{Kind: Queue, Queue: s.Queue, After: time.Duration(max(0, s.After)) * time.Second}
		case Number:
			return p, Action{Kind: Number, Number: s.Number}
		case Hangup:
			return p, Action{Kind: Hangup, Sound: s.Sound}
		}
		return bad(p)
	}
	return bad(p)
}

func bad(p Position) (Position, Action) {
	p.Why = BadFlow
	return p, Action{Kind: Hangup}
}

func (f Flow) step(id string) (Step, bool) {
	i := slices.IndexFunc(f.Steps, func(s Step) bool { return s.ID == id })
	if i < 0 {
		return Step{}, false
	}
	return f.Steps[i], true
}

// open says whether the service is open.
func (s Step) open(at time.Time) bool {
	if s.holiday(at) {
		return false
	}
	return slices.ContainsFunc(s.Open, func(o Opening) bool { return o.contains(at, s) })
}

func (s Step) holiday(at time.Time) bool {
	day := at.Format(time.DateOnly)
	return slices.Contains(s.Holidays, day) || slices.Contains(s.Holidays, strings.TrimPrefix(day[4:], "-"))
}

// contains: what began yesterday may go on past midnight, unless yesterday was a holiday.
func (o Opening) contains(at time.Time, s Step) bool {
	from, to, ok := o.minutes()
	if !ok {
		return false
	}
	now := at.Hour()*60 + at.Minute()
	if from < to {
		return slices.Contains(o.Days, at.Weekday()) && from <= now && now < to
	}
	yesterday := at.AddDate(0, 0, -1)
	return (slices.Contains(o.Days, at.Weekday()) && from <= now) ||
		(slices.Contains(o.Days, yesterday.Weekday()) && !s.holiday(yesterday) && now < to)
}

func (o Opening) minutes() (from, to int, ok bool) {
	from, okFrom := minute(o.From)
	to, okTo := minute(o.To)
	return from, to, okFrom && okTo
}

// minute is the minute of the day of a time such as 09:30; 24:00 is the end of the day.
func minute(text string) (int, bool) {
	if text == "24:00" {
		return 24 * 60, true
	}
	t, err := time.Parse("15:04", text)
	return t.Hour()*60 + t.Minute(), err == nil
}
