package api_test

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bellhop/cti/admin"
	"bellhop/cti/admin/callerid"
	"bellhop/cti/admin/flow"
	"bellhop/cti/admin/inbound"
	persons "bellhop/cti/admin/people"
	"bellhop/cti/admin/phone"
	"bellhop/cti/admin/queue"
	"bellhop/cti/admin/secret"
	"bellhop/cti/admin/service"
	"bellhop/cti/admin/trunk"
	"bellhop/deploy/schema/schematest"
	"bellhop/web/api"
	"bellhop/web/auth"
)

// house is the organisation of the admin tests in a real database: two services, and somebody of every kind. Whoever signs
// in does it with his login as the token. other belongs to another organisation.
const (
	itsID      = "01995f3e-0000-7000-8000-0000000000aa"
	serviceA   = "01995f3e-0000-7000-8000-0000000000a1"
	serviceB   = "01995f3e-0000-7000-8000-0000000000b1"
	houseUsers = `
		insert into organisations (id, name) values ('` + itsID + `', '한빛몰'), ('01995f3e-0000-7000-8000-0000000000bb', '다른 회사');
		insert into services (id, organisation_id, name) values
			('` + serviceA + `', '` + itsID + `', '고객센터'), ('` + serviceB + `', '` + itsID + `', '기술지원');
		insert into users (id, organisation_id, login, login_key, name, role, supervisor) values
			('01995f3e-0000-7000-8000-000000000101', '` + itsID + `', 'boss', 'boss', '정은호', 'admin', false),
			('01995f3e-0000-7000-8000-000000000102', '` + itsID + `', 'manager', 'manager', '오세라', 'manager', false),
			('01995f3e-0000-7000-8000-000000000103', '` + itsID + `', 'watcher', 'watcher', '박감독', 'agent', true),
			('01995f3e-0000-7000-8000-000000000104', '` + itsID + `', 'worker', 'worker', '김상담', 'agent', false),
			('01995f3e-0000-7000-8000-000000000105', '01995f3e-0000-7000-8000-0000000000bb', 'other', 'other', '남의 사람', 'admin', false);
		insert into service_members (user_id, service_id, manage, access_log) values
			('01995f3e-0000-7000-8000-000000000102', '` + serviceA + `', true, true),
			('01995f3e-0000-7000-8000-000000000103', '` + serviceA + `', false, true),
			('01995f3e-0000-7000-8000-000000000104', '` + serviceA + `', false, true);`
)

var houseIDs = map[string]string{
	"boss": "01995f3e-0000-7000-8000-000000000101", "manager": "01995f3e-0000-7000-8000-000000000102",
	"watcher": "01995f3e-0000-7000-8000-000000000103", "worker": "01995f3e-0000-7000-8000-000000000104",
	"other": "01995f3e-0000-7000-8000-000000000105",
}

// fakeSignIn knows the people of the house by their login.
type fakeSignIn struct{ fakeSessions }

func (f *fakeSignIn) UserOf(r *http.Request) (auth.User, error) {
	id, ok := houseIDs[f.Token(r)]
	if !ok {
		return auth.User{}, auth.ErrNotSignedIn
	}
	return auth.User{ID: id, Login: f.Token(r), Name: f.Token(r)}, nil
}

type actors struct{ pool *pgxpool.Pool }

func (a actors) Actor(ctx context.Context, user string, ip netip.Addr) (admin.Actor, error) {
	return admin.ActorOf(ctx, a.pool, user, ip)
}

// newHouse is the interface with real stores on a real database behind it.
func newHouse(t testing.TB) (*rig, *pgxpool.Pool) {
	t.Helper()
	pool := schematest.Pool(t)
	_, err := pool.Exec(t.Context(), houseUsers)
	require.NoError(t, err)
	key, err := secret.New(make([]byte, 32))
	require.NoError(t, err)
	r := newRigWith(t, &fakeSignIn{}, api.Admin{
		Actors: actors{pool}, People: persons.NewStore(pool), Accounts: &fakeAccounts{}, Pages: &fakePages{}, Services: service.NewStore(pool), Logs: admin.NewLogs(pool),
		Trunks: trunk.NewStore(pool, key), Phones: phone.NewStore(pool, key),
		Flows: flow.NewStore(pool, flow.Recorded), Queues: queue.NewStore(pool, nil), CallerIDs: callerid.NewStore(pool, proofs(t), time.Now), Numbers: inbound.NewStore(pool),
		Sounds: newSounds(t, pool), Setup: fakeSetup{},
	})
	return r, pool
}

// TestEveryAdminRouteForEveryRole walks every operation below /admin: one that is missing here fails the test.
func TestEveryAdminRouteForEveryRole(t *testing.T) {
	// Who is let in. Everybody else gets 403, and without a session 401.
	const (
		admins     = "boss"
		managers   = "boss manager"
		withAccess = "boss manager"
		readers    = "boss manager watcher"
		everybody  = "boss manager watcher worker"
	)
	routes := map[string]string{
		"GET /admin/services":                      managers,
		"POST /admin/services":                     admins,
		"GET /admin/services/{id}":                 managers,
		"PUT /admin/services/{id}":                 managers,
		"DELETE /admin/services/{id}":              admins,
		"GET /admin/services/export.xlsx":          managers,
		"POST /admin/services/import":              admins,
		"GET /admin/sounds":                        managers,
		"POST /admin/sounds":                       managers,
		"GET /admin/sounds/{id}":                   managers,
		"PUT /admin/sounds/{id}":                   managers,
		"DELETE /admin/sounds/{id}":                managers,
		"GET /admin/sounds/{id}/sound":             managers,
		"POST /admin/sound-drafts":                 managers,
		"GET /admin/sound-drafts/{id}/sound":       managers,
		"POST /admin/speech":                       managers,
		"GET /admin/speech/{id}":                   managers,
		"GET /admin/music":                         managers,
		"POST /admin/music":                        managers,
		"GET /admin/music/{id}":                    managers,
		"PUT /admin/music/{id}":                    managers,
		"DELETE /admin/music/{id}":                 managers,
		"GET /admin/services/{id}/hostile-end":     managers,
		"PUT /admin/services/{id}/hostile-end":     managers,
		"GET /admin/trunks":                        admins,
		"POST /admin/trunks":                       admins,
		"GET /admin/trunks/{id}":                   admins,
		"PUT /admin/trunks/{id}":                   admins,
		"DELETE /admin/trunks/{id}":                admins,
		"POST /admin/trunks/{id}/test-call":        admins,
		"GET /admin/phones":                        admins,
		"GET /admin/phones/{id}":                   admins,
		"PUT /admin/phones/{id}":                   admins,
		"DELETE /admin/phones/{id}":                admins,
		"POST /admin/phones/range":                 admins,
		"POST /admin/phones/{id}/credentials":      admins,
		"POST /admin/phones/{id}/sign-out":         admins,
		"GET /admin/phones/export.xlsx":            admins,
		"POST /admin/phones/import":                admins,
		"GET /admin/flows":                         managers,
		"POST /admin/flows":                        managers,
		"GET /admin/flows/{id}":                    managers,
		"PUT /admin/flows/{id}":                    managers,
		"DELETE /admin/flows/{id}":                 managers,
		"GET /admin/flows/{id}/versions":           managers,
		"GET /admin/flows/{id}/versions/{version}": managers,
		"POST /admin/flows/{id}/restore":           managers,
		"GET /admin/flows/export.xlsx":             managers,
		"GET /admin/flow-parts":                    managers,
		"POST /admin/flow-check":                   managers,
		"POST /admin/flow-dry-run":                 managers,
		"GET /admin/people":                        readers,
		"POST /admin/people":                       managers,
		"GET /admin/people/{id}":                   readers,
		"PUT /admin/people/{id}":                   managers,
		"DELETE /admin/people/{id}":                managers,
		"POST /admin/people/{id}/link":             managers,
		"PUT /admin/people/{id}/disabled":          managers,
		"POST /admin/people/{id}/sign-out":         managers,
		"GET /admin/people/export.xlsx":            managers,
		"POST /admin/people/import":                managers,
		"GET /admin/groups":                        readers,
		"POST /admin/groups":                       managers,
		"GET /admin/groups/{id}":                   readers,
		"PUT /admin/groups/{id}":                   managers,
		"DELETE /admin/groups/{id}":                managers,
		"GET /account":                             everybody,
		"PUT /account":                             everybody,
		"PUT /account/password":                    everybody,
		"GET /admin/queues":                        readers,
		"POST /admin/queues":                       managers,
		"GET /admin/queues/{id}":                   readers,
		"PUT /admin/queues/{id}":                   managers,
		"DELETE /admin/queues/{id}":                managers,
		"POST /admin/queues/{id}/replace":          managers,
		"GET /admin/queues/export.xlsx":            managers,
		"POST /admin/queues/import":                managers,
		"GET /admin/queue-agents":                  managers,
		"PUT /admin/queue-agents/{id}/skills":      managers,
		"GET /admin/caller-ids":                    managers,
		"POST /admin/caller-ids":                   managers,
		"GET /admin/caller-ids/{id}":               managers,
		"PUT /admin/caller-ids/{id}":               managers,
		"DELETE /admin/caller-ids/{id}":            managers,
		"GET /admin/caller-ids/{id}/document":      managers,
		"POST /admin/caller-ids/{id}/document":     managers,
		"POST /admin/caller-ids/{id}/review":       admins,
		"PUT /admin/caller-ids/order":              managers,
		"GET /admin/caller-ids/export.xlsx":        managers,
		"POST /admin/caller-ids/import":            managers,
		"GET /admin/numbers":                       managers,
		"POST /admin/numbers":                      managers,
		"GET /admin/numbers/{id}":                  managers,
		"PUT /admin/numbers/{id}":                  managers,
		"DELETE /admin/numbers/{id}":               managers,
		"GET /admin/numbers/export.xlsx":           managers,
		"POST /admin/numbers/import":               managers,
		"GET /admin/setup":                         admins,
		"GET /admin/setup/{item}":                  admins,
		"GET /admin/network":                       admins,
		"GET /admin/audit":                         managers,
		"GET /admin/audit/export.xlsx":             managers,
		"GET /admin/access-log":                    withAccess,
		"GET /admin/access-log/export.xlsx":        withAccess,
	}
	r, _ := newHouse(t)
	seen := 0
	for _, operation := range operations(t) {
		if strings.Contains(operation, " /invitation") {
			continue // anybody who has a link: TestInvitations
		}
		if !administers(operation) {
			continue
		}
		allowed, ok := routes[operation]
		require.True(t, ok, "who may %s?", operation)
		seen++
		method, path, _ := strings.Cut(operation, " ")
		path = "/api/v1" + strings.NewReplacer("{id}", "01995f3e-0000-7000-8000-00000000ffff", "{version}", "1").Replace(path)
		for _, user := range []string{"", "expired", "boss", "manager", "watcher", "worker"} {
			w := r.send(request{method: method, path: path, as: user, body: bodyFor(method)})
			switch {
			case user == "" || user == "expired":
				require.Equal(t, http.StatusUnauthorized, w.Code, "%s as %q: %s", operation, user, w.Body)
			case !strings.Contains(allowed, user):
				require.Equal(t, http.StatusForbidden, w.Code, "%s as %q: %s", operation, user, w.Body)
			default:
				require.NotContains(t, []int{401, 403, 500, 503}, w.Code, "%s as %q: %s", operation, user, w.Body)
			}
		}
	}
	require.Equal(t, len(routes), seen, "a route of the table does not exist")
}

func bodyFor(method string) string {
	if method == http.MethodPost || method == http.MethodPut {
		return `{}`
	}
	return ""
}
