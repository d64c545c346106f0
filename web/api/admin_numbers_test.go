package api_test

import (
	"archive/zip"
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/cti/admin/blob"
	"bellhop/web/api"
	"bellhop/web/sheet"
)

func proofs(t testing.TB) *blob.Folder {
	t.Helper()
	files, err := blob.Open(t.TempDir())
	require.NoError(t, err)
	return files
}

// attach uploads a proof as a browser does.
func (r *rig) attach(as, id, version, name string, data []byte) *httptest.ResponseRecorder {
	r.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", name)
	require.NoError(r.t, err)
	_, err = part.Write(data)
	require.NoError(r.t, err)
	require.NoError(r.t, w.Close())
	return r.send(request{
		method: http.MethodPost, path: "/api/v1/admin/caller-ids/" + id + "/document?version=" + version, as: as, body: form.String(),
		header: http.Header{"Content-Type": {w.FormDataContentType()}},
	})
}

const newQueue = `{"service":"` + serviceA + `","name":"주문","number":"7100","strategy":"priority","reclaim_seconds":30,"miss_limit":2,
	"waiting_limit":0,"answer_seconds":20,"music":"","say_every_seconds":30,"skills":["VIP"],"members":[]}`

func TestQueuesAreSetUp(t *testing.T) {
	r, _ := newHouse(t)
	var q, other api.AdminQueue
	r.as(t, "manager", http.MethodPost, "/queues", newQueue, http.StatusCreated, &q)
	require.Equal(t, []string{"vip"}, q.Skills)
	r.as(t, "watcher", http.MethodGet, "/queues/"+q.ID, "", http.StatusOK, &q)
	r.as(t, "other", http.MethodGet, "/queues/"+q.ID, "", http.StatusNotFound, nil)
	r.as(t, "manager", http.MethodPost, "/queues", strings.Replace(newQueue, serviceA, serviceB, 1), http.StatusUnprocessableEntity, nil)

	var p api.Problem
	r.as(t, "manager", http.MethodPost, "/queues", newQueue, http.StatusUnprocessableEntity, &p)
	require.Equal(t, []api.FieldError{
		{Location: "body.name", Code: "taken"}, {Location: "body.number", Code: "number_taken", Params: map[string]string{"by": "주문"}},
	}, p.Errors)
	r.as(t, "boss", http.MethodPost, "/queues", strings.NewReplacer("7100", "7200", "주문", "배송").Replace(newQueue), http.StatusCreated, &other)
	edit := `{"version":1,` + strings.Replace(newQueue, "{", "", 1)
	r.as(t, "boss", http.MethodPut, "/queues/"+q.ID, strings.Replace(edit, `"miss_limit":2`, `"miss_limit":3`, 1), http.StatusOK, nil)
	r.as(t, "manager", http.MethodPut, "/queues/"+q.ID, edit, http.StatusConflict, &p)
	require.Equal(t, api.EditConflict, p.Code)
	require.Equal(t, "정은호", p.Params["who"])

	var n api.AdminNumber
	r.as(t, "manager", http.MethodPost, "/numbers", `{"number":"1588-1234","name":"대표","queue":"`+q.ID+`","flow":"","trunk":""}`, http.StatusCreated, &n)
	require.Equal(t, "고객센터", n.ServiceName)
	r.as(t, "manager", http.MethodDelete, "/queues/"+q.ID, "", http.StatusConflict, &p)
	require.Equal(t, []api.Use{{Subject: "number", ID: n.ID, Name: "15881234"}}, p.Uses)
	r.as(t, "manager", http.MethodPost, "/queues/"+q.ID+"/replace", `{"version":2,"by":"`+other.ID+`","members":true}`, http.StatusOK, &other)
	require.Equal(t, 1, other.NumberCount)
	r.as(t, "manager", http.MethodGet, "/queues/"+q.ID, "", http.StatusNotFound, nil)
	r.as(t, "manager", http.MethodDelete, "/numbers/"+n.ID, "", http.StatusNoContent, nil)
	r.as(t, "manager", http.MethodDelete, "/queues/"+other.ID, "", http.StatusNoContent, nil)
}

func TestWhatIsDownloadedCanBeUploaded(t *testing.T) {
	r, _ := newHouse(t)
	var q api.AdminQueue
	r.as(t, "boss", http.MethodPost, "/queues", newQueue, http.StatusCreated, &q)
	r.as(t, "boss", http.MethodPost, "/numbers", `{"number":"1588-1234","name":"=1+1","queue":"`+q.ID+`","flow":"","trunk":""}`, http.StatusCreated, nil)
	r.as(t, "boss", http.MethodPost, "/caller-ids", `{"service":"`+serviceA+`","number":"1588-1234","name":"+82"}`, http.StatusCreated, nil)
	for _, list := range []string{"queues", "numbers", "caller-ids"} {
		for _, language := range []string{"ko", "en"} {
			w := r.send(request{method: http.MethodGet, path: "/api/v1/admin/" + list + "/export.xlsx?lang=" + language, as: "boss"})
			require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
			require.Equal(t, sheet.ContentType, w.Header().Get("Content-Type"))
			report := decoded[api.ImportReport](t, r.sendFile("/api/v1/admin/"+list+"/import", "boss", "../../etc/passwd", w.Body.Bytes()))
			require.Equal(t, api.ImportReport{Applied: true, Unchanged: 1, Errors: []api.RowError{}}, report, list)
		}
	}
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	part, err := z.Create("xl/worksheets/sheet1.xml")
	require.NoError(t, err)
	_, err = io.CopyN(part, zeros{}, 300<<20)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	w := r.sendFile("/api/v1/admin/queues/import", "boss", "queues.xlsx", bomb.Bytes())
	require.Contains(t, []int{http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity}, w.Code)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestOutboundNumbersAreAskedForAndReviewed(t *testing.T) {
	r, _ := newHouse(t)
	const pdf = "%PDF-1.7\n<script>alert(1)</script>"
	var c api.AdminCallerID
	r.as(t, "manager", http.MethodPost, "/caller-ids", `{"service":"`+serviceA+`","number":"02-692-4100","name":"대표 상담"}`, http.StatusCreated, &c)
	require.Equal(t, "requested", c.State)
	w := r.attach("manager", c.ID, "1", "../../../virus.pdf", []byte("MZ\x90\x00 this program"))
	require.Equal(t, http.StatusUnprocessableEntity, w.Code)
	require.Equal(t, api.BadFile, problemIn(t, w).Code)
	w = r.attach("manager", c.ID, "1", "big.pdf", append([]byte(pdf), make([]byte, 11<<20)...))
	require.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
	w = r.attach("manager", c.ID, "1", `C:\서류\이용증명원".html`, []byte(pdf))
	require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
	c = decoded[api.AdminCallerID](t, w)
	require.Equal(t, "이용증명원.pdf", c.Document.Name)

	w = r.send(request{method: http.MethodGet, path: "/api/v1/admin/caller-ids/" + c.ID + "/document", as: "manager"})
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, pdf, w.Body.String())
	require.True(t, strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment; filename"), w.Header())
	require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
	require.Contains(t, w.Header().Get("Content-Security-Policy"), "sandbox")
	for _, user := range []string{"watcher", "worker"} {
		require.Equal(t, http.StatusForbidden, r.send(request{method: http.MethodGet, path: "/api/v1/admin/caller-ids/" + c.ID + "/document", as: user}).Code)
	}
	require.Equal(t, http.StatusNotFound, r.send(request{method: http.MethodGet, path: "/api/v1/admin/caller-ids/" + c.ID + "/document", as: "other"}).Code)

	r.as(t, "manager", http.MethodPost, "/caller-ids/"+c.ID+"/review", `{"version":2,"state":"completed"}`, http.StatusForbidden, nil)
	r.as(t, "boss", http.MethodPost, "/caller-ids/"+c.ID+"/review", `{"version":2,"state":"completed","expires_on":"2099-02-29"}`, http.StatusUnprocessableEntity, nil)
	r.as(t, "boss", http.MethodPost, "/caller-ids/"+c.ID+"/review", `{"version":1,"state":"reviewing"}`, http.StatusConflict, nil)
	r.as(t, "boss", http.MethodPost, "/caller-ids/"+c.ID+"/review", `{"version":2,"state":"completed","expires_on":"2099-02-28"}`, http.StatusOK, &c)
	require.Equal(t, "completed 1 2099-02-28", strings.Join([]string{c.State, "1", c.ExpiresOn}, " "))
	r.as(t, "manager", http.MethodPut, "/caller-ids/order", `{"service":"`+serviceA+`","seen":["`+c.ID+`"],"ids":["`+c.ID+`"]}`, http.StatusNoContent, nil)
	r.as(t, "manager", http.MethodPut, "/caller-ids/order", `{"service":"`+serviceB+`","seen":[],"ids":[]}`, http.StatusNotFound, nil)
	var list api.Listed[api.AdminCallerID]
	r.as(t, "manager", http.MethodGet, "/caller-ids?state=open", "", http.StatusOK, &list)
	require.Zero(t, list.Total)
	r.as(t, "manager", http.MethodDelete, "/caller-ids/"+c.ID, "", http.StatusNoContent, nil)
}
