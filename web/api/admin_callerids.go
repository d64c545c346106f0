package api

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/admin"
	"bellhop/cti/admin/callerid"
	"bellhop/web/sheet"
)

// AdminCallerIDs keeps the outbound numbers of organisations (발신번호 관리, PH-44 … PH-46).
type AdminCallerIDs interface {
	List(ctx context.Context, a admin.Actor, l admin.List, f callerid.Filter) (admin.Page[callerid.CallerID], error)
	Get(ctx context.Context, a admin.Actor, id string) (callerid.CallerID, error)
	Request(ctx context.Context, a admin.Actor, c callerid.CallerID) (callerid.CallerID, error)
	Update(ctx context.Context, a admin.Actor, c callerid.CallerID) (callerid.CallerID, error)
	Delete(ctx context.Context, a admin.Actor, id string) error
	Attach(ctx context.Context, a admin.Actor, id string, seen int, name string, r io.Reader) (callerid.CallerID, error)
	Proof(ctx context.Context, a admin.Actor, id string) (callerid.Document, *os.File, error)
	Review(ctx context.Context, a admin.Actor, id string, seen int, v callerid.Verdict) (callerid.CallerID, error)
	Order(ctx context.Context, a admin.Actor, service string, seen, ids []string) error
	Import(ctx context.Context, a admin.Actor, lines []admin.Line[callerid.Row], dry bool) (admin.Report, error)
}

func (a *API) adminCallerIDRoutes() {
	const path, tag = "/caller-ids", "caller ids"
	registerAdmin(a, serviceRight, adminOperation("listAdminCallerIDs", http.MethodGet, path, tag, "발신번호 관리"), a.listAdminCallerIDs)
	registerAdmin(a, serviceRight, adminOperation("requestCallerID", http.MethodPost, path, tag, "등록 신청: ask for a number"), a.requestCallerID)
	registerAdmin(a, serviceRight, adminOperation("getCallerID", http.MethodGet, path+"/{id}", tag, "One number"), a.getCallerID)
	registerAdmin(a, serviceRight, adminOperation("updateCallerID", http.MethodPut, path+"/{id}", tag, "Change a number's name, or the number before its review"), a.updateCallerID)
	registerAdmin(a, serviceRight, adminOperation("deleteCallerID", http.MethodDelete, path+"/{id}", tag, "Take a number away from the agents"), a.deleteCallerID)
	attach := uploadOperation("attachProof", http.MethodPost, path+"/{id}/document", tag, "Upload its proof: PDF, PNG or JPEG, at most 10 MB")
	registerAdmin(a, serviceRight, attach, a.attachProof)
	proof := exportOperation("getProof", path, tag)
	proof.Path, proof.Summary = "/admin"+path+"/{id}/document", "Its proof, as an attachment"
	proof.Responses["200"].Content = map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}}
	registerAdmin(a, serviceRight, proof, a.getProof)
	review := adminOperation("reviewCallerID", http.MethodPost, path+"/{id}/review", tag, "심사중, 등록 완료 or 반려: 조직관리자 decides")
	review.DefaultStatus = http.StatusOK
	registerAdmin(a, organisationRight, review, a.reviewCallerID)
	order := adminOperation("orderCallerIDs", http.MethodPut, path+"/order", tag, "Put a service's numbers in order; the first is 기본")
	order.DefaultStatus = http.StatusNoContent
	registerAdmin(a, serviceRight, order, a.orderCallerIDs)
	registerAdmin(a, serviceRight, exportOperation("exportCallerIDs", path, tag), a.exportCallerIDs)
	registerImport(a, serviceRight, "importCallerIDs", path, tag, callerIDColumns, parseCallerID, func(ctx context.Context, who admin.Actor, lines []admin.Line[callerid.Row], dry bool) (admin.Report, error) {
		return a.Admin.CallerIDs.Import(ctx, who, lines, dry)
	})
}

// AdminCallerID is an outbound number as admins see it.
type AdminCallerID struct {
	ID          string `json:"id"`
	Version     int    `json:"version"`
	Service     string `json:"service"`
	ServiceName string `json:"service_name"`
	Number      string `json:"number"`
	Name        string `json:"name"`
	State       string `json:"state" enum:"requested,reviewing,completed,rejected,expired"`
	ExpiresOn   string `json:"expires_on" doc:"The last day on which it may be shown; empty: it does not expire."`
	DaysLeft    int    `json:"days_left" doc:"Until that day, where the service is."`
	Reason      string `json:"reason" doc:"Why it was rejected."`
	Position    int    `json:"position" doc:"Its place in the order of its service, from 1; 0: none."`
	Document    *Proof `json:"document,omitempty"`
}

// Proof is the document that proves whose a number is.
type Proof struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

func showCallerID(c callerid.CallerID) AdminCallerID {
	out := AdminCallerID{
		ID: c.ID, Version: c.Version, Service: c.Service, ServiceName: c.ServiceName, Number: c.Number, Name: c.Name, State: string(c.State),
		DaysLeft: c.DaysLeft, Reason: c.Reason, Position: c.Position,
	}
	if !c.ExpiresOn.IsZero() {
		out.ExpiresOn = c.ExpiresOn.Format(time.DateOnly)
	}
	if c.Document.File != "" {
		out.Document = &Proof{Name: c.Document.Name, Type: c.Document.Type, Size: c.Document.Size}
	}
	return out
}

// CallerIDFilter chooses among outbound numbers.
type CallerIDFilter struct {
	Service string `query:"service" format:"uuid"`
	State   string `query:"state" enum:"requested,reviewing,completed,rejected,expired,open" doc:"open: requested or reviewing."`
	Within  int    `query:"expires_within" minimum:"0" maximum:"3650" doc:"Only what expires within so many days, or has."`
}

func (f CallerIDFilter) of() callerid.Filter {
	out := callerid.Filter{Service: f.Service, Within: f.Within}
	switch f.State {
	case "":
	case "open":
		out.States = []string{string(callerid.Requested), string(callerid.Reviewing)}
	default:
		out.States = []string{f.State}
	}
	return out
}

type listAdminCallerIDsRequest struct {
	ListQuery
	CallerIDFilter
}

func (a *API) listAdminCallerIDs(ctx context.Context, who admin.Actor, in *listAdminCallerIDsRequest) (*listResponse[AdminCallerID], error) {
	found, err := a.Admin.CallerIDs.List(ctx, who, in.list(), in.of())
	if err != nil {
		return nil, err
	}
	return listed(found, showCallerID), nil
}

func (a *API) getCallerID(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[AdminCallerID], error) {
	found, err := a.Admin.CallerIDs.Get(ctx, who, in.ID)
	return shown(found, err, showCallerID)
}

type requestCallerIDRequest struct {
	Body struct {
		Service string `json:"service" format:"uuid"`
		Number  string `json:"number" maxLength:"20000" example:"02-692-4100"`
		Name    string `json:"name" maxLength:"20000"`
	}
}

func (a *API) requestCallerID(ctx context.Context, who admin.Actor, in *requestCallerIDRequest) (*itemResponse[AdminCallerID], error) {
	made, err := a.Admin.CallerIDs.Request(ctx, who, callerid.CallerID{Service: in.Body.Service, Number: in.Body.Number, Name: in.Body.Name})
	return shown(made, err, showCallerID)
}

type updateCallerIDRequest struct {
	ItemPath
	Body struct {
		Version int    `json:"version" minimum:"1" doc:"The version that the editor saw."`
		Number  string `json:"number" maxLength:"20000"`
		Name    string `json:"name" maxLength:"20000"`
	}
}

func (a *API) updateCallerID(ctx context.Context, who admin.Actor, in *updateCallerIDRequest) (*itemResponse[AdminCallerID], error) {
	now, err := a.Admin.CallerIDs.Update(ctx, who, callerid.CallerID{ID: in.ID, Version: in.Body.Version, Number: in.Body.Number, Name: in.Body.Name})
	return shown(now, err, showCallerID)
}

func (a *API) deleteCallerID(ctx context.Context, who admin.Actor, in *ItemPath) (*struct{}, error) {
	return nil, a.Admin.CallerIDs.Delete(ctx, who, in.ID)
}

type attachProofRequest struct {
	ItemPath
	Version int `query:"version" minimum:"1" required:"true" doc:"The version that the editor saw."`
}

func (a *API) attachProof(ctx context.Context, who admin.Actor, in *attachProofRequest) (*itemResponse[AdminCallerID], error) {
	file, name, err := uploaded(ctx)
	if err != nil {
		return nil, err
	}
	now, err := a.Admin.CallerIDs.Attach(ctx, who, in.ID, in.Version, name, file)
	if err != nil {
		return nil, uploadProblem(err)
	}
	return shown(now, nil, showCallerID)
}

func (a *API) getProof(ctx context.Context, who admin.Actor, in *ItemPath) (*huma.StreamResponse, error) {
	document, file, err := a.Admin.CallerIDs.Proof(ctx, who, in.ID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer file.Close() //nolint:errcheck // it was only read
		ctx.SetHeader("Content-Type", document.Type)
		ctx.SetHeader("Content-Length", strconv.FormatInt(document.Size, 10))
		ctx.SetHeader("Content-Disposition", attachment(document.Name))
		ctx.SetHeader("X-Content-Type-Options", "nosniff")
		ctx.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'")
		ctx.SetHeader("Cache-Control", "no-store")
		// A client that is gone does not need the rest.
		_, _ = io.Copy(ctx.BodyWriter(), file)
	}}, nil
}

// attachment has a browser keep what it gets under a name (RFC 6266).
func attachment(name string) string {
	if header := mime.FormatMediaType("attachment", map[string]string{"filename": name}); header != "" {
		return header
	}
	return "attachment; filename*=utf-8''" + url.PathEscape(name)
}

type reviewCallerIDRequest struct {
	ItemPath
	Body struct {
		Version   int    `json:"version" minimum:"1" doc:"The version that the reviewer saw."`
		State     string `json:"state" enum:"reviewing,completed,rejected"`
		Reason    string `json:"reason,omitempty" maxLength:"20000" doc:"For rejected."`
		ExpiresOn string `json:"expires_on,omitempty" maxLength:"10" example:"2027-03-14" doc:"For completed: the last day; empty: it does not expire."`
	}
}

func (a *API) reviewCallerID(ctx context.Context, who admin.Actor, in *reviewCallerIDRequest) (*itemResponse[AdminCallerID], error) {
	verdict := callerid.Verdict{State: callerid.State(in.Body.State), Reason: in.Body.Reason}
	if in.Body.ExpiresOn != "" {
		day, err := time.Parse(time.DateOnly, in.Body.ExpiresOn)
		if err != nil {
			return nil, admin.Invalid{Field: "expires_on", Code: "not_a_day"}
		}
		verdict.ExpiresOn = day
	}
	now, err := a.Admin.CallerIDs.Review(ctx, who, in.ID, in.Body.Version, verdict)
	return shown(now, err, showCallerID)
}

type orderCallerIDsRequest struct {
	Body struct {
		Service string   `json:"service" format:"uuid"`
		Seen    []string `json:"seen" nullable:"false" maxItems:"1000" doc:"The order that the editor saw."`
		IDs     []string `json:"ids" nullable:"false" maxItems:"1000" doc:"Every completed number of the service, once."`
	}
}

func (a *API) orderCallerIDs(ctx context.Context, who admin.Actor, in *orderCallerIDsRequest) (*struct{}, error) {
	return nil, a.Admin.CallerIDs.Order(ctx, who, in.Body.Service, in.Body.Seen, in.Body.IDs)
}

var callerIDColumns = []sheet.Column{
	{Key: "service", KO: "서비스", EN: "Service"},
	{Key: "number", KO: "발신번호", EN: "Outbound number"},
	{Key: "name", KO: "이름", EN: "Name", Optional: true},
	{Key: "state", KO: "상태", EN: "State", Optional: true, Words: map[string][2]string{
		"requested": {"등록 신청", "Requested"}, "reviewing": {"심사중", "Under review"}, "completed": {"등록 완료", "Registered"},
		"rejected": {"반려", "Rejected"}, "expired": {"만료", "Expired"},
	}},
	{Key: "position", KO: "순서", EN: "Order", Optional: true},
	{Key: "expires_on", KO: "만료", EN: "Expires", Optional: true},
	{Key: "document", KO: "증빙 서류", EN: "Proof", Optional: true},
}

type exportCallerIDsRequest struct {
	ExportQuery
	CallerIDFilter
}

func (a *API) exportCallerIDs(ctx context.Context, who admin.Actor, in *exportCallerIDsRequest) (*huma.StreamResponse, error) {
	found, err := a.Admin.CallerIDs.List(ctx, who, in.list(), in.of())
	if err != nil {
		return nil, err
	}
	rows := make([][]any, len(found.Items))
	for i, item := range found.Items {
		c := showCallerID(item)
		rows[i] = []any{c.ServiceName, c.Number, c.Name, c.State, c.Position, c.ExpiresOn, item.Document.Name}
	}
	return exported("caller-ids", in.Lang, callerIDColumns, rows), nil
}

func parseCallerID(r *sheet.Row) callerid.Row {
	return callerid.Row{ServiceName: r.Text("service"), Number: r.Text("number"), Name: r.Text("name")}
}
