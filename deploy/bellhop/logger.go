package main

import (
	"io"
	"log/slog"

	"bellhop/deploy/config"
)

// newLogger writes what the settings ask for, in the form they ask for.
func newLogger(w io.Writer, settings config.Common) *slog.Logger {
	options := &slog.HandlerOptions{Level: settings.LogLevel.Level}
	if settings.LogFormat == config.FormatJSON {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
