package api_test

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write openapi.json anew")

const golden = "openapi.json"

type openAPI struct {
	OpenAPI string                                `json:"openapi"`
	Paths   map[string]map[string]json.RawMessage `json:"paths"`
}

func document(t testing.TB) (d openAPI) {
	require.NoError(t, json.Unmarshal(newRig(t).api.Document(), &d))
	return d
}

// TestOpenAPI keeps openapi.json, from which the browser program's types are made, true to the code. When it fails:
// go test ./web/api -run TestOpenAPI -update, then make the browser program's types anew.
func TestOpenAPI(t *testing.T) {
	have := newRig(t).api.Document()
	if *update {
		require.NoError(t, os.WriteFile(golden, have, 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), string(have), "openapi.json is stale: go test ./web/api -run TestOpenAPI -update")
	require.Equal(t, "3.1.0", document(t).OpenAPI)
}

func TestOpenAPIIsServed(t *testing.T) {
	r := newRig(t)
	w := r.send(request{method: http.MethodGet, path: "/api/v1/openapi.json"})
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "application/json", w.Header().Get("Content-Type"))
	require.Equal(t, string(r.api.Document()), w.Body.String())
	for _, path := range []string{"/api/v1/docs", "/docs", "/openapi", "/schemas/Phone.json"} {
		require.Equal(t, http.StatusNotFound, func() int {
			w := r.send(request{method: http.MethodGet, path: "/api" + path})
			return w.Code
		}(), path)
	}
}
