// Package postgres makes and runs a private PostgreSQL cluster: one folder, one server, reachable from this machine
// only.
package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldestMajor is the oldest version that Bellhop works with.
const oldestMajor = 15

// Programs is one installation of PostgreSQL's server.
type Programs struct {
	// Dir is the folder that holds initdb and postgres.
	Dir string
	// Major is the version before the dot.
	Major int
}

// folders are where PostgreSQL is looked for besides PATH, as Debian, Red Hat and PostgreSQL's own Makefile install it.
var folders = []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin"}

// errNoPrograms says that there is nothing to run.
var errNoPrograms = fmt.Errorf("PostgreSQL %d or newer is not installed: on Debian, apt-get install postgresql-%d", oldestMajor, oldestMajor)

// find gives the newest installation, or the one of the major version wanted if that is not 0.
func find(ctx context.Context, wanted int) (Programs, error) {
	all := installed(ctx)
	if ctx.Err() != nil {
		return Programs{}, ctx.Err()
	}
	if wanted != 0 {
		at := slices.IndexFunc(all, func(p Programs) bool { return p.Major == wanted })
		if at < 0 {
			return Programs{}, fmt.Errorf("the cluster was made by PostgreSQL %d, which is not installed any more", wanted)
		}
		return all[at], nil
	}
	if len(all) == 0 || all[0].Major < oldestMajor {
		return Programs{}, errNoPrograms
	}
	return all[0], nil
}

// installed lists what there is, newest first; of the same version, the one in PATH first.
func installed(ctx context.Context) []Programs {
	var dirs []string
	if found, err := exec.LookPath("postgres"); err == nil {
		if target, err := filepath.EvalSymlinks(found); err == nil {
			dirs = append(dirs, filepath.Dir(target))
		}
	}
	for _, pattern := range folders {
		found, err := filepath.Glob(pattern)
		if err == nil {
			dirs = append(dirs, found...)
		}
	}
	var all []Programs
	for _, dir := range dirs {
		major, err := version(ctx, dir)
		if err == nil {
			all = append(all, Programs{Dir: dir, Major: major})
		}
	}
	slices.SortStableFunc(all, func(a, b Programs) int { return cmp.Compare(b.Major, a.Major) })
	return all
}

var versionPattern = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// version asks the server's program in dir for its major version. Both programs must be there.
func version(ctx context.Context, dir string) (int, error) {
	if _, err := exec.LookPath(filepath.Join(dir, "initdb")); err != nil {
		return 0, err
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return 0, err
	}
	found := versionPattern.FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("%s does not look like PostgreSQL's version", out)
	}
	return strconv.Atoi(string(found[1]))
}

// madeBy gives the major version that made the cluster in a data folder, 0 if there is none.
func madeBy(data string) (int, error) {
	content, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("look at the PostgreSQL cluster: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return 0, fmt.Errorf("%s does not hold a PostgreSQL cluster: %w", data, err)
	}
	return major, nil
}
