package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// Common are the settings of every role.
type Common struct {
	StateDir  string `env:"STATE_DIR" envDefault:".run" about:"the folder for everything this machine keeps"`
	LogLevel  Level  `env:"LOG_LEVEL" envDefault:"info" about:"how much is logged: debug, info, warn or error"`
	LogFormat Format `env:"LOG_FORMAT" envDefault:"text" about:"the form of log lines: text or json"`
}

func (c *Common) complete() error {
	absolute, err := filepath.Abs(c.StateDir)
	if err != nil {
		return fmt.Errorf("BELLHOP_STATE_DIR is %q: %w", c.StateDir, err)
	}
	c.StateDir = absolute
	return nil
}

// ServeDir is the folder for what bellhop serve needs after a restart, though the database be away.
func (c Common) ServeDir() string { return filepath.Join(c.StateDir, "serve") }

// JournalDir is the folder of its journal.
func (c Common) JournalDir() string { return filepath.Join(c.ServeDir(), "journal") }

// Screens are the settings of the pages that people open in their browser.
type Screens struct {
	TLS

	HTTPAddr  Addr   `env:"HTTP_ADDR" envDefault:"127.0.0.1:8080" about:"where browsers and the REST API are served"`
	PublicURL Origin `env:"PUBLIC_URL" follows:"http://<BELLHOP_HTTP_ADDR>" about:"what people type to get there"`
}

func (s *Screens) complete() error {
	if err := s.check(); err != nil {
		return err
	}
	if s.Secure() && s.PublicURL != "" && !strings.HasPrefix(string(s.PublicURL), "https://") {
		return fmt.Errorf("BELLHOP_PUBLIC_URL is %q: it must begin with https://, because there is a certificate", s.PublicURL)
	}
	if s.PublicURL == "" && len(s.ACMEDomains) > 0 {
		s.PublicURL = Origin("https://" + s.ACMEDomains[0])
	}
	if s.PublicURL != "" {
		return nil
	}
	if s.HTTPAddr.Everywhere() {
		return fmt.Errorf("BELLHOP_PUBLIC_URL is not set: it must be, such as %sdesk.example.com:%s, "+
			"because BELLHOP_HTTP_ADDR %s does not say which address people use", s.scheme("http"), portOf(s.HTTPAddr), s.HTTPAddr)
	}
	s.PublicURL = Origin(s.scheme("http") + string(s.HTTPAddr))
	return nil
}

// Signalling is where browsers reach the media process.
type Signalling struct {
	MediaAddr Addr      `env:"MEDIA_ADDR" envDefault:"127.0.0.1:8081" about:"where bellhop media waits for browsers (websocket)"`
	MediaURL  SocketURL `env:"MEDIA_URL" follows:"ws://<BELLHOP_MEDIA_ADDR>/phone" about:"the address of bellhop media that browsers are told"`
}

func (s *Signalling) complete(tls TLS) error {
	if s.MediaURL != "" {
		return nil
	}
	if s.MediaAddr.Everywhere() {
		return fmt.Errorf("BELLHOP_MEDIA_URL is not set: it must be, such as %sdesk.example.com:%s/phone, "+
			"because BELLHOP_MEDIA_ADDR %s does not say which address browsers use", tls.scheme("ws"), portOf(s.MediaAddr), s.MediaAddr)
	}
	s.MediaURL = SocketURL(tls.scheme("ws") + string(s.MediaAddr) + "/phone")
	return nil
}

// Serve are the settings of bellhop serve.
type Serve struct {
	Common
	Screens
	Signalling
	TURN

	TrustedProxies Networks `env:"TRUSTED_PROXIES" about:"the proxies whose X-Forwarded-For is believed: IP addresses or networks with commas between; none unless set"`

	MetricsAddr Addr        `env:"METRICS_ADDR" envDefault:"127.0.0.1:9464" about:"where Prometheus reads bellhop serve's metrics"`
	DatabaseURL DatabaseURL `env:"DATABASE_URL,required" about:"the PostgreSQL database, such as postgres://user:password@127.0.0.1:5432/bellhop"`

	ARIURL      HTTPURL `env:"ARI_URL" envDefault:"http://127.0.0.1:8088/ari" about:"Asterisk's REST interface"`
	ARIUsername string  `env:"ARI_USERNAME,required" about:"the user of Asterisk's REST interface (a section of its ari.conf)"`
	ARIPassword Secret  `env:"ARI_PASSWORD,required" about:"that user's password"`

	MediaControlURL SocketURL    `env:"MEDIA_CONTROL_URL" envDefault:"ws://127.0.0.1:8082/control" about:"where bellhop media takes orders from bellhop serve"`
	MediaSecret     SharedSecret `env:"MEDIA_SECRET,required" about:"what bellhop serve and bellhop media know each other by, at least 32 bytes"`

	ReclaimAfter Duration `env:"RECLAIM_AFTER" about:"how long an agent may let an offered call ring; every queue's own time unless set"`

	TTSCommand string `env:"TTS_COMMAND" envDefault:"espeak-ng -b 1 -v {language} -s 150 -f {input} -w {output}" about:"the program that speaks announcements: run without a shell; {language}, {input} (a file with the text, else standard input) and {output} (a WAV file, else standard output) are filled in"`
	SoundsDir  string `env:"SOUNDS_DIR" follows:"<BELLHOP_STATE_DIR>/asterisk/data/sounds/bellhop" about:"the folder in which Asterisk looks for sounds, as bellhop serve sees it"`

	SecretKeyFile string `env:"SECRET_KEY_FILE" follows:"<BELLHOP_STATE_DIR>/serve/secret.key" about:"the file with the key that secrets in the database are sealed with; made at the first start. Keep a copy apart from the database's"`
	SIPAddr       Addr   `env:"SIP_ADDR" envDefault:"127.0.0.1:5060" about:"where customers call (SIP over UDP)"`

	Drain Patience `env:"DRAIN" envDefault:"30s" about:"how long bellhop serve, when it is stopped, waits for current calls to end; those that do not go on without it"`
}

func (s *Serve) complete() error {
	err := errors.Join(s.Common.complete(), s.Screens.complete())
	if s.SecretKeyFile == "" {
		s.SecretKeyFile = filepath.Join(s.ServeDir(), "secret.key")
	}
	if s.SoundsDir == "" {
		s.SoundsDir = filepath.Join(s.StateDir, "asterisk", "data", "sounds", "bellhop")
	}
	return errors.Join(err, s.Signalling.complete(s.TLS), s.TURN.complete(s.TLS, s.PublicURL.host()))
}

// Media are the settings of bellhop media.
type Media struct {
	Common
	Screens
	Signalling
	TURN

	ControlAddr Addr         `env:"MEDIA_CONTROL_ADDR" envDefault:"127.0.0.1:8082" about:"where bellhop media takes orders from bellhop serve"`
	Secret      SharedSecret `env:"MEDIA_SECRET,required" about:"what bellhop serve and bellhop media know each other by, at least 32 bytes"`
	SIPAddr     Addr         `env:"MEDIA_SIP_ADDR" envDefault:"127.0.0.1:5070" about:"where Asterisk calls the agents' phones (SIP over UDP)"`
	RTCAddr     Addr         `env:"MEDIA_RTC_ADDR" envDefault:"127.0.0.1:8083" about:"the one port of browsers' audio (WebRTC, UDP and TCP)"`
	PublicIP    IP           `env:"MEDIA_PUBLIC_IP" about:"the address that browsers reach BELLHOP_MEDIA_RTC_ADDR at, where a NAT maps one to the other; its own unless set"`
	RTPPorts    Ports        `env:"MEDIA_RTP_PORTS" envDefault:"24000-27999" about:"ports for audio between bellhop media and Asterisk"`
	AsteriskIP  IP           `env:"MEDIA_ASTERISK_IP" envDefault:"127.0.0.1" about:"Asterisk's address, the only one that plain audio and SIP are taken from"`
	MetricsAddr Addr         `env:"MEDIA_METRICS_ADDR" envDefault:"127.0.0.1:9465" about:"where Prometheus reads bellhop media's metrics"`
}

func (m *Media) complete() error {
	err := errors.Join(m.Common.complete(), m.Screens.complete())
	return errors.Join(err, m.Signalling.complete(m.TLS), m.TURN.complete(m.TLS, m.PublicURL.host()))
}

// Migrate are the settings of bellhop migrate.
type Migrate struct {
	Common

	DatabaseURL DatabaseURL `env:"DATABASE_URL,required" about:"the PostgreSQL database, such as postgres://user:password@127.0.0.1:5432/bellhop"`
}

func (m *Migrate) complete() error { return m.Common.complete() }

// Explain are the settings of bellhop explain, which reads what bellhop serve wrote.
type Explain struct {
	Common

	DatabaseURL DatabaseURL `env:"DATABASE_URL" about:"the PostgreSQL database, such as postgres://user:password@127.0.0.1:5432/bellhop"`
}

func (e *Explain) complete() error { return e.Common.complete() }

// Demo are the settings of bellhop migrate --demo: what it writes down about reaching the demo organisation.
type Demo struct {
	Migrate
	Screens

	MetricsAddr Addr `env:"METRICS_ADDR" envDefault:"127.0.0.1:9464" about:"where Prometheus reads bellhop serve's metrics"`
	SIPAddr     Addr `env:"SIP_ADDR" envDefault:"127.0.0.1:5060" about:"where customers call (SIP over UDP)"`
}

func (d *Demo) complete() error {
	return errors.Join(d.Migrate.complete(), d.Screens.complete())
}

// Asterisk are the settings of bellhop asterisk.
type Asterisk struct {
	Common

	CacheDir    string  `env:"CACHE_DIR" follows:"<BELLHOP_STATE_DIR>/cache" about:"the folder for fetched programs"`
	SIPAddr     Addr    `env:"SIP_ADDR" envDefault:"127.0.0.1:5060" about:"where customers call (SIP over UDP)"`
	RTPPorts    Ports   `env:"RTP_PORTS" envDefault:"20000-23999" about:"ports for audio between customers and Asterisk"`
	ARIURL      HTTPURL `env:"ARI_URL" envDefault:"http://127.0.0.1:8088/ari" about:"Asterisk's REST interface"`
	ARIUsername string  `env:"ARI_USERNAME,required" about:"the user of Asterisk's REST interface"`
	ARIPassword Secret  `env:"ARI_PASSWORD,required" about:"that user's password"`
	AgentIP     IP      `env:"MEDIA_ASTERISK_IP" envDefault:"127.0.0.1" about:"Asterisk's address towards bellhop media"`
	CarrierAddr Addr    `env:"CARRIER_ADDR" about:"the carrier (SIP over UDP) over which outside numbers are called; none can be called unless set"`

	SIPCallers Networks `env:"SIP_CALLERS" about:"who may call besides this machine, the carrier and the trunks: IP addresses or networks with commas between"`
}

func (a *Asterisk) complete() error {
	if err := a.Common.complete(); err != nil {
		return err
	}
	return errors.Join(completeCache(&a.CacheDir, a.StateDir), checkARI(a.ARIURL, "bellhop asterisk"))
}

// ARIAddr is where the REST interface listens.
func (a *Asterisk) ARIAddr() Addr { return a.ARIURL.listenAddr() }

// Carrier are the settings of bellhop carrier.
type Carrier struct {
	Common

	Addr     Addr `env:"CARRIER_ADDR" envDefault:"127.0.0.1:5090" about:"the carrier (SIP over UDP) over which outside numbers are called"`
	HTTPAddr Addr `env:"CARRIER_HTTP_ADDR" envDefault:"127.0.0.1:5091" about:"where the simulated carrier lists its calls (HTTP)"`
}

func (c *Carrier) complete() error {
	if c.Addr.Everywhere() {
		return fmt.Errorf("BELLHOP_CARRIER_ADDR is %s: it must name one address, such as 127.0.0.1:5090, because that is told to callers", c.Addr)
	}
	return c.Common.complete()
}

// Dev are the settings of bellhop dev. An address or range that is empty is chosen free at every start, so that
// several can run side by side.
type Dev struct {
	Common
	Screens
	TURN

	MetricsAddr  Addr     `env:"METRICS_ADDR" envDefault:"127.0.0.1:9464" about:"where Prometheus reads bellhop serve's metrics"`
	SIPAddr      Addr     `env:"SIP_ADDR" envDefault:"127.0.0.1:5060" about:"where customers call (SIP over UDP)"`
	SIPCallers   Networks `env:"SIP_CALLERS" about:"who may call besides this machine, the carrier and the trunks: IP addresses or networks with commas between"`
	CacheDir     string   `env:"CACHE_DIR" follows:"<BELLHOP_STATE_DIR>/cache" about:"the folder for fetched programs"`
	ReclaimAfter Duration `env:"RECLAIM_AFTER" about:"how long an agent may let an offered call ring; every queue's own time unless set"`

	DatabaseURL DatabaseURL `env:"DATABASE_URL" about:"a PostgreSQL database to use; a private one is started unless set"`
	ARIURL      HTTPURL     `env:"ARI_URL" about:"where the started Asterisk offers its REST interface; a free port of 127.0.0.1 unless set"`
	ARIUsername string      `env:"ARI_USERNAME" envDefault:"bellhop" about:"the user of Asterisk's REST interface"`
	ARIPassword Secret      `env:"ARI_PASSWORD" about:"that user's password; made once and kept in the state folder unless set"`
	RTPPorts    Ports       `env:"RTP_PORTS" about:"ports for audio between customers and Asterisk; a free range unless set"`

	MediaAddr        Addr         `env:"MEDIA_ADDR" about:"where bellhop media waits for browsers; a free port of 127.0.0.1 unless set"`
	MediaURL         SocketURL    `env:"MEDIA_URL" follows:"ws://<BELLHOP_MEDIA_ADDR>/phone" about:"the address of bellhop media that browsers are told"`
	MediaControlAddr Addr         `env:"MEDIA_CONTROL_ADDR" about:"where bellhop media takes orders from bellhop serve; a free port unless set"`
	MediaSecret      SharedSecret `env:"MEDIA_SECRET" about:"what bellhop serve and bellhop media know each other by; made once unless set"`
	MediaSIPAddr     Addr         `env:"MEDIA_SIP_ADDR" about:"where Asterisk calls the agents' phones; a free port unless set"`
	MediaRTCAddr     Addr         `env:"MEDIA_RTC_ADDR" about:"the one port of browsers' audio; a free port unless set"`
	MediaPublicIP    IP           `env:"MEDIA_PUBLIC_IP" about:"the address that browsers reach BELLHOP_MEDIA_RTC_ADDR at, where a NAT maps one to the other; its own unless set"`
	MediaRTPPorts    Ports        `env:"MEDIA_RTP_PORTS" about:"ports for audio between bellhop media and Asterisk; a free range unless set"`
	MediaMetricsAddr Addr         `env:"MEDIA_METRICS_ADDR" about:"where Prometheus reads bellhop media's metrics; a free port unless set"`

	CarrierAddr     Addr `env:"CARRIER_ADDR" about:"where the simulated carrier takes calls to outside numbers; a free port of 127.0.0.1 unless set"`
	CarrierHTTPAddr Addr `env:"CARRIER_HTTP_ADDR" about:"where the simulated carrier lists its calls (HTTP); a free port of 127.0.0.1 unless set"`
}

func (d *Dev) complete() error {
	if err := errors.Join(d.Common.complete(), d.Screens.complete(), d.TURN.complete(d.TLS, d.PublicURL.host())); err != nil {
		return err
	}
	if len(d.ACMEDomains) > 0 {
		return errors.New("BELLHOP_ACME_DOMAINS is set: bellhop dev is not for the internet; BELLHOP_TLS_CERT and BELLHOP_TLS_KEY are for it")
	}
	return errors.Join(completeCache(&d.CacheDir, d.StateDir), checkARI(d.ARIURL, "bellhop dev"))
}

// ARIAddr is where the REST interface listens; empty if it is to be chosen.
func (d *Dev) ARIAddr() Addr { return d.ARIURL.listenAddr() }

func completeCache(dir *string, state string) error {
	if *dir == "" {
		*dir = filepath.Join(state, "cache")
	}
	absolute, err := filepath.Abs(*dir)
	if err != nil {
		return fmt.Errorf("BELLHOP_CACHE_DIR is %q: %w", *dir, err)
	}
	*dir = absolute
	return nil
}

// checkARI refuses an address that an Asterisk which role starts cannot offer.
func checkARI(url HTTPURL, role string) error {
	if url == "" || url.listenAddr() != "" {
		return nil
	}
	return fmt.Errorf("BELLHOP_ARI_URL is %q: for %s, which starts its own Asterisk, "+
		"it must be an IP address and a port, such as http://127.0.0.1:8088/ari", url, role)
}
