package process

import "time"

// How long a dead child stays down: the first time, at most, and after how long a life it starts anew.
const (
	firstDelay = 200 * time.Millisecond
	lastDelay  = 10 * time.Second
	longLife   = 30 * time.Second
)

// nextDelay is how long to wait before a child that lived for ran is started again, when the wait before that life
// was previous.
func nextDelay(previous, ran time.Duration) time.Duration {
	if previous == 0 || ran >= longLife {
		return firstDelay
	}
	return min(2*previous, lastDelay)
}
