package sound

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// Hostile is what a service's customers hear at 강성종료: by language the id of a sound. A language without one has the usual.
type Hostile struct {
	Service string            `json:"-"`
	Sounds  map[string]string `json:"sounds"`
	Version int               `json:"-"`
}

// GetHostile gives a service's.
func (s *Store) GetHostile(ctx context.Context, a admin.Actor, service string) (Hostile, error) {
	h, _, err := getHostile(ctx, s.pool, a, service, "")
	return h, err
}

func getHostile(ctx context.Context, q admin.Querier, a admin.Actor, service, lock string) (h Hostile, name string, err error) {
	if !admin.IsID(service) || !a.MayManage(service) {
		return h, "", admin.ErrNotFound
	}
	h = Hostile{Service: service, Sounds: map[string]string{}}
	err = q.QueryRow(ctx, `select name, sounds_version from services where id = $1 and organisation_id = $2`+lock, service, a.Organisation).
		Scan(&name, &h.Version)
	if errors.Is(err, pgx.ErrNoRows) {
		return h, "", admin.ErrNotFound
	}
	if err != nil {
		return h, "", fmt.Errorf("read a service: %w", err)
	}
	rows, err := q.Query(ctx, `select language, sound_id::text from service_hostile_ends where service_id = $1`, service)
	if err != nil {
		return h, "", fmt.Errorf("read a hostile end: %w", err)
	}
	var language, id string
	_, err = pgx.ForEachRow(rows, []any{&language, &id}, func() error { h.Sounds[language] = id; return nil })
	return h, name, err
}

// SetHostile changes a service's.
func (s *Store) SetHostile(ctx context.Context, a admin.Actor, in Hostile) (Hostile, error) {
	err := admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, name, err := getHostile(ctx, tx, a, in.Service, " for update")
		if err != nil {
			return err
		}
		if err := admin.CheckVersion(ctx, tx, HostileSubject, in.Service, have.Version, in.Version); err != nil {
			return err
		}
		if err := checkHostile(ctx, tx, a, in); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from service_hostile_ends where service_id = $1`, in.Service); err != nil {
			return fmt.Errorf("change a hostile end: %w", err)
		}
		for language, id := range in.Sounds {
			if _, err := tx.Exec(ctx, `insert into service_hostile_ends (service_id, language, sound_id) values ($1, $2, $3)`, in.Service, language, id); err != nil {
				return fmt.Errorf("change a hostile end: %w", err)
			}
		}
		in.Version = have.Version + 1
		if _, err := tx.Exec(ctx, `update services set sounds_version = $2 where id = $1`, in.Service, in.Version); err != nil {
			return fmt.Errorf("change a hostile end: %w", err)
		}
		return admin.Record(ctx, tx, a, admin.Entry{
			Action: "update", Subject: HostileSubject, ID: in.Service, Name: name, Service: in.Service, Before: have, After: in,
		})
	})
	return in, err
}

func checkHostile(ctx context.Context, tx pgx.Tx, a admin.Actor, in Hostile) error {
	var wrong admin.Invalids
	languages := make([]string, 0, len(in.Sounds))
	for language := range in.Sounds {
		languages = append(languages, language)
	}
	sort.Strings(languages)
	for _, language := range languages {
		found, err := get(ctx, tx, a, in.Sounds[language], " for share")
		switch {
		case errors.Is(err, admin.ErrNotFound):
			wrong.Add("sounds."+language, "not_allowed")
		case err != nil:
			return err
		case found.Kind != Announcement || found.Language != language || found.Service != "" && found.Service != in.Service:
			wrong.Add("sounds."+language, "not_allowed")
		}
	}
	return wrong.Err()
}

// HostileEnd is what a service's customers hear, in the first of its languages that has a sound: its words and its WAV file.
// Without one of its own there is admin.ErrNotFound.
func (s *Store) HostileEnd(ctx context.Context, service string) (words string, wav []byte, err error) {
	var file string
	err = s.pool.QueryRow(ctx, `select o.words, o.file from sounds o where o.id = (`+HostileOf+`)`, service).Scan(&words, &file)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil, admin.ErrNotFound
	}
	if err != nil {
		return "", nil, fmt.Errorf("read a hostile end: %w", err)
	}
	wav, err = s.file(file)
	return words, wav, err
}

// HostileOf is the SQL for the id of the sound that the service $1 has.
const HostileOf = `select h.sound_id from service_hostile_ends h join services v on v.id = h.service_id
	where h.service_id = $1::uuid order by array_position(v.languages, h.language) nulls last, h.language limit 1`

// Restore gives the switch everything that is kept: after a restart, or when its folder was lost.
func (s *Store) Restore(ctx context.Context) error {
	rows, err := s.pool.Query(ctx, `select `+columns+` from sounds s`)
	if err != nil {
		return fmt.Errorf("read sounds: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Sound, error) { return read(row) })
	if err != nil {
		return fmt.Errorf("read sounds: %w", err)
	}
	var lost error
	known := make(map[string]bool, len(all))
	for _, one := range all {
		known[one.ID] = true
		lost = errors.Join(lost, s.play(one))
	}
	return errors.Join(lost, s.Folder.Sweep(known, time.Now()), s.tellMusic(ctx))
}

// For gives the announcements that flows of a service can say.
func (s *Store) For(ctx context.Context, q admin.Querier, a admin.Actor, service string) ([]Sound, error) {
	rows, err := q.Query(ctx, `
		select `+columns+` from sounds s
		where s.organisation_id = $1 and s.kind = $2 and (s.service_id is null or s.service_id::text = $3) order by s.name`,
		a.Organisation, Announcement, service)
	if err != nil {
		return nil, fmt.Errorf("read announcements: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Sound, error) { return read(row) })
	if err != nil {
		return nil, fmt.Errorf("read announcements: %w", err)
	}
	return found, nil
}
