package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"text/tabwriter"

	"bellhop/deploy/config"
)

// version is set by the linker.
var version = "unversioned"

// roles lists everything the binary can be, in the order of bellhop help. call is among them for its line there;
// it gives its own exit code.
func roles() []role {
	return []role{
		{"dev", "[--with-parent]", "everything on this machine: PostgreSQL, Asterisk, serve and media, with a demo organisation", dev},
		{"serve", "", "call control, tickets and the screens", serve},
		{"media", "", "the audio between Asterisk and the agents' browsers", startMedia},
		{"call", "--to 1000 …", "a customer's telephone for trying things out (bellhop call --help)", nil},
		{"explain", "CALL [--state DIR] [--lang ko|en]", "what became of a call and why, from the journal and the database", explainCall},
		{"migrate", "[--demo]", "brings the database to this version; with --demo it also makes the demo organisation", migrate},
		{"asterisk", "", "an Asterisk with Bellhop's configuration, in the foreground", startAsterisk},
		{"carrier", "", "a simulated carrier: outside numbers end here, and the last two digits say what becomes of a call", startCarrier},
		{"doctor", "[--json] [--lang ko|en]", "looks whether everything that is needed is there and works, and says what to mend", runDoctor},
		{"config", "", "prints every setting, its value and where that comes from; secrets are masked", printConfig},
		{"version", "", "prints the version", printVersion},
		{"help", "", "prints this", nil},
	}
}

func printHelp(w io.Writer) {
	fmt.Fprint(w, "bellhop is a contact centre server. Usage: bellhop <command>\n\n")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, each := range roles() {
		fmt.Fprintf(table, "  %s\t%s\n", each.name+" "+each.args, each.about)
	}
	_ = table.Flush() // an error of w: there is nowhere left to say so
	fmt.Fprint(w, "\nSettings come from environment variables that begin with BELLHOP_; bellhop config lists them.\n")
}

// serve runs call control, tickets and the screens until ctx ends.
func serve(ctx context.Context, in invocation) error {
	if err := noArguments(in); err != nil {
		return err
	}
	settings, err := config.Load[config.Serve](in.environ)
	if err != nil {
		return usage(err)
	}
	return runServe(ctx, settings, newLogger(in.stderr, settings.Common).With("role", "serve"))
}

// printConfig prints every setting.
func printConfig(_ context.Context, in invocation) error {
	if err := noArguments(in); err != nil {
		return err
	}
	return usage(config.Print(in.stdout, in.environ))
}

// printVersion prints the version of the binary and of the Go that built it.
func printVersion(_ context.Context, in invocation) error {
	shown := version
	if info, ok := debug.ReadBuildInfo(); ok && shown == "unversioned" && info.Main.Version != "" {
		shown = info.Main.Version
	}
	fmt.Fprintf(in.stdout, "bellhop %s %s %s/%s\n", shown, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
