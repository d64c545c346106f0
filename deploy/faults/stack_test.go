package faults

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"bellhop/cti/asterisk/ariproxy"
	"bellhop/deploy/asterisk"
	"bellhop/deploy/local/postgres"
	"bellhop/deploy/local/process"
)

// patience is how long something that must come may take on a busy machine.
const patience = 60 * time.Second

// program is the binary under test: the one that BELLHOP_PROGRAM names, or one that is built now.
var program = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("BELLHOP_PROGRAM"); path != "" {
		return path, nil
	}
	dir, err := os.MkdirTemp("", "bellhop-faults-")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "bellhop")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-trimpath", "-o", path, "bellhop/deploy/bellhop")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	said, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, said)
	}
	return path, nil
})

var built string // the folder of program, if it was made here

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(built)
	}
	printTable()
	os.Exit(code)
}

// stack is a whole Bellhop, each part a process of its own that only we start and end.
type stack struct {
	t        *testing.T
	dir      string
	program  string
	launcher *process.Launcher
	settings map[string]string // of every role, without the prefix
	ari      string            // with user and password
	proxy    *ariproxy.Proxy   // between serve and Asterisk; nil unless asked for
	journal  string            // the folder of serve's journal
	pool     *pgxpool.Pool
	demo     demo

	serve, media, asterisk, postgres *part
	awaitPostgres                    func()
}

type demo struct {
	URL, SIP, Number string
	MetricsURL       string `json:"metrics_url"`
	Users            []struct{ Login, Password, Role string }
}

// stackOptions say how a stack differs.
type stackOptions struct {
	agents  int
	proxied bool
	serve   map[string]string                       // more settings of serve
	command func(s *stack, cmd *exec.Cmd) *exec.Cmd // changes how serve is run
}

const ariPassword = "only-here"

func newStack(t *testing.T, o stackOptions) *stack {
	t.Helper()
	s := &stack{t: t, dir: t.TempDir(), launcher: process.NewLauncher()}
	var err error
	s.program, err = program()
	require.NoError(t, err)
	t.Cleanup(s.close)
	s.journal = filepath.Join(s.dir, "serve", "journal")
	s.choose(o)
	s.makeParts(o)
	installed := make(chan error, 1)
	go func() {
		_, err := asterisk.Install(context.Background(), cacheDir(), nil)
		installed <- err
	}()
	begin := time.Now()
	s.startPostgres()
	s.step("PostgreSQL", begin)
	s.media.start()
	require.NoError(t, <-installed)
	s.asterisk.start()
	s.furnish(o.agents)
	s.step("with the demo organisation", begin)
	if o.proxied {
		s.proxy, err = ariproxy.Start(s.settings["ARI_URL"])
		require.NoError(t, err)
		s.settings["ARI_URL_OF_SERVE"] = s.proxy.URL()
	}
	s.serve.start()
	s.awaitReady()
	s.step("ready", begin)
	return s
}

// logLevel is that of every part, BELLHOP_LOG_LEVEL.
func logLevel() string { return cmp.Or(os.Getenv("BELLHOP_LOG_LEVEL"), "info") }

func cacheDir() string {
	if dir := os.Getenv("BELLHOP_CACHE_DIR"); dir != "" {
		return dir
	}
	dir, _ := filepath.Abs("../../.run/cache") // of a folder that exists
	return dir
}

// choose chooses the addresses and settings.
func (s *stack) choose(o stackOptions) {
	free := takePorts(s.t)
	addr := free.addr
	ari, control, rtp := addr(), addr(), 32+2*mathrand.IntN(200)
	s.settings = map[string]string{
		"STATE_DIR": s.dir, "CACHE_DIR": cacheDir(), "LOG_LEVEL": logLevel(),
		"HTTP_ADDR": addr(), "METRICS_ADDR": addr(), "SIP_ADDR": addr(),
		"ARI_URL": "http://" + ari + "/ari", "ARI_USERNAME": "bellhop", "ARI_PASSWORD": ariPassword,
		"MEDIA_ADDR": addr(), "MEDIA_CONTROL_ADDR": control, "MEDIA_CONTROL_URL": "ws://" + control + "/control",
		"MEDIA_SIP_ADDR": addr(), "MEDIA_RTC_ADDR": addr(), "MEDIA_METRICS_ADDR": addr(), "MEDIA_SECRET": rand.Text() + rand.Text(),
		"RTP_PORTS": fmt.Sprintf("%d-%d", 10_000+10*rtp, 10_000+10*rtp+1_199), "MEDIA_RTP_PORTS": fmt.Sprintf("%d-%d", 15_000+10*rtp, 15_000+10*rtp+1_199),
		"DRAIN": "0s",
	}
	maps.Copy(s.settings, o.serve)
	s.ari = "http://bellhop:" + ariPassword + "@" + ari + "/ari"
	s.settings["POSTGRES_PORT"] = fmt.Sprint(free.port())
}

// wants are the settings of each role.
var wants = map[string]string{
	"serve": "STATE_DIR LOG_LEVEL HTTP_ADDR METRICS_ADDR DATABASE_URL ARI_URL ARI_USERNAME ARI_PASSWORD MEDIA_ADDR " +
		"MEDIA_CONTROL_URL MEDIA_SECRET RECLAIM_AFTER DRAIN",
	"media": "STATE_DIR LOG_LEVEL HTTP_ADDR MEDIA_ADDR MEDIA_CONTROL_ADDR MEDIA_SECRET MEDIA_SIP_ADDR MEDIA_RTC_ADDR " +
		"MEDIA_RTP_PORTS MEDIA_METRICS_ADDR",
	"asterisk": "STATE_DIR LOG_LEVEL CACHE_DIR SIP_ADDR RTP_PORTS ARI_URL ARI_USERNAME ARI_PASSWORD",
	"migrate":  "STATE_DIR LOG_LEVEL DATABASE_URL HTTP_ADDR METRICS_ADDR SIP_ADDR",
}

func (s *stack) role(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(s.program, append([]string{name}, args...)...)
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "BELLHOP_") {
			cmd.Env = append(cmd.Env, entry)
		}
	}
	for setting := range strings.FieldsSeq(wants[name]) {
		value := s.settings[setting]
		if own := s.settings[setting+"_OF_"+strings.ToUpper(name)]; own != "" {
			value = own
		}
		cmd.Env = append(cmd.Env, "BELLHOP_"+setting+"="+value)
	}
	return cmd
}

func (s *stack) part(name string, command func() *exec.Cmd) *part {
	return &part{
		t: s.t, name: name, log: filepath.Join(s.dir, name+".log"), launcher: s.launcher, command: command, orphaned: syscall.SIGKILL,
	}
}

func (s *stack) makeParts(o stackOptions) {
	s.serve = s.part("serve", func() *exec.Cmd {
		cmd := s.role("serve")
		if o.command != nil {
			cmd = o.command(s, cmd)
		}
		return cmd
	})
	s.media = s.part("media", func() *exec.Cmd { return s.role("media") })
	s.asterisk = s.part("asterisk", func() *exec.Cmd { return s.role("asterisk") })
}

func (s *stack) startPostgres() {
	t := s.t
	port := 0
	_, err := fmt.Sscan(s.settings["POSTGRES_PORT"], &port)
	require.NoError(t, err)
	cluster, err := postgres.Open(t.Context(), postgres.Options{
		Dir: filepath.Join(s.dir, "postgres"), Port: port, Password: rand.Text(), Runner: s.launcher,
	}, func(string) {})
	require.NoError(t, err)
	t.Cleanup(func() { _ = cluster.Close() })
	s.postgres = s.part("postgres", cluster.Command)
	s.postgres.start()
	s.awaitPostgres = func() {
		s.eventually(patience, "PostgreSQL answers", func() bool { return cluster.Ready(t.Context()) == nil })
	}
	s.awaitPostgres()
	s.settings["DATABASE_URL"] = cluster.URL()
	s.pool, err = pgxpool.New(t.Context(), cluster.URL())
	require.NoError(t, err)
}

// furnish makes the demo organisation, and more agents than it has: copies of one.
func (s *stack) furnish(agents int) {
	t := s.t
	said, err := s.role("migrate", "--demo").CombinedOutput()
	require.NoError(t, err, string(said))
	text, err := os.ReadFile(filepath.Join(s.dir, "demo.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &s.demo))
	for _, copied := range []struct{ table, key, changed string }{
		{"users", "login = 'seoyeon'", `'id', md5('user' || n)::uuid, 'login', 'agent' || n, 'login_key', 'agent' || n, 'name', '상담원' || n`},
		{"agents", "cti_id = 'seoyeon'", `'id', md5('agent' || n)::uuid, 'user_id', md5('user' || n)::uuid, 'cti_id', 'agent' || n, 'cti_number', 3000 + n`},
		{"queue_members", ofSeoyeon, `'agent_id', md5('agent' || n)::uuid`},
		{"agent_services", ofSeoyeon, `'agent_id', md5('agent' || n)::uuid`},
		{"service_members", "user_id = (select id from users where login = 'seoyeon')", `'user_id', md5('user' || n)::uuid`},
	} {
		columns := "" // that are not made by PostgreSQL itself
		require.NoError(t, s.pool.QueryRow(t.Context(), `
			select coalesce(string_agg(quote_ident(column_name), ', '), '') from information_schema.columns
			where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER' and is_identity = 'NO'`, copied.table).Scan(&columns))
		if columns == "" {
			continue // of another version of the schema
		}
		_, err = s.pool.Exec(t.Context(), fmt.Sprintf(`
			insert into %[1]s (%[4]s) select %[4]s from (
				select (jsonb_populate_record(one, jsonb_build_object(%[3]s))).* from %[1]s one, generate_series(1, $1::int) n where %[2]s
			) copies`, copied.table, copied.key, copied.changed, columns), agents)
		require.NoError(t, err, copied.table)
	}
}

// ofSeoyeon are the rows of the agent whose colleagues are made in her image.
const ofSeoyeon = "agent_id = (select id from agents where cti_id = 'seoyeon')"

// close ends everything and shows the logs of a test that failed.
func (s *stack) close() {
	if s.t.Failed() {
		for _, p := range []*part{s.serve, s.media, s.asterisk, s.postgres} {
			if p != nil {
				s.t.Log(p.tail())
			}
		}
	}
	if s.pool != nil {
		s.pool.Close()
	}
	if s.proxy != nil {
		s.proxy.Close()
	}
	for _, p := range []*part{s.serve, s.media, s.asterisk, s.postgres} {
		if p != nil && p.cmd != nil {
			p.signal(syscall.SIGCONT)
			p.kill()
		}
	}
	s.launcher.Close()
}

// step logs how long something took, with -v.
func (s *stack) step(what string, begin time.Time) {
	s.t.Helper()
	s.t.Logf("%s: %d ms", what, time.Since(begin).Milliseconds())
}

func (s *stack) eventually(within time.Duration, what string, is func() bool) time.Time {
	s.t.Helper()
	for end := time.Now().Add(within); ; {
		if is() {
			return time.Now()
		}
		if time.Now().After(end) {
			require.FailNow(s.t, "not in time: "+what, "%v", within)
		}
		pass(10 * time.Millisecond)
	}
}

// readiness is what /readyz says: nil when all is well.
func (s *stack) readiness() error {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.demo.URL+"/readyz", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // only read
	said, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, said)
	}
	return err
}

func (s *stack) awaitReady() {
	s.t.Helper()
	s.eventually(patience, "/readyz", func() bool { return s.readiness() == nil })
}
