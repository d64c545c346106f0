package handset

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Party is who ended a call.
type Party string

// Who can end a call.
const (
	Us     Party = "us"     // hung up here
	Them   Party = "them"   // hung up or refused there
	Nobody Party = "nobody" // given up: no answer from the network, or none that makes sense
)

// End tells how a call ended. It is an error so that the calls that were
// never answered can be returned as one.
type End struct {
	At       time.Time
	By       Party
	Answered bool
	// Status is the final SIP status of a call that was not answered; 0 if
	// there was none.
	Status int
	// Cause is the Q.850 cause from the Reason header (RFC 3326); 0 if there was none.
	Cause int
	// Reason says why in a few words.
	Reason string
	// RecordErr tells why the recording is incomplete; nil if it is complete or not wanted.
	RecordErr error
}

// Error says who ended the call and why.
func (e *End) Error() string {
	text := "call ended by " + string(e.By) + ": " + e.Reason
	if e.Status != 0 {
		text += " (status " + strconv.Itoa(e.Status) + ")"
	}
	return text
}

// The Q.850 causes that a customer's telephone may come across.
var causes = map[int]string{
	1: "unallocated number", 3: "no route to destination", 16: "normal clearing",
	17: "user busy", 18: "no user responding", 19: "no answer from user",
	20: "subscriber absent", 21: "call rejected", 22: "number changed",
	27: "destination out of order", 28: "invalid number format", 31: "normal, unspecified",
	34: "no circuit available", 38: "network out of order", 41: "temporary failure",
	42: "switching equipment congestion", 44: "requested circuit not available",
	47: "resource unavailable", 58: "bearer capability not available",
	88: "incompatible destination", 102: "recovery on timer expiry", 127: "interworking, unspecified",
}

// readReason returns the Q.850 cause of a message's Reason headers and the
// text that comes with it, or with another protocol's reason.
func readReason(headers []sip.Header) (cause int, text string) {
	for _, header := range headers {
		for value := range splitQuoted(header.Value(), ',') {
			protocol, code, said := parseReason(value)
			if protocol == "q.850" && cause == 0 {
				cause = code
			}
			if text == "" {
				text = said
			}
		}
	}
	if text == "" {
		text = causes[cause]
	}
	return cause, text
}

func parseReason(value string) (protocol string, cause int, text string) {
	first := true
	for part := range splitQuoted(value, ';') {
		part = strings.TrimSpace(part)
		if first {
			protocol, first = strings.ToLower(part), false
			continue
		}
		name, v, _ := strings.Cut(part, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "cause":
			cause, _ = strconv.Atoi(strings.TrimSpace(v))
		case "text":
			text = unquoted(strings.TrimSpace(v))
		}
	}
	return protocol, cause, text
}

// splitQuoted yields the parts of s between separators that are not inside quotes.
func splitQuoted(s string, separator byte) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		start, inside, escape := 0, false, false
		for i := range len(s) {
			switch c := s[i]; {
			case escape:
				escape = false
			case c == '\\' && inside:
				escape = true
			case c == '"':
				inside = !inside
			case c == separator && !inside:
				if !yield(s[start:i]) {
					return
				}
				start = i + 1
			}
		}
		yield(s[start:])
	}
}

func unquoted(s string) string {
	s = strings.TrimSuffix(strings.TrimPrefix(s, `"`), `"`)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// refusal tells how a final answer other than 200 ended a call.
func refusal(res *sip.Response) End {
	cause, text := readReason(res.GetHeaders("Reason"))
	end := End{By: Them, Status: res.StatusCode, Cause: cause, Reason: res.Reason}
	switch status := res.StatusCode; {
	case status < 400:
		end.Reason = "moved, and this telephone does not follow"
		if contact := res.Contact(); contact != nil {
			end.Reason = fmt.Sprintf("moved to %s, and this telephone does not follow", contact.Address.String())
		}
	case status == sip.StatusUnauthorized || status == sip.StatusProxyAuthRequired:
		end.Reason = "the server asks for a password, and a customer's telephone has none"
	case text != "" && !strings.EqualFold(text, res.Reason):
		end.Reason = strings.TrimPrefix(res.Reason+", "+text, ", ")
	}
	return end
}
