package queue

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// members reads the agents of a queue.
func members(ctx context.Context, db admin.Querier, of Queue) ([]Member, error) {
	found, err := db.Query(ctx, `
		select m.agent_id, u.name, a.cti_number, m.priority, a.skills, a.skills_version, not (`+hasPhone+`)
		from queue_members m join agents a on a.id = m.agent_id join users u on u.id = a.user_id
		join queues q on q.id = m.queue_id join services s on s.id = q.service_id
		where m.queue_id = $1 order by m.priority, a.cti_number`, of.ID)
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	list, err := pgx.CollectRows(found, func(row pgx.CollectableRow) (m Member, err error) {
		err = row.Scan(&m.Agent, &m.Name, &m.Extension, &m.Priority, &m.Skills, &m.SkillsVersion, &m.NoPhone)
		for _, skill := range of.Skills {
			if !slices.Contains(m.Skills, skill) {
				m.Missing = append(m.Missing, skill)
			}
		}
		return m, err
	})
	if err != nil {
		return nil, fmt.Errorf("read members: %w", err)
	}
	return list, nil
}

// places are who is a member, and in which place.
func places(members []Member) map[string]int {
	out := make(map[string]int, len(members))
	for _, m := range members {
		out[m.Agent] = m.Priority
	}
	return out
}

// checkMembers notes who is no agent of the queue's service.
func checkMembers(ctx context.Context, tx pgx.Tx, in Queue, wrong *admin.Invalids) error {
	ids := make([]string, len(in.Members))
	for i, m := range in.Members {
		ids[i] = m.Agent
	}
	found, err := tx.Query(ctx, `
		select a.id::text from agents a where a.id::text = any($1)
		and (exists (select from service_members p where p.user_id = a.user_id and p.service_id = $2)
		     or exists (select from queue_members m where m.agent_id = a.id and m.queue_id = $3))`, ids, in.Service, in.ID)
	if err != nil {
		return fmt.Errorf("look for members: %w", err)
	}
	list, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("look for members: %w", err)
	}
	known := make(map[string]bool, len(list))
	for _, id := range list {
		known[id] = true
	}
	for i, id := range ids {
		if !known[id] {
			wrong.Add(fmt.Sprintf("members[%d].agent", i), "not_in_service")
		}
	}
	return nil
}

// join makes the members those of in.
func join(ctx context.Context, tx pgx.Tx, in Queue) error {
	ids, priorities := make([]string, len(in.Members)), make([]int16, len(in.Members))
	for i, m := range in.Members {
		ids[i], priorities[i] = m.Agent, int16(m.Priority) //nolint:gosec // 1 to 9
	}
	var batch pgx.Batch
	batch.Queue(`delete from queue_members where queue_id = $1 and agent_id <> all($2::uuid[])`, in.ID, ids)
	batch.Queue(`
		insert into queue_members (queue_id, agent_id, priority) select $1, * from unnest($2::uuid[], $3::smallint[])
		on conflict (queue_id, agent_id) do update set priority = excluded.priority`, in.ID, ids, priorities)
	if err := tx.SendBatch(ctx, &batch).Close(); err != nil {
		return fmt.Errorf("write members: %w", err)
	}
	return nil
}

// Candidates are the agents of a service who may become members of its queues.
func (s *Store) Candidates(ctx context.Context, a admin.Actor, l admin.List, service string) (admin.Page[Member], error) {
	if !admin.IsID(service) || !a.MayManage(service) {
		return admin.Page[Member]{}, admin.ErrNotFound
	}
	q := admin.Select[Member]{
		Columns: "a.id, u.name, a.cti_number, a.skills, a.skills_version, not (p.phone and not u.disabled)",
		From:    "agents a join users u on u.id = a.user_id join service_members p on p.user_id = u.id",
		Search:  []string{"u.name", "a.cti_number", "array_to_string(a.skills, ' ')"},
		Sort:    map[string]string{"name": "u.name", "extension": "a.cti_number"}, By: "extension", Tie: "a.id",
		Scan: func(row pgx.CollectableRow) (Member, error) {
			m := Member{Priority: usualPriority}
			err := row.Scan(&m.Agent, &m.Name, &m.Extension, &m.Skills, &m.SkillsVersion, &m.NoPhone)
			return m, err
		},
	}
	q.And("u.organisation_id = ?", a.Organisation)
	q.And("p.service_id::text = ?", service)
	return admin.Read(ctx, s.pool, l, q)
}

// SetSkills says what an agent can do, whom its editor saw in a version. A manager may, of those who work in a service of his.
func (s *Store) SetSkills(ctx context.Context, a admin.Actor, agent string, words []string, seen int) (m Member, err error) {
	var wrong admin.Invalids
	words = skills(&wrong, "skills", words, maxAgentSkills)
	if err := wrong.Err(); err != nil {
		return Member{}, err
	}
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		if m, err = agentOf(ctx, tx, a, agent); err != nil {
			return err
		}
		if err := admin.CheckVersion(ctx, tx, "skills", agent, m.SkillsVersion, seen); err != nil {
			return err
		}
		if reflect.DeepEqual(m.Skills, words) {
			return nil
		}
		was := m.Skills
		m.Skills = words
		m.SkillsVersion++
		if _, err := tx.Exec(ctx, `update agents set skills = $2, skills_version = $3 where id = $1`, agent, words, m.SkillsVersion); err != nil {
			return fmt.Errorf("write skills: %w", err)
		}
		return admin.Audit(ctx, tx, a, "update", "skills", agent, m.Name, map[string]any{"skills": was}, map[string]any{"skills": words})
	})
	return m, err
}

func agentOf(ctx context.Context, tx pgx.Tx, a admin.Actor, agent string) (m Member, err error) {
	if !admin.IsID(agent) {
		return m, admin.ErrNotFound
	}
	err = tx.QueryRow(ctx, `
		select a.id, u.name, a.cti_number, a.skills, a.skills_version from agents a join users u on u.id = a.user_id
		where a.id = $1 and u.organisation_id = $2
		  and ($3 or exists (select from service_members p where p.user_id = u.id and p.service_id::text = any($4)))
		for update of a`, agent, a.Organisation, a.Admin(), a.Manages).Scan(&m.Agent, &m.Name, &m.Extension, &m.Skills, &m.SkillsVersion)
	if errors.Is(err, pgx.ErrNoRows) {
		return m, admin.ErrNotFound
	}
	if err != nil {
		return m, fmt.Errorf("read an agent: %w", err)
	}
	return m, nil
}
