package admin

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// The limits of one page.
const (
	DefaultPerPage = 50
	MaxPerPage     = 100
	// MaxExport is how many rows a download has at most.
	MaxExport = 100_000
)

// List is what of a list is wanted.
type List struct {
	Query   string // every word of it must be found somewhere
	Sort    string // a name of Select.Sort; with - before it: from the end
	Page    int    // from 1; 0 = 1
	PerPage int    // at most MaxPerPage; 0 = DefaultPerPage
	// All gives every row, up to MaxExport, for downloads.
	All bool
}

// Page is one page of a list.
type Page[T any] struct {
	Items                []T
	Total, Page, PerPage int
}

// Select is how a list is read. Columns, From, Search and Sort are SQL of the program, never of a request.
type Select[T any] struct {
	Columns string
	From    string
	// Where are conditions that all hold, with $1 … for Args.
	Where []string
	Args  []any
	// Search are the text expressions in which words are looked for.
	Search []string
	// Words is one text expression that is folded already, instead of Search.
	Words string
	// Sort are the orders that may be asked for; By is the one unless asked, Tie decides between equal rows.
	Sort    map[string]string
	By, Tie string
	Scan    pgx.RowToFunc[T]
}

// And adds a condition: each ? in it stands for the next argument.
func (s *Select[T]) And(condition string, args ...any) {
	for _, arg := range args {
		s.Args = append(s.Args, arg)
		condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(s.Args)), 1)
	}
	s.Where = append(s.Where, condition)
}

// Read gives one page of a list.
func Read[T any](ctx context.Context, q Querier, l List, s Select[T]) (Page[T], error) {
	s.Where, s.Args = append([]string(nil), s.Where...), append([]any(nil), s.Args...)
	order, err := s.order(l.Sort)
	if err != nil {
		return Page[T]{}, err
	}
	s.search(l.Query)
	from := " from " + s.From
	if len(s.Where) > 0 {
		from += " where " + strings.Join(s.Where, " and ")
	}
	p := Page[T]{Page: max(l.Page, 1), PerPage: perPage(l)}
	if err := q.QueryRow(ctx, "select count(*)"+from, s.Args...).Scan(&p.Total); err != nil {
		return p, fmt.Errorf("count a list: %w", err)
	}
	rows, err := q.Query(ctx, fmt.Sprintf("select %s%s order by %s limit %d offset %d", s.Columns, from, order, p.PerPage, int64(p.Page-1)*int64(p.PerPage)), s.Args...)
	if err != nil {
		return p, fmt.Errorf("read a list: %w", err)
	}
	if p.Items, err = pgx.CollectRows(rows, s.Scan); err != nil {
		return p, fmt.Errorf("read a list: %w", err)
	}
	return p, nil
}

func perPage(l List) int {
	switch {
	case l.All:
		return MaxExport
	case l.PerPage <= 0:
		return DefaultPerPage
	}
	return min(l.PerPage, MaxPerPage)
}

func (s *Select[T]) order(by string) (string, error) {
	if by == "" {
		by = s.By
	}
	name, down := strings.CutPrefix(by, "-")
	expression, ok := s.Sort[name]
	if !ok {
		return "", Invalid{Field: "sort", Code: "not_allowed"}
	}
	if down {
		return expression + " desc, " + s.Tie + " desc", nil
	}
	return expression + ", " + s.Tie, nil
}

// maxWords bounds how many words one search has; the others are not looked for.
const maxWords = 8

// search wants every word of the query in one of the columns. Words have no blanks, so none is found across two columns.
func (s *Select[T]) search(query string) {
	words := strings.Fields(Fold(strings.ReplaceAll(query, "\x00", "")))
	text := s.Words
	if text == "" {
		text = searched("concat_ws(' ', " + strings.Join(s.Search, ", ") + ")")
	}
	for _, word := range words[:min(len(words), maxWords)] {
		s.Args = append(s.Args, word)
		s.Where = append(s.Where, fmt.Sprintf("strpos(%s, $%d) > 0", text, len(s.Args)))
	}
}
