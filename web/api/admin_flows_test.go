package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"bellhop/web/api"
)

const (
	goodSteps = `[{"id":"a","kind":"hours","open":[{"days":[1,2,3,4,5],"from":"09:00","to":"18:00"}],"next":"m","else":"z"},
		{"id":"m","kind":"menu","sound":"demo-menu","keys":{"2":"z"},"labels":{"2":"배송"},"else":"z"},
		{"id":"z","kind":"hangup"}]`
	goodFlow = `"name":"대표","numbers":["1588-1234"],"time_zone":"Asia/Seoul","steps":` + goodSteps
)

func (r *rig) as(t *testing.T, user, method, path, body string, want int, into any) {
	t.Helper()
	w := r.send(request{method: method, path: "/api/v1/admin" + path, as: user, body: body})
	require.Equal(t, want, w.Code, "%s", w.Body)
	if into != nil {
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), into))
	}
}

func TestFlowsAreEdited(t *testing.T) {
	r, _ := newHouse(t)
	var f api.Flow
	r.as(t, "manager", http.MethodPost, "/flows", `{"service":"`+serviceA+`",`+goodFlow+`}`, http.StatusCreated, &f)
	require.Equal(t, []string{"15881234"}, f.Numbers)
	require.Equal(t, "오세라", f.By)
	require.Equal(t, "배송", f.Steps[1].Labels["2"])
	r.as(t, "boss", http.MethodPut, "/flows/"+f.ID, `{"version":1,"note":"둘째","name":"대표 2","numbers":[],"time_zone":"","steps":`+goodSteps+`}`, http.StatusOK, &f)
	require.Equal(t, 2, f.Newest)

	var p api.Problem
	r.as(t, "manager", http.MethodPut, "/flows/"+f.ID, `{"version":1,`+goodFlow+`}`, http.StatusConflict, &p)
	require.Equal(t, api.EditConflict, p.Code)
	require.Equal(t, "정은호", p.Params["who"])
	p = api.Problem{}
	r.as(t, "manager", http.MethodPut, "/flows/"+f.ID, `{"version":2,"name":"x","numbers":[],"time_zone":"","steps":[]}`, http.StatusUnprocessableEntity, &p)
	require.Equal(t, "body.steps", p.Errors[0].Location)
	require.Equal(t, "empty", p.Errors[0].Code)

	var versions api.FlowVersions
	r.as(t, "manager", http.MethodGet, "/flows/"+f.ID+"/versions", "", http.StatusOK, &versions)
	require.Len(t, versions.Versions, 2)
	r.as(t, "manager", http.MethodPost, "/flows/"+f.ID+"/restore", `{"version":2,"from":1}`, http.StatusOK, &f)
	require.Equal(t, 3, f.Newest)
	require.Equal(t, "대표", f.Name)
	r.as(t, "manager", http.MethodGet, "/flows/"+f.ID+"/versions/2", "", http.StatusOK, &f)
	require.Equal(t, "대표 2", f.Name)
	r.as(t, "manager", http.MethodGet, "/flows/export.xlsx?lang=ko", "", http.StatusOK, nil)
	r.as(t, "manager", http.MethodDelete, "/flows/"+f.ID, "", http.StatusNoContent, nil)
	r.as(t, "manager", http.MethodGet, "/flows/"+f.ID, "", http.StatusNotFound, nil)

	r.as(t, "manager", http.MethodPost, "/flows", `{"service":"`+serviceB+`",`+goodFlow+`}`, http.StatusNotFound, nil)
	r.as(t, "other", http.MethodPost, "/flows", `{"service":"`+serviceA+`",`+goodFlow+`}`, http.StatusNotFound, nil)
	r.as(t, "other", http.MethodGet, "/flow-parts?service="+serviceA, "", http.StatusNotFound, nil)
}

func TestFlowsAreCheckedAndTried(t *testing.T) {
	r, _ := newHouse(t)
	var found api.FlowFindings
	steps := func(steps string) string {
		return `{"service":"` + serviceA + `","time_zone":"Asia/Seoul","steps":` + steps + `}`
	}
	r.as(t, "manager", http.MethodPost, "/flow-check", steps(goodSteps), http.StatusOK, &found)
	require.Empty(t, found.Findings)
	r.as(t, "manager", http.MethodPost, "/flow-check", steps(`[{"id":"a","kind":"say","sound":"demo-menu"}]`), http.StatusOK, &found)
	require.Equal(t, "dead_end", string(found.Findings[0].Code))

	var way api.FlowWay
	try := func(at, keys, queue string) string {
		return `{"at":"` + at + `","keys":[` + keys + `],"queue":"` + queue + `","time_zone":"Asia/Seoul","steps":` + goodSteps + `}`
	}
	r.as(t, "manager", http.MethodPost, "/flow-dry-run", try("2026-11-22T03:00", `"2"`, ""), http.StatusOK, &way)
	require.Equal(t, "closed", string(way.Taken[0].Outcome))
	r.as(t, "manager", http.MethodPost, "/flow-dry-run", try("2026-11-23T10:00", `"2"`, ""), http.StatusOK, &way)
	require.Equal(t, "key", string(way.Taken[1].Outcome))
	for _, bad := range []string{try("2026-13-22T03:00", "", ""), try("now", "", ""), try("2026-11-22T03:00", `"22"`, ""), try("2026-11-22T03:00", "", "gone")} {
		r.as(t, "manager", http.MethodPost, "/flow-dry-run", bad, http.StatusUnprocessableEntity, nil)
	}
	var parts api.FlowParts
	r.as(t, "manager", http.MethodGet, "/flow-parts?service="+serviceA, "", http.StatusOK, &parts)
	require.Empty(t, parts.Queues)
	require.NotEmpty(t, parts.Sounds)
}
