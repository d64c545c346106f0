package sound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/admin"
	"bellhop/cti/admin/blob"
)

// Options are what a Store needs.
type Options struct {
	Pool   *pgxpool.Pool
	Files  *blob.Folder
	Folder Folder
	// Convert makes a sound of a stranger's file; a Refused says why not.
	Convert func(file []byte) (Converted, error)
	// Speak says a text; ErrNoSpeech when nothing is there that can.
	Speak func(ctx context.Context, language, text string) ([]byte, error)
}

// Store keeps sounds: what they are in PostgreSQL, what is heard in files.
type Store struct {
	Options
	pool *pgxpool.Pool
	jobs *jobs
}

// NewStore is a store on a migrated database.
func NewStore(o Options) *Store { return &Store{Options: o, pool: o.Pool, jobs: newJobs()} }

const columns = `s.id, coalesce(s.service_id::text, ''), s.kind, s.name, s.language, s.words, s.origin, s.file, s.length_ms, s.shape, s.version`

func read(row pgx.Row) (s Sound, err error) {
	var ms int64
	err = row.Scan(&s.ID, &s.Service, &s.Kind, &s.Name, &s.Language, &s.Words, &s.Origin, &s.File, &ms, &s.Shape, &s.Version)
	s.Length = time.Duration(ms) * time.Millisecond
	return s, err
}

// List gives sounds of a kind, all kinds when it is empty: those of his services and of the whole organisation.
func (s *Store) List(ctx context.Context, a admin.Actor, l admin.List, kind, service string) (admin.Page[Sound], error) {
	q := admin.Select[Sound]{
		Columns: columns, From: "sounds s", Search: []string{"s.name", "s.words"},
		Sort: map[string]string{"name": "s.name", "language": "s.language", "length": "s.length_ms", "created_at": "s.created_at"},
		By:   "name", Tie: "s.id", Scan: func(row pgx.CollectableRow) (Sound, error) { return read(row) },
	}
	scope(&q, a)
	if kind != "" {
		q.And("s.kind = ?", kind)
	}
	if service != "" {
		q.And("(s.service_id is null or s.service_id::text = ?)", service)
	}
	return admin.Read(ctx, s.pool, l, q)
}

func scope[T any](q *admin.Select[T], a admin.Actor) {
	q.And("s.organisation_id = ?", a.Organisation)
	if !a.Admin() {
		q.And("(s.service_id is null or s.service_id::text = any(?))", a.Manages)
	}
}

// Get gives one sound.
func (s *Store) Get(ctx context.Context, a admin.Actor, id string) (Sound, error) {
	return get(ctx, s.pool, a, id, "")
}

func get(ctx context.Context, q admin.Querier, a admin.Actor, id, lock string) (Sound, error) {
	if !admin.IsID(id) {
		return Sound{}, admin.ErrNotFound
	}
	found, err := read(q.QueryRow(ctx, `select `+columns+` from sounds s where s.id = $1 and s.organisation_id = $2`+lock, id, a.Organisation))
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !maySee(a, found.Service) {
		return Sound{}, admin.ErrNotFound
	}
	if err != nil {
		return Sound{}, fmt.Errorf("read a sound: %w", err)
	}
	return found, nil
}

// Create keeps a draft as a sound.
func (s *Store) Create(ctx context.Context, a admin.Actor, in Sound) (Sound, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Sound{}, fmt.Errorf("make an id: %w", err)
	}
	in.ID, in.Version = id.String(), 1
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		if !mayChange(a, in.Service) {
			return admin.ErrForbidden
		}
		if in.Draft == "" {
			return admin.Invalid{Field: "draft_id", Code: "required"}
		}
		if err := s.complete(ctx, tx, a, &in); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			insert into sounds (id, organisation_id, service_id, kind, name, language, words, origin, file, length_ms, shape)
			values ($1, $2, nullif($3, '')::uuid, $4, $5, $6, $7, $8, $9, $10, $11)`,
			in.ID, a.Organisation, in.Service, in.Kind, in.Name, in.Language, in.Words, in.Origin, in.File, in.Length.Milliseconds(), in.Shape)
		if err != nil {
			return fmt.Errorf("create a sound: %w", err)
		}
		if err := record(ctx, tx, a, "create", in, nil, in); err != nil {
			return err
		}
		return s.play(in) // before anybody can refer to it
	})
	return in, err
}

// Update changes a sound that its editor saw in in.Version. What is heard changes with the next call that plays it.
func (s *Store) Update(ctx context.Context, a admin.Actor, in Sound) (Sound, error) {
	var have Sound
	err := admin.Change(ctx, s.pool, a, func(tx pgx.Tx) (err error) {
		if have, err = get(ctx, tx, a, in.ID, " for update"); err != nil {
			return err
		}
		if !mayChange(a, have.Service) || !mayChange(a, in.Service) {
			return admin.ErrForbidden
		}
		if err := admin.CheckVersion(ctx, tx, Subject, in.ID, have.Version, in.Version); err != nil {
			return err
		}
		in.Kind, in.File, in.Origin, in.Length, in.Shape = have.Kind, have.File, have.Origin, have.Length, have.Shape
		if err := s.complete(ctx, tx, a, &in); err != nil {
			return err
		}
		in.Version = have.Version + 1
		_, err = tx.Exec(ctx, `
			update sounds set service_id = nullif($2, '')::uuid, name = $3, language = $4, words = $5, origin = $6, file = $7, length_ms = $8,
				shape = $9, version = $10 where id = $1`,
			in.ID, in.Service, in.Name, in.Language, in.Words, in.Origin, in.File, in.Length.Milliseconds(), in.Shape, in.Version)
		if err != nil {
			return fmt.Errorf("change a sound: %w", err)
		}
		return record(ctx, tx, a, "update", in, have, in)
	})
	if err == nil && in.File != have.File {
		err = s.play(in)
	}
	return in, err
}

// complete checks a sound, takes its draft and its words' rules over.
func (s *Store) complete(ctx context.Context, tx pgx.Tx, a admin.Actor, in *Sound) error {
	wrong := in.check()
	if in.Draft != "" {
		d, err := draft(ctx, tx, a, in.Draft)
		if errors.Is(err, admin.ErrNotFound) {
			wrong.Add("draft_id", "not_allowed")
		} else if err != nil {
			return err
		}
		in.File, in.Origin, in.Length, in.Shape = d.File, d.Origin, d.Length, d.Shape
	}
	if in.Service != "" && !admin.IsID(in.Service) {
		wrong.Add("service_id", "not_allowed")
		return wrong.Err()
	}
	var taken, there bool
	err := tx.QueryRow(ctx, `
		select exists (select from sounds s where s.organisation_id = $1 and s.id <> $2 and s.kind = $3 and `+admin.Folded("s.name")+` = $4),
		       $5 = '' or exists (select from services where organisation_id = $1 and id::text = $5)`,
		a.Organisation, in.ID, in.Kind, admin.Fold(in.Name), in.Service).Scan(&taken, &there)
	if err != nil {
		return fmt.Errorf("look for the name of a sound: %w", err)
	}
	if taken {
		wrong.Add("name", "taken")
	}
	if !there {
		wrong.Add("service_id", "not_allowed")
	}
	return wrong.Err()
}

// Delete takes a sound away that nothing refers to. Calls that began before may play it until they are over: the switch's file
// stays for a day.
func (s *Store) Delete(ctx context.Context, a admin.Actor, id string) error {
	err := admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, id, " for update")
		if err != nil {
			return err
		}
		if !mayChange(a, have.Service) {
			return admin.ErrForbidden
		}
		if err := admin.Unused(ctx, tx, id, referrers...); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from sounds where id = $1`, id); err != nil {
			return fmt.Errorf("delete a sound: %w", err)
		}
		return record(ctx, tx, a, "delete", have, have, nil)
	})
	if err == nil {
		s.Folder.Gone(id, time.Now())
	}
	return err
}

// referrers are what a sound cannot be deleted under.
var referrers = []admin.Referrer{
	{Subject: "flow", Query: `
		select f.id::text, v.name from flows f join flow_versions v on v.flow_id = f.id and v.version = f.version
		where jsonb_path_exists(v.steps, '$[*] ? (@.sound == $id)', jsonb_build_object('id', $1::text)) order by v.name`},
	{Subject: "service", Query: `
		select distinct s.id::text, s.name from service_hostile_ends h join services s on s.id = h.service_id where h.sound_id = $1::uuid order by 2`},
	{Subject: MusicSubject, Query: `
		select distinct m.id::text, m.name from music_tracks t join music m on m.id = t.music_id where t.sound_id = $1::uuid order by 2`},
}

func record(ctx context.Context, tx pgx.Tx, a admin.Actor, action string, s Sound, before, after any) error {
	return admin.Record(ctx, tx, a, admin.Entry{
		Action: action, Subject: Subject, ID: s.ID, Name: s.Name, Service: s.Service, Before: before, After: after,
	})
}

// play gives the switch the sound's file.
func (s *Store) play(in Sound) error {
	wav, err := s.file(in.File)
	if err != nil {
		return err
	}
	return s.Folder.Put(in.ID, wav)
}

func (s *Store) file(id string) ([]byte, error) {
	f, err := s.Files.Open(id)
	if err != nil {
		return nil, fmt.Errorf("open a sound: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	wav, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("read a sound: %w", err)
	}
	return wav, nil
}

// Hear gives what a sound is heard as, a WAV file.
func (s *Store) Hear(ctx context.Context, a admin.Actor, id string) ([]byte, error) {
	found, err := s.Get(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return s.file(found.File)
}
