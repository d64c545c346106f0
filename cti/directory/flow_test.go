package directory_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/cti/scenario"
)

func TestLoadFlows(t *testing.T) {
	store, pool := seeded(t)
	d, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Len(t, d.Flows, 1)
	f := d.Flows[0]
	require.Equal(t, map[string]string{"1002": f.ID}, d.Entries)
	require.Equal(t, 1, f.Version)
	require.Equal(t, d.Services[0].ID, f.Service)
	require.Equal(t, "Asia/Seoul", f.TimeZone)
	known := scenario.Known{
		Queues: map[string]bool{d.Queues[0].ID: true, d.Queues[1].ID: true},
		Sounds: map[string]bool{"demo-greeting": true, "demo-menu": true, "demo-busy": true, "demo-closed": true},
	}
	require.Empty(t, scenario.Check(f, known), "nothing is wrong with the flow of the demo")
	out := d.Switchboard()
	require.Equal(t, d.Flows, out.Flows)
	require.Equal(t, d.Entries, out.Entries)

	_, err = pool.Exec(t.Context(), `
		insert into flow_versions (flow_id, version, name, time_zone, steps) select id, 2, 'x', 'UTC', '[]' from flows`)
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), `update flows set version = 2`)
	require.NoError(t, err)
	_, err = store.SeedDemo(t.Context(), demoOptions())
	require.NoError(t, err, "what somebody changed stays")
	d, err = store.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, d.Flows[0].Version)
	require.Empty(t, d.Flows[0].Steps)
}
