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
	services := func() []directory.Rights {
		t.Helper()
		u, err := store.UserByID(t.Context(), user)
		require.NoError(t, err)
		return u.Rights
	}
	require.Equal(t, []directory.Rights{{
		Service: first.ID, Name: first.Name, Tickets: true, Phone: true, Forward: true, BlindTransfer: true, Assignable: true,
	}}, services())

	second := uuid.NewString()
	exec(`insert into services (id, organisation_id, name) values ($1, $2, '둘째')`, second, d.Organisations[0].ID)
	require.False(t, serves(agent, second))
	exec(`insert into service_members (user_id, service_id, position) values ($1, $2, -1)`, user, second)
	require.Equal(t, "둘째", services()[0].Name, "the one he begins in first")
	require.True(t, serves(agent, second))

	exec(`delete from service_members where user_id = $1`, user)
	require.Empty(t, services())
	require.True(t, serves(agent, first.ID), "a member of a queue of it")
	exec(`delete from queue_members where agent_id = $1`, agent)
	require.False(t, serves(agent, first.ID))

	for _, nobody := range []string{"", "x", uuid.NewString()} {
		require.False(t, serves(nobody, first.ID))
		require.False(t, serves(d.Agents[1].ID, nobody))
	}
}
