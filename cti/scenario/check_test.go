package scenario_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/scenario"
)

type step = scenario.Step

var (
	weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	known    = scenario.Known{
		Queues:  map[string]bool{"q1": true, "q2": true},
		Sounds:  map[string]bool{"hello": true, "menu": true, "closed": true},
		Numbers: map[string]bool{"15004021": true},
		Dial:    func(text string) bool { return text != "bad" },
		Zone:    func(name string) bool { return name == "Asia/Seoul" },
	}
)

// aFlow is one that has nothing wrong: hours, words, a menu, two queues and the end.
func aFlow() scenario.Flow {
	return scenario.Flow{ID: "f", Version: 3, Steps: []step{
		{ID: "hours", Kind: scenario.Hours, Open: []scenario.Opening{{weekdays, "09:00", "18:00"}}, Holidays: []string{"12-25"}, Next: "hello", Else: "closed"},
		{ID: "hello", Kind: scenario.Say, Sound: "hello", Next: "menu"},
		{ID: "menu", Kind: scenario.Menu, Sound: "menu", Keys: map[string]string{"1": "one", "2": "two", "9": "hello"}, Tries: 2, Else: "one"},
		{ID: "one", Kind: scenario.Queue, Queue: "q1", After: 60, Else: "two"},
		{ID: "two", Kind: scenario.Queue, Queue: "q2", After: 60, Else: "busy"},
		{ID: "closed", Kind: scenario.Hangup, Sound: "closed"},
		{ID: "busy", Kind: scenario.Hangup},
	}}
}

func TestCheckHasNothingAgainstAGoodFlow(t *testing.T) {
	require.Empty(t, scenario.Check(aFlow(), known))
}

func TestCheckFinds(t *testing.T) {
	end := step{ID: "z", Kind: scenario.Hangup}
	queue := func(id, queue, to string) step {
		return step{ID: id, Kind: scenario.Queue, Queue: queue, After: 9, Else: to}
	}
	hours := func(open []scenario.Opening, holidays ...string) []step {
		return []step{{ID: "a", Kind: scenario.Hours, Open: open, Holidays: holidays, Next: "z", Else: "z"}, end}
	}
	open := func(from, to string) []scenario.Opening { return []scenario.Opening{{weekdays, from, to}} }
	long := make([]step, 101)
	for i := range long {
		long[i] = step{ID: fmt.Sprint(i), Kind: scenario.Say, Sound: "hello", Next: fmt.Sprint(i + 1)}
	}
	long[100] = step{ID: "100", Kind: scenario.Hangup}
	const err, warn = scenario.Error, scenario.Warning
	params := func(pairs ...string) map[string]string {
		m := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return m
	}
	for name, c := range map[string]struct {
		steps []step
		want  scenario.Finding
	}{
		"empty":         {nil, scenario.Finding{Code: scenario.Empty, Severity: err}},
		"too many":      {long, scenario.Finding{Code: scenario.TooManySteps, Params: params("most", "100"), Severity: err}},
		"dead end":      {[]step{{ID: "a", Kind: scenario.Say, Sound: "hello"}}, scenario.Finding{Step: "a", Code: scenario.DeadEnd, Params: params("field", "next"), Severity: err}},
		"to nowhere":    {[]step{{ID: "a", Kind: scenario.Say, Sound: "hello", Next: "b"}}, scenario.Finding{Step: "a", Code: scenario.UnknownStep, Params: params("field", "next"), Severity: err}},
		"unreachable":   {[]step{end, {ID: "b", Kind: scenario.Hangup}}, scenario.Finding{Step: "b", Code: scenario.Unreachable, Severity: warn}},
		"duplicate":     {[]step{end, end}, scenario.Finding{Step: "z", Code: scenario.DuplicateID, Severity: err}},
		"no id":         {[]step{{Kind: scenario.Hangup}}, scenario.Finding{Code: scenario.BadID, Severity: err}},
		"kind":          {[]step{{ID: "a", Kind: "dance"}}, scenario.Finding{Step: "a", Code: scenario.UnknownKind, Severity: err}},
		"no sound":      {[]step{{ID: "a", Kind: scenario.Say, Next: "z"}, end}, scenario.Finding{Step: "a", Code: scenario.NoSound, Severity: err}},
		"unknown sound": {[]step{{ID: "a", Kind: scenario.Hangup, Sound: "gone"}}, scenario.Finding{Step: "a", Code: scenario.UnknownSound, Severity: err}},
		"no queue":      {[]step{queue("a", "", "z"), end}, scenario.Finding{Step: "a", Code: scenario.NoQueue, Severity: err}},
		"unknown queue": {[]step{queue("a", "q9", "z"), end}, scenario.Finding{Step: "a", Code: scenario.UnknownQueue, Severity: err}},
		"no way on after a time": {
			[]step{{ID: "a", Kind: scenario.Queue, Queue: "q1", After: 5}},
			scenario.Finding{Step: "a", Code: scenario.DeadEnd, Params: params("field", "else"), Severity: err},
		},
		"waits for ever": {[]step{{ID: "a", Kind: scenario.Queue, Queue: "q1"}}, scenario.Finding{Step: "a", Code: scenario.WaitsForEver, Severity: warn}},
		"after": {
			[]step{{ID: "a", Kind: scenario.Queue, Queue: "q1", After: 3601, Else: "z"}, end},
			scenario.Finding{Step: "a", Code: scenario.OutOfRange, Params: params("field", "after", "least", "0", "most", "3600"), Severity: err},
		},
		"number":     {[]step{{ID: "a", Kind: scenario.Number, Number: "bad"}}, scenario.Finding{Step: "a", Code: scenario.BadNumber, Severity: err}},
		"our number": {[]step{{ID: "a", Kind: scenario.Number, Number: "15004021"}}, scenario.Finding{Step: "a", Code: scenario.OwnNumber, Severity: warn}},
		"no keys":    {[]step{{ID: "a", Kind: scenario.Menu, Sound: "menu", Else: "z"}, end}, scenario.Finding{Step: "a", Code: scenario.NoKeys, Severity: err}},
		"key without target": {
			[]step{{ID: "a", Kind: scenario.Menu, Sound: "menu", Keys: map[string]string{"9": ""}, Else: "z"}, end},
			scenario.Finding{Step: "a", Code: scenario.KeyNoTarget, Params: params("key", "9"), Severity: err},
		},
		"no such key": {
			[]step{{ID: "a", Kind: scenario.Menu, Sound: "menu", Keys: map[string]string{"12": "z"}, Else: "z"}, end},
			scenario.Finding{Step: "a", Code: scenario.BadKey, Severity: err},
		},
		"a caller who does nothing": {
			[]step{{ID: "a", Kind: scenario.Menu, Sound: "menu", Keys: map[string]string{"1": "z"}, Else: "a"}, end},
			scenario.Finding{Step: "a", Code: scenario.Loop, Params: params("steps", "a"), Severity: err},
		},
		"words for ever": {
			[]step{{ID: "a", Kind: scenario.Say, Sound: "hello", Next: "b"}, {ID: "b", Kind: scenario.Say, Sound: "hello", Next: "a"}},
			scenario.Finding{Step: "a", Code: scenario.Loop, Params: params("steps", "a b"), Severity: err},
		},
		"A over B over A": {
			[]step{queue("a", "q1", "b"), queue("b", "q2", "a")},
			scenario.Finding{Step: "a", Code: scenario.OverflowRound, Params: params("steps", "a b"), Severity: err},
		},
		"never open":    {hours(nil), scenario.Finding{Step: "a", Code: scenario.NeverOpen, Severity: err}},
		"no days":       {hours([]scenario.Opening{{nil, "09:00", "18:00"}}), scenario.Finding{Step: "a", Code: scenario.NoDays, Severity: err}},
		"eighth day":    {hours([]scenario.Opening{{[]time.Weekday{7}, "09:00", "18:00"}}), scenario.Finding{Step: "a", Code: scenario.NoDays, Severity: err}},
		"bad time":      {hours(open("09:00", "25:00")), scenario.Finding{Step: "a", Code: scenario.BadTime, Params: params("value", "25:00"), Severity: err}},
		"from midnight": {hours(open("24:00", "09:00")), scenario.Finding{Step: "a", Code: scenario.BadTime, Params: params("value", "24:00"), Severity: err}},
		"over midnight": {hours(open("22:00", "06:00")), scenario.Finding{Step: "a", Code: scenario.OverMidnight, Params: params("from", "22:00", "to", "06:00"), Severity: warn}},
		"all day":       {hours(open("09:00", "09:00")), scenario.Finding{Step: "a", Code: scenario.AllDay, Params: params("from", "09:00"), Severity: warn}},
		"bad holiday":   {hours(open("09:00", "18:00"), "2027-02-29"), scenario.Finding{Step: "a", Code: scenario.BadHoliday, Params: params("value", "2027-02-29"), Severity: err}},
		"leap day":      {hours(open("09:00", "18:00"), "02-29"), scenario.Finding{Step: "a", Code: scenario.LeapDay, Severity: warn}},
	} {
		t.Run(name, func(t *testing.T) {
			found := scenario.Check(scenario.Flow{Steps: c.steps}, known)
			require.Contains(t, found, c.want)
			require.Equal(t, c.want.Severity != err, scenario.OK(found), "%v", found)
		})
	}
	found := scenario.Check(scenario.Flow{TimeZone: "Mars/Base", Steps: []step{end}}, known)
	require.Equal(t, []scenario.Finding{{Code: scenario.BadTimeZone, Severity: err}}, found)
}

func TestCheckTellsARoundOnce(t *testing.T) {
	f := aFlow()
	f.Steps[4].Else = "one" // A over B over A, reached from two sides
	found := scenario.Check(f, known)
	require.Len(t, found, 2)
	require.Equal(t, scenario.Finding{
		Step: "one", Code: scenario.OverflowRound, Params: map[string]string{"steps": "one two"}, Severity: scenario.Error,
	}, found[1])
	require.Equal(t, scenario.Unreachable, found[0].Code, "nothing leads to the words for busy queues now")
}
