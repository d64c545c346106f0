package local

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"bellhop/deploy/asterisk"
	"bellhop/deploy/config"
	"bellhop/deploy/local/postgres"
	"bellhop/deploy/local/process"
)

// The parts' names, for people, logs and pid files.
const (
	nameServe    = "serve"
	nameMedia    = "media"
	nameAsterisk = "asterisk"
	nameCarrier  = "carrier"
	namePostgres = "postgres"
)

// stopPatience is how long a part may take to end in order.
const stopPatience = 5 * time.Second

// part is one of the processes of the house, and what must be done before it can be started.
type part struct {
	house   *house
	options process.Options
	// prepare is done before the first start and fills in what the options lack.
	prepare func(ctx context.Context, o *process.Options) error
	// after is done when the part has been stopped, if it was prepared.
	after func()
	// elsewhere says that there is nothing to run: it is somewhere else.
	elsewhere bool

	child *process.Child
}

// start prepares and starts the part, and returns when it is ready.
func (p *part) start(ctx context.Context) error {
	if p.elsewhere {
		return nil
	}
	o := p.options
	o.Log = p.house.path("log", o.Name+".log")
	o.Record = p.house.path("pid", o.Name)
	o.Grace = stopPatience
	o.Report = func(e process.Event) { p.house.console.report(e, o.Log) }
	if p.prepare != nil {
		if err := p.prepare(ctx, &o); err != nil {
			return fmt.Errorf("%s: %w", o.Name, err)
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	child, err := process.Start(p.house.launcher, o)
	if err != nil {
		return err
	}
	p.child = child
	ctx, cancel := context.WithTimeoutCause(ctx, startPatience, fmt.Errorf("not within %s; its log is %s", startPatience, o.Log))
	defer cancel()
	return child.AwaitReady(ctx)
}

// stop ends the part for good, if it was started.
func (p *part) stop() {
	if p.child != nil {
		p.child.Stop()
	}
	if p.after != nil {
		p.after()
	}
}

// postgres is the private database, or nothing if another is to be used.
func (h *house) postgres() *part {
	if h.secrets.databaseURL != "" {
		return &part{elsewhere: true}
	}
	p := &part{house: h, options: process.Options{
		Name:     namePostgres,
		Stop:     syscall.SIGINT, // fast shutdown: clients are disconnected, nothing is lost
		Orphaned: syscall.SIGINT,
	}}
	p.prepare = func(ctx context.Context, o *process.Options) error {
		cluster, err := postgres.Open(ctx, postgres.Options{
			Dir:      h.path("postgres"),
			Port:     h.ports.postgres,
			Password: h.secrets.databasePassword,
			Runner:   h.launcher,
		}, func(s string) { h.console.say(namePostgres, s) })
		if err != nil {
			return err
		}
		p.after = func() { _ = cluster.Close() } // an open folder, only read
		o.Command, o.Ready = cluster.Command, cluster.Ready
		return h.secrets.setDatabaseURL(cluster.URL())
	}
	return p
}

// asterisk is the telephone switch.
func (h *house) asterisk() *part {
	return &part{
		house: h,
		options: process.Options{
			Name:     nameAsterisk,
			Stop:     syscall.SIGTERM,
			Orphaned: syscall.SIGKILL,
			Ready:    answers("http://"+string(h.ports.ari)+"/ari/asterisk/info?only=system", h.Settings.ARIUsername, h.secrets.ariPassword),
		},
		prepare: func(ctx context.Context, o *process.Options) error {
			program, err := asterisk.Install(ctx, h.Settings.CacheDir, func(s string) { h.console.say(nameAsterisk, s) })
			if err != nil {
				return err
			}
			dir := h.path("asterisk")
			o.Command = func() *exec.Cmd { return program.Command(dir) }
			return asterisk.Config{
				Dir:         dir,
				ARIAddr:     string(h.ports.ari),
				ARIUsername: h.Settings.ARIUsername,
				ARIPassword: h.secrets.ariPassword,
				SIPAddr:     string(h.Settings.SIPAddr),
				RTPFrom:     h.ports.asterisk.From,
				RTPTo:       h.ports.asterisk.To,
				CarrierAddr: string(h.ports.carrier),
				MoreCallers: h.Settings.SIPCallers.Strings(),
			}.Write(program)
		},
	}
}

// carrier is the simulated carrier, over which outside numbers are called.
func (h *house) carrier() *part {
	return &part{house: h, options: process.Options{
		Name: nameCarrier,
		Command: func() *exec.Cmd {
			return h.bellhop(nameCarrier, map[string]string{
				"CARRIER_ADDR":      string(h.ports.carrier),
				"CARRIER_HTTP_ADDR": string(h.ports.carrierHTTP),
			})
		},
		Stop:     syscall.SIGTERM,
		Orphaned: syscall.SIGKILL,
		Ready:    answers("http://"+string(h.ports.carrierHTTP)+"/calls", "", ""),
	}}
}

// media is Bellhop's audio process.
func (h *house) media() *part {
	return &part{house: h, options: process.Options{
		Name: nameMedia,
		Command: func() *exec.Cmd {
			return h.bellhop(nameMedia, map[string]string{
				"MEDIA_CONTROL_ADDR": string(h.ports.control),
				"MEDIA_SIP_ADDR":     string(h.ports.mediaSIP),
				"MEDIA_RTC_ADDR":     string(h.ports.rtc),
				"MEDIA_RTP_PORTS":    h.ports.mediaRTP.String(),
				"MEDIA_METRICS_ADDR": string(h.ports.mediaInfo),
				"MEDIA_PUBLIC_IP":    string(h.Settings.MediaPublicIP),
			})
		},
		Stop:     syscall.SIGTERM,
		Orphaned: syscall.SIGKILL,
		Ready:    connects(h.ports.control),
	}}
}

// serve is Bellhop's call control.
func (h *house) serve() *part {
	return &part{house: h, options: process.Options{
		Name: nameServe,
		Command: func() *exec.Cmd {
			own := map[string]string{
				"METRICS_ADDR":      string(h.Settings.MetricsAddr),
				"DATABASE_URL_FILE": h.secrets.file(fileDatabaseURL),
				"ARI_URL":           "http://" + string(h.ports.ari) + "/ari",
				"ARI_USERNAME":      h.Settings.ARIUsername,
				"SIP_ADDR":          string(h.Settings.SIPAddr),
				"ARI_PASSWORD_FILE": h.secrets.file(fileARIPassword),
				"MEDIA_CONTROL_URL": "ws://" + string(h.ports.control) + "/control",
				"DRAIN":             "0s", // the telephone switch goes with it
			}
			own["HTTP_REDIRECT_ADDR"] = string(h.Settings.RedirectAddr)
			if reclaim := h.Settings.ReclaimAfter.Duration; reclaim != 0 {
				own["RECLAIM_AFTER"] = reclaim.String()
			}
			return h.bellhop(nameServe, own)
		},
		Stop:     syscall.SIGTERM,
		Orphaned: syscall.SIGKILL,
		Ready:    answers(h.screens()+"/readyz", "", ""),
	}}
}

// screens is where this machine reaches serve.
func (h *house) screens() string {
	if h.Settings.Secure() {
		return "https://" + h.Settings.HTTPAddr.Reachable()
	}
	return "http://" + h.Settings.HTTPAddr.Reachable()
}

// bellhop is one of our own roles as a child. It finds its settings in its environment, and secrets by their files.
func (h *house) bellhop(role string, own map[string]string) *exec.Cmd {
	s := h.Settings
	cmd := exec.Command(h.Program, role) //nolint:noctx // process.Child ends it
	for _, entry := range h.Environ {
		if !strings.HasPrefix(entry, config.Prefix) {
			cmd.Env = append(cmd.Env, entry)
		}
	}
	for _, settings := range []map[string]string{own, {
		"STATE_DIR":         s.StateDir,
		"LOG_LEVEL":         s.LogLevel.String(),
		"LOG_FORMAT":        string(s.LogFormat),
		"HTTP_ADDR":         string(s.HTTPAddr),
		"PUBLIC_URL":        string(s.PublicURL),
		"MEDIA_ADDR":        string(h.ports.signal),
		"MEDIA_URL":         string(s.MediaURL),
		"MEDIA_SECRET_FILE": h.secrets.file(fileMediaSecret),
		"TLS_CERT":          s.TLSCert,
		"TLS_KEY":           s.TLSKey,
		"TURN_ADDR":         string(s.TURNAddr),
		"TURN_TLS_ADDR":     string(s.TURNTLSAddr),
		"TURN_URLS":         s.TURNURLs.String(),
		"TURN_SECRET":       s.TURNSecret.Reveal(),
	}} {
		for name, value := range settings {
			cmd.Env = append(cmd.Env, config.Prefix+name+"="+value) // empty: as if it were not set
		}
	}
	return cmd
}

// answers asks an address over HTTP, which must say 200; with user and password if there is a user.
func answers(url, user, password string) func(context.Context) error {
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // it is our own, on this machine, under another name
	}}
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		if user != "" {
			request.SetBasicAuth(user, password)
		}
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close() //nolint:errcheck // only read
		said, err := io.ReadAll(io.LimitReader(response.Body, 4<<10))
		if err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s", response.Status, said)
		}
		return nil
	}
}

// connects tries a TCP address until somebody is there.
func connects(addr config.Addr) func(context.Context) error {
	return func(ctx context.Context) error {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", string(addr))
		if err != nil {
			return err
		}
		return conn.Close()
	}
}
