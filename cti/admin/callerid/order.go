package callerid

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// Order puts the completed numbers of a service in another order (PH-46); the first is 기본 (D6). seen is the order that
// its editor saw: when it is another by now, he is told.
func (s *Store) Order(ctx context.Context, a admin.Actor, service string, seen, ids []string) error {
	if !admin.IsID(service) || !a.MayManage(service) {
		return admin.ErrNotFound
	}
	return admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		var name string
		err := tx.QueryRow(ctx, `select name from services where id = $1 and organisation_id = $2`, service, a.Organisation).Scan(&name)
		if errors.Is(err, pgx.ErrNoRows) {
			return admin.ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("read a service: %w", err)
		}
		have, numbers, err := ordered(ctx, tx, service)
		if err != nil {
			return err
		}
		if !slices.Equal(have, seen) {
			return admin.CheckVersion(ctx, tx, orderSubject, service, 1, 0)
		}
		if !slices.Equal(slices.Sorted(slices.Values(have)), slices.Sorted(slices.Values(ids))) {
			return admin.Invalid{Field: "ids", Code: "not_allowed"}
		}
		if slices.Equal(have, ids) {
			return nil
		}
		if _, err := tx.Exec(ctx, `
			update caller_ids c set position = o.place from unnest($1::uuid[]) with ordinality as o (id, place) where c.id = o.id`, ids); err != nil {
			return fmt.Errorf("order outbound numbers: %w", err)
		}
		return admin.Record(ctx, tx, a, admin.Entry{
			Action: "order", Subject: orderSubject, ID: service, Name: name, Service: service,
			Before: named(have, numbers), After: named(ids, numbers),
		})
	})
}

// ordered are the completed numbers of a service in their order, and how each reads.
func ordered(ctx context.Context, tx pgx.Tx, service string) (ids []string, numbers map[string]string, err error) {
	found, err := tx.Query(ctx, `
		select id::text, number from caller_ids where service_id = $1 and state = 'completed' order by position, number for update`, service)
	if err != nil {
		return nil, nil, fmt.Errorf("read outbound numbers: %w", err)
	}
	numbers = map[string]string{}
	var id, number string
	if _, err := pgx.ForEachRow(found, []any{&id, &number}, func() error {
		ids, numbers[id] = append(ids, id), number
		return nil
	}); err != nil {
		return nil, nil, fmt.Errorf("read outbound numbers: %w", err)
	}
	return ids, numbers, nil
}

func named(ids []string, numbers map[string]string) map[string][]string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = numbers[id]
	}
	return map[string][]string{"order": out}
}

// Row is one row of an upload: a service's number, known or to be asked for. Its state is not an upload's to say.
type Row struct{ ServiceName, Number, Name string }

// Import takes an upload over.
func (s *Store) Import(ctx context.Context, a admin.Actor, lines []admin.Line[Row], dry bool) (admin.Report, error) {
	seen := map[string]bool{}
	return admin.Import(ctx, s.pool, a, dry, lines, func(tx pgx.Tx, row Row) (admin.Outcome, error) {
		var service string
		err := tx.QueryRow(ctx, `select s.id from services s where s.organisation_id = $1 and `+admin.Folded("s.name")+` = $2`,
			a.Organisation, admin.Fold(row.ServiceName)).Scan(&service)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && !a.MayManage(service) {
			return 0, admin.Invalid{Field: "service", Code: "not_found"}
		}
		if err != nil {
			return 0, fmt.Errorf("read a service: %w", err)
		}
		in := CallerID{Service: service, Number: row.Number, Name: row.Name}
		var wrong admin.Invalids
		key := service + parse(&wrong, row.Number)
		if seen[key] {
			return 0, admin.Invalid{Field: "number", Code: "duplicate"}
		}
		seen[key] = true
		var id string
		err = tx.QueryRow(ctx, `select id from caller_ids where service_id = $1 and number = $2`, service, key[len(service):]).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			_, err := s.request(ctx, tx, a, in)
			return admin.Created, err
		}
		if err != nil {
			return 0, fmt.Errorf("read an outbound number: %w", err)
		}
		have, err := s.find(ctx, tx, a, id, " for update of c")
		if err != nil {
			return 0, err
		}
		now, err := s.write(ctx, tx, a, "update", have, func(tx pgx.Tx, have CallerID) (CallerID, error) {
			to := have
			to.Name = in.Name
			return to, check(ctx, tx, a, &to)
		})
		if err == nil && now.Version == have.Version {
			return admin.Unchanged, nil
		}
		return admin.Updated, err
	})
}
