package sheet_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/unicode/norm"

	"bellhop/cti/admin"
	"bellhop/web/sheet"
)

var columns = []sheet.Column{
	{Key: "name", KO: "이름", EN: "Name"},
	{Key: "kind", KO: "유형", EN: "Type", Words: map[string][2]string{"consult": {"상담 관리", "Contact management"}}},
	{Key: "phone", KO: "전화", EN: "Phone", Optional: true},
	{Key: "limit", KO: "최대", EN: "Limit", Optional: true},
	{Key: "languages", KO: "언어", EN: "Languages", Optional: true},
}

type line struct {
	Name, Kind string
	Phone      bool
	Limit      int
	Languages  []string
}

func parse(r *sheet.Row) line {
	return line{Name: r.Text("name"), Kind: r.Code("kind"), Phone: r.Flag("phone", true), Limit: r.Number("limit", 7), Languages: r.Texts("languages")}
}

// TestWhatIsWrittenIsReadBack is that names which a spreadsheet would take for formulas come back as they were, and are none meanwhile.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	names := []string{"=cmd|'/c calc'!A0", "+82-2-1234-5678", "-1", "@SUM(A1)", "'quoted", "<b>이름</b>", "👩‍👩‍👧", "줄\n바꿈", "상담 관리"}
	for _, language := range []sheet.Language{"ko", "en"} {
		var rows [][]any
		for _, name := range names {
			rows = append(rows, []any{name, "consult", false, 12, []string{"ko", "en"}})
		}
		var file bytes.Buffer
		require.NoError(t, sheet.Write(&file, language, columns, rows))

		book, err := excelize.OpenReader(bytes.NewReader(file.Bytes()))
		require.NoError(t, err)
		for i := range names {
			cell := fmt.Sprintf("A%d", i+2)
			formula, err := book.GetCellFormula("Bellhop", cell)
			require.NoError(t, err)
			require.Empty(t, formula)
			shown, err := book.GetCellValue("Bellhop", cell)
			require.NoError(t, err)
			require.NotContains(t, "=+-@", shown[:1])
		}
		require.NoError(t, book.Close())

		table, err := sheet.Read(&file, columns)
		require.NoError(t, err)
		lines := sheet.Parse(table, parse)
		require.Len(t, lines, len(names))
		for i, l := range lines {
			require.Empty(t, l.Wrong)
			require.Equal(t, line{Name: names[i], Kind: "consult", Limit: 12, Languages: []string{"ko", "en"}}, l.Value)
			require.Equal(t, i+2, l.Row)
		}
	}
}

func TestCSVAsPeopleHaveIt(t *testing.T) {
	utf8 := "전화,이름,유형,메모\r\nX,김상담,상담 관리,\r\n\r\n예,\"" + norm.NFD.String("이도윤") + "\",consult,x\r\n글쎄,박,다른 것,\r\n"
	cp949, err := korean.EUCKR.NewEncoder().String(strings.ReplaceAll(utf8, norm.NFD.String("이도윤"), "이도윤"))
	require.NoError(t, err)
	for _, text := range []string{utf8, "\ufeff" + utf8, cp949} {
		table, err := sheet.Read(strings.NewReader(text), columns)
		require.NoError(t, err)
		require.Equal(t, 3, table.Len())
		lines := sheet.Parse(table, parse)
		require.Equal(t, admin.Line[line]{Row: 2, Value: line{Name: "김상담", Kind: "consult", Limit: 7}}, lines[0])
		require.Equal(t, admin.Line[line]{Row: 4, Value: line{Name: "이도윤", Kind: "consult", Phone: true, Limit: 7}}, lines[1])
		require.Equal(t, admin.Invalids{{Field: "phone", Code: "not_yes_or_no"}}, lines[2].Wrong)
		require.Equal(t, "다른 것", lines[2].Value.Kind)
	}
}

func TestWhatIsNoList(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "a program": "MZ\x90\x00\x03\x00", "a PDF": "%PDF-1.7\n\x00\xff", "a broken zip": "PK\x03\x04rubbish", "a quote": "이름,유형\n\"a",
	} {
		_, err := sheet.Read(strings.NewReader(text), columns)
		require.Error(t, err, name)
	}
	_, err := sheet.Read(strings.NewReader("이름,전화\na,Y\n"), columns)
	require.Equal(t, sheet.BadHead{Column: "kind"}, err)
	_, err = sheet.Read(strings.NewReader("이름,name,유형\na,b,c\n"), columns)
	require.Equal(t, sheet.BadHead{Column: "name"}, err)
	_, err = sheet.Read(strings.NewReader("이름,유형\n"+strings.Repeat("a,b\n", 100_001)), columns)
	require.ErrorIs(t, err, sheet.ErrTooLarge)
	_, err = sheet.Read(strings.NewReader("이름,유형\na,"+strings.Repeat("x,", 300)), columns)
	require.ErrorIs(t, err, sheet.ErrTooLarge)
}

// TestAZipBomb is a workbook of a few hundred kilobytes that would unpack to half a gigabyte.
func TestAZipBomb(t *testing.T) {
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	for _, name := range []string{"[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		w, err := z.Create(name)
		require.NoError(t, err)
		blank := bytes.Repeat([]byte(" "), 1<<20)
		for range 170 {
			_, err = w.Write(blank)
			require.NoError(t, err)
		}
	}
	require.NoError(t, z.Close())
	require.Less(t, file.Len(), 1<<20)
	_, err := sheet.Read(&file, columns)
	require.ErrorIs(t, err, sheet.ErrTooLarge)
}

func FuzzRead(f *testing.F) {
	var file bytes.Buffer
	require.NoError(f, sheet.Write(&file, "ko", columns, [][]any{{"a", "consult", true, 1, []string{"ko"}}}))
	f.Add(file.Bytes())
	f.Add([]byte("이름,유형\na,b\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := sheet.Read(bytes.NewReader(data), columns)
		if err == nil {
			sheet.Parse(table, parse)
		}
	})
}
