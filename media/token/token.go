// Package token makes and checks the passes with which a browser enters media.
//
// A token is a JWT (RFC 7519) signed with HS256 and the secret that serve and
// media share. It says which agent the browser belongs to (sub), which session
// of his phone it opens (sid), lives for at most a minute and is good for one
// use: serve issues it to a signed-in agent, the browser sends it in its first
// message, and media remembers its id (jti) until it has expired.
package token

import (
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

const (
	issuer   = "bellhop"
	audience = "bellhop-media"
	// MaxTTL is the longest life of a token.
	MaxTTL = 60 * time.Second
	// MinSecret is the least length of the shared secret, in bytes (RFC 7518 section 3.2).
	MinSecret = 32
	// maxLength is more than any token of ours has, in bytes.
	maxLength = 2048
)

// What Verify finds wrong with a token. All of them wrap ErrInvalid.
var (
	ErrInvalid = errors.New("token: not valid")
	ErrExpired = fmt.Errorf("%w: expired", ErrInvalid)
	ErrUsed    = fmt.Errorf("%w: used before", ErrInvalid)
)

// agentPattern is what an agent's id may look like, since it becomes the user
// part of a SIP URI.
var agentPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Claims are what a valid token says.
type Claims struct {
	// Agent is the agent's id.
	Agent string
	// Session is the id of the phone session the token was issued for, a UUID.
	Session string
}

type claims struct {
	Session string `json:"sid"`
	jwt.RegisteredClaims
}

// Issue makes a token for one use within ttl, which is cut to MaxTTL.
func Issue(secret []byte, agent, session string, ttl time.Duration) (string, error) {
	if len(secret) < MinSecret {
		return "", fmt.Errorf("token: secret has %d bytes, want at least %d", len(secret), MinSecret)
	}
	if !agentPattern.MatchString(agent) {
		return "", fmt.Errorf("token: %q cannot be an agent's id", agent)
	}
	if err := uuid.Validate(session); err != nil {
		return "", fmt.Errorf("token: session: %w", err)
	}
	now := time.Now()
	t := jwt.NewWithClaims(jwt.SigningMethodHS256, claims{
		Session: session,
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    issuer,
			Audience:  jwt.ClaimStrings{audience},
			Subject:   agent,
			ID:        uuid.NewString(),
			IssuedAt:  jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(min(ttl, MaxTTL))),
		},
	})
	signed, err := t.SignedString(secret)
	if err != nil {
		return "", fmt.Errorf("token: sign: %w", err)
	}
	return signed, nil
}

// Verifier checks tokens and lets each pass once.
type Verifier struct {
	secret []byte
	parser *jwt.Parser

	mu    sync.Mutex
	used  map[string]time.Time
	sweep time.Time
}

// NewVerifier returns a verifier for tokens signed with secret.
func NewVerifier(secret []byte) (*Verifier, error) {
	if len(secret) < MinSecret {
		return nil, fmt.Errorf("token: secret has %d bytes, want at least %d", len(secret), MinSecret)
	}
	return &Verifier{
		secret: secret,
		parser: jwt.NewParser(
			jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
			jwt.WithIssuer(issuer), jwt.WithAudience(audience),
			jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		),
		used: make(map[string]time.Time),
	}, nil
}

// Verify returns what the token says and makes it useless for the future. The
// error wraps ErrInvalid, ErrExpired or ErrUsed.
func (v *Verifier) Verify(signed string) (Claims, error) {
	if len(signed) > maxLength {
		return Claims{}, fmt.Errorf("%w: %d bytes", ErrInvalid, len(signed))
	}
	var c claims
	_, err := v.parser.ParseWithClaims(signed, &c, func(*jwt.Token) (any, error) { return v.secret, nil })
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return Claims{}, fmt.Errorf("%w: %w", ErrExpired, err)
	case err != nil:
		return Claims{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	now := time.Now()
	switch expires := c.ExpiresAt.Time; {
	case !agentPattern.MatchString(c.Subject), uuid.Validate(c.Session) != nil, uuid.Validate(c.ID) != nil:
		return Claims{}, fmt.Errorf("%w: a claim is missing or malformed", ErrInvalid)
	case expires.Sub(now) > MaxTTL+time.Second:
		return Claims{}, fmt.Errorf("%w: lives too long", ErrInvalid)
	case !v.use(c.ID, expires, now):
		return Claims{}, ErrUsed
	}
	return Claims{Agent: c.Subject, Session: c.Session}, nil
}

// use notes that the token of this id was seen, and tells whether it was the first time.
func (v *Verifier) use(id string, expires, now time.Time) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if now.After(v.sweep) {
		for id, expires := range v.used {
			if now.After(expires) {
				delete(v.used, id)
			}
		}
		v.sweep = now.Add(MaxTTL)
	}
	if _, seen := v.used[id]; seen {
		return false
	}
	v.used[id] = expires
	return true
}
