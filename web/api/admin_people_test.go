package api_test

import (
	"context"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	persons "bellhop/cti/admin/people"
	"bellhop/web/auth"
)

// fakeAccounts takes "right horse" for everybody's password and remembers whose sessions ended.
type fakeAccounts struct{ ended, changed, noted []string }

func (f *fakeAccounts) Hash(_ context.Context, password string) (string, error) {
	return "$argon2id$of " + password, nil
}

func (f *fakeAccounts) Confirm(_ context.Context, at auth.Attempt) error {
	if at.Password != password {
		return auth.ErrBadCredentials
	}
	return nil
}

func (f *fakeAccounts) EndOf(_ context.Context, user, but string) (int, error) {
	f.ended = append(f.ended, user+" "+but)
	return 1, nil
}

func (f *fakeAccounts) Changed(user string) { f.changed = append(f.changed, user) }

func (f *fakeAccounts) Note(_ context.Context, user string, event auth.Event, _ netip.Addr, _ string) {
	f.noted = append(f.noted, user+" "+string(event))
}

// fakePages remembers what it was told.
type fakePages struct{ told []string }

func (f *fakePages) UserChanged(user string)    { f.told = append(f.told, "changed "+user) }
func (f *fakePages) UserEnded(user, but string) { f.told = append(f.told, "ended "+user+" "+but) }

func (f *fakePages) SendOut(_ context.Context, user, _ string) error {
	f.told = append(f.told, "out "+user)
	return nil
}

func (f *fakePages) Stay(context.Context, string, string) error { return nil }

type anything = map[string]any

// asked sends a request of the administration and returns what its answer says.
func asked(t *testing.T, r *rig, as, call string, body any, status int) (out anything) {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	q := request{method: method, path: "/api/v1" + path, as: as}
	if body != nil {
		text, err := json.Marshal(body)
		require.NoError(t, err)
		q.body = string(text)
	}
	w := r.send(q)
	require.Equal(t, status, w.Code, "%s: %s", call, w.Body)
	if w.Body.Len() > 0 {
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &out))
	}
	return out
}

func person(login, role string, services ...anything) anything {
	return anything{
		"login": login, "name": "김서연", "email": "", "role": role, "supervisor": false, "locale": "ko",
		"services": append([]anything{}, services...), "groups": []string{}, "version": 1,
	}
}

func invited(login, role string, services ...anything) anything {
	p := person(login, role, services...)
	delete(p, "version")
	return p
}

func rights(service string, have ...string) anything {
	r := anything{"id": service}
	for _, right := range persons.Rights[1:] {
		r[right] = strings.Contains(strings.Join(have, " "), right)
	}
	return r
}

func wrongIn(p anything) string {
	e := p["errors"].([]any)[0].(anything)
	return e["location"].(string) + " " + e["code"].(string)
}

func TestInvitations(t *testing.T) {
	r, _ := newHouse(t)
	made := asked(t, r, "boss", "POST /admin/people", invited("new", "agent", rights(serviceA, "phone")), 201)
	token := made["link"].(anything)["token"]
	seen := asked(t, r, "", "POST /invitation", anything{"token": token}, 200)
	require.Equal(t, "new", seen["login"])
	for password, code := range map[string]string{"short": "too_short", "Password12345": "common", strings.Repeat("long", 300): "too_long"} {
		p := asked(t, r, "", "POST /invitation/password", anything{"token": token, "password": password}, 422)
		require.Equal(t, "body.password "+code, wrongIn(p))
	}
	accept := anything{"token": token, "password": "correct horse battery"}
	asked(t, r, "", "POST /invitation/password", accept, 200)
	require.Equal(t, "link_used", asked(t, r, "", "POST /invitation/password", accept, 410)["code"])
	require.Equal(t, "link_unknown", asked(t, r, "", "POST /invitation", anything{"token": "x"}, 404)["code"])
	asked(t, r, "", "POST /invitation/first-admin", anything{
		"token": token, "organisation": "x", "login": "x", "name": "x", "email": "", "locale": "ko", "password": "correct horse battery",
	}, 410)
}

func TestTheFirstAdminByRest(t *testing.T) {
	r, pool := newHouse(t)
	_, err := pool.Exec(t.Context(), `update users set role = 'agent'`)
	require.NoError(t, err)
	link, needed, err := persons.NewStore(pool).FirstLink(t.Context())
	require.NoError(t, err)
	require.True(t, needed)
	body := anything{
		"token": link.Token, "organisation": "새 회사", "login": "boss2", "name": "정은호", "email": "", "locale": "ko", "password": "0123456789",
	}
	require.Equal(t, "body.password common", wrongIn(asked(t, r, "", "POST /invitation/first-admin", body, 422)))
	asked(t, r, "", "POST /invitation/password", anything{"token": link.Token, "password": "correct horse battery"}, 404)
	body["password"] = "correct horse battery"
	asked(t, r, "", "POST /invitation/first-admin", body, 204)
	asked(t, r, "", "POST /invitation/first-admin", body, 410)
}

// TestAManagerOfOneServiceCannotTouchAnother tries what a manager of A can name of B, by the addresses themselves.
func TestAManagerOfOneServiceCannotTouchAnother(t *testing.T) {
	r, _ := newHouse(t)
	of := func(login, service string) string {
		made := asked(t, r, "boss", "POST /admin/people", invited(login, "agent", rights(service)), 201)
		return made["person"].(anything)["id"].(string)
	}
	his, others := of("in-a", serviceA), of("in-b", serviceB)
	group := asked(t, r, "boss", "POST /admin/groups", anything{"name": "B팀", "members": []string{others}}, 201)["id"].(string)
	members := func(ids ...string) anything {
		return anything{"name": "x", "members": append([]string{}, ids...)}
	}
	for _, try := range []struct {
		call string
		body any
		want int
	}{
		{"GET /admin/people/" + others, nil, 404},
		{"PUT /admin/people/" + others, person("in-b", "agent", rights(serviceB, "phone")), 404},
		{"DELETE /admin/people/" + others, nil, 404},
		{"POST /admin/people/" + others + "/link", nil, 404},
		{"POST /admin/people/" + others + "/sign-out", nil, 404},
		{"PUT /admin/people/" + others + "/disabled", anything{"version": 1, "disabled": true}, 404},
		{"POST /admin/people/" + houseIDs["boss"] + "/link", nil, 404},
		{"PUT /admin/groups/" + group, anything{"name": "x", "members": []string{}, "version": 1}, 403},
		{"DELETE /admin/groups/" + group, nil, 403},
		{"POST /admin/groups", members(others), 422},
		{"POST /admin/groups", members(his), 201},
		{"POST /admin/people", invited("n", "agent", rights(serviceB)), 403},
		{"POST /admin/people", invited("n", "agent"), 403},
		{"POST /admin/people", invited("n", "admin"), 403},
		{"POST /admin/people", invited("n", "agent", rights(serviceA, "access_log")), 403},
		{"GET /admin/services/" + serviceB, nil, 404},
		{"PUT /admin/people/" + his, person("in-a", "agent", rights(serviceA), rights(serviceB)), 403},
		{"PUT /admin/people/" + his, person("in-a", "admin", rights(serviceA)), 403},
		{"PUT /admin/people/" + his, person("in-a", "agent", rights(serviceA, "manage")), 403},
		{"PUT /admin/people/" + his, person("in-a", "agent", rights(serviceA, "phone")), 200},
	} {
		asked(t, r, "manager", try.call, try.body, try.want)
	}
	p := asked(t, r, "boss", "PUT /admin/people/"+his, person("in-a", "agent", rights(serviceA)), 409)
	require.Equal(t, "edit_conflict", p["code"])
	require.Equal(t, "오세라", p["params"].(anything)["who"])
	asked(t, r, "other", "GET /admin/people/"+his, nil, 404)
	asked(t, r, "other", "DELETE /admin/people/"+his, nil, 404)
}

func TestOwnPassword(t *testing.T) {
	r, _ := newHouse(t)
	const call = "PUT /account/password"
	p := asked(t, r, "worker", call, anything{"old": "wrong", "new": "correct horse battery"}, 422)
	require.Equal(t, "body.old wrong", wrongIn(p))
	p = asked(t, r, "worker", call, anything{"old": password, "new": "short"}, 422)
	require.Equal(t, "body.new too_short", wrongIn(p))
	asked(t, r, "worker", call, anything{"old": password, "new": "correct horse battery"}, 204)
	require.Equal(t, "worker", asked(t, r, "worker", "GET /account", nil, 200)["login"])
}
