package asterisktest

import (
	"context"
	"fmt"
	"math"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/pion/rtp"

	"bellhop/media/audio"
)

// Line is one call of a Phone. It speaks PCMU: silence, or the tone of Speak, once it is up.
type Line struct {
	// Request is the INVITE of an incoming call.
	Request *sip.Request
	// Ringing, Answered and Ended are closed when that happened.
	Ringing, Answered, Ended chan struct{}

	phone  *Phone
	client *sipgo.DialogClientSession
	server *sipgo.DialogServerSession
	cancel context.CancelFunc
	rtp    *net.UDPConn
	remote atomic.Pointer[net.UDPAddr]
	hz     atomic.Uint64
	meter  *audio.Meter
	placed time.Time

	rang, up, over sync.Once
	voice          sync.Once // it speaks, once
	mu             sync.Mutex
	status         int
	reason         string
	answeredAfter  time.Duration
	keys           string
	lastKey        uint32 // its time stamp
	sinceKey       bool   // there was one
	soundAt        time.Time
	silence        time.Duration
}

func newLine(p *Phone, conn *net.UDPConn) *Line {
	l := &Line{
		phone: p, rtp: conn, meter: audio.NewMeter(2 * time.Second),
		Ringing: make(chan struct{}), Answered: make(chan struct{}), Ended: make(chan struct{}),
	}
	go l.listen()
	return l
}

// Status is the final SIP status of a call that was placed, 0 while there is none, and the Reason header of the BYE.
func (l *Line) Status() (status int, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.status, l.reason
}

// AnsweredAfter is how long the INVITE took to be answered with 200.
func (l *Line) AnsweredAfter() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.answeredAfter
}

// Speak sends a tone from now on, at audio.DefaultLevel; 0 is silence.
func (l *Line) Speak(hz float64) { l.hz.Store(math.Float64bits(hz)) }

// Heard is the newest sound that was received, at most 2 s of it.
func (l *Line) Heard(span time.Duration) []int16 { return l.meter.Last(span) }

// Forget drops what was heard so far, so that silence after it is told from old sound.
func (l *Line) Forget() { l.meter.Add(make([]int16, 2*audio.SampleRate)) }

// LongestSilence is the longest time in which no packet of sound came, since it was asked last.
func (l *Line) LongestSilence() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	longest := max(l.silence, time.Since(l.soundAt))
	l.silence, l.soundAt = 0, time.Now()
	return longest
}

// soundCame notes that a packet of sound came.
func (l *Line) soundCame() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if !l.soundAt.IsZero() {
		l.silence = max(l.silence, now.Sub(l.soundAt))
	}
	l.soundAt = now
}

// Ring answers an incoming call with 180.
func (l *Line) Ring() error { return l.server.Respond(sip.StatusRinging, "Ringing", nil) }

// Refuse ends an incoming call with a final status such as 486.
func (l *Line) Refuse(status int) error { return l.server.Respond(status, "Refused", nil) }

// EarlyMedia answers an incoming call with 183, so that what is spoken is heard before the answer.
func (l *Line) EarlyMedia() error {
	if err := l.server.Respond(sip.StatusSessionInProgress, "Session Progress", l.sdp(), sip.NewHeader("Content-Type", "application/sdp")); err != nil {
		return err
	}
	l.voice.Do(func() { go l.speak() })
	return nil
}

// Keys are the keys that were received (RFC 4733), in order.
func (l *Line) Keys() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.keys
}

// key takes one packet of a telephone event; those of one key have one time stamp.
func (l *Line) key(p rtp.Packet) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(p.Payload) < 4 || int(p.Payload[0]) >= len(keyOrder) || l.sinceKey && l.lastKey == p.Timestamp {
		return
	}
	l.keys += string(keyOrder[p.Payload[0]])
	l.lastKey, l.sinceKey = p.Timestamp, true
}

// keyOrder are the keys by their numbers as events (RFC 4733, section 3.2).
const keyOrder = "0123456789*#ABCD"

// Answer picks an incoming call up and returns when Asterisk has acknowledged it.
func (l *Line) Answer() error {
	if err := l.server.RespondSDP(l.sdp()); err != nil {
		return err
	}
	l.start()
	return nil
}

// Hangup ends the call in whatever state it is: CANCEL, BYE or a refusal.
func (l *Line) Hangup() {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	select {
	case <-l.Ended:
	case <-l.Answered:
		if l.client != nil {
			_ = l.client.Bye(ctx)
		} else {
			_ = l.server.Bye(ctx)
		}
	default:
		if l.client != nil {
			l.cancel()
			<-l.Ended
		} else {
			_ = l.Refuse(sip.StatusTemporarilyUnavailable)
		}
	}
	l.end("")
}

// Vanish stops sending and answering anything, as a telephone without power does.
func (l *Line) Vanish() { _ = l.rtp.Close() }

func (l *Line) dial(ctx context.Context) {
	err := l.client.WaitAnswer(ctx, sipgo.AnswerOptions{OnResponse: func(res *sip.Response) error {
		if res.StatusCode == sip.StatusRinging || res.StatusCode == sip.StatusSessionInProgress {
			l.rang.Do(func() { close(l.Ringing) })
		}
		if len(res.Body()) > 0 {
			l.learn(string(res.Body()))
		}
		if res.StatusCode >= 200 {
			l.mu.Lock()
			l.status, l.answeredAfter = res.StatusCode, time.Since(l.placed)
			l.mu.Unlock()
		}
		return nil
	}})
	if err != nil || l.client.Ack(ctx) != nil {
		l.end("")
		return
	}
	l.start()
}

func (l *Line) start() {
	l.up.Do(func() {
		close(l.Answered)
		l.voice.Do(func() { go l.speak() })
	})
}

func (l *Line) end(reason string) {
	l.over.Do(func() {
		l.mu.Lock()
		l.reason = reason
		l.mu.Unlock()
		_ = l.rtp.Close()
		close(l.Ended)
	})
}

// listen measures what comes, also before the call is answered.
func (l *Line) listen() {
	buf := make([]byte, 1500)
	for {
		n, err := l.rtp.Read(buf)
		if err != nil {
			return
		}
		var packet rtp.Packet
		if packet.Unmarshal(buf[:n]) != nil {
			continue
		}
		switch packet.PayloadType {
		case 0:
			l.soundCame()
			l.meter.Add(audio.DecodeULaw(nil, packet.Payload))
		case 101:
			l.key(packet)
		}
	}
}

func (l *Line) speak() {
	ticker := time.NewTicker(audio.FrameDuration)
	defer ticker.Stop()
	packet := rtp.Packet{Header: rtp.Header{Version: 2, SSRC: uint32(time.Now().UnixNano())}}
	frame := make([]int16, audio.FrameSamples)
	amplitude := math.MaxInt16 * math.Sqrt2 * math.Pow(10, audio.DefaultLevel/20)
	for phase := 0; ; phase += audio.FrameSamples {
		select {
		case <-l.Ended:
			return
		case <-ticker.C:
		}
		hz := math.Float64frombits(l.hz.Load())
		for i := range frame {
			frame[i] = int16(amplitude * math.Sin(2*math.Pi*hz*float64(phase+i)/audio.SampleRate))
		}
		packet.SequenceNumber++
		packet.Timestamp += audio.FrameSamples
		packet.Payload = audio.EncodeULaw(nil, frame)
		data, err := packet.Marshal()
		if err != nil {
			return
		}
		if to := l.remote.Load(); to != nil {
			_, _ = l.rtp.WriteToUDP(data, to)
		}
	}
}

// learn takes the address for sound out of the other side's SDP.
func (l *Line) learn(sdp string) {
	var host string
	var port int
	for line := range strings.Lines(sdp) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "c=IN IP4 "); ok {
			host = rest
		}
		if rest, ok := strings.CutPrefix(line, "m=audio "); ok {
			port, _ = strconv.Atoi(strings.Fields(rest)[0])
		}
	}
	if ip := net.ParseIP(host); ip != nil && port > 0 {
		l.remote.Store(&net.UDPAddr{IP: ip, Port: port})
	}
}

func (l *Line) sdp() []byte {
	addr := l.rtp.LocalAddr().(*net.UDPAddr) //nolint:forcetypeassert // a UDP socket has a UDP address
	return fmt.Appendf(nil, "v=0\r\no=- 1 1 IN IP4 %[1]s\r\ns=-\r\nc=IN IP4 %[1]s\r\nt=0 0\r\n"+
		"m=audio %[2]d RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:20\r\n", addr.IP, addr.Port)
}

// Ask sends a request within the call, such as REFER, and returns the status of its answer.
func (l *Line) Ask(ctx context.Context, method sip.RequestMethod, headers ...sip.Header) (int, error) {
	req := sip.NewRequest(method, l.client.InviteRequest.Recipient)
	for _, h := range headers {
		req.AppendHeader(h)
	}
	resp, err := l.client.Do(ctx, req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, nil
}
