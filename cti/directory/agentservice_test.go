package directory_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"bellhop/cti/directory"
)

func TestServicesOfAnAgent(t *testing.T) {
	store, pool := seeded(t)
	d := loaded(t, store)
	agent, first := d.Agents[0].ID, d.Services[0]
	user := d.Agents[0].User
	exec := func(query string, arguments ...any) {
		t.Helper()
		_, err := pool.Exec(t.Context(), query, arguments...)
		require.NoError(t, err)
	}
	serves := func(agent, service string) bool {
		t.Helper()
		yes, err := store.Serves(t.Context(), agent, service)
		require.NoError(t, err)
		return yes
	}
	services := func() []directory.NamedService {
		t.Helper()
		u, err := store.UserByID(t.Context(), user)
		require.NoError(t, err)
		return u.Services
	}
	require.Equal(t, []directory.NamedService{{ID: first.ID, Name: first.Name}}, services())

	second := uuid.NewString()
	exec(`insert into services (id, organisation_id, name) values ($1, $2, '둘째')`, second, d.Organisations[0].ID)
	require.False(t, serves(agent, second))
	exec(`insert into agent_services (agent_id, service_id, position) values ($1, $2, -1)`, agent, second)
	require.Equal(t, "둘째", services()[0].Name, "the one he begins in first")
	require.True(t, serves(agent, second))

	exec(`delete from agent_services where agent_id = $1`, agent)
	require.Empty(t, services())
	require.True(t, serves(agent, first.ID), "a member of a queue of it")
	exec(`delete from queue_members where agent_id = $1`, agent)
	require.False(t, serves(agent, first.ID))

	for _, nobody := range []string{"", "x", uuid.NewString()} {
		require.False(t, serves(nobody, first.ID))
		require.False(t, serves(d.Agents[1].ID, nobody))
	}
}
