package directory

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"bellhop/cti/call"
	"bellhop/cti/number"
)

// Customer is somebody who calls an organisation, or is called by it.
type Customer struct {
	ID      string
	Name    string
	Grade   string   // as the organisation words it, such as 골드; may be empty
	Numbers []string // in the form of NumberKey
}

// NumberKey is the form in which customers' numbers are compared: national digits, whatever way the network or a person
// wrote them; abroad with a leading +. It is empty for what is no number.
func NumberKey(text string) string {
	if n, err := number.Parse(text); err == nil {
		text = n.Digits
	}
	return call.CleanParty(text, "").Number
}

// CustomerByNumber is the organisation's customer with this number, in any usual form; ErrNotFound when there is none.
func (s *Store) CustomerByNumber(ctx context.Context, organisation, number string) (Customer, error) {
	key := NumberKey(number)
	if key == "" || !isID(organisation) {
		return Customer{}, ErrNotFound
	}
	var c Customer
	err := s.pool.QueryRow(ctx, `
		select c.id, c.name, c.grade,
		       array(select every.number from customer_numbers every where every.customer_id = c.id order by every.number)
		from customer_numbers n join customers c on c.id = n.customer_id
		where n.organisation_id = $1 and n.number = $2`, organisation, key).
		Scan(&c.ID, &c.Name, &c.Grade, &c.Numbers)
	if errors.Is(err, pgx.ErrNoRows) {
		return Customer{}, ErrNotFound
	}
	if err != nil {
		return Customer{}, fmt.Errorf("read a customer: %w", err)
	}
	return c, nil
}

// isID says whether the database would take text for an id: what it would not is nobody's.
func isID(text string) bool { return len(text) == 36 && uuid.Validate(text) == nil }
