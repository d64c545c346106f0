package main

import (
	"maps"
	"sync/atomic"

	"bellhop/cti/call"
	"bellhop/cti/switchboard"
)

// queueNames are the queues' names for the labels of metrics.
type queueNames struct {
	names atomic.Pointer[map[call.QueueID]string]
}

func newQueueNames() *queueNames {
	q := &queueNames{}
	q.set(nil)
	return q
}

func (q *queueNames) set(queues []switchboard.Queue) {
	names := maps.Collect(func(yield func(call.QueueID, string) bool) {
		for _, each := range queues {
			if !yield(each.ID, each.Name) {
				return
			}
		}
	})
	q.names.Store(&names)
}

func (q *queueNames) of(id call.QueueID) string { return (*q.names.Load())[id] }
