package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"bellhop/deploy/config"
)

// newRegistry is a registry that already has the figures of the process and of the Go runtime, and bellhop_build_info.
func newRegistry(role string) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "bellhop_build_info",
		Help:        "Always 1; its labels say what is running.",
		ConstLabels: prometheus.Labels{"role": role, "version": version, "go": runtime.Version()},
	})
	build.Set(1)
	registry.MustRegister(build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}

// metricsServer is the listener for Prometheus, apart from the one for people: it also answers /livez and Go's
// profiles under /debug/pprof/.
type metricsServer struct {
	server *http.Server
	ended  chan error
	log    *slog.Logger
}

// startMetrics listens on addr, the address that the setting of that name gave.
func startMetrics(ctx context.Context, setting string, addr config.Addr, registry *prometheus.Registry, log *slog.Logger) (*metricsServer, error) {
	var how net.ListenConfig
	listener, err := how.Listen(ctx, "tcp", string(addr))
	if err != nil {
		return nil, fmt.Errorf("%s: the metrics cannot be served: %w", setting, err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{Registry: registry}))
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)

	m := &metricsServer{
		server: &http.Server{
			Handler:           mux,
			ReadHeaderTimeout: 5 * time.Second,
			WriteTimeout:      2 * time.Minute, // a profile takes its time
			IdleTimeout:       2 * time.Minute,
			MaxHeaderBytes:    16 << 10,
		},
		ended: make(chan error, 1),
		log:   log,
	}
	go func() { m.ended <- m.server.Serve(listener) }()
	return m, nil
}

// Stop ends the listener and returns when it has ended; requests get one second to finish.
func (m *metricsServer) Stop() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := m.server.Shutdown(ctx); err != nil {
		m.log.Debug("metrics listener cut off a request", "err", err)
		err = m.server.Close()
		if err != nil {
			m.log.Warn("metrics listener", "err", err)
		}
	}
	if err := <-m.ended; !errors.Is(err, http.ErrServerClosed) {
		m.log.Warn("metrics listener", "err", err)
	}
}
