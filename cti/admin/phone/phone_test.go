package phone_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bellhop/cti/admin"
	"bellhop/cti/admin/phone"
	"bellhop/cti/admin/secret"
	"bellhop/cti/asterisk/pjsip"
	"bellhop/deploy/asterisk/asterisktest"
	"bellhop/deploy/schema/schematest"
	"bellhop/media/audio"
)

const organisation = "01995f3e-0000-7000-8000-0000000000aa"

var boss = admin.Actor{Name: "정은호", Role: admin.RoleAdmin, Organisation: organisation}

func user(n int) string { return fmt.Sprintf("01995f3e-0000-7000-8000-%012d", n) }

func newStore(t *testing.T, people int) (*phone.Store, *pgxpool.Pool) {
	t.Helper()
	pool := schematest.Pool(t)
	_, err := pool.Exec(t.Context(), `insert into organisations (id, name) values ($1, '한빛몰')`, organisation)
	require.NoError(t, err)
	for n := range people {
		_, err := pool.Exec(t.Context(), `insert into users (id, organisation_id, login, login_key, name, role) values ($1, $2, $3, $3, $4, 'agent')`,
			user(n), organisation, "agent"+strconv.Itoa(n), "상담원 "+strconv.Itoa(n))
		require.NoError(t, err)
	}
	key, err := secret.New(make([]byte, 32))
	require.NoError(t, err)
	return phone.NewStore(pool, key), pool
}

// TestNumbersForFiftyAgents: 3001 on for fifty agents; a number in between that is taken, by an agent or a queue, and nobody
// gets one.
func TestNumbersForFiftyAgents(t *testing.T) {
	t.Parallel()
	s, pool := newStore(t, 51)
	users := make([]string, 50)
	for n := range users {
		users[n] = user(n)
	}
	_, err := s.Set(t.Context(), boss, phone.Phone{User: user(50), CTIID: "taken", Number: "3010", Kind: phone.Browser})
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), `
		insert into services (id, organisation_id, name) values ($1, $1, '고객센터');`, organisation)
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), `insert into queues (id, service_id, name, number) values ($1, $1, '주문', '3020')`, organisation)
	require.NoError(t, err)
	report, err := s.Range(t.Context(), boss, users, "3001", false)
	require.NoError(t, err)
	require.Equal(t, 2, report.Wrong)
	require.False(t, report.Applied)
	require.Equal(t, map[string]string{"by": "상담원 50"}, report.Errors[0].Params)
	require.Equal(t, 10, report.Errors[0].Row)
	require.Equal(t, map[string]string{"by": "주문"}, report.Errors[1].Params)
	report, err = s.Range(t.Context(), boss, users, "3101", true)
	require.NoError(t, err)
	require.Equal(t, 50, report.Creates)
	require.False(t, report.Applied)
	report, err = s.Range(t.Context(), boss, users, "3101", false)
	require.NoError(t, err)
	require.True(t, report.Applied)
	last, err := s.Get(t.Context(), boss, user(49))
	require.NoError(t, err)
	require.Equal(t, "3150", last.Number)
	require.Equal(t, "3150", last.CTIID)
	_, err = s.Range(t.Context(), boss, users, "9990", false)
	require.Error(t, err, "they do not fit into as many digits")
	_, err = s.Set(t.Context(), boss, phone.Phone{User: user(1), CTIID: "x", Number: "3102", Kind: phone.Desk, Version: 1})
	require.ErrorAs(t, err, new(admin.Invalid), "a desk phone needs credentials")
	_, err = s.Set(t.Context(), boss, phone.Phone{User: user(1), CTIID: "x", Number: "3102", Kind: phone.Browser, Version: 7})
	require.ErrorAs(t, err, new(admin.Conflict))
}

// TestDeskPhoneRegisters: with the credentials that were issued a telephone registers at a real Asterisk and is told of; with
// other or older ones it does not.
func TestDeskPhoneRegisters(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t, 1)
	set, err := s.Set(t.Context(), boss, phone.Phone{User: user(0), CTIID: "kim", Number: "3001", Kind: phone.Browser})
	require.NoError(t, err)
	now, first, err := s.Issue(t.Context(), boss, user(0), set.Version)
	require.NoError(t, err)
	require.Equal(t, phone.Desk, now.Kind)

	ast := asterisktest.StartForTest(t)
	online := make(chan bool, 64)
	keeper := pjsip.NewKeeper(pjsip.KeeperOptions{
		Client: pjsip.NewClient(ast.ARIURL, ast.Username, ast.Password), Log: slog.New(slog.DiscardHandler),
		Want: func(ctx context.Context) ([]pjsip.Object, error) {
			objects, _, err := s.Wanted(ctx)
			return objects, err
		},
		Endpoint: func(_ string, is bool) { online <- is },
	})
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(done)
		keeper.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done })
	agree(t, keeper)

	desk := asterisktest.NewPhone(t, "127.0.0.5", first.User)
	require.Equal(t, 200, desk.Register(ast.SIPAddr, first.Password))
	require.Eventually(t, func() bool {
		keeper.Poke()
		select {
		case is := <-online:
			return is
		default:
			return false
		}
	}, 10*time.Second, 50*time.Millisecond, "it is told that the telephone is there")
	require.Equal(t, 401, desk.Register(ast.SIPAddr, "wrong"))
	ring(t, ast, desk, first.User)

	_, second, err := s.Issue(t.Context(), boss, user(0), now.Version)
	require.NoError(t, err)
	agree(t, keeper)
	require.NotEqual(t, 200, desk.Register(ast.SIPAddr, first.Password), "what was issued before is worth nothing")
	require.Equal(t, 200, asterisktest.NewPhone(t, "127.0.0.6", second.User).Register(ast.SIPAddr, second.Password))
}

// ring has Asterisk call the desk phone, which is lifted and hears the hold music of a switch without a server.
func ring(t *testing.T, ast *asterisktest.Instance, desk *asterisktest.Phone, name string) {
	t.Helper()
	query := url.Values{"endpoint": {"PJSIP/" + name}, "context": {"from-trunk"}, "extension": {"1000"}, "priority": {"1"}, "formats": {"ulaw"}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, ast.ARIURL+"/channels?"+query.Encode(), nil)
	require.NoError(t, err)
	req.SetBasicAuth(ast.Username, ast.Password)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, 200, resp.StatusCode)
	line := <-desk.Incoming
	require.NoError(t, line.Ring())
	require.NoError(t, line.Answer())
	require.Eventually(t, func() bool { return audio.Level(line.Heard(time.Second)) > -45 }, 5*time.Second, 20*time.Millisecond)
	line.Hangup()
}

// agree waits until a comparison has made or removed what was to be.
func agree(t *testing.T, keeper *pjsip.Keeper) {
	t.Helper()
	_, changed := keeper.Status()
	keeper.Poke()
	require.Eventually(t, func() bool {
		<-changed
		now, next := keeper.Status()
		changed = next
		return now.Agrees && len(now.Endpoints) > 0
	}, 15*time.Second, time.Millisecond)
}
