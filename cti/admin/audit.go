package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
)

// Entry is one row of the audit log before it is written.
type Entry struct {
	Action   string // create, update, delete, import, order, …
	Subject  string // service, person, queue, …
	ID, Name string
	Service  string // whose managers may read it; empty: the organisation's
	Before   any    // as JSON; nil when there was nothing
	After    any    // as JSON; nil when nothing is left
}

// Audit writes that something was changed, in the transaction that changes it. Before and after are what it was and what
// it became, without secrets.
func Audit(ctx context.Context, q Querier, a Actor, action, subject, id, name string, before, after any) error {
	return Record(ctx, q, a, Entry{Action: action, Subject: subject, ID: id, Name: name, Before: before, After: after})
}

// Record is Audit for what belongs to a service.
func Record(ctx context.Context, q Querier, a Actor, e Entry) error {
	before, err := document(e.Before)
	if err != nil {
		return err
	}
	after, err := document(e.After)
	if err != nil {
		return err
	}
	var ip *netip.Addr
	if a.IP.IsValid() {
		ip = &a.IP
	}
	_, err = q.Exec(ctx, `
		insert into audit_log (organisation_id, service_id, user_id, user_name, ip, action, subject, subject_id, subject_name, before, after)
		values ($1, nullif($2, '')::uuid, nullif($3, '')::uuid, $4, $5, $6, $7, $8, left($9, 200), $10, $11)`,
		a.Organisation, e.Service, a.UserID, a.Name, ip, e.Action, e.Subject, e.ID, e.Name, before, after)
	if err != nil {
		return fmt.Errorf("write the audit log: %w", err)
	}
	return nil
}

// document is a value as JSON, or nil.
func document(v any) (*string, error) {
	if v == nil {
		return nil, nil //nolint:nilnil // there was nothing
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write down for the audit log: %w", err)
	}
	s := string(text)
	return &s, nil
}
