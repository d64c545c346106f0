// Package database tells whether PostgreSQL serves us: the telephone goes on without it, and what cannot is answered
// with a refusal that says so.
package database

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
)

// awayCodes are the SQLSTATEs, or the classes of them, with which PostgreSQL says that it cannot serve us now (its
// manual's appendix A). A database that is not migrated yet lacks tables.
var awayCodes = []string{
	"08",    // connection exception
	"25006", // read_only_sql_transaction: a standby, or a primary on its way to become one
	"42P01", // undefined_table
	"53",    // insufficient resources: connections, memory, disk
	"55P03", // lock_not_available, after lock_timeout
	"57014", // query_canceled, after statement_timeout
	"57P01", // admin_shutdown
	"57P02", // crash_shutdown
	"57P03", // cannot_connect_now
	"57P05", // idle_session_timeout
	"58",    // system error, such as an I/O error
}

// Away says whether an error of a query means that the database cannot be reached, is too slow, locked or full, rather
// than that the query is wrong. A client that left is not the database's fault.
func Away(err error) bool {
	if err == nil || errors.Is(err, context.Canceled) {
		return false
	}
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		return isAwayCode(refused.Code)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	if pgconn.SafeToRetry(err) { // nothing was sent: the connection was lost before
		return true
	}
	for _, lost := range []error{
		context.DeadlineExceeded, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE,
	} {
		if errors.Is(err, lost) {
			return true
		}
	}
	return false
}

func isAwayCode(code string) bool {
	for _, prefix := range awayCodes {
		if strings.HasPrefix(code, prefix) {
			return true
		}
	}
	return false
}
