package auth

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"bellhop/cti/directory"
)

// Attempt is somebody who wants to sign in.
type Attempt struct {
	Login     string
	Password  string
	IP        netip.Addr
	UserAgent string
}

// SignedIn is the session of somebody who signed in.
type SignedIn struct {
	User    User
	Token   string    // secret: for the cookie only
	Expires time.Time // at the latest; sooner when it is not used
}

// SignIn checks the password and opens a session. A login that does not exist costs the same time and gets the same
// answer as a wrong password: ErrBadCredentials. After ten failures, of the login or from the address, attempts are
// slowed with *TooManyAttempts, whether or not there is such a login.
func (a *Auth) SignIn(ctx context.Context, at Attempt) (SignedIn, error) {
	signedIn, err := a.signIn(ctx, at)
	// The login that was tried stays out of the log: people type their password there.
	if err != nil {
		_, code := Status(err)
		a.attempts.WithLabelValues(code).Inc()
		a.log.Info("sign-in refused", "ip", at.IP, "error", err)
		return SignedIn{}, err
	}
	a.attempts.WithLabelValues("ok").Inc()
	a.log.Info("signed in", "user", signedIn.User.ID, "ip", at.IP)
	return signedIn, nil
}

func (a *Auth) signIn(ctx context.Context, at Attempt) (SignedIn, error) {
	tally := a.tally(at)
	if wait := tally.wait(time.Now()); wait > 0 {
		return SignedIn{}, &TooManyAttempts{RetryAfter: wait}
	}
	user, err := a.userByLogin(ctx, at.Login)
	if err != nil && !errors.Is(err, directory.ErrNotFound) {
		return SignedIn{}, fmt.Errorf("look up who signs in: %w", err)
	}
	if err := a.check(ctx, user, at.Password, tally); err != nil {
		if errors.Is(err, ErrBadCredentials) && user.ID != "" {
			a.entries.add(ctx, user.ID, SignInFailed, at.IP, at.UserAgent)
		}
		return SignedIn{}, err
	}
	signedIn := SignedIn{User: userOf(user)}
	signedIn.Token, signedIn.Expires, err = a.sessions.Create(ctx, signedIn.User, at.IP, at.UserAgent)
	return signedIn, err
}

func (a *Auth) userByLogin(ctx context.Context, login string) (directory.User, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	return a.users.UserByLogin(ctx, login)
}

// check compares the password in its turn. Failures are counted before the comparison and taken back after it, so
// that attempts made at once count too; they are counted in the turn, so that many who sign in rightly at the same
// moment are not in each other's way.
func (a *Auth) check(ctx context.Context, user directory.User, password string, t tally) error {
	leave, err := a.hasher.enter(ctx)
	if errors.Is(err, errBusy) {
		return &TooManyAttempts{RetryAfter: time.Second}
	}
	if err != nil {
		return err
	}
	defer leave()
	if wait := t.take(time.Now()); wait > 0 {
		return &TooManyAttempts{RetryAfter: wait}
	}

	known := user.ID != "" && !user.Disabled && user.PasswordHash != ""
	hash := user.PasswordHash
	if !known {
		hash = a.hasher.dummy
	}
	right, err := a.hasher.compare(hash, password)
	if err != nil {
		a.log.Error("a user's password hash cannot be read", "user", user.ID)
	}
	if !right || !known {
		return ErrBadCredentials
	}
	t.succeed(time.Now())
	return nil
}

// SignOut ends a session. It is no error if there is none.
func (a *Auth) SignOut(ctx context.Context, token string) error {
	return a.sessions.Delete(ctx, token)
}
