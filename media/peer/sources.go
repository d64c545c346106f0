package peer

import (
	"io"
	"sync/atomic"

	"github.com/pion/transport/v4/packetio"
)

const (
	// maxSources is how many RTP and RTCP sources a browser may have, for as long as it is connected. It needs four.
	maxSources = 32
	// sourceBuffer is what may wait of one source, in octets: over a second of audio.
	sourceBuffer = 16 << 10
)

// sources counts where a browser's packets come from. pion keeps something of every source for as long as the connection
// lasts, so a browser that makes up a new one for each packet is cut off.
type sources struct {
	count   atomic.Int32
	tooMany func()
}

// buffer is what the packets of a new source wait in. Their keys are right when it is called.
func (s *sources) buffer(packetio.BufferPacketType, uint32) io.ReadWriteCloser {
	if s.count.Add(1) == maxSources+1 {
		s.tooMany()
	}
	b := packetio.NewBuffer()
	b.SetLimitSize(sourceBuffer)
	return b
}
