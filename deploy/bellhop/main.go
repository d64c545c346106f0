// Command bellhop is the contact centre server. Its first argument says which role it plays: see bellhop help.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Exit codes of every role.
const (
	exitDone   = 0
	exitFailed = 1
	// exitUsage: the command line or the settings were wrong, so nothing was started.
	exitUsage = 2
)

// errUsage marks a mistake in the command line or the settings.
var errUsage = errors.New("wrong use")

func main() {
	os.Exit(run(os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

// invocation is what a role gets to work with.
type invocation struct {
	args           []string
	environ        []string
	stdout, stderr io.Writer
}

// role is one thing that the binary can be.
type role struct {
	name, args, about string
	run               func(context.Context, invocation) error
}

// run plays the role that the arguments name and gives the exit code.
func run(args, environ []string, stdout, stderr io.Writer) int {
	in := invocation{environ: environ, stdout: stdout, stderr: stderr}
	if len(args) == 0 {
		printHelp(stderr)
		return exitUsage
	}
	name := strings.TrimLeft(args[0], "-")
	in.args = args[1:]
	if name == "h" || name == "help" {
		printHelp(stdout)
		return exitDone
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal ends the role in order; with the handler gone, a second one ends it at once.
	context.AfterFunc(ctx, stop)

	if name == "call" {
		return runCall(ctx, in.args, stdout, stderr)
	}
	for _, each := range roles() {
		if each.name == name {
			return exitCode(each.run(ctx, in), stderr)
		}
	}
	fmt.Fprintf(stderr, "bellhop: there is no command %q: bellhop help lists them\n", args[0])
	return exitUsage
}

// exitCode says on stderr why a role failed, each sentence on a line of its own.
func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return exitDone
	}
	text := strings.TrimSuffix(err.Error(), "\n"+errUsage.Error())
	for line := range strings.Lines(text) {
		fmt.Fprintf(stderr, "bellhop: %s\n", strings.TrimRight(line, "\n"))
	}
	if errors.Is(err, errUsage) {
		return exitUsage
	}
	return exitFailed
}

// usage marks an error as a mistake of whoever started us.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return errors.Join(err, errUsage)
}

// noArguments refuses arguments after a command that takes none.
func noArguments(in invocation) error {
	if len(in.args) > 0 {
		return usage(fmt.Errorf("%q is one word too many: bellhop help lists what each command takes", in.args[0]))
	}
	return nil
}
