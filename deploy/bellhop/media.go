package main

import (
	"context"
	"net"

	"bellhop/deploy/config"
)

// startMedia runs the audio process until ctx ends.
func startMedia(ctx context.Context, in invocation) error {
	if err := noArguments(in); err != nil {
		return err
	}
	settings, err := config.Load[config.Media](in.environ)
	if err != nil {
		return usage(err)
	}
	log := newLogger(in.stderr, settings.Common).With("role", "media")
	registry := newRegistry("media")
	metrics, err := startMetrics(ctx, "BELLHOP_MEDIA_METRICS_ADDR", settings.MetricsAddr, registry, log)
	if err != nil {
		return err
	}
	defer metrics.Stop()
	listener, err := net.Listen("tcp", string(settings.ControlAddr))
	if err != nil {
		return err
	}
	log.Info("listening", "control", settings.ControlAddr)
	<-ctx.Done()
	return listener.Close()
}
