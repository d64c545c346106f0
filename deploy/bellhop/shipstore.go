package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"bellhop/cti/facts"
	"bellhop/cti/history"
	"bellhop/tickets"
	ticketstore "bellhop/tickets/postgres"
)

// shipStore keeps facts in PostgreSQL: tickets, histories and call_facts in one transaction.
type shipStore struct {
	pool  *pgxpool.Pool
	epoch string
}

// newShipStore is a store with a connection of its own to the database of a pool, so that nobody who uses that up keeps
// facts waiting. The connection waits for no lock for long.
func newShipStore(ctx context.Context, shared *pgxpool.Pool, epoch string) (*shipStore, error) {
	config := shared.Config()
	config.MaxConns, config.MinConns, config.MinIdleConns = 1, 0, 0
	maps.Copy(config.ConnConfig.RuntimeParams, map[string]string{
		"application_name": "bellhop facts", "lock_timeout": "2s", "statement_timeout": "4s",
		"idle_in_transaction_session_timeout": "10s",
	})
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("make the facts' connection: %w", err)
	}
	return &shipStore{pool: pool, epoch: epoch}, nil
}

func (s *shipStore) close() { s.pool.Close() }

// The parts in which a fact is saved.
const (
	partTickets = "tickets"
	partHistory = "history"
	partFacts   = "facts"
)

// keep implements keeper. One batch is one round trip and one transaction.
func (s *shipStore) keep(ctx context.Context, records []*record) ([]tickets.Kept, error) {
	var batch pgx.Batch
	kept, err := queueTickets(&batch, records)
	if err != nil {
		return nil, err
	}
	queueHistory(&batch, records)
	if err := s.queueFacts(&batch, records); err != nil {
		return nil, err
	}
	if err := s.send(ctx, &batch); err != nil {
		return nil, err
	}
	return kept(), nil
}

// keepApart implements keeper.
func (s *shipStore) keepApart(ctx context.Context, r *record) (tickets.Kept, []refusal, error) {
	one := []*record{r}
	var batches [3]pgx.Batch
	kept, ticketErr := queueTickets(&batches[0], one)
	queueHistory(&batches[1], one)
	factsErr := s.queueFacts(&batches[2], one)
	var refused []refusal
	for i, part := range []struct {
		name string
		err  error
	}{{partTickets, ticketErr}, {partHistory, nil}, {partFacts, factsErr}} {
		err := part.err
		if err == nil {
			err = s.send(ctx, &batches[i])
		}
		switch {
		case errors.Is(err, errRefused):
			isNew, asideErr := s.setAside(ctx, r, part.name, err)
			if asideErr != nil {
				return tickets.Kept{}, nil, asideErr
			}
			refused = append(refused, refusal{part.name, err, isNew})
			if part.name == partTickets {
				kept = func() []tickets.Kept { return make([]tickets.Kept, 1) }
			}
		case err != nil:
			return tickets.Kept{}, nil, err
		}
	}
	return kept()[0], refused, nil
}

func (s *shipStore) send(ctx context.Context, batch *pgx.Batch) error {
	if batch.Len() == 0 {
		return nil
	}
	return classify(s.pool.SendBatch(ctx, batch).Close())
}

// queueTickets gives, once the batch has been closed without an error, what became of the ticket of each record.
func queueTickets(batch *pgx.Batch, records []*record) (func() []tickets.Kept, error) {
	list, places := make([]tickets.Fact, 0, len(records)), make([]int, 0, len(records))
	for i, r := range records {
		if r.ticket == nil {
			continue
		}
		if err := r.ticket.Check(); err != nil {
			return nil, fmt.Errorf("%w: %w", errRefused, err)
		}
		list, places = append(list, *r.ticket), append(places, i)
	}
	kept := ticketstore.Queue(batch, list)
	return func() []tickets.Kept {
		all := make([]tickets.Kept, len(records))
		for n, i := range places {
			all[i] = kept[n]
		}
		return all
	}, nil
}

func queueHistory(batch *pgx.Batch, records []*record) {
	for _, r := range records {
		history.Queue(batch, r.entries)
	}
}

func (s *shipStore) queueFacts(batch *pgx.Batch, records []*record) error {
	list := make([]facts.Record, len(records))
	for i, r := range records {
		list[i] = facts.Of(s.epoch, r.fact)
	}
	if err := facts.Queue(batch, list); err != nil {
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	return nil
}

// setAside keeps what cannot be kept where somebody can look at it, and says whether it was not there already.
func (s *shipStore) setAside(ctx context.Context, r *record, part string, why error) (bool, error) {
	payload, err := json.Marshal(r.fact)
	if err != nil {
		payload = []byte(err.Error())
	}
	clean := func(text string) string { return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD") }
	set, err := s.pool.Exec(ctx, `
		insert into facts_rejected (epoch, seq, part, call_id, kind, at, error, payload)
		values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (epoch, seq, part) do nothing`,
		s.epoch, int64(r.fact.Seq), part, clean(string(r.fact.Call.ID)), clean(string(r.fact.Kind)), r.fact.At, //nolint:gosec // counts from 1
		clean(why.Error()), clean(string(payload)))
	if err := classify(err); err != nil && !errors.Is(err, errRefused) {
		return false, err
	}
	return set.RowsAffected() > 0, nil
}

// The classes of errors that no repetition can mend: wrong data, and data that a constraint refuses.
const (
	dataException       = "22"
	constraintViolation = "23"
)

// classify marks an error of PostgreSQL's that is about the data and not about the moment.
func classify(err error) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) &&
		(strings.HasPrefix(refused.Code, dataException) || strings.HasPrefix(refused.Code, constraintViolation)) {
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	return err
}
