package main

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"bellhop/deploy/config"
)

// runServe stands in for the real one: it only answers that it is there.
func runServe(ctx context.Context, settings config.Serve, log *slog.Logger) error {
	metrics, err := startMetrics(ctx, "BELLHOP_METRICS_ADDR", settings.MetricsAddr, newRegistry("serve"), log)
	if err != nil {
		return err
	}
	defer metrics.Stop()
	server := &http.Server{
		Addr:              string(settings.HTTPAddr),
		ReadHeaderTimeout: time.Second,
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }),
	}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	log.Info("listening", "addr", settings.HTTPAddr)
	if err := server.ListenAndServe(); ctx.Err() == nil {
		return err
	}
	return nil
}
