// Package flow is the scenarios (시나리오, PH-12) as admins edit them: which numbers lead to which, their steps, and every
// version there ever was.
package flow

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"bellhop/cti/admin"
	"bellhop/cti/number"
	"bellhop/cti/scenario"
)

// Flow is what an admin edits, in one version. Its JSON is what the audit log shows.
type Flow struct {
	ID          string          `json:"-"`
	Service     string          `json:"-"`
	ServiceName string          `json:"-"`
	Name        string          `json:"name"`
	TimeZone    string          `json:"time_zone"`
	Steps       []scenario.Step `json:"steps"`
	Numbers     []string        `json:"numbers"` // that lead to it now; no part of a version
	Saved       Saved           `json:"-"`
	Newest      int             `json:"-"` // the version that callers begin with
}

// Saved is when a version was made, and by whom.
type Saved struct {
	Version  int
	By       string
	At       time.Time
	Note     string
	Restored int // the version that it is a copy of; 0: none
	Steps    int
}

// Scenario is the version as calls go through it.
func (f Flow) Scenario() scenario.Flow {
	return scenario.Flow{ID: f.ID, Version: f.Saved.Version, Name: f.Name, Service: f.Service, TimeZone: f.TimeZone, Steps: f.Steps}
}

// Sound is one that steps can say.
type Sound struct {
	Name   string // as it is kept
	Label  string // as people call it; may be empty
	Length time.Duration
}

// Queue is one that steps can lead to.
type Queue struct{ ID, Name, Number string }

// Parts is what there is for the steps of a service's flows.
type Parts struct {
	Queues []Queue
	Sounds []Sound
	Own    []string // numbers that lead to us
}

// Known is what Check goes by.
func (p Parts) Known() scenario.Known {
	k := scenario.Known{
		Queues: make(map[string]bool, len(p.Queues)), Sounds: make(map[string]bool, len(p.Sounds)), Numbers: make(map[string]bool, len(p.Own)),
		Dial: func(text string) bool {
			n, err := number.Parse(text)
			return err == nil && !n.Inside
		},
		Zone: zone,
	}
	for _, q := range p.Queues {
		k.Queues[q.ID] = true
	}
	for _, s := range p.Sounds {
		k.Sounds[s.Name] = true
	}
	for _, n := range p.Own {
		k.Numbers[n] = true
	}
	return k
}

func zone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "Local"
}

const (
	maxName    = 100
	maxNote    = 500
	maxNumbers = 50
	maxLabel   = 60
	seoul      = "Asia/Seoul"
)

var entryForm = regexp.MustCompile(`^\+?[0-9]{2,20}$`)

// check cleans a flow and says what is wrong with it; what is wrong with its steps is named by step and code.
func (f *Flow) check(note *string, p Parts) admin.Invalids {
	var wrong admin.Invalids
	f.Name = wrong.Text("name", f.Name, 1, maxName)
	*note = wrong.Lines("note", *note, 0, maxNote)
	if f.TimeZone == "" {
		f.TimeZone = seoul
	}
	f.numbers(&wrong)
	for i := range f.Steps {
		f.Steps[i] = cleaned(&wrong, i, f.Steps[i])
	}
	for _, found := range scenario.Check(f.Scenario(), p.Known()) {
		if found.Severity != scenario.Error {
			continue
		}
		params := map[string]string{"step": found.Step}
		maps.Copy(params, found.Params)
		wrong = append(wrong, admin.Invalid{Field: "steps", Code: string(found.Code), Params: params})
	}
	return wrong
}

func (f *Flow) numbers(wrong *admin.Invalids) {
	if len(f.Numbers) > maxNumbers {
		wrong.Add("numbers", "too_many", "most", strconv.Itoa(maxNumbers))
		f.Numbers = f.Numbers[:maxNumbers]
	}
	kept := []string{}
	for i, text := range f.Numbers {
		dialled := Entry(text)
		switch {
		case !entryForm.MatchString(dialled):
			wrong.Add(fmt.Sprintf("numbers[%d]", i), "format")
		case slices.Contains(kept, dialled):
			wrong.Add(fmt.Sprintf("numbers[%d]", i), "duplicate")
		default:
			kept = append(kept, dialled)
		}
	}
	slices.Sort(kept)
	f.Numbers = kept
}

// Entry is a number that customers call in the form in which it is compared.
func Entry(text string) string {
	if n, err := number.Parse(text); err == nil && !n.Inside {
		return n.Digits
	}
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, admin.Clean(text))
}

// cleaned is a step with only what its kind has, so that two versions differ only where calls go another way.
func cleaned(wrong *admin.Invalids, i int, s scenario.Step) scenario.Step {
	out := scenario.Step{ID: s.ID, Kind: s.Kind, Name: wrong.Text(fmt.Sprintf("steps[%d].name", i), s.Name, 0, maxName)}
	switch s.Kind {
	case scenario.Hours:
		out.Open, out.Holidays, out.Next, out.Else = s.Open, slices.Compact(slices.Sorted(slices.Values(s.Holidays))), s.Next, s.Else
	case scenario.Say:
		out.Sound, out.Next = s.Sound, s.Next
	case scenario.Menu:
		out.Sound, out.Keys, out.Wait, out.Tries, out.Else = s.Sound, s.Keys, s.Wait, s.Tries, s.Else
		for key, label := range s.Labels {
			if _, used := s.Keys[key]; used && label != "" {
				if out.Labels == nil {
					out.Labels = map[string]string{}
				}
				out.Labels[key] = wrong.Text(fmt.Sprintf("steps[%d].labels", i), label, 0, maxLabel)
			}
		}
	case scenario.Queue:
		out.Queue, out.After, out.Else = s.Queue, s.After, s.Else
	case scenario.Number:
		out.Number = s.Number
	case scenario.Hangup:
		out.Sound = s.Sound
	}
	return out
}
