package inbound

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// Row is one row of an upload: queues stand in it by their number, flows by their name.
type Row struct{ Number, Name, Queue, Flow string }

// Import takes an upload over.
func (s *Store) Import(ctx context.Context, a admin.Actor, lines []admin.Line[Row], dry bool) (admin.Report, error) {
	seen := map[string]bool{}
	return admin.Import(ctx, s.pool, a, dry, lines, func(tx pgx.Tx, row Row) (admin.Outcome, error) {
		var wrong admin.Invalids
		in := Number{Number: parse(&wrong, row.Number), Name: row.Name}
		if seen[in.Number] {
			wrong.Add("number", "duplicate")
		}
		seen[in.Number] = true
		if err := named(ctx, tx, a, row, &in, &wrong); err != nil {
			return 0, err
		}
		if err := wrong.Err(); err != nil {
			return 0, err
		}
		var id string
		err := tx.QueryRow(ctx, `select n.id from `+tables+` where n.number = $1 and `+ofOrganisation+` = $2`, in.Number, a.Organisation).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			_, err := create(ctx, tx, a, in)
			return admin.Created, err
		}
		if err != nil {
			return 0, fmt.Errorf("read an inbound number: %w", err)
		}
		have, err := get(ctx, tx, a, id, " for update of n")
		if err != nil {
			return 0, err
		}
		in.Trunk = have.Trunk
		now, err := update(ctx, tx, a, have, in)
		if err == nil && now.Version == have.Version {
			return admin.Unchanged, nil
		}
		return admin.Updated, err
	})
}

// named finds what a row calls by number and name.
func named(ctx context.Context, tx pgx.Tx, a admin.Actor, row Row, in *Number, wrong *admin.Invalids) error {
	find := func(field, text, query string) (id string, err error) {
		if text == "" {
			return "", nil
		}
		err = tx.QueryRow(ctx, query, a.Organisation, text).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			wrong.Add(field, "not_found")
			return "", nil
		}
		if err != nil {
			return "", fmt.Errorf("read a %s: %w", field, err)
		}
		return id, nil
	}
	var err error
	if in.Queue, err = find("queue", row.Queue, `
		select q.id from queues q join services s on s.id = q.service_id where s.organisation_id = $1 and q.number = $2`); err != nil {
		return err
	}
	in.Flow, err = find("flow", admin.Fold(row.Flow), `
		select f.id from flows f join flow_versions v on v.flow_id = f.id and v.version = f.version
		where f.organisation_id = $1 and `+admin.Folded("v.name")+` = $2 order by f.id limit 1`)
	return err
}
