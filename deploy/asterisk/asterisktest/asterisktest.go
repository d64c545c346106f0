// Package asterisktest starts real Asterisk instances for tests.
package asterisktest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/asterisk"
)

// Instance is a running Asterisk with Bellhop's configuration, alone on its ports.
type Instance struct {
	ARIURL   string // http://127.0.0.1:port/ari
	Username string
	Password string
	SIPAddr  string // host:port to which customers' INVITEs go (UDP)
	RTPPorts [2]int // first and last
	Dir      string // configuration and log

	t       testing.TB
	program asterisk.Program
	running *process
}

// StartForTest starts an Asterisk and stops it when the test ends. The first call on a machine fetches it into
// BELLHOP_CACHE_DIR or <repository>/.run/cache, which takes about half a minute. When the test fails, the end of
// Asterisk's log is shown. Each of change may change the configuration before it is written.
func StartForTest(t testing.TB, change ...func(*asterisk.Config)) *Instance {
	t.Helper()
	program, err := asterisk.Install(t.Context(), CacheDir(t), func(s string) { t.Log(s) })
	require.NoError(t, err, "get Asterisk")
	from := 10000 + 2*rand.IntN(4800)
	in := &Instance{
		Username: "bellhop", Password: fmt.Sprintf("%016x", rand.Uint64()),
		RTPPorts: [2]int{from, from + 399},
		Dir:      t.TempDir(),
		t:        t, program: program,
	}
	for attempt := 0; ; attempt++ {
		ari, sip := freePort(t, "tcp", "127.0.0.1"), freePort(t, "udp", "127.0.0.1")
		in.ARIURL, in.SIPAddr = "http://"+ari+"/ari", sip
		config := asterisk.Config{
			Dir: in.Dir, ARIAddr: ari, ARIUsername: in.Username, ARIPassword: in.Password,
			SIPAddr: sip, RTPFrom: in.RTPPorts[0], RTPTo: in.RTPPorts[1],
		}
		for _, each := range change {
			each(&config)
		}
		require.NoError(t, config.Write(program))
		err := in.start()
		if err == nil {
			break
		}
		if attempt == 3 {
			t.Fatalf("start Asterisk: %v\n%s", err, in.Log())
		}
	}
	t.Cleanup(func() {
		in.Stop()
		if t.Failed() {
			t.Logf("Asterisk's log:\n%s", in.Log())
		}
	})
	return in
}

// Start starts a stopped instance again, on the same ports, and waits until ARI answers.
func (in *Instance) Start() {
	in.t.Helper()
	require.NoError(in.t, in.start(), "start Asterisk again")
}

// Stop ends the instance with SIGTERM, and with SIGKILL when that takes too long.
func (in *Instance) Stop() { in.end(syscall.SIGTERM) }

// Kill ends the instance at once, as a crash would.
func (in *Instance) Kill() { in.end(syscall.SIGKILL) }

// Signal sends a signal to the process, such as SIGSTOP and SIGCONT for a machine that hangs.
func (in *Instance) Signal(s syscall.Signal) {
	if in.running != nil {
		_ = in.running.cmd.Process.Signal(s)
	}
}

// Log is the end of Asterisk's log and of what it printed.
func (in *Instance) Log() string {
	var text strings.Builder
	for _, name := range []string{"log/asterisk.log", "log/output"} {
		data, err := os.ReadFile(filepath.Join(in.Dir, name))
		if err == nil {
			text.Write(data[max(0, len(data)-6000):])
		}
	}
	return text.String()
}

// Listening is the address of every socket that the process listens at (TCP) or can receive on (UDP).
func (in *Instance) Listening() (tcp, udp []string) {
	in.t.Helper()
	tcp, udp, err := listening(in.running.cmd.Process.Pid)
	require.NoError(in.t, err)
	return tcp, udp
}

// Get asks ARI for a path such as "/channels" and decodes the answer into v.
func (in *Instance) Get(path string, v any) error {
	req, err := http.NewRequest(http.MethodGet, in.ARIURL+path, nil)
	if err != nil {
		return err
	}
	req.SetBasicAuth(in.Username, in.Password)
	client := http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to the end below
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return fmt.Errorf("GET %s: %s: %s", path, resp.Status, body)
	}
	if v == nil {
		return nil
	}
	return json.Unmarshal(body, v)
}

// RequireIdle fails the test unless, within 3 s, Asterisk holds no channel and no bridge but those of the hold music.
func (in *Instance) RequireIdle() {
	in.t.Helper()
	var left string
	require.Eventually(in.t, func() bool {
		var channels, bridges []struct {
			ID string `json:"id"`
		}
		if err := errors.Join(in.Get("/channels", &channels), in.Get("/bridges", &bridges)); err != nil {
			left = err.Error()
			return false
		}
		left = ""
		for _, c := range channels {
			left += " channel " + c.ID
		}
		for _, b := range bridges {
			if b.ID != "bellhop-hold" && !strings.HasPrefix(b.ID, "bellhop-hold-") {
				left += " bridge " + b.ID
			}
		}
		return left == ""
	}, 3*time.Second, 20*time.Millisecond, "left in Asterisk")
	require.Empty(in.t, left)
}

func (in *Instance) start() error {
	p, err := launch(in.program, in.Dir)
	if err != nil {
		return err
	}
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for in.Get("/asterisk/ping", nil) != nil || in.Get("/applications", nil) != nil {
		select {
		case <-p.done:
			return errors.New("asterisk ended right after its start")
		case <-deadline.C:
			p.end(syscall.SIGKILL)
			return errors.New("no answer from ARI within 20 s")
		case <-tick.C:
		}
	}
	in.running = p
	return nil
}

func (in *Instance) end(s syscall.Signal) {
	if in.running != nil {
		in.running.end(s)
		in.running = nil
	}
}

// CacheDir is where tests keep the unpacked Asterisk: BELLHOP_CACHE_DIR, or <repository>/.run/cache.
func CacheDir(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("BELLHOP_CACHE_DIR"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	require.NoError(t, err)
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, ".run", "cache")
		}
		parent := filepath.Dir(dir)
		require.NotEqual(t, parent, dir, "no go.mod above the test's folder")
		dir = parent
	}
}

func freePort(t testing.TB, network, host string) string {
	t.Helper()
	if network == "udp" {
		c, err := net.ListenPacket("udp", host+":0")
		require.NoError(t, err)
		defer c.Close() //nolint:errcheck // only its number is wanted
		return c.LocalAddr().String()
	}
	l, err := net.Listen("tcp", host+":0")
	require.NoError(t, err)
	defer l.Close() //nolint:errcheck // only its number is wanted
	return l.Addr().String()
}

// launch starts the program so that it dies with the test binary, even with one that is killed.
func launch(program asterisk.Program, dir string) (*process, error) {
	output, err := os.OpenFile(filepath.Join(dir, "log", "output"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	p := &process{done: make(chan struct{}), cmd: program.Command(dir)}
	p.cmd.Stdout, p.cmd.Stderr = output, output
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started := make(chan error, 1)
	go func() {
		defer output.Close() //nolint:errcheck // a log
		// The signal comes when the thread that started the child ends, so that thread must stay.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait()
		}
		close(p.done)
	}()
	return p, <-started
}
