package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bellhop/web/api"
	"bellhop/web/sheet"
)

// sendFile sends a file as a browser does.
func (r *rig) sendFile(path, as, name string, data []byte) *httptest.ResponseRecorder {
	r.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", name)
	require.NoError(r.t, err)
	_, err = part.Write(data)
	require.NoError(r.t, err)
	require.NoError(r.t, w.Close())
	return r.send(request{method: http.MethodPost, path: path, as: as, body: form.String(), header: http.Header{"Content-Type": {w.FormDataContentType()}}})
}

func decoded[T any](t testing.TB, w *httptest.ResponseRecorder) (v T) {
	t.Helper()
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &v), "%s", w.Body)
	return v
}

// TestTenThousandRowsWithThreeBadOnes is the upload of a list: exactly the bad rows are named, nothing is kept; mended, all is.
func TestTenThousandRowsWithThreeBadOnes(t *testing.T) {
	r, _ := newHouse(t)
	const rows = 10_000
	lines := make([]string, rows)
	for i := range lines {
		lines[i] = fmt.Sprintf("서비스 %05d,상담 관리,Y", i)
	}
	good := "\ufeff이름,유형,전화\r\n" + strings.Join(lines, "\r\n")
	lines[4], lines[4999], lines[9999] = strings.Repeat("가", 101)+",상담 관리,Y", "서비스 00007,이슈 관리,N", "새 서비스,모르는 유형,글쎄"
	bad := "\ufeff이름,유형,전화\r\n" + strings.Join(lines, "\r\n")

	w := r.sendFile("/api/v1/admin/services/import", "boss", "services.csv", []byte(bad))
	require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
	report := decoded[api.ImportReport](t, w)
	require.Equal(t, 3, report.Wrong)
	require.Equal(t, []api.RowError{
		{Row: 6, Field: "name", Code: "too_long", Params: map[string]string{"most": "100"}},
		{Row: 5001, Field: "name", Code: "duplicate"},
		{Row: 10_001, Field: "phone", Code: "not_yes_or_no"},
	}, report.Errors)
	require.False(t, report.Applied)
	list := func(query string) api.Listed[api.AdminService] {
		w := r.send(request{method: http.MethodGet, path: "/api/v1/admin/services" + query, as: "boss"})
		require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
		return decoded[api.Listed[api.AdminService]](t, w)
	}
	require.Equal(t, 2, list("").Total)

	began := time.Now()
	w = r.sendFile("/api/v1/admin/services/import", "boss", "services.csv", []byte(good))
	require.Equal(t, api.ImportReport{Applied: true, Creates: rows, Errors: []api.RowError{}}, decoded[api.ImportReport](t, w))
	t.Logf("%d rows in %s", rows, time.Since(began))

	page := list("?page=101&per_page=100&sort=-name")
	require.Equal(t, rows+2, page.Total)
	require.Len(t, page.Items, 2)
	require.Equal(t, 1, list("?q=09999").Total)
	require.Equal(t, 1, list("?q=%E1%84%80%E1%85%A9%E1%84%80%E1%85%A2%E1%86%A8").Total, "고객 in normal form D")

	// What was downloaded changes nothing when it is uploaded.
	file := r.send(request{method: http.MethodGet, path: "/api/v1/admin/services/export.xlsx", as: "boss"})
	require.Equal(t, http.StatusOK, file.Code)
	require.Equal(t, sheet.ContentType, file.Header().Get("Content-Type"))
	w = r.sendFile("/api/v1/admin/services/import?dry_run=true", "boss", "services.xlsx", file.Body.Bytes())
	require.Equal(t, api.ImportReport{Unchanged: rows + 2, Errors: []api.RowError{}}, decoded[api.ImportReport](t, w))
}
