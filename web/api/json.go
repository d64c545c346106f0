package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"
)

// maxDepth is how deep objects and arrays may be nested in what a client sends. Nothing we accept is deeper than 3.
const maxDepth = 16

// The ways in which JSON from a client is refused before anybody looks at what it says.
var (
	errNotUTF8      = errors.New("not valid UTF-8")
	errTooDeep      = errors.New("nested too deeply")
	errDuplicateKey = errors.New("a key occurs twice")
	errTrailing     = errors.New("more than one value")
)

// Decode reads one JSON value from a client into v. It is stricter than encoding/json: invalid UTF-8, deep nesting,
// keys that occur twice in one object and anything after the value are errors (RFC 8259, section 4: names should be
// unique, for readers disagree on which one counts).
func Decode(data []byte, v any) error {
	if !utf8.Valid(data) {
		return errNotUTF8
	}
	if err := checkShape(data); err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	return nil
}

// level is an object or array that is being read.
type level struct {
	keys map[string]bool // nil for an array
	key  bool            // the next token is a key
}

func checkShape(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var open []level
	for {
		token, err := d.Token()
		if err != nil {
			return fmt.Errorf("decode: %w", err)
		}
		if open, err = descend(open, token); err != nil {
			return err
		}
		if len(open) == 0 {
			break
		}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errTrailing
	}
	return nil
}

// descend follows one token of a JSON text and returns the objects and arrays that are open after it.
func descend(open []level, token json.Token) ([]level, error) {
	switch token {
	case json.Delim('{'), json.Delim('['):
		if len(open) == maxDepth {
			return nil, errTooDeep
		}
		if token == json.Delim('{') {
			return append(open, level{keys: map[string]bool{}, key: true}), nil
		}
		return append(open, level{}), nil
	case json.Delim('}'), json.Delim(']'):
		return valueEnded(open[:len(open)-1]), nil
	}
	if top := len(open) - 1; top >= 0 && open[top].key {
		name, _ := token.(string)
		if open[top].keys[name] {
			return nil, errDuplicateKey
		}
		open[top].keys[name], open[top].key = true, false
		return open, nil
	}
	return valueEnded(open), nil
}

// valueEnded notes that the value of a key is complete, so that the next token is a key again.
func valueEnded(open []level) []level {
	if top := len(open) - 1; top >= 0 && open[top].keys != nil {
		open[top].key = true
	}
	return open
}

// Stamp writes a time as every answer and message has it: RFC 3339, UTC, milliseconds.
func Stamp(t time.Time) string {
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// stampOrNull is Stamp, or nil for a time that has not come.
func stampOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := Stamp(t)
	return &s
}
