package web

import (
	"fmt"
	"net/http"
	"path"
	"strings"

	"bellhop/web/api"
)

// guard puts the limits and the headers that protect browsers before every handler.
func guard(next http.Handler, origin, media string) (http.Handler, error) {
	// Requests that change something and come from another site's page are refused (CSRF).
	sameOrigin := http.NewCrossOriginProtection()
	if err := sameOrigin.AddTrustedOrigin(origin); err != nil {
		return nil, fmt.Errorf("web: trust %s: %w", origin, err)
	}
	headers := protection(origin, media)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		if strings.HasPrefix(r.URL.Path, "/api/") {
			w.Header().Set("Cache-Control", "no-store")
		}
		if !clean(r.URL.Path) {
			api.NewProblem(http.StatusNotFound, api.NotFound).Write(w)
			return
		}
		if elsewhere(r, origin) {
			http.Redirect(w, r, origin+r.URL.RequestURI(), http.StatusTemporaryRedirect)
			return
		}
		if err := sameOrigin.Check(r); err != nil {
			api.NewProblem(http.StatusForbidden, api.CrossOrigin).Write(w)
			return
		}
		// A body without a length is limited by those who read it. It must not be wrapped here: the server would not
		// see that it was left unread, and would take its rest for the next request.
		if r.ContentLength > api.Longest(r) {
			w.Header().Set("Connection", "close")
			api.NewProblem(http.StatusRequestEntityTooLarge, api.TooLarge).Write(w)
			return
		}
		next.ServeHTTP(w, r)
	}), nil
}

// elsewhere says whether somebody opened a screen under another name than the public one, such as localhost for
// 127.0.0.1. The live connection and the media process take the public origin only, so he is sent there.
func elsewhere(r *http.Request, origin string) bool {
	if r.Method != http.MethodGet || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		return false
	}
	_, host, _ := strings.Cut(origin, "://")
	return !strings.EqualFold(r.Host, host) && !strings.HasPrefix(r.URL.Path, "/api/")
}

// clean says whether a path is written in its only form: no empty parts, no dots. Others would be redirected.
func clean(p string) bool {
	short := path.Clean(p)
	return strings.HasPrefix(p, "/") && (p == short || (p == short+"/" && short != "/"))
}

// protection are the headers of every answer.
func protection(origin, media string) map[string]string {
	h := map[string]string{
		"Content-Security-Policy": strings.Join([]string{
			"default-src 'none'",
			"script-src 'self'",
			// Mantine writes style elements for its theme and for responsive properties.
			"style-src 'self' 'unsafe-inline'",
			"img-src 'self' data: blob:",
			"font-src 'self'",
			"media-src 'self' blob:",
			"worker-src 'self'",
			"manifest-src 'self'",
			"connect-src 'self' " + media,
			"base-uri 'none'",
			"form-action 'self'",
			"frame-ancestors 'none'",
		}, "; "),
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "same-origin",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy": "microphone=(self), autoplay=(self), speaker-selection=(self), " +
			"camera=(), display-capture=(), geolocation=(), payment=(), usb=(), serial=(), midi=()",
	}
	if strings.HasPrefix(origin, "https://") {
		h["Strict-Transport-Security"] = "max-age=31536000"
	}
	return h
}
