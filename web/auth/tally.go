package auth

import (
	"crypto/sha256"
	"net/netip"
	"time"

	"bellhop/cti/directory"
)

// tally is where one attempt's failure is counted.
type tally struct {
	auth           *Auth
	login, address throttleKey
	pair           throttleKey // the login at the address
	acquainted     bool        // it signed in from there before: only the pair counts
}

func (a *Auth) tally(at Attempt) tally {
	t := tally{auth: a, login: loginKey(at.Login), address: addressKey(at.IP)}
	t.pair = sha256.Sum256(append(t.login[:], t.address[:]...))
	t.acquainted = a.acquainted.has(t.pair)
	return t
}

// wait is how long the attempt has to wait; zero means that it may be made now.
func (t tally) wait(now time.Time) time.Duration {
	if t.acquainted {
		return t.auth.acquainted.wait(t.pair, now)
	}
	return max(t.auth.logins.wait(t.login, now), t.auth.addresses.wait(t.address, now))
}

// take counts a failure, or says how long to wait when there were too many.
func (t tally) take(now time.Time) time.Duration {
	if t.acquainted {
		return t.auth.acquainted.take(t.pair, now)
	}
	if wait := t.auth.logins.take(t.login, now); wait > 0 {
		return wait
	}
	wait := t.auth.addresses.take(t.address, now)
	if wait > 0 {
		t.auth.logins.giveBack(t.login)
	}
	return wait
}

// succeed takes the failure back, and forgives those that the login had.
func (t tally) succeed(now time.Time) {
	t.auth.acquainted.remember(t.pair, now)
	if !t.acquainted {
		t.auth.logins.forget(t.login)
		t.auth.addresses.giveBack(t.address)
	}
}

func loginKey(login string) throttleKey {
	key, ok := directory.FoldLogin(login)
	if !ok {
		key = "\x00" // all that cannot be logins count as one
	}
	return sha256.Sum256([]byte(key))
}

// addressKey is one for an IPv4 address and one for an IPv6 network of the size that one customer is given.
func addressKey(ip netip.Addr) throttleKey {
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		if network, err := ip.Prefix(64); err == nil {
			ip = network.Addr()
		}
	}
	return sha256.Sum256(ip.AsSlice())
}
