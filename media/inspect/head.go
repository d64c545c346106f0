package inspect

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

const (
	// maxFields is how many header lines a message may have. Asterisk sends about twenty.
	maxFields = 128
	// maxCSeq is the highest sequence number (RFC 3261 section 8.1.1.5).
	maxCSeq = 1<<31 - 1
)

var errSyntax = errors.New("inspect: not SIP")

// field is a header field, unfolded.
type field struct{ name, value string }

// head is a request without its body.
type head struct {
	method, uri, version string
	fields               []field
	body                 int // octets after the head
}

// compact are the short forms of header names (RFC 3261 section 7.3.3).
var compact = map[string]string{
	"c": "content-type", "f": "from", "i": "call-id", "l": "content-length", "m": "contact", "t": "to", "v": "via",
}

// once are the fields that a request has one of, or at most one (RFC 3261 section 20, table 2).
var once = map[string]bool{
	"from": true, "to": true, "call-id": true, "cseq": true,
	"max-forwards": false, "content-length": false, "content-type": false, "date": false,
}

// readFields splits a head into its fields.
func (h *head) readFields(lines []byte) error {
	for line := range bytes.SplitSeq(lines, []byte("\r\n")) {
		if len(line) == 0 || !clean(line) || len(h.fields) == maxFields {
			return errSyntax
		}
		if line[0] == ' ' || line[0] == '\t' {
			if len(h.fields) == 0 {
				return errSyntax
			}
			last := &h.fields[len(h.fields)-1]
			last.value = strings.TrimSpace(last.value + " " + strings.Trim(string(line), " \t"))
			continue
		}
		name, value, ok := strings.Cut(string(line), ":")
		name = strings.ToLower(strings.TrimRight(name, " \t"))
		if long, short := compact[name]; short {
			name = long
		}
		if !ok || !isToken(name) {
			return errSyntax
		}
		h.fields = append(h.fields, field{name, strings.Trim(value, " \t")})
	}
	return nil
}

// clean tells that there is no control character but the tab, and those that a backslash goes before (RFC 3261
// section 25.1, quoted-pair).
func clean(line []byte) bool {
	last := byte(0)
	for _, c := range line {
		if (c < ' ' && c != '\t' || c == 0x7f) && (last != '\\' || c == '\r' || c == '\n') {
			return false
		}
		last = c
	}
	return true
}

func isToken(s string) bool {
	strange := func(r rune) bool {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		return !letter && !strings.ContainsRune("-.!%*_+`'~", r)
	}
	return s != "" && !strings.ContainsFunc(s, strange)
}

func (h *head) get(name string) (string, bool) {
	for _, f := range h.fields {
		if f.name == name {
			return f.value, true
		}
	}
	return "", false
}

// check tells what is wrong with the syntax of the fields.
func (h *head) check() error {
	seen := make(map[string]int)
	for _, f := range h.fields {
		seen[f.name]++
		if err := h.checkField(f); err != nil {
			return fmt.Errorf("%w: %s", err, f.name)
		}
	}
	for name, needed := range once {
		if seen[name] > 1 || needed && seen[name] == 0 {
			return fmt.Errorf("%w: %d %s", errSyntax, seen[name], name)
		}
	}
	return nil
}

func (h *head) checkField(f field) error {
	ok := true
	switch f.name {
	case "via":
		ok = filled(f.value)
	case "contact":
		ok = filled(f.value) && balanced(f.value, true)
	case "from", "to":
		ok = f.value != "" && balanced(f.value, false)
	case "call-id":
		ok = f.value != "" && !strings.ContainsAny(f.value, " \t")
	case "cseq":
		number, method, _ := strings.Cut(strings.ReplaceAll(f.value, "\t", " "), " ")
		n, err := strconv.ParseUint(number, 10, 32)
		ok = err == nil && n <= maxCSeq && strings.TrimSpace(method) == h.method
	case "max-forwards":
		n, err := strconv.ParseUint(f.value, 10, 32)
		ok = err == nil && n <= 255
	case "content-length":
		n, err := strconv.ParseUint(f.value, 10, 31)
		ok = err == nil && int(n) <= h.body
	}
	if !ok {
		return errSyntax
	}
	return nil
}

// filled tells whether a list of values with parameters has no empty one.
func filled(s string) bool {
	last := ','
	quoted, escaped := false, false
	for _, r := range s {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = r == '\\', r != '"'
		case r == ' ' || r == '\t':
			continue
		case (r == ',' || r == ';') && (last == ',' || last == ';'):
			return false
		default:
			quoted = r == '"'
		}
		last = r
	}
	return last != ',' && last != ';'
}

// balanced tells whether quotes and angle brackets of addresses close. Several are separated by commas.
func balanced(s string, several bool) bool {
	quoted, escaped, inside := false, false, false
	last := ' '
	for _, r := range s {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = r == '\\', r != '"'
		case r == '"':
			quoted = true
		case r == '<' && inside, r == '>' && (!inside || last == ' '), last == '<' && r == ' ':
			return false
		case r == '<':
			inside = true
		case r == '>':
			inside = false
		case r == ',' && !inside && !several:
			return false
		}
		last = r
	}
	return !quoted && !inside
}
