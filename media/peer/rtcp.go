package peer

import "github.com/pion/interceptor"

// drain reads RTCP that nobody evaluates, so that it does not pile up, until the
// connection is closed.
func drain(read func([]byte) (int, interceptor.Attributes, error)) {
	buf := make([]byte, receiveSize)
	for {
		if _, _, err := read(buf); err != nil {
			return
		}
	}
}
