package postgres_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"bellhop/tickets"
)

// withTicket is a house with one open ticket, and the ticket's number.
func withTicket(t *testing.T) (house, int64) {
	t.Helper()
	h := open(t)
	ticket, _ := h.save(t, h.connected(uuid.NewString(), 0))
	return h, ticket.Number
}

func TestNotesAreKeptWithTheirAuthor(t *testing.T) {
	h, number := withTicket(t)
	before := time.Now().Add(-time.Minute)
	kept, err := h.AddNote(t.Context(), h.viewer, tickets.NewNote{Ticket: number, Key: "k1", Text: "환불 요청\n다시 전화"})
	require.NoError(t, err)
	require.Equal(t, tickets.Ref{ID: h.viewer.User, Name: "김서연"}, kept.Author)
	require.Equal(t, "환불 요청\n다시 전화", kept.Text)
	require.True(t, kept.At.After(before))

	notes, err := h.Notes(t.Context(), h.viewer, number, tickets.NoteOptions{})
	require.NoError(t, err)
	require.Equal(t, []tickets.Note{kept}, notes)
	ticket, err := h.Get(t.Context(), h.viewer, number)
	require.NoError(t, err)
	require.Equal(t, kept.At, ticket.UpdatedAt)
}

func TestANoteThatIsSentAgainIsKeptOnce(t *testing.T) {
	h, number := withTicket(t)
	note := tickets.NewNote{Ticket: number, Key: "k1", Text: "메모"}
	var group errgroup.Group
	ids := make([]int64, 20)
	for i := range ids {
		group.Go(func() error {
			kept, err := h.AddNote(t.Context(), h.viewer, note)
			ids[i] = kept.ID
			return err
		})
	}
	require.NoError(t, group.Wait())
	for _, id := range ids {
		require.Equal(t, ids[0], id)
	}
	notes, err := h.Notes(t.Context(), h.viewer, number, tickets.NoteOptions{})
	require.NoError(t, err)
	require.Len(t, notes, 1)

	_, err = h.AddNote(t.Context(), h.viewer, tickets.NewNote{Ticket: number, Key: "k1", Text: "다른 메모"})
	require.ErrorIs(t, err, tickets.ErrKeyReused)
	other := tickets.Viewer{User: h.agents[1].User}
	_, err = h.AddNote(t.Context(), other, note)
	require.NoError(t, err, "another author's key is another key")
}

func TestNotesArePaged(t *testing.T) {
	h, number := withTicket(t)
	for i := range 5 {
		_, err := h.AddNote(t.Context(), h.viewer, tickets.NewNote{Ticket: number, Key: fmt.Sprint(i), Text: fmt.Sprint("메모 ", i)})
		require.NoError(t, err)
	}
	first, err := h.Notes(t.Context(), h.viewer, number, tickets.NoteOptions{Limit: 2})
	require.NoError(t, err)
	require.Equal(t, "메모 4", first[0].Text)
	rest, err := h.Notes(t.Context(), h.viewer, number, tickets.NoteOptions{Before: first[1].ID})
	require.NoError(t, err)
	require.Len(t, rest, 3)
	require.Equal(t, "메모 2", rest[0].Text)
}

func TestNotesOfOtherPeoplesTickets(t *testing.T) {
	h, number := withTicket(t)
	for _, who := range []string{"", "nobody", uuid.NewString()} {
		_, err := h.AddNote(t.Context(), tickets.Viewer{User: who}, tickets.NewNote{Ticket: number, Key: "k", Text: "메모"})
		require.ErrorIs(t, err, tickets.ErrNotFound, "%q", who)
		_, err = h.Notes(t.Context(), tickets.Viewer{User: who}, number, tickets.NoteOptions{})
		require.ErrorIs(t, err, tickets.ErrNotFound, "%q", who)
	}
	_, err := h.AddNote(t.Context(), h.viewer, tickets.NewNote{Ticket: number + 1, Key: "k", Text: "메모"})
	require.ErrorIs(t, err, tickets.ErrNotFound)
}

func TestWhatTheDatabaseWouldNotTakeIsRejected(t *testing.T) {
	h, number := withTicket(t)
	for _, text := range []string{"", strings.Repeat("각", tickets.MaxNote+1), "가\x00"} {
		_, err := h.AddNote(t.Context(), h.viewer, tickets.NewNote{Ticket: number, Key: "k", Text: text})
		require.ErrorIs(t, err, tickets.ErrRejected, "%.5q", text)
	}
}
