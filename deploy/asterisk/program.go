package asterisk

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// MinMajor is the oldest Asterisk that an installed one may be.
const MinMajor = 20

// Program is an Asterisk that can be run on this machine.
type Program struct {
	// Binary is the path of the asterisk executable.
	Binary string
	// Loader and Libraries are the dynamic loader and the library folder to run Binary with. They are empty for an
	// installed Asterisk, which finds its libraries itself.
	Loader    string
	Libraries string
	// Modules is the folder of the loadable modules (astmoddir).
	Modules string
	// Data is the folder that holds "documentation", which modules need to load, and "rest-api".
	Data string
	// Version is what "asterisk -V" says after the word Asterisk, such as "22.10.1".
	Version string
}

// Command is the process that runs Asterisk in the foreground with the configuration that Config.Write put into dir.
// The environment holds nothing but PATH, locale and time zone: settings and secrets of ours do not leak into it. Stop
// it with SIGTERM; it takes about 2 s, with many channels longer.
func (p Program) Command(dir string) *exec.Cmd {
	cmd := p.exec(context.Background(), "-f", "-C", filepath.Join(dir, "etc", "asterisk.conf"))
	cmd.Cancel = nil
	cmd.Dir = dir
	return cmd
}

func (p Program) exec(ctx context.Context, args ...string) *exec.Cmd {
	name, full := p.Binary, args
	if p.Loader != "" {
		name, full = p.Loader, append([]string{"--library-path", p.Libraries, p.Binary}, args...)
	}
	cmd := exec.CommandContext(ctx, name, full...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"}
	if tz := os.Getenv("TZ"); tz != "" {
		cmd.Env = append(cmd.Env, "TZ="+tz)
	}
	return cmd
}

var versionWords = regexp.MustCompile(`^Asterisk (?:certified/)?((\d+)[^\s~+]*)`)

// probe runs the program once and fills in its version.
func (p *Program) probe(ctx context.Context) (major int, err error) {
	out, err := p.exec(ctx, "-V").Output()
	if err != nil {
		return 0, fmt.Errorf("run %s -V: %w", p.Binary, err)
	}
	m := versionWords.FindStringSubmatch(string(out))
	if m == nil {
		return 0, fmt.Errorf("%s -V answered %.80q", p.Binary, out)
	}
	p.Version = m[1]
	major, err = strconv.Atoi(m[2])
	return major, err
}

// lacks names the first module we cannot do without that the program does not have.
func (p Program) lacks() string {
	for _, m := range requiredModules {
		if _, err := os.Stat(filepath.Join(p.Modules, m+".so")); err != nil {
			return m
		}
	}
	return ""
}

// installed finds an Asterisk that the operator installed. The second result says why there is none to use; it is
// empty when nothing is installed at all.
func installed(ctx context.Context) (Program, string) {
	binary, err := exec.LookPath("asterisk")
	if err != nil {
		if binary, err = exec.LookPath("/usr/sbin/asterisk"); err != nil {
			return Program{}, ""
		}
	}
	p := Program{Binary: binary}
	major, err := p.probe(ctx)
	if err != nil {
		return Program{}, err.Error()
	}
	if major < MinMajor {
		return Program{}, fmt.Sprintf("the installed Asterisk is %s, older than %d", p.Version, MinMajor)
	}
	reason := "the modules of the installed Asterisk were not found"
	for _, dir := range glob("/usr/lib/*/asterisk/modules", "/usr/lib64/asterisk/modules", "/usr/lib/asterisk/modules") {
		p.Modules = dir
		missing := p.lacks()
		if missing == "" {
			for _, data := range glob("/usr/share/asterisk/documentation", "/var/lib/asterisk/documentation") {
				p.Data = filepath.Dir(data)
				return p, ""
			}
			missing = "its documentation folder"
		}
		reason = "the installed Asterisk lacks " + missing
	}
	return Program{}, reason
}

// unpacked is the program in a folder into which Debian's packages were unpacked.
func unpacked(root string) (Program, error) {
	libc := glob(filepath.Join(root, "usr/lib/*/libc.so.6"))
	if len(libc) == 0 {
		return Program{}, fmt.Errorf("no C library below %s", root)
	}
	libraries := filepath.Dir(libc[0])
	loaders := glob(filepath.Join(libraries, "ld-linux*.so.*"), filepath.Join(libraries, "ld64.so.*"), filepath.Join(libraries, "ld.so.*"))
	if len(loaders) == 0 {
		return Program{}, fmt.Errorf("no dynamic loader in %s", libraries)
	}
	p := Program{
		Binary:    filepath.Join(root, "usr/sbin/asterisk"),
		Loader:    loaders[0],
		Libraries: libraries,
		Modules:   filepath.Join(libraries, "asterisk/modules"),
		Data:      filepath.Join(root, "usr/share/asterisk"),
	}
	if missing := p.lacks(); missing != "" {
		return Program{}, fmt.Errorf("the unpacked Asterisk lacks the module %s", missing)
	}
	if v, err := os.ReadFile(filepath.Join(root, versionFile)); err == nil { //nolint:gosec // below the cache folder
		p.Version = strings.TrimSpace(string(v))
	}
	return p, nil
}

func glob(patterns ...string) []string {
	var found []string
	for _, p := range patterns {
		m, err := filepath.Glob(p)
		if err == nil {
			found = append(found, m...)
		}
	}
	return found
}
