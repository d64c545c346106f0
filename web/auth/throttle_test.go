package auth

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func key(n int) (k throttleKey) {
	binary.BigEndian.PutUint64(k[:], uint64(n))
	return k
}

func TestThrottleSlowsAfterTen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		th := newThrottle(loginRefill)
		for range freeFailures {
			require.Zero(t, th.wait(key(1), time.Now()))
			require.Zero(t, th.take(key(1), time.Now()))
		}
		require.Equal(t, loginRefill, th.wait(key(1), time.Now()))
		require.Equal(t, loginRefill, th.take(key(1), time.Now()), "a refusal is not counted")
		require.Equal(t, loginRefill, th.wait(key(1), time.Now()))
		require.Zero(t, th.take(key(2), time.Now()), "others are not slowed")

		<-time.After(10 * time.Second)
		require.Equal(t, 20*time.Second, th.wait(key(1), time.Now()))
		<-time.After(20 * time.Second)
		require.Zero(t, th.take(key(1), time.Now()))
		require.Equal(t, loginRefill, th.take(key(1), time.Now()))

		<-time.After(24 * time.Hour)
		for range freeFailures {
			require.Zero(t, th.take(key(1), time.Now()), "it never holds more than ten")
		}
		require.NotZero(t, th.take(key(1), time.Now()))
		th.giveBack(key(1))
		require.Zero(t, th.take(key(1), time.Now()))
		th.forget(key(1))
		th.giveBack(key(1))
		require.Zero(t, th.wait(key(1), time.Now()))
	})
}

func TestThrottleForgetsTheOldest(t *testing.T) {
	th := newThrottle(loginRefill)
	now := time.Now()
	for range freeFailures {
		th.take(key(1), now)
	}
	for n := range maxThrottled - 1 {
		th.take(key(n+2), now)
	}
	require.NotZero(t, th.take(key(1), now), "seen again: not the oldest any more")
	for n := range maxThrottled / 2 {
		th.take(key(n+2*maxThrottled), now)
	}
	require.Len(t, th.buckets, maxThrottled)
	require.Equal(t, maxThrottled, th.recent.Len())
	require.NotZero(t, th.wait(key(1), now))
}

func TestAddressKey(t *testing.T) {
	of := func(ip string) throttleKey { return addressKey(netip.MustParseAddr(ip)) }
	require.Equal(t, of("192.0.2.1"), of("::ffff:192.0.2.1"))
	require.NotEqual(t, of("192.0.2.1"), of("192.0.2.2"))
	require.Equal(t, of("2001:db8::1"), of("2001:db8::ffff:1"), "one network of a customer's")
	require.NotEqual(t, of("2001:db8::1"), of("2001:db8:0:1::1"))
	require.Equal(t, of("fe80::1%eth0"), of("fe80::1%eth1"))
	require.NotEqual(t, of("0.0.0.0"), addressKey(netip.Addr{}))
}

func TestLoginKey(t *testing.T) {
	require.Equal(t, loginKey("admin"), loginKey("ADMIN"))
	require.NotEqual(t, loginKey("admin"), loginKey("admin2"))
	require.Equal(t, loginKey("a b"), loginKey("\x00"))
}

func TestRetryAfterSeconds(t *testing.T) {
	for wait, want := range map[time.Duration]int{0: 1, time.Millisecond: 1, time.Second: 1, 1001 * time.Millisecond: 2, 30 * time.Second: 30} {
		require.Equal(t, want, (&TooManyAttempts{RetryAfter: wait}).Seconds())
	}
}
