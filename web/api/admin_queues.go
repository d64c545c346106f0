package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"bellhop/cti/admin"
	"bellhop/cti/admin/queue"
	"bellhop/web/sheet"
)

// AdminQueues keeps the queues of organisations (PH-11, PH-36, D4).
type AdminQueues interface {
	List(ctx context.Context, a admin.Actor, l admin.List, service string) (admin.Page[queue.Queue], error)
	WithMembers(ctx context.Context, a admin.Actor, l admin.List, service string) ([]queue.Queue, error)
	Get(ctx context.Context, a admin.Actor, id string) (queue.Queue, error)
	Create(ctx context.Context, a admin.Actor, q queue.Queue) (queue.Queue, error)
	Update(ctx context.Context, a admin.Actor, q queue.Queue) (queue.Queue, error)
	Delete(ctx context.Context, a admin.Actor, id string) error
	Replace(ctx context.Context, a admin.Actor, id string, seen int, by string, withMembers bool) (queue.Queue, error)
	Candidates(ctx context.Context, a admin.Actor, l admin.List, service string) (admin.Page[queue.Member], error)
	SetSkills(ctx context.Context, a admin.Actor, agent string, words []string, seen int) (queue.Member, error)
	Import(ctx context.Context, a admin.Actor, lines []admin.Line[queue.Row], dry bool) (admin.Report, error)
}

func (a *API) adminQueueRoutes() {
	const path, tag = "/queues", "queues"
	registerAdmin(a, peopleRight, adminOperation("listQueues", http.MethodGet, path, tag, "큐"), a.listQueues)
	registerAdmin(a, serviceRight, adminOperation("createQueue", http.MethodPost, path, tag, "Make a queue"), a.createQueue)
	registerAdmin(a, peopleRight, adminOperation("getQueue", http.MethodGet, path+"/{id}", tag, "One queue with its members"), a.getQueue)
	registerAdmin(a, serviceRight, adminOperation("updateQueue", http.MethodPut, path+"/{id}", tag, "Change a queue and its members"), a.updateQueue)
	registerAdmin(a, serviceRight, adminOperation("deleteQueue", http.MethodDelete, path+"/{id}", tag, "Delete a queue that nobody uses"), a.deleteQueue)
	replace := adminOperation("replaceQueue", http.MethodPost, path+"/{id}/replace", tag, "Put another queue in its place, and delete it")
	replace.DefaultStatus = http.StatusOK
	registerAdmin(a, serviceRight, replace, a.replaceQueue)
	registerAdmin(a, serviceRight, exportOperation("exportQueues", path, tag), a.exportQueues)
	registerImport(a, serviceRight, "importQueues", path, tag, queueColumns, parseQueue, func(ctx context.Context, who admin.Actor, lines []admin.Line[queue.Row], dry bool) (admin.Report, error) {
		return a.Admin.Queues.Import(ctx, who, lines, dry)
	})
	registerAdmin(a, serviceRight, adminOperation("listQueueAgents", http.MethodGet, "/queue-agents", tag, "Who may become a member of a service's queues"), a.listQueueAgents)
	registerAdmin(a, serviceRight, adminOperation("setSkills", http.MethodPut, "/queue-agents/{id}/skills", tag, "What an agent can do"), a.setSkills)
}

// QueueSettings are what an admin sets of a queue.
type QueueSettings struct {
	Service   string       `json:"service" format:"uuid" doc:"For ever: a queue stays in its service."`
	Name      string       `json:"name" maxLength:"20000"`
	Number    string       `json:"number" maxLength:"1000" doc:"3 to 5 digits, unique among queues and extensions."`
	Strategy  string       `json:"strategy" enum:"longest_idle,round_robin,fewest_calls,priority"`
	Reclaim   int          `json:"reclaim_seconds" doc:"호회수 시간 (PH-36)."`
	MissLimit int          `json:"miss_limit" doc:"Misses in a row that lead to 휴식(미응답); 0 = never (D4)."`
	Limit     int          `json:"waiting_limit" doc:"How many calls may wait; 0 = any number."`
	AnswerIn  int          `json:"answer_seconds" doc:"T of the service level."`
	Music     string       `json:"music" maxLength:"64" doc:"Class of hold music; empty is the usual one."`
	SayEvery  int          `json:"say_every_seconds" doc:"How often callers are told their place and the estimated wait; 0 = never."`
	Skills    []string     `json:"skills" nullable:"false" doc:"What every agent must have."`
	Members   []QueuePlace `json:"members" nullable:"false" maxItems:"5000"`
}

// QueuePlace is an agent's place in a queue.
type QueuePlace struct {
	Agent    string `json:"agent" format:"uuid"`
	Priority int    `json:"priority" doc:"1 to 9, 1 first."`
}

func (s QueueSettings) of(id string, version int) queue.Queue {
	q := queue.Queue{
		ID: id, Version: version, Service: s.Service, Name: s.Name, Number: s.Number, Strategy: s.Strategy, Reclaim: s.Reclaim,
		MissLimit: s.MissLimit, Limit: s.Limit, AnswerIn: s.AnswerIn, Music: s.Music, SayEvery: s.SayEvery, Skills: s.Skills,
	}
	for _, m := range s.Members {
		q.Members = append(q.Members, queue.Member{Agent: m.Agent, Priority: m.Priority})
	}
	return q
}

// AdminQueue is a queue as admins see it. A list leaves its members out.
type AdminQueue struct {
	ID          string        `json:"id"`
	Version     int           `json:"version"`
	Service     string        `json:"service"`
	ServiceName string        `json:"service_name"`
	Name        string        `json:"name"`
	Number      string        `json:"number"`
	Strategy    string        `json:"strategy"`
	Reclaim     int           `json:"reclaim_seconds"`
	MissLimit   int           `json:"miss_limit"`
	Limit       int           `json:"waiting_limit"`
	AnswerIn    int           `json:"answer_seconds"`
	Music       string        `json:"music"`
	SayEvery    int           `json:"say_every_seconds"`
	Skills      []string      `json:"skills" nullable:"false"`
	MemberCount int           `json:"member_count"`
	AbleCount   int           `json:"able_count" doc:"Members that can be offered its calls: with the phone right and every skill."`
	NumberCount int           `json:"number_count" doc:"Inbound numbers that lead straight to it."`
	Members     []QueueMember `json:"members" nullable:"false"`
}

// QueueMember is an agent of a queue, or one who may become one.
type QueueMember struct {
	Agent         string   `json:"agent"`
	Name          string   `json:"name"`
	Extension     string   `json:"extension"`
	Priority      int      `json:"priority"`
	Skills        []string `json:"skills" nullable:"false"`
	SkillsVersion int      `json:"skills_version"`
	Missing       []string `json:"missing" nullable:"false" doc:"Skills of the queue that he lacks: it offers him nothing."`
	NoPhone       bool     `json:"no_phone" doc:"Without the phone right in the service, or disabled."`
}

func showQueue(q queue.Queue) AdminQueue {
	out := AdminQueue{
		ID: q.ID, Version: q.Version, Service: q.Service, ServiceName: q.ServiceName, Name: q.Name, Number: q.Number, Strategy: q.Strategy,
		Reclaim: q.Reclaim, MissLimit: q.MissLimit, Limit: q.Limit, AnswerIn: q.AnswerIn, Music: q.Music, SayEvery: q.SayEvery,
		Skills: orNone(q.Skills), MemberCount: q.MemberCount, AbleCount: q.AbleCount, NumberCount: q.NumberCount, Members: []QueueMember{},
	}
	for _, m := range q.Members {
		out.Members = append(out.Members, showMember(m))
	}
	return out
}

func showMember(m queue.Member) QueueMember {
	return QueueMember{
		Agent: m.Agent, Name: m.Name, Extension: m.Extension, Priority: m.Priority, Skills: orNone(m.Skills), SkillsVersion: m.SkillsVersion,
		Missing: orNone(m.Missing), NoPhone: m.NoPhone,
	}
}

// orNone is a list that is never null.
func orNone(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

type ofServiceRequest struct {
	ListQuery
	Service string `query:"service" format:"uuid"`
}

func (a *API) listQueues(ctx context.Context, who admin.Actor, in *ofServiceRequest) (*listResponse[AdminQueue], error) {
	found, err := a.Admin.Queues.List(ctx, who, in.list(), in.Service)
	if err != nil {
		return nil, err
	}
	return listed(found, showQueue), nil
}

func (a *API) getQueue(ctx context.Context, who admin.Actor, in *ItemPath) (*itemResponse[AdminQueue], error) {
	found, err := a.Admin.Queues.Get(ctx, who, in.ID)
	return shown(found, err, showQueue)
}

type createQueueRequest struct{ Body QueueSettings }

func (a *API) createQueue(ctx context.Context, who admin.Actor, in *createQueueRequest) (*itemResponse[AdminQueue], error) {
	made, err := a.Admin.Queues.Create(ctx, who, in.Body.of("", 0))
	return shown(made, err, showQueue)
}

type updateQueueRequest struct {
	ItemPath
	Body struct {
		Version int `json:"version" minimum:"1" doc:"The version that the editor saw."`
		QueueSettings
	}
}

func (a *API) updateQueue(ctx context.Context, who admin.Actor, in *updateQueueRequest) (*itemResponse[AdminQueue], error) {
	changed, err := a.Admin.Queues.Update(ctx, who, in.Body.of(in.ID, in.Body.Version))
	return shown(changed, err, showQueue)
}

func (a *API) deleteQueue(ctx context.Context, who admin.Actor, in *ItemPath) (*struct{}, error) {
	return nil, a.Admin.Queues.Delete(ctx, who, in.ID)
}

type replaceQueueRequest struct {
	ItemPath
	Body struct {
		Version int    `json:"version" minimum:"1"`
		By      string `json:"by" format:"uuid" doc:"A queue of the same service."`
		Members bool   `json:"members" doc:"Whether its agents join the other queue."`
	}
}

func (a *API) replaceQueue(ctx context.Context, who admin.Actor, in *replaceQueueRequest) (*itemResponse[AdminQueue], error) {
	now, err := a.Admin.Queues.Replace(ctx, who, in.ID, in.Body.Version, in.Body.By, in.Body.Members)
	return shown(now, err, showQueue)
}

type queueAgentsRequest struct {
	ListQuery
	Service string `query:"service" format:"uuid" required:"true"`
}

func (a *API) listQueueAgents(ctx context.Context, who admin.Actor, in *queueAgentsRequest) (*listResponse[QueueMember], error) {
	found, err := a.Admin.Queues.Candidates(ctx, who, in.list(), in.Service)
	if err != nil {
		return nil, err
	}
	return listed(found, showMember), nil
}

type setSkillsRequest struct {
	ItemPath
	Body struct {
		Version int      `json:"version" minimum:"1"`
		Skills  []string `json:"skills" nullable:"false" maxItems:"1000"`
	}
}

func (a *API) setSkills(ctx context.Context, who admin.Actor, in *setSkillsRequest) (*itemResponse[QueueMember], error) {
	now, err := a.Admin.Queues.SetSkills(ctx, who, in.ID, in.Body.Skills, in.Body.Version)
	return shown(now, err, showMember)
}

var queueColumns = []sheet.Column{
	{Key: "number", KO: "큐 번호", EN: "Queue number"},
	{Key: "name", KO: "이름", EN: "Name"},
	{Key: "service", KO: "서비스", EN: "Service"},
	{Key: "strategy", KO: "분배 방식", EN: "Strategy", Optional: true, Words: map[string][2]string{
		"longest_idle": {"오래 대기한 순", "Longest idle"}, "round_robin": {"차례대로", "Round robin"},
		"fewest_calls": {"적게 받은 순", "Fewest calls"}, "priority": {"우선순위", "Priority"},
	}},
	{Key: "reclaim_seconds", KO: "호회수 시간(초)", EN: "Reclaim time (s)", Optional: true},
	{Key: "miss_limit", KO: "미응답 한도", EN: "Miss limit", Optional: true},
	{Key: "waiting_limit", KO: "최대 대기", EN: "Most waiting", Optional: true},
	{Key: "answer_seconds", KO: "서비스레벨 기준(초)", EN: "Service level (s)", Optional: true},
	{Key: "music", KO: "대기음", EN: "Hold music", Optional: true},
	{Key: "say_every_seconds", KO: "안내 간격(초)", EN: "Announce every (s)", Optional: true},
	{Key: "skills", KO: "필요 스킬", EN: "Required skills", Optional: true},
	{Key: "members", KO: "상담원(내선:우선순위)", EN: "Agents (extension:priority)", Optional: true},
}

type exportOfServiceRequest struct {
	ExportQuery
	Service string `query:"service" format:"uuid"`
}

func (a *API) exportQueues(ctx context.Context, who admin.Actor, in *exportOfServiceRequest) (*huma.StreamResponse, error) {
	found, err := a.Admin.Queues.WithMembers(ctx, who, in.list(), in.Service)
	if err != nil {
		return nil, err
	}
	rows := make([][]any, len(found))
	for i, q := range found {
		rows[i] = []any{
			q.Number, q.Name, q.ServiceName, q.Strategy, q.Reclaim, q.MissLimit, q.Limit, q.AnswerIn, q.Music, q.SayEvery, q.Skills, q.Places(),
		}
	}
	return exported("queues", in.Lang, queueColumns, rows), nil
}

// What a queue begins with where an upload does not say.
const (
	usualReclaim   = 30
	usualMissLimit = 2
	usualAnswerIn  = 20
)

func parseQueue(r *sheet.Row) queue.Row {
	strategy := r.Code("strategy")
	if strategy == "" {
		strategy = "longest_idle"
	}
	return queue.Row{
		Queue: queue.Queue{
			Number: r.Text("number"), Name: r.Text("name"), ServiceName: r.Text("service"), Strategy: strategy,
			Reclaim: r.Number("reclaim_seconds", usualReclaim), MissLimit: r.Number("miss_limit", usualMissLimit), Limit: r.Number("waiting_limit", 0),
			AnswerIn: r.Number("answer_seconds", usualAnswerIn), Music: r.Text("music"), SayEvery: r.Number("say_every_seconds", 0), Skills: r.Texts("skills"),
		},
		Places: r.Texts("members"), Keep: !r.Has("members"),
	}
}
