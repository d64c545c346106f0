// Package callerid is 발신번호 관리 (PH-44 … PH-46, D6): the numbers that services may show when they call. A manager asks
// for one with its proof, 조직관리자 reviews it, and only what is 등록 완료 and not expired reaches the agents.
package callerid

import (
	"strings"
	"time"
	"unicode"

	"bellhop/cti/admin"
	"bellhop/cti/number"
)

// CallerID is an outbound number as admins see it.
type CallerID struct {
	ID, Service, ServiceName string
	Number                   string // national form, digits only
	Name                     string
	State                    State
	// ExpiresOn is the last day on which it may be shown, in the service's time zone; zero: it does not expire. DaysLeft
	// counts from that zone's today, and is below zero once it is over.
	ExpiresOn time.Time
	DaysLeft  int
	Reason    string // why it was rejected
	Document  Document
	Position  int // among the completed of its service, from 1; 0: it has none
	Version   int
}

// State says how far a registration is.
type State string

// The states.
const (
	Requested State = "requested" // 등록 신청
	Reviewing State = "reviewing" // 심사중
	Completed State = "completed" // 등록 완료
	Rejected  State = "rejected"  // 반려
	Expired   State = "expired"   // was completed; its last day is over
)

// Usable says whether agents may show it now.
func (c CallerID) Usable() bool { return c.State == Completed }

// Document is the proof (통신서비스 이용증명원). File is its id among the uploads.
type Document struct {
	File, Name, Type string
	Size             int64
}

// kept is a caller id as the audit log shows it.
type kept struct {
	Number    string `json:"number"`
	Name      string `json:"name"`
	Service   string `json:"service"`
	State     State  `json:"state"`
	ExpiresOn string `json:"expires_on,omitempty"`
	Reason    string `json:"reason,omitempty"`
	Document  string `json:"document,omitempty"`
}

func (c CallerID) kept() kept {
	k := kept{Number: c.Number, Name: c.Name, Service: c.Service, State: c.State, Reason: c.Reason, Document: c.Document.Name}
	if !c.ExpiresOn.IsZero() {
		k.ExpiresOn = c.ExpiresOn.Format(time.DateOnly)
	}
	return k
}

const (
	maxName         = 64
	maxReason       = 500
	maxDocumentName = 120
)

// parse cleans a number that can be shown: 대표번호 (15xx, 16xx, 18xx), a number of an area or of a mobile, 070, 080, 050x.
func parse(wrong *admin.Invalids, text string) string {
	n, err := number.Parse(text)
	if err != nil {
		wrong.Add("number", "bad_number")
		return text
	}
	switch n.Kind {
	case number.Mobile, number.Fixed, number.Service:
		return n.Digits
	case number.Inside, number.Emergency, number.Premium, number.Foreign:
	}
	wrong.Add("number", "not_shown", "kind", string(n.Kind))
	return text
}

// documentName is the name of an uploaded file without any folder and what is not to be seen, with the ending of what is in it.
func documentName(name, ending string) string {
	if at := strings.LastIndexAny(name, `/\`); at >= 0 {
		name = name[at+1:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, admin.Clean(strings.ToValidUTF8(name, "")))
	name = strings.Trim(name, ". ")
	if at := strings.LastIndex(name, "."); at > 0 {
		name = name[:at]
	}
	runes := []rune(name)
	if name = string(runes[:min(len(runes), maxDocumentName-len(ending))]); name == "" {
		name = "document"
	}
	return name + ending
}
