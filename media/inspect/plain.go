package inspect

import (
	"bytes"
	"strings"
)

// plain is the message with the white space that the grammar allows around separators taken out, and headers in one line
// each: the stack's parser stumbles over it. A message without any is left alone.
func (h *head) plain(data, body []byte) []byte {
	changed := bytes.Contains(data[:len(data)-len(body)], []byte("\r\n ")) || bytes.Contains(data[:len(data)-len(body)], []byte("\r\n\t"))
	for i, f := range h.fields {
		switch f.name {
		case "via", "from", "to", "contact":
			h.fields[i].value = tight(f.value)
			changed = changed || h.fields[i].value != f.value
		}
	}
	if !changed {
		return data
	}
	var b bytes.Buffer
	b.WriteString(h.method + " " + h.uri + " " + h.version + "\r\n")
	for _, f := range h.fields {
		b.WriteString(f.name + ": " + f.value + "\r\n")
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// tight takes white space beside ; = , and / out, except within quotes and angle brackets.
func tight(s string) string {
	var b strings.Builder
	quoted, escaped, inside, space := false, false, false, false
	last := rune(';')
	for _, r := range s {
		if !quoted && !inside && (r == ' ' || r == '\t') {
			space = true
			continue
		}
		if space && !strings.ContainsRune(";=,/", last) && !strings.ContainsRune(";=,/", r) {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
		last = r
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = r == '\\', r != '"'
		case r == '"':
			quoted = true
		case r == '<', r == '>':
			inside = r == '<'
		}
	}
	return b.String()
}
