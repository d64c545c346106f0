package peer

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
	"github.com/prometheus/client_golang/prometheus"
)

// loggerFactory lets pion write into our log. What pion calls a warning or an
// error is mostly what a stranger sent, so it becomes debug here; what matters
// comes back as a state of the peer.
type loggerFactory struct {
	log      *slog.Logger
	rejected prometheus.Counter
}

func newLoggerFactory(log *slog.Logger, r prometheus.Registerer) loggerFactory {
	f := loggerFactory{log, prometheus.NewCounter(prometheus.CounterOpts{
		Name: "bellhop_media_srtp_rejected_total", Help: "SRTP and SRTCP packets that were wrongly keyed, replayed or malformed.",
	})}
	if r != nil {
		r.MustRegister(f.rejected)
	}
	return f
}

func (f loggerFactory) NewLogger(scope string) logging.LeveledLogger {
	if scope == "srtp" {
		return srtpLogger{f.rejected}
	}
	return leveledLogger{f.log.With("pion", scope)}
}

// srtpLogger counts: pion tells of every packet that it rejects by one line of
// information, and in no other way.
type srtpLogger struct{ rejected prometheus.Counter }

func (l srtpLogger) Trace(string)          {}
func (l srtpLogger) Tracef(string, ...any) {}
func (l srtpLogger) Debug(string)          {}
func (l srtpLogger) Debugf(string, ...any) {}
func (l srtpLogger) Info(string)           { l.rejected.Inc() }
func (l srtpLogger) Infof(string, ...any)  { l.rejected.Inc() }
func (l srtpLogger) Warn(string)           {}
func (l srtpLogger) Warnf(string, ...any)  {}
func (l srtpLogger) Error(string)          {}
func (l srtpLogger) Errorf(string, ...any) {}

type leveledLogger struct{ log *slog.Logger }

func (l leveledLogger) write(format string, args ...any) {
	if l.log.Enabled(context.Background(), slog.LevelDebug) {
		l.log.Debug(fmt.Sprintf(format, args...))
	}
}

func (l leveledLogger) Trace(string)                      {}
func (l leveledLogger) Tracef(string, ...any)             {}
func (l leveledLogger) Debug(string)                      {}
func (l leveledLogger) Debugf(string, ...any)             {}
func (l leveledLogger) Info(msg string)                   { l.write("%s", msg) }
func (l leveledLogger) Infof(format string, args ...any)  { l.write(format, args...) }
func (l leveledLogger) Warn(msg string)                   { l.write("%s", msg) }
func (l leveledLogger) Warnf(format string, args ...any)  { l.write(format, args...) }
func (l leveledLogger) Error(msg string)                  { l.write("%s", msg) }
func (l leveledLogger) Errorf(format string, args ...any) { l.write(format, args...) }
