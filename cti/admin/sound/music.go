package sound

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// maxTracks is how many pieces a hold music has at most.
const maxTracks = 50

// Playlist is a hold music: its sounds in order, then again.
type Playlist struct {
	ID      string   `json:"-"`
	Service string   `json:"service_id"`
	Name    string   `json:"name"`
	Tracks  []string `json:"tracks"`
	Version int      `json:"-"`
}

const listColumns = `s.id, coalesce(s.service_id::text, ''), s.name, s.version,
	array(select t.sound_id::text from music_tracks t where t.music_id = s.id order by t.position)`

func readList(row pgx.Row) (p Playlist, err error) {
	err = row.Scan(&p.ID, &p.Service, &p.Name, &p.Version, &p.Tracks)
	return p, err
}

// ListMusic gives the hold music that he may choose.
func (s *Store) ListMusic(ctx context.Context, a admin.Actor, l admin.List) (admin.Page[Playlist], error) {
	q := admin.Select[Playlist]{
		Columns: listColumns, From: "music s", Search: []string{"s.name"},
		Sort: map[string]string{"name": "s.name", "created_at": "s.created_at"},
		By:   "name", Tie: "s.id", Scan: func(row pgx.CollectableRow) (Playlist, error) { return readList(row) },
	}
	scope(&q, a)
	return admin.Read(ctx, s.pool, l, q)
}

// GetMusic gives one hold music.
func (s *Store) GetMusic(ctx context.Context, a admin.Actor, id string) (Playlist, error) {
	return getList(ctx, s.pool, a, id, "")
}

func getList(ctx context.Context, q admin.Querier, a admin.Actor, id, lock string) (Playlist, error) {
	if !admin.IsID(id) {
		return Playlist{}, admin.ErrNotFound
	}
	found, err := readList(q.QueryRow(ctx, `select `+listColumns+` from music s where s.id = $1 and s.organisation_id = $2`+lock, id, a.Organisation))
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !maySee(a, found.Service) {
		return Playlist{}, admin.ErrNotFound
	}
	if err != nil {
		return Playlist{}, fmt.Errorf("read a hold music: %w", err)
	}
	return found, nil
}

// CreateMusic makes a hold music.
func (s *Store) CreateMusic(ctx context.Context, a admin.Actor, in Playlist) (Playlist, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Playlist{}, fmt.Errorf("make an id: %w", err)
	}
	in.ID, in.Version = id.String(), 1
	err = s.changeMusic(ctx, a, func(tx pgx.Tx) error {
		if !mayChange(a, in.Service) {
			return admin.ErrForbidden
		}
		if err := s.checkList(ctx, tx, a, &in); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into music (id, organisation_id, service_id, name) values ($1, $2, nullif($3, '')::uuid, $4)`,
			in.ID, a.Organisation, in.Service, in.Name); err != nil {
			return fmt.Errorf("create a hold music: %w", err)
		}
		return writeTracks(ctx, tx, a, "create", in, nil)
	})
	return in, err
}

// UpdateMusic changes one. Who hears it goes on hearing what he hears.
func (s *Store) UpdateMusic(ctx context.Context, a admin.Actor, in Playlist) (Playlist, error) {
	err := s.changeMusic(ctx, a, func(tx pgx.Tx) error {
		have, err := getList(ctx, tx, a, in.ID, " for update")
		if err != nil {
			return err
		}
		if !mayChange(a, have.Service) || !mayChange(a, in.Service) {
			return admin.ErrForbidden
		}
		if err := admin.CheckVersion(ctx, tx, MusicSubject, in.ID, have.Version, in.Version); err != nil {
			return err
		}
		if err := s.checkList(ctx, tx, a, &in); err != nil {
			return err
		}
		in.Version = have.Version + 1
		if _, err := tx.Exec(ctx, `update music set service_id = nullif($2, '')::uuid, name = $3, version = $4 where id = $1`,
			in.ID, in.Service, in.Name, in.Version); err != nil {
			return fmt.Errorf("change a hold music: %w", err)
		}
		return writeTracks(ctx, tx, a, "update", in, have)
	})
	return in, err
}

// DeleteMusic takes one away that no queue plays.
func (s *Store) DeleteMusic(ctx context.Context, a admin.Actor, id string) error {
	return s.changeMusic(ctx, a, func(tx pgx.Tx) error {
		have, err := getList(ctx, tx, a, id, " for update")
		if err != nil {
			return err
		}
		if !mayChange(a, have.Service) {
			return admin.ErrForbidden
		}
		if err := admin.Unused(ctx, tx, id, admin.Referrer{Subject: "queue", Query: `select id::text, name from queues where music = $1 order by number`}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from music where id = $1`, id); err != nil {
			return fmt.Errorf("delete a hold music: %w", err)
		}
		return recordList(ctx, tx, a, "delete", have, have, nil)
	})
}

// changeMusic changes hold music, and then what the switch knows of it.
func (s *Store) changeMusic(ctx context.Context, a admin.Actor, change func(pgx.Tx) error) error {
	if err := admin.Change(ctx, s.pool, a, change); err != nil {
		return err
	}
	return s.tellMusic(ctx)
}

func (s *Store) checkList(ctx context.Context, tx pgx.Tx, a admin.Actor, in *Playlist) error {
	var wrong admin.Invalids
	in.Name = wrong.Text("name", in.Name, 1, maxName)
	switch {
	case len(in.Tracks) == 0:
		wrong.Add("tracks", "required")
	case len(in.Tracks) > maxTracks:
		wrong.Add("tracks", "too_large", "most", fmt.Sprint(maxTracks))
	}
	for i, id := range in.Tracks[:min(len(in.Tracks), maxTracks)] {
		track, err := get(ctx, tx, a, id, " for share")
		if errors.Is(err, admin.ErrNotFound) || err == nil && (track.Kind != Music || track.Service != "" && track.Service != in.Service) {
			wrong.Add(fmt.Sprintf("tracks[%d]", i), "not_allowed")
		} else if err != nil {
			return err
		}
	}
	if in.Service != "" && !admin.IsID(in.Service) {
		wrong.Add("service_id", "not_allowed")
		return wrong.Err()
	}
	var taken, there bool
	err := tx.QueryRow(ctx, `
		select exists (select from music s where s.organisation_id = $1 and s.id <> $2 and `+admin.Folded("s.name")+` = $3),
		       $4 = '' or exists (select from services where organisation_id = $1 and id::text = $4)`,
		a.Organisation, in.ID, admin.Fold(in.Name), in.Service).Scan(&taken, &there)
	if err != nil {
		return fmt.Errorf("look for the name of a hold music: %w", err)
	}
	if taken {
		wrong.Add("name", "taken")
	}
	if !there {
		wrong.Add("service_id", "not_allowed")
	}
	return wrong.Err()
}

func writeTracks(ctx context.Context, tx pgx.Tx, a admin.Actor, action string, in Playlist, before any) error {
	_, err := tx.Exec(ctx, `delete from music_tracks where music_id = $1`, in.ID)
	if err == nil {
		_, err = tx.Exec(ctx, `insert into music_tracks (music_id, position, sound_id) select $1, n, id::uuid from unnest($2::text[]) with ordinality as t(id, n)`,
			in.ID, in.Tracks)
	}
	if err != nil {
		return fmt.Errorf("write the pieces of a hold music: %w", err)
	}
	return recordList(ctx, tx, a, action, in, before, in)
}

func recordList(ctx context.Context, tx pgx.Tx, a admin.Actor, action string, p Playlist, before, after any) error {
	return admin.Record(ctx, tx, a, admin.Entry{
		Action: action, Subject: MusicSubject, ID: p.ID, Name: p.Name, Service: p.Service, Before: before, After: after,
	})
}

// tellMusic gives the switch every class of hold music there is.
func (s *Store) tellMusic(ctx context.Context) error {
	rows, err := s.pool.Query(ctx, `
		select m.id::text, array(select t.sound_id::text from music_tracks t where t.music_id = m.id order by t.position) from music m order by m.id`)
	if err != nil {
		return fmt.Errorf("read hold music: %w", err)
	}
	classes, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (c Class, err error) { return c, row.Scan(&c.Name, &c.Sounds) })
	if err != nil {
		return fmt.Errorf("read hold music: %w", err)
	}
	return s.Folder.Music(slices.DeleteFunc(classes, func(c Class) bool { return len(c.Sounds) == 0 }))
}
