package flow

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
)

// Recorded are the announcements that a service may say, its own and its organisation's, before the sounds that are Shipped.
func Recorded(ctx context.Context, q admin.Querier, a admin.Actor, service string) ([]Sound, error) {
	found, err := q.Query(ctx, `
		select id::text, name, length_ms from sounds
		where organisation_id = $1 and kind = 'announcement' and (service_id is null or service_id = $2) order by name, id`, a.Organisation, service)
	if err != nil {
		return nil, fmt.Errorf("read the announcements of a service: %w", err)
	}
	sounds, err := pgx.CollectRows(found, func(row pgx.CollectableRow) (s Sound, err error) {
		var milliseconds int64
		err = row.Scan(&s.Name, &s.Label, &milliseconds)
		s.Length = time.Duration(milliseconds) * time.Millisecond
		return s, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the announcements of a service: %w", err)
	}
	shipped, err := Shipped(ctx, q, a, service)
	return append(sounds, shipped...), err
}
