package auth

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/netip"
	"path/filepath"
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
	hangs chan struct{}
	finds int
}

// strangeToken looks like a token, and is nobody's.
const strangeToken = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// hang has the database give no answer to find until it is told otherwise.
func (m *memoryRows) hang(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if on {
		m.hangs = make(chan struct{})
		return
	}
	close(m.hangs)
	m.hangs = nil
}

func (m *memoryRows) clear() { m.put(map[tokenHash]session{}) }

func (m *memoryRows) put(rows map[tokenHash]session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows = rows
}

func (m *memoryRows) snapshot() map[tokenHash]session {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.rows)
}

func (m *memoryRows) insert(_ context.Context, hash tokenHash, user string, now, expires time.Time, _ netip.Addr, _ string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows[hash] = session{user: User{ID: user}, createdAt: now, lastSeen: now, expires: expires}
	return m.fails
}

func (m *memoryRows) find(ctx context.Context, hash tokenHash, now time.Time) (session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.finds++
	if hangs := m.hangs; hangs != nil {
		m.mu.Unlock()
		select {
		case <-hangs:
		case <-ctx.Done():
		}
		m.mu.Lock()
		if ctx.Err() != nil {
			return session{}, ctx.Err()
		}
	}
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

func (m *memoryRows) sweep(context.Context, time.Time) error { return nil }

func (m *memoryRows) removeOf(_ context.Context, userID string, but tokenHash) (int64, error) {
	left := m.snapshot()
	before := len(left)
	for hash, s := range left {
		if s.user.ID == userID && hash != but {
			delete(left, hash)
		}
	}
	m.put(left)
	return int64(before - len(left)), nil
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
		token, expires, err := s.Create(t.Context(), User{ID: "u"}, netip.Addr{}, "")
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
		<-time.After(confirmFor)
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
		asked := rows.finds
		for range 60 {
			_, err := s.Lookup(t.Context(), token)
			require.NoError(t, err)
			<-time.After(500 * time.Millisecond)
		}
		require.LessOrEqual(t, rows.finds-asked, 30, "the database is asked once a second at most")
		_, err := s.Lookup(t.Context(), strangeToken)
		require.ErrorIs(t, err, down, "never seen before: nobody knows")
		require.NotErrorIs(t, err, ErrNotSignedIn)

		<-time.After(idleLimit - time.Hour)
		_, err = s.Lookup(t.Context(), token)
		require.NoError(t, err)
		<-time.After(idleLimit - time.Hour)
		_, err = s.Lookup(t.Context(), token)
		require.NoError(t, err, "it was used meanwhile")
		<-time.After(2 * time.Hour)
		_, err = s.Lookup(t.Context(), token)
		require.ErrorIs(t, err, down, "but not for ever")
	})
}

// TestNobodyWaitsForADatabaseThatHangs gives no answer to any question, in the test's own time.
func TestNobodyWaitsForADatabaseThatHangs(t *testing.T) {
	inMemory(t, func(t *testing.T, s *Sessions, rows *memoryRows, token string) {
		rows.hang(true)
		waited := time.Duration(0)
		for range 100 {
			began := time.Now()
			_, err := s.Lookup(t.Context(), token)
			require.NoError(t, err)
			require.LessOrEqual(t, time.Since(began), defaultPatience)
			waited += time.Since(began)
			<-time.After(100 * time.Millisecond)
		}
		require.LessOrEqual(t, waited, 12*defaultPatience, "once a second, not every time")
		began := time.Now()
		_, err := s.Lookup(t.Context(), strangeToken)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.LessOrEqual(t, time.Since(began), queryTimeout)

		rows.hang(false)
		<-time.After(retryAfter + queryTimeout)
		rows.clear()
		_, err = s.Lookup(t.Context(), token)
		require.ErrorIs(t, err, ErrNotSignedIn, "the database goes first as soon as it answers")
	})
}

func TestOneQuestionForAllWhoAskAtOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *Sessions, rows *memoryRows, token string) {
		rows.hang(true)
		for range 50 {
			go s.Lookup(t.Context(), token) //nolint:errcheck // only counted
		}
		synctest.Wait()
		rows.hang(false)
		<-time.After(queryTimeout)
		require.Equal(t, 1, rows.finds)
	})
}

func TestSignOutWithoutTheDatabase(t *testing.T) {
	inMemory(t, func(t *testing.T, s *Sessions, rows *memoryRows, token string) {
		s.keeper.path = filepath.Join(t.TempDir(), "serve", "sessions")
		s.start(t.Context())
		defer s.stopKeeping()
		rows.fail(errors.New("down"))
		require.NoError(t, s.Delete(t.Context(), token))
		require.Error(t, s.Delete(t.Context(), strangeToken), "nobody knows whether there is one")
		_, err := s.Lookup(t.Context(), token)
		require.ErrorIs(t, err, ErrNotSignedIn)

		again := newSessions(rows, slog.New(slog.DiscardHandler))
		again.load(s.keeper.path)
		_, err = again.Lookup(t.Context(), token)
		require.ErrorIs(t, err, ErrNotSignedIn, "after a restart, too")

		rows.fail(nil)
		_, err = again.Lookup(t.Context(), token)
		require.ErrorIs(t, err, ErrNotSignedIn, "whatever the database says")
		<-time.After(10 * retryAfter)
		require.Empty(t, rows.rows, "it was told")
		require.Empty(t, s.memory.unwritten(time.Now()))
	})
}

func TestDeletedSessionIsGoneAtOnce(t *testing.T) {
	inMemory(t, func(t *testing.T, s *Sessions, rows *memoryRows, token string) {
		_, err := s.Lookup(t.Context(), token)
		require.NoError(t, err)
		rows.fail(errors.New("down"))
		require.Error(t, s.Delete(t.Context(), token), "no file to keep that in")
		_, err = s.Lookup(t.Context(), token)
		require.ErrorIs(t, err, ErrNotSignedIn, "over all the same")
		rows.fail(nil)
		<-time.After(retryAfter)
		require.NoError(t, s.Delete(t.Context(), token))
		require.Empty(t, rows.rows)
		_, err = s.Lookup(t.Context(), token)
		require.ErrorIs(t, err, ErrNotSignedIn)
	})
}

// TestALookupUnderWayBringsNothingBack ends a session while the database is being asked about it.
func TestALookupUnderWayBringsNothingBack(t *testing.T) {
	inMemory(t, func(t *testing.T, s *Sessions, rows *memoryRows, token string) {
		found := rows.snapshot()
		rows.hang(true)
		go s.Lookup(t.Context(), token) //nolint:errcheck // what it says is not the point
		synctest.Wait()
		require.NoError(t, s.Delete(t.Context(), token))
		rows.put(found)
		rows.hang(false)
		synctest.Wait()
		_, err := s.Lookup(t.Context(), token)
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

func TestMemoryIsBounded(t *testing.T) {
	m := newMemory()
	now := time.Now()
	for n := range maxSessions + 100 {
		used := now.Add(time.Duration(n) * time.Second)
		m.put(tokenHash(key(n)), session{lastSeen: used, expires: now.Add(time.Hour)}, now, now)
	}
	require.LessOrEqual(t, m.size(), maxSessions)
	_, first := m.look(tokenHash(key(0)), now)
	require.Equal(t, unknown, first, "those not used for longest go first")
	_, last := m.look(tokenHash(key(maxSessions+99)), now)
	require.Equal(t, believed, last)
}
