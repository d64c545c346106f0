package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
	"golang.org/x/text/unicode/norm"
)

// The cost of a new hash: argon2id (RFC 9106) with 64 MiB in one pass on one lane, about 50 ms on a server's core
// of 2024. It is above the least that OWASP's password storage cheat sheet asks for (46 MiB in one pass). A hash
// carries its own cost, so these can be raised without touching those that exist.
const (
	costMemory = 64 * 1024 // KiB
	costPasses = 1
	costLanes  = 1
	saltLength = 16
	keyLength  = 32
)

// The most that a stored hash may ask for: what is in the database cannot exhaust the server.
const (
	maxMemory = 1024 * 1024 // KiB
	maxPasses = 16
	maxLanes  = 16
)

// maxPassword is the longest password that is looked at, in bytes. A longer one is wrong.
const maxPassword = 1024

// maxWaiting is how many hashes may wait for their turn; more are refused as too many.
const maxWaiting = 512

// errBusy says that too many hashes are waiting already.
var errBusy = errors.New("too many passwords to check")

// errMalformed says that a stored hash cannot be read.
var errMalformed = errors.New("malformed password hash")

// HasherOptions are the settings of a Hasher.
type HasherOptions struct {
	// Concurrency is how many hashes are computed at once; each takes a core and 64 MiB. 0 means half the cores.
	Concurrency int
}

// Hasher computes and checks password hashes, a few at a time, so that signing in never takes the machine from calls.
type Hasher struct {
	slots       *semaphore.Weighted
	waiting     atomic.Int64
	evaluations atomic.Uint64
	cost        cost
	dummy       string // a hash of nothing that anybody knows
}

type cost struct {
	memory, passes uint32
	lanes          uint8
}

// NewHasher is a Hasher with the cost of this package.
func NewHasher(o HasherOptions) *Hasher {
	return newHasher(o, cost{memory: costMemory, passes: costPasses, lanes: costLanes})
}

func newHasher(o HasherOptions, c cost) *Hasher {
	concurrency := o.Concurrency
	if concurrency <= 0 {
		concurrency = max(1, runtime.NumCPU()/2)
	}
	return &Hasher{
		slots: semaphore.NewWeighted(int64(concurrency)), cost: c,
		dummy: encode(c, randomBytes(saltLength), randomBytes(keyLength)),
	}
}

// Evaluations is how many hashes were computed so far.
func (h *Hasher) Evaluations() uint64 { return h.evaluations.Load() }

// Hash is the password's hash in PHC form, with a salt of its own. Passwords that look the same are the same,
// however they were composed (NFC, as RFC 8265 section 4.2).
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if password == "" || len(password) > maxPassword {
		return "", fmt.Errorf("a password has 1 to %d bytes, not %d", maxPassword, len(password))
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	salt := randomBytes(saltLength)
	return encode(h.cost, salt, h.derive(h.cost, salt, password)), nil
}

// Verify says whether password is the one that encoded was made from. It computes one hash whatever it is given.
func (h *Hasher) Verify(ctx context.Context, encoded, password string) (bool, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	return h.compare(encoded, password)
}

// enter waits for a turn; leave ends it.
func (h *Hasher) enter(ctx context.Context) (leave func(), err error) {
	defer h.waiting.Add(-1)
	if h.waiting.Add(1) > maxWaiting {
		return nil, errBusy
	}
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("wait to check a password: %w", err)
	}
	return func() { h.slots.Release(1) }, nil
}

func (h *Hasher) compare(encoded, password string) (bool, error) {
	c, salt, key, malformed := decode(encoded)
	if malformed != nil {
		c, salt, key, _ = decode(h.dummy) // our own
	}
	tooLong := len(password) > maxPassword
	if tooLong {
		password = password[:maxPassword]
	}
	same := subtle.ConstantTimeCompare(h.derive(c, salt, password), key) == 1
	return same && !tooLong && malformed == nil, malformed
}

func (h *Hasher) derive(c cost, salt []byte, password string) []byte {
	h.evaluations.Add(1)
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, c.passes, c.memory, c.lanes, keyLength)
}

func encode(c cost, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.lanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

func decode(encoded string) (c cost, salt, key []byte, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost{}, nil, nil, errMalformed
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.lanes); err != nil {
		return cost{}, nil, nil, errMalformed
	}
	if c.memory == 0 || c.memory > maxMemory || c.passes == 0 || c.passes > maxPasses || c.lanes == 0 || c.lanes > maxLanes {
		return cost{}, nil, nil, errMalformed
	}
	salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil || len(salt) < 8 {
		return cost{}, nil, nil, errMalformed
	}
	key, err = base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(key) != keyLength {
		return cost{}, nil, nil, errMalformed
	}
	return c, salt, key, nil
}

// randomBytes cannot fail: crypto/rand ends the process rather than return what is not random.
func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}
