package doctor

import (
	"encoding/json"
	"strings"

	"bellhop/web/app"
)

// words are, by code and language, what was found and, where there is something to mend, how.
var words = func() map[string]map[string][]string {
	var all map[string]map[string][]string
	if err := json.Unmarshal(app.SetupWords, &all); err != nil {
		return nil // they are in the binary: a test would see it
	}
	return all
}()

// Words are what was found and, where there is something to mend, how; in Korean (ko) or English (en).
func (f Finding) Words(language string) (what, mend string) {
	sentences := words[f.Code][language]
	for i, s := range sentences {
		for name, value := range f.Params {
			s = strings.ReplaceAll(s, "{"+name+"}", value)
		}
		if i == 0 {
			what = s
		} else {
			mend = s
		}
	}
	if what == "" {
		what = f.Code
	}
	return what, mend
}
