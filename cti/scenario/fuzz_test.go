package scenario_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/cti/scenario"
)

// made turns bytes into a flow: four for each step, so that most flows hang together and some do not.
func made(seed []byte) scenario.Flow {
	kinds := []scenario.Kind{scenario.Hours, scenario.Say, scenario.Menu, scenario.Queue, scenario.Number, scenario.Hangup}
	var f scenario.Flow
	n := min(len(seed)/4, 110)
	id := func(b byte) string { return fmt.Sprint(int(b) % (n + 1)) }
	for i := range n {
		b := seed[i*4 : i*4+4]
		s := step{ID: fmt.Sprint(i), Kind: kinds[int(b[0])%len(kinds)], Sound: "hello", Next: id(b[1]), Else: id(b[2])}
		s.Open = []scenario.Opening{{weekdays, "09:00", fmt.Sprintf("%02d:00", b[3]%26)}}
		s.Queue, s.After, s.Number = []string{"q1", "q2", "q3", ""}[b[3]%4], int(b[3]), "0212345678"
		s.Keys = map[string]string{fmt.Sprint(b[3] % 10): id(b[3]), "#": id(b[1])}
		s.Tries = int(b[0] % 4)
		if b[3]%5 == 0 {
			s.Else = ""
		}
		f.Steps = append(f.Steps, s)
	}
	return f
}

// FuzzFlow: Next never panics and never goes on for ever on any flow; what Check lets pass brings every caller to an end.
func FuzzFlow(f *testing.F) {
	good, err := json.Marshal(aFlow())
	require.NoError(f, err)
	f.Add(good, "2", int64(0))
	f.Add([]byte{0, 1, 2, 3, 1, 2, 1, 1, 2, 3, 3, 1, 5, 0, 0, 0}, "79", int64(1<<31))
	f.Add([]byte(`{"steps":[{"id":"a","kind":"hours","next":"a","else":"a"}]}`), "*", int64(-1))
	f.Fuzz(func(t *testing.T, seed []byte, keys string, second int64) {
		var flow scenario.Flow
		if json.Unmarshal(seed, &flow) != nil {
			flow = made(seed)
		}
		now := time.Unix(second, 0).UTC()
		if len(keys) > 5 {
			keys = keys[:5]
		}
		p, act := scenario.Next(flow, scenario.Position{}, scenario.Input{Kind: scenario.Entered}, now)
		require.NotEmpty(t, act.Kind)
		for _, key := range keys {
			for _, in := range []scenario.InputKind{scenario.Finished, scenario.Pressed, scenario.TimedOut, scenario.Left, "?"} {
				p, act = scenario.Next(flow, p, scenario.Input{Kind: in, Key: string(key)}, now)
				require.NotEmpty(t, act.Kind)
			}
		}
		ok := scenario.OK(scenario.Check(flow, known))
		for _, queue := range []scenario.Reason{scenario.Straight, scenario.Full, scenario.Nobody, scenario.TooLong} {
			trial := scenario.Trial{At: now, Queue: queue}
			for _, key := range keys {
				trial.Keys = append(trial.Keys, string(key))
			}
			taken := scenario.DryRun(flow, trial)
			require.NotEmpty(t, taken)
			if last := taken[len(taken)-1]; ok && len(taken) < 1000 {
				ends := []scenario.Outcome{scenario.Waits, scenario.Dials, scenario.Ends}
				require.True(t, slices.Contains(ends, last.Outcome), "%+v of %+v", last, flow)
			}
		}
	})
}
