package handsettest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"

	"bellhop/media/audio"
)

// SDP returns the switch's description of its end of the call, PCMU and keys, with
// one of SDP's four directions.
func (c *Call) SDP(direction string) []byte {
	return c.SDPWith(direction, "0 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000")
}

// SDPWith is [Call.SDP] with other formats and attributes.
func (c *Call) SDPWith(direction, formats string, attributes ...string) []byte {
	return fmt.Appendf(nil, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"+
		"m=audio %d RTP/AVP %s\r\n%s\r\na=%s\r\n", portOf(c.rtp).Port(), formats, strings.Join(attributes, "\r\n"), direction)
}

func readOffer(body []byte) (netip.AddrPort, error) {
	var d sdp.SessionDescription
	if err := d.Unmarshal(body); err != nil {
		return netip.AddrPort{}, err
	}
	if len(d.MediaDescriptions) != 1 || d.ConnectionInformation == nil {
		return netip.AddrPort{}, fmt.Errorf("an offer of one stream was expected")
	}
	ip, err := netip.ParseAddr(d.ConnectionInformation.Address.Address)
	return netip.AddrPortFrom(ip, uint16(d.MediaDescriptions[0].MediaName.Port.Value)), err
}

// Play sends source as PCMU until it is over, ctx ends, or the call does.
func (c *Call) Play(ctx context.Context, source audio.Source) {
	c.media.Go(func() { c.play(ctx, source) })
}

func (c *Call) play(ctx context.Context, source audio.Source) {
	pacer := audio.NewPacer(audio.FrameDuration)
	packet := rtp.Packet{Header: rtp.Header{Version: 2, SSRC: rand.Uint32()}}
	frame := make([]int16, audio.FrameSamples)
	for {
		due, err := pacer.Wait(ctx)
		if err != nil {
			return
		}
		for range due {
			if source.Read(frame) < len(frame) {
				return
			}
			packet.Payload = audio.EncodeULaw(packet.Payload[:0], frame)
			raw, err := packet.Marshal()
			if err != nil {
				return
			}
			if err := c.Send(raw); err != nil {
				return
			}
			packet.SequenceNumber++
			packet.Timestamp += audio.FrameSamples
		}
	}
}

// Send sends one raw packet to where the other side wants its sound.
func (c *Call) Send(raw []byte) error {
	_, err := c.rtp.WriteToUDPAddrPort(raw, c.peer)
	return err
}

// Packet returns the next RTP packet, or an error after patience.
func (c *Call) Packet(patience time.Duration) (*rtp.Packet, error) {
	if err := c.rtp.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	buf := make([]byte, 2048)
	n, err := c.rtp.Read(buf)
	if err != nil {
		return nil, err
	}
	p := new(rtp.Packet)
	return p, p.Unmarshal(buf[:n])
}

// Listen returns the next d of sound, decoded from PCMU, leaving out everything else.
func (c *Call) Listen(d time.Duration) ([]int16, error) {
	var pcm []int16
	for len(pcm) < int(d*audio.SampleRate/time.Second) {
		p, err := c.Packet(time.Second)
		if err != nil {
			return pcm, err
		}
		if p.PayloadType == 0 {
			pcm = audio.DecodeULaw(pcm, p.Payload)
		}
	}
	return pcm, nil
}

// Echo sends everything back until the call ends.
func (c *Call) Echo() {
	c.media.Go(func() {
		buf := make([]byte, 2048)
		for {
			n, err := c.rtp.Read(buf)
			if err != nil || c.Send(buf[:n]) != nil {
				return
			}
		}
	})
}
