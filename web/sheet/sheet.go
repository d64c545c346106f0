// Package sheet writes lists as Excel workbooks and reads them back from workbooks and CSV. What it reads comes from
// strangers: it is bounded in size, a formula is never written, and a cell is never more than text.
package sheet

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// ContentType is the media type of a workbook.
const ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Language is the language of a head and of the words in the cells: ko or en.
type Language string

// Column is one column of a list.
type Column struct {
	Key, KO, EN string
	// Words are the words of its values, ko and en, where values are codes.
	Words map[string][2]string
	// Optional: an upload may leave it out.
	Optional bool
}

func (c Column) title(l Language) string {
	if l == "en" {
		return c.EN
	}
	return c.KO
}

// cell is a value as it stands in a workbook.
func (c Column) cell(l Language, v any) any {
	switch v := v.(type) {
	case bool:
		if v {
			return "Y"
		}
		return "N"
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.Format("2006-01-02 15:04:05")
	case string:
		if words, ok := c.Words[v]; ok {
			if l == "en" {
				return words[1]
			}
			return words[0]
		}
		return escape(v)
	case []string:
		return escape(strings.Join(v, ", "))
	default:
		return v
	}
}

// starters begin a formula in one program or another that opens what we write.
const starters = "=+-@\t\r"

// escape keeps a text from being taken for a formula, when a workbook is saved as CSV too. unescape takes that back.
func escape(text string) string {
	if text != "" && (strings.ContainsRune(starters, rune(text[0])) || text[0] == '\'') {
		return "'" + text
	}
	return text
}

func unescape(text string) string {
	if len(text) > 1 && text[0] == '\'' && (strings.ContainsRune(starters, rune(text[1])) || text[1] == '\'') {
		return text[1:]
	}
	return text
}

const sheetName = "Bellhop"

// Write makes a workbook of one sheet. A row has one value for each column: string, bool, number, time.Time or []string.
func Write(w io.Writer, l Language, columns []Column, rows [][]any) error {
	book := excelize.NewFile()
	defer book.Close() //nolint:errcheck // its temporary files; what counts has been written
	if err := book.SetSheetName("Sheet1", sheetName); err != nil {
		return fmt.Errorf("write a workbook: %w", err)
	}
	stream, err := book.NewStreamWriter(sheetName)
	if err != nil {
		return fmt.Errorf("write a workbook: %w", err)
	}
	if err := fill(book, stream, l, columns, rows); err != nil {
		return fmt.Errorf("write a workbook: %w", err)
	}
	if err := stream.Flush(); err != nil {
		return fmt.Errorf("write a workbook: %w", err)
	}
	if _, err := book.WriteTo(w); err != nil {
		return fmt.Errorf("write a workbook: %w", err)
	}
	return nil
}

func fill(book *excelize.File, stream *excelize.StreamWriter, l Language, columns []Column, rows [][]any) error {
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	if err := stream.SetColWidth(1, max(len(columns), 1), 20); err != nil {
		return err
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	head := make([]any, len(columns))
	for i, c := range columns {
		head[i] = excelize.Cell{StyleID: bold, Value: c.title(l)}
	}
	if err := stream.SetRow("A1", head); err != nil {
		return err
	}
	for n, row := range rows {
		cells := make([]any, len(row))
		for i, v := range row {
			cells[i] = columns[i].cell(l, v)
		}
		if err := stream.SetRow(fmt.Sprintf("A%d", n+2), cells); err != nil {
			return err
		}
	}
	return nil
}
