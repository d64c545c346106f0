package people_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"bellhop/cti/admin"
	"bellhop/cti/admin/people"
	"bellhop/deploy/schema/schematest"
)

// house is an organisation with two services, an admin, and a manager of the first.
type house struct {
	*people.Store
	pool           *pgxpool.Pool
	admin, manager admin.Actor
	one, two       string // services
}

const hash = "$argon2id$x"

func open(t *testing.T) house {
	t.Helper()
	h := house{pool: schematest.Pool(t), one: uuid.NewString(), two: uuid.NewString()}
	h.Store = people.NewStore(h.pool)
	link, needed, err := h.FirstLink(t.Context())
	require.NoError(t, err)
	require.True(t, needed)
	id, err := h.AcceptFirst(t.Context(), link.Token, hash, people.First{Organisation: "한빛몰", Login: "boss", Name: "정은호"}, admin.Actor{})
	require.NoError(t, err)
	h.admin = h.actor(t, id)
	for service, name := range map[string]string{h.one: "고객센터", h.two: "투어"} {
		_, err := h.pool.Exec(t.Context(), `insert into services (id, organisation_id, name) values ($1, $2, $3)`, service, h.admin.Organisation, name)
		require.NoError(t, err)
	}
	manager, _, err := h.Invite(t.Context(), h.admin, people.Person{
		Login: "manager", Name: "한지민", Role: "manager", Services: []people.Membership{{Service: h.one, Manage: true, Tickets: true}},
	})
	require.NoError(t, err)
	h.manager = h.actor(t, manager.ID)
	return h
}

func (h house) actor(t *testing.T, id string) admin.Actor {
	t.Helper()
	a, err := admin.ActorOf(t.Context(), h.pool, id, admin.Actor{}.IP)
	require.NoError(t, err)
	return a
}

func (h house) agent(t *testing.T, login string, services ...string) people.Person {
	t.Helper()
	p := people.Person{Login: login, Name: "김서연", Role: "agent"}
	for _, s := range services {
		p.Services = append(p.Services, people.Membership{Service: s, Tickets: true})
	}
	made, _, err := h.Invite(t.Context(), h.admin, p)
	require.NoError(t, err)
	return made
}

func requireInvalid(t *testing.T, err error, field, code string) {
	t.Helper()
	var one admin.Invalid
	if !requireAs(err, &one) {
		var many admin.Invalids
		require.ErrorAs(t, err, &many)
		one = many[0]
	}
	require.Equal(t, field+" "+code, one.Error())
}

func requireAs(err error, one *admin.Invalid) bool {
	invalid, ok := err.(admin.Invalid) //nolint:errorlint // it is never wrapped
	*one = invalid
	return ok
}

func TestInviteAndAccept(t *testing.T) {
	h := open(t)
	made, link, err := h.Invite(t.Context(), h.admin, people.Person{
		Login: "Seoyeon", Name: norm.NFD.String("김서연"), Email: "seoyeon@example.com", Role: "agent",
		Services: []people.Membership{{Service: h.two, Phone: true, Assignable: true}, {Service: h.one}},
	})
	require.NoError(t, err)
	require.Equal(t, people.Invited, made.State)
	require.Equal(t, "김서연", made.Name, "kept in normal form C")
	require.Equal(t, "투어", made.Services[0].Name, "the service he begins in first")
	have, err := h.Get(t.Context(), h.admin, made.ID)
	require.NoError(t, err)
	require.Equal(t, made.Services, have.Services)

	var kept []byte
	require.NoError(t, h.pool.QueryRow(t.Context(), `select token_hash from invitations where user_id = $1`, made.ID).Scan(&kept))
	require.NotContains(t, link.Token, string(kept), "only the SHA-256 is kept")
	require.WithinDuration(t, time.Now().Add(7*24*time.Hour), link.Expires, time.Minute)

	seen, err := h.Look(t.Context(), link.Token)
	require.NoError(t, err)
	require.Equal(t, []string{"invite", "Seoyeon", "김서연", "한빛몰"}, []string{seen.Purpose, seen.Login, seen.Name, seen.Organisation})
	_, err = h.Accept(t.Context(), link.Token, hash, admin.Actor{})
	require.NoError(t, err)
	have, err = h.Get(t.Context(), h.admin, made.ID)
	require.NoError(t, err)
	require.Equal(t, people.Active, have.State)

	for _, ask := range []func() error{
		func() error { _, err := h.Look(t.Context(), link.Token); return err },
		func() error { _, err := h.Accept(t.Context(), link.Token, hash, admin.Actor{}); return err },
	} {
		require.ErrorIs(t, ask(), people.ErrLinkUsed)
	}
	first, err := h.NewLink(t.Context(), h.admin, made.ID)
	require.NoError(t, err)
	second, err := h.NewLink(t.Context(), h.admin, made.ID)
	require.NoError(t, err)
	_, err = h.Look(t.Context(), first.Token)
	require.ErrorIs(t, err, people.ErrLinkUnknown, "a newer link takes the place of one that was not used")
	_, err = h.pool.Exec(t.Context(), `update invitations set expires_at = now() where used_at is null and user_id = $1`, made.ID)
	require.NoError(t, err)
	_, err = h.Accept(t.Context(), second.Token, hash, admin.Actor{})
	require.ErrorIs(t, err, people.ErrLinkExpired)
	for _, strange := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("é", 50)} {
		_, err := h.Look(t.Context(), strange)
		require.ErrorIs(t, err, people.ErrLinkUnknown)
	}
}

func TestOneLinkIsUsedOnce(t *testing.T) {
	h := open(t)
	_, link, err := h.Invite(t.Context(), h.admin, people.Person{Login: "a", Name: "a", Role: "agent"})
	require.NoError(t, err)
	done := make(chan error, 8)
	for range 8 {
		go func() {
			_, err := h.Accept(context.WithoutCancel(t.Context()), link.Token, hash, admin.Actor{})
			done <- err
		}()
	}
	worked := 0
	for range 8 {
		if err := <-done; err == nil {
			worked++
		} else {
			require.ErrorIs(t, err, people.ErrLinkUsed)
		}
	}
	require.Equal(t, 1, worked)
}

func TestTheFirstAdmin(t *testing.T) {
	pool := schematest.Pool(t)
	s := people.NewStore(pool)
	old, _, err := s.FirstLink(t.Context())
	require.NoError(t, err)
	link, needed, err := s.FirstLink(t.Context())
	require.NoError(t, err)
	require.True(t, needed)
	boss := people.First{Organisation: "한빛몰", Login: "boss", Name: "정은호"}
	_, err = s.AcceptFirst(t.Context(), old.Token, hash, boss, admin.Actor{})
	require.ErrorIs(t, err, people.ErrLinkUnknown, "the newest link works")
	_, err = s.Accept(t.Context(), link.Token, hash, admin.Actor{})
	require.ErrorIs(t, err, people.ErrLinkUnknown)
	_, err = s.AcceptFirst(t.Context(), link.Token, hash, people.First{Organisation: " ", Login: "boss", Name: "정은호"}, admin.Actor{})
	requireInvalid(t, err, "organisation", "required")
	_, err = s.AcceptFirst(t.Context(), link.Token, hash, boss, admin.Actor{})
	require.NoError(t, err)
	_, err = s.AcceptFirst(t.Context(), link.Token, hash, boss, admin.Actor{})
	require.ErrorIs(t, err, people.ErrLinkUsed)
	_, needed, err = s.FirstLink(t.Context())
	require.NoError(t, err)
	require.False(t, needed, "only while there is no admin")
}

func TestStrangeNames(t *testing.T) {
	h := open(t)
	made := h.agent(t, "gildong")
	for _, c := range []struct{ name, login, email, field, code string }{
		{strings.Repeat("가", 10_000), "x", "", "name", "too_long"},
		{" \u200b", "x", "", "name", "required"},
		{"a\x00b", "x", "", "name", "bad_characters"},
		{"\u202egnodlig", "x", "", "name", "bad_characters"},
		{"길동", norm.NFD.String("길동"), "", "", ""},
		{"길동", "길동", "", "login", "taken"},
		{"길동", "ＧＩＬＤＯＮＧ", "", "login", "taken"},
		{"길동", "two words", "", "login", "bad_characters"},
		{"길동", "y", "not an address", "email", "format"},
		{"<img src=x onerror=alert(1)>", "html", "", "", ""},
		{"👩‍👩‍👧‍👦 이모지", "emoji", "", "", ""},
	} {
		p, _, err := h.Invite(t.Context(), h.admin, people.Person{Login: c.login, Name: c.name, Email: c.email, Role: "agent"})
		if c.field == "" {
			require.NoError(t, err)
			require.Equal(t, norm.NFC.String(c.name), p.Name)
			continue
		}
		requireInvalid(t, err, c.field, c.code)
	}
	page, err := h.List(t.Context(), h.admin, admin.List{Query: norm.NFD.String("길동")}, people.Filter{})
	require.NoError(t, err)
	require.Equal(t, 1, page.Total, "found however it is composed")
	require.NotEmpty(t, made.ID)
}

func TestTheLastAdminStays(t *testing.T) {
	h := open(t)
	boss, err := h.Get(t.Context(), h.admin, h.admin.UserID)
	require.NoError(t, err)
	_, err = h.SetDisabled(t.Context(), h.admin, boss.ID, boss.Version, true)
	requireInvalid(t, err, "state", "last_admin")
	demoted := boss
	demoted.Role = "agent"
	_, err = h.Update(t.Context(), h.admin, demoted)
	requireInvalid(t, err, "role", "last_admin")
	requireInvalid(t, h.Delete(t.Context(), h.admin, boss.ID), "id", "yourself")

	second, link, err := h.Invite(t.Context(), h.admin, people.Person{Login: "second", Name: "둘째", Role: "admin"})
	require.NoError(t, err)
	_, err = h.SetDisabled(t.Context(), h.admin, boss.ID, boss.Version, true)
	requireInvalid(t, err, "state", "last_admin")
	_, err = h.Accept(t.Context(), link.Token, hash, admin.Actor{})
	require.NoError(t, err)
	require.NotEmpty(t, second.ID)
	_, err = h.Update(t.Context(), h.admin, demoted)
	require.NoError(t, err)
}

func TestTwoEditors(t *testing.T) {
	h := open(t)
	p := h.agent(t, "seoyeon", h.one)
	mine, theirs := p, p
	mine.Name, theirs.Name = "김 서연", "서연"
	_, err := h.Update(t.Context(), h.admin, mine)
	require.NoError(t, err)
	_, err = h.Update(t.Context(), h.manager, theirs)
	var conflict admin.Conflict
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, "정은호", conflict.By)
}

func TestAManagerKeepsToHisServices(t *testing.T) {
	h := open(t)
	mine, both, other := h.agent(t, "mine", h.one), h.agent(t, "both", h.one, h.two), h.agent(t, "other", h.two)
	page, err := h.List(t.Context(), h.manager, admin.List{}, people.Filter{})
	require.NoError(t, err)
	require.Equal(t, 3, page.Total, "he himself, mine and both")
	_, err = h.Get(t.Context(), h.manager, other.ID)
	require.ErrorIs(t, err, admin.ErrNotFound)
	seen, err := h.Get(t.Context(), h.manager, both.ID)
	require.NoError(t, err)
	require.Len(t, seen.Services, 1, "what he does elsewhere is not shown")
	require.False(t, seen.Yours)

	change := func(p people.Person, edit func(*people.Person)) error {
		now, err := h.Get(t.Context(), h.manager, p.ID)
		if err != nil {
			return err
		}
		edit(&now)
		_, err = h.Update(t.Context(), h.manager, now)
		return err
	}
	require.NoError(t, change(mine, func(p *people.Person) { p.Name = "새 이름"; p.Services[0].Phone = true }))
	require.NoError(t, change(both, func(p *people.Person) { p.Services[0].Phone = true }))
	for _, edit := range []func(*people.Person){
		func(p *people.Person) { p.Name = "x" },
		func(p *people.Person) { p.Role = "admin" },
		func(p *people.Person) { p.Supervisor = true },
		func(p *people.Person) { p.Services[0].Manage = true },
		func(p *people.Person) { p.Services[0].AccessLog = true },
		func(p *people.Person) { p.Services = append(p.Services, people.Membership{Service: h.two}) },
	} {
		require.ErrorIs(t, change(both, edit), admin.ErrForbidden)
	}
	require.ErrorIs(t, change(other, func(p *people.Person) {}), admin.ErrNotFound)
	require.NoError(t, change(both, func(p *people.Person) { p.Services = nil }))
	whole, err := h.Get(t.Context(), h.admin, both.ID)
	require.NoError(t, err)
	require.Len(t, whole.Services, 1, "the other service stays")
	for _, refused := range []error{
		func() error { _, err := h.NewLink(t.Context(), h.manager, h.admin.UserID); return err }(),
		func() error { _, err := h.SetDisabled(t.Context(), h.manager, other.ID, 1, true); return err }(),
		h.Delete(t.Context(), h.manager, other.ID),
	} {
		require.ErrorIs(t, refused, admin.ErrNotFound)
	}
	_, _, err = h.Invite(t.Context(), h.manager, people.Person{Login: "n", Name: "n", Role: "agent", Services: []people.Membership{{Service: h.two}}})
	require.ErrorIs(t, err, admin.ErrForbidden)
	_, _, err = h.Invite(t.Context(), h.manager, people.Person{Login: "n", Name: "n", Role: "manager", Services: []people.Membership{{Service: h.one}}})
	require.ErrorIs(t, err, admin.ErrForbidden)
	_, _, err = h.Invite(t.Context(), h.manager, people.Person{Login: "n", Name: "n", Role: "agent", Services: []people.Membership{{Service: h.one}}})
	require.NoError(t, err)
}

func TestDeleteRefusedWhenInUse(t *testing.T) {
	h := open(t)
	p := h.agent(t, "seoyeon", h.one)
	_, err := h.pool.Exec(t.Context(), `
		with a as (insert into agents (id, user_id, cti_id, cti_number) values (gen_random_uuid(), $1, 'a', '2041') returning id),
		     q as (insert into queues (id, service_id, name, number) values (gen_random_uuid(), $2, '주문', '7100') returning id)
		insert into queue_members (queue_id, agent_id) select q.id, a.id from q, a`, p.ID, h.one)
	require.NoError(t, err)
	var used admin.InUse
	require.ErrorAs(t, h.Delete(t.Context(), h.admin, p.ID), &used)
	require.Equal(t, "queue 주문", used.By[0].Subject+" "+used.By[0].Name)
	_, err = h.pool.Exec(t.Context(), `delete from queue_members`)
	require.NoError(t, err)
	require.NoError(t, h.Delete(t.Context(), h.admin, p.ID))
	_, err = h.Get(t.Context(), h.admin, p.ID)
	require.ErrorIs(t, err, admin.ErrNotFound)
}

func TestGroups(t *testing.T) {
	h := open(t)
	mine, other := h.agent(t, "mine", h.one), h.agent(t, "other", h.two)
	g, err := h.CreateGroup(t.Context(), h.manager, people.Group{Name: "1팀", Members: []people.Ref{{ID: mine.ID}}})
	require.NoError(t, err)
	_, err = h.CreateGroup(t.Context(), h.manager, people.Group{Name: norm.NFD.String("1팀")})
	requireInvalid(t, err, "name", "taken")
	_, err = h.CreateGroup(t.Context(), h.manager, people.Group{Name: "2팀", Members: []people.Ref{{ID: other.ID}}})
	requireInvalid(t, err, "members[0]", "not_found")
	g.Members = append(g.Members, people.Ref{ID: other.ID})
	g, err = h.UpdateGroup(t.Context(), h.admin, g)
	require.NoError(t, err)
	require.Len(t, g.Members, 2)
	_, err = h.UpdateGroup(t.Context(), h.manager, g)
	require.ErrorIs(t, err, admin.ErrForbidden, "somebody of another service is in it")
	require.ErrorIs(t, h.DeleteGroup(t.Context(), h.manager, g.ID), admin.ErrForbidden)
	second, err := h.CreateGroup(t.Context(), h.admin, people.Group{Name: "2팀", Members: []people.Ref{{ID: mine.ID}}})
	require.NoError(t, err)
	p, err := h.Get(t.Context(), h.admin, mine.ID)
	require.NoError(t, err)
	require.Equal(t, []people.Ref{{ID: g.ID, Name: "1팀"}, {ID: second.ID, Name: "2팀"}}, p.Groups, "several groups of one agent (AG-17)")
	require.NoError(t, h.DeleteGroup(t.Context(), h.admin, second.ID))
}

func TestOwnSettings(t *testing.T) {
	h := open(t)
	p, _, err := h.Invite(t.Context(), h.admin, people.Person{Login: "a", Name: "a", Role: "agent", Services: []people.Membership{
		{Service: h.one, Assignable: true, SelfAssign: true}, {Service: h.two, Assignable: true},
	}})
	require.NoError(t, err)
	me := h.actor(t, p.ID)
	own, err := h.Own(t.Context(), me)
	require.NoError(t, err)
	own.Name, own.Locale, own.Services[0].Assignable = "새 이름", "en", false
	own, err = h.SetOwn(t.Context(), me, own)
	require.NoError(t, err)
	again, err := h.Own(t.Context(), me)
	require.NoError(t, err)
	require.Equal(t, own, again)
	own.Services[1].Assignable = false
	_, err = h.SetOwn(t.Context(), me, own)
	require.ErrorIs(t, err, admin.ErrForbidden, "할당 제어 is off there")
	own.Services[1].Assignable, own.Services[1].Manage = true, true
	own, err = h.SetOwn(t.Context(), me, own)
	require.NoError(t, err)
	require.False(t, own.Services[1].Manage, "nobody gives himself a right")
}

func TestTenThousandRowsWithThreeThatAreWrong(t *testing.T) {
	h := open(t)
	role, wrongRole := "agent", "king"
	lines := make([]admin.Line[people.Row], 10_000)
	for i := range lines {
		lines[i] = admin.Line[people.Row]{Row: i + 2, Value: people.Row{
			Login: fmt.Sprintf("agent%d", i), Name: fmt.Sprintf("상담원 %d", i), Role: &role,
			Rights: map[string][]string{"services": {"고객센터", "투어"}, "phone": {"고객센터"}},
		}}
	}
	lines[17].Value.Login = "AGENT16"
	lines[4711].Value.Role = &wrongRole
	lines[9999].Value.Rights["services"] = []string{"없는 서비스"}
	began := time.Now()
	report, err := h.Import(t.Context(), h.admin, lines, true)
	require.NoError(t, err)
	t.Log("dry run took", time.Since(began))
	require.Equal(t, 3, report.Wrong)
	rows := map[int]string{}
	for _, e := range report.Errors {
		rows[e.Row] += e.Error() + ";"
	}
	require.Equal(t, map[int]string{19: "login duplicate;", 4713: "role not_allowed;", 10001: "services not_found;"}, rows)
	require.Equal(t, 9997, report.Creates)
	page, err := h.List(t.Context(), h.admin, admin.List{}, people.Filter{})
	require.NoError(t, err)
	require.Equal(t, 2, page.Total, "nothing was kept")

	lines = append(lines[:17:17], lines[18:4711]...)
	began = time.Now()
	report, err = h.Import(t.Context(), h.admin, lines, false)
	require.NoError(t, err)
	t.Log("import took", time.Since(began))
	require.True(t, report.Applied)
	report, err = h.Import(t.Context(), h.admin, lines, false)
	require.NoError(t, err)
	require.Equal(t, len(lines), report.Unchanged, "a second time changes nothing")
}
