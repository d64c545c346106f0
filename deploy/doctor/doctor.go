// Package doctor looks whether what Bellhop needs is there and works: each check tries the real thing and says by a code
// what it found, and what there is to mend. bellhop doctor prints it, the set-up page shows some of it.
package doctor

import (
	"context"
	"sync"
	"time"
)

// State is how well something is.
type State string

// The states of a finding.
const (
	OK      State = "ok"
	Warning State = "warning" // works, but not for long, or not well
	Missing State = "missing" // was not set up
	Failing State = "failing" // was set up, and does not work
)

// Finding is what a check found: a code with parameters, which words are for (words.go).
type Finding struct {
	Check  string            `json:"check"`
	State  State             `json:"state"`
	Code   string            `json:"code"`
	Params map[string]string `json:"params,omitempty"`
}

func found(check string, state State, code string, params ...string) Finding {
	f := Finding{Check: check, State: state, Code: code}
	for i := 0; i+1 < len(params); i += 2 {
		if f.Params == nil {
			f.Params = make(map[string]string)
		}
		f.Params[params[i]] = params[i+1]
	}
	return f
}

// Check is one look at one thing.
type Check func(context.Context) []Finding

// each is how long a check may take.
const each = 8 * time.Second

// Run makes all checks at once and gives what they found in their order.
func Run(ctx context.Context, checks []Check) []Finding {
	results := make([][]Finding, len(checks))
	var running sync.WaitGroup
	for i, check := range checks {
		running.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, each)
			defer cancel()
			results[i] = check(ctx)
		})
	}
	running.Wait()
	var all []Finding
	for _, r := range results {
		all = append(all, r...)
	}
	return all
}

// Well says whether nothing of it has to be mended before calls can be taken.
func Well(all []Finding) bool {
	for _, f := range all {
		if f.State == Failing || f.State == Missing {
			return false
		}
	}
	return true
}
