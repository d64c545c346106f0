package inspect

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Verdict is what becomes of a message.
type Verdict struct {
	// Pass is the message as the SIP stack may have it; nil when it may not.
	Pass []byte
	// Status is what a request that may not pass is answered with; 0 for none.
	Status int
	// Reply is that answer. It goes where the message came from.
	Reply []byte
	// Method is that of a request.
	Method string

	head *head
}

// Answer is an answer to the request without the stack, and so without a transaction that is kept for 32 s; nil where
// there must be none.
func (v Verdict) Answer(status int) []byte {
	if v.head == nil {
		return nil
	}
	return v.head.refuse(status, "").Reply
}

// Methods are those that are served; others are answered 405.
type Methods []string

const (
	// maxEcho is how many octets of headers an answer may have to repeat: the stack sends none longer than a packet.
	maxEcho = 800
	// statusTooLarge is RFC 3261 section 21.5.14.
	statusTooLarge = 513
	// statusUnsupportedScheme is RFC 3261 section 21.4.14.
	statusUnsupportedScheme = 416
)

// Message looks at one datagram.
func (m Methods) Message(data []byte) Verdict {
	start, rest, ok := bytes.Cut(data, []byte("\r\n"))
	if !ok {
		return Verdict{}
	}
	if bytes.HasPrefix(start, []byte("SIP/")) {
		if isResponse(start) && understood(data) {
			return Verdict{Pass: data}
		}
		return Verdict{}
	}
	lines, body, ended := bytes.Cut(rest, []byte("\r\n\r\n"))
	h := head{body: len(body)}
	if err := h.readFields(lines); err != nil || !ended {
		return h.refuse(sip.StatusBadRequest, "")
	}
	h.method, h.uri, h.version = requestLine(start)
	if status, extra := m.look(&h); status != 0 {
		return h.refuse(status, extra)
	}
	plain := h.plain(data, body)
	if !understood(plain) {
		return h.refuse(sip.StatusBadRequest, "")
	}
	return Verdict{Pass: plain, Method: h.method, head: &h}
}

// isResponse checks a status line (RFC 3261 section 7.2).
func isResponse(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("SIP/2.0 "))
	if !ok || len(rest) < 4 || rest[3] != ' ' {
		return false
	}
	return '1' <= rest[0] && rest[0] <= '6' && '0' <= rest[1] && rest[1] <= '9' && '0' <= rest[2] && rest[2] <= '9'
}

// requestLine splits a request line (RFC 3261 section 7.1). What is no such line has no method.
func requestLine(line []byte) (method, uri, version string) {
	parts := strings.Split(string(line), " ")
	if len(parts) != 3 || !isToken(parts[0]) || !clean(line) {
		return "", "", ""
	}
	return parts[0], parts[1], parts[2]
}

// look tells the status to refuse a request with, 0 if it is fine, and a header that belongs to it.
func (m Methods) look(h *head) (status int, extra string) {
	scheme, _, _ := strings.Cut(strings.ToLower(h.uri), ":")
	switch {
	case h.method == "" || !strings.HasPrefix(strings.ToUpper(h.version), "SIP/") || strings.ContainsAny(h.uri, "<>\""):
		return sip.StatusBadRequest, ""
	case !strings.EqualFold(h.version, "SIP/2.0"):
		return sip.StatusVersionNotSupported, ""
	case h.check() != nil:
		return sip.StatusBadRequest, ""
	case !slices.Contains(m, h.method):
		return sip.StatusMethodNotAllowed, "Allow: " + strings.Join(m, ", ")
	case scheme != "sip" && scheme != "sips":
		return statusUnsupportedScheme, ""
	}
	if h.echoed() > maxEcho {
		return statusTooLarge, ""
	}
	if required, ok := h.get("require"); ok && h.method != "CANCEL" {
		return sip.StatusBadExtension, "Unsupported: " + required
	}
	if h.method != "INVITE" {
		return 0, ""
	}
	if kind, _ := h.get("content-type"); h.body > 0 && !mediaType(kind, "application/sdp") {
		return sip.StatusUnsupportedMediaType, "Accept: application/sdp"
	}
	if accept, ok := h.get("accept"); ok && !takesSDP(accept) {
		return sip.StatusNotAcceptable, ""
	}
	return 0, ""
}

func takesSDP(accept string) bool {
	for kind := range strings.SplitSeq(accept, ",") {
		if mediaType(kind, "application/sdp", "application/*", "*/*") {
			return true
		}
	}
	return false
}

func mediaType(s string, wanted ...string) bool {
	kind, _, _ := strings.Cut(s, ";")
	return slices.Contains(wanted, strings.ToLower(strings.TrimSpace(kind)))
}

// understood tells whether the SIP stack can read the message. A message that makes its parser panic it never gets.
func understood(data []byte) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	_, err := sip.ParseMessage(data)
	return err == nil
}

// refuse answers along the request's own headers (RFC 3261 section 8.2.6), without any state: the same request gets the
// same answer.
func (h *head) refuse(status int, extra string) Verdict {
	_, answerable := h.get("via")
	cseq, _ := h.get("cseq")
	if !answerable || h.method == "ACK" || strings.HasSuffix(cseq, "ACK") {
		return Verdict{}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "SIP/2.0 %d %s\r\n", status, reasons[status])
	copied := make(map[string]bool)
	for _, f := range h.fields {
		name := written[f.name]
		if name == "" || copied[f.name] && f.name != "via" {
			continue
		}
		copied[f.name] = true
		if f.name == "to" && !strings.Contains(strings.ToLower(f.value), "tag") {
			f.value += ";tag=" + h.tag()
		}
		fmt.Fprintf(&b, "%s: %s\r\n", name, f.value)
	}
	if extra != "" {
		b.WriteString(extra + "\r\n")
	}
	b.WriteString("Content-Length: 0\r\n\r\n")
	return Verdict{Status: status, Reply: []byte(b.String())}
}

// echoed is the length of what an answer repeats.
func (h *head) echoed() int {
	n := 0
	for _, f := range h.fields {
		if written[f.name] != "" || f.name == "record-route" {
			n += len(f.name) + len(f.value) + len(": \r\n")
		}
	}
	return n
}

// tag is one that every copy of the request gets (RFC 3261 section 8.2.7).
func (h *head) tag() string {
	sum := fnv.New64a()
	for _, f := range h.fields {
		_, _ = sum.Write([]byte(f.value)) // never fails
	}
	return fmt.Sprintf("%016x", sum.Sum64())
}

// written are the headers of an answer.
var written = map[string]string{"via": "Via", "from": "From", "to": "To", "call-id": "Call-ID", "cseq": "CSeq"}

var reasons = map[int]string{
	sip.StatusOK:                   "OK",
	sip.StatusServiceUnavailable:   "Service Unavailable",
	sip.StatusBadRequest:           "Bad Request",
	sip.StatusMethodNotAllowed:     "Method Not Allowed",
	sip.StatusNotAcceptable:        "Not Acceptable",
	sip.StatusUnsupportedMediaType: "Unsupported Media Type",
	statusTooLarge:                 "Message Too Large",
	statusUnsupportedScheme:        "Unsupported URI Scheme",
	sip.StatusBadExtension:         "Bad Extension",
	sip.StatusVersionNotSupported:  "Version Not Supported",
}
