package auth

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"bellhop/cti/directory"
)

// fileHeader is the first line of the file of sessions, with the SHA-256 of what follows: a file that is not whole
// names nobody.
const fileHeader = "bellhop-sessions 1 "

// maxFile is more than maxSessions need.
const maxFile = 32 << 20

var errDamaged = errors.New("not a whole file of sessions")

// keptSessions is what the file holds.
type keptSessions struct {
	Sessions []keptSession `json:"sessions"`
	Ended    []keptEnding  `json:"ended"`
}

type keptSession struct {
	Hash     string    `json:"hash"` // of the token, in hexadecimal
	User     keptUser  `json:"user"`
	Created  time.Time `json:"created"`
	LastSeen time.Time `json:"last_seen"`
	Expires  time.Time `json:"expires"`
}

type keptUser struct {
	ID           string `json:"id"`
	Organisation string `json:"organisation,omitempty"`
	Login        string `json:"login"`
	Name         string `json:"name"`
	Role         Role   `json:"role"`
	Supervisor   bool   `json:"supervisor,omitempty"`
	Locale       string `json:"locale,omitempty"`
	AgentID      string `json:"agent_id,omitempty"`

	Rights []directory.Rights `json:"rights,omitempty"`
}

// keptEnding is a session that was ended without the database knowing.
type keptEnding struct {
	Hash   string    `json:"hash"`
	Forget time.Time `json:"forget"`
}

// copy is what the file is to hold.
func (m *memory) copy() keptSessions {
	m.mu.Lock()
	defer m.mu.Unlock()
	kept := keptSessions{Sessions: make([]keptSession, 0, len(m.sessions)), Ended: []keptEnding{}}
	for hash, k := range m.sessions {
		kept.Sessions = append(kept.Sessions, keptSession{
			Hash: hex.EncodeToString(hash[:]), User: keptUser(k.user),
			Created: k.createdAt, LastSeen: k.lastSeen, Expires: k.expires,
		})
	}
	for hash, e := range m.ended {
		if !e.written {
			kept.Ended = append(kept.Ended, keptEnding{Hash: hex.EncodeToString(hash[:]), Forget: e.forget})
		}
	}
	return kept
}

// restore takes what the file held. None of it counts as confirmed, and nothing lives longer than it could have.
func (m *memory) restore(kept keptSessions, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range kept.Ended {
		if hash, ok := hashOfHex(e.Hash); ok && now.Before(e.Forget) {
			m.ended[hash] = ending{forget: e.Forget}
		}
	}
	for _, k := range kept.Sessions[:min(len(kept.Sessions), maxSessions)] {
		hash, ok := hashOfHex(k.Hash)
		_, ended := m.ended[hash]
		if !ok || ended || k.User.ID == "" || k.Created.After(now) || !knownRole(k.User.Role) {
			continue
		}
		s := session{user: User(k.User), createdAt: k.Created, lastSeen: k.LastSeen, expires: k.Expires}
		if latest := expiry(s.createdAt, now); s.expires.After(latest) {
			s.expires = latest
		}
		if now.Before(s.expires) {
			m.sessions[hash] = known{session: s}
		}
	}
}

func knownRole(r Role) bool {
	return slices.Contains([]Role{directory.RoleAdmin, directory.RoleManager, directory.RoleSupervisor, directory.RoleAgent}, r)
}

func hashOfHex(text string) (hash tokenHash, ok bool) {
	decoded, err := hex.DecodeString(text)
	if err != nil || len(decoded) != len(hash) {
		return hash, false
	}
	return tokenHash(decoded), true
}

// readSessions reads the file; there is nothing in one that does not exist.
func readSessions(path string) (keptSessions, error) {
	var kept keptSessions
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return kept, nil
	}
	if err != nil {
		return kept, fmt.Errorf("read the sessions: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return kept, fmt.Errorf("read the sessions: %w", err)
	}
	header, body, _ := bytes.Cut(content, []byte("\n"))
	if len(content) > maxFile || string(header) != headerOf(body) {
		return kept, errDamaged
	}
	if err := json.Unmarshal(body, &kept); err != nil {
		return keptSessions{}, fmt.Errorf("read the sessions: %w", err)
	}
	return kept, nil
}

func headerOf(body []byte) string {
	sum := sha256.Sum256(body)
	return fileHeader + hex.EncodeToString(sum[:])
}

// writeSessions puts a whole new file in place of the old one, readable by us alone.
func writeSessions(path string, kept keptSessions) (err error) {
	body, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*") // its mode is 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(append([]byte(headerOf(body)+"\n"), body...))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
