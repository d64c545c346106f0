package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/switchboard"
	"bellhop/tickets"
)

// Notes are what users write on tickets for each other. Both answer tickets.ErrNotFound for a ticket that is not the
// viewer's to see.
type Notes interface {
	// AddNote keeps a note once for each key of its author; tickets.ErrKeyReused when the key was used for another one.
	AddNote(ctx context.Context, author tickets.Viewer, n tickets.NewNote) (tickets.Note, error)
	Notes(ctx context.Context, v tickets.Viewer, number int64, o tickets.NoteOptions) ([]tickets.Note, error)
}

// The codes of notes that are not kept.
const (
	NoteEmpty   Code = "note_empty"    // nothing of it can be seen
	NoteTooLong Code = "note_too_long" // the limit is in Params
)

func (a *API) noteRoutes() {
	register(a, signedIn, huma.Operation{
		OperationID: "listNotes", Method: http.MethodGet, Path: "/tickets/{number}/notes",
		Summary: "메모 on a ticket, newest first", Tags: []string{"tickets"},
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity},
	}, a.listNotes)
	register(a, signedIn, huma.Operation{
		OperationID: "addNote", Method: http.MethodPost, Path: "/tickets/{number}/notes",
		Summary: "메모: write a note on a ticket that customers never see", Tags: []string{"tickets"},
		DefaultStatus: http.StatusCreated,
		Errors:        []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity},
	}, a.addNote)
}

// Note is what a user wrote on a ticket.
type Note struct {
	ID     int64  `json:"id"`
	Author Named  `json:"author" doc:"The user who wrote it."`
	Text   string `json:"text" doc:"Plain text of several lines, in NFC."`
	At     string `json:"at" format:"date-time"`
}

// NotePage is one page of a ticket's notes.
type NotePage struct {
	Notes []Note `json:"notes" nullable:"false"`
	Next  *int64 `json:"next" doc:"Ask for the next page with before=next; null on the last one."`
}

type noteListRequest struct {
	Number int64 `path:"number" minimum:"1"`
	Limit  int   `query:"limit" minimum:"1" maximum:"199" default:"100"`
	Before int64 `query:"before" minimum:"1" doc:"Only notes with a smaller id."`
}

type noteListResponse struct{ Body NotePage }

func (a *API) listNotes(ctx context.Context, c caller, in *noteListRequest) (*noteListResponse, error) {
	// One more than asked for tells whether there is another page.
	found, err := a.Tickets.Notes(ctx, tickets.Viewer{User: c.User.ID}, in.Number,
		tickets.NoteOptions{Limit: in.Limit + 1, Before: in.Before})
	if err != nil {
		return nil, ticketProblem(err)
	}
	page := NotePage{Notes: []Note{}}
	if len(found) > in.Limit {
		found = found[:in.Limit]
		page.Next = &found[in.Limit-1].ID
	}
	for _, n := range found {
		page.Notes = append(page.Notes, noteOf(n))
	}
	return &noteListResponse{Body: page}, nil
}

type addNoteRequest struct {
	Idempotent
	Number int64 `path:"number" minimum:"1"`
	Body   struct {
		Text string `json:"text" maxLength:"16000" doc:"Plain text, at most 4,000 characters in NFC."`
	}
}

type noteResponse struct{ Body Note }

func (a *API) addNote(ctx context.Context, c caller, in *addNoteRequest) (*noteResponse, error) {
	text, err := tickets.CleanNote(in.Body.Text)
	if err != nil {
		return nil, noteProblem(err)
	}
	kept, err := a.Tickets.AddNote(ctx, tickets.Viewer{User: c.User.ID},
		tickets.NewNote{Ticket: in.Number, Key: in.key(), Text: text})
	if err != nil {
		return nil, noteProblem(err)
	}
	return &noteResponse{Body: noteOf(kept)}, nil
}

func noteOf(n tickets.Note) Note {
	return Note{ID: n.ID, Author: Named{ID: n.Author.ID, Name: n.Author.Name}, Text: n.Text, At: Stamp(n.At)}
}

func noteProblem(err error) error {
	switch {
	case errors.Is(err, tickets.ErrNoteEmpty):
		return NewProblem(http.StatusUnprocessableEntity, NoteEmpty)
	case errors.Is(err, tickets.ErrNoteTooLong):
		p := NewProblem(http.StatusUnprocessableEntity, NoteTooLong)
		p.Params = map[string]string{"limit": strconv.Itoa(tickets.MaxNote)}
		return p
	case errors.Is(err, tickets.ErrKeyReused):
		return NewProblem(http.StatusConflict, Code(switchboard.KeyReused))
	}
	return ticketProblem(err)
}
