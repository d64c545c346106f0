package directory_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"golang.org/x/text/unicode/norm"

	"bellhop/cti/call"
	"bellhop/cti/directory"
	"bellhop/cti/switchboard"
	"bellhop/deploy/schema/schematest"
)

func demoOptions() directory.DemoOptions {
	o := directory.DemoOptions{
		Passwords: map[string]string{},
		Hash: func(_ context.Context, password string) (string, error) {
			return "$argon2id$of-" + password, nil
		},
	}
	for _, u := range directory.DemoUsers() {
		o.Passwords[u.Login] = "password of " + u.Login
	}
	return o
}

func seeded(t *testing.T) (*directory.Store, *pgxpool.Pool) {
	t.Helper()
	pool := schematest.Pool(t)
	store := directory.NewStore(pool)
	demo, err := store.SeedDemo(t.Context(), demoOptions())
	require.NoError(t, err)
	require.True(t, demo.Created)
	return store, pool
}

func TestLoadDemo(t *testing.T) {
	store, _ := seeded(t)
	d, err := store.Load(t.Context())
	require.NoError(t, err)

	require.Len(t, d.Organisations, 1)
	require.Len(t, d.Services, 1)
	require.Equal(t, "한빛몰 고객센터", d.Services[0].Name)
	require.Len(t, d.Queues, 2)
	queue, payment := d.Queues[0], d.Queues[1]
	require.Equal(t, "주문·배송", queue.Name)
	require.Equal(t, d.Services[0].ID, queue.Service)
	require.Equal(t, 30*time.Second, queue.Reclaim)
	require.Equal(t, 2, queue.MissLimit)
	require.Equal(t, "7100", queue.Number)
	require.Zero(t, queue.Limit)
	require.Equal(t, "결제·증빙 7200", payment.Name+" "+payment.Number)
	require.Equal(t, 20, payment.Limit)
	require.Equal(t, map[string]string{"1000": queue.ID, "1001": payment.ID}, d.Numbers)

	extensions := map[string]string{}
	for _, a := range d.Agents {
		extensions[a.Name] = a.Extension
		require.Equal(t, queue.ID, a.Queues[0])
		require.Equal(t, []string{d.Services[0].ID}, a.Services)
		require.Equal(t, a.Name == "김서연", len(a.BlindIn) == 1)
	}
	require.Equal(t, map[string]string{"김서연": "2041", "박지훈": "2042", "이도윤": "2043"}, extensions)
}

func TestSwitchboardHasOnlyAgentsWithPhone(t *testing.T) {
	store, pool := seeded(t)
	for _, statement := range []string{
		`update service_members m set phone = false from agents a where a.user_id = m.user_id and a.cti_number = '2041'`,
		`update users set disabled = true where login = 'jihun'`,
	} {
		_, err := pool.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	d, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Len(t, d.Agents, 3)

	s := d.Switchboard()
	require.Len(t, s.Agents, 1)
	require.Equal(t, "이도윤", s.Agents[0].Name)
	require.Equal(t, []call.QueueID{s.Queues[0].ID, s.Queues[1].ID}, s.Agents[0].Queues)
	require.Equal(t, []string{"결제팀"}, s.Agents[0].Groups)
	require.Empty(t, s.Agents[0].BlindIn)
	require.Equal(t, []call.ServiceID{s.Services[0].ID}, s.Agents[0].Services)
	require.Equal(t, switchboard.Service{
		ID: s.Queues[0].Service, Name: "한빛몰 고객센터", CallerIDs: []string{"0206924100", "15004021"},
		Phone: true, Inbound: true, Outbound: true, AfterCall: "notice",
	}, s.Services[0])
	require.Equal(t, s.Queues[0].ID, s.Numbers["1000"])
	require.Equal(t, "7200", s.Queues[1].Number)
	require.Equal(t, 20, s.Queues[1].Limit)
	require.Equal(t, "한빛몰 고객센터", s.Queues[0].ServiceName)
	require.Equal(t, 30*time.Second, s.Queues[0].Reclaim)
}

func TestEmptyDirectory(t *testing.T) {
	d, err := directory.NewStore(schematest.Pool(t)).Load(t.Context())
	require.NoError(t, err)
	require.Empty(t, d.Switchboard().Agents)
	require.NotNil(t, d.Switchboard().Numbers)
}

func TestSeedDemoOnce(t *testing.T) {
	store, pool := seeded(t)
	before, err := store.UserByLogin(t.Context(), "seoyeon")
	require.NoError(t, err)

	o := demoOptions()
	o.Hash = func(context.Context, string) (string, error) { return "", errors.New("must not be called") }
	demo, err := store.SeedDemo(t.Context(), o)
	require.NoError(t, err)
	require.False(t, demo.Created)

	o = demoOptions()
	o.Passwords["seoyeon"], o.ResetPasswords = "another", true
	_, err = store.SeedDemo(t.Context(), o)
	require.NoError(t, err)
	after, err := store.UserByLogin(t.Context(), "seoyeon")
	require.NoError(t, err)
	require.NotEqual(t, before.PasswordHash, after.PasswordHash)
	require.Equal(t, before.ID, after.ID)

	var users int
	require.NoError(t, pool.QueryRow(t.Context(), `select count(*) from users`).Scan(&users))
	require.Equal(t, len(directory.DemoUsers()), users)
}

func TestSeedDemoByManyAtOnce(t *testing.T) {
	store := directory.NewStore(schematest.Pool(t))
	created := make([]bool, 8)
	group, ctx := errgroup.WithContext(t.Context())
	for i := range created {
		group.Go(func() error {
			demo, err := store.SeedDemo(ctx, demoOptions())
			created[i] = demo.Created
			return err
		})
	}
	require.NoError(t, group.Wait())
	require.Len(t, slices.DeleteFunc(created, func(c bool) bool { return !c }), 1)
}

func TestSeedDemoRefusesIncompleteOptions(t *testing.T) {
	store := directory.NewStore(schematest.Pool(t))
	noHash := demoOptions()
	noHash.Hash = nil
	noPassword := demoOptions()
	noPassword.Passwords = maps.Clone(noPassword.Passwords)
	delete(noPassword.Passwords, "doyun")
	failing := demoOptions()
	failing.Hash = func(context.Context, string) (string, error) { return "", errors.New("no memory") }
	for _, o := range []directory.DemoOptions{{}, noHash, noPassword, failing} {
		_, err := store.SeedDemo(t.Context(), o)
		require.Error(t, err)
	}
	d, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Empty(t, d.Organisations)
}

func TestUserByLogin(t *testing.T) {
	store, pool := seeded(t)
	_, err := pool.Exec(t.Context(), `
		insert into users (id, organisation_id, login, login_key, name, role, password_hash)
		select gen_random_uuid(), id, '상담원', $1, '강다은', 'agent', '$argon2id$x' from organisations`, norm.NFKC.String("상담원"))
	require.NoError(t, err)

	for login, name := range map[string]string{
		"seoyeon": "김서연", "SeoYeon": "김서연", "ｓｅｏｙｅｏｎ": "김서연",
		"상담원": "강다은", norm.NFD.String("상담원"): "강다은",
	} {
		u, err := store.UserByLogin(t.Context(), login)
		require.NoError(t, err, login)
		require.Equal(t, name, u.Name)

		same, err := store.UserByID(t.Context(), u.ID)
		require.NoError(t, err)
		require.Equal(t, u, same)
	}
	for _, login := range []string{
		"", "nobody", "seoyeon ", " ", "seo\x00yeon", "seoyeon\u200b", "\xff\xfe", strings.Repeat("a", 4096),
		"' or 1=1 --", "<script>", "👩‍👩‍👧", "seoyeon\u202e", strings.Repeat("가", 65),
	} {
		_, err := store.UserByLogin(t.Context(), login)
		require.ErrorIs(t, err, directory.ErrNotFound, "%q", login)
	}
	for _, id := range []string{"", "1", "seoyeon", "\x00", "00000000-0000-0000-0000-000000000000"} {
		_, err := store.UserByID(t.Context(), id)
		require.ErrorIs(t, err, directory.ErrNotFound, "%q", id)
	}
}

func TestUserKnowsHisAgent(t *testing.T) {
	store, _ := seeded(t)
	d, err := store.Load(t.Context())
	require.NoError(t, err)
	u, err := store.UserByLogin(t.Context(), "seoyeon")
	require.NoError(t, err)
	require.Equal(t, d.Agents[0].ID, u.AgentID)
	require.Equal(t, directory.RoleAgent, u.Role)

	admin, err := store.UserByLogin(t.Context(), "admin")
	require.NoError(t, err)
	require.Empty(t, admin.AgentID)
	require.Equal(t, directory.RoleAdmin, admin.Role)
}

func TestDatabaseGone(t *testing.T) {
	store, pool := seeded(t)
	pool.Close()
	_, err := store.UserByLogin(t.Context(), "seoyeon")
	require.Error(t, err)
	require.NotErrorIs(t, err, directory.ErrNotFound)
	_, err = store.Load(t.Context())
	require.Error(t, err)
}

func FuzzFoldLogin(f *testing.F) {
	for _, seed := range []string{"admin", "SeoYeon", "상담원", norm.NFD.String("각"), "İ", "ẞ", "ﬁ", "\x00", "a b", "👨‍👩‍👧", "\xc3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, login string) {
		key, ok := directory.FoldLogin(login)
		if !ok {
			require.Empty(t, key)
			return
		}
		require.NotContains(t, key, "\x00")
		again, ok := directory.FoldLogin(key)
		require.True(t, ok, "a key is a login: %q", key)
		require.Equal(t, key, again, "folding twice is folding once")
	})
}
