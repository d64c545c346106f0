package inbound_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bellhop/cti/admin"
	"bellhop/cti/admin/inbound"
	"bellhop/cti/directory"
	"bellhop/deploy/schema/schematest"
)

const (
	organisation = "01995f3e-0000-7000-8000-0000000000aa"
	serviceA     = "01995f3e-0000-7000-8000-0000000000a1"
	serviceB     = "01995f3e-0000-7000-8000-0000000000b1"
	queueA       = "01995f3e-0000-7000-8000-0000000000a2"
	queueB       = "01995f3e-0000-7000-8000-0000000000b2"
	flowA        = "01995f3e-0000-7000-8000-0000000000a3"
)

var (
	boss    = admin.Actor{Name: "정은호", Role: admin.RoleAdmin, Organisation: organisation}
	manager = admin.Actor{Name: "오세라", Role: admin.RoleManager, Organisation: organisation, Manages: []string{serviceA}}
)

func open(t *testing.T) (*inbound.Store, *pgxpool.Pool) {
	t.Helper()
	pool := schematest.Pool(t)
	_, err := pool.Exec(t.Context(), `
		insert into organisations (id, name) values ('`+organisation+`', '한빛몰');
		insert into services (id, organisation_id, name) values ('`+serviceA+`', '`+organisation+`', '고객센터'), ('`+serviceB+`', '`+organisation+`', '기술지원');
		insert into queues (id, service_id, name, number) values ('`+queueA+`', '`+serviceA+`', '주문', '7100'), ('`+queueB+`', '`+serviceB+`', '장애', '7200');
		with f as (insert into flows (id, organisation_id, service_id, version) values ('`+flowA+`', '`+organisation+`', '`+serviceA+`', 1))
		insert into flow_versions (flow_id, version, name, time_zone, steps) values ('`+flowA+`', 1, '대표', 'Asia/Seoul', '[]')`)
	require.NoError(t, err)
	return inbound.NewStore(pool), pool
}

func requireInvalid(t *testing.T, err error, words string) {
	t.Helper()
	var many admin.Invalids
	require.ErrorAs(t, err, &many)
	require.Equal(t, words, many.Error())
}

func TestANumberLeadsToAQueueOrAFlow(t *testing.T) {
	s, pool := open(t)
	n, err := s.Create(t.Context(), manager, inbound.Number{Number: "1588-1234", Name: "대표번호", Queue: queueA})
	require.NoError(t, err)
	require.Equal(t, "15881234 주문 고객센터", n.Number+" "+n.QueueName+" "+n.ServiceName)
	load := func() directory.Directory {
		d, err := directory.NewStore(pool).Load(t.Context())
		require.NoError(t, err)
		return d
	}
	board := load().Switchboard()
	for _, dialled := range []string{"15881234", "8215881234", "+8215881234"} {
		require.Equal(t, queueA, string(board.Numbers[dialled]), dialled)
	}

	seen := n
	n.Queue, n.Flow = "", flowA
	n, err = s.Update(t.Context(), manager, n)
	require.NoError(t, err)
	require.Equal(t, "대표", n.FlowName)
	d := load()
	require.Equal(t, flowA, d.Entries["15881234"])
	require.Empty(t, d.Numbers)
	require.Equal(t, 2, d.Flows[0].Version, "who edits the flow learns of its number")

	seen.Name = "콜센터"
	_, err = s.Update(t.Context(), boss, seen)
	var conflict admin.Conflict
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, "오세라", conflict.By)

	n.Number = "+82 1588 4321"
	n, err = s.Update(t.Context(), boss, n)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"15884321": flowA}, load().Entries)
	require.NoError(t, s.Delete(t.Context(), boss, n.ID))
	require.Empty(t, load().Entries)
}

func TestANumberThatTheFlowsEditorBringsIsListed(t *testing.T) {
	s, pool := open(t)
	_, err := pool.Exec(t.Context(), `insert into flow_entries (number, flow_id) values ('0212345678', '`+flowA+`')`)
	require.NoError(t, err)
	page, err := s.List(t.Context(), manager, admin.List{Query: "대표"}, serviceA)
	require.NoError(t, err)
	require.Len(t, page.Items, 1)
	_, err = pool.Exec(t.Context(), `delete from flow_entries`)
	require.NoError(t, err)
	page, err = s.List(t.Context(), boss, admin.List{}, "")
	require.NoError(t, err)
	require.Empty(t, page.Items[0].Service, "it leads nowhere now, and is not forgotten")
	_, err = s.Get(t.Context(), manager, page.Items[0].ID)
	require.ErrorIs(t, err, admin.ErrNotFound)
}

func TestWhatANumberCannotBe(t *testing.T) {
	s, _ := open(t)
	_, err := s.Create(t.Context(), boss, inbound.Number{Number: "02-123-4567", Queue: queueA})
	require.NoError(t, err)
	for _, c := range []struct {
		in    inbound.Number
		wrong string
	}{
		{inbound.Number{Number: "+82 2 123 4567", Queue: queueA}, "number number_taken"},
		{inbound.Number{Number: "02-123-4568"}, "queue one_target"},
		{inbound.Number{Number: "02-123-4568", Queue: queueA, Flow: flowA}, "queue one_target"},
		{inbound.Number{Number: "112", Queue: queueA}, "number not_inbound"},
		{inbound.Number{Number: "+1 212 555 0123", Queue: queueA}, "number not_inbound"},
		{inbound.Number{Number: "hello", Queue: queueA}, "number bad_number"},
		{inbound.Number{Number: "02-123-4568", Queue: queueB}, "queue not_found"},
		{inbound.Number{Number: "02-123-4568", Flow: "no flow"}, "flow not_found"},
	} {
		_, err := s.Create(t.Context(), manager, c.in)
		require.Error(t, err, c.in.Number)
		requireInvalid(t, err, c.wrong)
	}
}

func TestAnUploadLeadsNumbers(t *testing.T) {
	s, _ := open(t)
	lines := []admin.Line[inbound.Row]{
		{Row: 2, Value: inbound.Row{Number: "1588-1234", Name: "대표", Flow: " 대표 "}},
		{Row: 3, Value: inbound.Row{Number: "02-123-4567", Queue: "7100"}},
		{Row: 4, Value: inbound.Row{Number: "02-123-4568", Queue: "9999"}},
	}
	report, err := s.Import(t.Context(), boss, lines, true)
	require.NoError(t, err)
	require.Equal(t, 1, report.Wrong)
	require.Equal(t, "queue not_found", report.Errors[0].Error())
	report, err = s.Import(t.Context(), boss, lines[:2], false)
	require.NoError(t, err)
	require.Equal(t, admin.Report{Creates: 2, Applied: true}, report)
	report, err = s.Import(t.Context(), boss, lines[:2], false)
	require.NoError(t, err)
	require.Equal(t, 2, report.Unchanged)
}
