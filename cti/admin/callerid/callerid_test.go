package callerid_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bellhop/cti/admin"
	"bellhop/cti/admin/blob"
	"bellhop/cti/admin/callerid"
	"bellhop/cti/directory"
	"bellhop/deploy/schema/schematest"
)

const (
	organisation = "01995f3e-0000-7000-8000-0000000000aa"
	serviceA     = "01995f3e-0000-7000-8000-0000000000a1"
	serviceB     = "01995f3e-0000-7000-8000-0000000000b1"
	pdf          = "%PDF-1.7\nproof"
)

type house struct {
	*callerid.Store
	pool          *pgxpool.Pool
	boss, manager admin.Actor
	now           time.Time
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{
		pool: schematest.Pool(t), now: time.Date(2026, 11, 20, 14, 59, 59, 0, time.UTC), // 23:59:59 in Seoul
		boss:    admin.Actor{Name: "정은호", Role: admin.RoleAdmin, Organisation: organisation},
		manager: admin.Actor{Name: "오세라", Role: admin.RoleManager, Organisation: organisation, Manages: []string{serviceA}},
	}
	_, err := h.pool.Exec(t.Context(), `
		insert into organisations (id, name) values ('`+organisation+`', '한빛몰');
		insert into services (id, organisation_id, name, time_zone) values
			('`+serviceA+`', '`+organisation+`', '고객센터', 'Asia/Seoul'), ('`+serviceB+`', '`+organisation+`', '뉴욕', 'America/New_York');`)
	require.NoError(t, err)
	files, err := blob.Open(t.TempDir())
	require.NoError(t, err)
	h.Store = callerid.NewStore(h.pool, files, func() time.Time { return h.now })
	return h
}

func (h *house) request(t *testing.T, service, number string) callerid.CallerID {
	t.Helper()
	c, err := h.Request(t.Context(), h.boss, callerid.CallerID{Service: service, Number: number})
	require.NoError(t, err)
	return c
}

func (h *house) completed(t *testing.T, service, number string, last time.Time) callerid.CallerID {
	t.Helper()
	c := h.request(t, service, number)
	c, err := h.Attach(t.Context(), h.boss, c.ID, c.Version, "proof.pdf", strings.NewReader(pdf))
	require.NoError(t, err)
	c, err = h.Review(t.Context(), h.boss, c.ID, c.Version, callerid.Verdict{State: callerid.Completed, ExpiresOn: last})
	require.NoError(t, err)
	return c
}

// shown are the numbers that call control lets a service's agents show.
func (h *house) shown(t *testing.T, service string) []string {
	t.Helper()
	d, err := directory.NewStore(h.pool).LoadAt(t.Context(), h.now)
	require.NoError(t, err)
	for _, s := range d.Switchboard().Services {
		if string(s.ID) == service {
			return s.CallerIDs
		}
	}
	return nil
}

func requireInvalid(t *testing.T, err error, words string) {
	t.Helper()
	var many admin.Invalids
	if one, ok := err.(admin.Invalid); ok { //nolint:errorlint // it is never wrapped
		many = admin.Invalids{one}
	} else {
		require.ErrorAs(t, err, &many)
	}
	require.Equal(t, words, many.Error())
}

func day(text string) time.Time {
	d, _ := time.Parse(time.DateOnly, text)
	return d
}

func TestANumberIsAskedForReviewedAndCompleted(t *testing.T) {
	h := open(t)
	c, err := h.Request(t.Context(), h.manager, callerid.CallerID{Service: serviceA, Number: "02-0692-4100", Name: "대표 상담"})
	require.NoError(t, err)
	require.Equal(t, callerid.Requested, c.State)
	require.Equal(t, "0206924100", c.Number)
	_, err = h.Review(t.Context(), h.manager, c.ID, c.Version, callerid.Verdict{State: callerid.Completed})
	require.ErrorIs(t, err, admin.ErrForbidden, "who asks does not review")
	_, err = h.Review(t.Context(), h.boss, c.ID, c.Version, callerid.Verdict{State: callerid.Completed})
	requireInvalid(t, err, "document required")

	c, err = h.Attach(t.Context(), h.manager, c.ID, c.Version, `..\..\C:\이용증명원_4100.exe`, strings.NewReader(pdf))
	require.NoError(t, err)
	require.Equal(t, "이용증명원_4100.pdf", c.Document.Name)
	doc, file, err := h.Proof(t.Context(), h.manager, c.ID)
	require.NoError(t, err)
	text, err := io.ReadAll(file)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	require.Equal(t, pdf, string(text))
	require.Equal(t, "application/pdf", doc.Type)

	c, err = h.Review(t.Context(), h.boss, c.ID, c.Version, callerid.Verdict{State: callerid.Reviewing})
	require.NoError(t, err)
	_, err = h.Attach(t.Context(), h.manager, c.ID, c.Version, "other.pdf", strings.NewReader(pdf))
	requireInvalid(t, err, "file under_review")
	_, err = h.Review(t.Context(), h.boss, c.ID, c.Version, callerid.Verdict{State: callerid.Rejected, Reason: " "})
	requireInvalid(t, err, "reason required")
	c, err = h.Review(t.Context(), h.boss, c.ID, c.Version, callerid.Verdict{State: callerid.Rejected, Reason: "발급일이 3개월을 지났어요."})
	require.NoError(t, err)
	require.Empty(t, h.shown(t, serviceA))

	c, err = h.Attach(t.Context(), h.manager, c.ID, c.Version, "new.png", strings.NewReader("\x89PNG\x0d\x0a\x1a\x0a"))
	require.NoError(t, err)
	require.Equal(t, callerid.Requested, c.State)
	c, err = h.Review(t.Context(), h.boss, c.ID, c.Version, callerid.Verdict{State: callerid.Completed, ExpiresOn: day("2026-12-04")})
	require.NoError(t, err)
	require.Equal(t, 14, c.DaysLeft)
	require.Equal(t, 1, c.Position)
	require.Equal(t, []string{"0206924100"}, h.shown(t, serviceA))
	_, err = h.Attach(t.Context(), h.manager, c.ID, c.Version, "swap.pdf", strings.NewReader(pdf))
	require.ErrorIs(t, err, admin.ErrForbidden, "the proof of a number in use is not the manager's to swap")

	var actions []string
	require.NoError(t, h.pool.QueryRow(t.Context(), `select array_agg(action || ' ' || user_name order by id) from audit_log where subject_id = $1`, c.ID).Scan(&actions))
	require.Equal(t, []string{"request 오세라", "attach 오세라", "review 정은호", "reject 정은호", "attach 오세라", "complete 정은호"}, actions)
}

func TestANumberExpiresAtMidnightOfItsService(t *testing.T) {
	h := open(t)
	seoul := h.completed(t, serviceA, "02-692-4100", day("2026-11-20"))
	h.completed(t, serviceB, "070-0780-1140", day("2026-11-20"))
	require.Equal(t, []string{"026924100"}, h.shown(t, serviceA), "its last day is not over")
	d, err := directory.NewStore(h.pool).LoadAt(t.Context(), h.now)
	require.NoError(t, err)
	require.Equal(t, "2026-11-20T15:00:00Z", d.NextExpiry.UTC().Format(time.RFC3339))

	h.now = d.NextExpiry
	require.Empty(t, h.shown(t, serviceA))
	require.Equal(t, []string{"07007801140"}, h.shown(t, serviceB), "it is still the 20th in New York")
	seoul, err = h.Get(t.Context(), h.boss, seoul.ID)
	require.NoError(t, err)
	require.Equal(t, callerid.Expired, seoul.State)
	require.Equal(t, -1, seoul.DaysLeft)
	soon, err := h.List(t.Context(), h.boss, admin.List{}, callerid.Filter{Within: 30})
	require.NoError(t, err)
	require.Len(t, soon.Items, 2)
	d, err = directory.NewStore(h.pool).LoadAt(t.Context(), h.now)
	require.NoError(t, err)
	require.Equal(t, "2026-11-21T05:00:00Z", d.NextExpiry.UTC().Format(time.RFC3339))

	_, err = h.Review(t.Context(), h.boss, seoul.ID, seoul.Version, callerid.Verdict{State: callerid.Completed, ExpiresOn: day("2026-11-20")})
	requireInvalid(t, err, "expires_on past")
	_, err = h.Review(t.Context(), h.boss, seoul.ID, seoul.Version, callerid.Verdict{State: callerid.Completed, ExpiresOn: day("2027-02-28")})
	require.NoError(t, err)
	require.Equal(t, []string{"026924100"}, h.shown(t, serviceA))
}

func TestWhichNumbersMayBeShown(t *testing.T) {
	h := open(t)
	for _, good := range []string{"1588-1234", "1600-0000", "18990000", "02-123-4567", "031-0815-2200", "010-0482-7735", "070-0780-1199", "080-123-4567", "+82 64 123 4567"} {
		h.request(t, serviceA, good)
	}
	for text, wrong := range map[string]string{
		"1588-123": "number bad_number", "112": "number not_shown", "2041": "number not_shown", "060-700-1234": "number not_shown",
		"+1 212 555 0123": "number not_shown", "1788-1234": "number bad_number", "": "number bad_number",
		strings.Repeat("0", 10_000): "number bad_number", "<b>02-123-4567</b>": "number bad_number", "+82 2 123 4567": "number number_taken",
	} {
		_, err := h.Request(t.Context(), h.boss, callerid.CallerID{Service: serviceA, Number: text})
		require.Error(t, err, text)
		requireInvalid(t, err, wrong)
	}
	h.request(t, serviceB, "02-123-4567")
	_, err := h.Request(t.Context(), h.manager, callerid.CallerID{Service: serviceB, Number: "02-123-4568"})
	requireInvalid(t, err, "service not_allowed")
}

func TestWhatIsNoProof(t *testing.T) {
	h := open(t)
	c := h.request(t, serviceA, "1588-1234")
	for name, content := range map[string]string{"virus.pdf": "MZ\x90\x00\x03", "page.pdf": "<html><script>", "zip.pdf": "PK\x03\x04", "picture.png": "<svg onload=x>"} {
		_, err := h.Attach(t.Context(), h.boss, c.ID, c.Version, name, strings.NewReader(content))
		require.ErrorIs(t, err, blob.ErrType, name)
	}
	_, err := h.Attach(t.Context(), h.boss, c.ID, c.Version, "empty.pdf", strings.NewReader(""))
	require.ErrorIs(t, err, blob.ErrEmpty)
	endless := io.MultiReader(strings.NewReader(pdf), zeros{})
	_, err = h.Attach(t.Context(), h.boss, c.ID, c.Version, "endless.pdf", endless)
	require.ErrorIs(t, err, blob.ErrTooLarge)
	_, _, err = h.Proof(t.Context(), h.boss, c.ID)
	require.ErrorIs(t, err, admin.ErrNotFound)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestTheOrderIsTheAgents(t *testing.T) {
	h := open(t)
	one, two, three := h.completed(t, serviceA, "1588-0001", time.Time{}), h.completed(t, serviceA, "1588-0002", time.Time{}), h.completed(t, serviceA, "1588-0003", time.Time{})
	seen := []string{one.ID, two.ID, three.ID}
	require.NoError(t, h.Order(t.Context(), h.manager, serviceA, seen, []string{three.ID, one.ID, two.ID}))
	require.Equal(t, []string{"15880003", "15880001", "15880002"}, h.shown(t, serviceA))
	err := h.Order(t.Context(), h.boss, serviceA, seen, []string{two.ID, one.ID, three.ID})
	var conflict admin.Conflict
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, "오세라", conflict.By)
	requireInvalid(t, h.Order(t.Context(), h.boss, serviceA, []string{three.ID, one.ID, two.ID}, []string{one.ID, one.ID, two.ID}), "ids not_allowed")
	require.ErrorIs(t, h.Order(t.Context(), h.manager, serviceB, nil, nil), admin.ErrNotFound)
	require.NoError(t, h.Delete(t.Context(), h.boss, three.ID))
	require.Equal(t, []string{"15880001", "15880002"}, h.shown(t, serviceA))
}

func TestAnUploadAsksForNumbers(t *testing.T) {
	h := open(t)
	h.completed(t, serviceA, "1588-0001", time.Time{})
	lines := []admin.Line[callerid.Row]{
		{Row: 2, Value: callerid.Row{ServiceName: "고객센터", Number: "1588-0001", Name: "대표"}},
		{Row: 3, Value: callerid.Row{ServiceName: "고객센터", Number: "+82 2 692 4100", Name: "콜백"}},
		{Row: 4, Value: callerid.Row{ServiceName: "고객센터", Number: "02-692-4100"}},
		{Row: 5, Value: callerid.Row{ServiceName: "고객센터", Number: "119"}},
		{Row: 6, Value: callerid.Row{ServiceName: "뉴욕", Number: "1588-0001"}},
	}
	report, err := h.Import(t.Context(), h.manager, lines, false)
	require.NoError(t, err)
	require.Equal(t, 3, report.Wrong)
	report, err = h.Import(t.Context(), h.manager, lines[:2], false)
	require.NoError(t, err)
	require.Equal(t, admin.Report{Creates: 1, Updates: 1, Applied: true}, report)
	require.Equal(t, []string{"15880001"}, h.shown(t, serviceA), "an upload completes nothing")
}
