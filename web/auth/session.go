package auth

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"
)

// A session ends when it was not used for idleLimit, and in any case absoluteLimit after sign-in.
const (
	idleLimit     = 12 * time.Hour
	absoluteLimit = 24 * time.Hour
)

const (
	// touchEvery is how exactly the last use of a session is kept.
	touchEvery = time.Minute
	// lookupTimeout bounds how long a request waits for the database to say who is asking.
	lookupTimeout = 2 * time.Second
	tokenLength   = 32 // bytes
	maxUserAgent  = 256
)

// session is a session as it is kept.
type session struct {
	user      User
	createdAt time.Time
	lastSeen  time.Time
	expires   time.Time
}

type tokenHash [sha256.Size]byte

// sessionRows keeps sessions by the hash of their token.
type sessionRows interface {
	insert(ctx context.Context, hash tokenHash, userID string, now, expires time.Time, ip netip.Addr, userAgent string) error
	// find fails with ErrNotSignedIn when there is none, it has ended or its user is disabled.
	find(ctx context.Context, hash tokenHash, now time.Time) (session, error)
	touch(ctx context.Context, hash tokenHash, now, expires time.Time) error
	remove(ctx context.Context, hash tokenHash) error
}

// Sessions are the sessions of signed-in users. What was looked up is trusted for cacheFor, so that a request costs
// no query; while the database is away, what was good is trusted for staleFor, so that calls go on.
type Sessions struct {
	rows  sessionRows
	cache *sessionCache
	log   *slog.Logger
}

func newSessions(rows sessionRows, log *slog.Logger) *Sessions {
	return &Sessions{rows: rows, cache: newSessionCache(), log: log}
}

// Create opens a session for a user. The token is random, 256 bits long, and kept nowhere: only its SHA-256 is.
func (s *Sessions) Create(ctx context.Context, userID string, ip netip.Addr, userAgent string) (token string, expires time.Time, err error) {
	random := randomBytes(tokenLength)
	now := time.Now()
	expires = expiry(now, now)
	if err := s.rows.insert(ctx, sha256.Sum256(random), userID, now, expires, ip, userAgent); err != nil {
		return "", time.Time{}, fmt.Errorf("open a session: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(random), now.Add(absoluteLimit), nil
}

// Lookup is who the session belongs to, and counts as a use of it. It fails with ErrNotSignedIn when there is no
// such session, and otherwise when that cannot be known now. A session that ended elsewhere, or whose user was
// disabled, is noticed within cacheFor.
func (s *Sessions) Lookup(ctx context.Context, token string) (User, error) {
	hash, ok := hashOf(token)
	if !ok {
		return User{}, ErrNotSignedIn
	}
	now := time.Now()
	if user, ok := s.cache.fresh(hash, now); ok {
		return user, nil
	}
	bounded, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	found, err := s.rows.find(bounded, hash, now)
	if errors.Is(err, ErrNotSignedIn) {
		s.cache.remove(hash)
		return User{}, err
	}
	if err != nil {
		if user, ok := s.cache.stale(hash, now); ok && ctx.Err() == nil {
			return user, nil
		}
		return User{}, fmt.Errorf("look up a session: %w", err)
	}
	if now.Sub(found.lastSeen) >= touchEvery {
		found.expires = expiry(found.createdAt, now)
		if err := s.rows.touch(bounded, hash, now, found.expires); err != nil {
			s.log.Warn("a session's use was not kept", "user", found.user.ID, "error", err)
		}
	}
	s.cache.put(hash, found, now)
	return found.user, nil
}

// Delete ends a session. It is no error if there is none.
func (s *Sessions) Delete(ctx context.Context, token string) error {
	hash, ok := hashOf(token)
	if !ok {
		return nil
	}
	s.cache.remove(hash)
	if err := s.rows.remove(ctx, hash); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	s.cache.remove(hash) // a lookup may have put it back meanwhile
	return nil
}

func expiry(created, now time.Time) time.Time {
	idle, absolute := now.Add(idleLimit), created.Add(absoluteLimit)
	if idle.Before(absolute) {
		return idle
	}
	return absolute
}

func hashOf(token string) (tokenHash, bool) {
	random, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(random) != tokenLength {
		return tokenHash{}, false
	}
	return sha256.Sum256(random), true
}
