// Package phone is CTI 상담원 관리 (PH-08 … PH-10): who has a telephone, under which CTI ID and CTI 번호, and whether it is his
// browser or a SIP telephone on his desk, for which credentials are issued here.
package phone

import (
	"regexp"
	"strconv"

	"bellhop/cti/admin"
)

// The telephones.
const (
	Browser = "browser"
	Desk    = "desk"
)

// Phone is a user's telephone. Its JSON is what the audit log shows.
type Phone struct {
	User    string `json:"-"`
	Agent   string `json:"-"` // empty: he is not registered for telephony
	Name    string `json:"-"`
	Login   string `json:"-"`
	CTIID   string `json:"cti_id"`
	Number  string `json:"cti_number"`
	Kind    string `json:"phone"`
	SIPUser string `json:"sip_user"` // what his desk phone registers as; empty: nothing was issued
	Version int    `json:"-"`        // 0: he is not registered
}

// Credentials are what a desk phone registers with. They are shown once.
type Credentials struct{ User, Password string }

var (
	ctiID     = regexp.MustCompile(`^[A-Za-z0-9._-]{1,32}$`)
	ctiNumber = regexp.MustCompile(`^[0-9]{2,10}$`)
)

// check says what is wrong with a telephone's own settings.
func (p Phone) check() admin.Invalids {
	var wrong admin.Invalids
	switch {
	case p.CTIID == "":
		wrong.Add("cti_id", "required")
	case !ctiID.MatchString(p.CTIID):
		wrong.Add("cti_id", "format")
	}
	switch {
	case p.Number == "":
		wrong.Add("cti_number", "required")
	case !ctiNumber.MatchString(p.Number):
		wrong.Add("cti_number", "format")
	}
	wrong.OneOf("phone", p.Kind, Browser, Desk)
	return wrong
}

// following gives n numbers, one after the other, as wide as the first.
func following(from string, n int) ([]string, bool) {
	first, err := strconv.ParseInt(from, 10, 64)
	if err != nil || !ctiNumber.MatchString(from) {
		return nil, false
	}
	all := make([]string, n)
	for i := range all {
		text := strconv.FormatInt(first+int64(i), 10)
		for len(text) < len(from) {
			text = "0" + text
		}
		if len(text) > len(from) {
			return nil, false
		}
		all[i] = text
	}
	return all, true
}
