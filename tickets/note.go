package tickets

import (
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MaxNote is how long a note may be, in runes.
const MaxNote = 4000

// Note is a 메모: what a user wrote on a ticket for other users. Customers never see it.
type Note struct {
	ID     int64
	Ticket int64
	Author Ref    // the user who wrote it
	Text   string // plain text, see CleanNote
	At     time.Time
}

// NewNote is a note that is to be kept. The same key of the same author is the same note.
type NewNote struct {
	Ticket int64
	Key    string // 1 to 64 bytes
	Text   string // see CleanNote
}

// NoteOptions choose from the notes of a ticket, newest first.
type NoteOptions struct {
	Limit  int   // 1 to MaxList; 0 means DefaultList
	Before int64 // only notes with a smaller id; 0 means from the newest
}

// Why a note is not kept.
var (
	ErrNoteEmpty   = errors.New("nothing of the note can be seen")
	ErrNoteTooLong = errors.New("the note is too long")
	ErrKeyReused   = errors.New("the key was used for another note")
)

// CleanNote makes a note safe to keep and to show as plain text of several lines: valid UTF-8 in NFC, lines ended by
// U+000A, nothing invisible that could disturb what stands around it (controls, U+0000, direction marks). Nothing is cut
// off: a note that is too long is refused, with ErrNoteTooLong.
func CleanNote(text string) (string, error) {
	text = strings.ToValidUTF8(text, string(unicode.ReplacementChar))
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	text = strings.Map(noteRune, text)
	text = strings.TrimRightFunc(norm.NFC.String(text), unicode.IsSpace)
	text = strings.TrimLeft(text, "\n")
	switch {
	case !strings.ContainsFunc(text, seen):
		return "", ErrNoteEmpty
	case utf8.RuneCountInString(text) > MaxNote:
		return "", ErrNoteTooLong
	}
	return text, nil
}

// joiner holds together what is drawn as one, such as a family of emoji.
const joiner = '\u200d'

func noteRune(r rune) rune {
	switch {
	case r == '\n', r == '\t', r == joiner:
		return r
	case unicode.IsSpace(r):
		return ' '
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
		return -1
	}
	return r
}

func seen(r rune) bool { return r != joiner && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) }
