package asterisk

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// download fetches Asterisk and every package it needs into work, and returns the packages' files. The machine's own
// package state is neither read nor touched: apt works in private folders with an empty status file, so that the whole
// closure comes, down to the C library.
func download(ctx context.Context, work string, progress func(string)) ([]string, error) {
	for _, name := range []string{"apt-get", "dpkg"} {
		if _, err := exec.LookPath(name); err != nil {
			return nil, fmt.Errorf("this machine has no %s; install Asterisk %d or later instead", name, MinMajor)
		}
	}
	mirrors, err := findMirrors("/etc")
	if err != nil {
		return nil, fmt.Errorf("%w; install Asterisk %d or later instead", err, MinMajor)
	}
	arch, err := quiet(ctx, "dpkg", "--print-architecture")
	if err != nil {
		return nil, fmt.Errorf("ask dpkg for the architecture: %w", err)
	}
	var failed []error
	for _, suite := range suites {
		for _, m := range mirrors {
			debs, err := downloadFrom(ctx, work, m.source(suite, arch), suite, progress)
			if err == nil {
				return debs, nil
			}
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			failed = append(failed, fmt.Errorf("suite %s: %w", suite, err))
		}
	}
	return nil, errors.Join(failed...)
}

func downloadFrom(ctx context.Context, work, source, suite string, progress func(string)) ([]string, error) {
	apt := filepath.Join(work, "apt")
	if err := os.RemoveAll(apt); err != nil { //nolint:gosec // below the cache folder, which is the operator's choice
		return nil, err
	}
	for _, dir := range []string{"lists/partial", "cache/archives/partial"} {
		if err := os.MkdirAll(filepath.Join(apt, dir), 0o700); err != nil { //nolint:gosec // as above
			return nil, err
		}
	}
	for name, text := range map[string]string{"status": "", "debian.sources": source} {
		if err := os.WriteFile(filepath.Join(apt, name), []byte(text), 0o600); err != nil { //nolint:gosec // as above
			return nil, err
		}
	}
	options := aptOptions(apt)
	progress("Fetching the package list of Debian " + suite + " …")
	if err := aptGet(ctx, append(options, "update"), nil); err != nil {
		return nil, fmt.Errorf("package list: %w", err)
	}
	if err := aptGet(ctx, append(options, "--yes", "--download-only", "install", "asterisk"), counted(progress)); err != nil {
		return nil, fmt.Errorf("packages: %w", err)
	}
	debs := glob(filepath.Join(apt, "cache/archives/*.deb"))
	if len(debs) == 0 {
		return nil, errors.New("apt fetched no packages")
	}
	return debs, nil
}

func aptOptions(apt string) []string {
	var options []string
	for _, o := range []string{
		"Dir::State=" + apt,
		"Dir::State::status=" + filepath.Join(apt, "status"),
		"Dir::State::lists=" + filepath.Join(apt, "lists"),
		"Dir::Cache=" + filepath.Join(apt, "cache"),
		"Dir::Cache::archives=archives",
		"Dir::Etc::sourcelist=" + filepath.Join(apt, "debian.sources"),
		"Dir::Etc::sourceparts=/dev/null",
		"Dir::Etc::preferences=/dev/null",
		"Dir::Etc::preferencesparts=/dev/null",
		"Debug::NoLocking=1",
		"APT::Install-Recommends=false",
		"APT::Sandbox::User=root", // the _apt user cannot reach a private folder
		"APT::Get::AllowUnauthenticated=false",
		"APT::Update::Error-Mode=any", // a mirror that fails is an error, not a warning
		"Acquire::Languages=none",
		"Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
		"Acquire::Retries=2",
		"Acquire::http::Timeout=20",
	} {
		options = append(options, "-o", o)
	}
	return options
}

// aptGet runs apt-get and gives each line it prints to line.
func aptGet(ctx context.Context, args []string, line func(string)) error {
	cmd := tool(ctx, "apt-get", args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return err
	}
	var last []string
	sc := bufio.NewScanner(out)
	for sc.Scan() {
		if line != nil {
			line(sc.Text())
		}
		if t := strings.TrimSpace(sc.Text()); strings.HasPrefix(t, "E:") || strings.HasPrefix(t, "W:") {
			last = append(last, t)
		}
	}
	if err := cmd.Wait(); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return fmt.Errorf("apt-get: %w: %s", err, strings.Join(last[max(0, len(last)-3):], " "))
	}
	return nil
}

var (
	aptNeeds = regexp.MustCompile(`^Need to get ([\d.,]+ \wB)`)
	aptNewly = regexp.MustCompile(`(\d+) newly installed`)
	aptGot   = regexp.MustCompile(`^Get:(\d+) `)
)

// counted turns apt's lines into a sentence now and then.
func counted(progress func(string)) func(string) {
	total := "?"
	return func(line string) {
		if m := aptNewly.FindStringSubmatch(line); m != nil {
			total = m[1]
		}
		if m := aptNeeds.FindStringSubmatch(line); m != nil {
			progress("Fetching Asterisk and what it needs: " + total + " packages, " + m[1] + " …")
		}
		if m := aptGot.FindStringSubmatch(line); m != nil && strings.HasSuffix(m[1], "0") {
			progress("Fetched " + m[1] + " of " + total + " packages …")
		}
	}
}
