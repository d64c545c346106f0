package flow_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bellhop/cti/admin"
	"bellhop/cti/admin/flow"
	"bellhop/cti/directory"
	"bellhop/cti/scenario"
	"bellhop/deploy/schema/schematest"
)

// office is the demo organisation with its admin.
type office struct {
	pool    *pgxpool.Pool
	store   *flow.Store
	admin   admin.Actor
	service string
	queues  []flow.Queue
	demo    string // its flow
}

func open(t *testing.T) office {
	t.Helper()
	o := office{pool: schematest.Pool(t)}
	demo := directory.DemoOptions{Passwords: map[string]string{}, Hash: func(context.Context, string) (string, error) { return "$argon2id$x", nil }}
	for _, u := range directory.DemoUsers() {
		demo.Passwords[u.Login] = "x"
	}
	_, err := directory.NewStore(o.pool).SeedDemo(t.Context(), demo)
	require.NoError(t, err)
	var user string
	require.NoError(t, o.pool.QueryRow(t.Context(), `select id from users where login = 'admin'`).Scan(&user))
	require.NoError(t, o.pool.QueryRow(t.Context(), `select id, service_id from flows`).Scan(&o.demo, &o.service))
	o.admin, err = admin.ActorOf(t.Context(), o.pool, user, admin.Actor{}.IP)
	require.NoError(t, err)
	o.store = flow.NewStore(o.pool, flow.Recorded)
	parts, err := o.store.Parts(t.Context(), o.admin, o.service)
	require.NoError(t, err)
	o.queues = parts.Queues
	require.Len(t, o.queues, 2)
	require.Subset(t, parts.Own, []string{"1000", "1001", "1002"})
	return o
}

func (o office) flow(name string, numbers ...string) flow.Flow {
	return flow.Flow{Service: o.service, Name: name, Numbers: numbers, Steps: []scenario.Step{
		{ID: "a", Kind: scenario.Say, Sound: "demo-greeting", Next: "b", Queue: "not of its kind"},
		{ID: "b", Kind: scenario.Queue, Queue: o.queues[0].ID, After: 30, Else: "c"},
		{ID: "c", Kind: scenario.Hangup},
	}}
}

func TestEverySaveMakesAVersion(t *testing.T) {
	o := open(t)
	made, err := o.store.Create(t.Context(), o.admin, o.flow(" 야간 ", "02-1234-5678"), "첫 버전")
	require.NoError(t, err)
	require.Equal(t, 1, made.Saved.Version)
	require.Equal(t, "야간", made.Name)
	require.Equal(t, []string{"0212345678"}, made.Numbers)
	require.Equal(t, "정은호", made.Saved.By)
	require.Equal(t, "첫 버전", made.Saved.Note)
	require.Empty(t, made.Steps[0].Queue, "a step keeps only what its kind has")

	second := made
	second.Steps = append([]scenario.Step(nil), made.Steps...)
	second.Steps[1].After = 60
	saved, err := o.store.Save(t.Context(), o.admin, second, 1, "더 오래")
	require.NoError(t, err)
	require.Equal(t, 2, saved.Saved.Version)
	again, err := o.store.Save(t.Context(), o.admin, second, 2, "")
	require.NoError(t, err)
	require.Equal(t, 2, again.Saved.Version, "nothing was changed")

	restored, err := o.store.Restore(t.Context(), o.admin, made.ID, 2, 1, "")
	require.NoError(t, err)
	require.Equal(t, 3, restored.Saved.Version)
	require.Equal(t, 1, restored.Saved.Restored)
	require.Equal(t, made.Steps, restored.Steps)
	versions, err := o.store.Versions(t.Context(), o.admin, made.ID)
	require.NoError(t, err)
	require.Len(t, versions, 3)
	require.Equal(t, 3, versions[0].Version)
	old, err := o.store.Get(t.Context(), o.admin, made.ID, 2)
	require.NoError(t, err)
	require.Equal(t, 60, old.Steps[1].After)
	require.Equal(t, 3, old.Newest)

	var logged int
	require.NoError(t, o.pool.QueryRow(t.Context(), `select count(*) from audit_log where subject = 'flow' and subject_id = $1`, made.ID).Scan(&logged))
	require.Equal(t, 4, logged)

	loaded, err := directory.NewStore(o.pool).Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, made.ID, loaded.Entries["0212345678"])
}

func TestTheSecondOfTwoAdminsIsTold(t *testing.T) {
	o := open(t)
	f, err := o.store.Get(t.Context(), o.admin, o.demo, 0)
	require.NoError(t, err)
	f.Name = "다른 이름"
	_, err = o.store.Save(t.Context(), o.admin, f, 1, "")
	require.NoError(t, err)
	f.Name, f.Numbers = "또 다른 이름", []string{"1003"}
	_, err = o.store.Save(t.Context(), o.admin, f, 1, "")
	var conflict admin.Conflict
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, "정은호", conflict.By)
	_, err = o.store.Restore(t.Context(), o.admin, o.demo, 1, 1, "")
	require.ErrorAs(t, err, &conflict)
}

func TestBadFlowsAreRefused(t *testing.T) {
	o := open(t)
	for name, c := range map[string]struct {
		change func(*flow.Flow)
		field  string
		code   string
	}{
		"no steps":        {func(f *flow.Flow) { f.Steps = nil }, "steps", "empty"},
		"circle":          {func(f *flow.Flow) { f.Steps[1].Else = "b" }, "steps", "overflow_round"},
		"other's queue":   {func(f *flow.Flow) { f.Steps[1].Queue = o.demo }, "steps", "unknown_queue"},
		"no name":         {func(f *flow.Flow) { f.Name = " " }, "name", "required"},
		"long name":       {func(f *flow.Flow) { f.Name = strings.Repeat("가", 10_000) }, "name", "too_long"},
		"taken name, NFD": {func(f *flow.Flow) { f.Name = "대표번호  시나리오" }, "name", "taken"},
		"taken number":    {func(f *flow.Flow) { f.Numbers = []string{"1002"} }, "numbers", "taken"},
		"no number":       {func(f *flow.Flow) { f.Numbers = []string{"<b>"} }, "numbers[0]", "format"},
		"twice":           {func(f *flow.Flow) { f.Numbers = []string{"1588-1234", "15881234"} }, "numbers[1]", "duplicate"},
		"time zone":       {func(f *flow.Flow) { f.TimeZone = "Mars/Base" }, "steps", "bad_time_zone"},
	} {
		t.Run(name, func(t *testing.T) {
			f := o.flow("새 시나리오", "1004")
			c.change(&f)
			_, err := o.store.Create(t.Context(), o.admin, f, "")
			var wrong admin.Invalids
			require.ErrorAs(t, err, &wrong)
			require.Contains(t, fmt.Sprint(wrong), c.field+" "+c.code)
		})
	}
}

func TestOthersFlowsAreNotThere(t *testing.T) {
	o := open(t)
	stranger := admin.Actor{UserID: o.admin.UserID, Role: admin.RoleManager, Organisation: o.admin.Organisation, Manages: []string{o.demo}}
	_, err := o.store.Get(t.Context(), stranger, o.demo, 0)
	require.ErrorIs(t, err, admin.ErrNotFound)
	_, err = o.store.Create(t.Context(), stranger, o.flow("x"), "")
	require.ErrorIs(t, err, admin.ErrNotFound)
	require.ErrorIs(t, o.store.Delete(t.Context(), stranger, o.demo), admin.ErrNotFound)
	page, err := o.store.List(t.Context(), stranger, admin.List{})
	require.NoError(t, err)
	require.Zero(t, page.Total)
	_, err = o.store.Versions(t.Context(), stranger, o.demo)
	require.ErrorIs(t, err, admin.ErrNotFound)
}

func TestAFlowWithNumbersStays(t *testing.T) {
	o := open(t)
	err := o.store.Delete(t.Context(), o.admin, o.demo)
	var used admin.InUse
	require.ErrorAs(t, err, &used)
	require.Equal(t, []admin.Use{{Subject: "number", ID: "1002", Name: "1002"}}, used.By)
	f, err := o.store.Get(t.Context(), o.admin, o.demo, 0)
	require.NoError(t, err)
	f.Numbers = nil
	_, err = o.store.Save(t.Context(), o.admin, f, 1, "")
	require.NoError(t, err)
	require.NoError(t, o.store.Delete(t.Context(), o.admin, o.demo))
	page, err := o.store.List(t.Context(), o.admin, admin.List{Query: "대표"})
	require.NoError(t, err)
	require.Zero(t, page.Total)
}

func TestAnnouncementsCanBeSaid(t *testing.T) {
	o := open(t)
	const own, whole, others, music = "01995f3e-0000-7000-8000-000000000001", "01995f3e-0000-7000-8000-000000000002",
		"01995f3e-0000-7000-8000-000000000003", "01995f3e-0000-7000-8000-000000000004"
	_, err := o.pool.Exec(t.Context(), `insert into services (id, organisation_id, name) values ($1, $2, '다른 서비스')`, others, o.admin.Organisation)
	require.NoError(t, err)
	for _, sound := range []struct{ id, service, kind string }{
		{own, o.service, "announcement"}, {whole, "", "announcement"}, {others, others, "announcement"}, {music, "", "music"},
	} {
		_, err := o.pool.Exec(t.Context(), `
			insert into sounds (id, organisation_id, service_id, kind, name, language, words, origin, file, length_ms, shape)
			values ($1, $2, nullif($3, '')::uuid, $4, '안내', 'ko', '안녕하세요', 'upload', repeat('a', 64), 2500, '')`,
			sound.id, o.admin.Organisation, sound.service, sound.kind)
		require.NoError(t, err)
	}
	parts, err := o.store.Parts(t.Context(), o.admin, o.service)
	require.NoError(t, err)
	var names []string
	for _, s := range parts.Sounds {
		names = append(names, s.Name)
	}
	require.Equal(t, []string{own, whole, "demo-greeting", "demo-menu", "demo-closed", "demo-busy"}, names)
	f := o.flow("녹음")
	f.Steps[0].Sound = others
	_, err = o.store.Create(t.Context(), o.admin, f, "")
	require.ErrorContains(t, err, "unknown_sound")
	f.Steps[0].Sound = own
	_, err = o.store.Create(t.Context(), o.admin, f, "")
	require.NoError(t, err)
}
