package main

import (
	"context"

	"bellhop/deploy/config"
	"bellhop/media/carrier"
)

// startCarrier runs the simulated carrier until ctx ends.
func startCarrier(ctx context.Context, in invocation) error {
	if err := noArguments(in); err != nil {
		return err
	}
	settings, err := config.Load[config.Carrier](in.environ)
	if err != nil {
		return usage(err)
	}
	log := newLogger(in.stderr, settings.Common).With("role", "carrier")
	simulation, err := carrier.New(carrier.Options{Addr: string(settings.Addr), HTTPAddr: string(settings.HTTPAddr), Log: log})
	if err != nil {
		return err
	}
	if err := simulation.Start(ctx); err != nil {
		return err
	}
	defer simulation.Stop()
	log.Info("carrier ready", "sip", simulation.Addr(), "calls", "http://"+simulation.HTTPAddr()+"/calls")
	<-ctx.Done()
	log.Info("carrier stops")
	return nil
}
