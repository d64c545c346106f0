package auth

import (
	"sync"
	"time"
)

const (
	// cacheFor is how long a session is trusted without asking the database.
	cacheFor = 5 * time.Second
	// staleFor is how long a session is trusted while the database does not answer.
	staleFor = time.Hour
	// retryAfter is how long the database is not asked again about a session after it did not answer.
	retryAfter = time.Second
	maxCached  = 10_000
)

// sessionCache remembers the sessions that were found lately.
type sessionCache struct {
	mu      sync.Mutex
	entries map[tokenHash]cached
}

type cached struct {
	user       User
	expires    time.Time
	found      time.Time // when the database last said so
	trustUntil time.Time // until then nobody asks
}

func newSessionCache() *sessionCache {
	return &sessionCache{entries: map[tokenHash]cached{}}
}

// fresh is the user of a session that need not be looked up.
func (c *sessionCache) fresh(hash tokenHash, now time.Time) (User, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[hash]
	return e.user, ok && now.Before(e.trustUntil) && now.Before(e.expires)
}

// stale is the user of a session that cannot be looked up now.
func (c *sessionCache) stale(hash tokenHash, now time.Time) (User, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[hash]
	if !ok || now.Sub(e.found) >= staleFor || !now.Before(e.expires) {
		return User{}, false
	}
	e.trustUntil = now.Add(retryAfter)
	c.entries[hash] = e
	return e.user, true
}

func (c *sessionCache) put(hash tokenHash, s session, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.entries[hash]; !known && len(c.entries) >= maxCached {
		c.makeRoom(now)
	}
	c.entries[hash] = cached{user: s.user, expires: s.expires, found: now, trustUntil: now.Add(cacheFor)}
}

func (c *sessionCache) remove(hash tokenHash) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.entries, hash)
}

// makeRoom forgets what cannot be trusted any more, and if that is nothing, any one session.
func (c *sessionCache) makeRoom(now time.Time) {
	for hash, e := range c.entries {
		if now.Sub(e.found) >= staleFor || !now.Before(e.expires) {
			delete(c.entries, hash)
		}
	}
	for hash := range c.entries {
		if len(c.entries) < maxCached {
			return
		}
		delete(c.entries, hash)
	}
}
