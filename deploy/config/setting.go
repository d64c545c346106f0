package config

import (
	"cmp"
	"encoding"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"text/tabwriter"
)

// Setting describes one setting.
type Setting struct {
	// Name is the full name, such as BELLHOP_HTTP_ADDR.
	Name string
	// Default is the value when nothing is given; empty if there is none.
	Default string
	// Follows is what the value is made of when nothing is given: <NAME> stands for that setting's value.
	Follows string
	// About says in half a sentence what it is.
	About string
	// Secret says that the value is never shown and may also come from a file that Name_FILE names.
	Secret bool
	// Roles are the commands that read it, in order: serve, media, migrate, asterisk, carrier, dev.
	Roles []string

	kind reflect.Type
}

func (s Setting) names() []string {
	if s.Secret {
		return []string{s.Name, s.Name + secretSuffix}
	}
	return []string{s.Name}
}

// roles are the commands that have settings, in the order in which they are listed.
var roles = []struct {
	name     string
	settings reflect.Type
}{
	{"serve", reflect.TypeFor[Serve]()},
	{"media", reflect.TypeFor[Media]()},
	{"migrate", reflect.TypeFor[Demo]()},
	{"asterisk", reflect.TypeFor[Asterisk]()},
	{"carrier", reflect.TypeFor[Carrier]()},
	{"dev", reflect.TypeFor[Dev]()},
}

// known are all settings by name.
var known = func() map[string]Setting {
	all := map[string]Setting{
		fileSetting: {Name: fileSetting, About: "a file of KEY=value lines with settings; the environment goes before it"},
	}
	for _, role := range roles {
		for _, setting := range settingsOf(role.settings) {
			if first, again := all[setting.Name]; again {
				first.Roles = append(first.Roles, role.name)
				all[setting.Name] = first
				continue
			}
			setting.Roles = []string{role.name}
			all[setting.Name] = setting
		}
	}
	return all
}()

// All gives every setting, sorted by name.
func All() []Setting {
	all := make([]Setting, 0, len(known))
	for _, setting := range known {
		all = append(all, setting)
	}
	slices.SortFunc(all, func(a, b Setting) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// settingsOf reads the fields' tags of a role's settings.
func settingsOf(role reflect.Type) []Setting {
	var settings []Setting
	for _, field := range reflect.VisibleFields(role) {
		if field.Tag.Get("env") != "" {
			settings = append(settings, settingOf(field))
		}
	}
	return settings
}

func settingOf(field reflect.StructField) Setting {
	name, _, _ := strings.Cut(field.Tag.Get("env"), ",")
	kind := field.Type
	return Setting{
		Name:    Prefix + name,
		Default: field.Tag.Get("envDefault"),
		Follows: field.Tag.Get("follows"),
		About:   field.Tag.Get("about"),
		Secret:  kind == reflect.TypeFor[Secret]() || kind == reflect.TypeFor[DatabaseURL]() || kind == reflect.TypeFor[SharedSecret](),
		kind:    kind,
	}
}

func byName(role reflect.Type, name string) (Setting, bool) {
	settings := settingsOf(role)
	at := slices.IndexFunc(settings, func(s Setting) bool { return s.Name == name })
	if at < 0 {
		return Setting{Name: name}, false
	}
	return settings[at], true
}

func byField(role reflect.Type, name string) (Setting, bool) {
	field, found := role.FieldByName(name)
	if !found {
		return Setting{}, false
	}
	return settingOf(field), true
}

// CheckNames refuses variables that begin as a setting and are none, without reading any value.
func CheckNames(environ []string) error {
	_, err := read(environ)
	return err
}

// Print lists every setting with the value it has and where that comes from; secrets are masked. A bad value is an
// error, whichever role it is for.
func Print(w io.Writer, environ []string) error {
	values, err := read(environ)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, setting := range All() {
		if given, set := values[setting.Name]; set {
			if err := setting.accept(given.text); err != nil {
				return refusal(setting, values, err)
			}
		}
		shown := values.of(setting)
		fmt.Fprintf(table, "%s\t%s\t%s\n", setting.Name, shown.text, shown.origin)
	}
	return table.Flush()
}

// accept tries whether the setting can have the value.
func (s Setting) accept(text string) error {
	if s.kind == nil {
		return nil
	}
	if reader, ok := reflect.TypeAssert[encoding.TextUnmarshaler](reflect.New(s.kind)); ok {
		return reader.UnmarshalText([]byte(text))
	}
	return nil
}

// of gives a setting's value as it may be shown.
func (v values) of(s Setting) value {
	given, set := v[s.Name]
	switch {
	case set && s.Secret:
		return value{Secret(given.text).String(), given.origin}
	case set:
		return given
	case s.Default != "":
		return value{s.Default, fromDefault}
	case s.Follows != "":
		before, rest, _ := strings.Cut(s.Follows, "<")
		name, after, _ := strings.Cut(rest, ">")
		return value{before + v.of(known[name]).text + after, "follows from " + name}
	}
	return value{"-", "not set"}
}
