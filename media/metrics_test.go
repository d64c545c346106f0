package media_test

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"bellhop/media"
)

func TestMetricsAreCleanAndNameNobody(t *testing.T) {
	r := newRig(t)
	p, l := r.talking("agent-kim", "leg-1")
	both(t, p, l)
	problems, err := testutil.GatherAndLint(r.registry)
	require.NoError(t, err)
	require.Empty(t, problems)
	families, err := r.registry.Gather()
	require.NoError(t, err)
	require.NotEmpty(t, families)
	for _, f := range families {
		require.True(t, strings.HasPrefix(f.GetName(), "bellhop_media_"), f.GetName())
		require.NotContains(t, f.String(), "agent-kim")
		require.NotContains(t, f.String(), "leg-1")
	}
}

func options() media.Options {
	return media.Options{
		Addr: "127.0.0.1:0", ControlAddr: "127.0.0.1:0", SIPAddr: "127.0.0.1:0", RTCAddr: "127.0.0.1:0",
		RTPPorts: media.PortRange{From: 26000, To: 27999}, AsteriskIP: netip.MustParseAddr("127.0.0.1"),
		Secret: secret, Origins: []string{origin}, Log: testLog(),
	}
}

func TestBadOptionsAreNamed(t *testing.T) {
	for want, change := range map[string]func(*media.Options){
		"SIPAddr":    func(o *media.Options) { o.SIPAddr = "127.0.0.1" },
		"AsteriskIP": func(o *media.Options) { o.AsteriskIP = netip.Addr{} },
		"Secret":     func(o *media.Options) { o.Secret = []byte("short") },
		"at least":   func(o *media.Options) { o.Origins = nil },
		"https://x/": func(o *media.Options) { o.Origins = []string{"https://x/"} },
	} {
		o := options()
		change(&o)
		_, err := media.New(o)
		require.ErrorContains(t, err, want)
	}
}

func TestATakenPortIsNamed(t *testing.T) {
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = udp.Close() }()
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = tcp.Close() }()
	for want, change := range map[string]func(*media.Options){
		"RTCAddr":     func(o *media.Options) { o.RTCAddr = udp.LocalAddr().String() },
		"SIPAddr":     func(o *media.Options) { o.SIPAddr = udp.LocalAddr().String() },
		"RTPPorts":    func(o *media.Options) { o.RTPPorts = media.PortRange{From: 5, To: 4} },
		"Addr":        func(o *media.Options) { o.Addr = tcp.Addr().String() },
		"ControlAddr": func(o *media.Options) { o.ControlAddr = tcp.Addr().String() },
	} {
		o := options()
		change(&o)
		s, err := media.New(o)
		require.NoError(t, err)
		require.ErrorContains(t, s.Start(t.Context()), want)
	}
}
