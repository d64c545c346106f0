package switchboard

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/cti/invariant"
)

// sabotages break one rule each.
var sabotages = []struct {
	name, file, is, becomes string
	found                   []invariant.Rule
}{
	{
		"the place in the queue is lost at reclaim", "../call/offer.go",
		"	if s.QueuedAt.IsZero() {\n		s.QueuedAt = s.ArrivedAt\n	}", "	s.QueuedAt = s.now",
		[]invariant.Rule{invariant.QueueOrder},
	},
	{
		"an agent stays busy when his call ends", "../agent/callfact.go",
		"	return a.afterCall(AfterCall, e, now)", "	return a",
		[]invariant.Rule{invariant.NobodyStuck},
	},
	{
		"an offered agent is still ready", "../queue/book.go",
		"			b.Unready(p.Agent)\n			return p, true", "			return p, true",
		[]invariant.Rule{invariant.OneOffer, invariant.OneCall},
	},
	{
		"calls that are over are kept", "board.go",
		"	if after.Done() {\n		delete(b.calls, id)", "	if after.Done() {\n",
		[]invariant.Rule{invariant.OneLife},
	},
	{
		"the numbers of facts begin anew after a restart", "restore.go",
		"	b.seq, b.boot = s.record.Seq, s.record.Boot", "	b.boot = s.record.Boot",
		[]invariant.Rule{invariant.FactsWhole, invariant.OneLife},
	},
	{
		"what is lost is never looked for", "observe.go",
		"		if _, doubted := b.doubts[now]; doubted {", "		if _, doubted := b.doubts[now]; doubted && false {",
		[]invariant.Rule{invariant.OwnedLegs, invariant.Heard, invariant.OneLife},
	},
}

// TestTheSimulationFindsBrokenRules builds this package with one rule broken at a time and sees the simulation fail for it.
func TestTheSimulationFindsBrokenRules(t *testing.T) {
	if raceEnabled || os.Getenv("BELLHOP_SABOTAGED") != "" {
		t.Skip("builds the package six times: once, without the race detector, is enough")
	}
	for _, b := range sabotages {
		t.Run(b.name, func(t *testing.T) {
			out, err := simulateWith(t, b.file, b.is, b.becomes)
			require.Error(t, err, "the simulation did not notice")
			require.Contains(t, out, "--- FAIL: TestSimulation", "it failed for another reason")
			for _, rule := range b.found {
				if strings.Contains(out, "["+string(rule)+":") {
					return
				}
			}
			t.Errorf("found something else than %v:\n%.600s", b.found, out)
		})
	}
}

// simulateWith runs the simulation with a source file changed in one place.
func simulateWith(t *testing.T, file, is, becomes string) (string, error) {
	t.Helper()
	path, err := filepath.Abs(file)
	require.NoError(t, err)
	source, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(source), is), "%s has changed: mend this test", file)
	broken := filepath.Join(t.TempDir(), filepath.Base(file))
	require.NoError(t, os.WriteFile(broken, []byte(strings.Replace(string(source), is, becomes, 1)), 0o600))
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{path: broken}})
	require.NoError(t, err)
	list := filepath.Join(t.TempDir(), "overlay.json")
	require.NoError(t, os.WriteFile(list, overlay, 0o600))
	cmd := exec.CommandContext(t.Context(), "go", "test", "-overlay", list, "-run", "^TestSimulation$", ".") //nolint:gosec // our own test
	cmd.Env = append(os.Environ(), "BELLHOP_SABOTAGED=1", "BELLHOP_SOAK_STEPS=40000")
	out, err := cmd.CombinedOutput()
	return string(out), err
}
