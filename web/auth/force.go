package auth

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// EndOf ends every session of a user, except the one of the token but, if it is his: somebody set him a new password,
// disabled him or sent him out. It says how many there were.
func (a *Auth) EndOf(ctx context.Context, userID, but string) (int, error) {
	return a.sessions.endOf(ctx, userID, but)
}

// Changed says that a user is another than he was, or that everybody may be: the next request asks the database.
func (a *Auth) Changed(userID string) { a.sessions.memory.distrust(userID) }

// Leave keeps the sessions of a user who was disabled until EndOf: he is in a call, and that ends first.
func (a *Auth) Leave(ctx context.Context, userID string) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	_, err := a.entries.pool.Exec(ctx, `update sessions set leaving = true where user_id = $1`, userID)
	if err != nil {
		return fmt.Errorf("let a session end with its call: %w", err)
	}
	return nil
}

// Leaving are the users whose sessions Leave kept, with the agents they are.
func (a *Auth) Leaving(ctx context.Context) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	rows, err := a.entries.pool.Query(ctx, `
		select distinct s.user_id::text, coalesce(a.id::text, '') from sessions s left join agents a on a.user_id = s.user_id where s.leaving`)
	if err != nil {
		return nil, fmt.Errorf("read whose sessions end with their calls: %w", err)
	}
	left := map[string]string{}
	var user, agent string
	_, err = pgx.ForEachRow(rows, []any{&user, &agent}, func() error {
		left[user] = agent
		return nil
	})
	return left, err
}

func (s *Sessions) endOf(ctx context.Context, userID, but string) (int, error) {
	kept, ok := hashOf(but)
	if !ok {
		kept = sha256.Sum256(nil) // nobody's
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), queryTimeout)
	defer cancel()
	ended, err := s.rows.removeOf(ctx, userID, kept)
	if err != nil {
		return 0, fmt.Errorf("end the sessions of a user: %w", err)
	}
	s.memory.endOf(userID, kept, time.Now())
	s.keeper.soon()
	return int(ended), nil
}

func (s *Sessions) sweep(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	if s.circuit.err(time.Now()) != nil {
		return
	}
	if err := s.rows.sweep(ctx, time.Now()); err != nil {
		s.log.Debug("sessions that have ended were not cleared away", "error", err)
	}
}

// distrust has the database asked about a user's sessions before they are believed again; an empty user is everybody.
func (m *memory) distrust(userID string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for hash, k := range m.sessions {
		if userID == "" || k.user.ID == userID {
			k.trustUntil = time.Time{}
			m.sessions[hash] = k
		}
	}
}

// endOf ends the sessions of a user of which the database knows already.
func (m *memory) endOf(userID string, but tokenHash, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for hash, k := range m.sessions {
		if k.user.ID == userID && hash != but {
			delete(m.sessions, hash)
			m.ended[hash] = ending{forget: now.Add(settledFor), written: true}
		}
	}
}
