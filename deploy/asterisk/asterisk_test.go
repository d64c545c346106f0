package asterisk_test

import (
	"io/fs"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/deploy/asterisk"
	"bellhop/deploy/asterisk/asterisktest"
	"bellhop/media/audio"
)

func good(t *testing.T) asterisk.Config {
	return asterisk.Config{
		Dir: t.TempDir(), ARIAddr: "127.0.0.1:8088", ARIUsername: "bellhop", ARIPassword: "secret",
		SIPAddr: "127.0.0.1:5060", RTPFrom: 20000, RTPTo: 23999,
	}
}

func TestConfigRefusesWhatAsteriskCannotHold(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*asterisk.Config){
		"no folder":             func(c *asterisk.Config) { c.Dir = "" },
		"line in the folder":    func(c *asterisk.Config) { c.Dir += "\n[x]" },
		"host name":             func(c *asterisk.Config) { c.ARIAddr = "localhost:8088" },
		"no port":               func(c *asterisk.Config) { c.SIPAddr = "127.0.0.1" },
		"no password":           func(c *asterisk.Config) { c.ARIPassword = "" },
		"line in the password":  func(c *asterisk.Config) { c.ARIPassword = "x\nread_only=no" },
		"semicolon":             func(c *asterisk.Config) { c.ARIPassword = "x;y" },
		"section as user":       func(c *asterisk.Config) { c.ARIUsername = "x][y" },
		"RTP ports upside down": func(c *asterisk.Config) { c.RTPFrom, c.RTPTo = 2000, 1999 },
		"RTP ports too high":    func(c *asterisk.Config) { c.RTPTo = 70000 },
		"callers' network":      func(c *asterisk.Config) { c.Callers = "127.0.0.1/8,everybody" },
		"media address":         func(c *asterisk.Config) { c.MediaAddress = "here" },
		"entity id":             func(c *asterisk.Config) { c.EntityID = "here" },
	} {
		c := good(t)
		spoil(&c)
		require.Error(t, c.Write(asterisk.Program{}), name)
	}
	require.NoError(t, good(t).Write(asterisk.Program{}))
}

func TestConfigIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	c := good(t)
	c.Dir = filepath.Join(c.Dir, "a b;c", "run")
	require.NoError(t, c.Write(asterisk.Program{}))
	require.NoError(t, c.Write(asterisk.Program{}), "again, over what is there")
	require.NoError(t, filepath.WalkDir(c.Dir, func(path string, d fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := d.Info()
		require.NoError(t, err)
		if d.Type()&fs.ModeSymlink == 0 {
			require.Zero(t, info.Mode().Perm()&0o077, path)
		}
		if strings.HasSuffix(path, ".conf") && !strings.HasSuffix(path, "ari.conf") && !strings.HasSuffix(path, "manager.conf") {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NotContains(t, string(text), "=secret\n", path)
		}
		return nil
	}))
	text, err := os.ReadFile(filepath.Join(c.Dir, "etc/asterisk.conf"))
	require.NoError(t, err)
	require.Contains(t, string(text), `a b\;c/run/log`)
}

func TestConfigWhoMayCall(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string][]string{
		"127.0.0.1:5060":   {"match=127.0.0.0/8,::1/128\n", "media_address=127.0.0.1\n", "\ntransport=udp\n"},
		"0.0.0.0:5060":     {"match=127.0.0.0/8,::1/128\n"},
		"192.168.1.7:5060": {"match=127.0.0.0/8,::1/128\n", "media_address=192.168.1.7\n", "bind=127.0.0.1:5060\n", "\ntransport=udp-agents\n"},
	} {
		c := good(t)
		c.SIPAddr = addr
		require.NoError(t, c.Write(asterisk.Program{}))
		text, err := os.ReadFile(filepath.Join(c.Dir, "etc/pjsip.conf"))
		require.NoError(t, err)
		for _, w := range want {
			require.Contains(t, string(text), w, addr)
		}
	}
}

func TestSounds(t *testing.T) {
	t.Parallel()
	c := good(t)
	require.NoError(t, c.Write(asterisk.Program{}))
	f, err := os.Open(filepath.Join(c.Dir, "data/sounds/en/bellhop/number-not-in-service.wav"))
	require.NoError(t, err)
	defer f.Close()
	speech, err := audio.ReadWAV(f)
	require.NoError(t, err)
	require.Greater(t, len(speech), 5*audio.SampleRate)
	require.Less(t, len(speech)*2, 150_000)
	requireHostileEnd(t, c)
	m, err := os.Open(filepath.Join(c.Dir, "moh/hold.wav"))
	require.NoError(t, err)
	defer m.Close()
	music, err := audio.ReadWAV(m)
	require.NoError(t, err)
	require.Equal(t, asterisk.HoldMusic(), music)
}

// requireHostileEnd: notes that rise before the announcement of 강성종료, and that fall behind it, so that it can be heard
// whether it was whole.
func requireHostileEnd(t *testing.T, c asterisk.Config) {
	t.Helper()
	f, err := os.Open(filepath.Join(c.Dir, "data/sounds/en/bellhop/hostile-end.wav"))
	require.NoError(t, err)
	defer f.Close()
	speech, err := audio.ReadWAV(f)
	require.NoError(t, err)
	require.Less(t, len(speech)*2, 300_000)
	require.Greater(t, len(speech), 8*audio.SampleRate)
	const note = audio.SampleRate / 5
	for i, hz := range []float64{523.25, 659.26, 783.99} {
		at := audio.SampleRate/10 + i*note
		require.Greater(t, audio.ToneShare(speech[at:at+note], hz), 0.9, "%v Hz", hz)
		at = len(speech) - note - (i+1)*note
		require.Greater(t, audio.ToneShare(speech[at:at+note], hz), 0.9, "%v Hz", hz)
	}
}

func TestConfigCarrier(t *testing.T) {
	t.Parallel()
	for _, each := range []struct {
		sip, carrier string
		want         []string
	}{
		{"127.0.0.1:5060", "127.0.0.1:5090", []string{"\n[carrier](party)\n", "contact=sip:127.0.0.1:5090\n", "\ntransport=udp\nmedia_address=127.0.0.1\n"}},
		{"192.168.1.7:5060", "203.0.113.5:5060", []string{"contact=sip:203.0.113.5:5060\n", "\ntransport=udp\nmedia_address=192.168.1.7\n"}},
		{"192.168.1.7:5060", "127.0.0.1:5090", []string{"\ntransport=udp-agents\nmedia_address=127.0.0.1\n"}},
		{"0.0.0.0:5060", "203.0.113.5:5060", []string{"contact=sip:203.0.113.5:5060\n"}},
		{"127.0.0.1:5060", "[::1]:5090", []string{"contact=sip:[::1]:5090\n"}},
	} {
		c := good(t)
		c.SIPAddr, c.CarrierAddr = each.sip, each.carrier
		require.NoError(t, c.Write(asterisk.Program{}))
		text, err := os.ReadFile(filepath.Join(c.Dir, "etc/pjsip.conf"))
		require.NoError(t, err)
		for _, w := range each.want {
			require.Contains(t, string(text), w, each.carrier)
		}
	}
	c := good(t)
	require.NoError(t, c.Write(asterisk.Program{}))
	text, err := os.ReadFile(filepath.Join(c.Dir, "etc/pjsip.conf"))
	require.NoError(t, err)
	require.NotContains(t, string(text), "carrier]", "none, unless there is one")
	c.CarrierAddr = "carrier.example:5060"
	require.Error(t, c.Write(asterisk.Program{}))
}

// TestHoldMusic: it is calm, never silent, has no seam and is no test tone.
func TestHoldMusic(t *testing.T) {
	t.Parallel()
	music := asterisk.HoldMusic()
	require.GreaterOrEqual(t, len(music), 20*audio.SampleRate)
	require.InDelta(t, -21, audio.Level(music), 3)
	steepest := 0
	for i := range music {
		step := int(music[(i+1)%len(music)]) - int(music[i])
		steepest = max(steepest, step, -step)
		require.Less(t, int(music[i]), 30000)
		require.Greater(t, int(music[i]), -30000)
	}
	seam := int(music[0]) - int(music[len(music)-1])
	require.LessOrEqual(t, max(seam, -seam), steepest*3/4, "the seam is no louder than the music")
	twice := append(music, music...)
	for at := 0; at < len(music); at += audio.SampleRate / 2 {
		half := twice[at : at+audio.SampleRate/2]
		require.Greater(t, audio.Level(half), -40.0, "second %v", float64(at)/audio.SampleRate)
		for _, hz := range []float64{440, 1000} {
			require.Less(t, audio.ToneShare(half, hz), 0.02, "%v Hz at second %v", hz, float64(at)/audio.SampleRate)
		}
	}
}

// TestWithoutServer: a caller is answered by the dialplan with hold music while no server is there.
func TestWithoutServer(t *testing.T) {
	t.Parallel()
	in := asterisktest.StartForTest(t)
	line := asterisktest.NewPhone(t, "127.0.0.2", "010").Call("1000", in.SIPAddr)
	select {
	case <-line.Answered:
	case <-time.After(5 * time.Second):
		t.Fatal("not answered")
	}
	require.Eventually(t, func() bool { return audio.Level(line.Heard(time.Second)) > -40 }, 5*time.Second, 50*time.Millisecond)
	line.Hangup()
	in.RequireIdle()
}

// TestListensOnLoopbackOnly looks at every socket of the process while a call is up. The two UDP sockets that are not
// bound to loopback belong to the DNS client of pjproject, one for IPv4 and one for IPv6; no setting turns them off.
func TestListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	in := asterisktest.StartForTest(t)
	line := asterisktest.NewPhone(t, "127.0.0.2", "010").Call("1000", in.SIPAddr)
	<-line.Answered
	tcp, udp := in.Listening()
	ari := netip.MustParseAddrPort(strings.TrimSuffix(strings.TrimPrefix(in.ARIURL, "http://"), "/ari"))
	manager := netip.AddrPortFrom(netip.MustParseAddr("127.0.88.38"), ari.Port())
	require.ElementsMatch(t, []string{ari.String(), manager.String(), in.SIPAddr}, tcp)
	require.Contains(t, udp, in.SIPAddr)
	var dns []string
	for _, a := range udp {
		addr := netip.MustParseAddrPort(a)
		if addr.Addr().IsUnspecified() {
			dns = append(dns, a)
			continue
		}
		require.True(t, addr.Addr().IsLoopback(), "listens at %s", a)
	}
	require.LessOrEqual(t, len(dns), 2, "open to everybody: %v", dns)
}

func TestSeveralSideBySide(t *testing.T) {
	t.Parallel()
	a, b := asterisktest.StartForTest(t), asterisktest.StartForTest(t)
	var one, two struct {
		System struct {
			EntityID string `json:"entity_id"`
		} `json:"system"`
	}
	require.NoError(t, a.Get("/asterisk/info", &one))
	require.NoError(t, b.Get("/asterisk/info", &two))
	require.NotEqual(t, one.System.EntityID, two.System.EntityID)
}

// TestLogIsQuiet: an ordinary start and call leave no warning behind.
func TestLogIsQuiet(t *testing.T) {
	t.Parallel()
	in := asterisktest.StartForTest(t)
	line := asterisktest.NewPhone(t, "127.0.0.2", "010").Call("1000", in.SIPAddr)
	<-line.Answered
	line.Hangup()
	in.RequireIdle()
	for text := range strings.Lines(in.Log()) {
		if strings.Contains(text, "app 'bellhop'") {
			continue // no server is there
		}
		require.False(t, strings.Contains(text, "WARNING[") || strings.Contains(text, "ERROR["), text)
	}
}

// TestAsOrdinaryUser runs the unpacked program, offline and with a folder of its own, as nobody.
func TestAsOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("not root: every other test shows it")
	}
	p, err := asterisk.Install(t.Context(), asterisktest.CacheDir(t), nil)
	require.NoError(t, err)
	dir, err := os.MkdirTemp("/tmp", "bellhop-nobody-") //nolint:usetesting // t.TempDir is closed to other users
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	c := good(t)
	c.Dir, c.ARIAddr, c.SIPAddr = filepath.Join(dir, "run"), freeAddr(t, "tcp"), freeAddr(t, "udp")
	require.NoError(t, c.Write(p))
	try := exec.Command("cat", p.Binary)
	asNobody(t, try)
	if try.Run() != nil {
		t.Skip("the cache is closed to other users here")
	}
	require.NoError(t, exec.Command("chown", "-R", "nobody", dir).Run())
	cmd := p.Command(c.Dir)
	asNobody(t, cmd)
	require.NoError(t, cmd.Start())
	done := make(chan struct{})
	go func() { _ = cmd.Wait(); close(done) }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); <-done })
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", c.ARIAddr)
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, 10*time.Second, 50*time.Millisecond)
}

func freeAddr(t *testing.T, network string) string {
	t.Helper()
	if network == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		require.NoError(t, err)
		defer c.Close()
		return c.LocalAddr().String()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}
