package auth

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
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
	// queryTimeout bounds one question to the database.
	queryTimeout = time.Second
	// defaultPatience is how long the request of a known session waits for the database before it is believed.
	defaultPatience = 60 * time.Millisecond
	tokenLength     = 32 // bytes
	maxUserAgent    = 256
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
	// sweep clears away what has ended by itself.
	sweep(ctx context.Context, now time.Time) error
	// removeOf ends every session of a user but one.
	removeOf(ctx context.Context, userID string, but tokenHash) (int64, error)
}

// Sessions are the sessions of signed-in users. What the database said is trusted for confirmFor, so that a request
// costs no query. While the database is away, locked or slow, who is known stays signed in until his session is over;
// sessions live in a file, too, so that this holds after a restart. What the database says goes before that as soon as
// it says something.
type Sessions struct {
	rows     sessionRows
	memory   *memory
	circuit  circuit
	patience time.Duration
	log      *slog.Logger
	keeper   keeper

	mu     sync.Mutex
	asking map[tokenHash]*question
}

// question is a look-up under way, for everybody who asks for the same session meanwhile.
type question struct {
	done chan struct{}
	user User
	err  error
}

func newSessions(rows sessionRows, log *slog.Logger) *Sessions {
	return &Sessions{
		rows: rows, memory: newMemory(), patience: defaultPatience, log: log,
		keeper: newKeeper(), asking: map[tokenHash]*question{},
	}
}

// Create opens a session for a user. The token is random, 256 bits long, and kept nowhere: only its SHA-256 is.
func (s *Sessions) Create(ctx context.Context, user User, ip netip.Addr, userAgent string) (token string, expires time.Time, err error) {
	random := randomBytes(tokenLength)
	hash := tokenHash(sha256.Sum256(random))
	now := time.Now()
	expires = expiry(now, now)
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	if err := s.rows.insert(ctx, hash, user.ID, now, expires, ip, userAgent); err != nil {
		return "", time.Time{}, fmt.Errorf("open a session: %w", err)
	}
	if s.memory.put(hash, session{user: user, createdAt: now, lastSeen: now, expires: expires}, now, now) {
		s.keeper.soon()
	}
	return base64.RawURLEncoding.EncodeToString(random), now.Add(absoluteLimit), nil
}

// Lookup is who the session belongs to, and counts as a use of it. It fails with ErrNotSignedIn when there is no
// such session, and otherwise when that cannot be known now. A session that ended elsewhere, or whose user was
// disabled, is noticed within confirmFor of the database saying so. Who is known waits for patience at most.
func (s *Sessions) Lookup(ctx context.Context, token string) (User, error) {
	hash, ok := hashOf(token)
	if !ok {
		return User{}, ErrNotSignedIn
	}
	now := time.Now()
	user, known := s.memory.look(hash, now)
	switch known {
	case over:
		return User{}, ErrNotSignedIn
	case confirmed:
		return user, nil
	case believed:
		return s.confirm(ctx, hash, user)
	case unknown:
	}
	if err := s.circuit.err(now); err != nil {
		return User{}, fmt.Errorf("look up a session: %w", err)
	}
	q := s.ask(hash)
	select {
	case <-q.done:
		return q.user, q.err
	case <-ctx.Done():
		return User{}, fmt.Errorf("look up a session: %w", ctx.Err())
	}
}

// confirm gives the database a moment to say whether a session still is, and believes that it is otherwise.
func (s *Sessions) confirm(ctx context.Context, hash tokenHash, user User) (User, error) {
	if now := time.Now(); !s.circuit.mayWait(now) {
		return s.believe(hash, user, now)
	}
	q := s.ask(hash)
	late := time.NewTimer(s.patience)
	defer late.Stop()
	select {
	case <-q.done:
		if q.err == nil || errors.Is(q.err, ErrNotSignedIn) {
			return q.user, q.err
		}
	case <-late.C:
		s.circuit.slow(time.Now())
	case <-ctx.Done():
	}
	return s.believe(hash, user, time.Now())
}

func (s *Sessions) believe(hash tokenHash, user User, now time.Time) (User, error) {
	s.keeper.believed.Add(1)
	if s.memory.use(hash, now) {
		s.keeper.later()
	}
	return user, nil
}

// ask asks the database about a session, once for all who want to know at a time.
func (s *Sessions) ask(hash tokenHash) *question {
	s.mu.Lock()
	defer s.mu.Unlock()
	if q, ok := s.asking[hash]; ok {
		return q
	}
	q := &question{done: make(chan struct{})}
	s.asking[hash] = q
	go func() {
		defer close(q.done)
		q.user, q.err = s.find(hash)
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.asking, hash)
	}()
	return q
}

// find has the database say whose a session is. It does not end with the request that asked: a query that is cut off
// costs a connection.
func (s *Sessions) find(hash tokenHash) (User, error) {
	ctx, cancel := context.WithTimeout(context.Background(), queryTimeout)
	defer cancel()
	now := time.Now()
	found, err := s.rows.find(ctx, hash, now)
	if errors.Is(err, ErrNotSignedIn) {
		s.circuit.healed()
		if s.memory.forget(hash) {
			s.keeper.soon()
		}
		return User{}, err
	}
	if err != nil {
		s.circuit.broke(time.Now(), err)
		return User{}, fmt.Errorf("look up a session: %w", err)
	}
	s.circuit.healed()
	if now.Sub(found.lastSeen) >= touchEvery {
		found.lastSeen, found.expires = now, expiry(found.createdAt, now)
		if err := s.rows.touch(ctx, hash, now, found.expires); err != nil {
			s.log.Warn("a session's use was not kept", "user", found.user.ID, "error", err)
		}
		s.keeper.later()
	}
	if s.memory.put(hash, found, now.Add(confirmFor), now) {
		s.keeper.soon()
	}
	return found.user, nil
}

// Delete ends a session. It is no error if there is none. While the database is away, a known session is over here at
// once, and the database is told when it is back.
func (s *Sessions) Delete(ctx context.Context, token string) error {
	hash, ok := hashOf(token)
	if !ok {
		return nil
	}
	now := time.Now()
	s.mu.Lock()
	_, asking := s.asking[hash]
	s.mu.Unlock()
	known := s.memory.end(hash, now, asking)
	err := s.circuit.err(now)
	if err == nil {
		err = s.remove(ctx, hash)
	}
	if err == nil || !known {
		return err
	}
	s.keeper.soon()
	if kept := s.save(); kept != nil {
		return errors.Join(err, kept)
	}
	return nil
}

// remove has the database end a session.
func (s *Sessions) remove(ctx context.Context, hash tokenHash) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), queryTimeout)
	defer cancel()
	if err := s.rows.remove(ctx, hash); err != nil {
		s.circuit.broke(time.Now(), err)
		return fmt.Errorf("end a session: %w", err)
	}
	s.memory.settle(hash, time.Now())
	s.keeper.soon()
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
