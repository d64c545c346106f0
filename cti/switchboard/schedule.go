package switchboard

import (
	"container/heap"
	"time"
)

// schedule knows which deadline comes next. Setting a key again replaces its deadline; the zero time removes it.
type schedule struct {
	due  map[string]time.Time
	heap dueHeap
}

type dueItem struct {
	at  time.Time
	key string
}

func (s *schedule) set(key string, at time.Time) {
	if s.due == nil {
		s.due = make(map[string]time.Time)
	}
	if at.IsZero() {
		delete(s.due, key)
		return
	}
	if s.due[key].Equal(at) {
		return
	}
	s.due[key] = at
	heap.Push(&s.heap, dueItem{at, key})
}

// next is the earliest deadline, or the zero time.
func (s *schedule) next() time.Time {
	s.skim()
	if len(s.heap) == 0 {
		return time.Time{}
	}
	return s.heap[0].at
}

// pop takes out the earliest deadline if it is not after now.
func (s *schedule) pop(now time.Time) (string, time.Time, bool) {
	s.skim()
	if len(s.heap) == 0 || s.heap[0].at.After(now) {
		return "", time.Time{}, false
	}
	item, _ := heap.Pop(&s.heap).(dueItem)
	delete(s.due, item.key)
	return item.key, item.at, true
}

// skim drops entries that were replaced or removed.
func (s *schedule) skim() {
	for len(s.heap) > 0 && !s.due[s.heap[0].key].Equal(s.heap[0].at) {
		heap.Pop(&s.heap)
	}
}

type dueHeap []dueItem

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h dueHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

func (h *dueHeap) Push(x any) {
	item, _ := x.(dueItem)
	*h = append(*h, item)
}

func (h *dueHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
