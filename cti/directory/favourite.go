package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"bellhop/cti/call"
	"bellhop/cti/number"
)

// The bounds of an agent's favourites.
const (
	MaxFavourites    = 200
	MaxFavouriteName = call.MaxName // in runes; what is longer is cut
)

// The reasons why a favourite is not kept.
var (
	ErrTooMany   = errors.New("the agent has as many favourites as he may have")
	ErrBadName   = errors.New("a favourite needs a name that can be seen")
	ErrBadNumber = errors.New("not a number that can be dialled")
	ErrBadOrder  = errors.New("an order must name each favourite once, and no other")
)

// Favourite is one of an agent's 자주 사용되는 번호 (PH-51).
type Favourite struct {
	ID     string
	Name   string
	Number string // an outside number stands as 9 and the number (PH-53), an extension or a queue's number as it is
}

// What is dialled before an outside number (PH-53), and before one abroad.
const (
	outsidePrefix = "9"
	abroadPrefix  = "001"
)

// favouriteNumber is the form in which a favourite's number is kept.
func favouriteNumber(text string) (string, error) {
	n, err := number.Parse(text)
	switch digits, abroad := strings.CutPrefix(n.Digits, "+"); {
	case err != nil:
		return "", ErrBadNumber
	case n.Inside:
		return n.Digits, nil
	case abroad:
		return outsidePrefix + abroadPrefix + digits, nil
	default:
		return outsidePrefix + digits, nil
	}
}

func newFavourite(id, name, typed string) (Favourite, error) {
	kept, err := favouriteNumber(typed)
	if err != nil {
		return Favourite{}, err
	}
	f := Favourite{ID: id, Name: call.CleanParty(kept, name).Name, Number: kept}
	if f.Name == "" {
		return Favourite{}, ErrBadName
	}
	return f, nil
}

// Favourites are the agent's, in his order.
func (s *Store) Favourites(ctx context.Context, agent string) ([]Favourite, error) {
	if !isID(agent) {
		return nil, nil
	}
	found, err := s.pool.Query(ctx, `select id, name, number from favourites where agent_id = $1 order by position`, agent)
	if err != nil {
		return nil, fmt.Errorf("read favourites: %w", err)
	}
	list, err := pgx.CollectRows(found, pgx.RowToStructByPos[Favourite])
	if err != nil {
		return nil, fmt.Errorf("read favourites: %w", err)
	}
	return list, nil
}

// AddFavourite puts a number at the end of the agent's favourites. It fails with ErrTooMany, ErrBadName, ErrBadNumber, or
// ErrNotFound when there is no such agent.
func (s *Store) AddFavourite(ctx context.Context, agent, name, number string) (Favourite, error) {
	f, err := newFavourite(uuid.NewString(), name, number)
	if err != nil {
		return Favourite{}, err
	}
	return f, s.favourites(ctx, agent, func(tx pgx.Tx) error {
		var has, last int
		if err := tx.QueryRow(ctx, `select count(*), coalesce(max(position), 0) from favourites where agent_id = $1`, agent).
			Scan(&has, &last); err != nil {
			return err
		}
		if has >= MaxFavourites {
			return ErrTooMany
		}
		_, err := tx.Exec(ctx, `insert into favourites (id, agent_id, name, number, position) values ($1, $2, $3, $4, $5)`,
			f.ID, agent, f.Name, f.Number, last+1)
		return err
	})
}

// ChangeFavourite gives a favourite of the agent's another name and number, in its place. It fails with ErrNotFound,
// ErrBadName or ErrBadNumber.
func (s *Store) ChangeFavourite(ctx context.Context, agent, id, name, number string) (Favourite, error) {
	f, err := newFavourite(id, name, number)
	if err != nil {
		return Favourite{}, err
	}
	return f, s.favourites(ctx, agent, func(tx pgx.Tx) error {
		return oneFavourite(ctx, tx, id, `update favourites set name = $3, number = $4 where agent_id = $1 and id = $2`,
			agent, id, f.Name, f.Number)
	})
}

// DeleteFavourite takes one of the agent's favourites away; ErrNotFound when he has no such one.
func (s *Store) DeleteFavourite(ctx context.Context, agent, id string) error {
	return s.favourites(ctx, agent, func(tx pgx.Tx) error {
		return oneFavourite(ctx, tx, id, `delete from favourites where agent_id = $1 and id = $2`, agent, id)
	})
}

// OrderFavourites puts the agent's favourites into the order of ids, which must name each of them once; else ErrBadOrder.
func (s *Store) OrderFavourites(ctx context.Context, agent string, ids []string) error {
	if len(ids) > MaxFavourites {
		return ErrBadOrder
	}
	named := make(map[string]bool, len(ids))
	for _, id := range ids {
		if !isID(id) || named[id] {
			return ErrBadOrder
		}
		named[id] = true
	}
	return s.favourites(ctx, agent, func(tx pgx.Tx) error {
		var has int
		if err := tx.QueryRow(ctx, `select count(*) from favourites where agent_id = $1`, agent).Scan(&has); err != nil {
			return err
		}
		done, err := tx.Exec(ctx, `
			update favourites f set position = wanted.position
			from unnest($2::uuid[]) with ordinality wanted (id, position)
			where f.agent_id = $1 and f.id = wanted.id`, agent, ids)
		if err == nil && (has != len(ids) || done.RowsAffected() != int64(has)) {
			return ErrBadOrder
		}
		return err
	})
}

// favourites changes the agent's favourites; those who change them at once take turns.
func (s *Store) favourites(ctx context.Context, agent string, change func(pgx.Tx) error) error {
	if !isID(agent) {
		return ErrNotFound
	}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `select from agents where id = $1 for no key update`, agent).Scan(); err != nil {
			return err
		}
		return change(tx)
	})
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pgx.ErrNoRows):
		return ErrNotFound
	default:
		return fmt.Errorf("change favourites: %w", err)
	}
}

func oneFavourite(ctx context.Context, tx pgx.Tx, id, statement string, arguments ...any) error {
	if !isID(id) {
		return ErrNotFound
	}
	done, err := tx.Exec(ctx, statement, arguments...)
	if err == nil && done.RowsAffected() == 0 {
		return ErrNotFound
	}
	return err
}
