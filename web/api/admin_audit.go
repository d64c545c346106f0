package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/netip"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/admin"
	"bellhop/web/sheet"
)

// AdminLogs reads the audit log and the 접속 로그.
type AdminLogs interface {
	Audit(ctx context.Context, a admin.Actor, l admin.LogList) ([]admin.Audited, error)
	Access(ctx context.Context, a admin.Actor, l admin.LogList) ([]admin.Accessed, error)
}

func (a *API) adminAuditRoutes() {
	registerAdmin(a, serviceRight, adminOperation("listAudit", http.MethodGet, "/audit", "logs", "감사 로그: who changed what, the newest first"), a.listAudit)
	registerAdmin(a, serviceRight, exportOperation("exportAudit", "/audit", "logs"), a.exportAudit)
	registerAdmin(a, accessLogRight, adminOperation("listAccess", http.MethodGet, "/access-log", "logs", "접속 로그: who came and went, the newest first (AG-16)"), a.listAccess)
	registerAdmin(a, accessLogRight, exportOperation("exportAccess", "/access-log", "logs"), a.exportAccess)
}

// LogQuery is what both logs can be filtered by.
type LogQuery struct {
	Query string    `query:"q" maxLength:"200" doc:"Every word of it must be found in a name."`
	User  string    `query:"user" format:"uuid" doc:"Who did it."`
	From  time.Time `query:"from"`
	To    time.Time `query:"to" doc:"Not included."`
}

// AuditQuery is what the audit log can be filtered by besides.
type AuditQuery struct {
	LogQuery
	Subject   string `query:"subject" maxLength:"32"`
	SubjectID string `query:"subject_id" maxLength:"64"`
	Action    string `query:"action" maxLength:"64"`
}

func (f AuditQuery) list() admin.LogList {
	return admin.LogList{Query: f.Query, User: f.User, From: f.From, To: f.To, Subject: f.Subject, SubjectID: f.SubjectID, Action: f.Action}
}

// AccessQuery is what the 접속 로그 can be filtered by besides.
type AccessQuery struct {
	LogQuery
	Event string `query:"event" enum:"sign_in,sign_in_failed,sign_out,expired,forced_out,password_set"`
}

func (f AccessQuery) list() admin.LogList {
	return admin.LogList{Query: f.Query, User: f.User, From: f.From, To: f.To, Action: f.Event}
}

// LogPaging is which page of a log is wanted.
type LogPaging struct {
	Before int64 `query:"before" minimum:"0" doc:"next of the page before; 0 or nothing: the newest."`
	Limit  int   `query:"per_page" minimum:"1" maximum:"100" default:"50"`
}

// LogPage is one page of a log.
type LogPage[T any] struct {
	Items []T    `json:"items" nullable:"false"`
	Next  *int64 `json:"next" doc:"For before of the next page; null on the last."`
}

type logResponse[T any] struct{ Body LogPage[T] }

// AuditEntry is a change that somebody made.
type AuditEntry struct {
	ID          int64           `json:"id"`
	At          string          `json:"at" format:"date-time"`
	User        Named           `json:"user"`
	IP          string          `json:"ip"`
	Action      string          `json:"action"`
	Subject     string          `json:"subject"`
	SubjectID   string          `json:"subject_id"`
	SubjectName string          `json:"subject_name"`
	Service     Named           `json:"service"`
	Before      json.RawMessage `json:"before" doc:"What it was; null when there was nothing."`
	After       json.RawMessage `json:"after" doc:"What it became; null when nothing is left."`
}

func ipText(ip netip.Addr) string {
	if !ip.IsValid() {
		return ""
	}
	return ip.Unmap().String()
}

func showAudited(e admin.Audited) AuditEntry {
	null := func(j json.RawMessage) json.RawMessage {
		if len(j) == 0 {
			return json.RawMessage("null")
		}
		return j
	}
	return AuditEntry{
		ID: e.ID, At: Stamp(e.At), User: Named{ID: e.UserID, Name: e.UserName}, IP: ipText(e.IP), Action: e.Action,
		Subject: e.Subject, SubjectID: e.SubjectID, SubjectName: e.SubjectName, Service: Named{ID: e.ServiceID, Name: e.ServiceTitle},
		Before: null(e.Before), After: null(e.After),
	}
}

type listAuditRequest struct {
	AuditQuery
	LogPaging
}

func (a *API) listAudit(ctx context.Context, who admin.Actor, in *listAuditRequest) (*logResponse[AuditEntry], error) {
	l := in.list()
	l.Before, l.Limit = in.Before, in.Limit
	found, err := a.Admin.Logs.Audit(ctx, who, l)
	if err != nil {
		return nil, err
	}
	out := LogPage[AuditEntry]{Items: []AuditEntry{}}
	for _, e := range found {
		out.Items = append(out.Items, showAudited(e))
	}
	if len(found) == in.Limit {
		out.Next = &found[len(found)-1].ID
	}
	return &logResponse[AuditEntry]{Body: out}, nil
}

// AccessEntry is somebody's coming or going.
type AccessEntry struct {
	ID        int64  `json:"id"`
	At        string `json:"at" format:"date-time"`
	User      Named  `json:"user"`
	Login     string `json:"login"`
	Event     string `json:"event"`
	IP        string `json:"ip"`
	UserAgent string `json:"user_agent"`
}

type listAccessRequest struct {
	AccessQuery
	LogPaging
}

func (a *API) listAccess(ctx context.Context, who admin.Actor, in *listAccessRequest) (*logResponse[AccessEntry], error) {
	l := in.list()
	l.Before, l.Limit = in.Before, in.Limit
	found, err := a.Admin.Logs.Access(ctx, who, l)
	if err != nil {
		return nil, err
	}
	out := LogPage[AccessEntry]{Items: []AccessEntry{}}
	for _, e := range found {
		out.Items = append(out.Items, AccessEntry{
			ID: e.ID, At: Stamp(e.At), User: Named{ID: e.UserID, Name: e.UserName}, Login: e.Login, Event: e.Event,
			IP: ipText(e.IP), UserAgent: e.UserAgent,
		})
	}
	if len(found) == in.Limit {
		out.Next = &found[len(found)-1].ID
	}
	return &logResponse[AccessEntry]{Body: out}, nil
}

var auditColumns = []sheet.Column{
	{Key: "at", KO: "일시", EN: "Time"},
	{Key: "user", KO: "사용자", EN: "User"},
	{Key: "ip", KO: "IP", EN: "IP address"},
	{Key: "action", KO: "작업", EN: "Action"},
	{Key: "subject", KO: "대상 종류", EN: "Kind"},
	{Key: "name", KO: "대상", EN: "Subject"},
	{Key: "service", KO: "서비스", EN: "Service"},
	{Key: "before", KO: "변경 전", EN: "Before"},
	{Key: "after", KO: "변경 후", EN: "After"},
}

type exportAuditRequest struct {
	AuditQuery
	Lang string `query:"lang" enum:"ko,en" default:"ko"`
}

func (a *API) exportAudit(ctx context.Context, who admin.Actor, in *exportAuditRequest) (*huma.StreamResponse, error) {
	l := in.list()
	l.All = true
	found, err := a.Admin.Logs.Audit(ctx, who, l)
	if err != nil {
		return nil, err
	}
	rows := make([][]any, len(found))
	for i, e := range found {
		rows[i] = []any{e.At, e.UserName, ipText(e.IP), e.Action, e.Subject, e.SubjectName, e.ServiceTitle, string(e.Before), string(e.After)}
	}
	return exported("audit", in.Lang, auditColumns, rows), nil
}

var accessColumns = []sheet.Column{
	{Key: "at", KO: "일시", EN: "Time"},
	{Key: "login", KO: "아이디", EN: "Sign-in"},
	{Key: "user", KO: "이름", EN: "Name"},
	{Key: "event", KO: "내용", EN: "Event", Words: map[string][2]string{
		"sign_in": {"로그인", "Signed in"}, "sign_in_failed": {"로그인 실패", "Failed to sign in"}, "sign_out": {"로그아웃", "Signed out"},
		"expired": {"세션 만료", "Session expired"}, "forced_out": {"강제 로그아웃", "Signed out by an admin"}, "password_set": {"비밀번호 설정", "Password set"},
	}},
	{Key: "ip", KO: "IP", EN: "IP address"},
	{Key: "user_agent", KO: "브라우저", EN: "Browser"},
}

type exportAccessRequest struct {
	AccessQuery
	Lang string `query:"lang" enum:"ko,en" default:"ko"`
}

func (a *API) exportAccess(ctx context.Context, who admin.Actor, in *exportAccessRequest) (*huma.StreamResponse, error) {
	l := in.list()
	l.All = true
	found, err := a.Admin.Logs.Access(ctx, who, l)
	if err != nil {
		return nil, err
	}
	rows := make([][]any, len(found))
	for i, e := range found {
		rows[i] = []any{e.At, e.Login, e.UserName, e.Event, ipText(e.IP), e.UserAgent}
	}
	return exported("access", in.Lang, accessColumns, rows), nil
}
