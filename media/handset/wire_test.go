package handset

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/pion/rtp"
	"github.com/stretchr/testify/require"

	"bellhop/media/audio"
)

// inviteOf builds the INVITE of a call without a network.
func inviteOf(call Call) string {
	s := &Session{
		phone: &Phone{addr: netip.MustParseAddrPort("127.0.0.1:5080"), opts: Options{UserAgent: "test"}},
		call:  call, host: "192.0.2.1", server: netip.MustParseAddrPort("192.0.2.1:5060"),
		callID: "id", localTag: "tag",
	}
	return s.inviteTo(netip.MustParseAddrPort("127.0.0.1:4000")).String()
}

func FuzzNoCallerInjectsAHeader(f *testing.F) {
	f.Add("01012345678", "김철수", "1000", false)
	f.Add("1\r\nX: y", "\r\n\r\nbody", "1\nX: y", false)
	f.Add("\x00\xff", `"\`, "%0d%0a", true)
	f.Add(strings.Repeat("9", 5000), strings.Repeat("\\\"", 2100), "*#", false)
	f.Fuzz(func(t *testing.T, number, name, to string, anonymous bool) {
		if to == "" {
			return
		}
		raw := inviteOf(Call{To: to, From: Caller{number, name, anonymous}, Codecs: []Codec{PCMU}})
		head, body, _ := strings.Cut(raw, "\r\n\r\n")
		require.True(t, strings.HasPrefix(body, "v=0\r\n"))
		lines := strings.Split(head, "\r\n")
		want := 11
		if anonymous {
			want++
		}
		require.Len(t, lines, want)
		for _, line := range lines {
			require.NotContains(t, line, "\r")
			require.NotContains(t, line, "\n")
			require.NotContains(t, line, "\x00")
		}
		msg, err := sip.ParseMessage([]byte(raw))
		require.NoError(t, err)
		from := msg.(*sip.Request).From()
		require.NotNil(t, from)
		tag, _ := from.Params.Get("tag")
		require.Equal(t, "tag", tag)
		if !anonymous {
			require.Equal(t, "127.0.0.1", from.Address.Host)
			require.Equal(t, escaped(number), from.Address.User)
		}
	})
}

func FuzzUnderstandSDP(f *testing.F) {
	f.Add(describe(netip.MustParseAddrPort("127.0.0.1:4000"), 1, 101, "sendrecv", offered([]Codec{PCMU, PCMA})...))
	f.Add([]byte("v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 96\r\nc=IN IP6 ::1\r\na=rtpmap:96 PCMA/8000\r\na=sendonly\r\n"))
	f.Add([]byte("v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 70000 RTP/AVP 0\r\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		agreed, err := understand(body)
		if err != nil {
			require.ErrorIs(t, err, errNoSound)
			return
		}
		require.True(t, agreed.remote.Addr().IsValid())
		require.Contains(t, []Codec{PCMU, PCMA}, agreed.codec)
		require.Less(t, agreed.payload, uint8(128))
	})
}

func TestUnderstandSDP(t *testing.T) {
	const head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
	remote := netip.MustParseAddrPort("127.0.0.1:9")
	for name, test := range map[string]struct {
		sdp  string
		want media
		err  string
	}{
		"the usual":      {head + "m=audio 9 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n", media{remote, PCMA, 8, 101, true, true}, ""},
		"video first":    {head + "m=video 7 RTP/AVP 0\r\nm=audio 9 RTP/AVP 0\r\n", media{remote, PCMU, 0, 0, true, true}, ""},
		"a moving type":  {head + "m=audio 9 RTP/AVP 3 96\r\na=rtpmap:3 GSM/8000\r\na=rtpmap:96 pcmu/8000\r\na=recvonly\r\n", media{remote, PCMU, 96, 0, true, false}, ""},
		"hold for all":   {strings.Replace(head, "t=0 0\r\n", "t=0 0\r\na=inactive\r\n", 1) + "m=audio 9 RTP/AVP 0\r\n", media{remote, PCMU, 0, 0, false, false}, ""},
		"wide band":      {head + "m=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/16000\r\n", media{}, "neither PCMU nor PCMA"},
		"refused stream": {head + "m=audio 0 RTP/AVP 0\r\n", media{}, "no audio"},
		"no address":     {"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n", media{}, "no address"},
		"a name":         {"v=0\r\no=- 1 1 IN IP4 x\r\ns=-\r\nc=IN IP4 host.example\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n", media{}, "unusable address"},
		"nothing":        {"", media{}, "no common way"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := understand([]byte(test.sdp))
			if test.err != "" {
				require.ErrorIs(t, err, errNoSound)
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

func FuzzReadReason(f *testing.F) {
	f.Add(`Q.850;cause=16;text="Normal call clearing"`)
	f.Add(`SIP ;cause=200 ;text="a, b; \"c\"" , Q.850;cause=99999999999999999999`)
	f.Add(`",;"=\`)
	f.Fuzz(func(_ *testing.T, value string) {
		readReason([]sip.Header{sip.NewHeader("Reason", value)})
	})
}

func TestEarIgnoresWhatIsNotSoundFromThere(t *testing.T) {
	there, elsewhere := netip.MustParseAddrPort("127.0.0.1:4000"), netip.MustParseAddrPort("127.0.0.2:4000")
	tone := make([]int16, audio.FrameSamples)
	audio.Tones(-15, 1000).Read(tone)
	packet := func(change func(*rtp.Packet)) []byte {
		p := &rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: 10, SSRC: 1}, Payload: audio.EncodeULaw(nil, tone)}
		change(p)
		raw, err := p.Marshal()
		require.NoError(t, err)
		return raw
	}
	good := packet(func(*rtp.Packet) {})
	for name, test := range map[string]struct {
		raw  []byte
		from netip.AddrPort
	}{
		"from elsewhere":   {good, elsewhere},
		"too short":        {good[:5], there},
		"nothing":          {nil, there},
		"not RTP":          {[]byte("OPTIONS sip:x SIP/2.0\r\n\r\n"), there},
		"RTCP":             {append([]byte{0x80, 200, 0, 6}, make([]byte, 24)...), there},
		"comfort noise":    {packet(func(p *rtp.Packet) { p.PayloadType = 13 }), there},
		"a key":            {packet(func(p *rtp.Packet) { p.PayloadType = 101 }), there},
		"too much padding": {append(append([]byte{0xA0}, good[1:12]...), 200), there},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := newEar(&Call{HeardLevel: HeardLevel}, func(Event) {})
			require.NoError(t, err)
			now := time.Now()
			e.agree(media{remote: there, codec: PCMU}, now)
			e.packet(nil, test.raw, test.from, now)
			require.Zero(t, e.loud)
		})
	}
	e, err := newEar(&Call{HeardLevel: HeardLevel, Probe: []float64{1000}}, func(Event) {})
	require.NoError(t, err)
	now := time.Now()
	e.agree(media{remote: there, codec: PCMU}, now)
	e.packet(nil, good, there, now)
	e.packet(nil, good, there, now) // repeated
	e.packet(nil, packet(func(p *rtp.Packet) { p.SequenceNumber = 13 }), there, now)
	e.packet(nil, packet(func(p *rtp.Packet) { p.SequenceNumber = 12 }), there, now) // late
	e.packet(nil, packet(func(p *rtp.Packet) { p.SSRC = 2 }), there, now)
	require.Equal(t, Stats{Received: 3, Lost: 2, Ignored: 2}, e.stats)
	require.Equal(t, 60*time.Millisecond, e.loud)
}

func FuzzEar(f *testing.F) {
	f.Add([]byte{0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, 0x00})
	f.Add([]byte{0xB1, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0xBE, 0xDE, 0, 1, 0x10, 1, 0, 0, 9})
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := newEar(&Call{HeardLevel: HeardLevel}, func(Event) {})
		require.NoError(t, err)
		there, now := netip.MustParseAddrPort("127.0.0.1:4000"), time.Now()
		e.agree(media{remote: there, codec: PCMA, payload: 8}, now)
		e.packet(nil, raw, there, now)
		e.idle(now.Add(time.Second))
		require.GreaterOrEqual(t, e.samples, audio.SampleRate)
	})
}
