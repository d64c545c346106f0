// Package trunk is the lines to the telephone network as admins set them up: where a carrier is, how it knows us, what is
// called over it, and what Asterisk is to have of it. Passwords are sealed at rest and never shown again.
package trunk

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"bellhop/cti/admin"
	"bellhop/cti/number"
)

// Trunk is what an admin edits. Its JSON is what the audit log shows.
type Trunk struct {
	ID        string   `json:"-"`
	Name      string   `json:"name"`
	Enabled   bool     `json:"enabled"`
	Address   string   `json:"address"`
	Port      int      `json:"port"`
	Transport string   `json:"transport"`
	Registers bool     `json:"registers"` // by name and password; else the carrier knows our address
	Username  string   `json:"username"`
	Password  string   `json:"-"` // only in: empty keeps what is there
	Codecs    []string `json:"codecs"`
	Sources   []string `json:"sources"` // networks it calls from, besides its address
	Numbers   []string `json:"numbers"` // that customers reach over it, and that may be shown over it
	Lines     int      `json:"lines"`   // calls at a time
	Position  int      `json:"position"`
	Version   int      `json:"-"`

	HasPassword bool `json:"has_password"`
}

// Transports and Codecs are what may be chosen.
var (
	Transports = []string{"udp", "tcp"}
	Codecs     = []string{"alaw", "ulaw"}
)

const (
	maxName    = 64
	maxSources = 32
	maxNumbers = 1000
)

var (
	hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,62}\.)*[A-Za-z0-9-]{0,62}[A-Za-z0-9]$`)
	// userName keeps out what PJSIP's configuration or a SIP URI would read as something else.
	userName = regexp.MustCompile(`^[A-Za-z0-9._+-]{1,64}$`)
	visible  = regexp.MustCompile(`^[!-~]{1,128}$`)
)

// check cleans a trunk and says what is wrong with it.
func (t *Trunk) check() admin.Invalids {
	var wrong admin.Invalids
	t.Name = wrong.Text("name", t.Name, 1, maxName)
	t.Address = strings.ToLower(wrong.Text("address", t.Address, 1, 253))
	if _, err := netip.ParseAddr(t.Address); err != nil && t.Address != "" && (!hostName.MatchString(t.Address) || len(t.Address) < 2) {
		wrong.Add("address", "format")
	} else if ip, err := netip.ParseAddr(t.Address); err == nil && (ip.IsUnspecified() || ip.IsMulticast() || ip.Zone() != "") {
		wrong.Add("address", "not_allowed")
	}
	wrong.Number("port", t.Port, 1, 65535)
	wrong.Number("lines", t.Lines, 1, 10000)
	wrong.OneOf("transport", t.Transport, Transports...)
	t.checkCredentials(&wrong)
	t.checkLists(&wrong)
	return wrong
}

func (t *Trunk) checkCredentials(wrong *admin.Invalids) {
	t.Username = wrong.Text("username", t.Username, 0, 64)
	switch {
	case t.Registers && t.Username == "":
		wrong.Add("username", "required")
	case t.Username != "" && !userName.MatchString(t.Username):
		wrong.Add("username", "format")
	}
	switch {
	case t.Password != "" && !visible.MatchString(t.Password):
		wrong.Add("password", "bad_characters")
	case t.Password != "" && t.Username == "":
		wrong.Add("username", "required")
	case t.Registers && t.Password == "" && !t.HasPassword:
		wrong.Add("password", "required")
	}
}

func (t *Trunk) checkLists(wrong *admin.Invalids) {
	if len(t.Codecs) == 0 {
		wrong.Add("codecs", "required")
	}
	for i, codec := range t.Codecs {
		wrong.OneOf("codecs", codec, Codecs...)
		if slices.Contains(t.Codecs[:i], codec) {
			wrong.Add("codecs", "duplicate")
		}
	}
	if len(t.Sources) > maxSources {
		wrong.Add("sources", "too_large")
	}
	for i, source := range t.Sources {
		prefix, err := network(source)
		if err != nil {
			wrong.Add("sources", "format", "value", source)
			continue
		}
		t.Sources[i] = prefix.String()
	}
	if len(t.Numbers) > maxNumbers {
		wrong.Add("numbers", "too_large")
	}
	for i, text := range t.Numbers {
		n, err := number.Parse(text)
		switch {
		case err != nil:
			wrong.Add("numbers", "format", "value", text)
			continue
		case slices.Contains(t.Numbers[:i], n.Digits):
			wrong.Add("numbers", "duplicate", "value", text)
		}
		t.Numbers[i] = n.Digits
	}
}

// network reads an address or a network. The whole Internet is none.
func network(text string) (netip.Prefix, error) {
	text = strings.TrimSpace(text)
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		return netip.PrefixFrom(ip, ip.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err == nil && prefix.Bits() < 8 {
		return prefix, admin.Invalid{Field: "sources", Code: "not_allowed"}
	}
	return prefix.Masked(), err
}
