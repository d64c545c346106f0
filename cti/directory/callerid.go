package directory

import (
	"context"
	"fmt"
	"strings"
	"time"

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
		select c.number, c.name, c.state from caller_ids c join services s on s.id = c.service_id
		where s.id = (`+his+`) and `+strings.ReplaceAll(stateNow, "$1", "$3")+` = 'completed' order by c.position, c.number`, agent, service, time.Now())
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

// stateNow is the state of the caller id c of the service s at the moment $1. A number may be shown on its last day, as the
// service's calendar has it.
const stateNow = `case when c.state = 'completed' and c.expires_on < ($1::timestamptz at time zone s.time_zone)::date then 'expired' else c.state end`

// loadCallerIDs reads the numbers of every service, and when the next of them expires.
func (d *Directory) loadCallerIDs(ctx context.Context, tx pgx.Tx, now time.Time) error {
	found, err := tx.Query(ctx, `
		select c.service_id, c.number, c.name, `+stateNow+`
		from caller_ids c join services s on s.id = c.service_id order by c.position, c.number`, now)
	if err != nil {
		return err
	}
	of := make(map[string][]CallerID, len(d.Services))
	var service string
	var c CallerID
	if _, err = pgx.ForEachRow(found, []any{&service, &c.Number, &c.Name, &c.State}, func() error {
		of[service] = append(of[service], c)
		return nil
	}); err != nil {
		return err
	}
	for i := range d.Services {
		d.Services[i].CallerIDs = of[d.Services[i].ID]
	}
	var next *time.Time
	err = tx.QueryRow(ctx, `
		select min((c.expires_on + 1)::timestamp at time zone s.time_zone) from caller_ids c join services s on s.id = c.service_id
		where c.state = 'completed' and (c.expires_on + 1)::timestamp at time zone s.time_zone > $1`, now).Scan(&next)
	if next != nil {
		d.NextExpiry = *next
	}
	return err
}
