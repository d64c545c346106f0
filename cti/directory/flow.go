package directory

import (
	"context"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/scenario"
)

// loadFlows reads the newest version of every flow (PH-12), and which numbers lead to them.
func (d *Directory) loadFlows(ctx context.Context, tx pgx.Tx) (err error) {
	if d.Flows, err = rows(ctx, tx, scanFlow, `
		select f.id, f.version, v.name, f.service_id, v.time_zone, v.steps
		from flows f join flow_versions v on v.flow_id = f.id and v.version = f.version order by f.id`); err != nil {
		return err
	}
	entries, err := rows(ctx, tx, scanNumber, `select number, flow_id from flow_entries`)
	d.Entries = make(map[string]string, len(entries))
	for _, e := range entries {
		d.Entries[e.dialled] = e.queue
	}
	return err
}

func scanFlow(row pgx.CollectableRow) (f scenario.Flow, err error) {
	err = row.Scan(&f.ID, &f.Version, &f.Name, &f.Service, &f.TimeZone, &f.Steps)
	return f, err
}
