package scenario_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/scenario"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	found, err := time.ParseInLocation("2006-01-02 15:04", text, time.FixedZone("KST", 9*60*60))
	require.NoError(t, err)
	return found
}

// way is what a dry run took, as step:outcome.
func way(f scenario.Flow, trial scenario.Trial) []string {
	var taken []string
	for _, t := range scenario.DryRun(f, trial) {
		taken = append(taken, t.Step+":"+string(t.Outcome)+t.Key)
	}
	return taken
}

func TestDryRun(t *testing.T) {
	monday, sunday := at(t, "2026-11-23 10:00"), at(t, "2026-11-22 03:00")
	for name, c := range map[string]struct {
		trial scenario.Trial
		want  []string
	}{
		"Sunday 3 a.m., presses 2": {scenario.Trial{At: sunday, Keys: []string{"2"}}, []string{"hours:closed", "closed:ends"}},
		"Christmas":                {scenario.Trial{At: at(t, "2026-12-25 10:00")}, []string{"hours:holiday", "closed:ends"}},
		"presses 2":                {scenario.Trial{At: monday, Keys: []string{"2"}}, []string{"hours:open", "hello:said", "menu:key2", "two:waits"}},
		"presses nothing":          {scenario.Trial{At: monday}, []string{"hours:open", "hello:said", "menu:no_key", "menu:no_key", "one:waits"}},
		"presses 7 and 1":          {scenario.Trial{At: monday, Keys: []string{"7", "1"}}, []string{"hours:open", "hello:said", "menu:wrong_key7", "menu:key1", "one:waits"}},
		"from the beginning": {
			scenario.Trial{At: monday, Keys: []string{"9", "2"}},
			[]string{"hours:open", "hello:said", "menu:key9", "hello:said", "menu:key2", "two:waits"},
		},
		"nobody there": {
			scenario.Trial{At: monday, Keys: []string{"1"}, Queue: scenario.Nobody},
			[]string{"hours:open", "hello:said", "menu:key1", "one:nobody", "two:nobody", "busy:ends"},
		},
		"too long": {
			scenario.Trial{At: monday, Keys: []string{"1"}, Queue: scenario.TooLong},
			[]string{"hours:open", "hello:said", "menu:key1", "one:too_long", "two:too_long", "busy:ends"},
		},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, way(aFlow(), c.trial)) })
	}
	taken := scenario.DryRun(aFlow(), scenario.Trial{At: monday, Keys: []string{"1"}, Queue: scenario.TooLong})
	require.Equal(t, "two", taken[3].To)
	require.Equal(t, 2*time.Minute, taken[5].At.Sub(monday), "waiting takes its time")
	require.Empty(t, way(scenario.Flow{}, scenario.Trial{})[1:])
}

func TestHoursAtTheEdges(t *testing.T) {
	night := []scenario.Opening{{weekdays, "22:00", "06:00"}}
	for name, c := range map[string]struct {
		open     []scenario.Opening
		holidays []string
		at       string
		want     bool
	}{
		"first minute":                     {[]scenario.Opening{{weekdays, "09:00", "18:00"}}, nil, "2026-11-23 09:00", true},
		"last minute":                      {[]scenario.Opening{{weekdays, "09:00", "18:00"}}, nil, "2026-11-23 17:59", true},
		"closing":                          {[]scenario.Opening{{weekdays, "09:00", "18:00"}}, nil, "2026-11-23 18:00", false},
		"before midnight":                  {night, nil, "2026-11-27 23:59", true},
		"Friday's, on Saturday":            {night, nil, "2026-11-28 05:59", true},
		"over":                             {night, nil, "2026-11-28 06:00", false},
		"Sunday's, that is none":           {night, nil, "2026-11-23 03:00", false},
		"the morning after a holiday":      {night, []string{"2026-11-24"}, "2026-11-25 03:00", false},
		"to midnight":                      {[]scenario.Opening{{weekdays, "09:00", "24:00"}}, nil, "2026-11-23 23:59", true},
		"to 00:00":                         {[]scenario.Opening{{weekdays, "09:00", "00:00"}}, nil, "2026-11-24 00:00", false},
		"leap day":                         {[]scenario.Opening{{weekdays, "09:00", "18:00"}}, []string{"02-29"}, "2028-02-29 10:00", false},
		"1 March of a year without":        {[]scenario.Opening{{weekdays, "09:00", "18:00"}}, []string{"02-29"}, "2027-03-01 10:00", true},
		"the night into a leap day":        {night, nil, "2028-02-29 03:00", true},
		"the night after a leap day's":     {night, []string{"02-29"}, "2028-03-01 03:00", false},
		"a time that is none opens nobody": {[]scenario.Opening{{weekdays, "9시", "18:00"}}, nil, "2026-11-23 10:00", false},
	} {
		t.Run(name, func(t *testing.T) {
			f := scenario.Flow{Steps: []step{
				{ID: "h", Kind: scenario.Hours, Open: c.open, Holidays: c.holidays, Next: "yes", Else: "no"},
				{ID: "yes", Kind: scenario.Queue, Queue: "q1"},
				{ID: "no", Kind: scenario.Hangup},
			}}
			p, _ := scenario.Next(f, scenario.Position{}, scenario.Input{Kind: scenario.Entered}, at(t, c.at))
			require.Equal(t, c.want, p.Step == "yes")
		})
	}
}
