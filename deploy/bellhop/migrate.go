package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/directory"
	"bellhop/deploy/config"
	"bellhop/deploy/local"
	"bellhop/deploy/schema"
	"bellhop/web/auth"
)

// migrate brings the database to this version, and makes the demo organisation if asked to.
func migrate(ctx context.Context, in invocation) error {
	withDemo := len(in.args) > 0 && in.args[0] == "--demo"
	if withDemo {
		in.args = in.args[1:]
	}
	if err := noArguments(in); err != nil {
		return err
	}
	settings, err := config.Load[config.Demo](in.environ)
	if err != nil {
		return usage(err)
	}
	if err := schema.Migrate(ctx, settings.DatabaseURL.Reveal()); err != nil {
		return err
	}
	newest, err := schema.Version()
	if err != nil {
		return err
	}
	fmt.Fprintf(in.stdout, "the database is at version %d\n", newest)
	if !withDemo {
		return nil
	}
	return makeDemo(ctx, in, settings)
}

// makeDemo makes the demo organisation and says where its passwords are.
func makeDemo(ctx context.Context, in invocation, settings config.Demo) error {
	if err := os.MkdirAll(settings.StateDir, 0o700); err != nil {
		return fmt.Errorf("make the state folder: %w", err)
	}
	path := filepath.Join(settings.StateDir, local.DemoFile)
	demo, err := local.KeepDemo(path, local.Places{
		URL: settings.PublicURL, Metrics: settings.MetricsAddr, SIP: settings.SIPAddr,
	}, func(passwords map[string]string, reset bool) (directory.Demo, error) {
		return seedDemo(ctx, settings.DatabaseURL.Reveal(), passwords, reset)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(in.stdout, "the demo organisation answers to %s; who can sign in stands in %s\n", demo.Number, path)
	return nil
}

// seedDemo makes the demo organisation.
func seedDemo(ctx context.Context, databaseURL string, passwords map[string]string, reset bool) (directory.Demo, error) {
	pool, err := pgxpool.New(ctx, databaseURL)
	if err != nil {
		return directory.Demo{}, fmt.Errorf("open the database: %w", err)
	}
	defer pool.Close()
	return directory.NewStore(pool).SeedDemo(ctx, directory.DemoOptions{
		Passwords:      passwords,
		Hash:           auth.NewHasher(auth.HasherOptions{}).Hash,
		ResetPasswords: reset,
	})
}
