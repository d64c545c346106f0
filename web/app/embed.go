// Package app is the browser program (TypeScript, React), embedded in the binary as the build left it in dist.
package app

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

//go:embed all:dist
var dist embed.FS

const (
	indexPage = "index.html"

	// cacheForever suits files whose name contains a hash of their content.
	cacheForever = "public, max-age=31536000, immutable"
	// cacheChecked makes the browser ask each time whether the file is still the same one.
	cacheChecked = "no-cache"
)

// notBuilt is what a binary without a browser program answers.
const notBuilt = "This binary was built without the browser program. Run: make build\n"

// Handler serves the embedded browser program: its files, and its index page for every other path that a person
// may have opened or reloaded. Files below /assets/ carry a hash in their name and are cached for ever.
func Handler() (http.Handler, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("open the embedded browser program: %w", err)
	}
	return newSite(files)
}

// site is a set of files that never changes while it is served.
type site struct {
	files map[string]*file
}

// file is one file in every encoding in which the build left it.
type file struct {
	contentType string
	cache       string
	plain       variant
	encoded     []variant // best first
}

// variant is one encoding of a file.
type variant struct {
	encoding string // for Content-Encoding; empty for the plain file
	body     []byte
	etag     string
}

// encodings are the pre-compressed forms that are looked for, best first.
var encodings = []struct{ suffix, name string }{{".br", "br"}, {".gz", "gzip"}}

func newSite(from fs.FS) (*site, error) {
	s := &site{files: map[string]*file{}}
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") || isEncoded(name) {
			return err
		}
		f, err := readFile(from, name)
		if err != nil {
			return err
		}
		s.files[name] = f
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the browser program: %w", err)
	}
	return s, nil
}

func isEncoded(name string) bool {
	for _, e := range encodings {
		if strings.HasSuffix(name, e.suffix) {
			return true
		}
	}
	return false
}

func readFile(from fs.FS, name string) (*file, error) {
	body, err := fs.ReadFile(from, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	f := &file{contentType: contentType(name), cache: cacheChecked, plain: newVariant("", body)}
	if strings.HasPrefix(name, "assets/") {
		f.cache = cacheForever
	}
	for _, e := range encodings {
		if packed, err := fs.ReadFile(from, name+e.suffix); err == nil {
			f.encoded = append(f.encoded, newVariant(e.name, packed))
		}
	}
	return f, nil
}

func newVariant(encoding string, body []byte) variant {
	sum := sha256.Sum256(body)
	return variant{encoding: encoding, body: body, etag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}
}

// contentTypes are the kinds of file that the build makes. They are not left to the machine's own table, which may
// call JavaScript anything.
var contentTypes = map[string]string{
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".json":        "application/json",
	".webmanifest": "application/manifest+json",
	".svg":         "image/svg+xml",
	".png":         "image/png",
	".ico":         "image/x-icon",
	".woff2":       "font/woff2",
	".wav":         "audio/wav",
	".mp3":         "audio/mpeg",
	".txt":         "text/plain; charset=utf-8",
}

func contentType(name string) string {
	ext := path.Ext(name)
	if t, ok := contentTypes[ext]; ok {
		return t
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return "application/octet-stream"
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	f, ok := s.files[name]
	if !ok && path.Ext(name) == "" {
		f, ok = s.files[indexPage]
		if !ok {
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, notBuilt, http.StatusServiceUnavailable)
			return
		}
	}
	if !ok {
		http.Error(w, http.StatusText(http.StatusNotFound), http.StatusNotFound)
		return
	}
	f.serve(w, r)
}

func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	v := f.plain
	h := w.Header()
	if len(f.encoded) > 0 {
		h.Add("Vary", "Accept-Encoding")
		if chosen, ok := f.accepted(r.Header.Get("Accept-Encoding")); ok {
			v = chosen
			h.Set("Content-Encoding", v.encoding)
		}
	}
	h.Set("Content-Type", f.contentType)
	h.Set("Cache-Control", f.cache)
	h.Set("ETag", v.etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(v.body))
}

// accepted finds the best encoding that an Accept-Encoding header allows (RFC 9110, section 12.5.3).
func (f *file) accepted(header string) (variant, bool) {
	allowed := map[string]bool{}
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		name = strings.ToLower(strings.TrimSpace(name))
		q := 1.0
		if value, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q="); ok {
			parsed, err := strconv.ParseFloat(value, 64)
			if err != nil {
				continue
			}
			q = parsed
		}
		allowed[name] = q > 0
	}
	for _, v := range f.encoded {
		ok, named := allowed[v.encoding]
		if ok || (!named && allowed["*"]) {
			return v, true
		}
	}
	return variant{}, false
}
