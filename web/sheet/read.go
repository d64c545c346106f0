package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/unicode/norm"
)

// The limits of what is read.
const (
	maxBytes    = 50 << 20
	maxUnpacked = 256 << 20 // of a workbook, which is a zip
	maxSheet    = 16 << 20  // of one part of it in memory; more goes through a temporary file
	maxRows     = 100_000
	maxColumns  = 200
)

// The reasons for which a file is not read.
var (
	ErrTooLarge  = errors.New("too large")
	ErrNotASheet = errors.New("not a workbook and not CSV")
)

// BadHead says that a column is missing from a file, or stands in it twice.
type BadHead struct{ Column string }

func (e BadHead) Error() string { return "the head lacks " + e.Column + ", or has it twice" }

// Table is what a file says, by the columns' keys.
type Table struct {
	columns map[string]Column
	at      map[string]int // key → column of the file
	rows    [][]string     // without the head; empty lines are nil
}

// Len is the number of lines that are not empty.
func (t Table) Len() int {
	n := 0
	for _, row := range t.rows {
		if row != nil {
			n++
		}
	}
	return n
}

// Read reads a workbook's first sheet, or CSV in UTF-8 or as Excel writes it in Korea (CP949). The head names the columns
// by their key or their title in any language, in any order; columns that are not known are left alone.
func Read(r io.Reader, columns []Column) (Table, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return Table{}, fmt.Errorf("read an upload: %w", err)
	}
	if len(data) > maxBytes {
		return Table{}, ErrTooLarge
	}
	var rows [][]string
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		rows, err = workbook(data)
	} else {
		rows, err = commas(data)
	}
	if err != nil {
		return Table{}, err
	}
	return tableOf(rows, columns)
}

func workbook(data []byte) (rows [][]string, err error) {
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxSheet, RawCellValue: true,
	})
	if err != nil {
		if strings.Contains(err.Error(), "unzip size exceeds") {
			return nil, ErrTooLarge
		}
		return nil, ErrNotASheet
	}
	defer book.Close() //nolint:errcheck // its temporary files; what counts has been read
	names := book.GetSheetList()
	if len(names) == 0 {
		return nil, ErrNotASheet
	}
	lines, err := book.Rows(names[0])
	if err != nil {
		return nil, ErrNotASheet
	}
	defer lines.Close() //nolint:errcheck // as above
	for lines.Next() {
		cells, err := lines.Columns()
		if err != nil {
			return nil, ErrNotASheet
		}
		if rows, err = appended(rows, cells); err != nil {
			return nil, err
		}
	}
	if lines.Error() != nil {
		return nil, ErrNotASheet
	}
	return rows, nil
}

func commas(data []byte) (rows [][]string, err error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		if data, err = korean.EUCKR.NewDecoder().Bytes(data); err != nil || bytes.ContainsRune(data, utf8.RuneError) {
			return nil, ErrNotASheet
		}
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, ErrNotASheet
	}
	lines := csv.NewReader(bytes.NewReader(data))
	lines.FieldsPerRecord = -1
	for ended := 0; ; {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, ErrNotASheet
		}
		// The reader passes over empty lines, which a spreadsheet counts.
		begins, _ := lines.FieldPos(0)
		for ; ended+1 < begins && len(rows) <= maxRows; ended++ {
			rows = append(rows, nil)
		}
		last, _ := lines.FieldPos(len(cells) - 1)
		ended = last + strings.Count(cells[len(cells)-1], "\n")
		if rows, err = appended(rows, cells); err != nil {
			return nil, err
		}
	}
}

func appended(rows [][]string, cells []string) ([][]string, error) {
	if len(rows) > maxRows || len(cells) > maxColumns {
		return nil, ErrTooLarge
	}
	empty := true
	for i, cell := range cells {
		cells[i] = unescape(strings.TrimSpace(norm.NFC.String(cell)))
		empty = empty && cells[i] == ""
	}
	if empty {
		cells = nil
	}
	return append(rows, cells), nil
}

func tableOf(rows [][]string, columns []Column) (Table, error) {
	if len(rows) == 0 {
		return Table{}, ErrNotASheet
	}
	t := Table{columns: map[string]Column{}, at: map[string]int{}, rows: rows[1:]}
	for _, c := range columns {
		t.columns[c.Key] = c
		for i, title := range rows[0] {
			if !strings.EqualFold(title, c.Key) && title != c.KO && !strings.EqualFold(title, c.EN) {
				continue
			}
			if _, twice := t.at[c.Key]; twice {
				return Table{}, BadHead{Column: c.Key}
			}
			t.at[c.Key] = i
		}
		if _, ok := t.at[c.Key]; !ok && !c.Optional {
			return Table{}, BadHead{Column: c.Key}
		}
	}
	return t, nil
}
