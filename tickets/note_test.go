package tickets_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"bellhop/tickets"
)

func TestCleanNote(t *testing.T) {
	tests := []struct {
		name, text, want string
		err              error
	}{
		{name: "lines", text: "  첫째\r\n둘째\r\t셋째\u2028넷째 \n\n", want: "  첫째\n둘째\n\t셋째\n넷째"},
		{name: "NFD as macOS types it", text: norm.NFD.String("환불 요청"), want: "환불 요청"},
		{name: "markup is text", text: `<img src=x onerror="alert(1)">&amp;`, want: `<img src=x onerror="alert(1)">&amp;`},
		{name: "controls and direction marks", text: "가\x00나\x1b[31m\u202e다\u2066라\ufeff", want: "가나[31m다라"},
		{name: "a family stays one", text: "👨\u200d👩\u200d👧", want: "👨\u200d👩\u200d👧"},
		{name: "invalid UTF-8", text: "가\xff나", want: "가\ufffd나"},
		{name: "no-break space", text: "가\u00a0나", want: "가 나"},
		{name: "the longest", text: strings.Repeat("각", tickets.MaxNote), want: strings.Repeat("각", tickets.MaxNote)},
		{name: "the longest in NFD", text: norm.NFD.String(strings.Repeat("각", tickets.MaxNote)), want: strings.Repeat("각", tickets.MaxNote)},
		{name: "too long", text: strings.Repeat("각", tickets.MaxNote+1), err: tickets.ErrNoteTooLong},
		{name: "empty", err: tickets.ErrNoteEmpty},
		{name: "blank", text: " \n\t\u3000\u200b\u200d ", err: tickets.ErrNoteEmpty},
		{name: "only accents", text: "\u0301\u0301", err: tickets.ErrNoteEmpty},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tickets.CleanNote(tt.text)
			require.ErrorIs(t, err, tt.err)
			require.Equal(t, tt.want, got)
		})
	}
}

func FuzzCleanNote(f *testing.F) {
	for _, seed := range []string{"메모", "\r\n가\x00", "\xff\u202e", "각"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clean, err := tickets.CleanNote(text)
		if err != nil {
			require.Empty(t, clean)
			return
		}
		require.True(t, utf8.ValidString(clean))
		require.LessOrEqual(t, utf8.RuneCountInString(clean), tickets.MaxNote)
		require.False(t, strings.ContainsAny(clean, "\x00\r\u202e"))
		again, err := tickets.CleanNote(clean)
		require.NoError(t, err)
		require.Equal(t, clean, again)
	})
}
