package carrier

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"
)

// State is how far a call got.
type State string

// The states of a call.
const (
	Calling State = "calling" // it got no reply
	Ringing State = "ringing"
	Up      State = "up"
	Ended   State = "ended"
)

// Record is what is kept of a call.
type Record struct {
	ID         string     `json:"id"`          // the Call-ID of SIP
	Number     string     `json:"number"`      // the number dialled
	CallerID   string     `json:"caller_id"`   // the number shown
	CallerName string     `json:"caller_name"` // the name shown, if any
	State      State      `json:"state"`
	Status     int        `json:"status"`   // the final SIP status; 0 while there is none
	EndedBy    string     `json:"ended_by"` // caller or carrier; empty while it lasts
	At         time.Time  `json:"at"`
	AnsweredAt *time.Time `json:"answered_at"`
	EndedAt    *time.Time `json:"ended_at"`
	Keys       string     `json:"keys"`  // the keys that were received (RFC 4733), the newest 64
	Heard      float64    `json:"heard"` // level of the newest second that was received, in dBFS
}

// kept is how many calls are remembered, the newest.
const kept = 1000

// book is the list of calls, in the order of their arrival.
type book struct {
	mu    sync.Mutex
	calls []*entry
	byID  map[string]*entry
}

// entry is a call in the book.
type entry struct {
	book   *book
	record Record
	level  func() float64 // of what is heard; nil when nothing can be
}

func newBook() *book { return &book{byID: make(map[string]*entry)} }

// add begins the record of a call; the second of the same id is the first.
func (b *book) add(r Record) *entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	if known := b.byID[r.ID]; known != nil {
		return known
	}
	e := &entry{book: b, record: r}
	if len(b.calls) >= kept {
		delete(b.byID, b.calls[0].record.ID)
		b.calls = append(b.calls[:0], b.calls[1:]...)
	}
	b.calls = append(b.calls, e)
	b.byID[r.ID] = e
	return e
}

// change changes the record of a call.
func (e *entry) change(how func(*Record)) {
	e.book.mu.Lock()
	defer e.book.mu.Unlock()
	how(&e.record)
}

// listen sets how the level of what is heard is asked for; nil when it is over.
func (e *entry) listen(level func() float64) {
	e.book.mu.Lock()
	defer e.book.mu.Unlock()
	e.level = level
}

// list copies the records.
func (b *book) list() []Record {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]Record, len(b.calls))
	for i, e := range b.calls {
		list[i] = e.record
		if e.level != nil {
			list[i].Heard = e.level()
		}
	}
	return list
}

// serveCalls answers GET /calls with {"calls":[…]}, the oldest first.
func (b *book) serveCalls(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(map[string]any{"calls": b.list()}) // whoever asked may be gone
}
