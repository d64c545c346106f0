package config

import (
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
)

// fileSetting names the variable that names the settings file; secretSuffix marks a variable that names a file
// with a secret in it.
const (
	fileSetting  = Prefix + "CONFIG"
	secretSuffix = "_FILE"

	// testPrefix begins the names of what only tests read.
	testPrefix = Prefix + "TEST_"

	fromEnvironment = "the environment"
	fromDefault     = "default"
)

// value is a setting as it was given, and where it came from.
type value struct {
	text   string
	origin string
}

// values are the settings that were given, by their full names.
type values map[string]value

func (v values) plain() map[string]string {
	plain := make(map[string]string, len(v))
	for name, value := range v {
		plain[name] = value.text
	}
	return plain
}

// read gathers what was given in the environment and the settings file. An empty value counts as not given.
func read(environ []string) (values, error) {
	gathered := values{}
	for _, entry := range environ {
		name, text, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, Prefix) && !strings.HasPrefix(name, testPrefix) && text != "" {
			gathered[name] = value{text, fromEnvironment}
		}
	}
	if err := readSettingsFile(gathered); err != nil {
		return nil, err
	}
	var problems []error
	for _, name := range gathered.names() {
		problems = append(problems, gathered.check(name))
	}
	return gathered, errors.Join(problems...)
}

func (v values) names() []string {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// check refuses an unknown name and puts the secret that a …_FILE variable names into its place.
func (v values) check(name string) error {
	if _, known := known[name]; known {
		return nil
	}
	given := v[name]
	secret := strings.TrimSuffix(name, secretSuffix)
	if secret == name || !known[secret].Secret {
		return fmt.Errorf("%s in %s is not a setting of Bellhop%s", name, given.origin, didYouMean(name))
	}
	if _, both := v[secret]; both {
		return fmt.Errorf("%s and %s are both set: one of them must go", secret, name)
	}
	content, err := os.ReadFile(given.text)
	if err != nil {
		return fmt.Errorf("%s: the secret cannot be read: %w", name, err)
	}
	text := strings.TrimRight(string(content), "\r\n")
	if text == "" {
		return fmt.Errorf("%s: the file %s is empty", name, given.text)
	}
	delete(v, name)
	v[secret] = value{text, given.text}
	return nil
}

// readSettingsFile adds what the settings file says and the environment does not.
func readSettingsFile(gathered values) error {
	path := gathered[fileSetting].text
	if path == "" {
		return nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s: the settings file cannot be read: %w", fileSetting, err)
	}
	for number, line := range strings.Split(string(content), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, text, found := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if !found || !strings.HasPrefix(name, Prefix) || name == fileSetting {
			return fmt.Errorf("line %d of %s must be a setting such as BELLHOP_HTTP_ADDR=127.0.0.1:8080, a comment after #, or empty",
				number+1, path)
		}
		text = unquote(strings.TrimSpace(text))
		_, given := gathered[name]
		_, twin := gathered[twinOf(name)]
		if !given && !twin && text != "" {
			gathered[name] = value{text, fmt.Sprintf("line %d of %s", number+1, path)}
		}
	}
	return nil
}

// twinOf gives the other way to say a secret: X_FILE for X, X for X_FILE.
func twinOf(name string) string {
	if direct, isFile := strings.CutSuffix(name, secretSuffix); isFile {
		return direct
	}
	return name + secretSuffix
}

// unquote takes away one pair of quotation marks around a value.
func unquote(text string) string {
	for _, mark := range []string{`"`, `'`} {
		if len(text) >= 2 && strings.HasPrefix(text, mark) && strings.HasSuffix(text, mark) {
			return text[1 : len(text)-1]
		}
	}
	return text
}

// didYouMean ends the sentence about an unknown name with the known one that is nearest, if one is near.
func didYouMean(name string) string {
	best, nearest := "", 4
	for _, setting := range All() {
		for _, candidate := range setting.names() {
			if d := distance(name, candidate); d < nearest {
				best, nearest = candidate, d
			}
		}
	}
	if best == "" {
		return " (bellhop config lists them)"
	}
	return ": did you mean " + best + "?"
}

// distance counts the letters that must be changed, added or taken away to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
