package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Logs reads the audit log and the 접속 로그 (AG-16). Both are read page by page from the newest, by where the page before
// ended: the last page opens as fast as the first.
type Logs struct{ pool *pgxpool.Pool }

// NewLogs reads from a migrated database.
func NewLogs(pool *pgxpool.Pool) *Logs { return &Logs{pool: pool} }

// LogList is what of a log is wanted. Zero fields do not filter.
type LogList struct {
	Query              string // words in names, of persons or subjects
	User               string // id
	Subject, SubjectID string
	Action             string // of the audit log; the event of the 접속 로그
	From, To           time.Time
	Before             int64 // the id with which the page before ended
	Limit              int   // at most MaxPerPage; 0 = DefaultPerPage
	All                bool  // every row up to MaxExport
}

func (l LogList) limit() int { return perPage(List{PerPage: l.Limit, All: l.All}) }

// Audited is a row of the audit log.
type Audited struct {
	ID                      int64
	At                      time.Time
	UserID, UserName        string
	IP                      netip.Addr
	Action, Subject         string
	SubjectID, SubjectName  string
	Before, After           json.RawMessage // nil when there was, or is, nothing
	ServiceID, ServiceTitle string
}

// Audit gives one page of the audit log: to 조직관리자 all of it, to 관리자 what belongs to his services.
func (s *Logs) Audit(ctx context.Context, a Actor, l LogList) ([]Audited, error) {
	q := Select[Audited]{Words: "l.words"}
	q.And("l.organisation_id = ?", a.Organisation)
	if !a.Admin() {
		q.And("l.service_id::text = any(?)", a.Manages)
	}
	q.filter(l, "l.action")
	if l.Subject != "" {
		q.And("l.subject = ?", l.Subject)
	}
	if l.SubjectID != "" {
		q.And("l.subject_id = ?", l.SubjectID)
	}
	rows, err := s.pool.Query(ctx, fmt.Sprintf(`
		select l.id, l.at, coalesce(l.user_id::text, ''), l.user_name, l.ip, l.action, l.subject, l.subject_id, l.subject_name, l.before, l.after,
		       coalesce(l.service_id::text, ''), coalesce(s.name, '')
		from audit_log l left join services s on s.id = l.service_id
		where %s order by l.id desc limit %d`, strings.Join(q.Where, " and "), l.limit()), q.Args...)
	if err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	found, err := pgx.CollectRows(rows, scanAudited)
	if err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	return found, nil
}

func scanAudited(row pgx.CollectableRow) (r Audited, err error) {
	var ip *netip.Addr
	err = row.Scan(&r.ID, &r.At, &r.UserID, &r.UserName, &ip, &r.Action, &r.Subject, &r.SubjectID, &r.SubjectName, &r.Before, &r.After,
		&r.ServiceID, &r.ServiceTitle)
	if ip != nil {
		r.IP = *ip
	}
	return r, err
}

// filter adds what both logs can be filtered by.
func (s *Select[T]) filter(l LogList, action string) {
	if l.User != "" {
		s.And("l.user_id::text = ?", l.User)
	}
	if l.Action != "" {
		s.And(action+" = ?", l.Action)
	}
	if !l.From.IsZero() {
		s.And("l.at >= ?", l.From)
	}
	if !l.To.IsZero() {
		s.And("l.at < ?", l.To)
	}
	if l.Before > 0 {
		s.And("l.id < ?", l.Before)
	}
	s.search(l.Query)
}

// Accessed is a row of the 접속 로그.
type Accessed struct {
	ID               int64
	At               time.Time
	UserID, UserName string
	Login, Event     string
	IP               netip.Addr
	UserAgent        string
}

// Access gives one page of the 접속 로그 of the organisation.
func (s *Logs) Access(ctx context.Context, a Actor, l LogList) ([]Accessed, error) {
	if !a.AccessLog {
		return nil, ErrForbidden
	}
	q := Select[Accessed]{Search: []string{"l.login", "coalesce(u.name, '')"}}
	q.And("l.organisation_id = ?", a.Organisation)
	q.filter(l, "l.event")
	rows, err := s.pool.Query(ctx, fmt.Sprintf(`
		select l.id, l.at, coalesce(l.user_id::text, ''), coalesce(u.name, ''), l.login, l.event, l.ip, l.user_agent
		from access_log l left join users u on u.id = l.user_id
		where %s order by l.id desc limit %d`, strings.Join(q.Where, " and "), l.limit()), q.Args...)
	if err != nil {
		return nil, fmt.Errorf("read the access log: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Accessed, err error) {
		var ip *netip.Addr
		err = row.Scan(&r.ID, &r.At, &r.UserID, &r.UserName, &r.Login, &r.Event, &ip, &r.UserAgent)
		if ip != nil {
			r.IP = *ip
		}
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the access log: %w", err)
	}
	return found, nil
}
