package directory

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Rights are what a user may do in a service of his (AG-08 … AG-12, PH-04).
type Rights struct {
	Service       string `json:"service"` // its id
	Name          string `json:"name"`    // the service's
	Manage        bool   `json:"manage"`
	Tickets       bool   `json:"tickets"`
	Phone         bool   `json:"phone"`
	Forward       bool   `json:"forward"`
	BlindTransfer bool   `json:"blind_transfer"`
	AccessLog     bool   `json:"access_log"`
	Assignable    bool   `json:"assignable"`
	SelfAssign    bool   `json:"self_assign"`
}

// RightsOfUser selects the rights of the user u as one JSON array, those in the service he begins in first.
const RightsOfUser = `
	coalesce((select json_agg(json_build_object('service', s.id, 'name', s.name, 'manage', m.manage, 'tickets', m.tickets,
	                 'phone', m.phone and s.phone, 'forward', m.forward, 'blind_transfer', m.blind_transfer,
	                 'access_log', m.access_log, 'assignable', m.assignable, 'self_assign', m.self_assign)
	                 order by m.position, s.id)
	          from service_members m join services s on s.id = m.service_id where m.user_id = u.id), '[]')`

// Serves says whether an agent works for a service: he is one of its people, or a member of one of its queues.
func (s *Store) Serves(ctx context.Context, agent, service string) (bool, error) {
	if !isID(agent) || !isID(service) {
		return false, nil
	}
	var serves bool
	err := s.pool.QueryRow(ctx, `
		select exists (select from service_members m join agents a on a.user_id = m.user_id
		               where a.id = $1 and m.service_id = $2)
		    or exists (select from queue_members m join queues q on q.id = m.queue_id
		               where m.agent_id = $1 and q.service_id = $2)`, agent, service).Scan(&serves)
	if err != nil {
		return false, fmt.Errorf("read an agent's services: %w", err)
	}
	return serves, nil
}

// Oversees says whether a service, or an agent, belongs to the user's organisation. Either may be empty.
func (s *Store) Oversees(ctx context.Context, user, service, agent string) (bool, error) {
	if !isID(user) {
		return false, nil
	}
	var oversees bool
	err := s.pool.QueryRow(ctx, `
		select exists (select from services s where s.id::text = $2 and s.organisation_id = u.organisation_id)
		    or exists (select from agents a join users his on his.id = a.user_id
		               where a.id::text = $3 and his.organisation_id = u.organisation_id)
		from users u where u.id = $1`, user, service, agent).Scan(&oversees)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read whose a call is: %w", err)
	}
	return oversees, nil
}
