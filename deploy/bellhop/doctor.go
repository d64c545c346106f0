package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"bellhop/deploy/config"
	"bellhop/deploy/doctor"
	"bellhop/media/turn"
)

// errUnwell is the end of a doctor who found something to mend. What it is was printed.
var errUnwell = errors.New("something is to be mended")

// runDoctor looks whether everything that Bellhop needs is there, and says what to mend.
func runDoctor(ctx context.Context, in invocation) error {
	flags := flag.NewFlagSet("doctor", flag.ContinueOnError)
	flags.SetOutput(in.stderr)
	asJSON := flags.Bool("json", false, "print what was found as JSON")
	language := flags.String("lang", "ko", "the language: ko or en")
	if err := flags.Parse(in.args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return usage(err)
	}
	if *language != "ko" && *language != "en" || flags.NArg() > 0 {
		return usage(errors.New("bellhop doctor [--json] [--lang ko|en]"))
	}
	found := diagnose(ctx, in.environ)
	if *asJSON {
		encoder := json.NewEncoder(in.stdout)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(found); err != nil {
			return err
		}
	} else {
		printFindings(in.stdout, found, *language)
	}
	if !doctor.Well(found) {
		return errUnwell
	}
	return nil
}

// diagnose makes every check that the settings allow.
func diagnose(ctx context.Context, environ []string) []doctor.Finding {
	var found []doctor.Finding
	serve, err := config.Load[config.Serve](environ)
	media, errMedia := config.Load[config.Media](environ)
	if err = errors.Join(err, errMedia); err != nil {
		found = append(found, doctor.Finding{Check: "settings", State: doctor.Failing, Code: "settings_bad", Params: map[string]string{"error": err.Error()}})
	} else {
		found = append(found, doctor.Finding{Check: "settings", State: doctor.OK, Code: "settings_ok"})
	}
	if serve.StateDir == "" {
		return append(found, doctor.Run(ctx, []doctor.Check{doctor.Clock, doctor.Limits})...)
	}
	asterisk, _ := config.Load[config.Asterisk](environ) //nolint:errcheck // only for the carrier; the rest is of serve, too
	return append(found, doctor.Run(ctx, checks(serve, media, string(asterisk.CarrierAddr)))...)
}

// checks are all of them, in the order in which people would look.
func checks(serve config.Serve, media config.Media, carrier string) []doctor.Check {
	secret := []byte(serve.MediaSecret.Reveal())
	name, password := turn.Credentials(turnSecret(serve.TURN, secret), "doctor", time.Now().Add(time.Minute))
	return []doctor.Check{
		doctor.Screens(string(serve.PublicURL)),
		doctor.Ports([]doctor.Listener{
			{Setting: "BELLHOP_HTTP_ADDR", Addr: string(serve.HTTPAddr)},
			{Setting: "BELLHOP_HTTP_REDIRECT_ADDR", Addr: string(serve.RedirectAddr)},
			{Setting: "BELLHOP_METRICS_ADDR", Addr: string(serve.MetricsAddr)},
			{Setting: "BELLHOP_MEDIA_ADDR", Addr: string(media.MediaAddr)},
			{Setting: "BELLHOP_MEDIA_CONTROL_ADDR", Addr: string(media.ControlAddr)},
			{Setting: "BELLHOP_MEDIA_SIP_ADDR", Addr: string(media.SIPAddr), UDP: true},
			{Setting: "BELLHOP_TURN_ADDR", Addr: string(media.TURNAddr)},
			{Setting: "BELLHOP_TURN_TLS_ADDR", Addr: string(media.TURNTLSAddr)},
		}),
		doctor.Database(serve.DatabaseURL.Reveal()),
		doctor.Folder(serve.JournalDir()),
		doctor.Asterisk(string(serve.ARIURL), serve.ARIUsername, serve.ARIPassword.Reveal()),
		doctor.Media(string(serve.MediaControlURL), secret),
		doctor.Audio(string(media.RTCAddr), string(media.PublicIP)),
		doctor.Relay(serve.TURNURLs, name, password),
		doctor.Trunk(carrier),
		doctor.Program(serve.TTSCommand),
		doctor.Clock,
		doctor.Limits,
	}
}

// printFindings prints a line for each, with what to mend below it.
func printFindings(w io.Writer, found []doctor.Finding, language string) {
	marks := map[doctor.State]string{doctor.OK: "✓", doctor.Warning: "!", doctor.Missing: "✗", doctor.Failing: "✗"}
	for _, f := range found {
		what, mend := f.Words(language)
		fmt.Fprintf(w, "%s %-9s %s\n", marks[f.State], f.Check, what)
		if mend != "" && f.State != doctor.OK {
			fmt.Fprintf(w, "            → %s\n", mend)
		}
	}
}
