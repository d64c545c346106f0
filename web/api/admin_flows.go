package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/admin"
	"bellhop/cti/admin/flow"
	"bellhop/cti/scenario"
	"bellhop/web/sheet"
)

// AdminFlows keeps the scenarios of organisations (시나리오, PH-12).
type AdminFlows interface {
	List(ctx context.Context, a admin.Actor, l admin.List) (admin.Page[flow.Flow], error)
	// Get gives one version; version 0 is the newest.
	Get(ctx context.Context, a admin.Actor, id string, version int) (flow.Flow, error)
	Versions(ctx context.Context, a admin.Actor, id string) ([]flow.Saved, error)
	Create(ctx context.Context, a admin.Actor, f flow.Flow, note string) (flow.Flow, error)
	Save(ctx context.Context, a admin.Actor, f flow.Flow, seen int, note string) (flow.Flow, error)
	Restore(ctx context.Context, a admin.Actor, id string, seen, from int, note string) (flow.Flow, error)
	Delete(ctx context.Context, a admin.Actor, id string) error
	// Parts are the queues and sounds that a service's flows can use.
	Parts(ctx context.Context, a admin.Actor, service string) (flow.Parts, error)
}

func (a *API) adminFlowRoutes() {
	const path, tag = "/flows", "flows"
	registerAdmin(a, serviceRight, adminOperation("listFlows", http.MethodGet, path, tag, "시나리오"), a.listFlows)
	registerAdmin(a, serviceRight, adminOperation("createFlow", http.MethodPost, path, tag, "Make a flow"), a.createFlow)
	registerAdmin(a, serviceRight, adminOperation("getFlow", http.MethodGet, path+"/{id}", tag, "One flow"), a.getFlow)
	registerAdmin(a, serviceRight, adminOperation("saveFlow", http.MethodPut, path+"/{id}", tag, "Make a new version of a flow"), a.saveFlow)
	registerAdmin(a, serviceRight, adminOperation("deleteFlow", http.MethodDelete, path+"/{id}", tag, "Delete a flow to which no number leads"), a.deleteFlow)
	registerAdmin(a, serviceRight, adminOperation("listFlowVersions", http.MethodGet, path+"/{id}/versions", tag, "The newest versions of a flow"), a.listFlowVersions)
	registerAdmin(a, serviceRight, adminOperation("getFlowVersion", http.MethodGet, path+"/{id}/versions/{version}", tag, "One version of a flow"), a.getFlowVersion)
	restore := adminOperation("restoreFlow", http.MethodPost, path+"/{id}/restore", tag, "Make an older version of a flow the newest, as a copy")
	restore.DefaultStatus = http.StatusOK
	registerAdmin(a, serviceRight, restore, a.restoreFlow)
	registerAdmin(a, serviceRight, exportOperation("exportFlows", path, tag), a.exportFlows)
	registerAdmin(a, serviceRight, adminOperation("listFlowParts", http.MethodGet, "/flow-parts", tag, "What the flows of a service can be made of"), a.listFlowParts)
	registerLook(a, serviceRight, adminOperation("checkFlow", http.MethodPost, "/flow-check", tag, "What is wrong with a flow"), a.checkFlow)
	registerLook(a, serviceRight, adminOperation("tryFlow", http.MethodPost, "/flow-dry-run", tag, "The way of a caller through a flow"), a.tryFlow)
}

// registerLook adds a route that changes nothing though what it asks with is a body.
func registerLook[I, O any](a *API, need right, op huma.Operation, handle func(context.Context, admin.Actor, *I) (*O, error)) {
	op.DefaultStatus = http.StatusOK
	op.Middlewares = append(huma.Middlewares{a.adminGuard(need, true)}, op.Middlewares...)
	register(a, signedIn, op, func(ctx context.Context, _ caller, in *I) (*O, error) {
		actor, _ := ctx.Value(actorKey{}).(admin.Actor)
		out, err := handle(ctx, actor, in)
		if err != nil {
			return nil, adminProblem(err)
		}
		return out, nil
	})
}

// FlowSteps are what calls go through.
type FlowSteps struct {
	TimeZone string          `json:"time_zone" maxLength:"64" example:"Asia/Seoul"`
	Steps    []scenario.Step `json:"steps" nullable:"false" maxItems:"500"`
}

// FlowSettings are what an admin sets of a flow.
type FlowSettings struct {
	Name    string   `json:"name" maxLength:"1000"`
	Numbers []string `json:"numbers" nullable:"false" maxItems:"100" doc:"The numbers that customers call to come here."`
	FlowSteps
}

// FlowSaved is when a version was made, and by whom.
type FlowSaved struct {
	Version   int    `json:"version"`
	By        string `json:"by"`
	At        string `json:"at" format:"date-time"`
	Note      string `json:"note"`
	Restored  int    `json:"restored,omitempty" doc:"The version that it is a copy of."`
	StepCount int    `json:"step_count"`
}

// Flow is one version of a flow.
type Flow struct {
	ID          string `json:"id"`
	Service     string `json:"service"`
	ServiceName string `json:"service_name"`
	Newest      int    `json:"newest" doc:"The version that callers begin with."`
	FlowSaved
	FlowSettings
}

func showFlow(f flow.Flow) Flow {
	if f.Steps == nil {
		f.Steps = []scenario.Step{}
	}
	return Flow{
		ID: f.ID, Service: f.Service, ServiceName: f.ServiceName, Newest: f.Newest, FlowSaved: showSaved(f.Saved),
		FlowSettings: FlowSettings{Name: f.Name, Numbers: f.Numbers, FlowSteps: FlowSteps{TimeZone: f.TimeZone, Steps: f.Steps}},
	}
}

func showSaved(s flow.Saved) FlowSaved {
	return FlowSaved{Version: s.Version, By: s.By, At: Stamp(s.At), Note: s.Note, Restored: s.Restored, StepCount: s.Steps}
}

func (s FlowSettings) of(id, service string) flow.Flow {
	return flow.Flow{ID: id, Service: service, Name: s.Name, Numbers: s.Numbers, TimeZone: s.TimeZone, Steps: s.Steps}
}

func (a *API) listFlows(ctx context.Context, who admin.Actor, in *ListQuery) (*listResponse[Flow], error) {
	found, err := a.Admin.Flows.List(ctx, who, in.list())
	if err != nil {
		return nil, err
	}
	return listed(found, showFlow), nil
}

func (a *API) getFlow(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[Flow], error) {
	found, err := a.Admin.Flows.Get(ctx, who, in.ID, 0)
	return shown(found, err, showFlow)
}

type createFlowRequest struct {
	Body struct {
		Service string `json:"service" format:"uuid"`
		Note    string `json:"note,omitempty" maxLength:"2000"`
		FlowSettings
	}
}

func (a *API) createFlow(ctx context.Context, who admin.Actor, in *createFlowRequest) (*itemResponse[Flow], error) {
	made, err := a.Admin.Flows.Create(ctx, who, in.Body.of("", in.Body.Service), in.Body.Note)
	return shown(made, err, showFlow)
}

type saveFlowRequest struct {
	ItemPath
	Body struct {
		Version int    `json:"version" minimum:"1" doc:"The version that the editor saw."`
		Note    string `json:"note,omitempty" maxLength:"2000" doc:"Why it was changed."`
		FlowSettings
	}
}

func (a *API) saveFlow(ctx context.Context, who admin.Actor, in *saveFlowRequest) (*itemResponse[Flow], error) {
	saved, err := a.Admin.Flows.Save(ctx, who, in.Body.of(in.ID, ""), in.Body.Version, in.Body.Note)
	return shown(saved, err, showFlow)
}

type restoreFlowRequest struct {
	ItemPath
	Body struct {
		Version int    `json:"version" minimum:"1" doc:"The version that the editor saw."`
		From    int    `json:"from" minimum:"1" doc:"The version that is to be as new."`
		Note    string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (a *API) restoreFlow(ctx context.Context, who admin.Actor, in *restoreFlowRequest) (*itemResponse[Flow], error) {
	saved, err := a.Admin.Flows.Restore(ctx, who, in.ID, in.Body.Version, in.Body.From, in.Body.Note)
	return shown(saved, err, showFlow)
}

func (a *API) deleteFlow(ctx context.Context, who admin.Actor, in *ItemPath) (*struct{}, error) {
	return nil, a.Admin.Flows.Delete(ctx, who, in.ID)
}

// FlowVersions are the versions of a flow, the newest first.
type FlowVersions struct {
	Versions []FlowSaved `json:"versions" nullable:"false"`
}

func (a *API) listFlowVersions(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[FlowVersions], error) {
	found, err := a.Admin.Flows.Versions(ctx, who, in.ID)
	return shown(found, err, func(all []flow.Saved) FlowVersions {
		out := FlowVersions{Versions: []FlowSaved{}}
		for _, v := range all {
			out.Versions = append(out.Versions, showSaved(v))
		}
		return out
	})
}

type flowVersionPath struct {
	ItemPath
	Version int `path:"version" minimum:"1"`
}

func (a *API) getFlowVersion(ctx context.Context, who admin.Actor, in *flowVersionPath) (*itemResponse[Flow], error) {
	found, err := a.Admin.Flows.Get(ctx, who, in.ID, in.Version)
	return shown(found, err, showFlow)
}

var flowColumns = []sheet.Column{
	{Key: "name", KO: "이름", EN: "Name"},
	{Key: "service", KO: "서비스", EN: "Service"},
	{Key: "numbers", KO: "인입번호", EN: "Numbers"},
	{Key: "steps", KO: "단계 수", EN: "Steps"},
	{Key: "version", KO: "버전", EN: "Version"},
	{Key: "at", KO: "저장 시각", EN: "Saved at"},
	{Key: "by", KO: "저장한 사람", EN: "Saved by"},
	{Key: "note", KO: "메모", EN: "Note"},
}

func (a *API) exportFlows(ctx context.Context, who admin.Actor, in *ExportQuery) (*huma.StreamResponse, error) {
	found, err := a.Admin.Flows.List(ctx, who, in.list())
	if err != nil {
		return nil, err
	}
	rows := make([][]any, len(found.Items))
	for i, f := range found.Items {
		rows[i] = []any{f.Name, f.ServiceName, f.Numbers, f.Saved.Steps, f.Saved.Version, f.Saved.At.Format(time.DateTime), f.Saved.By, f.Saved.Note}
	}
	return exported("flows", in.Lang, flowColumns, rows), nil
}
