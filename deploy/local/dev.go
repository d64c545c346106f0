// Package local runs everything Bellhop needs on one machine, for trying it out, for development and for tests: a
// private PostgreSQL, an Asterisk, and Bellhop's own processes, with a demo organisation. All of it lives in one
// folder, listens on this machine only, and ends with the process that started it.
package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"bellhop/cti/directory"
	"bellhop/deploy/config"
	"bellhop/deploy/local/process"
)

// Options say what is run and how.
type Options struct {
	// Settings are those of bellhop dev.
	Settings config.Dev
	// Program is the path of the bellhop binary, which is also serve and media.
	Program string
	// Environ is the environment of the children; settings of Bellhop in it are not passed on.
	Environ []string
	// Migrate brings a database to this version.
	Migrate func(ctx context.Context, databaseURL string) error
	// Seed makes the demo organisation, with a password for each login. reset says that the passwords are new.
	Seed func(ctx context.Context, databaseURL string, passwords map[string]string, reset bool) (directory.Demo, error)
	// Out is where people read what happens.
	Out io.Writer
}

func (o *Options) validate() error {
	if o.Program == "" || o.Migrate == nil || o.Seed == nil || o.Out == nil || o.Settings.StateDir == "" || o.Settings.CacheDir == "" {
		return errors.New("local: program, migrate, seed, out, state folder and cache folder must be given")
	}
	return nil
}

// startPatience is how long a part may take from its first start until it is ready.
const startPatience = 2 * time.Minute

// Run starts everything, says so when it is ready, keeps it running until ctx ends, and stops it in order. It
// returns nil when it was told to stop.
func Run(ctx context.Context, options Options) error {
	if err := options.validate(); err != nil {
		return err
	}
	house := &house{Options: options, console: newConsole(options.Out)}
	for _, dir := range []string{"", "log", "pid", "secrets"} {
		if err := os.MkdirAll(house.path(dir), 0o700); err != nil {
			return fmt.Errorf("make the state folder: %w", err)
		}
	}
	unlock, err := lock(house.path("dev.lock"), string(options.Settings.PublicURL))
	if err != nil {
		return err
	}
	defer unlock()
	err = house.run(ctx)
	if ctx.Err() != nil {
		house.console.say("bellhop", "stopped")
		return nil
	}
	return err
}

// house is everything that runs.
type house struct {
	Options

	console  *console
	launcher *process.Launcher
	ports    ports
	secrets  secrets
}

// path gives the path of something in the state folder.
func (h *house) path(parts ...string) string {
	return filepath.Join(append([]string{h.Settings.StateDir}, parts...)...)
}

// run has the house lit from the lock's taking to its release.
func (h *house) run(ctx context.Context) error {
	begin := time.Now()
	if err := h.clean(); err != nil {
		return err
	}
	chosen, err := choosePorts(ctx, h.Settings)
	if err != nil {
		return err
	}
	defer chosen.release()
	h.ports = chosen
	if h.secrets, err = keepSecrets(h.path("secrets"), h.Settings); err != nil {
		return err
	}
	h.launcher = process.NewLauncher()
	defer h.launcher.Close()

	var demo directory.Demo
	serve, media, asterisk, carrier, postgres := h.serve(), h.media(), h.asterisk(), h.carrier(), h.postgres()
	defer stop(serve, media, asterisk, carrier, postgres)
	starting, ctxStart := errgroup.WithContext(ctx)
	starting.Go(func() error { return media.start(ctxStart) })
	starting.Go(func() error { return asterisk.start(ctxStart) })
	starting.Go(func() error { return carrier.start(ctxStart) })
	starting.Go(func() (err error) {
		if err := postgres.start(ctxStart); err != nil {
			return err
		}
		if demo, err = h.furnish(ctxStart); err != nil {
			return err
		}
		return serve.start(ctxStart)
	})
	if err := starting.Wait(); err != nil {
		return err
	}
	h.console.welcome(h.Settings, demo, h.path(DemoFile), time.Since(begin))
	<-ctx.Done()
	return nil
}

// clean ends what a former run left when it was killed, and puts its logs aside.
func (h *house) clean() error {
	for _, name := range []string{nameServe, nameMedia, nameAsterisk, nameCarrier, namePostgres} {
		pid, err := process.EndStale(h.path("pid", name), stopPatience)
		if err != nil {
			return err
		}
		if pid != 0 {
			h.console.say(name, fmt.Sprintf("ended process %d, which an earlier run left behind", pid))
		}
		if err := process.Rotate(h.path("log", name+".log")); err != nil {
			return err
		}
	}
	return nil
}

// furnish migrates the database, makes the demo organisation and writes down how to reach it.
func (h *house) furnish(ctx context.Context) (directory.Demo, error) {
	url := h.secrets.databaseURL
	if err := h.Migrate(ctx, url); err != nil {
		return directory.Demo{}, err
	}
	return KeepDemo(h.path(DemoFile), Places{
		URL: h.Settings.PublicURL, Metrics: h.Settings.MetricsAddr, SIP: h.Settings.SIPAddr,
		Carrier: &CarrierPlace{SIP: h.ports.carrier, HTTP: "http://" + string(h.ports.carrierHTTP)},
	}, func(passwords map[string]string, reset bool) (directory.Demo, error) {
		return h.Seed(ctx, url, passwords, reset)
	})
}

// stop stops the parts in the order given: first those that need the others.
func stop(parts ...*part) {
	for _, part := range parts {
		part.stop()
	}
}
