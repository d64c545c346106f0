package api

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/jackc/pgx/v5/pgconn"

	"bellhop/cti/switchboard"
	"bellhop/web/auth"
	"bellhop/web/database"
)

// Code says what went wrong. Codes are stable; the screen has the words. A refusal of the switchboard has the
// switchboard's code.
type Code string

// The codes of problems that are not the switchboard's.
const (
	BadCredentials   Code = "bad_credentials"   // no such user, or another password
	TooManyAttempts  Code = "too_many_attempts" // wrong passwords; try again after Retry-After
	NotSignedIn      Code = "not_signed_in"     // no session, or it ended
	Forbidden        Code = "forbidden"         // signed in, but not allowed
	NoPhone          Code = "no_phone"          // no phone permission or no CTI number
	InUse            Code = "in_use"            // another browser has the agent's phone; since when is in Params
	CrossOrigin      Code = "cross_origin"      // the request came from another site's page
	NotFound         Code = "not_found"
	MethodNotAllowed Code = "method_not_allowed"
	BadRequest       Code = "bad_request"     // cannot be read at all
	InvalidRequest   Code = "invalid_request" // can be read, but Errors says what is wrong with it
	TooLarge         Code = "too_large"
	TooManyPages     Code = "too_many_pages" // too many live connections of one user
	TooFast          Code = "too_fast"       // of one thing, in a short time; try again after Retry-After
	UnsupportedMedia Code = "unsupported_media_type"
	NotAcceptable    Code = "not_acceptable"
	Timeout          Code = "timeout"
	Unavailable      Code = "unavailable" // something we need does not answer now
	Internal         Code = "internal"    // a fault of ours; the log has the details

	DatabaseUnavailable Code = "database_unavailable" // calls go on; try again after Retry-After

	TooManyFavourites Code = "too_many_favourites" // the agent has as many as he may have
	BadName           Code = "bad_name"            // nothing of it can be seen
	BadNumber         Code = "bad_number"          // not a number that can be dialled; the switchboard's, too
	BadOrder          Code = "bad_order"           // does not name each favourite once

	LinkUnknown Code = "link_unknown" // no such one-time link, or a newer one took its place
	LinkUsed    Code = "link_used"
	LinkExpired Code = "link_expired"

	EditConflict Code = "edit_conflict" // somebody else changed it meanwhile; who and when is in Params
	BadFile      Code = "bad_file"      // not a file of a kind that is taken, or it cannot be read
)

// codeOf is the code for a status that comes without one.
var codeOf = map[int]Code{
	http.StatusBadRequest:            BadRequest,
	http.StatusUnauthorized:          NotSignedIn,
	http.StatusForbidden:             Forbidden,
	http.StatusNotFound:              NotFound,
	http.StatusMethodNotAllowed:      MethodNotAllowed,
	http.StatusNotAcceptable:         NotAcceptable,
	http.StatusRequestTimeout:        Timeout,
	http.StatusRequestEntityTooLarge: TooLarge,
	http.StatusUnsupportedMediaType:  UnsupportedMedia,
	http.StatusUnprocessableEntity:   InvalidRequest,
	http.StatusServiceUnavailable:    Unavailable,
}

// Problem is the body of every answer that is an error (RFC 9457). It holds codes, never sentences for users, and
// never repeats what was sent.
type Problem struct {
	Type   string            `json:"type" example:"about:blank" doc:"Always about:blank: the code tells problems apart."`
	Title  string            `json:"title" doc:"The HTTP status in words, for developers."`
	Status int               `json:"status" doc:"The HTTP status."`
	Code   Code              `json:"code" doc:"What went wrong: stable, worded by the screen."`
	Params map[string]string `json:"params,omitempty" doc:"What the screen's sentence has to fill in."`
	Errors []FieldError      `json:"errors,omitempty" doc:"For invalid_request: what is wrong where."`
	Uses   []Use             `json:"uses,omitempty" doc:"For in_use of the administration: the first places where it is used."`

	retryAfter time.Duration
	allow      string
}

// FieldError says what is wrong with one part of a request.
type FieldError struct {
	Location string `json:"location" example:"body.login" doc:"Where: body.…, query.…, path.… or header.…"`
	Code     string `json:"code" example:"required" doc:"What is wrong with it."`

	Params map[string]string `json:"params,omitempty" doc:"What the screen's sentence has to fill in."`
}

// NewProblem makes a problem with the given HTTP status and code.
func NewProblem(status int, code Code) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code}
}

// Error is for logs.
func (p *Problem) Error() string { return strconv.Itoa(p.Status) + " " + string(p.Code) }

// GetStatus is the HTTP status; huma asks for it.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType makes huma answer with the media type of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// GetHeaders are the headers that go with the problem; huma asks for them.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	if p.retryAfter > 0 {
		seconds := int((p.retryAfter + time.Second - 1) / time.Second)
		h.Set("Retry-After", strconv.Itoa(seconds))
	}
	if p.allow != "" {
		h.Set("Allow", p.allow)
	}
	return h
}

// Write answers a request with the problem.
func (p *Problem) Write(w http.ResponseWriter) {
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", p.ContentType(""))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	// A client that is gone does not hear the answer; there is nobody else to tell.
	_ = json.NewEncoder(w).Encode(p)
}

// huma makes its own errors through these two variables, and they are its only way to be told of another shape.
func init() {
	huma.NewError = frameworkProblem
	huma.NewErrorWithContext = func(_ huma.Context, status int, message string, errs ...error) huma.StatusError {
		return frameworkProblem(status, message, errs...)
	}
}

// frameworkProblem words what huma found wrong with a request. The values that huma quotes are dropped: one of them
// may be a password.
func frameworkProblem(status int, message string, errs ...error) huma.StatusError {
	if message == "cannot read request body" { // huma blames us for what the client did not send
		return NewProblem(http.StatusBadRequest, BadRequest)
	}
	code, ok := codeOf[status]
	if !ok {
		code = Internal
		if status >= 400 && status < 500 {
			code = BadRequest
		}
	}
	p := NewProblem(status, code)
	if status >= http.StatusInternalServerError {
		return p
	}
	for _, err := range errs {
		var detail huma.ErrorDetailer
		if errors.As(err, &detail) {
			d := detail.ErrorDetail()
			p.Errors = append(p.Errors, FieldError{Location: d.Location, Code: fieldCode(d.Message)})
		}
	}
	return p
}

// fieldCodes turns the beginning of what huma says into a code.
var fieldCodes = []struct{ begins, code string }{
	{"expected required property", "required"},
	{"required ", "required"},
	{"request body is required", "required"},
	{"unexpected property", "unknown"},
	{"unknown query parameter", "unknown"},
	{"expected length <=", "too_long"},
	{"expected length >=", "too_short"},
	{"expected number <", "too_large"},
	{"expected number >", "too_small"},
	{"expected value to be one of", "not_allowed"},
	{"expected string to match pattern", "format"},
	{"expected string to be", "format"},
	{"expected ", "type"},
	{"invalid ", "type"},
}

func fieldCode(message string) string {
	for _, f := range fieldCodes {
		if strings.HasPrefix(message, f.begins) {
			return f.code
		}
	}
	return "invalid"
}

// Refuse answers a request that web/auth did not let through.
func Refuse(w http.ResponseWriter, _ *http.Request, err error) { signInProblem(err).Write(w) }

// signInProblem is the answer for an error of web/auth.
func signInProblem(err error) *Problem {
	status, code := auth.Status(err)
	p := NewProblem(status, Code(code))
	if p.Code == DatabaseUnavailable {
		return databaseAway()
	}
	if slow, ok := errors.AsType[*auth.TooManyAttempts](err); ok {
		p.retryAfter = slow.RetryAfter
	}
	return p
}

// refused is the answer to a command that the switchboard refused.
func refused(r *switchboard.Refusal) *Problem {
	var status int
	switch r.Code {
	case switchboard.NotYourCall:
		status = http.StatusNotFound
	case switchboard.NoPhone, switchboard.NotAllowed, switchboard.NotYourService:
		status = http.StatusForbidden
	case switchboard.RefusalCode(TooFast):
		status = http.StatusTooManyRequests
	case switchboard.UnknownMode, switchboard.UnknownAction, switchboard.InvalidCommand, switchboard.BadNumber:
		status = http.StatusUnprocessableEntity
	default:
		status = http.StatusConflict
	}
	p := NewProblem(status, Code(r.Code))
	p.Params = r.Params
	if status == http.StatusTooManyRequests {
		p.retryAfter = time.Second
	}
	return p
}

// databaseAgain is when a request that needs the database is worth sending again.
const databaseAgain = 2 * time.Second

// databaseAway is the answer to what needs the database while that is away, locked or slow.
func databaseAway() *Problem {
	p := NewProblem(http.StatusServiceUnavailable, DatabaseUnavailable)
	p.retryAfter = databaseAgain
	return p
}

// problemOf is the answer for any error of a handler; ctx is the handler's. Errors that are nobody's fault outside are
// logged by the caller.
func problemOf(ctx context.Context, err error) (p *Problem, expected bool) {
	var refusal *switchboard.Refusal
	switch {
	case errors.As(err, &p):
		return p, true
	case errors.As(err, &refusal):
		return refused(refusal), true
	case pgconn.Timeout(err), ctx.Err() == nil && database.Away(err): // the limits of the database are below the handler's
		return databaseAway(), false
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return NewProblem(http.StatusServiceUnavailable, Unavailable), false
	case database.Away(err):
		return databaseAway(), false
	}
	return NewProblem(http.StatusInternalServerError, Internal), false
}
