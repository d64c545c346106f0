package peer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"bellhop/media/relay"
)

// State is what a peer connection has come to.
type State int

const (
	// Connecting means that the connection has not been up yet, or that an ICE
	// restart is under way.
	Connecting State = iota
	// Connected means that ICE and DTLS are up and audio flows.
	Connected
	// Disconnected means that nothing came for 5 s. It may come back by itself or
	// by an ICE restart.
	Disconnected
	// Lost means that nothing came for 10 s, or that the other end closed. Only an
	// ICE restart can bring it back.
	Lost
)

// Config is what Open needs to know.
type Config struct {
	// Offer is the browser's SDP.
	Offer string
	// Only is set when a live leg speaks this codec and the browser has to as well.
	Only *relay.Codec
	// Audio takes every RTP packet from the browser. The packet's memory is used
	// again. Calls come one at a time.
	Audio func(p *Peer, packet []byte)
	// Changed is called whenever State may have changed, possibly before Open has
	// returned. It must not block.
	Changed func()
}

// Peer is the connection with one browser page. It implements relay.Browser.
type Peer struct {
	pc      *webrtc.PeerConnection
	gate    *gate
	track   *track
	formats relay.Formats
	audio   func(*Peer, []byte)
	report  atomic.Pointer[Report]
	heard   atomic.Bool // a packet came since the last look

	mu    sync.Mutex
	ufrag string // at the gate
}

// receiveSize is the largest packet that is read from a browser.
const receiveSize = 1460

// gatherTime bounds the collection of our own candidates, which takes no network.
const gatherTime = 2 * time.Second

// Open answers an offer. The answer holds all candidates of ours; the browser's
// are learned from its checks, so it need not have gathered any. The error is
// ErrBadOffer if the offer is to blame.
func (g *Gateway) Open(ctx context.Context, c Config) (*Peer, string, error) {
	formats, err := readOffer(c.Offer, c.Only)
	if err != nil {
		return nil, "", err
	}
	from := &sources{}
	api, err := newAPI(g, formats.Codec, from)
	if err != nil {
		return nil, "", err
	}
	pc, err := api.NewPeerConnection(webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle})
	if err != nil {
		return nil, "", fmt.Errorf("peer: open: %w", err)
	}
	from.tooMany = sync.OnceFunc(func() { go func() { _ = pc.Close() }() })
	p := &Peer{pc: pc, gate: g.gate, track: &track{codec: formats.Codec}, formats: formats, audio: c.Audio}
	answer, err := p.begin(ctx, c)
	if err != nil {
		return nil, "", errors.Join(err, p.Close())
	}
	return p, answer, nil
}

func (p *Peer) begin(ctx context.Context, c Config) (string, error) {
	p.pc.OnConnectionStateChange(func(webrtc.PeerConnectionState) { c.Changed() })
	p.pc.OnTrack(func(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) { p.receive(t, r) })
	sender, err := p.pc.AddTrack(p.track)
	if err != nil {
		return "", fmt.Errorf("peer: add track: %w", err)
	}
	answer, err := p.answer(ctx, c.Offer)
	if err != nil {
		return "", err
	}
	go p.hearReports(sender.Read)
	return answer, nil
}

// State tells how the connection is now. pion reports its changes in no
// particular order, so nobody gets them told.
func (p *Peer) State() State {
	switch p.pc.ConnectionState() {
	case webrtc.PeerConnectionStateConnected:
		return Connected
	case webrtc.PeerConnectionStateDisconnected:
		return Disconnected
	case webrtc.PeerConnectionStateFailed, webrtc.PeerConnectionStateClosed:
		return Lost
	default:
		return Connecting
	}
}

// Renegotiate answers another offer of the same page, which may restart ICE. Its
// codec has to be the one agreed upon.
func (p *Peer) Renegotiate(ctx context.Context, offer string) (string, error) {
	formats, err := readOffer(offer, &p.formats.Codec)
	if err != nil {
		return "", err
	}
	if formats != p.formats {
		return "", fmt.Errorf("%w: payload types changed", ErrBadOffer)
	}
	return p.answer(ctx, offer)
}

func (p *Peer) answer(ctx context.Context, offer string) (string, error) {
	err := p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: withoutCandidates(offer)})
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrBadOffer, err)
	}
	answer, err := p.pc.CreateAnswer(nil)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrBadOffer, err)
	}
	gathered := webrtc.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(answer); err != nil {
		return "", fmt.Errorf("%w: %w", ErrBadOffer, err)
	}
	timeout := time.NewTimer(gatherTime)
	defer timeout.Stop()
	select {
	case <-gathered:
		sdp := p.pc.LocalDescription().SDP
		return sdp, p.letIn(sdp)
	case <-timeout.C:
		return "", errors.New("peer: gathering our own candidates took too long")
	case <-ctx.Done():
		return "", fmt.Errorf("peer: answer: %w", ctx.Err())
	}
}

// letIn opens the gate for who knows the answer, and shuts it for who knows only
// an earlier one: after an ICE restart the browser's old addresses are gone.
func (p *Peer) letIn(answer string) error {
	ufrag, password := credentials(answer)
	if ufrag == "" { // pion refuses a section by an answer without credentials
		return fmt.Errorf("%w: nothing in it that can be answered", ErrBadOffer)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if ufrag != p.ufrag {
		p.gate.shut(p.ufrag)
		p.gate.open(ufrag, password, p.hear)
		p.ufrag = ufrag
	}
	return nil
}

func (p *Peer) hear() {
	if !p.heard.Load() {
		p.heard.Store(true)
	}
}

// Heard tells whether anything came from the browser since it was last asked: sound, a report, or a check of the way.
func (p *Peer) Heard() bool { return p.heard.Load() && p.heard.Swap(false) }

// Formats returns the payload types that were agreed upon.
func (p *Peer) Formats() relay.Formats { return p.formats }

// WriteRTP implements relay.Browser. Packets before the connection is up vanish.
func (p *Peer) WriteRTP(h *rtp.Header, payload []byte) error { return p.track.write(h, payload) }

// Close ends the connection. It must not be called from Config.Changed or
// Config.Audio.
func (p *Peer) Close() error {
	p.mu.Lock()
	p.gate.shut(p.ufrag)
	p.mu.Unlock()
	if err := p.pc.GracefulClose(); err != nil {
		return fmt.Errorf("peer: close: %w", err)
	}
	return nil
}

func (p *Peer) receive(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	go drain(r.Read)
	buf := make([]byte, receiveSize)
	for {
		n, _, err := t.Read(buf)
		if err != nil {
			return
		}
		p.hear() // by TCP no gate has heard it
		p.audio(p, buf[:n])
	}
}

// bound is where packets to the browser go once the track is negotiated.
type bound struct {
	writer webrtc.TrackLocalWriter
	ssrc   uint32
}

// track is the way to the browser's loudspeaker. Unlike pion's own static track
// it leaves payload types alone, so that telephone-events pass beside the audio.
type track struct {
	codec relay.Codec
	bound atomic.Pointer[bound]

	mu   sync.Mutex
	sent sent
}

func (t *track) write(h *rtp.Header, payload []byte) error {
	b := t.bound.Load()
	if b == nil {
		return nil
	}
	h.SSRC = b.ssrc
	t.count(h.Timestamp, len(payload))
	_, err := b.writer.WriteRTP(h, payload)
	return err
}

// Bind implements webrtc.TrackLocal.
func (t *track) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	for _, p := range c.CodecParameters() {
		if strings.EqualFold(p.MimeType, "audio/"+t.codec.String()) {
			t.bound.Store(&bound{writer: c.WriteStream(), ssrc: uint32(c.SSRC())})
			return p, nil
		}
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

// Unbind implements webrtc.TrackLocal.
func (t *track) Unbind(webrtc.TrackLocalContext) error {
	t.bound.Store(nil)
	return nil
}

// ID implements webrtc.TrackLocal.
func (t *track) ID() string { return "call" }

// RID implements webrtc.TrackLocal.
func (t *track) RID() string { return "" }

// StreamID implements webrtc.TrackLocal.
func (t *track) StreamID() string { return "bellhop" }

// Kind implements webrtc.TrackLocal.
func (t *track) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeAudio }
