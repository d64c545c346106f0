package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"

	"bellhop/media/audio"
)

const (
	frame     = 20 * time.Millisecond
	frameSize = 160
	// ToneShare is how much of the power heard must lie at a tone for it to count as heard.
	ToneShare = 0.5
)

// Line is an agent's WebRTC connection: it speaks, and notes when it first hears a tone. It can be made again.
type Line struct {
	origin string
	voice  audio.Source
	ear    *Ear
	hertz  float64
	waits  atomic.Pointer[listening]

	network *network // nil unless it can be cut

	mu     sync.Mutex
	meter  *audio.Meter
	peer   *webrtc.PeerConnection
	socket *websocket.Conn
	stop   context.CancelFunc
	lost   chan struct{} // closed when the connection is

	replaced atomic.Bool // by another page of the same agent
}

// listening is a tone that is waited for, and when it was first heard: nanoseconds since the epoch, 0 while it was not.
type listening struct {
	detector *audio.Detector
	at       atomic.Int64
}

func newLine(origin string, voice audio.Source, ear *Ear, hertz float64) *Line {
	l := &Line{origin: origin, voice: voice, ear: ear, hertz: hertz, meter: audio.NewMeter(time.Second)}
	l.Listen(max(hertz, 1))
	return l
}

// connect makes the connection, within ctx; it lasts as long as life.
func (l *Line) connect(ctx, life context.Context, mediaURL, token string) error { //nolint:revive // life is not the call's
	peer, track, err := newPeer(l.network)
	if err != nil {
		return err
	}
	if err := l.join(ctx, life, peer, track, mediaURL, token); err != nil {
		_ = peer.Close()
		return err
	}
	return nil
}

func (l *Line) join(
	ctx, life context.Context, peer *webrtc.PeerConnection, track *webrtc.TrackLocalStaticSample, mediaURL, token string, //nolint:revive // as above
) error {
	peer.OnTrack(func(remote *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { l.hear(remote) })
	offer, err := peer.CreateOffer(nil)
	if err != nil {
		return err
	}
	if err := peer.SetLocalDescription(offer); err != nil {
		return err
	}
	options := &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {l.origin}}}
	if l.network != nil {
		options.HTTPClient = l.network.client()
	}
	socket, _, err := websocket.Dial(ctx, mediaURL, options)
	if err != nil {
		return fmt.Errorf("media websocket: %w", err)
	}
	hello := map[string]string{"type": "hello", "token": token, "sdp": offer.SDP}
	if err := wsjson.Write(ctx, socket, hello); err != nil {
		return err
	}
	life, stop := context.WithCancel(life)
	connected, lost := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(lost)
		l.signalling(life, socket, peer, connected)
	}()
	select {
	case err = <-connected:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		stop()
		_ = socket.CloseNow()
		return err
	}
	l.mu.Lock()
	l.peer, l.socket, l.stop, l.lost = peer, socket, stop, lost
	l.mu.Unlock()
	go l.speak(life, track)
	return nil
}

func newPeer(over *network) (*webrtc.PeerConnection, *webrtc.TrackLocalStaticSample, error) {
	engine := &webrtc.MediaEngine{}
	pcmu := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypePCMU, ClockRate: 8000}
	if err := engine.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: pcmu, PayloadType: 0},
		webrtc.RTPCodecTypeAudio); err != nil {
		return nil, nil, err
	}
	settings := webrtc.SettingEngine{}
	settings.SetIncludeLoopbackCandidate(true)
	if over != nil {
		settings.SetNet(over)
	}
	peer, err := webrtc.NewAPI(webrtc.WithMediaEngine(engine), webrtc.WithSettingEngine(settings)).
		NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return nil, nil, err
	}
	track, err := webrtc.NewTrackLocalStaticSample(pcmu, "microphone", "bench")
	if err != nil {
		return nil, nil, err
	}
	_, err = peer.AddTrack(track)
	return peer, track, err
}

// signalling answers media's messages; connected gets the outcome of the set-up once.
func (l *Line) signalling(ctx context.Context, socket *websocket.Conn, peer *webrtc.PeerConnection, connected chan<- error) {
	for {
		var m struct{ Type, SDP, Code string }
		if err := wsjson.Read(ctx, socket, &m); err != nil {
			select {
			case connected <- err:
			default:
			}
			return
		}
		switch m.Type {
		case "answer":
			answer := webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: m.SDP}
			if err := peer.SetRemoteDescription(answer); err != nil {
				connected <- err
				return
			}
		case "connected":
			select {
			case connected <- nil:
			default: // told again after a change of the network
			}
		case "error":
			l.replaced.Store(m.Code == "replaced")
			select {
			case connected <- errors.New("media: " + m.Code):
			default:
			}
			return
		case "ping":
			if err := wsjson.Write(ctx, socket, map[string]string{"type": "pong"}); err != nil {
				return
			}
		}
	}
}

func (l *Line) hear(remote *webrtc.TrackRemote) {
	samples := make([]int16, 0, frameSize)
	for {
		packet, _, err := remote.ReadRTP()
		if err != nil {
			return
		}
		samples = audio.DecodeULaw(samples[:0], packet.Payload)
		l.mu.Lock()
		l.meter.Add(samples)
		l.mu.Unlock()
		l.ear.Hear(time.Now(), samples)
		if w := l.waits.Load(); w.at.Load() == 0 && w.detector.Share(samples) > ToneShare {
			w.at.Store(time.Now().UnixNano())
		}
	}
}

// Listen waits for a tone from now on.
func (l *Line) Listen(hz float64) {
	l.waits.Store(&listening{detector: audio.NewDetector(hz, frame)})
}

// HeardAt is when the tone was first heard since Listen, to a frame of 20 ms, or the zero time.
func (l *Line) HeardAt() time.Time {
	if at := l.waits.Load().at.Load(); at != 0 {
		return time.Unix(0, at)
	}
	return time.Time{}
}

// Share is how much of what was heard in the last 100 ms is the tone, from 0 to 1.
func (l *Line) Share(hz float64) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return audio.ToneShare(l.meter.Last(100*time.Millisecond), hz)
}

// Level is how loud the last 100 ms were, in dBFS.
func (l *Line) Level() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.meter.Level(100 * time.Millisecond)
}

// Close goes away as a closed page does: without a word.
func (l *Line) Close() {
	l.mu.Lock()
	stop, socket, peer := l.stop, l.socket, l.peer
	l.mu.Unlock()
	stop()
	_ = socket.CloseNow()
	_ = peer.Close()
}

// Replaced says that another page of the same agent has taken the audio.
func (l *Line) Replaced() bool { return l.replaced.Load() }

// Lost is closed when the connection that there is now is lost.
func (l *Line) Lost() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost
}

func (l *Line) speak(ctx context.Context, track *webrtc.TrackLocalStaticSample) {
	pace := audio.NewPacer(frame)
	samples, code := make([]int16, frameSize), make([]byte, 0, frameSize)
	for {
		due, err := pace.Wait(ctx)
		if err != nil {
			return
		}
		for range due {
			l.voice.Read(samples)
			code = audio.EncodeULaw(code[:0], samples)
			if err := track.WriteSample(media.Sample{Data: code, Duration: frame}); err != nil {
				return
			}
		}
	}
}
