package queue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// Row is one row of an upload: the queue that has its number, or a new one. Its service and members stand in it as people
// write them: by name, and as extension:priority.
type Row struct {
	Queue
	Places []string
	// Keep leaves the members of a queue alone: the file has no column for them.
	Keep bool
}

// Import takes an upload over.
func (s *Store) Import(ctx context.Context, a admin.Actor, lines []admin.Line[Row], dry bool) (admin.Report, error) {
	seen := map[string]bool{}
	return admin.Import(ctx, s.pool, a, dry, lines, func(tx pgx.Tx, row Row) (admin.Outcome, error) {
		var wrong admin.Invalids
		row.Number = inside(&wrong, "number", row.Number)
		if seen[row.Number] {
			wrong.Add("number", "duplicate")
		}
		seen[row.Number] = true
		var err error
		if row.Service, err = serviceNamed(ctx, tx, a, row.ServiceName); err != nil {
			return 0, err
		}
		if row.Service == "" {
			wrong.Add("service", "not_found")
		}
		if row.Members, err = placed(ctx, tx, a, row.Places, &wrong); err != nil {
			return 0, err
		}
		if err := wrong.Err(); err != nil {
			return 0, err
		}
		return s.take(ctx, tx, a, row)
	})
}

func (s *Store) take(ctx context.Context, tx pgx.Tx, a admin.Actor, row Row) (admin.Outcome, error) {
	var id string
	err := tx.QueryRow(ctx, `select q.id from `+tables+` where q.number = $1 and s.organisation_id = $2`, row.Number, a.Organisation).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		_, err := create(ctx, tx, a, row.Queue)
		return admin.Created, err
	}
	if err != nil {
		return 0, fmt.Errorf("read a queue: %w", err)
	}
	have, err := get(ctx, tx, a, id)
	if err != nil {
		return 0, err
	}
	if row.Keep {
		row.Members = have.Members
	}
	now, err := update(ctx, tx, a, have, row.Queue)
	if err == nil && now.Version == have.Version {
		return admin.Unchanged, nil
	}
	return admin.Updated, err
}

// serviceNamed is the service of a name that the actor manages; empty when there is none.
func serviceNamed(ctx context.Context, tx pgx.Tx, a admin.Actor, name string) (id string, err error) {
	err = tx.QueryRow(ctx, `select s.id from services s where s.organisation_id = $1 and `+admin.Folded("s.name")+` = $2`,
		a.Organisation, admin.Fold(name)).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !a.MayManage(id) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read a service: %w", err)
	}
	return id, nil
}

// placed reads members written as 2041 or 2041:1.
func placed(ctx context.Context, tx pgx.Tx, a admin.Actor, places []string, wrong *admin.Invalids) ([]Member, error) {
	members := make([]Member, 0, len(places))
	for _, place := range places {
		extension, rank, ranked := strings.Cut(place, ":")
		m := Member{Extension: strings.TrimSpace(extension), Priority: usualPriority}
		if ranked {
			n, err := strconv.Atoi(strings.TrimSpace(rank))
			if err != nil || n < 1 || n > lowestPriority {
				wrong.Add("members", "bad_priority", "value", short(place))
				continue
			}
			m.Priority = n
		}
		err := tx.QueryRow(ctx, `
			select a.id from agents a join users u on u.id = a.user_id where a.cti_number = $1 and u.organisation_id = $2`,
			m.Extension, a.Organisation).Scan(&m.Agent)
		if errors.Is(err, pgx.ErrNoRows) {
			wrong.Add("members", "no_such_extension", "value", short(place))
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read an agent: %w", err)
		}
		members = append(members, m)
	}
	return members, nil
}

// short is a cell as an error quotes it.
func short(text string) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), 32)])
}

// Places writes the members of a queue as an upload has them.
func (q Queue) Places() []string {
	out := make([]string, len(q.Members))
	for i, m := range q.Members {
		out[i] = m.Extension + ":" + strconv.Itoa(m.Priority)
	}
	return out
}

// WithMembers is List with the members, for downloads.
func (s *Store) WithMembers(ctx context.Context, a admin.Actor, l admin.List, service string) ([]Queue, error) {
	page, err := s.List(ctx, a, l, service)
	if err != nil {
		return nil, err
	}
	for i, q := range page.Items {
		if page.Items[i].Members, err = members(ctx, s.pool, q); err != nil {
			return nil, err
		}
	}
	return page.Items, nil
}
