package queue

import "container/heap"

// ranked is a heap from which any member can be removed by its key in O(log n).
type ranked[K comparable, V any] struct {
	before func(a, b V) bool
	items  []rankedItem[K, V]
	at     map[K]int
}

type rankedItem[K comparable, V any] struct {
	key   K
	value V
}

func newRanked[K comparable, V any](before func(a, b V) bool) *ranked[K, V] {
	return &ranked[K, V]{before: before, at: make(map[K]int)}
}

func (r *ranked[K, V]) put(k K, v V) {
	if i, ok := r.at[k]; ok {
		r.items[i].value = v
		heap.Fix((*order[K, V])(r), i)
		return
	}
	heap.Push((*order[K, V])(r), rankedItem[K, V]{k, v})
}

func (r *ranked[K, V]) size() int { return len(r.items) }

func (r *ranked[K, V]) remove(k K) {
	if i, ok := r.at[k]; ok {
		heap.Remove((*order[K, V])(r), i)
	}
}

// position counts the members up to and including k.
func (r *ranked[K, V]) position(k K) int {
	i, ok := r.at[k]
	if !ok {
		return 0
	}
	n := 1
	for _, other := range r.items {
		if r.before(other.value, r.items[i].value) {
			n++
		}
	}
	return n
}

// first is the member that comes before all others.
func (r *ranked[K, V]) first() (K, V, bool) {
	if len(r.items) == 0 {
		var k K
		var v V
		return k, v, false
	}
	return r.items[0].key, r.items[0].value, true
}

// order is ranked as container/heap wants it.
type order[K comparable, V any] ranked[K, V]

func (o *order[K, V]) Len() int           { return len(o.items) }
func (o *order[K, V]) Less(i, j int) bool { return o.before(o.items[i].value, o.items[j].value) }

func (o *order[K, V]) Swap(i, j int) {
	o.items[i], o.items[j] = o.items[j], o.items[i]
	o.at[o.items[i].key], o.at[o.items[j].key] = i, j
}

func (o *order[K, V]) Push(x any) {
	item, _ := x.(rankedItem[K, V])
	o.at[item.key] = len(o.items)
	o.items = append(o.items, item)
}

func (o *order[K, V]) Pop() any {
	last := o.items[len(o.items)-1]
	o.items = o.items[:len(o.items)-1]
	delete(o.at, last.key)
	return last
}
