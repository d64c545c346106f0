package switchboard

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// simSteps is how many things happen in the test: 10⁶ unless BELLHOP_SOAK_STEPS says otherwise.
func simSteps(t *testing.T) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv("BELLHOP_SOAK_STEPS")); err == nil {
		return n
	}
	if testing.Short() || raceEnabled {
		return 40_000
	}
	return 1_000_000
}

// TestSimulation lets random calls, clicks and faults happen, and checks the invariants after every step. A failing seed
// fails again with BELLHOP_SOAK_SEED, at the same step.
func TestSimulation(t *testing.T) {
	const each = 20_000
	first, last := uint64(1), uint64(max(1, simSteps(t)/each))
	if seed, err := strconv.ParseUint(os.Getenv("BELLHOP_SOAK_SEED"), 10, 64); err == nil {
		first, last = seed, seed
	}
	lost, repaired := 0, uint64(0)
	for seed := first; seed <= last; seed++ {
		s := newSim(seed)
		for range 4 {
			s.run(each / 4)
			s.settle()
		}
		s.report(t)
		lost, repaired = lost+s.lost, repaired+s.repaired+s.board.repaired
	}
	t.Logf("%d seeds: %d events were lost on purpose, %d differences were mended", last-first+1, lost, repaired)
}

// TestSameSeedSameRun: without that a failing seed could not be replayed.
func TestSameSeedSameRun(t *testing.T) {
	a, b := newSim(7), newSim(7)
	a.run(20_000)
	b.run(20_000)
	if len(a.trace) == 0 || a.steps != b.steps || a.told != b.told {
		t.Fatalf("%d steps and %d facts, then %d and %d", a.steps, a.told, b.steps, b.told)
	}
	for i := range a.trace {
		if a.trace[i] != b.trace[i] {
			t.Fatalf("%s\n%s", a.trace[i], b.trace[i])
		}
	}
}

// TestNothingLostNothingMended: people come and go, pages close, but nothing breaks; then nothing is ever repaired.
func TestNothingLostNothingMended(t *testing.T) {
	for seed := range uint64(3) {
		s := newSim(1000 + seed)
		s.gentle = true
		s.run(20_000)
		s.settle()
		s.report(t)
		if s.board.repaired != 0 {
			t.Errorf("seed %d: %d repairs\n%s", s.seed, s.board.repaired, strings.Join(s.trace, "\n"))
		}
	}
}
