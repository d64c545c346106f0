package auth

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

const (
	// confirmFor is how long a session is trusted without asking the database.
	confirmFor = 5 * time.Second
	// settledFor is how long a session that was ended is remembered after the database knows it, so that a look-up that
	// was under way cannot bring it back.
	settledFor  = time.Minute
	maxSessions = 10_000
)

// memory knows the sessions that are in use, so that who is signed in is known while the database is away. What was
// ended here is not believed again, whatever the database or the file says.
type memory struct {
	mu       sync.Mutex
	sessions map[tokenHash]known
	ended    map[tokenHash]ending
}

// known is a session as the database last told of it, and its use since then.
type known struct {
	session

	trustUntil time.Time // until then the database is not asked
}

// ending is a session that was ended here.
type ending struct {
	forget  time.Time // when it would be over anyway
	written bool      // the database knows
}

// knowledge is what the memory says of a session.
type knowledge int

const (
	unknown   knowledge = iota
	over                // ended here
	confirmed           // the database said so just now
	believed            // known, but the database should be asked
)

func newMemory() *memory {
	return &memory{sessions: map[tokenHash]known{}, ended: map[tokenHash]ending{}}
}

// look is what is known of a session, and whose it is.
func (m *memory) look(hash tokenHash, now time.Time) (User, knowledge) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ended := m.ended[hash]; ended {
		return User{}, over
	}
	k, ok := m.sessions[hash]
	switch {
	case !ok || !now.Before(k.expires):
		return User{}, unknown
	case now.Before(k.trustUntil):
		return k.user, confirmed
	default:
		return k.user, believed
	}
}

// use counts a use of a session of which the database is not told now. It says whether that is worth writing down.
func (m *memory) use(hash tokenHash, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.sessions[hash]
	if !ok || now.Sub(k.lastSeen) < touchEvery {
		return false
	}
	k.lastSeen, k.expires = now, expiry(k.createdAt, now)
	m.sessions[hash] = k
	return true
}

// put remembers a session, unless it was ended here. It says whether that is worth writing down soon.
func (m *memory) put(hash tokenHash, s session, trustUntil, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ended := m.ended[hash]; ended {
		return false
	}
	before, was := m.sessions[hash]
	if !was && len(m.sessions) >= maxSessions {
		m.makeRoom(now)
	}
	m.sessions[hash] = known{session: s, trustUntil: trustUntil}
	return !was || !before.user.same(s.user)
}

// forget drops a session of which the database says that it is over.
func (m *memory) forget(hash tokenHash) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, was := m.sessions[hash]
	delete(m.sessions, hash)
	return was
}

// end ends a session here, of which the database is to be told. It says whether there is one: one that is being looked
// up may be.
func (m *memory) end(hash tokenHash, now time.Time, asking bool) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ended := m.ended[hash]; ended {
		return true
	}
	k, was := m.sessions[hash]
	switch {
	case was:
		m.ended[hash] = ending{forget: k.createdAt.Add(absoluteLimit)}
	case asking:
		m.ended[hash] = ending{forget: now.Add(absoluteLimit)}
	default:
		return false
	}
	delete(m.sessions, hash)
	for other, e := range m.ended {
		if len(m.ended) <= maxSessions {
			break
		}
		if e.written || !now.Before(e.forget) {
			delete(m.ended, other)
		}
	}
	return true
}

// settle notes that the database knows that a session was ended.
func (m *memory) settle(hash tokenHash, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ended := m.ended[hash]; ended {
		m.ended[hash] = ending{forget: now.Add(settledFor), written: true}
	}
}

// unwritten are the sessions that were ended here without the database knowing.
func (m *memory) unwritten(now time.Time) []tokenHash {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweep(now)
	var hashes []tokenHash
	for hash, e := range m.ended {
		if !e.written {
			hashes = append(hashes, hash)
		}
	}
	return hashes
}

// sweep drops what is over anyway.
func (m *memory) sweep(now time.Time) {
	for hash, k := range m.sessions {
		if !now.Before(k.expires) {
			delete(m.sessions, hash)
		}
	}
	for hash, e := range m.ended {
		if !now.Before(e.forget) {
			delete(m.ended, hash)
		}
	}
}

// makeRoom drops what is over, and if that is nothing, the tenth that was not used for longest.
func (m *memory) makeRoom(now time.Time) {
	m.sweep(now)
	if len(m.sessions) < maxSessions {
		return
	}
	hashes := make([]tokenHash, 0, len(m.sessions))
	for hash := range m.sessions {
		hashes = append(hashes, hash)
	}
	slices.SortFunc(hashes, func(a, b tokenHash) int {
		return cmp.Compare(m.sessions[a].lastSeen.UnixNano(), m.sessions[b].lastSeen.UnixNano())
	})
	for _, hash := range hashes[:len(hashes)/10] {
		delete(m.sessions, hash)
	}
}

// size is how many sessions are known.
func (m *memory) size() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.sessions)
}
