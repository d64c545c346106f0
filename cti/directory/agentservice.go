package directory

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// NamedService is a service as an agent of it sees it.
type NamedService struct{ ID, Name string }

// ServicesOfAgent selects the ids and the names of the services in which the agent a may call out, the one he begins in
// first; NamedServices puts them together.
const ServicesOfAgent = `
	array(select s.id::text from agent_services mine join services s on s.id = mine.service_id
	      where mine.agent_id = a.id order by mine.position, s.id),
	array(select s.name from agent_services mine join services s on s.id = mine.service_id
	      where mine.agent_id = a.id order by mine.position, s.id)`

// NamedServices are services of these ids and names.
func NamedServices(ids, names []string) []NamedService {
	var list []NamedService
	for i, id := range ids {
		list = append(list, NamedService{ID: id, Name: names[i]})
	}
	return list
}

// Serves says whether an agent works for a service: he may call out in it, or is a member of one of its queues.
func (s *Store) Serves(ctx context.Context, agent, service string) (bool, error) {
	if !isID(agent) || !isID(service) {
		return false, nil
	}
	var serves bool
	err := s.pool.QueryRow(ctx, `
		select exists (select from agent_services where agent_id = $1 and service_id = $2)
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
