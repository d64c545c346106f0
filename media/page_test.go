package media_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"github.com/stretchr/testify/require"
)

const (
	pcmu = "PCMU"
	pcma = "PCMA"
	// pageEvent is the payload type of telephone-event in the page's offers.
	pageEvent = 110
)

// page is an agent's browser: a websocket and a pion peer connection.
type page struct {
	t       *testing.T
	ws      *websocket.Conn
	pc      *webrtc.PeerConnection
	mic     *mic
	lane    *lane // between the page and media, if any
	session string
	says    chan map[string]string
	quality chan quality
	hears   chan *rtp.Packet
}

// quality is what media says of the page's audio.
type quality struct {
	Type   string  `json:"type"`
	Jitter float64 `json:"jitter_ms"`
	Loss   float64 `json:"loss"`
	RTT    float64 `json:"rtt_ms"`
	Heard  bool    `json:"heard"`
}

// mic sends RTP exactly as it is given, but for the SSRC.
type mic struct {
	writer atomic.Pointer[webrtc.TrackLocalWriter]
	ssrc   atomic.Uint32
	codec  string
}

func (m *mic) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	for _, p := range c.CodecParameters() {
		if strings.EqualFold(p.MimeType, "audio/"+m.codec) {
			w := c.WriteStream()
			m.writer.Store(&w)
			m.ssrc.Store(uint32(c.SSRC()))
			return p, nil
		}
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}
func (m *mic) Unbind(webrtc.TrackLocalContext) error { return nil }
func (m *mic) ID() string                            { return "mic" }
func (m *mic) RID() string                           { return "" }
func (m *mic) StreamID() string                      { return "page" }
func (m *mic) Kind() webrtc.RTPCodecType             { return webrtc.RTPCodecTypeAudio }

func newPage(t *testing.T, url, codec string) *page {
	t.Helper()
	return newPageOn(t, url, codec, webrtc.NetworkTypeUDP4)
}

// newPageOn is a page whose network knows nothing else.
func newPageOn(t *testing.T, url, codec string, network webrtc.NetworkType) *page {
	t.Helper()
	ws, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}})
	require.NoError(t, err)
	ws.SetReadLimit(1 << 20)
	p := &page{t: t, ws: ws, mic: &mic{codec: codec}, says: make(chan map[string]string, 64), quality: make(chan quality, 64), hears: make(chan *rtp.Packet, 4096)}
	p.pc = newConnection(t, codec, network)
	_, err = p.pc.AddTrack(p.mic)
	require.NoError(t, err)
	p.pc.OnTrack(func(track *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
		go p.report(r)
		for {
			packet, _, err := track.ReadRTP()
			if err != nil {
				return
			}
			p.hears <- packet
		}
	})
	go p.read()
	t.Cleanup(p.close)
	return p
}

// report answers every report of media's as a browser does.
func (p *page) report(r *webrtc.RTPReceiver) {
	for {
		packets, _, err := r.ReadRTCP()
		if err != nil {
			return
		}
		for _, packet := range packets {
			if sr, ok := packet.(*rtcp.SenderReport); ok {
				_ = p.pc.WriteRTCP([]rtcp.Packet{&rtcp.ReceiverReport{Reports: []rtcp.ReceptionReport{
					{SSRC: sr.SSRC, LastSenderReport: uint32(sr.NTPTime >> 16)},
				}}})
			}
		}
	}
}

func newConnection(t *testing.T, codec string, network webrtc.NetworkType) *webrtc.PeerConnection {
	t.Helper()
	engine := &webrtc.MediaEngine{}
	number := webrtc.PayloadType(0)
	if codec == pcma {
		number = 8
	}
	for _, c := range []webrtc.RTPCodecParameters{
		{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/" + codec, ClockRate: 8000}, PayloadType: number},
		{RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: "audio/telephone-event", ClockRate: 8000}, PayloadType: pageEvent},
	} {
		require.NoError(t, engine.RegisterCodec(c, webrtc.RTPCodecTypeAudio))
	}
	var s webrtc.SettingEngine
	s.SetIncludeLoopbackCandidate(true)
	s.SetNetworkTypes([]webrtc.NetworkType{network})
	api := webrtc.NewAPI(webrtc.WithMediaEngine(engine), webrtc.WithSettingEngine(s), webrtc.WithInterceptorRegistry(&interceptor.Registry{}))
	pc, err := api.NewPeerConnection(webrtc.Configuration{})
	require.NoError(t, err)
	return pc
}

func (p *page) read() {
	defer close(p.says)
	for {
		_, data, err := p.ws.Read(p.t.Context())
		if err != nil {
			return
		}
		var q quality
		if json.Unmarshal(data, &q) == nil && q.Type == "quality" {
			p.quality <- q
			continue
		}
		m := make(map[string]string)
		if json.Unmarshal(data, &m) != nil {
			return
		}
		if m["type"] == "ping" {
			_ = p.ws.Write(p.t.Context(), websocket.MessageText, []byte(`{"type":"pong"}`))
			continue
		}
		p.says <- m
	}
}

func (p *page) send(m map[string]string) {
	p.t.Helper()
	data, err := json.Marshal(m)
	require.NoError(p.t, err)
	require.NoError(p.t, p.ws.Write(p.t.Context(), websocket.MessageText, data))
}

// offer makes an offer without any candidate, as a page does that does not wait.
func (p *page) offer(restart bool) string {
	p.t.Helper()
	o, err := p.pc.CreateOffer(&webrtc.OfferOptions{ICERestart: restart})
	require.NoError(p.t, err)
	require.NoError(p.t, p.pc.SetLocalDescription(o))
	return o.SDP
}

func (p *page) hello(agent string) {
	p.t.Helper()
	p.session = newSession()
	p.send(map[string]string{"type": "hello", "token": issue(p.t, agent, p.session), "sdp": p.offer(false)})
	p.answered()
}

func (p *page) answered() {
	p.t.Helper()
	m := next(p.t, p.says)
	require.Equal(p.t, "answer", m["type"], m)
	sdp := m["sdp"]
	if p.lane != nil {
		sdp = p.lane.through(sdp)
	}
	require.NoError(p.t, p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: sdp}))
}

// connected waits for media to say that the connection is up.
func (p *page) connected() {
	p.t.Helper()
	require.Equal(p.t, "connected", p.told())
	p.live()
}

// live waits until the page's own end of the connection is up, too.
func (p *page) live() {
	p.t.Helper()
	require.Eventually(p.t, func() bool { return p.pc.ConnectionState() == webrtc.PeerConnectionStateConnected }, patient, time.Millisecond)
}

// told is the next message of media in short.
func (p *page) told() string {
	p.t.Helper()
	m := next(p.t, p.says)
	return strings.TrimSpace(strings.Join([]string{m["type"], m["state"] + m["code"], m["leg"]}, " "))
}

// speak sends one packet.
func (p *page) speak(h rtp.Header, payload []byte) {
	p.t.Helper()
	w := p.mic.writer.Load()
	require.NotNil(p.t, w)
	h.Version, h.SSRC = 2, p.mic.ssrc.Load()
	_, err := (*w).WriteRTP(&h, payload)
	require.NoError(p.t, err)
}

// close goes away as a closed tab does: the websocket is gone, nobody says goodbye.
func (p *page) close() {
	_ = p.ws.CloseNow()
	_ = p.pc.GracefulClose()
}
