package sheet

import (
	"slices"
	"strconv"
	"strings"

	"bellhop/cti/admin"
)

// Row is one line of a file. What cannot be read of it is noted in Wrong.
type Row struct {
	Wrong admin.Invalids
	table *Table
	cells []string
}

// Parse makes a value of each line that is not empty.
func Parse[R any](t Table, parse func(*Row) R) []admin.Line[R] {
	var lines []admin.Line[R]
	for i, cells := range t.rows {
		if cells == nil {
			continue
		}
		row := &Row{table: &t, cells: cells}
		value := parse(row)
		lines = append(lines, admin.Line[R]{Row: i + 2, Value: value, Wrong: row.Wrong})
	}
	return lines
}

// Has says whether the file has the column at all.
func (r *Row) Has(key string) bool {
	_, ok := r.table.at[key]
	return ok
}

// Text is a cell.
func (r *Row) Text(key string) string {
	at, ok := r.table.at[key]
	if !ok || at >= len(r.cells) {
		return ""
	}
	return r.cells[at]
}

// Code is a cell that holds a code, or a word for it.
func (r *Row) Code(key string) string {
	text := r.Text(key)
	for code, words := range r.table.columns[key].Words {
		if strings.EqualFold(text, code) || slices.ContainsFunc(words[:], func(w string) bool { return strings.EqualFold(text, w) }) {
			return code
		}
	}
	return text
}

// Flag is a cell that says yes or no; empty is otherwise.
func (r *Row) Flag(key string, otherwise bool) bool {
	switch strings.ToLower(r.Text(key)) {
	case "":
		return otherwise
	case "y", "yes", "true", "1", "o", "예":
		return true
	case "n", "no", "false", "0", "x", "아니오", "아니요":
		return false
	}
	r.Wrong.Add(key, "not_yes_or_no")
	return otherwise
}

// Number is a cell that holds a whole number; empty is otherwise.
func (r *Row) Number(key string, otherwise int) int {
	text := r.Text(key)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(strings.TrimSuffix(text, ".0"))
	if err != nil {
		r.Wrong.Add(key, "not_a_number")
		return otherwise
	}
	return n
}

// Texts is a cell that holds several, with commas between them.
func (r *Row) Texts(key string) []string {
	var found []string
	for part := range strings.SplitSeq(r.Text(key), ",") {
		if part = strings.TrimSpace(part); part != "" {
			found = append(found, part)
		}
	}
	return found
}
