// Package auth says who is asking: it signs users in by password, keeps their sessions in PostgreSQL, and stands
// before every handler that needs a signed-in user. Refusals are errors with a code; whoever answers words them.
package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"bellhop/cti/directory"
	"bellhop/web/database"
)

// Role is what a user may do.
type Role = directory.Role

// User is who is signed in.
type User struct {
	ID           string
	Organisation string
	Login        string
	Name         string
	Role         Role
	Supervisor   bool
	Locale       string // ko or en
	AgentID      string // the agent he is, or empty
	// Rights are his in each of his services, the one he begins in first.
	Rights []directory.Rights
}

func (u User) same(other User) bool {
	rights := slices.Equal(u.Rights, other.Rights)
	u.Rights, other.Rights = nil, nil
	return rights && reflect.DeepEqual(u, other)
}

func userOf(u directory.User) User {
	return User{
		ID: u.ID, Organisation: u.Organisation, Login: u.Login, Name: u.Name, Role: u.Role, Supervisor: u.Supervisor,
		Locale: u.Locale, AgentID: u.AgentID, Rights: u.Rights,
	}
}

// Users is where users are looked up.
type Users interface {
	// UserByLogin fails with directory.ErrNotFound when there is no such user.
	UserByLogin(ctx context.Context, login string) (directory.User, error)
}

// The refusals, beside *TooManyAttempts. Any other error means that the answer is not known now.
var (
	// ErrBadCredentials: no such user, a wrong password, or a disabled user. Which of them is not told.
	ErrBadCredentials = errors.New("bad credentials")
	// ErrNotSignedIn: there is no session, or it has ended.
	ErrNotSignedIn = errors.New("not signed in")
	// ErrForbidden: signed in, but not in a role that may do this.
	ErrForbidden = errors.New("forbidden")
)

// TooManyAttempts refuses a sign-in because there were too many that failed. Trying again makes sense RetryAfter.
type TooManyAttempts struct{ RetryAfter time.Duration }

func (e *TooManyAttempts) Error() string {
	return fmt.Sprintf("too many attempts: try again in %s", e.RetryAfter)
}

// Seconds is the value for the header Retry-After: whole seconds, at least one.
func (e *TooManyAttempts) Seconds() int {
	return max(1, int((e.RetryAfter+time.Second-1)/time.Second))
}

// Status is the HTTP status and the stable code that an error of this package is answered with.
func Status(err error) (status int, code string) {
	var many *TooManyAttempts
	switch {
	case errors.Is(err, ErrBadCredentials):
		return http.StatusUnauthorized, "bad_credentials"
	case errors.As(err, &many):
		return http.StatusTooManyRequests, "too_many_attempts"
	case errors.Is(err, ErrNotSignedIn):
		return http.StatusUnauthorized, "not_signed_in"
	case errors.Is(err, ErrForbidden):
		return http.StatusForbidden, "forbidden"
	case database.Away(err):
		return http.StatusServiceUnavailable, "database_unavailable"
	default:
		return http.StatusServiceUnavailable, "unavailable"
	}
}

// Options are the settings of Auth.
type Options struct {
	Pool   *pgxpool.Pool // a migrated database, that may be away
	Users  Users
	Hasher *Hasher
	// File keeps the sessions for a restart while the database is away; empty means that they are not kept.
	File string
	// Patience is how long who is known waits for the database to say that his session still is; 60 ms unless set.
	Patience time.Duration
	// Secure says that browsers reach us over https.
	Secure bool
	// Refuse answers a request that Require or Identify does not let through; see Status. Nil means a bare problem.
	Refuse  func(http.ResponseWriter, *http.Request, error)
	Log     *slog.Logger
	Metrics prometheus.Registerer // may be nil
}

func (o *Options) validate() error {
	if o.Pool == nil || o.Users == nil || o.Hasher == nil {
		return errors.New("auth: a pool, the users and a hasher are needed")
	}
	if o.Refuse == nil {
		o.Refuse = refusePlainly
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Metrics == nil {
		o.Metrics = prometheus.NewRegistry()
	}
	return nil
}

// Auth signs users in and out and knows who is signed in. It is safe for concurrent use.
type Auth struct {
	users    Users
	hasher   *Hasher
	sessions *Sessions
	secure   bool
	refuse   func(http.ResponseWriter, *http.Request, error)
	log      *slog.Logger
	attempts *prometheus.CounterVec

	logins     *throttle
	addresses  *throttle
	acquainted *throttle // logins at the addresses they signed in from
	entries    *accessLog
}

// New is an Auth on a migrated database.
func New(o Options) (*Auth, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	log := o.Log.With("component", "auth")
	a := &Auth{
		users: o.Users, hasher: o.Hasher, secure: o.Secure, refuse: o.Refuse, log: log,
		sessions:   newSessions(sessionTable{o.Pool}, log),
		logins:     newThrottle(loginRefill),
		addresses:  newThrottle(addressRefill),
		acquainted: newThrottle(loginRefill),
		entries:    &accessLog{o.Pool, log},
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "bellhop", Subsystem: "auth", Name: "sign_ins_total", Help: "Attempts to sign in, by how they ended.",
		}, []string{"result"}),
	}
	if o.Patience > 0 {
		a.sessions.patience = o.Patience
	}
	for _, c := range append(a.sessions.metrics(), a.attempts, prometheus.NewCounterFunc(prometheus.CounterOpts{
		Namespace: "bellhop", Subsystem: "auth", Name: "password_hashes_total", Help: "Password hashes computed.",
	}, func() float64 { return float64(o.Hasher.Evaluations()) })) {
		if err := o.Metrics.Register(c); err != nil {
			return nil, fmt.Errorf("auth: register metrics: %w", err)
		}
	}
	if o.File != "" {
		a.sessions.load(o.File)
	}
	return a, nil
}

// Sessions are the sessions of those who are signed in.
func (a *Auth) Sessions() *Sessions { return a.sessions }

// Start keeps the sessions in their file, and tells the database what it missed, until ctx ends or Stop is called. It
// returns at once.
func (a *Auth) Start(ctx context.Context) { a.sessions.start(ctx) }

// Stop returns when the sessions are kept.
func (a *Auth) Stop() { a.sessions.stopKeeping() }
