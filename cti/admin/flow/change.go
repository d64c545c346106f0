package flow

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// Create makes a flow; it begins with version 1.
func (s *Store) Create(ctx context.Context, a admin.Actor, in Flow, note string) (created Flow, err error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Flow{}, fmt.Errorf("make an id: %w", err)
	}
	in.ID, in.Newest = id.String(), 1
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		if err := s.check(ctx, tx, a, &in, &note); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into flows (id, organisation_id, service_id, version) values ($1, $2, $3, 1)`,
			in.ID, a.Organisation, in.Service); err != nil {
			return fmt.Errorf("create a flow: %w", err)
		}
		if err := version(ctx, tx, a, in, note, 0); err != nil {
			return err
		}
		if err := entries(ctx, tx, in); err != nil {
			return err
		}
		if created, err = get(ctx, tx, a, in.ID, 0, ""); err != nil {
			return err
		}
		return record(ctx, tx, a, "create", created, nil, created)
	})
	return created, err
}

// Save makes a new version of a flow that its editor saw in version seen. Other numbers make one too, so that no editor overlooks them.
func (s *Store) Save(ctx context.Context, a admin.Actor, in Flow, seen int, note string) (Flow, error) {
	return s.change(ctx, a, in.ID, seen, note, 0, func(have Flow) (Flow, error) {
		in.Service = have.Service
		return in, nil
	})
}

// Restore makes a copy of an older version the newest (undo). Numbers stay as they are.
func (s *Store) Restore(ctx context.Context, a admin.Actor, id string, seen, from int, note string) (Flow, error) {
	old, err := s.Get(ctx, a, id, from)
	if err != nil {
		return Flow{}, err
	}
	return s.change(ctx, a, id, seen, note, from, func(have Flow) (Flow, error) {
		old.Numbers = have.Numbers
		return old, nil
	})
}

func (s *Store) change(ctx context.Context, a admin.Actor, id string, seen int, note string, from int, to func(have Flow) (Flow, error)) (now Flow, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, id, 0, " for update of f")
		if err != nil {
			return err
		}
		if err := admin.CheckVersion(ctx, tx, Subject, id, have.Newest, seen); err != nil {
			return err
		}
		in, err := to(have)
		if err != nil {
			return err
		}
		if err := s.check(ctx, tx, a, &in, &note); err != nil {
			return err
		}
		if err := save(ctx, tx, a, have, in, note, from); err != nil {
			return err
		}
		if now, err = get(ctx, tx, a, id, 0, ""); err != nil {
			return err
		}
		action := "update"
		if from > 0 {
			action = "restore"
		}
		return record(ctx, tx, a, action, now, have, now)
	})
	return now, err
}

func save(ctx context.Context, tx pgx.Tx, a admin.Actor, have, in Flow, note string, from int) error {
	was, err := have.steps()
	if err != nil {
		return err
	}
	is, err := in.steps()
	if err != nil {
		return err
	}
	if was == is && have.Name == in.Name && have.TimeZone == in.TimeZone && slices.Equal(have.Numbers, in.Numbers) && from == 0 && note == "" {
		return nil
	}
	if err := entries(ctx, tx, in); err != nil {
		return err
	}
	in.Newest = have.Newest + 1
	if err := version(ctx, tx, a, in, note, from); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update flows set version = $2 where id = $1`, in.ID, in.Newest)
	return err
}

// version writes the version in.Newest.
func version(ctx context.Context, tx pgx.Tx, a admin.Actor, in Flow, note string, from int) error {
	steps, err := in.steps()
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into flow_versions (flow_id, version, name, time_zone, steps, note, restored_from, user_id, user_name)
		values ($1, $2, $3, $4, $5, $6, nullif($7, 0), nullif($8, '')::uuid, $9)`,
		in.ID, in.Newest, in.Name, in.TimeZone, steps, note, from, a.UserID, a.Name)
	if err != nil {
		return fmt.Errorf("write a version of a flow: %w", err)
	}
	return nil
}

// entries leads the flow's numbers to it, and no others.
func entries(ctx context.Context, tx pgx.Tx, in Flow) error {
	var batch pgx.Batch
	batch.Queue(`delete from flow_entries where flow_id = $1`, in.ID)
	for _, number := range in.Numbers {
		batch.Queue(`insert into flow_entries (number, flow_id) values ($1, $2)`, number, in.ID)
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("write the numbers of a flow: %w", err)
	}
	return nil
}

// Delete takes a flow away, with its versions, when no number leads to it. Calls that are in it finish.
func (s *Store) Delete(ctx context.Context, a admin.Actor, id string) error {
	return admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, id, 0, " for update of f")
		if err != nil {
			return err
		}
		if err := admin.Unused(ctx, tx, id, admin.Referrer{
			Subject: "number", Query: `select number, number from flow_entries where flow_id = $1 order by number`,
		}); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from flows where id = $1`, id); err != nil {
			return fmt.Errorf("delete a flow: %w", err)
		}
		return record(ctx, tx, a, "delete", have, have, nil)
	})
}

// check refuses what is wrong with a flow: names and numbers that are another's included.
func (s *Store) check(ctx context.Context, tx pgx.Tx, a admin.Actor, in *Flow, note *string) error {
	parts, err := s.parts(ctx, tx, a, in.Service)
	if err != nil {
		return err
	}
	wrong := in.check(note, parts)
	var taken bool
	if err := tx.QueryRow(ctx, `
		select exists (select from flows f join flow_versions v on v.flow_id = f.id and v.version = f.version
		               where f.service_id = $1 and f.id <> $2 and `+admin.Folded("v.name")+` = $3)`,
		in.Service, in.ID, admin.Fold(in.Name)).Scan(&taken); err != nil {
		return fmt.Errorf("look for the name of a flow: %w", err)
	}
	if taken {
		wrong.Add("name", "taken")
	}
	rows, err := tx.Query(ctx, `
		select e.number, v.name from flow_entries e join flows f on f.id = e.flow_id join flow_versions v on v.flow_id = f.id and v.version = f.version
		where e.number = any($1) and e.flow_id <> $2 order by e.number`, in.Numbers, in.ID)
	if err != nil {
		return fmt.Errorf("look for the numbers of a flow: %w", err)
	}
	var number, by string
	if _, err := pgx.ForEachRow(rows, []any{&number, &by}, func() error {
		wrong.Add("numbers", "taken", "number", number, "by", by)
		return nil
	}); err != nil {
		return fmt.Errorf("look for the numbers of a flow: %w", err)
	}
	return wrong.Err()
}

func record(ctx context.Context, tx pgx.Tx, a admin.Actor, action string, f Flow, before, after any) error {
	return admin.Record(ctx, tx, a, admin.Entry{
		Action: action, Subject: Subject, ID: f.ID, Name: f.Name, Service: f.Service, Before: before, After: after,
	})
}
