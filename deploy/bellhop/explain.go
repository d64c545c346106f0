package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"bellhop/cti/call"
	"bellhop/cti/directory"
	"bellhop/cti/facts"
	"bellhop/deploy/config"
	"bellhop/deploy/local"
	"bellhop/web/app"
	"bellhop/web/database"
)

// explainTime is how long bellhop explain waits for the database.
const explainTime = 3 * time.Second

// explainRequest is what bellhop explain was asked for.
type explainRequest struct {
	call     call.ID
	settings config.Explain
	language string
}

// explainCall prints what became of a call, in words.
func explainCall(ctx context.Context, in invocation) error {
	asked, err := parseExplain(in)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return usage(err)
	}
	words, err := app.EventWords(asked.language)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, explainTime)
	defer cancel()
	names, journal := newAgentNames(), asked.settings.JournalDir()
	names.set(agentsIn(journal))
	source := newStorySource(journal, nil, names.of)
	if url := databaseOf(asked.settings); url != "" {
		pool, err := database.Open(ctx, url, database.Limits{Name: "explain", Connections: 1, Wait: explainTime, Query: explainTime})
		if err != nil {
			return usage(err)
		}
		defer pool.Close()
		source.kept = facts.NewStore(pool)
		if loaded, err := directory.NewStore(pool).Load(ctx); err == nil {
			names.set(loaded.Switchboard().Agents)
		}
	}
	story, err := source.OfCall(ctx, asked.call)
	switch {
	case err != nil:
		return err
	case len(story.Lines) == 0:
		return fmt.Errorf("nothing is known of the call %s, neither in %s nor in the database", asked.call, journal)
	case !story.Complete:
		fmt.Fprintln(in.stderr, "bellhop: one of journal and database could not be read: something may be missing")
	}
	return printStory(in.stdout, story.Story, words, asked.language)
}

func parseExplain(in invocation) (explainRequest, error) {
	var asked explainRequest
	flags := flag.NewFlagSet("bellhop explain", flag.ContinueOnError)
	flags.SetOutput(in.stderr)
	state := flags.String("state", "", "the state folder; BELLHOP_STATE_DIR unless given")
	language := flags.String("lang", languageOf(in.environ), "ko or en")
	id, err := positional(flags, in.args)
	if err != nil {
		return asked, err
	}
	if uuid.Validate(id) != nil || len(id) != 36 {
		return asked, fmt.Errorf("%q is no call: it is named by its id, such as 01995f3e-0000-7000-8000-000000000001", id)
	}
	if *language != "ko" && *language != "en" {
		return asked, fmt.Errorf("--lang is %q: it is ko or en", *language)
	}
	environ := in.environ
	if *state != "" {
		environ = append(slices.DeleteFunc(slices.Clone(environ), func(entry string) bool {
			return strings.HasPrefix(entry, "BELLHOP_STATE_DIR=")
		}), "BELLHOP_STATE_DIR="+*state)
	}
	asked.call, asked.language = call.ID(strings.ToLower(id)), *language
	asked.settings, err = config.Load[config.Explain](environ)
	return asked, err
}

// positional parses flags before and after the one word that is none.
func positional(flags *flag.FlagSet, args []string) (string, error) {
	word := ""
	for {
		if err := flags.Parse(args); err != nil {
			return "", err
		}
		if flags.NArg() == 0 {
			return word, nil
		}
		if word != "" {
			return "", fmt.Errorf("%q is one word too many", flags.Arg(0))
		}
		word, args = flags.Arg(0), flags.Args()[1:]
	}
}

// languageOf is the language of the messages that the environment asks for (POSIX, LC_ALL before LC_MESSAGES before LANG).
func languageOf(environ []string) string {
	for _, name := range []string{"LC_ALL=", "LC_MESSAGES=", "LANG="} {
		for _, entry := range environ {
			if value, ok := strings.CutPrefix(entry, name); ok && value != "" {
				if strings.HasPrefix(value, "ko") {
					return "ko"
				}
				return "en"
			}
		}
	}
	return "en"
}

// databaseOf is the database's address: as set, or as bellhop dev keeps it; empty when there is none.
func databaseOf(settings config.Explain) string {
	if url := settings.DatabaseURL.Reveal(); url != "" {
		return url
	}
	f, err := os.Open(local.DatabaseFile(settings.StateDir))
	if err != nil {
		return ""
	}
	defer f.Close() //nolint:errcheck // only read
	kept, err := io.ReadAll(io.LimitReader(f, 4<<10))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(kept))
}
