package scenario

import "time"

// Trial is what a dry run's caller does and what he meets: "it is Sunday 3 a.m., the caller presses 2".
type Trial struct {
	At    time.Time
	Keys  []string // one for each time that a key is waited for; "" and none left: he presses nothing
	Queue Reason   // what becomes of him in queues that lead on: Full, Nobody, TooLong, or Straight: he is answered
}

// Outcome is why a dry run left a step, or ended there.
type Outcome string

// The outcomes.
const (
	IsOpen     Outcome = "open"
	IsClosed   Outcome = "closed"
	IsHoliday  Outcome = "holiday"
	Said       Outcome = "said"
	KeyTaken   Outcome = "key"       // key, label
	KeyWrong   Outcome = "wrong_key" // key; it is asked again, or given up
	KeyNone    Outcome = "no_key"
	Waits      Outcome = "waits" // in the queue until somebody answers
	QueueFull  Outcome = "full"
	QueueEmpty Outcome = "nobody"
	QueueSlow  Outcome = "too_long"
	Dials      Outcome = "dials"
	Ends       Outcome = "ends"
	Broken     Outcome = "bad_flow"
)

// Taken is one step that a dry run took.
type Taken struct {
	Step    string    `json:"step"`
	Kind    Kind      `json:"kind,omitempty"`
	Outcome Outcome   `json:"outcome"`
	Key     string    `json:"key,omitempty"`
	Try     int       `json:"try,omitempty"` // of the menu, from 1
	At      time.Time `json:"at"`
	To      string    `json:"to,omitempty"` // the step that comes next
}

// maxTaken is how many steps a dry run takes at most: its keys may lead back as often as there are keys.
const maxTaken = 10 * MaxSteps

// DryRun is the way of a caller through a flow, step by step, with why. It goes the way that Next goes: Next decides at
// every menu, sound and queue, and only what stands between them, the hours, is looked up here.
func DryRun(f Flow, t Trial) []Taken {
	d := dry{flow: f, at: t.At, trial: t}
	p, act := Next(f, Position{}, Input{Kind: Entered}, d.at)
	first := ""
	if len(f.Steps) > 0 {
		first = f.Steps[0].ID
	}
	d.between(first, p)
	for len(d.taken) < maxTaken {
		in, more := d.meet(p, act)
		if !more {
			return d.taken
		}
		if in.Kind == Left {
			p.Why = t.Queue
		}
		was := p
		p, act = Next(f, p, in, d.at)
		d.onward(was, p, in)
	}
	return d.taken
}

type dry struct {
	flow  Flow
	at    time.Time
	trial Trial
	keys  int
	taken []Taken
}

func (d *dry) note(t Taken) {
	t.At = d.at
	d.taken = append(d.taken, t)
}

// meet is what happens at the step where a call is now; more is false where the run ends.
func (d *dry) meet(p Position, act Action) (in Input, more bool) {
	if p.Why == BadFlow {
		d.note(Taken{Step: p.Step, Outcome: Broken})
		return in, false
	}
	switch act.Kind {
	case Say:
		d.note(Taken{Step: p.Step, Kind: Say, Outcome: Said})
		return Input{Kind: Finished}, true
	case Menu:
		return d.choose(p), true
	case Queue:
		return d.wait(p, act)
	case Number:
		d.note(Taken{Step: p.Step, Kind: Number, Outcome: Dials})
	case Hours, Hangup:
		d.note(Taken{Step: p.Step, Kind: Hangup, Outcome: Ends})
	}
	return in, false
}

func (d *dry) choose(p Position) Input {
	key := ""
	if d.keys < len(d.trial.Keys) {
		key = d.trial.Keys[d.keys]
	}
	d.keys++
	t, in := Taken{Step: p.Step, Kind: Menu, Outcome: KeyNone, Key: key, Try: p.Tries + 1}, Input{Kind: TimedOut}
	if key != "" {
		t.Outcome, in = KeyWrong, Input{Kind: Pressed, Key: key}
		if s, _ := d.flow.step(p.Step); s.Keys[key] != "" {
			t.Outcome = KeyTaken
		}
	}
	d.note(t)
	return in
}

func (d *dry) wait(p Position, act Action) (in Input, more bool) {
	t := Taken{Step: p.Step, Kind: Queue, Outcome: Waits}
	s, _ := d.flow.step(p.Step)
	if s.Else != "" {
		switch d.trial.Queue {
		case Full:
			t.Outcome = QueueFull
		case Nobody:
			t.Outcome = QueueEmpty
		case TooLong:
			if act.After > 0 {
				t.Outcome = QueueSlow
			}
		case Closed, NoKey, BadFlow, Straight:
		}
	}
	d.note(t)
	if t.Outcome == Waits {
		return in, false
	}
	if t.Outcome == QueueSlow {
		d.at = d.at.Add(act.After)
	}
	return Input{Kind: Left}, true
}

// onward notes where the last step led, and the hours on the way.
func (d *dry) onward(was, p Position, in Input) {
	if was.Step == p.Step && p.Tries > 0 {
		return // it is asked again
	}
	s, _ := d.flow.step(was.Step)
	to := s.Next
	if s.Kind == Queue || s.Kind == Menu {
		to = s.Else
	}
	if s.Kind == Menu && in.Kind == Pressed && s.Keys[in.Key] != "" {
		to = s.Keys[in.Key]
	}
	d.taken[len(d.taken)-1].To = to
	d.between(to, p)
}

// between notes the hours that a call goes through to where it is.
func (d *dry) between(id string, p Position) {
	for range MaxSteps {
		s, ok := d.flow.step(id)
		if !ok || s.Kind != Hours || id == p.Step && p.Why != BadFlow {
			return
		}
		t := Taken{Step: id, Kind: Hours, Outcome: IsOpen, To: s.Next}
		if !s.open(d.at) {
			t.Outcome, t.To = IsClosed, s.Else
			if s.holiday(d.at) {
				t.Outcome = IsHoliday
			}
		}
		d.note(t)
		id = t.To
	}
}
