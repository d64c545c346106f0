package people

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// Group is some of the people, of whom each may be in several (AG-14 … AG-17). Its JSON is what the audit log shows.
type Group struct {
	ID      string `json:"-"`
	Name    string `json:"name"`
	Members []Ref  `json:"members"` // by name
	Version int    `json:"-"`
	// Yours says that the actor may change it: a 관리자 those of which everybody is in a service that he manages.
	Yours bool `json:"-"`
}

const shownGroup = `
	g.id, g.name, g.version,
	coalesce((select json_agg(json_build_object('id', u.id, 'name', u.name) order by u.name collate "C", u.id)
	          from group_members m join users u on u.id = m.user_id where m.group_id = g.id), '[]'),
	not exists (select from group_members m where m.group_id = g.id
	            and not exists (select from service_members o where o.user_id = m.user_id and o.service_id::text = any($1)))`

func readGroup(a admin.Actor, row pgx.Row) (g Group, err error) {
	err = row.Scan(&g.ID, &g.Name, &g.Version, &g.Members, &g.Yours)
	g.Yours = a.Admin() || a.Role == admin.RoleManager && g.Yours
	return g, err
}

func managed(a admin.Actor) []string { return append([]string{}, a.Manages...) }

// Groups gives the organisation's groups.
func (s *Store) Groups(ctx context.Context, a admin.Actor, l admin.List) (admin.Page[Group], error) {
	q := admin.Select[Group]{
		Columns: shownGroup, From: "agent_groups g", Search: []string{"g.name"}, Args: []any{managed(a)}, Where: []string{"$1::text[] is not null"},
		Sort: map[string]string{"name": "g.name", "members": "(select count(*) from group_members m where m.group_id = g.id)"},
		By:   "name", Tie: "g.id", Scan: func(row pgx.CollectableRow) (Group, error) { return readGroup(a, row) },
	}
	q.And("g.organisation_id = ?", a.Organisation)
	return admin.Read(ctx, s.pool, l, q)
}

// Group gives one.
func (s *Store) Group(ctx context.Context, a admin.Actor, id string) (Group, error) {
	return getGroup(ctx, s.pool, a, id, "")
}

func getGroup(ctx context.Context, q admin.Querier, a admin.Actor, id, lock string) (Group, error) {
	if !admin.IsID(id) {
		return Group{}, admin.ErrNotFound
	}
	g, err := readGroup(a, q.QueryRow(ctx, `select `+shownGroup+` from agent_groups g where g.id = $2 and g.organisation_id = $3`+lock,
		managed(a), id, a.Organisation))
	if errors.Is(err, pgx.ErrNoRows) {
		return Group{}, admin.ErrNotFound
	}
	if err != nil {
		return Group{}, fmt.Errorf("read a group: %w", err)
	}
	return g, nil
}

// CreateGroup makes a group.
func (s *Store) CreateGroup(ctx context.Context, a admin.Actor, in Group) (made Group, err error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Group{}, fmt.Errorf("make an id: %w", err)
	}
	in.ID, in.Version, in.Yours = id.String(), 1, true
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		if err := checkGroup(ctx, tx, a, &in); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into agent_groups (id, organisation_id, name) values ($1, $2, $3)`, in.ID, a.Organisation, in.Name); err != nil {
			return fmt.Errorf("create a group: %w", err)
		}
		if err := keepMembers(ctx, tx, in); err != nil {
			return err
		}
		return admin.Audit(ctx, tx, a, "create", GroupSubject, in.ID, in.Name, nil, in)
	})
	return in, err
}

// UpdateGroup changes a group that its editor saw in in.Version.
func (s *Store) UpdateGroup(ctx context.Context, a admin.Actor, in Group) (changed Group, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := yourGroup(ctx, tx, a, in.ID)
		if err != nil {
			return err
		}
		if err := admin.CheckVersion(ctx, tx, GroupSubject, in.ID, have.Version, in.Version); err != nil {
			return err
		}
		in.Yours = true
		if err := checkGroup(ctx, tx, a, &in); err != nil {
			return err
		}
		if changed = have; reflect.DeepEqual(have, in) {
			return nil
		}
		in.Version++
		if _, err := tx.Exec(ctx, `update agent_groups set name = $2, version = $3 where id = $1`, in.ID, in.Name, in.Version); err != nil {
			return fmt.Errorf("change a group: %w", err)
		}
		if err := keepMembers(ctx, tx, in); err != nil {
			return err
		}
		changed = in
		return admin.Audit(ctx, tx, a, "update", GroupSubject, in.ID, in.Name, have, in)
	})
	return changed, err
}

// DeleteGroup takes a group away; its people stay.
func (s *Store) DeleteGroup(ctx context.Context, a admin.Actor, id string) error {
	return admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := yourGroup(ctx, tx, a, id)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from agent_groups where id = $1`, id); err != nil {
			return fmt.Errorf("delete a group: %w", err)
		}
		return admin.Audit(ctx, tx, a, "delete", GroupSubject, id, have.Name, have, nil)
	})
}

func yourGroup(ctx context.Context, tx pgx.Tx, a admin.Actor, id string) (Group, error) {
	have, err := getGroup(ctx, tx, a, id, " for update of g")
	if err == nil && !have.Yours {
		err = admin.ErrForbidden
	}
	return have, err
}

// checkGroup cleans a group, and refuses a name that another has, and members who are not the actor's people.
func checkGroup(ctx context.Context, tx pgx.Tx, a admin.Actor, in *Group) error {
	var wrong admin.Invalids
	in.Name = wrong.Text("name", in.Name, 1, maxName)
	var exists bool
	if err := tx.QueryRow(ctx, `select exists (select from agent_groups g where g.organisation_id = $1 and g.id <> $2 and g.name_key = lower(normalize($3, NFKC)))`,
		a.Organisation, in.ID, in.Name).Scan(&exists); err != nil {
		return fmt.Errorf("look for the name of a group: %w", err)
	}
	if exists {
		wrong.Add("name", "taken")
	}
	ids := make([]string, len(in.Members))
	for i, m := range in.Members {
		ids[i] = m.ID
	}
	rows, err := tx.Query(ctx, `
		select u.id, u.name from users u where u.organisation_id = $2 and u.id::text = any($3)
		and ($1::text[] is null or exists (select from service_members o where o.user_id = u.id and o.service_id::text = any($1)))
		order by u.name collate "C", u.id`, membersOf(a), a.Organisation, ids)
	if err != nil {
		return fmt.Errorf("read the members of a group: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Ref])
	if err != nil {
		return fmt.Errorf("read the members of a group: %w", err)
	}
	for i, m := range in.Members {
		if !has(found, m.ID) {
			wrong.Add(fmt.Sprintf("members[%d]", i), "not_found")
		}
	}
	in.Members = append([]Ref{}, found...)
	return wrong.Err()
}

// membersOf are the services whose people the actor may put into groups: nil for everybody's.
func membersOf(a admin.Actor) []string {
	if a.Admin() {
		return nil
	}
	return managed(a)
}

func has(list []Ref, id string) bool {
	for _, r := range list {
		if r.ID == id {
			return true
		}
	}
	return false
}

func keepMembers(ctx context.Context, tx pgx.Tx, g Group) error {
	ids := make([]string, len(g.Members))
	for i, m := range g.Members {
		ids[i] = m.ID
	}
	var batch pgx.Batch
	batch.Queue(`delete from group_members where group_id = $1 and not user_id::text = any($2)`, g.ID, ids)
	batch.Queue(`insert into group_members (group_id, user_id) select $1, unnest($2::uuid[]) on conflict do nothing`, g.ID, ids)
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("keep the members of a group: %w", err)
	}
	return nil
}
