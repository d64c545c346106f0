package asterisk

import (
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"text/template"
)

//go:embed conf
var confFiles embed.FS

//go:embed sound/*.wav sound/*.ulaw
var soundFiles embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{"path": escapePath}).ParseFS(confFiles, "conf/*.tmpl"))

// App is the name of the ARI application into which the dialplan puts every customer's call.
const App = "bellhop"

// Config is one Asterisk instance on this machine. Several run side by side when Dir, the two addresses and the RTP
// ports differ.
type Config struct {
	// Dir is the instance's folder: configuration, sockets, logs, sounds. It is made where missing, for its owner only,
	// because the configuration holds the ARI password.
	Dir string

	// ARIAddr is the host:port on which Asterisk serves ARI over HTTP.
	ARIAddr     string
	ARIUsername string
	ARIPassword string

	// SIPAddr is the host:port (UDP, TCP) at which customers call. Calls to agents' phones leave from the same port.
	SIPAddr string
	// Callers are the networks from which customers' calls may come besides this machine, the carrier and the trunks that are
	// set up later, as prefixes with commas between them. When not empty, they are those alone. Requests from elsewhere are
	// refused, all alike.
	Callers string
	// MoreCallers are networks that are added to these.
	MoreCallers []string
	// RTPFrom and RTPTo bound the UDP ports for sound; a call needs two for each party.
	RTPFrom, RTPTo int
	// MediaAddress is the IP address at which customers' sound is received and which they are told. When empty, it is
	// the host of SIPAddr, and left to Asterisk when that is unspecified (0.0.0.0).
	MediaAddress string
	// AgentAddress is the IP address at which sound from agents' phones is received. Default 127.0.0.1.
	AgentAddress string

	// CarrierAddr is the host:port (UDP) of the carrier over which outside numbers are called. When empty, none can be.
	CarrierAddr string

	// EntityID tells apart instances on one machine, as 6 bytes in the form aa:bb:cc:dd:ee:ff. When empty it is derived from Dir.
	EntityID string
}

func (c *Config) validate() error {
	if c.Dir == "" {
		return errors.New("asterisk: Dir is empty")
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return fmt.Errorf("asterisk: Dir: %w", err)
	}
	c.Dir = dir
	for name, addr := range map[string]string{"ARIAddr": c.ARIAddr, "SIPAddr": c.SIPAddr, "CarrierAddr": c.CarrierAddr} {
		if name == "CarrierAddr" && addr == "" {
			continue
		}
		if _, err := netip.ParseAddrPort(addr); err != nil {
			return fmt.Errorf("asterisk: %s is not an IP address with a port: %w", name, err)
		}
	}
	for prefix := range strings.SplitSeq(c.Callers, ",") {
		if _, err := netip.ParsePrefix(prefix); c.Callers != "" && err != nil {
			return fmt.Errorf("asterisk: Callers: %w", err)
		}
	}
	for name, word := range map[string]string{"Dir": c.Dir, "ARIUsername": c.ARIUsername, "ARIPassword": c.ARIPassword} {
		if strings.ContainsFunc(word, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return fmt.Errorf("asterisk: %s holds a control character", name)
		}
	}
	if c.ARIUsername == "" || c.ARIPassword == "" || strings.ContainsAny(c.ARIUsername, "[];, ") || strings.ContainsAny(c.ARIPassword, "; \\") {
		return errors.New("asterisk: ARIUsername or ARIPassword is empty or holds a character that ari.conf cannot hold")
	}
	if c.RTPFrom < 1024 || c.RTPTo > 65535 || c.RTPTo-c.RTPFrom < 3 {
		return fmt.Errorf("asterisk: RTP ports %d-%d are not a range of at least 4 ports above 1023", c.RTPFrom, c.RTPTo)
	}
	return c.defaults()
}

func (c *Config) defaults() error {
	sip := netip.MustParseAddrPort(c.SIPAddr).Addr()
	if c.MediaAddress == "" && !sip.IsUnspecified() {
		c.MediaAddress = sip.String()
	}
	if c.AgentAddress == "" {
		c.AgentAddress = "127.0.0.1"
	}
	for _, a := range []string{c.MediaAddress, c.AgentAddress} {
		if _, err := netip.ParseAddr(a); a != "" && err != nil {
			return fmt.Errorf("asterisk: media address: %w", err)
		}
	}
	if c.EntityID == "" {
		sum := sha256.Sum256([]byte(c.Dir))
		c.EntityID = net.HardwareAddr(append([]byte{0x02}, sum[:5]...)).String()
	}
	if mac, err := net.ParseMAC(c.EntityID); err != nil || len(mac) != 6 {
		return fmt.Errorf("asterisk: EntityID %q is not of the form aa:bb:cc:dd:ee:ff", c.EntityID)
	}
	return nil
}

// page is what the templates see.
type page struct {
	Config
	Program        Program
	App            string
	LoadModules    []string
	ARIHost        string
	ARIPort        uint16
	Callers        string   // where customers' calls may come from, Config's or what follows from the address
	SeparateAgents string   // host:port of a second SIP transport for agents' calls, where the first cannot reach them
	ManagerHost    string   // of the manager's own port
	StoreFamily    string   // StoreFamily
	Kept           []string // the types of PJSIP's objects that are kept there
	// CarrierTransport is the SIP transport from which the carrier is reached, and CarrierMedia the address for its sound.
	CarrierTransport, CarrierMedia string

	Files   uint64   // how many files Asterisk may open
	Dialled []string // dialplan patterns of what a customer may dial
}

// Write validates the configuration and writes everything the program p needs to run in c.Dir: its configuration
// files, our announcements and the hold music. What is there already is replaced; logs stay.
func (c Config) Write(p Program) error {
	if err := c.validate(); err != nil {
		return err
	}
	for _, dir := range []string{"etc", "run", "log", "spool", "spool/recording", "cache", "moh", "db/keys", "data/sounds/en/bellhop", soundsDir} {
		if err := os.MkdirAll(filepath.Join(c.Dir, dir), 0o700); err != nil {
			return fmt.Errorf("asterisk: %w", err)
		}
	}
	for _, name := range []string{"documentation", "rest-api"} {
		if err := relink(filepath.Join(p.Data, name), filepath.Join(c.Dir, "data", name)); err != nil {
			return fmt.Errorf("asterisk: %w", err)
		}
	}
	v := c.page(p)
	for _, t := range templates.Templates() {
		name, ok := strings.CutSuffix(t.Name(), ".tmpl")
		if !ok {
			continue
		}
		var text strings.Builder
		if err := t.Execute(&text, v); err != nil {
			return fmt.Errorf("asterisk: %s: %w", name, err)
		}
		if err := replace(filepath.Join(c.Dir, "etc", name), []byte(text.String())); err != nil {
			return err
		}
	}
	for _, name := range silentFiles {
		if err := replace(filepath.Join(c.Dir, "etc", name), nil); err != nil {
			return err
		}
	}
	return c.writeSounds()
}

// silentFiles are configuration files that modules look for; empty ones keep them from logging errors.
var silentFiles = []string{
	"stasis.conf", "statsd.conf", "features.conf", "acl.conf", "udptl.conf", "pjproject.conf", "websocket_client.conf",
	"ccss.conf", "geolocation.conf", "codecs.conf", "pjsip_notify.conf", "dnsmgr.conf", "res_parking.conf",
}

// thisMachine is where callers are always taken from, unless Config says otherwise.
const thisMachine = "127.0.0.0/8,::1/128"

// StoreFamily is the part of Asterisk's own database in which the trunks and desk phones are that Bellhop makes while
// Asterisk runs.
const StoreFamily = "bellhop"

func (c Config) page(p Program) page {
	ari, sip := netip.MustParseAddrPort(c.ARIAddr), netip.MustParseAddrPort(c.SIPAddr)
	v := page{
		Config: c, Program: p, App: App, ARIHost: ari.Addr().String(), ARIPort: ari.Port(),
		Callers: thisMachine, Files: openFiles(),
		Dialled:     []string{"_X!", "_[+*#]!", "_[a-zA-Z].", "s"},
		ManagerHost: "127.0.88.38", StoreFamily: StoreFamily, Kept: []string{"endpoint", "aor", "auth"},
	}
	if carrier, err := netip.ParseAddrPort(c.CarrierAddr); err == nil && !carrier.Addr().IsLoopback() {
		v.Callers += "," + carrier.Addr().String()
	}
	for _, each := range c.MoreCallers {
		v.Callers += "," + each
	}
	if c.Callers != "" {
		v.Callers = c.Callers
	}
	if !sip.Addr().IsLoopback() && !sip.Addr().IsUnspecified() {
		v.SeparateAgents = net.JoinHostPort(c.AgentAddress, strconv.Itoa(int(sip.Port())))
	}
	v.CarrierTransport, v.CarrierMedia = "udp", c.MediaAddress
	if carrier, err := netip.ParseAddrPort(c.CarrierAddr); err == nil && carrier.Addr().IsLoopback() {
		v.CarrierMedia = c.AgentAddress
		if v.SeparateAgents != "" {
			v.CarrierTransport = "udp-agents"
		}
	}
	for _, m := range append(append([]string{}, optionalModules...), requiredModules...) {
		if _, err := os.Stat(filepath.Join(p.Modules, m+".so")); err == nil {
			v.LoadModules = append(v.LoadModules, m)
		}
	}
	return v
}

func (c Config) writeSounds() error {
	names, err := fs.Glob(soundFiles, "sound/*")
	if err != nil {
		return err
	}
	for _, name := range names {
		data, err := soundFiles.ReadFile(name)
		if err != nil {
			return err
		}
		if err := replace(filepath.Join(c.Dir, "data/sounds/en/bellhop", filepath.Base(name)), data); err != nil {
			return err
		}
	}
	if err := c.keepMusic(); err != nil {
		return err
	}
	return replace(filepath.Join(c.Dir, "moh/hold.wav"), wav(HoldMusic()))
}

// replace writes a file that only its owner may read, whole or not at all.
func replace(name string, data []byte) error {
	if err := os.WriteFile(name+".new", data, 0o600); err != nil {
		return fmt.Errorf("asterisk: %w", err)
	}
	if err := os.Rename(name+".new", name); err != nil {
		return fmt.Errorf("asterisk: %w", err)
	}
	return nil
}

func relink(target, name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Symlink(target, name)
}

// openFiles is how many files Asterisk may open: five for each call, as far as the machine allows.
func openFiles() uint64 {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 1024
	}
	return min(limit.Max, 65536)
}

// escapePath writes a path so that Asterisk's configuration parser does not take a semicolon for a comment.
func escapePath(p string) string { return strings.ReplaceAll(p, ";", `\;`) }
