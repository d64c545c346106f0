package config

import (
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Addr is an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080.
type Addr string

var errAddr = errors.New("it must be an IP address and a port from 1 to 65535, such as 127.0.0.1:8080 " +
	"(0.0.0.0:8080 for every address of this machine)")

// UnmarshalText accepts an IP address and a port.
func (a *Addr) UnmarshalText(text []byte) error {
	parsed, err := netip.ParseAddrPort(string(text))
	if err != nil || parsed.Port() == 0 || parsed.Addr().Zone() != "" {
		return errAddr
	}
	*a = Addr(parsed.String())
	return nil
}

// Everywhere says whether the address stands for every address of this machine.
func (a Addr) Everywhere() bool {
	parsed, err := netip.ParseAddrPort(string(a))
	return err == nil && parsed.Addr().IsUnspecified()
}

// Reachable is the address at which this machine itself reaches what listens on a.
func (a Addr) Reachable() string {
	parsed, err := netip.ParseAddrPort(string(a))
	switch {
	case err != nil || !parsed.Addr().IsUnspecified():
		return string(a)
	case parsed.Addr().Is4():
		return net.JoinHostPort("127.0.0.1", portOf(a))
	}
	return net.JoinHostPort("::1", portOf(a))
}

// IP is an IP address without a port.
type IP string

// UnmarshalText accepts an IP address.
func (i *IP) UnmarshalText(text []byte) error {
	parsed, err := netip.ParseAddr(string(text))
	if err != nil || parsed.IsUnspecified() {
		return errors.New("it must be one IP address, such as 127.0.0.1")
	}
	*i = IP(parsed.String())
	return nil
}

// Networks are IP addresses and networks with commas between them, such as 10.0.0.5,192.168.0.0/16.
type Networks []netip.Prefix

// Strings are the networks, one by one.
func (n Networks) Strings() []string {
	all := make([]string, len(n))
	for i, prefix := range n {
		all[i] = prefix.String()
	}
	return all
}

var errNetworks = errors.New("it must be IP addresses or networks with commas between, such as 10.0.0.5,192.168.0.0/16")

// UnmarshalText accepts addresses and networks; a network of everybody is refused, for it trusts strangers.
func (n *Networks) UnmarshalText(text []byte) error {
	var all Networks
	for part := range strings.SplitSeq(string(text), ",") {
		part = strings.TrimSpace(part)
		prefix, err := netip.ParsePrefix(part)
		if addr, errAddr := netip.ParseAddr(part); errAddr == nil && addr.Zone() == "" {
			prefix, err = addr.Unmap().Prefix(addr.Unmap().BitLen())
		}
		if err != nil || prefix.Bits() == 0 || prefix.Addr().Is4In6() {
			return errNetworks
		}
		all = append(all, prefix.Masked())
	}
	*n = all
	return nil
}

// String gives the networks as they are written in a setting.
func (n Networks) String() string {
	words := make([]string, len(n))
	for i, p := range n {
		words[i] = p.String()
	}
	return strings.Join(words, ",")
}

// Ports is a range of UDP ports, both ends included.
type Ports struct {
	From, To int
}

var errPorts = errors.New("it must be two ports from 1024 to 65535 with a hyphen between and at least 4 ports in all, such as 20000-23999")

// UnmarshalText accepts two ports with a hyphen between them.
func (p *Ports) UnmarshalText(text []byte) error {
	first, last, found := strings.Cut(string(text), "-")
	from, errFrom := strconv.Atoi(first)
	to, errTo := strconv.Atoi(last)
	if !found || errFrom != nil || errTo != nil || from < 1024 || to > 65535 || to-from < 3 {
		return errPorts
	}
	*p = Ports{From: from, To: to}
	return nil
}

// String gives the range as it is written in a setting.
func (p Ports) String() string {
	return strconv.Itoa(p.From) + "-" + strconv.Itoa(p.To)
}

// HTTPURL is the address of something spoken to over HTTP, such as http://127.0.0.1:8088/ari.
type HTTPURL string

// UnmarshalText accepts an http or https address without user, query or fragment.
func (u *HTTPURL) UnmarshalText(text []byte) error {
	if _, ok := parseURL(string(text), "http", "https"); !ok {
		return errors.New("it must be an address that begins with http:// or https://, such as http://127.0.0.1:8088/ari")
	}
	*u = HTTPURL(strings.TrimRight(string(text), "/"))
	return nil
}

// listenAddr is where Asterisk would listen to offer its REST interface at u; empty if it cannot.
func (u HTTPURL) listenAddr() Addr {
	parsed, ok := parseURL(string(u), "http")
	var addr Addr
	if !ok || parsed.Path != "/ari" || addr.UnmarshalText([]byte(parsed.Host)) != nil {
		return ""
	}
	return addr
}

// SocketURL is the address of a websocket, such as ws://127.0.0.1:8082/control.
type SocketURL string

// UnmarshalText accepts a ws or wss address without user, query or fragment.
func (u *SocketURL) UnmarshalText(text []byte) error {
	if _, ok := parseURL(string(text), "ws", "wss"); !ok {
		return errors.New("it must be an address that begins with ws:// or wss://, such as ws://127.0.0.1:8082/control")
	}
	*u = SocketURL(text)
	return nil
}

// Origin is what a browser calls the place a page came from: scheme, host and port, such as https://desk.example.com.
type Origin string

// UnmarshalText accepts an http or https address without anything after host and port.
func (o *Origin) UnmarshalText(text []byte) error {
	parsed, ok := parseURL(string(text), "http", "https")
	if !ok || strings.Trim(parsed.Path, "/") != "" {
		return errors.New("it must be scheme, host and port only, such as https://desk.example.com")
	}
	*o = Origin(strings.ToLower(parsed.Scheme + "://" + parsed.Host))
	return nil
}

// parseURL reads an absolute URL of one of the schemes that has no more than host, port and path.
func parseURL(text string, schemes ...string) (*url.URL, bool) {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Hostname() == "" || parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "" {
		return nil, false
	}
	return parsed, slices.Contains(schemes, parsed.Scheme)
}

// Secret is a value that is never printed.
type Secret string

// Reveal gives the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(secret)"
}

// GoString hides the secret.
func (s Secret) GoString() string { return s.String() }

// LogValue hides the secret.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// DatabaseURL is where a PostgreSQL database is, with its password, such as postgres://bellhop:…@127.0.0.1:5432/bellhop.
type DatabaseURL struct{ Secret }

// UnmarshalText accepts a postgres or postgresql address that names a host and a database.
func (d *DatabaseURL) UnmarshalText(text []byte) error {
	parsed, err := url.Parse(string(text))
	if err != nil || (parsed.Scheme != "postgres" && parsed.Scheme != "postgresql") ||
		(parsed.Host == "" && !parsed.Query().Has("host")) || strings.Trim(parsed.Path, "/") == "" {
		return errors.New("it must be an address such as postgres://user:password@127.0.0.1:5432/bellhop")
	}
	*d = DatabaseURL{Secret(text)}
	return nil
}

// SharedSecret is a secret of at least 32 bytes that two processes share.
type SharedSecret struct{ Secret }

// UnmarshalText accepts at least 32 bytes.
func (s *SharedSecret) UnmarshalText(text []byte) error {
	if len(text) < 32 {
		return errors.New("it must be at least 32 bytes long, such as what `openssl rand -hex 32` prints")
	}
	*s = SharedSecret{Secret(text)}
	return nil
}

// Duration is a time from one second to an hour.
type Duration struct{ time.Duration }

// UnmarshalText accepts a number with a unit.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil || parsed < time.Second || parsed > time.Hour {
		return errors.New("it must be a time from 1s to 1h, such as 30s or 1m30s")
	}
	*d = Duration{parsed}
	return nil
}

// Patience is a time that may be none at all.
type Patience struct{ time.Duration }

// UnmarshalText accepts a number with a unit, or 0.
func (p *Patience) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil || parsed < 0 || parsed > time.Hour {
		return errors.New("it must be a time from 0s to 1h, such as 30s")
	}
	*p = Patience{parsed}
	return nil
}

// Format is the form of log lines.
type Format string

// The forms of log lines.
const (
	FormatText Format = "text"
	FormatJSON Format = "json"
)

// UnmarshalText accepts text or json.
func (f *Format) UnmarshalText(text []byte) error {
	switch Format(text) {
	case FormatText, FormatJSON:
		*f = Format(text)
		return nil
	}
	return errors.New("it must be text or json")
}

// Level is how much is logged.
type Level struct{ slog.Level }

// UnmarshalText accepts debug, info, warn or error.
func (l *Level) UnmarshalText(text []byte) error {
	switch word := string(text); word {
	case "debug", "info", "warn", "error":
		return l.Level.UnmarshalText(text)
	}
	return errors.New("it must be debug, info, warn or error")
}

// String gives the level as it is written in a setting.
func (l Level) String() string { return strings.ToLower(l.Level.String()) }

// portOf gives the port of an address that was accepted before.
func portOf(address Addr) string {
	_, port, err := net.SplitHostPort(string(address))
	if err != nil {
		return ""
	}
	return port
}
