package auth

import (
	"sync"
	"time"
)

// retryAfter is how long the database is left alone after it did not answer.
const retryAfter = time.Second

// circuit keeps requests from waiting for a database that does not answer, one after the other.
type circuit struct {
	mu          sync.Mutex
	slowUntil   time.Time
	brokenUntil time.Time
	why         error
}

// slow notes that somebody waited for the database in vain, who knew enough without it.
func (c *circuit) slow(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slowUntil = now.Add(retryAfter)
}

// broke notes that the database failed.
func (c *circuit) broke(now time.Time, why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slowUntil, c.brokenUntil, c.why = now.Add(retryAfter), now.Add(retryAfter), why
}

// healed notes that the database answered.
func (c *circuit) healed() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slowUntil, c.brokenUntil, c.why = time.Time{}, time.Time{}, nil
}

// mayWait says whether who knows enough may wait a moment for the database.
func (c *circuit) mayWait(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !now.Before(c.slowUntil)
}

// err is why the database is not asked now, or nil.
func (c *circuit) err(now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Before(c.brokenUntil) {
		return c.why
	}
	return nil
}
