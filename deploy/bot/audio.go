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

// Line is an agent's WebRTC connection: it speaks a tone and notes when it first hears another.
type Line struct {
	peer   *webrtc.PeerConnection
	socket *websocket.Conn
	stop   context.CancelFunc
	hertz  float64
	waits  atomic.Pointer[listening]

	mu    sync.Mutex
	meter *audio.Meter
}

// listening is a tone that is waited for, and when it was first heard: nanoseconds since the epoch, 0 while it was not.
type listening struct {
	detector *audio.Detector
	at       atomic.Int64
}

func connectAudio(ctx context.Context, origin, mediaURL, token string, hertz float64) (*Line, error) {
	peer, track, err := newPeer()
	if err != nil {
		return nil, err
	}
	line := &Line{peer: peer, hertz: hertz, meter: audio.NewMeter(time.Second)}
	line.Listen(hertz)
	peer.OnTrack(func(remote *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { line.hear(remote) })
	offer, err := peer.CreateOffer(nil)
	if err != nil {
		return nil, err
	}
	if err := peer.SetLocalDescription(offer); err != nil {
		return nil, err
	}
	socket, _, err := websocket.Dial(ctx, mediaURL, &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {origin}}})
	if err != nil {
		return nil, fmt.Errorf("media websocket: %w", err)
	}
	line.socket = socket
	hello := map[string]string{"type": "hello", "token": token, "sdp": offer.SDP}
	if err := wsjson.Write(ctx, socket, hello); err != nil {
		return nil, err
	}
	connected := make(chan error, 1)
	go signalling(ctx, socket, peer, connected)
	select {
	case err := <-connected:
		if err != nil {
			return nil, err
		}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	ctx, line.stop = context.WithCancel(ctx)
	go line.speak(ctx, track)
	return line, nil
}

func newPeer() (*webrtc.PeerConnection, *webrtc.TrackLocalStaticSample, error) {
	engine := &webrtc.MediaEngine{}
	pcmu := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypePCMU, ClockRate: 8000}
	if err := engine.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: pcmu, PayloadType: 0},
		webrtc.RTPCodecTypeAudio); err != nil {
		return nil, nil, err
	}
	settings := webrtc.SettingEngine{}
	settings.SetIncludeLoopbackCandidate(true)
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
func signalling(ctx context.Context, socket *websocket.Conn, peer *webrtc.PeerConnection, connected chan<- error) {
	for {
		var m struct{ Type, SDP, Code string }
		if err := wsjson.Read(ctx, socket, &m); err != nil {
			connected <- err
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
			connected <- nil
		case "error":
			connected <- errors.New("media: " + m.Code)
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
	l.stop()
	_ = l.socket.CloseNow()
	_ = l.peer.Close()
}

func (l *Line) speak(ctx context.Context, track *webrtc.TrackLocalStaticSample) {
	source := audio.Tones(audio.DefaultLevel, l.hertz)
	pace := audio.NewPacer(frame)
	samples, code := make([]int16, frameSize), make([]byte, 0, frameSize)
	for {
		due, err := pace.Wait(ctx)
		if err != nil {
			return
		}
		for range due {
			source.Read(samples)
			code = audio.EncodeULaw(code[:0], samples)
			if err := track.WriteSample(media.Sample{Data: code, Duration: frame}); err != nil {
				return
			}
		}
	}
}
