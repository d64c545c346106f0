package admin_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"bellhop/cti/admin"
	"bellhop/deploy/schema/schematest"
)

const (
	itsID     = "01995f3e-0000-7000-8000-0000000000aa"
	otherID   = "01995f3e-0000-7000-8000-0000000000bb"
	serviceA  = "01995f3e-0000-7000-8000-0000000000a1"
	bossID    = "01995f3e-0000-7000-8000-000000000101"
	managerID = "01995f3e-0000-7000-8000-000000000102"
)

func house(t testing.TB) (*pgxpool.Pool, admin.Actor) {
	t.Helper()
	pool := schematest.Pool(t)
	_, err := pool.Exec(t.Context(), fmt.Sprintf(`
		insert into organisations (id, name) values ('%s', '한빛몰'), ('%s', '다른 회사');
		insert into services (id, organisation_id, name) values ('%s', '%s', '고객센터');
		insert into users (id, organisation_id, login, login_key, name, role) values
			('%s', '%s', 'boss', 'boss', '정은호', 'admin'), ('%s', '%s', 'manager', 'manager', '오세라', 'manager');
		insert into service_members (user_id, service_id, manage, access_log) values ('%s', '%s', true, true);`,
		itsID, otherID, serviceA, itsID, bossID, itsID, managerID, itsID, managerID, serviceA))
	require.NoError(t, err)
	return pool, actor(t, pool, bossID)
}

func actor(t testing.TB, pool *pgxpool.Pool, user string) admin.Actor {
	t.Helper()
	a, err := admin.ActorOf(t.Context(), pool, user, netip.MustParseAddr("192.0.2.7"))
	require.NoError(t, err)
	return a
}

func TestWhoActs(t *testing.T) {
	pool, boss := house(t)
	require.True(t, boss.Admin())
	require.True(t, boss.AccessLog)
	manager := actor(t, pool, managerID)
	require.Equal(t, []string{serviceA}, manager.Manages)
	require.True(t, manager.MayManage(serviceA))
	require.False(t, manager.MayManage(otherID))
	_, err := pool.Exec(t.Context(), `update users set disabled = true where id = $1`, managerID)
	require.NoError(t, err)
	_, err = admin.ActorOf(t.Context(), pool, managerID, netip.Addr{})
	require.ErrorIs(t, err, admin.ErrNotFound)
	_, err = admin.ActorOf(t.Context(), pool, "no uuid", netip.Addr{})
	require.ErrorIs(t, err, admin.ErrNotFound)
}

// TestAuditLogIsAppendOnly is that nobody who writes it can take anything back, and that it has no gap when a change fails.
func TestAuditLogIsAppendOnly(t *testing.T) {
	pool, boss := house(t)
	require.NoError(t, admin.Audit(t.Context(), pool, boss, "update", "service", serviceA, "고객센터", map[string]bool{"sms": false}, map[string]bool{"sms": true}))
	for _, statement := range []string{
		`update audit_log set user_name = 'nobody'`,
		`delete from audit_log`,
		`delete from users where name = '정은호'`,
	} {
		_, err := pool.Exec(t.Context(), statement)
		if strings.Contains(statement, "users") {
			require.NoError(t, err, "who did something may go; that he did it stays")
			continue
		}
		require.ErrorContains(t, err, "append-only", statement)
	}
	log, err := admin.NewLogs(pool).Audit(t.Context(), boss, admin.LogList{})
	require.NoError(t, err)
	require.Len(t, log, 1)
	require.Equal(t, "정은호", log[0].UserName)
	require.Equal(t, "192.0.2.7", log[0].IP.String())
	require.JSONEq(t, `{"sms": true}`, string(log[0].After))
	require.WithinDuration(t, time.Now(), log[0].At, time.Minute)

	failed := errors.New("changed my mind")
	err = admin.Change(t.Context(), pool, boss, func(tx pgx.Tx) error {
		require.NoError(t, admin.Audit(t.Context(), tx, boss, "delete", "service", serviceA, "고객센터", nil, nil))
		return failed
	})
	require.ErrorIs(t, err, failed)
	log, err = admin.NewLogs(pool).Audit(t.Context(), boss, admin.LogList{})
	require.NoError(t, err)
	require.Len(t, log, 1, "a change that was not made is not in the log")
}

func TestLogsAreReadFromTheNewestByWhoMay(t *testing.T) {
	pool, boss := house(t)
	for i := range 120 {
		service := ""
		if i%2 == 0 {
			service = serviceA
		}
		require.NoError(t, admin.Record(t.Context(), pool, boss, admin.Entry{
			Action: "update", Subject: "queue", ID: fmt.Sprint(i), Name: fmt.Sprintf("큐 %d", i), Service: service,
		}))
	}
	logs := admin.NewLogs(pool)
	var seen []string
	for before := int64(0); ; {
		page, err := logs.Audit(t.Context(), boss, admin.LogList{Before: before})
		require.NoError(t, err)
		for _, e := range page {
			seen = append(seen, e.SubjectID)
		}
		if len(page) < admin.DefaultPerPage {
			break
		}
		before = page[len(page)-1].ID
	}
	require.Len(t, seen, 120)
	require.Equal(t, "119", seen[0])
	require.Len(t, slices.Compact(slices.Clone(seen)), 120)

	his, err := logs.Audit(t.Context(), actor(t, pool, managerID), admin.LogList{All: true})
	require.NoError(t, err)
	require.Len(t, his, 60, "what belongs to his services")
	found, err := logs.Audit(t.Context(), boss, admin.LogList{Query: norm.NFD.String("큐 119"), Subject: "queue", User: bossID})
	require.NoError(t, err)
	require.Len(t, found, 1)
	stranger := boss
	stranger.Organisation = otherID
	none, err := logs.Audit(t.Context(), stranger, admin.LogList{})
	require.NoError(t, err)
	require.Empty(t, none)

	worker := admin.Actor{UserID: managerID, Role: admin.RoleAgent, Organisation: itsID}
	_, err = logs.Access(t.Context(), worker, admin.LogList{})
	require.ErrorIs(t, err, admin.ErrForbidden)
}

// TestNobodyChangesWhatHeDidNotSee is two admins who saved at once: one of them is told who was faster.
func TestNobodyChangesWhatHeDidNotSee(t *testing.T) {
	pool, boss := house(t)
	version := 1
	save := func(seen int) error {
		return admin.Change(t.Context(), pool, boss, func(tx pgx.Tx) error {
			if err := admin.CheckVersion(t.Context(), tx, "thing", "x", version, seen); err != nil {
				return err
			}
			version++
			return admin.Audit(t.Context(), tx, boss, "update", "thing", "x", "X", nil, nil)
		})
	}
	results := make(chan error, 2)
	for range 2 {
		go func() { results <- save(1) }()
	}
	first, second := <-results, <-results
	if first != nil {
		first, second = second, first
	}
	require.NoError(t, first)
	var conflict admin.Conflict
	require.ErrorAs(t, second, &conflict)
	require.Equal(t, "정은호", conflict.By)
	require.WithinDuration(t, time.Now(), conflict.At, time.Minute)
}

type row struct{ Name string }

func people(ctx context.Context, pool *pgxpool.Pool, l admin.List) (admin.Page[row], error) {
	return admin.Read(ctx, pool, l, admin.Select[row]{
		Columns: "u.name", From: "users u", Search: []string{"u.name", "u.login"},
		Sort: map[string]string{"name": "u.name", "login": "u.login_key"}, By: "name", Tie: "u.id",
		Scan: pgx.RowToStructByPos[row],
	})
}

func TestLists(t *testing.T) {
	pool, _ := house(t)
	_, err := pool.Exec(t.Context(), `
		insert into users (id, organisation_id, login, login_key, name, role)
		select gen_random_uuid(), $1, 'p' || n, 'p' || n, '상담원 ' || lpad(n::text, 5, '0'), 'agent' from generate_series(1, 250) n`, itsID)
	require.NoError(t, err)

	page, err := people(t.Context(), pool, admin.List{Page: 3, PerPage: 100, Sort: "-name"})
	require.NoError(t, err)
	require.Equal(t, 252, page.Total)
	require.Len(t, page.Items, 52)
	page, err = people(t.Context(), pool, admin.List{PerPage: 100_000})
	require.NoError(t, err)
	require.Len(t, page.Items, admin.MaxPerPage)
	page, err = people(t.Context(), pool, admin.List{Page: 1 << 40})
	require.NoError(t, err)
	require.Empty(t, page.Items)

	for query, want := range map[string]int{
		norm.NFD.String("정은호"): 1, "ＢＯＳＳ": 1, "은호 boss": 1, "은호 manager": 0, "%": 0, "_": 0, `\`: 0, "' or 1=1 --": 0,
		"\x00정은호": 1, strings.Repeat("a ", 5000): 1,
	} {
		page, err = people(t.Context(), pool, admin.List{Query: query})
		require.NoError(t, err, query)
		require.Equal(t, want, page.Total, query)
	}
	_, err = people(t.Context(), pool, admin.List{Sort: "name; drop table users"})
	require.Equal(t, admin.Invalid{Field: "sort", Code: "not_allowed"}, err)
}

func TestTexts(t *testing.T) {
	for text, want := range map[string]string{
		"  김상담 ": "", "": "required", " \t ": "required", "\u200b": "required", "\u3164": "required", strings.Repeat("가", 65): "too_long", "a\x00b": "bad_characters",
		"a\nb": "bad_characters", "\u202eabc": "bad_characters", "\xff": "bad_characters", "👩‍👩‍👧": "", "<script>": "", norm.NFD.String(strings.Repeat("각", 64)): "",
	} {
		var wrong admin.Invalids
		cleaned := wrong.Text("name", text, 1, 64)
		if want == "" {
			require.Empty(t, wrong, "%q", text)
			require.True(t, norm.NFC.IsNormalString(cleaned))
			continue
		}
		require.Len(t, wrong, 1, "%q", text)
		require.Equal(t, want, wrong[0].Code, "%q", text)
	}
	require.Equal(t, admin.Fold("Ｇｏｌｄ  상담"), admin.Fold(norm.NFD.String("gold 상담")))
}

func TestWhatIsUsedSaysWhere(t *testing.T) {
	pool, _ := house(t)
	_, err := pool.Exec(t.Context(), `insert into queues (id, service_id, name, number) select gen_random_uuid(), $1, '큐 ' || n, 7000 + n from generate_series(1, 30) n`, serviceA)
	require.NoError(t, err)
	err = admin.Unused(t.Context(), pool, serviceA, admin.Referrer{Subject: "queue", Query: `select id::text, name from queues where service_id = $1 order by number`})
	var used admin.InUse
	require.ErrorAs(t, err, &used)
	require.Equal(t, 30, used.Total)
	require.Len(t, used.By, 20)
	require.Equal(t, "큐 1", used.By[0].Name)
}

// BenchmarkAuditOf100000 opens a page of the audit log of 100,000 rows: the newest, an old one, one by its subject.
func BenchmarkAuditOf100000(b *testing.B) {
	pool, boss := house(b)
	_, err := pool.Exec(b.Context(), `
		insert into audit_log (organisation_id, service_id, user_id, user_name, ip, action, subject, subject_id, subject_name, before, after)
		select $1, $2, $3, '정은호', '192.0.2.1', 'update', case when n % 1000 = 0 then 'trunk' else 'service' end, n::text, '이름 ' || n,
			'{"name": "전", "phone": true}', '{"name": "후", "phone": false}' from generate_series(1, 100000) n`, itsID, serviceA, bossID)
	require.NoError(b, err)
	_, err = pool.Exec(b.Context(), `analyze`)
	require.NoError(b, err)
	logs := admin.NewLogs(pool)
	for name, l := range map[string]admin.LogList{
		"newest": {}, "oldest": {Before: 60}, "subject": {Subject: "trunk"}, "action that never was": {Action: "publish"},
		"words": {Query: "이름 777"}, "words that never were": {Query: "없는 이름"},
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				_, err := logs.Audit(b.Context(), boss, l)
				took = append(took, time.Since(began))
				require.NoError(b, err)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}
