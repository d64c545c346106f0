package postgres

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"

	"bellhop/tickets"
)

// addNote keeps a note of the viewer's ($1) on a ticket ($2) that he may see, unless his key ($3) was used before.
const addNote = `
	with mine as (
		select t.number from tickets t where ` + allowed + ` and t.number = $2
	), added as (
		insert into ticket_notes (ticket, author_id, key, text)
		select number, $1, $3, $4 from mine
		on conflict on constraint ticket_notes_once do nothing
		returning ticket, at
	)
	update tickets t set updated_at = greatest(t.updated_at, added.at) from added where t.number = added.ticket`

// selectNotes reads notes as n. What follows it must begin with a condition.
const selectNotes = `
	select n.id, n.ticket, n.author_id, u.name, n.text, n.at from ticket_notes n join users u on u.id = n.author_id where `

// AddNote keeps a note, once for each key of its author: sent again it is the note that is there. The text must be clean
// (tickets.CleanNote). It fails with tickets.ErrNotFound when the ticket is not the author's to see, and with
// tickets.ErrKeyReused.
func (s *Store) AddNote(ctx context.Context, author tickets.Viewer, n tickets.NewNote) (tickets.Note, error) {
	if !isID(author.User) {
		return tickets.Note{}, tickets.ErrNotFound
	}
	if _, err := s.pool.Exec(ctx, addNote, author.User, n.Ticket, n.Key, n.Text); err != nil {
		return tickets.Note{}, explain("add a note", err)
	}
	// A statement of its own: what another one with the same key has just written is seen only now.
	found, err := s.pool.Query(ctx, selectNotes+`n.author_id = $1 and n.key = $2`, author.User, n.Key)
	if err != nil {
		return tickets.Note{}, explain("add a note", err)
	}
	kept, err := pgx.CollectOneRow(found, scanNote)
	switch {
	case err != nil:
		return tickets.Note{}, explain("add a note", err)
	case kept.Ticket != n.Ticket || kept.Text != n.Text:
		return tickets.Note{}, tickets.ErrKeyReused
	}
	return kept, nil
}

// Notes are those of a ticket, newest first; tickets.ErrNotFound when the ticket is not the viewer's to see.
func (s *Store) Notes(ctx context.Context, v tickets.Viewer, number int64, o tickets.NoteOptions) ([]tickets.Note, error) {
	if _, err := s.one(ctx, v, ` and t.number = $2`, number); err != nil {
		return nil, err
	}
	limit := min(o.Limit, tickets.MaxList)
	if limit <= 0 {
		limit = tickets.DefaultList
	}
	query, arguments := selectNotes+`n.ticket = $1`, []any{number}
	if o.Before > 0 {
		query, arguments = query+` and n.id < $2`, append(arguments, o.Before)
	}
	found, err := s.pool.Query(ctx, query+` order by n.id desc limit `+strconv.Itoa(limit), arguments...)
	if err != nil {
		return nil, explain("read a ticket's notes", err)
	}
	notes, err := pgx.CollectRows(found, scanNote)
	return notes, explain("read a ticket's notes", err)
}

func scanNote(row pgx.CollectableRow) (tickets.Note, error) {
	var n tickets.Note
	err := row.Scan(&n.ID, &n.Ticket, &n.Author.ID, &n.Author.Name, &n.Text, &n.At)
	n.At = n.At.UTC()
	return n, err
}
