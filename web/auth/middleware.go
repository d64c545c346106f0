package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
)

// The names of the session's cookie. The prefix makes browsers insist on https, on Path=/ and on no Domain
// (RFC 6265bis section 4.1.3.2).
const (
	cookieName       = "bellhop_session"
	secureCookieName = "__Host-bellhop_session"
)

type contextKey struct{}

// WithUser is a context in which user is signed in.
func WithUser(ctx context.Context, user User) context.Context {
	return context.WithValue(ctx, contextKey{}, user)
}

// FromContext is who is signed in, as Require or Identify found out.
func FromContext(ctx context.Context) (User, bool) {
	user, ok := ctx.Value(contextKey{}).(User)
	return user, ok
}

// Identify puts the signed-in user into the request's context where there is one. It lets everybody through, and
// refuses only when it cannot know.
func (a *Auth) Identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, err := a.UserOf(r)
		switch {
		case err == nil:
			r = r.WithContext(WithUser(r.Context(), user))
		case !errors.Is(err, ErrNotSignedIn):
			a.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Require lets through who is signed in and has one of the roles; with no roles, whoever is signed in. The user is
// in the request's context behind it.
func (a *Auth) Require(roles ...Role) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			user, err := a.UserOf(r)
			if err == nil && len(roles) > 0 && !slices.Contains(roles, user.Role) {
				err = ErrForbidden
			}
			if err != nil {
				a.refuse(w, r, err)
				return
			}
			next.ServeHTTP(w, r.WithContext(WithUser(r.Context(), user)))
		})
	}
}

// UserOf is who sent the request; ErrNotSignedIn when nobody who is signed in.
func (a *Auth) UserOf(r *http.Request) (User, error) {
	return a.sessions.Lookup(r.Context(), a.Token(r))
}

// Token is the session's token that came with the request, or empty.
func (a *Auth) Token(r *http.Request) string {
	cookie, err := r.Cookie(a.cookieName())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// Cookie gives a session to the browser: out of reach of scripts, and not sent by other sites' forms.
func (a *Auth) Cookie(s SignedIn) *http.Cookie {
	cookie := a.cookie()
	cookie.Value, cookie.MaxAge = s.Token, int(absoluteLimit.Seconds())
	return cookie
}

// ClearedCookie takes the session from the browser.
func (a *Auth) ClearedCookie() *http.Cookie {
	cookie := a.cookie()
	cookie.MaxAge = -1
	return cookie
}

func (a *Auth) cookie() *http.Cookie {
	return &http.Cookie{
		Name: a.cookieName(), Path: "/", HttpOnly: true, Secure: a.secure, SameSite: http.SameSiteLaxMode,
	}
}

func (a *Auth) cookieName() string {
	if a.secure {
		return secureCookieName
	}
	return cookieName
}

// ClientIP is the address the request came from; not valid when it cannot be read. Headers are not believed here: what our own proxies say is in RemoteAddr already.
func ClientIP(r *http.Request) netip.Addr {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return from.Addr().Unmap()
}

// refusePlainly answers with the smallest problem there is (RFC 9457).
func refusePlainly(w http.ResponseWriter, _ *http.Request, err error) {
	status, code := Status(err)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"type":"about:blank","title":%q,"status":%d,"code":%q}`+"\n", http.StatusText(status), status, code)
}
