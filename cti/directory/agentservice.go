package directory

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// NamedService is a service as an agent of it sees it.
type NamedService struct{ ID, Name string }

// ServicesOf are the services in which an agent may call out, the one he begins in first. Nobody's are none.
func (s *Store) ServicesOf(ctx context.Context, agent string) ([]NamedService, error) {
	if !isID(agent) {
		return nil, nil
	}
	found, err := s.pool.Query(ctx, `
		select s.id, s.name from agent_services mine join services s on s.id = mine.service_id
		where mine.agent_id = $1 order by mine.position, s.id`, agent)
	if err != nil {
		return nil, fmt.Errorf("read an agent's services: %w", err)
	}
	list, err := pgx.CollectRows(found, pgx.RowToStructByPos[NamedService])
	if err != nil {
		return nil, fmt.Errorf("read an agent's services: %w", err)
	}
	return list, nil
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
