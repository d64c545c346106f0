package app

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func built() fstest.MapFS {
	return fstest.MapFS{
		".gitkeep":              {},
		"index.html":            {Data: []byte("<!doctype html><title>Bellhop</title>")},
		"favicon.svg":           {Data: []byte("<svg/>")},
		"assets/app-abc.js":     {Data: []byte("plain javascript")},
		"assets/app-abc.js.br":  {Data: []byte("BR")},
		"assets/app-abc.js.gz":  {Data: []byte("GZ")},
		"assets/app-abc.css.gz": {Data: []byte("a packed file without its plain one")},
	}
}

func TestSite(t *testing.T) {
	s, err := newSite(built())
	require.NoError(t, err)
	tests := []struct {
		name, method, path, accept string

		status                 int
		body, kind, enc, cache string
	}{
		{name: "the index page", path: "/", status: 200, body: "<!doctype html><title>Bellhop</title>", kind: "text/html; charset=utf-8", cache: cacheChecked},
		{name: "a page of the program", path: "/tickets/12", status: 200, body: "<!doctype html><title>Bellhop</title>", kind: "text/html; charset=utf-8", cache: cacheChecked},
		{name: "a file outside assets", path: "/favicon.svg", status: 200, body: "<svg/>", kind: "image/svg+xml", cache: cacheChecked},
		{name: "an asset", path: "/assets/app-abc.js", status: 200, body: "plain javascript", kind: "text/javascript; charset=utf-8", cache: cacheForever},
		{name: "the best encoding wins", path: "/assets/app-abc.js", accept: "gzip, deflate, br", status: 200, body: "BR", enc: "br", kind: "text/javascript; charset=utf-8", cache: cacheForever},
		{name: "an encoding refused", path: "/assets/app-abc.js", accept: "br;q=0, *", status: 200, body: "GZ", enc: "gzip", kind: "text/javascript; charset=utf-8", cache: cacheForever},
		{name: "garbage in Accept-Encoding", path: "/assets/app-abc.js", accept: "br;q=x,,;;=", status: 200, body: "plain javascript", kind: "text/javascript; charset=utf-8", cache: cacheForever},
		{name: "an asset of an older build", path: "/assets/app-old.js", status: 404},
		{name: "a packed file is not a file", path: "/assets/app-abc.js.br", status: 404},
		{name: "hidden files are not served", path: "/.gitkeep", status: 404},
		{name: "no way up", path: "/../embed.go", status: 404},
		{name: "only reading", method: http.MethodPost, path: "/", status: 405},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			method := tt.method
			if method == "" {
				method = http.MethodGet
			}
			r := httptest.NewRequest(method, "http://localhost"+tt.path, nil)
			r.Header.Set("Accept-Encoding", tt.accept)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)

			require.Equal(t, tt.status, w.Code)
			if tt.status != http.StatusOK {
				return
			}
			require.Equal(t, tt.body, w.Body.String())
			require.Equal(t, tt.kind, w.Header().Get("Content-Type"))
			require.Equal(t, tt.enc, w.Header().Get("Content-Encoding"))
			require.Equal(t, tt.cache, w.Header().Get("Cache-Control"))
		})
	}
}

func TestSiteIsNotSentTwice(t *testing.T) {
	s, err := newSite(built())
	require.NoError(t, err)
	first := httptest.NewRecorder()
	s.ServeHTTP(first, httptest.NewRequest(http.MethodGet, "/", nil))
	etag := first.Header().Get("ETag")
	require.NotEmpty(t, etag)

	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("If-None-Match", etag)
	second := httptest.NewRecorder()
	s.ServeHTTP(second, r)
	require.Equal(t, http.StatusNotModified, second.Code)
	require.Empty(t, second.Body.String())
}

func TestBinaryWithoutBrowserProgramSaysHowToBuildIt(t *testing.T) {
	s, err := newSite(fstest.MapFS{".gitkeep": {}})
	require.NoError(t, err)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Contains(t, w.Body.String(), "make build")
}

func TestHandlerServesWhatWasEmbedded(t *testing.T) {
	h, err := Handler()
	require.NoError(t, err)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	require.Contains(t, []int{http.StatusOK, http.StatusServiceUnavailable}, w.Code)
}
