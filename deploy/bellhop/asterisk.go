package main

import (
	"context"
	"fmt"
	"path/filepath"
	"syscall"

	"bellhop/deploy/asterisk"
	"bellhop/deploy/config"
)

// startAsterisk writes Bellhop's configuration for an Asterisk and becomes it.
func startAsterisk(ctx context.Context, in invocation) error {
	if err := noArguments(in); err != nil {
		return err
	}
	settings, err := config.Load[config.Asterisk](in.environ)
	if err != nil {
		return usage(err)
	}
	program, err := asterisk.Install(ctx, settings.CacheDir, func(s string) { fmt.Fprintln(in.stdout, s) })
	if err != nil {
		return err
	}
	dir := filepath.Join(settings.StateDir, "asterisk")
	if err := (asterisk.Config{
		Dir:          dir,
		ARIAddr:      string(settings.ARIAddr()),
		ARIUsername:  settings.ARIUsername,
		ARIPassword:  settings.ARIPassword.Reveal(),
		SIPAddr:      string(settings.SIPAddr),
		RTPFrom:      settings.RTPPorts.From,
		RTPTo:        settings.RTPPorts.To,
		AgentAddress: string(settings.AgentIP),
		CarrierAddr:  string(settings.CarrierAddr),
		MoreCallers:  settings.SIPCallers.Strings(),
	}).Write(program); err != nil {
		return err
	}
	cmd := program.Command(dir)
	if err := syscall.Exec(cmd.Path, cmd.Args, cmd.Env); err != nil {
		return fmt.Errorf("run %s: %w", cmd.Path, err)
	}
	return nil
}
