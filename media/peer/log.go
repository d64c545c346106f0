package peer

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// loggerFactory lets pion write into our log. What pion calls a warning or an
// error is mostly what a stranger sent, so it becomes debug here; what matters
// comes back as a state of the peer.
type loggerFactory struct{ log *slog.Logger }

func (f loggerFactory) NewLogger(scope string) logging.LeveledLogger {
	return leveledLogger{f.log.With("pion", scope)}
}

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
