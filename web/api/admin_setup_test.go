package api_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/cti/admin"
	"bellhop/web/api"
)

// fakeSetup is a server that lacks HTTPS.
type fakeSetup struct{}

func (fakeSetup) Items() []string { return []string{"database", "https"} }

func (fakeSetup) Probe(_ context.Context, _ admin.Actor, item string) ([]api.SetupFinding, error) {
	if item != "https" {
		return nil, admin.ErrNotFound
	}
	return []api.SetupFinding{{State: "missing", Code: "https_missing", Params: map[string]string{"url": "http://192.0.2.1"}}}, nil
}

func (fakeSetup) Network() api.NetworkSettings {
	return api.NetworkSettings{PublicURL: "http://192.0.2.1", MediaURL: "ws://192.0.2.1:8081/phone", TURNURLs: []string{}, TLS: "none"}
}

func TestSetup(t *testing.T) {
	r, _ := newHouse(t)
	w := r.send(request{method: http.MethodGet, path: "/api/v1/admin/setup/https", as: "boss"})
	require.Equal(t, http.StatusOK, w.Code)
	require.JSONEq(t, `{"findings":[{"state":"missing","code":"https_missing","params":{"url":"http://192.0.2.1"}}]}`, w.Body.String())
	require.Equal(t, http.StatusNotFound, r.send(request{method: http.MethodGet, path: "/api/v1/admin/setup/nothing", as: "boss"}).Code)
}
