package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/netip"

	"bellhop/deploy/certificate"
	"bellhop/deploy/config"
	"bellhop/media"
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
	asterisk, err := netip.ParseAddr(string(settings.AsteriskIP))
	if err != nil {
		return usage(fmt.Errorf("BELLHOP_MEDIA_ASTERISK_IP: %w", err))
	}
	log := newLogger(in.stderr, settings.Common).With("role", "media")
	registry := newRegistry("media")
	secure, err := mediaTLS(settings, log)
	if err != nil {
		return err
	}
	server, err := media.New(media.Options{
		PublicIP:    publicIP(settings.PublicIP),
		TLS:         secure,
		TURNAddr:    string(settings.TURNAddr),
		TURNTLSAddr: string(settings.TURNTLSAddr),
		TURNSecret:  turnSecret(settings.TURN, []byte(settings.Secret.Reveal())),
		Addr:        string(settings.MediaAddr),
		ControlAddr: string(settings.ControlAddr),
		SIPAddr:     string(settings.SIPAddr),
		RTCAddr:     string(settings.RTCAddr),
		RTPPorts:    media.PortRange{From: settings.RTPPorts.From, To: settings.RTPPorts.To},
		AsteriskIP:  asterisk,
		Secret:      []byte(settings.Secret.Reveal()),
		Origins:     []string{string(settings.PublicURL)},
		Log:         log,
		Metrics:     registry,
	})
	if err != nil {
		return err
	}
	metrics, err := startMetrics(ctx, "BELLHOP_MEDIA_METRICS_ADDR", settings.MetricsAddr, registry, log)
	if err != nil {
		return err
	}
	defer metrics.Stop()
	if err := server.Start(ctx); err != nil {
		return err
	}
	defer server.Stop()
	<-ctx.Done()
	log.Info("media stops")
	return nil
}

// mediaTLS is how pages reach media: nil for plain websockets.
func mediaTLS(settings config.Media, log *slog.Logger) (*tls.Config, error) {
	files, err := certificateFiles(settings.TLS, settings.Common, log)
	if err != nil || files == nil {
		return nil, err
	}
	return certificate.Config(files.Get, "http/1.1"), nil
}

// publicIP is the address that the setting names, or none.
func publicIP(ip config.IP) netip.Addr {
	parsed, err := netip.ParseAddr(string(ip))
	if err != nil {
		return netip.Addr{} // it is not set; a wrong one was refused
	}
	return parsed
}
