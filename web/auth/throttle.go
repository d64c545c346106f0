package auth

import (
	"container/list"
	"sync"
	"time"
)

// Ten sign-ins may fail, then they are slowed: for one login to one in 30 s, for one address, behind which a whole
// contact centre may sit, to one in 3 s. A login that once signed in from an address is counted there by itself, so
// that strangers who guess cannot keep him out of his own desk.
const (
	freeFailures  = 10
	loginRefill   = 30 * time.Second
	addressRefill = 3 * time.Second
)

// maxThrottled is how many logins or addresses are remembered. The one seen longest ago is forgotten first.
const maxThrottled = 10_000

// throttleKey is a digest, so that what is remembered has one size.
type throttleKey [32]byte

// throttle is a bucket of failures for each key. A bucket holds freeFailures; one comes back every refill.
type throttle struct {
	refill time.Duration

	mu      sync.Mutex
	buckets map[throttleKey]*list.Element
	recent  *list.List // of *bucket, the latest first
}

type bucket struct {
	key throttleKey
	// fullAt is when the bucket is full again if nothing more fails. Each failure moves it by one refill.
	fullAt time.Time
}

func newThrottle(refill time.Duration) *throttle {
	return &throttle{refill: refill, buckets: map[throttleKey]*list.Element{}, recent: list.New()}
}

// wait is how long the key must wait until it may fail again; zero means now.
func (t *throttle) wait(key throttleKey, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if found, ok := t.buckets[key]; ok {
		return t.waitOf(found.Value.(*bucket), now)
	}
	return 0
}

// take counts a failure. If none is left it counts nothing and says how long to wait.
func (t *throttle) take(key throttleKey, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.bucket(key, now)
	if wait := t.waitOf(b, now); wait > 0 {
		return wait
	}
	if b.fullAt.Before(now) {
		b.fullAt = now
	}
	b.fullAt = b.fullAt.Add(t.refill)
	return 0
}

// giveBack takes one failure back: it was none.
func (t *throttle) giveBack(key throttleKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if found, ok := t.buckets[key]; ok {
		b := found.Value.(*bucket)
		b.fullAt = b.fullAt.Add(-t.refill)
	}
}

// has says whether the key is remembered.
func (t *throttle) has(key throttleKey) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, ok := t.buckets[key]
	return ok
}

// remember remembers the key, with no failures.
func (t *throttle) remember(key throttleKey, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bucket(key, now).fullAt = now
}

// forget forgets every failure of the key.
func (t *throttle) forget(key throttleKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if found, ok := t.buckets[key]; ok {
		t.recent.Remove(found)
		delete(t.buckets, key)
	}
}

func (t *throttle) waitOf(b *bucket, now time.Time) time.Duration {
	return max(0, b.fullAt.Sub(now)-(freeFailures-1)*t.refill)
}

func (t *throttle) bucket(key throttleKey, now time.Time) *bucket {
	if found, ok := t.buckets[key]; ok {
		t.recent.MoveToFront(found)
		return found.Value.(*bucket)
	}
	if len(t.buckets) >= maxThrottled {
		oldest := t.recent.Back()
		delete(t.buckets, t.recent.Remove(oldest).(*bucket).key)
	}
	b := &bucket{key: key, fullAt: now}
	t.buckets[key] = t.recent.PushFront(b)
	return b
}
