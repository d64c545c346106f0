package peer

import (
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun/v4"
	"github.com/stretchr/testify/require"
)

var (
	home = netip.MustParseAddrPort("192.0.2.1:5000")
	away = netip.MustParseAddrPort("192.0.2.2:5000")
)

// checkOf is a check as a browser sends it.
func checkOf(t testing.TB, user, password string) []byte {
	t.Helper()
	m, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername(user), stun.NewShortTermIntegrity(password), stun.Fingerprint)
	require.NoError(t, err)
	return m.Raw
}

func TestGate(t *testing.T) {
	g, now := newGate(nil, nil), time.Now()
	audio, hello := append([]byte{0x80}, make([]byte, 171)...), append([]byte{22}, make([]byte, 60)...)
	g.open("kim", "secret", func() {})
	require.Equal(t, stranger, g.judge(audio, home, now))
	require.Equal(t, stranger, g.judge(hello, home, now))
	require.Equal(t, unknownSession, g.judge(checkOf(t, "lee:x", "secret"), home, now))
	require.Equal(t, wrongPassword, g.judge(checkOf(t, "kim:x", "wrong"), home, now))
	require.Equal(t, stranger, g.judge(audio, home, now))

	first := checkOf(t, "kim:x", "secret")
	require.Empty(t, g.judge(first, home, now))
	require.Empty(t, g.judge(audio, home, now))
	require.Empty(t, g.judge(hello, home, now))
	require.Empty(t, g.judge(first, home, now), "a check may be repeated")
	require.Equal(t, replayed, g.judge(first, away, now), "but not by somebody else")
	require.Equal(t, stranger, g.judge(audio, away, now))
	require.Empty(t, g.judge(checkOf(t, "kim:x", "secret"), away, now), "a browser may move")
	require.Empty(t, g.judge(audio, away, now))

	require.Equal(t, stranger, g.judge(audio, home, now.Add(consentTime+1)), "whoever does not check any more is gone")
	for n := range 10 {
		port := netip.AddrPortFrom(home.Addr(), uint16(6000+n))
		require.Empty(t, g.judge(checkOf(t, "kim:x", "secret"), port, now))
	}
	require.Equal(t, stranger, g.judge(audio, home, now), "nor has it ever more than a few")
	require.Len(t, g.visitors, addressesPerSession)
	g.open("kim2", "new", func() {})
	g.shut("kim")
	require.Empty(t, g.visitors)
	require.Equal(t, unknownSession, g.judge(checkOf(t, "kim:x", "secret"), home, now))
	require.Empty(t, g.judge(checkOf(t, "kim2:x", "new"), home, now))
}

func TestGateBoundsWhatOneMaySend(t *testing.T) {
	g, now := newGate(nil, nil), time.Now()
	g.open("kim", "secret", func() {})
	require.Empty(t, g.judge(checkOf(t, "kim:x", "secret"), home, now))
	hello := append([]byte{22}, make([]byte, 60)...)
	passed := 0
	for range 1000 {
		if g.judge(hello, home, now) == "" {
			passed++
		}
	}
	require.Equal(t, handshakePerSecond, passed)
	wrong := checkOf(t, "kim:x", "wrong")
	for range badChecksPerSecond {
		require.Equal(t, wrongPassword, g.judge(wrong, away, now))
	}
	require.Equal(t, tooMany, g.judge(wrong, away, now))
	require.Empty(t, g.judge(checkOf(t, "kim:x", "secret"), home, now), "who is in is looked at still")
	require.Empty(t, g.judge(hello, home, now.Add(time.Second)))
}

func TestGateTakesNoMemory(t *testing.T) {
	g, now := newGate(nil, nil), time.Now()
	g.open("kim", "secret", func() {})
	unknown, wrong, junk := checkOf(t, "lee:x", "secret"), checkOf(t, "kim:x", "wrong"), append([]byte{22}, make([]byte, 60)...)
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		g.judge(unknown, away, now)
		g.judge(wrong, away, now)
		g.judge(junk, away, now)
	}))
	for n := range 10 * remembered {
		from := netip.AddrPortFrom(home.Addr(), uint16(1024+n))
		require.Empty(t, g.judge(checkOf(t, "kim:x", "secret"), from, now))
	}
	require.Len(t, g.visitors, addressesPerSession)
	require.Len(t, g.doors["kim"].seen, remembered)
}

// FuzzGate: nothing gets in but by a check that pion's own STUN takes for good, too.
func FuzzGate(f *testing.F) {
	f.Add(checkOf(f, "kim:x", "secret"))
	f.Add(checkOf(f, "kim:x", "wrong"))
	f.Add(checkOf(f, "kim", "secret"))
	many, err := stun.Build(stun.TransactionID, stun.BindingRequest, stun.NewUsername("kim:x"))
	require.NoError(f, err)
	for range 200 {
		many.Add(stun.AttrSoftware, []byte("x"))
	}
	f.Add(many.Raw)
	f.Add([]byte{0, 1, 0, 8, 0x21, 0x12, 0xA4, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0xFF, 0xFF, 0, 0, 0, 0})
	f.Add([]byte{0x80})
	f.Add([]byte{22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, b []byte) {
		g := newGate(nil, nil)
		g.open("kim", "secret", func() {})
		if g.judge(b, home, time.Now()) != "" {
			require.Empty(t, g.visitors)
			return
		}
		m := &stun.Message{Raw: b}
		require.NoError(t, m.Decode())
		require.NoError(t, stun.NewShortTermIntegrity("secret").Check(m))
		require.Contains(t, g.visitors, home)
	})
}
