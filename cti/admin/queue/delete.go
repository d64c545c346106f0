package queue

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// newestSteps are the flows f with the version v that new calls begin with.
const newestSteps = `flows f join flow_versions v on v.flow_id = f.id and v.version = f.version`

// referrers are what a queue cannot be deleted under.
var referrers = []admin.Referrer{
	{Subject: "number", Query: `select id::text, number from numbers where queue_id = $1 order by number`},
	{Subject: "flow", Query: `select f.id::text, v.name from ` + newestSteps + ` where strpos(v.steps::text, $1) > 0 order by v.name`},
	{Subject: "agent", Query: `select a.id::text, u.name from queue_members m join agents a on a.id = m.agent_id join users u on u.id = a.user_id
		where m.queue_id = $1 order by u.name`},
}

// Delete takes a queue away that nobody uses; an admin.InUse says who and what does.
func (s *Store) Delete(ctx context.Context, a admin.Actor, id string) error {
	return admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, id)
		if err != nil {
			return err
		}
		used, err := s.live(ctx, have)
		if err != nil {
			return err
		}
		var others admin.InUse
		if err := admin.Unused(ctx, tx, id, referrers...); err != nil {
			if found, ok := err.(admin.InUse); ok { //nolint:errorlint // Unused never wraps it
				others = found
			} else {
				return err
			}
		}
		used.By, used.Total = append(used.By, others.By...), used.Total+others.Total
		if used.Total > 0 {
			return used
		}
		return remove(ctx, tx, a, have)
	})
}

// live are the calls that wait in it now.
func (s *Store) live(ctx context.Context, q Queue) (used admin.InUse, err error) {
	if s.waiting == nil {
		return used, nil
	}
	n, err := s.waiting(ctx, q.ID)
	if err != nil {
		return used, fmt.Errorf("ask who waits: %w", err)
	}
	if n > 0 {
		used = admin.InUse{By: []admin.Use{{Subject: "waiting_calls", ID: q.ID, Name: strconv.Itoa(n)}}, Total: n}
	}
	return used, nil
}

// Replace puts another queue of the same service in the place of one that its editor saw in a version, in numbers and in
// flows, and deletes it. Its agents join the other queue if they are to. While calls wait in it, it is refused.
func (s *Store) Replace(ctx context.Context, a admin.Actor, id string, seen int, by string, withMembers bool) (now Queue, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if err := admin.CheckVersion(ctx, tx, Subject, id, have.Version, seen); err != nil {
			return err
		}
		other, err := get(ctx, tx, a, by)
		if err != nil || other.ID == have.ID || other.Service != have.Service {
			return admin.Invalid{Field: "by", Code: "not_allowed"}
		}
		used, err := s.live(ctx, have)
		if err != nil {
			return err
		}
		if used.Total > 0 {
			return used
		}
		if err := handOver(ctx, tx, a, have, other, withMembers); err != nil {
			return err
		}
		if err := remove(ctx, tx, a, have); err != nil {
			return err
		}
		if now, err = get(ctx, tx, a, by); err != nil {
			return err
		}
		return record(ctx, tx, a, "replace", now, map[string]any{"queue": have.Name}, map[string]any{"queue": now.Name})
	})
	return now, err
}

func handOver(ctx context.Context, tx pgx.Tx, a admin.Actor, from, to Queue, withMembers bool) error {
	var batch pgx.Batch
	batch.Queue(`update numbers set queue_id = $2, version = version + 1 where queue_id = $1`, from.ID, to.ID)
	batch.Queue(`
		insert into flow_versions (flow_id, version, name, time_zone, steps, note, user_id, user_name)
		select f.id, f.version + 1, v.name, v.time_zone, replace(v.steps::text, $1, $2)::jsonb, left($5, 500), nullif($3, '')::uuid, $4
		from `+newestSteps+` where strpos(v.steps::text, $1) > 0`, from.ID, to.ID, a.UserID, a.Name, from.Name+" → "+to.Name)
	batch.Queue(`
		update flows f set version = n.newest from (select flow_id, max(version) newest from flow_versions group by flow_id) n
		where n.flow_id = f.id and n.newest > f.version and f.service_id = $1`, to.Service)
	if withMembers {
		batch.Queue(`
			insert into queue_members (queue_id, agent_id, priority) select $2, agent_id, priority from queue_members where queue_id = $1
			on conflict do nothing`, from.ID, to.ID)
	}
	batch.Queue(`update queues set version = version + 1 where id = $1`, to.ID)
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("replace a queue: %w", err)
	}
	return nil
}

func remove(ctx context.Context, tx pgx.Tx, a admin.Actor, q Queue) error {
	if _, err := tx.Exec(ctx, `delete from queues where id = $1`, q.ID); err != nil {
		return fmt.Errorf("delete a queue: %w", err)
	}
	return record(ctx, tx, a, "delete", q, q, nil)
}
