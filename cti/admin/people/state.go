package people

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// SetDisabled keeps somebody out, or lets him in again. His sessions are for the caller to end. The last 조직관리자 stays.
func (s *Store) SetDisabled(ctx context.Context, a admin.Actor, id string, version int, disabled bool) (p Person, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := yours(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if p = have; (have.State == Disabled) == disabled {
			return nil
		}
		if err := admin.CheckVersion(ctx, tx, Subject, id, have.Version, version); err != nil {
			return err
		}
		action := "enable"
		if disabled {
			action = "disable"
			if have.Role == admin.RoleAdmin {
				if err := notTheLast(ctx, tx, a, id, "state"); err != nil {
					return err
				}
			}
		}
		if _, err := tx.Exec(ctx, `update users set disabled = $2, version = version + 1 where id = $1`, id, disabled); err != nil {
			return fmt.Errorf("disable a person: %w", err)
		}
		if p, err = get(ctx, tx, a, id, ""); err != nil {
			return err
		}
		return admin.Audit(ctx, tx, a, action, Subject, id, have.Name, have, p)
	})
	return p, err
}

// yours is somebody who is wholly the actor's to change.
func yours(ctx context.Context, tx pgx.Tx, a admin.Actor, id string) (Person, error) {
	p, err := get(ctx, tx, a, id, lockPerson)
	if err == nil && !p.Yours {
		err = admin.ErrForbidden
	}
	return p, err
}

// Delete takes somebody away of whom nothing is told anywhere: an admin.InUse says where he is, and he can be disabled.
func (s *Store) Delete(ctx context.Context, a admin.Actor, id string) error {
	return admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := yours(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if id == a.UserID {
			return admin.Invalid{Field: "id", Code: "yourself"}
		}
		if have.Role == admin.RoleAdmin {
			if err := notTheLast(ctx, tx, a, id, "id"); err != nil {
				return err
			}
		}
		if err := admin.Unused(ctx, tx, id, referrers...); err != nil {
			return err
		}
		var batch pgx.Batch
		batch.Queue(`delete from agents where user_id = $1`, id)
		batch.Queue(`delete from users where id = $1`, id)
		if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
			return fmt.Errorf("delete a person: %w", err)
		}
		return admin.Audit(ctx, tx, a, "delete", Subject, id, have.Name, have, nil)
	})
}

// referrers are what tells of somebody.
var referrers = []admin.Referrer{
	{Subject: "ticket", Query: `
		select t.number::text, '#' || t.number from tickets t join agents a on a.id = t.agent_id where a.user_id = $1 order by t.number desc limit 5`},
	{Subject: "note", Query: `select distinct ticket::text, '#' || ticket from ticket_notes where author_id = $1 limit 5`},
	{Subject: "call", Query: `
		select h.call_id, h.call_id from call_history h join agents a on a.id = h.agent_id or a.id = h.peer_id where a.user_id = $1 limit 5`},
	{Subject: "call", Query: `
		select e.call_id, e.call_id from ticket_events e join agents a on a.id = e.agent_id or a.id = e.target_id where a.user_id = $1 limit 5`},
	{Subject: "queue", Query: `
		select q.id::text, q.name from queue_members m join queues q on q.id = m.queue_id join agents a on a.id = m.agent_id
		where a.user_id = $1 order by q.number`},
}
