package people

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// nameServices puts the names of somebody's services in, and refuses those that are not the organisation's.
func nameServices(ctx context.Context, tx pgx.Tx, a admin.Actor, p *Person, wrong *admin.Invalids) error {
	names, err := named(ctx, tx, `select id::text, name from services where organisation_id = $1`, a.Organisation, len(p.Services))
	if err != nil {
		return err
	}
	p.Services = slices.Clone(p.Services)
	for i, m := range p.Services {
		name, ok := names[m.Service]
		if !ok {
			wrong.Add(fmt.Sprintf("services[%d].id", i), "not_found")
		}
		p.Services[i].Name = name
	}
	if p.Services == nil {
		p.Services = []Membership{}
	}
	return nil
}

// nameGroups does the same for groups, and puts them into the order of their names.
func nameGroups(ctx context.Context, tx pgx.Tx, a admin.Actor, p *Person, wrong *admin.Invalids) error {
	names, err := named(ctx, tx, `select id::text, name from agent_groups where organisation_id = $1`, a.Organisation, len(p.Groups))
	if err != nil {
		return err
	}
	groups := []Ref{}
	for i, g := range p.Groups {
		name, ok := names[g.ID]
		if !ok {
			wrong.Add(fmt.Sprintf("groups[%d]", i), "not_found")
		}
		if !slices.ContainsFunc(groups, func(other Ref) bool { return other.ID == g.ID }) {
			groups = append(groups, Ref{ID: g.ID, Name: name})
		}
	}
	slices.SortFunc(groups, func(x, y Ref) int { return strings.Compare(x.Name, y.Name) })
	p.Groups = groups
	return nil
}

func named(ctx context.Context, tx pgx.Tx, query, organisation string, wanted int) (map[string]string, error) {
	names := map[string]string{}
	if wanted == 0 {
		return names, nil
	}
	rows, err := tx.Query(ctx, query, organisation)
	if err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	var id, name string
	if _, err := pgx.ForEachRow(rows, []any{&id, &name}, func() error {
		names[id] = name
		return nil
	}); err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	return names, nil
}

// keepRights writes what somebody may do in the services that the actor may change. Other services stay as they are: they
// come after these, in the order they had.
func keepRights(ctx context.Context, tx pgx.Tx, a admin.Actor, p Person) error {
	var batch pgx.Batch
	kept := make([]string, len(p.Services))
	for i, m := range p.Services {
		kept[i] = m.Service
	}
	var may []string // nil: all
	if !a.Admin() {
		may = append([]string{}, a.Manages...)
	}
	batch.Queue(`
		delete from service_members where user_id = $1 and not service_id::text = any($2) and ($3::text[] is null or service_id::text = any($3))`,
		p.ID, kept, may)
	for i, m := range p.Services {
		if !a.MayManage(m.Service) {
			continue
		}
		batch.Queue(`
			insert into service_members (user_id, service_id, position, manage, tickets, phone, forward, blind_transfer, access_log, assignable, self_assign)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
			on conflict (user_id, service_id) do update set
				position = case when $12 then excluded.position else service_members.position end, manage = excluded.manage,
				tickets = excluded.tickets, phone = excluded.phone, forward = excluded.forward, blind_transfer = excluded.blind_transfer,
				access_log = excluded.access_log, assignable = excluded.assignable, self_assign = excluded.self_assign`,
			p.ID, m.Service, i, m.Manage, m.Tickets, m.Phone, m.Forward, m.BlindTransfer, m.AccessLog, m.Assignable, m.SelfAssign,
			p.Yours)
	}
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("keep rights: %w", err)
	}
	return nil
}

func keepGroups(ctx context.Context, tx pgx.Tx, p Person) error {
	ids := make([]string, len(p.Groups))
	for i, g := range p.Groups {
		ids[i] = g.ID
	}
	var batch pgx.Batch
	batch.Queue(`delete from group_members where user_id = $1 and not group_id::text = any($2)`, p.ID, ids)
	batch.Queue(`insert into group_members (user_id, group_id) select $1, unnest($2::uuid[]) on conflict do nothing`, p.ID, ids)
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("keep groups: %w", err)
	}
	return nil
}
