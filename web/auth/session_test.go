package auth

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// memoryRows keeps sessions in memory and counts what it is asked.
type memoryRows struct {
	mu    sync.Mutex
	rows  map[tokenHash]session
	fails error
	finds int
}

func (m *memoryRows) insert(_ context.Context, hash tokenHash, user string, now, expires time.Time, _ netip.Addr, _ string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows[hash] = session{user: User{ID: user}, createdAt: now, lastSeen: now, expires: expires}
	return m.fails
}

func (m *memoryRows) find(_ context.Context, hash tokenHash, now time.Time) (session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.finds++
	if m.fails != nil {
		return session{}, m.fails
	}
	s, ok := m.rows[hash]
	if !ok || !now.Before(s.expires) {
		return session{}, ErrNotSignedIn
	}
	return s, nil
}

func (m *memoryRows) touch(_ context.Context, hash tokenHash, now, expires time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.rows[hash]
	s.lastSeen, s.expires = now, expires
	m.rows[hash] = s
	return m.fails
}

func (m *memoryRows) remove(_ context.Context, hash tokenHash) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fails == nil {
		delete(m.rows, hash)
	}
	return m.fails
}

func (m *memoryRows) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fails = err
}

// inMemory runs a test with a session of user "u", in its own time.
func inMemory(t *testing.T, test func(t *testing.T, s *Sessions, rows *memoryRows, token string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		rows := &memoryRows{rows: map[tokenHash]session{}}
		s := newSessions(rows, slog.New(slog.DiscardHandler))
		token, expires, err := s.Create(t.Context(), "u", netip.Addr{}, "")
		require.NoError(t, err)
		require.Equal(t, absoluteLimit, time.Until(expires))
		test(t, s, rows, token)
	})
}

func TestLookupIsCachedForSeconds(t *testing.T) {
	inMemory(t, func(t *testing.T, s *Sessions, rows *memoryRows, token string) {
		for range 100 {
			user, err := s.Lookup(t.Context(), token)
			require.NoError(t, err)
			require.Equal(t, "u", user.ID)
		}
		require.Equal(t, 1, rows.finds)

		for hash := range rows.rows { // ended by another server
			delete(rows.rows, hash)
		}
		<-time.After(cacheFor)
		_, err := s.Lookup(t.Context(), token)
		require.ErrorIs(t, err, ErrNotSignedIn)
	})
}

func TestSessionEndsWhenIdle(t *testing.T) {
	inMemory(t, func(t *testing.T, s *Sessions, _ *memoryRows, token string) {
		<-time.After(idleLimit - time.Minute)
		_, err := s.Lookup(t.Context(), token)
		require.NoError(t, err)
		<-time.After(idleLimit - time.Minute)
		_, err = s.Lookup(t.Context(), token)
		require.NoError(t, err, "it was used meanwhile")
		<-time.After(idleLimit)
		_, err = s.Lookup(t.Context(), token)
		require.ErrorIs(t, err, ErrNotSignedIn)
	})
}

func TestSessionEndsAfterADay(t *testing.T) {
	inMemory(t, func(t *testing.T, s *Sessions, _ *memoryRows, token string) {
		for began := time.Now(); time.Since(began) < absoluteLimit; {
			_, err := s.Lookup(t.Context(), token)
			require.NoError(t, err)
			<-time.After(20 * time.Minute)
		}
		_, err := s.Lookup(t.Context(), token)
		require.ErrorIs(t, err, ErrNotSignedIn)
	})
}

func TestSessionEndsOnTimeEvenInTheCache(t *testing.T) {
	inMemory(t, func(t *testing.T, s *Sessions, _ *memoryRows, token string) {
		<-time.After(idleLimit - time.Minute)
		_, err := s.Lookup(t.Context(), token)
		require.NoError(t, err)
		<-time.After(idleLimit - time.Second)
		_, err = s.Lookup(t.Context(), token)
		require.NoError(t, err)
		<-time.After(time.Minute + 2*time.Second)
		_, err = s.Lookup(t.Context(), token)
		require.ErrorIs(t, err, ErrNotSignedIn)
	})
}

func TestSessionsWorkOnWithoutTheDatabase(t *testing.T) {
	inMemory(t, func(t *testing.T, s *Sessions, rows *memoryRows, token string) {
		down := errors.New("connection refused")
		rows.fail(down)
		_, err := s.Lookup(t.Context(), token)
		require.ErrorIs(t, err, down, "never seen before: nobody knows")
		require.NotErrorIs(t, err, ErrNotSignedIn)

		rows.fail(nil)
		_, err = s.Lookup(t.Context(), token)
		require.NoError(t, err)
		rows.fail(down)
		asked := rows.finds
		for range 60 {
			<-time.After(500 * time.Millisecond)
			_, err = s.Lookup(t.Context(), token)
			require.NoError(t, err)
		}
		require.LessOrEqual(t, rows.finds-asked, 30, "the database is asked once a second at most")

		<-time.After(staleFor)
		_, err = s.Lookup(t.Context(), token)
		require.ErrorIs(t, err, down, "but not for ever")
	})
}

func TestDeletedSessionIsGoneAtOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *Sessions, rows *memoryRows, token string) {
		_, err := s.Lookup(t.Context(), token)
		require.NoError(t, err)
		rows.fail(errors.New("down"))
		require.Error(t, s.Delete(t.Context(), token))
		_, err = s.Lookup(t.Context(), token)
		require.Error(t, err, "not from the cache either")
		rows.fail(nil)
		require.NoError(t, s.Delete(t.Context(), token))
		_, err = s.Lookup(t.Context(), token)
		require.ErrorIs(t, err, ErrNotSignedIn)
	})
}

func TestStrangeTokens(t *testing.T) {
	inMemory(t, func(t *testing.T, s *Sessions, rows *memoryRows, token string) {
		for _, strange := range []string{"", "x", token + "A", token[:42], "\x00", token[:42] + "\n", token + "=", "' or true --"} {
			_, err := s.Lookup(t.Context(), strange)
			require.ErrorIs(t, err, ErrNotSignedIn, "%q", strange)
			require.NoError(t, s.Delete(t.Context(), strange))
		}
		require.Zero(t, rows.finds, "nobody was asked")
		require.Len(t, rows.rows, 1)
	})
}

func TestCacheIsBounded(t *testing.T) {
	c := newSessionCache()
	now := time.Now()
	for n := range maxCached + 100 {
		age := time.Duration(0)
		if n < 50 {
			age = staleFor
		}
		c.put(tokenHash(key(n)), session{expires: now.Add(time.Hour)}, now.Add(-age))
	}
	require.LessOrEqual(t, len(c.entries), maxCached)
	require.NotContains(t, c.entries, tokenHash(key(0)), "those not trusted any more go first")
	_, ok := c.fresh(tokenHash(key(maxCached+99)), now)
	require.True(t, ok)
}
