package queue_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"bellhop/cti/admin"
	"bellhop/cti/admin/queue"
	"bellhop/cti/directory"
	"bellhop/deploy/schema/schematest"
)

const (
	organisation = "01995f3e-0000-7000-8000-0000000000aa"
	serviceA     = "01995f3e-0000-7000-8000-0000000000a1"
	serviceB     = "01995f3e-0000-7000-8000-0000000000b1"
	kim          = "01995f3e-0000-7000-8000-000000000201"
	lee          = "01995f3e-0000-7000-8000-000000000202"
)

// house has two services and two agents, 2041 and 2042, who work in the first.
type house struct {
	*queue.Store
	pool          *pgxpool.Pool
	boss, manager admin.Actor
	waiting       map[string]int
}

func open(t *testing.T) *house {
	t.Helper()
	pool := schematest.Pool(t)
	_, err := pool.Exec(t.Context(), `
		insert into organisations (id, name) values ('`+organisation+`', '한빛몰');
		insert into services (id, organisation_id, name) values ('`+serviceA+`', '`+organisation+`', '고객센터'), ('`+serviceB+`', '`+organisation+`', '기술지원');
		insert into users (id, organisation_id, login, login_key, name, role) values
			('`+kim+`', '`+organisation+`', 'kim', 'kim', '김서연', 'agent'), ('`+lee+`', '`+organisation+`', 'lee', 'lee', '이도현', 'agent');
		insert into agents (id, user_id, cti_id, cti_number) values ('`+kim+`', '`+kim+`', 'kim', '2041'), ('`+lee+`', '`+lee+`', 'lee', '2042');
		insert into service_members (user_id, service_id, phone) values ('`+kim+`', '`+serviceA+`', true), ('`+lee+`', '`+serviceA+`', true);`)
	require.NoError(t, err)
	h := &house{
		pool: pool, waiting: map[string]int{},
		boss:    admin.Actor{Name: "정은호", Role: admin.RoleAdmin, Organisation: organisation},
		manager: admin.Actor{Name: "오세라", Role: admin.RoleManager, Organisation: organisation, Manages: []string{serviceA}},
	}
	h.Store = queue.NewStore(pool, func(_ context.Context, id string) (int, error) { return h.waiting[id], nil })
	return h
}

func usual(number, name string) queue.Queue {
	return queue.Queue{
		Service: serviceA, Name: name, Number: number, Strategy: "longest_idle", Reclaim: 30, MissLimit: 2, AnswerIn: 20,
	}
}

func (h *house) make(t *testing.T, q queue.Queue) queue.Queue {
	t.Helper()
	made, err := h.Create(t.Context(), h.boss, q)
	require.NoError(t, err)
	return made
}

func requireInvalid(t *testing.T, err error, words ...string) {
	t.Helper()
	var many admin.Invalids
	if one, ok := err.(admin.Invalid); ok { //nolint:errorlint // it is never wrapped
		many = admin.Invalids{one}
	} else {
		require.ErrorAs(t, err, &many)
	}
	require.Equal(t, strings.Join(words, ", "), many.Error())
}

func TestAQueueIsKeptAsItWasSetUp(t *testing.T) {
	h := open(t)
	in := queue.Queue{
		Service: serviceA, Name: norm.NFD.String(" 주문·배송 "), Number: "７１００", Strategy: "priority", Reclaim: 45, MissLimit: 3, Limit: 20,
		AnswerIn: 15, SayEvery: 60, Skills: []string{"VIP", "영어", "vip"}, Members: []queue.Member{{Agent: kim, Priority: 1}, {Agent: lee, Priority: 9}},
	}
	made := h.make(t, in)
	have, err := h.Get(t.Context(), h.manager, made.ID)
	require.NoError(t, err)
	require.Equal(t, made, have)
	require.Equal(t, []string{"vip", "영어"}, have.Skills)
	require.Equal(t, "7100 주문·배송", have.Number+" "+have.Name)
	require.Equal(t, 2, have.MemberCount)
	require.Zero(t, have.AbleCount, "nobody has the skills")

	_, err = h.SetSkills(t.Context(), h.manager, kim, []string{"영어", "VIP", "중국어"}, 1)
	require.NoError(t, err)
	have, err = h.Get(t.Context(), h.boss, made.ID)
	require.NoError(t, err)
	require.Equal(t, 1, have.AbleCount)
	require.True(t, have.Members[0].Able())
	require.Equal(t, []string{"vip", "영어"}, have.Members[1].Missing)

	d, err := directory.NewStore(h.pool).Load(t.Context())
	require.NoError(t, err)
	board := d.Switchboard()
	require.Equal(t, "priority", board.Queues[0].Strategy)
	require.Equal(t, "1m0s", board.Queues[0].SayEvery.String())
	for _, a := range board.Agents {
		if string(a.ID) == kim {
			require.Len(t, a.Queues, 1)
			require.Equal(t, 1, a.Priorities[a.Queues[0]])
		} else {
			require.Empty(t, a.Queues, "who lacks a skill is offered nothing")
		}
	}
}

func TestWhatAQueueCannotBe(t *testing.T) {
	h := open(t)
	h.make(t, usual("7100", "주문"))
	other := uuid.NewString()
	for name, c := range map[string]struct {
		change func(*queue.Queue)
		wrong  []string
	}{
		"without a name":            {func(q *queue.Queue) { q.Name = " \u200b" }, []string{"name required"}},
		"a name of 10,000":          {func(q *queue.Queue) { q.Name = strings.Repeat("가", 10_000) }, []string{"name too_long"}},
		"the same name, decomposed": {func(q *queue.Queue) { q.Name = norm.NFD.String("주문") }, []string{"name taken"}},
		"turned-around text":        {func(q *queue.Queue) { q.Name = "a\u202eb" }, []string{"name bad_characters"}},
		"number of a queue":         {func(q *queue.Queue) { q.Number = "7100" }, []string{"number number_taken"}},
		"number of an agent":        {func(q *queue.Queue) { q.Number = "2041" }, []string{"number number_taken"}},
		"number of the police":      {func(q *queue.Queue) { q.Number = "112" }, []string{"number emergency"}},
		"an outside number":         {func(q *queue.Queue) { q.Number = "02-692-4100" }, []string{"number not_inside"}},
		"no number":                 {func(q *queue.Queue) { q.Number = "'; drop" }, []string{"number bad_number"}},
		"another strategy":          {func(q *queue.Queue) { q.Strategy = "loudest" }, []string{"strategy not_allowed"}},
		"no reclaim time":           {func(q *queue.Queue) { q.Reclaim = 0 }, []string{"reclaim_seconds too_small"}},
		"huge numbers": {
			func(q *queue.Queue) { q.Reclaim, q.MissLimit, q.Limit, q.AnswerIn = 1e9, 1e9, 1e9, 1e9 },
			[]string{"reclaim_seconds too_large", "miss_limit too_large", "waiting_limit too_large", "answer_seconds too_large"},
		},
		"said all the time":    {func(q *queue.Queue) { q.SayEvery = 1 }, []string{"say_every_seconds too_small"}},
		"10,000 skills":        {func(q *queue.Queue) { q.Skills = make([]string, 10_000) }, []string{"skills too_many"}},
		"an agent twice":       {func(q *queue.Queue) { q.Members = []queue.Member{{Agent: kim, Priority: 1}, {Agent: kim, Priority: 1}} }, []string{"members[1] duplicate"}},
		"nobody's agent":       {func(q *queue.Queue) { q.Members = []queue.Member{{Agent: other, Priority: 10}} }, []string{"members[0].priority too_large", "members[0].agent not_in_service"}},
		"an unknown service":   {func(q *queue.Queue) { q.Service = other }, []string{"service not_allowed"}},
		"agent of the service": {func(q *queue.Queue) { q.Service, q.Members = serviceB, []queue.Member{{Agent: kim, Priority: 1}} }, []string{"members[0].agent not_in_service"}},
	} {
		q := usual("7200", "배송")
		c.change(&q)
		_, err := h.Create(t.Context(), h.boss, q)
		require.Error(t, err, name)
		requireInvalid(t, err, c.wrong...)
	}
	q := usual("7200", "배송")
	q.Service = serviceB
	_, err := h.Create(t.Context(), h.manager, q)
	requireInvalid(t, err, "service not_allowed")
	harmless := h.make(t, usual("7300", `<img src=x onerror=alert(1)> 🛎️ =1+1`))
	require.Equal(t, `<img src=x onerror=alert(1)> 🛎️ =1+1`, harmless.Name, "text is text")
}

func TestTheSecondEditorIsTold(t *testing.T) {
	h := open(t)
	made := h.make(t, usual("7100", "주문"))
	first, second := made, made
	first.Reclaim = 20
	now, err := h.Update(t.Context(), h.boss, first)
	require.NoError(t, err)
	require.Equal(t, 2, now.Version)
	second.Reclaim = 60
	_, err = h.Update(t.Context(), h.manager, second)
	var conflict admin.Conflict
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, "정은호", conflict.By)
	same, err := h.Update(t.Context(), h.manager, now)
	require.NoError(t, err)
	require.Equal(t, 2, same.Version, "saving nothing new is no change")
	_, err = h.Update(t.Context(), admin.Actor{Role: admin.RoleManager, Organisation: organisation, Manages: []string{serviceB}}, now)
	require.ErrorIs(t, err, admin.ErrNotFound)
}

func TestWhatIsUsedIsReplacedNotDeleted(t *testing.T) {
	h := open(t)
	q := usual("7100", "주문")
	q.Members = []queue.Member{{Agent: kim, Priority: 2}}
	old, heir := h.make(t, q), h.make(t, usual("7200", "배송"))
	flow := uuid.NewString()
	_, err := h.pool.Exec(t.Context(), `
		with f as (insert into flows (id, organisation_id, service_id, version) values ('`+flow+`', '`+organisation+`', '`+serviceA+`', 1)),
		     n as (insert into numbers (number, queue_id) values ('0206924100', '`+old.ID+`'))
		insert into flow_versions (flow_id, version, name, time_zone, steps) values ('`+flow+`', 1, '대표', 'Asia/Seoul',
			'[{"id": "a", "kind": "queue", "queue": "`+old.ID+`"}]')`)
	require.NoError(t, err)
	h.waiting[old.ID] = 3

	err = h.Delete(t.Context(), h.boss, old.ID)
	var used admin.InUse
	require.ErrorAs(t, err, &used)
	subjects := []string{}
	for _, u := range used.By {
		subjects = append(subjects, u.Subject+" "+u.Name)
	}
	require.Equal(t, []string{"waiting_calls 3", "number 0206924100", "flow 대표", "agent 김서연"}, subjects)
	_, err = h.Replace(t.Context(), h.boss, old.ID, old.Version, heir.ID, true)
	require.ErrorAs(t, err, &used, "whoever waits is not thrown out")

	h.waiting[old.ID] = 0
	_, err = h.Replace(t.Context(), h.boss, old.ID, old.Version, old.ID, true)
	requireInvalid(t, err, "by not_allowed")
	now, err := h.Replace(t.Context(), h.boss, old.ID, old.Version, heir.ID, true)
	require.NoError(t, err)
	require.Equal(t, []string{"2041:2"}, now.Places())
	require.Equal(t, 1, now.NumberCount)
	var steps string
	require.NoError(t, h.pool.QueryRow(t.Context(), `
		select v.steps->0->>'queue' from flows f join flow_versions v on v.flow_id = f.id and v.version = f.version where f.version = 2`).Scan(&steps))
	require.Equal(t, heir.ID, steps, "in a new version: calls finish on the one they began with")
	_, err = h.Get(t.Context(), h.boss, old.ID)
	require.ErrorIs(t, err, admin.ErrNotFound)
	_, err = h.pool.Exec(t.Context(), `delete from numbers; delete from queue_members; delete from flows`)
	require.NoError(t, err)
	require.NoError(t, h.Delete(t.Context(), h.boss, heir.ID))
}

func TestAnUploadSaysExactlyWhichRowsAreWrong(t *testing.T) {
	h := open(t)
	h.make(t, usual("7100", "주문"))
	row := func(n int, q queue.Queue, service string, places ...string) admin.Line[queue.Row] {
		q.ServiceName, q.Service = service, ""
		return admin.Line[queue.Row]{Row: n, Value: queue.Row{Queue: q, Places: places}}
	}
	lines := []admin.Line[queue.Row]{
		row(2, usual("7100", "주문"), "고객센터", "2041:1", "2042"),
		row(3, usual("7200", "배송"), "고객센터"),
		row(4, usual("7300", "교환"), "없는 서비스"),
		row(5, usual("7200", "반품"), "고객센터"),
		row(6, usual("7400", "환불"), "고객센터", "9999", "2041:12"),
	}
	report, err := h.Import(t.Context(), h.boss, lines, false)
	require.NoError(t, err)
	require.False(t, report.Applied)
	require.Equal(t, 3, report.Wrong)
	require.Equal(t, "service not_found", report.Errors[0].Error())
	require.Equal(t, "number duplicate", report.Errors[1].Error())
	require.Equal(t, "members no_such_extension", report.Errors[2].Error())
	report, err = h.Import(t.Context(), h.boss, lines[:2], true)
	require.NoError(t, err)
	require.Equal(t, admin.Report{Creates: 1, Updates: 1}, report)
	report, err = h.Import(t.Context(), h.boss, lines[:2], false)
	require.NoError(t, err)
	require.True(t, report.Applied)
	report, err = h.Import(t.Context(), h.boss, lines[:2], false)
	require.NoError(t, err)
	require.Equal(t, 2, report.Unchanged)
}
