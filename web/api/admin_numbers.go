package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/admin"
	"bellhop/cti/admin/inbound"
	"bellhop/web/sheet"
)

// AdminNumbers keeps the numbers that customers call.
type AdminNumbers interface {
	List(ctx context.Context, a admin.Actor, l admin.List, service string) (admin.Page[inbound.Number], error)
	Get(ctx context.Context, a admin.Actor, id string) (inbound.Number, error)
	Create(ctx context.Context, a admin.Actor, n inbound.Number) (inbound.Number, error)
	Update(ctx context.Context, a admin.Actor, n inbound.Number) (inbound.Number, error)
	Delete(ctx context.Context, a admin.Actor, id string) error
	Import(ctx context.Context, a admin.Actor, lines []admin.Line[inbound.Row], dry bool) (admin.Report, error)
}

func (a *API) adminNumberRoutes() {
	const path, tag = "/numbers", "numbers"
	registerAdmin(a, serviceRight, adminOperation("listNumbers", http.MethodGet, path, tag, "인입번호"), a.listNumbers)
	registerAdmin(a, serviceRight, adminOperation("createNumber", http.MethodPost, path, tag, "Take a number into service"), a.createNumber)
	registerAdmin(a, serviceRight, adminOperation("getNumber", http.MethodGet, path+"/{id}", tag, "One number"), a.getNumber)
	registerAdmin(a, serviceRight, adminOperation("updateNumber", http.MethodPut, path+"/{id}", tag, "Lead a number elsewhere"), a.updateNumber)
	registerAdmin(a, serviceRight, adminOperation("deleteNumber", http.MethodDelete, path+"/{id}", tag, "Take a number out of service"), a.deleteNumber)
	registerAdmin(a, serviceRight, exportOperation("exportNumbers", path, tag), a.exportNumbers)
	registerImport(a, serviceRight, "importNumbers", path, tag, numberColumns, parseNumber, func(ctx context.Context, who admin.Actor, lines []admin.Line[inbound.Row], dry bool) (admin.Report, error) {
		return a.Admin.Numbers.Import(ctx, who, lines, dry)
	})
}

// NumberSettings are what an admin sets of an inbound number. It leads to a queue or to a flow.
type NumberSettings struct {
	Number string `json:"number" maxLength:"20000" example:"1588-1234"`
	Name   string `json:"name" maxLength:"20000"`
	Queue  string `json:"queue" maxLength:"36" doc:"A queue's id, or empty."`
	Flow   string `json:"flow" maxLength:"36" doc:"A flow's id, or empty."`
	Trunk  string `json:"trunk" maxLength:"36" doc:"The trunk it comes from; empty: any."`
}

func (s NumberSettings) of(id string, version int) inbound.Number {
	return inbound.Number{ID: id, Version: version, Number: s.Number, Name: s.Name, Queue: s.Queue, Flow: s.Flow, Trunk: s.Trunk}
}

// AdminNumber is an inbound number as admins see it.
type AdminNumber struct {
	ID          string `json:"id"`
	Version     int    `json:"version"`
	QueueName   string `json:"queue_name"`
	FlowName    string `json:"flow_name"`
	Service     string `json:"service"`
	ServiceName string `json:"service_name" doc:"Of the queue or the flow; empty: it leads nowhere."`
	NumberSettings
}

func showNumber(n inbound.Number) AdminNumber {
	return AdminNumber{
		ID: n.ID, Version: n.Version, QueueName: n.QueueName, FlowName: n.FlowName, Service: n.Service, ServiceName: n.ServiceName,
		NumberSettings: NumberSettings{Number: n.Number, Name: n.Name, Queue: n.Queue, Flow: n.Flow, Trunk: n.Trunk},
	}
}

func (a *API) listNumbers(ctx context.Context, who admin.Actor, in *ofServiceRequest) (*listResponse[AdminNumber], error) {
	found, err := a.Admin.Numbers.List(ctx, who, in.list(), in.Service)
	if err != nil {
		return nil, err
	}
	return listed(found, showNumber), nil
}

func (a *API) getNumber(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[AdminNumber], error) {
	found, err := a.Admin.Numbers.Get(ctx, who, in.ID)
	return shown(found, err, showNumber)
}

type createNumberRequest struct{ Body NumberSettings }

func (a *API) createNumber(ctx context.Context, who admin.Actor, in *createNumberRequest) (*itemResponse[AdminNumber], error) {
	made, err := a.Admin.Numbers.Create(ctx, who, in.Body.of("", 0))
	return shown(made, err, showNumber)
}

type updateNumberRequest struct {
	ItemPath
	Body struct {
		Version int `json:"version" minimum:"1" doc:"The version that the editor saw."`
		NumberSettings
	}
}

func (a *API) updateNumber(ctx context.Context, who admin.Actor, in *updateNumberRequest) (*itemResponse[AdminNumber], error) {
	now, err := a.Admin.Numbers.Update(ctx, who, in.Body.of(in.ID, in.Body.Version))
	return shown(now, err, showNumber)
}

func (a *API) deleteNumber(ctx context.Context, who admin.Actor, in *ItemPath) (*struct{}, error) {
	return nil, a.Admin.Numbers.Delete(ctx, who, in.ID)
}

var numberColumns = []sheet.Column{
	{Key: "number", KO: "인입번호", EN: "Inbound number"},
	{Key: "name", KO: "이름", EN: "Name", Optional: true},
	{Key: "queue", KO: "큐 번호", EN: "Queue number", Optional: true},
	{Key: "flow", KO: "시나리오", EN: "Flow", Optional: true},
	{Key: "service", KO: "서비스", EN: "Service", Optional: true},
}

func (a *API) exportNumbers(ctx context.Context, who admin.Actor, in *exportOfServiceRequest) (*huma.StreamResponse, error) {
	found, err := a.Admin.Numbers.List(ctx, who, in.list(), in.Service)
	if err != nil {
		return nil, err
	}
	rows := make([][]any, len(found.Items))
	for i, n := range found.Items {
		rows[i] = []any{n.Number, n.Name, n.QueueNumber, n.FlowName, n.ServiceName}
	}
	return exported("numbers", in.Lang, numberColumns, rows), nil
}

func parseNumber(r *sheet.Row) inbound.Row {
	return inbound.Row{Number: r.Text("number"), Name: r.Text("name"), Queue: r.Text("queue"), Flow: r.Text("flow")}
}
