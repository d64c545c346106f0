package arrows_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "bellhop/"

// room is a part of the house: a package, or a folder of packages when its name ends in /….
type room struct {
	name string
	// may are the rooms that it may import besides itself.
	may []string
	// why is the rule in words.
	why string
}

// rooms are looked at from the top: the first that a package is in counts.
var rooms = []room{
	{"cti/call", nil, "one call is pure: it knows nothing but itself"},
	{"cti/agent", []string{"cti/call"}, "one agent is pure, and knows calls"},
	{"cti/queue", []string{"cti/call"}, "the queue is pure, and knows calls"},
	{"cti/number", nil, "numbers are pure text"},
	{"cti/scenario", nil, "a scenario is pure: what comes next"},
	{"cti/invariant", []string{"cti/call", "cti/agent"}, "invariants are pure, and know calls and agents"},
	{"cti/journal", nil, "the journal keeps bytes and knows nothing of what they mean"},
	{"cti/switchboard", []string{"cti/call", "cti/agent", "cti/queue", "cti/number", "cti/scenario"}, "the switchboard folds pure rooms and asks for the rest by interfaces"},
	{"cti/asterisk/ariproxy", nil, "a proxy for tests knows nothing of what goes through it"},
	{"cti/asterisk", []string{"cti/call", "cti/switchboard"}, "an adapter depends on the switchboard, never the other way"},
	{"cti/history", []string{"cti/call", "cti/directory"}, "history is made of facts; its tests need agents"},
	{"cti/directory", []string{"cti/call", "cti/switchboard", "cti/number", "cti/scenario"}, "an adapter depends on the switchboard, never the other way"},
	{"cti/…", []string{"cti/…"}, "call control knows nothing of tickets, web, media or how it is deployed"},
	{"tickets/…", []string{"cti/directory"}, "tickets know who there is, and nothing of calls"},
	{"media/…", nil, "media is a process of its own and knows nothing of the others"},
	{"web/…", []string{"cti/…", "tickets/…"}, "web shows call control and tickets; it knows nothing of media or how it is deployed"},
	{"deploy/…", []string{"cti/…", "tickets/…", "media/…", "web/…"}, "deploy sees all rooms"},
}

// kits are what only tests may import: real servers, switches and telephones to test against.
var kits = []string{"cti/asterisk/ariproxy", "cti/invariant", "deploy/schema/schematest", "deploy/asterisk/asterisktest", "media/handset/handsettest"}

// forTests are what tests of every room may import besides: how the kits are made, and what is heard in them.
var forTests = append([]string{"deploy/schema", "deploy/asterisk", "media/audio", "media/handset"}, kits...)

// pure are the rooms without goroutine, clock, context and I/O; impure is what would bring one in.
var (
	pure   = []string{"cti/call", "cti/agent", "cti/queue", "cti/number", "cti/invariant", "cti/scenario"}
	impure = []string{
		"bufio", "context", "crypto/…", "database/…", "io/…", "log/…", "math/rand/…", "net/…", "os/…", "runtime/…", "sync/…", "syscall", "testing/…",
	}
)

// listed is what go list tells about a package.
type listed struct {
	ImportPath, Dir                    string
	GoFiles                            []string
	Imports, TestImports, XTestImports []string
}

// packages lists the packages of the module.
func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = "../.."
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	var all []listed
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, p)
	}
}

// in says whether a package is in a room, or is one of the packages of the standard library that a pattern means.
func in(pattern, path string) bool {
	folder, all := strings.CutSuffix(pattern, "/…")
	return path == folder || all && strings.HasPrefix(path, folder+"/")
}

func inAny(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return in(pattern, path) })
}

// roomOf gives the room of a package, if it is in one.
func roomOf(path string) (room, bool) {
	at := slices.IndexFunc(rooms, func(r room) bool { return in(r.name, path) })
	if at < 0 {
		return room{}, false
	}
	return rooms[at], true
}

// wrong lists what is wrong with the imports of a package.
func wrong(p listed) []string {
	path := strings.TrimPrefix(p.ImportPath, module)
	home, known := roomOf(path)
	if !known {
		return []string{path + " is in no room: say in deploy/arrows what it may import"}
	}
	var found []string
	for _, imported := range p.Imports {
		other, ours := strings.CutPrefix(imported, module)
		switch {
		case !ours && inAny(pure, path) && inAny(impure, imported):
			found = append(found, fmt.Sprintf("%s imports %s: it is pure (no goroutine, clock, context or I/O)", path, imported))
		case ours && inAny(kits, other) && !inAny(kits, path):
			found = append(found, fmt.Sprintf("%s imports %s, which is for tests only", path, other))
		case ours && !inAny(append(home.may, home.name), other):
			found = append(found, fmt.Sprintf("%s imports %s: %s", path, other, home.why))
		}
	}
	for _, imported := range slices.Concat(p.TestImports, p.XTestImports) {
		other, ours := strings.CutPrefix(imported, module)
		if ours && !inAny(slices.Concat(home.may, forTests, []string{home.name}), other) {
			found = append(found, fmt.Sprintf("a test of %s imports %s: %s", path, other, home.why))
		}
	}
	return found
}

func TestImportsGoOneWay(t *testing.T) {
	var all []string
	for _, p := range packages(t) {
		all = append(all, wrong(p)...)
	}
	require.Empty(t, all, strings.Join(all, "\n"))
}

// TestWrongImportsAreFound shows that the rules catch what they are for.
func TestWrongImportsAreFound(t *testing.T) {
	tests := []struct {
		name string
		p    listed
		says string
	}{
		{"clockwork in a pure room", listed{ImportPath: "bellhop/cti/call", Imports: []string{"context"}}, "it is pure"},
		{"files in a pure room", listed{ImportPath: "bellhop/cti/queue", Imports: []string{"os/signal"}}, "it is pure"},
		{"upwards in cti", listed{ImportPath: "bellhop/cti/switchboard", Imports: []string{"bellhop/cti/asterisk"}}, "asks for the rest"},
		{"cti to tickets", listed{ImportPath: "bellhop/cti/asterisk", Imports: []string{"bellhop/tickets"}}, "an adapter"},
		{"tickets to calls", listed{ImportPath: "bellhop/tickets/postgres", Imports: []string{"bellhop/cti/call"}}, "nothing of calls"},
		{"media to cti", listed{ImportPath: "bellhop/media/phone", Imports: []string{"bellhop/cti/call"}}, "knows nothing of the others"},
		{"web to media", listed{ImportPath: "bellhop/web/api", Imports: []string{"bellhop/media/token"}}, "nothing of media"},
		{"web to deploy", listed{ImportPath: "bellhop/web/api", Imports: []string{"bellhop/deploy/config"}}, "how it is deployed"},
		{"test kit in the program", listed{ImportPath: "bellhop/deploy/bellhop", Imports: []string{"bellhop/deploy/schema/schematest"}}, "for tests only"},
		{"test over the fence", listed{ImportPath: "bellhop/tickets", XTestImports: []string{"bellhop/web/api"}}, "a test of tickets"},
		{"a new room", listed{ImportPath: "bellhop/billing"}, "in no room"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Contains(t, strings.Join(wrong(tt.p), "\n"), tt.says)
		})
	}
	require.Empty(t, wrong(listed{ImportPath: "bellhop/cti/agent", Imports: []string{"time", "bellhop/cti/call"}}))
	require.Empty(t, wrong(listed{ImportPath: "bellhop/cti/asterisk", XTestImports: []string{"bellhop/deploy/asterisk/asterisktest"}}))
}
