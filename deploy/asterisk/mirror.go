package asterisk

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// debianKeyring is where Debian keeps the keys of all its releases, the coming ones included.
const debianKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg"

// mirror is one place from which this machine gets Debian.
type mirror struct {
	uris string // as in the machine's own apt sources
	// signedBy is the value of Signed-By: files, fingerprints, or a whole key in the folded form of deb822; empty for
	// the machine's default keys.
	signedBy string
}

// source is the deb822 paragraph that makes apt take a suite of Debian from this mirror.
func (m mirror) source(suite, arch string) string {
	signed := m.signedBy
	folded := strings.Contains(signed, "\n")
	if _, err := os.Stat(debianKeyring); err == nil && !folded && !strings.Contains(signed, debianKeyring) {
		signed = strings.TrimSpace(signed + " " + debianKeyring)
	}
	s := fmt.Sprintf("Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nArchitectures: %s\n", m.uris, suite, arch)
	if signed != "" {
		s += "Signed-By: " + signed + "\n"
	}
	return s
}

// findMirrors reads the machine's apt sources below etc (/etc) and returns the mirrors of Debian among them, the likeliest
// first. Mirrors are found by what they serve: component main of the suite that this machine runs.
func findMirrors(etc string) ([]mirror, error) {
	suites := []string{"stable", "testing", "unstable", "sid", "forky"}
	if codename := osRelease(filepath.Join(etc, "os-release"))["VERSION_CODENAME"]; codename != "" {
		suites = append(suites, codename)
	}
	var found []mirror
	add := func(types, uris, suite, components []string, signedBy string) {
		if !slices.Contains(types, "deb") || !slices.Contains(components, "main") || len(uris) == 0 {
			return
		}
		if !slices.ContainsFunc(suite, func(s string) bool { return slices.Contains(suites, s) }) {
			return
		}
		m := mirror{uris: strings.Join(uris, " "), signedBy: signedBy}
		if !slices.Contains(found, m) {
			found = append(found, m)
		}
	}
	files := glob(filepath.Join(etc, "apt/sources.list.d/*.sources"), filepath.Join(etc, "apt/sources.list"), filepath.Join(etc, "apt/sources.list.d/*.list"))
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // a file that only root may read is not for us
		}
		if strings.HasSuffix(name, ".sources") {
			readDeb822(string(text), add)
		} else {
			readOneLine(string(text), add)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no Debian mirror in %s/apt", etc)
	}
	return found, nil
}

type addMirror func(types, uris, suites, components []string, signedBy string)

// readDeb822 reads the paragraphs of a .sources file (sources.list(5), DEB822-STYLE FORMAT).
func readDeb822(text string, add addMirror) {
	fields := map[string]string{}
	flush := func() {
		if enabled := strings.ToLower(fields["enabled"]); enabled != "no" && enabled != "false" {
			add(strings.Fields(fields["types"]), strings.Fields(fields["uris"]), strings.Fields(fields["suites"]),
				strings.Fields(fields["components"]), fields["signed-by"])
		}
		clear(fields)
	}
	last := ""
	sc := bufio.NewScanner(strings.NewReader(text))
	for sc.Scan() {
		line := strings.TrimRight(sc.Text(), " \t\r")
		switch {
		case strings.HasPrefix(line, "#"):
		case line == "":
			flush()
		case line[0] == ' ' || line[0] == '\t':
			fields[last] += "\n " + strings.TrimSpace(line)
		default:
			name, value, _ := strings.Cut(line, ":")
			last = strings.ToLower(strings.TrimSpace(name))
			fields[last] = strings.TrimSpace(value)
		}
	}
	flush()
}

// readOneLine reads a .list file (sources.list(5), ONE-LINE-STYLE FORMAT).
func readOneLine(text string, add addMirror) {
	sc := bufio.NewScanner(strings.NewReader(text))
	for sc.Scan() {
		line, _, _ := strings.Cut(sc.Text(), "#")
		options := ""
		if before, rest, ok := strings.Cut(line, "["); ok {
			inner, after, closed := strings.Cut(rest, "]")
			if !closed {
				continue
			}
			line, options = before+" "+after, inner
		}
		words := strings.Fields(line)
		if len(words) < 4 {
			continue
		}
		signedBy := ""
		for o := range strings.FieldsSeq(options) {
			if v, ok := strings.CutPrefix(o, "signed-by="); ok {
				signedBy = strings.ReplaceAll(v, ",", " ")
			}
		}
		add(words[:1], words[1:2], words[2:3], words[3:], signedBy)
	}
}

func osRelease(name string) map[string]string {
	values := map[string]string{}
	text, err := os.ReadFile(name)
	if err != nil {
		return values
	}
	for line := range strings.Lines(string(text)) {
		k, v, _ := strings.Cut(strings.TrimSpace(line), "=")
		values[k] = strings.Trim(v, `"'`)
	}
	return values
}
