// Package config reads Bellhop's settings. A setting comes from the environment variable of its name, from the
// file that the variable with _FILE at its end names (secrets), from the settings file that BELLHOP_CONFIG names,
// or else from its default. Whatever is unknown or wrong stops the start with a sentence that a person can act on.
package config

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/caarlos0/env/v11"
)

// Prefix stands before the name of every setting.
const Prefix = "BELLHOP_"

// Settings is what a role's settings can do besides being read: fill in the values that follow from others, and
// refuse combinations that cannot work.
type Settings[T any] interface {
	*T
	complete() error
}

// Load reads the settings of one role, such as Load[Serve](os.Environ()). Its error holds one sentence for each
// setting that is unknown, missing or wrong, joined by line ends; secrets are not in it.
func Load[T any, P Settings[T]](environ []string) (T, error) {
	var settings T
	values, err := read(environ)
	if err != nil {
		return settings, err
	}
	if err := parse(&settings, values); err != nil {
		return settings, err
	}
	return settings, P(&settings).complete()
}

// parse fills the struct that target points to from values by the fields' tags.
func parse[T any](target *T, values values) error {
	err := env.ParseWithOptions(target, env.Options{Environment: values.plain(), Prefix: Prefix})
	var all env.AggregateError
	if !errors.As(err, &all) {
		return err
	}
	sentences := make([]error, 0, len(all.Errors))
	for _, each := range all.Errors {
		sentences = append(sentences, sentence(reflect.TypeFor[T](), values, each))
	}
	return errors.Join(sentences...)
}

// sentence turns an error of the env library into words about the setting.
func sentence(settings reflect.Type, values values, err error) error {
	if missing, is := errors.AsType[env.VarIsNotSetError](err); is {
		s, _ := byName(settings, missing.Key)
		if s.Secret {
			return fmt.Errorf("%s is not set (nor %s_FILE): it is %s", s.Name, s.Name, s.About)
		}
		return fmt.Errorf("%s is not set: it is %s", s.Name, s.About)
	}
	if wrong, is := errors.AsType[env.ParseError](err); is {
		if s, found := byField(settings, wrong.Name); found {
			return refusal(s, values, wrong.Err)
		}
	}
	return err
}

// refusal says which setting has a bad value, where it came from, and what is allowed.
func refusal(s Setting, values values, allowed error) error {
	value := values[s.Name]
	shown := fmt.Sprintf("%q", value.text)
	if s.Secret {
		shown = "a value that cannot be used"
	}
	if value.origin == fromEnvironment {
		return fmt.Errorf("%s is %s: %w", s.Name, shown, allowed)
	}
	return fmt.Errorf("%s is %s in %s: %w", s.Name, shown, value.origin, allowed)
}
