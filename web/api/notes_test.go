package api_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"bellhop/tickets"
	"bellhop/web/api"
)

// AddNote knows one key that is used already.
func (f fakeTickets) AddNote(_ context.Context, author tickets.Viewer, n tickets.NewNote) (tickets.Note, error) {
	switch {
	case f.err != nil:
		return tickets.Note{}, f.err
	case n.Ticket > f.count:
		return tickets.Note{}, tickets.ErrNotFound
	case n.Key == "used":
		return tickets.Note{}, tickets.ErrKeyReused
	}
	return tickets.Note{ID: 5, Ticket: n.Ticket, Author: tickets.Ref{ID: author.User, Name: "김상담"}, Text: n.Text, At: noon}, nil
}

// Notes are as many on each ticket as there are tickets.
func (f fakeTickets) Notes(_ context.Context, _ tickets.Viewer, number int64, o tickets.NoteOptions) ([]tickets.Note, error) {
	if f.err != nil || number > f.count {
		return nil, tickets.ErrNotFound
	}
	first := f.count
	if o.Before > 0 {
		first = min(first, o.Before-1)
	}
	var found []tickets.Note
	for id := first; id > 0 && len(found) < o.Limit; id-- {
		found = append(found, tickets.Note{ID: id, Ticket: number, Author: tickets.Ref{ID: "u-1", Name: "김상담"}, Text: "메모", At: noon})
	}
	return found, nil
}

func addNote(text, key string) request {
	body, _ := json.Marshal(map[string]string{"text": text})
	return request{
		method: http.MethodPost, path: "/api/v1/tickets/2/notes", as: "agent", body: string(body),
		header: http.Header{"Idempotency-Key": {key}},
	}
}

func TestAddNote(t *testing.T) {
	w := newRig(t).send(addNote(norm.NFD.String("환불 <b>요청</b>")+"\r\n끝\x07 ", "k"))
	require.Equal(t, http.StatusCreated, w.Code, "%s", w.Body)
	require.JSONEq(t, `{"id":5,"author":{"id":"u-agent","name":"김상담"},"text":"환불 <b>요청</b>\n끝","at":"2026-11-20T03:00:00.000Z"}`,
		w.Body.String())
}

func TestNotesThatAreNotKept(t *testing.T) {
	elsewhere := addNote("메모", "k")
	elsewhere.path = "/api/v1/tickets/9/notes"
	nobody := addNote("메모", "k")
	nobody.as = ""
	tests := []struct {
		name   string
		send   request
		status int
		code   api.Code
	}{
		{"empty", addNote("", "k"), 422, api.NoteEmpty},
		{"blank", addNote(" \n\u200b", "k"), 422, api.NoteEmpty},
		{"too long", addNote(strings.Repeat("각", tickets.MaxNote+1), "k"), 422, api.NoteTooLong},
		{"far too long", addNote(strings.Repeat("a", 16_001), "k"), 422, api.InvalidRequest},
		{"the key of another", addNote("메모", "used"), 409, "key_reused"},
		{"somebody else's ticket", elsewhere, 404, api.NotFound},
		{"nobody", nobody, 401, api.NotSignedIn},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newRig(t).send(tt.send)
			require.Equal(t, tt.status, w.Code, "%s", w.Body)
			require.Equal(t, tt.code, problemIn(t, w).Code)
		})
	}
}

func TestNotesArePaged(t *testing.T) {
	r := newRig(t)
	r.tickets.count = 5
	list := func(query string) (page api.NotePage) {
		w := r.send(request{method: http.MethodGet, path: "/api/v1/tickets/2/notes" + query, as: "supervisor"})
		require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &page))
		return page
	}
	page := list("?limit=3")
	require.Len(t, page.Notes, 3)
	require.Equal(t, int64(3), *page.Next)
	page = list("?limit=3&before=3")
	require.Len(t, page.Notes, 2)
	require.Nil(t, page.Next)
}
