package directory

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// CallerIDs are the numbers that an agent may show in a service of his, in the admin's order; the first is 기본 (PH-43 …
// PH-46). An empty service means the one he begins in. ErrNotFound: there is no such service, or it is not his.
func (s *Store) CallerIDs(ctx context.Context, agent, service string) ([]CallerID, error) {
	if !isID(agent) || (service != "" && !isID(service)) {
		return nil, ErrNotFound
	}
	var batch pgx.Batch
	const his = `
		select m.service_id from service_members m join agents a on a.user_id = m.user_id
		where a.id = $1 and m.phone and ($2 = '' or m.service_id::text = $2)
		order by m.position, m.service_id limit 1`
	batch.Queue(`select count(*) from (`+his+`) his`, agent, service)
	batch.Queue(`
		select number, name, state from caller_ids
		where service_id = (`+his+`) and state = 'completed' order by position, number`, agent, service)
	results := s.pool.SendBatch(ctx, &batch)
	defer results.Close() //nolint:errcheck // the queries' own errors are what counts

	var services int
	if err := results.QueryRow().Scan(&services); err != nil {
		return nil, fmt.Errorf("read an agent's service: %w", err)
	}
	if services == 0 {
		return nil, ErrNotFound
	}
	found, err := results.Query()
	if err != nil {
		return nil, fmt.Errorf("read the caller ids: %w", err)
	}
	list, err := pgx.CollectRows(found, pgx.RowToStructByPos[CallerID])
	if err != nil {
		return nil, fmt.Errorf("read the caller ids: %w", err)
	}
	return list, nil
}

func loadCallerIDs(ctx context.Context, tx pgx.Tx, services []Service) error {
	found, err := tx.Query(ctx, `select service_id, number, name, state from caller_ids order by position, number`)
	if err != nil {
		return err
	}
	of := make(map[string][]CallerID, len(services))
	var service string
	var c CallerID
	_, err = pgx.ForEachRow(found, []any{&service, &c.Number, &c.Name, &c.State}, func() error {
		of[service] = append(of[service], c)
		return nil
	})
	for i := range services {
		services[i].CallerIDs = of[services[i].ID]
	}
	return err
}
