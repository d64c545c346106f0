package trunk

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"bellhop/cti/asterisk/pjsip"
)

// qualifyEvery is how often, in seconds, a carrier is asked whether it is there (SIP OPTIONS).
const qualifyEvery = 10

// itself stands for the name of the objects, which is known only when their content is.
const itself = "@"

// Base is the part of the trunk's names in Asterisk that stays when it is changed, of 13 characters.
func Base(id string) string {
	digits := strings.ReplaceAll(id, "-", "")
	return "t" + digits[len(digits)-12:]
}

// objects are what Asterisk is to have of the trunk. mark makes the mark of a content.
func (t Trunk) objects(mark func(string) string) (endpoint string, all []pjsip.Object) {
	fields := t.fields()
	name := Base(t.ID) + "-" + mark(fmt.Sprint(fields))
	for kind, each := range fields {
		o := pjsip.Object{Kind: kind, ID: name}
		for i := 0; i+1 < len(each); i += 2 {
			value := each[i+1]
			if value == itself {
				value = name
			}
			o.Fields = append(o.Fields, pjsip.Field{Attribute: each[i], Value: value})
		}
		all = append(all, o)
	}
	return name, all
}

// fields are the settings of the objects, names and values in turn.
func (t Trunk) fields() map[pjsip.Kind][]string {
	host := t.Address
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
		host = "[" + host + "]"
	}
	place := host + ":" + strconv.Itoa(t.Port)
	uri := "sip:" + place
	if t.Transport == "tcp" {
		uri += ";transport=tcp"
	}
	fields := map[pjsip.Kind][]string{
		pjsip.AOR: {"contact", uri, "qualify_frequency", strconv.Itoa(qualifyEvery), "qualify_timeout", "3.0"},
		pjsip.Endpoint: {
			"transport", t.Transport, "context", "from-a-trunk", "identify_by", "ip", "disallow", "all", "allow", strings.Join(t.Codecs, ","), "aors", itself,
			"direct_media", "no", "rtp_symmetric", "yes", "force_rport", "yes", "rewrite_contact", "yes", "ice_support", "no", "dtmf_mode", "rfc4733",
			"timers", "no", "100rel", "no", "send_pai", "no", "send_rpid", "no", "allow_subscribe", "no", "allow_transfer", "no", "trust_id_inbound", "no",
			"send_connected_line", "no", "rtp_timeout", "300", "rtp_timeout_hold", "3600",
			"set_var", "BELLHOP_TRUNK=" + Base(t.ID) + strconv.Itoa(t.Lines),
		},
		pjsip.Identify: {"endpoint", itself, "match", strings.Join(append([]string{t.Address}, t.Sources...), ",")},
	}
	if t.Username != "" && t.Password != "" {
		fields[pjsip.Auth] = []string{"auth_type", "userpass", "username", t.Username, "password", t.Password}
		fields[pjsip.Endpoint] = append(fields[pjsip.Endpoint], "outbound_auth", itself, "from_domain", t.Address)
	}
	if t.Registers {
		fields[pjsip.Registration] = []string{
			"server_uri", uri, "client_uri", "sip:" + t.Username + "@" + place, "contact_user", t.Username, "outbound_auth", itself, "transport", t.Transport,
			"expiration", "300", "retry_interval", "10", "forbidden_retry_interval", "30", "fatal_retry_interval", "30", "max_retries", "1000000",
			"auth_rejection_permanent", "no", "max_random_initial_delay", "1",
		}
	}
	return fields
}
