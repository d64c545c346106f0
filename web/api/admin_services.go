package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/admin"
	"bellhop/cti/admin/service"
	"bellhop/web/sheet"
)

// AdminServices keeps the services of organisations (GN-19, GN-20).
type AdminServices interface {
	List(ctx context.Context, a admin.Actor, l admin.List) (admin.Page[service.Service], error)
	Get(ctx context.Context, a admin.Actor, id string) (service.Service, error)
	Create(ctx context.Context, a admin.Actor, s service.Service) (service.Service, error)
	Update(ctx context.Context, a admin.Actor, s service.Service) (service.Service, error)
	Delete(ctx context.Context, a admin.Actor, id string) error
	Import(ctx context.Context, a admin.Actor, lines []admin.Line[service.Service], dry bool) (admin.Report, error)
}

func (a *API) adminServiceRoutes() {
	const path, tag = "/services", "services"
	registerAdmin(a, serviceRight, adminOperation("listAdminServices", http.MethodGet, path, tag, "조직/서비스"), a.listServices)
	registerAdmin(a, organisationRight, adminOperation("createService", http.MethodPost, path, tag, "Make a service"), a.createService)
	registerAdmin(a, serviceRight, adminOperation("getAdminService", http.MethodGet, path+"/{id}", tag, "One service"), a.getService)
	registerAdmin(a, serviceRight, adminOperation("updateService", http.MethodPut, path+"/{id}", tag, "Change a service"), a.updateService)
	registerAdmin(a, organisationRight, adminOperation("deleteService", http.MethodDelete, path+"/{id}", tag, "Delete a service that nothing refers to"), a.deleteService)
	registerAdmin(a, serviceRight, exportOperation("exportServices", path, tag), a.exportServices)
	registerImport(a, organisationRight, "importServices", path, tag, serviceColumns, parseService, func(ctx context.Context, who admin.Actor, lines []admin.Line[service.Service], dry bool) (admin.Report, error) {
		return a.Admin.Services.Import(ctx, who, lines, dry)
	})
}

// ServiceSettings are what an admin sets of a service.
type ServiceSettings struct {
	Name           string   `json:"name" maxLength:"1000"`
	Kind           string   `json:"kind" enum:"consult,issue" doc:"상담 관리 or 이슈 관리."`
	Phone          bool     `json:"phone" doc:"전화 CTI 사용 (PH-01)."`
	Inbound        bool     `json:"inbound" doc:"IB (PH-02): off, and its numbers are not in service."`
	Outbound       bool     `json:"outbound" doc:"OB (PH-03)."`
	Chat           bool     `json:"chat"`
	SMS            bool     `json:"sms"`
	Editor         string   `json:"editor" enum:"plain,rich"`
	Languages      []string `json:"languages" nullable:"false" maxItems:"10"`
	TimeZone       string   `json:"time_zone" maxLength:"64" example:"Asia/Seoul"`
	AfterCall      string   `json:"after_call" enum:"notice,ticket_work,ready" doc:"What follows a call (D1)."`
	StayReady      bool     `json:"stay_ready_after_decline" doc:"Whether who declines stays in 대기 (D3)."`
	ForeignNumbers bool     `json:"foreign_numbers"`
	PremiumNumbers bool     `json:"premium_numbers"`
}

// AdminService is a service as admins see it.
type AdminService struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	ServiceSettings
}

func showService(s service.Service) AdminService {
	return AdminService{ID: s.ID, Version: s.Version, ServiceSettings: ServiceSettings{
		Name: s.Name, Kind: s.Kind, Phone: s.Phone, Inbound: s.Inbound, Outbound: s.Outbound, Chat: s.Chat, SMS: s.SMS, Editor: s.Editor,
		Languages: s.Languages, TimeZone: s.TimeZone, AfterCall: s.AfterCall, StayReady: s.StayReady,
		ForeignNumbers: s.ForeignNumbers, PremiumNumbers: s.PremiumNumbers,
	}}
}

func (s ServiceSettings) of(id string, version int) service.Service {
	return service.Service{
		ID: id, Version: version,
		Name: s.Name, Kind: s.Kind, Phone: s.Phone, Inbound: s.Inbound, Outbound: s.Outbound, Chat: s.Chat, SMS: s.SMS, Editor: s.Editor,
		Languages: s.Languages, TimeZone: s.TimeZone, AfterCall: s.AfterCall, StayReady: s.StayReady,
		ForeignNumbers: s.ForeignNumbers, PremiumNumbers: s.PremiumNumbers,
	}
}

func (a *API) listServices(ctx context.Context, who admin.Actor, in *ListQuery) (*listResponse[AdminService], error) {
	found, err := a.Admin.Services.List(ctx, who, in.list())
	if err != nil {
		return nil, err
	}
	return listed(found, showService), nil
}

func (a *API) getService(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[AdminService], error) {
	found, err := a.Admin.Services.Get(ctx, who, in.ID)
	return shown(found, err, showService)
}

type createServiceRequest struct{ Body ServiceSettings }

func (a *API) createService(ctx context.Context, who admin.Actor, in *createServiceRequest) (*itemResponse[AdminService], error) {
	made, err := a.Admin.Services.Create(ctx, who, in.Body.of("", 0))
	return shown(made, err, showService)
}

type updateServiceRequest struct {
	ItemPath
	Body struct {
		Version int `json:"version" minimum:"1" doc:"The version that the editor saw."`
		ServiceSettings
	}
}

func (a *API) updateService(ctx context.Context, who admin.Actor, in *updateServiceRequest) (*itemResponse[AdminService], error) {
	changed, err := a.Admin.Services.Update(ctx, who, in.Body.of(in.ID, in.Body.Version))
	return shown(changed, err, showService)
}

func (a *API) deleteService(ctx context.Context, who admin.Actor, in *ItemPath) (*struct{}, error) {
	return nil, a.Admin.Services.Delete(ctx, who, in.ID)
}

var serviceColumns = []sheet.Column{
	{Key: "name", KO: "이름", EN: "Name"},
	{Key: "kind", KO: "유형", EN: "Type", Words: map[string][2]string{"consult": {"상담 관리", "Contact management"}, "issue": {"이슈 관리", "Issue management"}}},
	{Key: "phone", KO: "전화", EN: "Phone", Optional: true},
	{Key: "inbound", KO: "인바운드", EN: "Inbound", Optional: true},
	{Key: "outbound", KO: "아웃바운드", EN: "Outbound", Optional: true},
	{Key: "chat", KO: "채팅", EN: "Chat", Optional: true},
	{Key: "sms", KO: "문자", EN: "SMS", Optional: true},
	{Key: "editor", KO: "편집기", EN: "Editor", Optional: true, Words: map[string][2]string{"plain": {"텍스트", "Plain text"}, "rich": {"서식", "Rich text"}}},
	{Key: "languages", KO: "언어", EN: "Languages", Optional: true},
	{Key: "time_zone", KO: "시간대", EN: "Time zone", Optional: true},
	{Key: "after_call", KO: "통화 종료 후", EN: "After a call", Optional: true, Words: map[string][2]string{
		"notice": {"알림", "Notice"}, "ticket_work": {"티켓처리", "Ticket work"}, "ready": {"대기", "Ready"},
	}},
	{Key: "stay_ready_after_decline", KO: "취소 후 대기 유지", EN: "Stay ready after declining", Optional: true},
	{Key: "foreign_numbers", KO: "국제전화", EN: "Numbers abroad", Optional: true},
	{Key: "premium_numbers", KO: "유료번호", EN: "Premium numbers", Optional: true},
}

func (a *API) exportServices(ctx context.Context, who admin.Actor, in *ExportQuery) (*huma.StreamResponse, error) {
	found, err := a.Admin.Services.List(ctx, who, in.list())
	if err != nil {
		return nil, err
	}
	rows := make([][]any, len(found.Items))
	for i, s := range found.Items {
		rows[i] = []any{
			s.Name, s.Kind, s.Phone, s.Inbound, s.Outbound, s.Chat, s.SMS, s.Editor, s.Languages, s.TimeZone, s.AfterCall, s.StayReady,
			s.ForeignNumbers, s.PremiumNumbers,
		}
	}
	return exported("services", in.Lang, serviceColumns, rows), nil
}

func parseService(r *sheet.Row) service.Service {
	or := func(text, otherwise string) string {
		if text == "" {
			return otherwise
		}
		return text
	}
	s := service.Service{
		Name: r.Text("name"), Kind: r.Code("kind"), Phone: r.Flag("phone", true), Inbound: r.Flag("inbound", true), Outbound: r.Flag("outbound", true),
		Chat: r.Flag("chat", false), SMS: r.Flag("sms", false), Editor: or(r.Code("editor"), "plain"), Languages: r.Texts("languages"),
		TimeZone: or(r.Text("time_zone"), "Asia/Seoul"), AfterCall: or(r.Code("after_call"), "notice"), StayReady: r.Flag("stay_ready_after_decline", false),
		ForeignNumbers: r.Flag("foreign_numbers", false), PremiumNumbers: r.Flag("premium_numbers", false),
	}
	if len(s.Languages) == 0 {
		s.Languages = []string{"ko", "en"}
	}
	return s
}
