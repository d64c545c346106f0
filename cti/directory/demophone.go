package directory

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// What the demo organisation has besides one queue and its people.
const (
	demoPaymentQueue       = "결제·증빙"
	demoPaymentQueueNumber = "7200"
	demoPaymentNumber      = "1001"
	demoFirstQueueNumber   = "3001" // of demoQueue, in the first demo organisations
)

type demoGroup struct {
	name   string
	logins []string
}

type demoCustomer struct{ name, grade, number string }

var (
	demoCallerIDs = []CallerID{
		{"0206924100", "대표번호", CallerIDCompleted},
		{"15004021", "콜백", CallerIDCompleted},
		{"0206924190", "이벤트", CallerIDReviewing},
	}
	demoGroups = []demoGroup{
		{"주문·배송 1팀", []string{"seoyeon", "jihun"}},
		{"결제팀", []string{"doyun"}},
	}
	demoPayment   = []string{"jihun", "doyun"}
	demoBlind     = []string{"seoyeon"}
	demoCustomers = []demoCustomer{
		{"이수진", "골드", "01004827735"},
		{"박민재", "실버", "01009043372"},
		{"정하윤", "VIP", "01009256614"},
		{"오세훈", "", "01005278841"},
	}
)

// completeDemo gives the demo organisation what agents do on the phone with, once; those who made theirs before get it
// added.
func completeDemo(ctx context.Context, tx pgx.Tx) error {
	payment := demoID("queue payment")
	var complete bool
	if err := tx.QueryRow(ctx, `select exists (select from queues where id = $1)`, payment).Scan(&complete); err != nil {
		return err
	}
	if complete {
		return nil
	}
	organisation, service, queue := demoID("organisation"), demoID("service"), demoID("queue")
	var batch pgx.Batch
	batch.Queue(`update queues set number = $2 where id = $1 and number = $3`, queue, demoQueueNumber, demoFirstQueueNumber)
	batch.Queue(`insert into queues (id, service_id, name, number, waiting_limit) values ($1, $2, $3, $4, 20)`,
		payment, service, demoPaymentQueue, demoPaymentQueueNumber)
	batch.Queue(`insert into numbers (number, queue_id) values ($1, $2)`, demoPaymentNumber, payment)
	for i, c := range demoCallerIDs {
		batch.Queue(`insert into caller_ids (id, service_id, number, name, state, position) values ($1, $2, $3, $4, $5, $6)`,
			demoID("caller id "+c.Number), service, c.Number, c.Name, c.State, i)
	}
	batch.Queue(`
		insert into service_members (user_id, service_id, phone)
		select a.user_id, $2, true from queue_members m join agents a on a.id = m.agent_id where m.queue_id = $1
		on conflict do nothing`, queue, service)
	for _, login := range demoPayment {
		batch.Queue(`insert into queue_members (queue_id, agent_id) values ($1, $2)`, payment, demoID("agent "+login))
	}
	for _, login := range demoBlind {
		batch.Queue(`update service_members set blind_transfer = true where user_id = $1 and service_id = $2`, demoID("user "+login), service)
	}
	for _, g := range demoGroups {
		group := demoID("group " + g.name)
		batch.Queue(`insert into agent_groups (id, organisation_id, name) values ($1, $2, $3)`, group, organisation, g.name)
		for _, login := range g.logins {
			batch.Queue(`insert into group_members (group_id, user_id) values ($1, $2)`, group, demoID("user "+login))
		}
	}
	for _, c := range demoCustomers {
		customer := demoID("customer " + c.number)
		batch.Queue(`insert into customers (id, organisation_id, name, grade) values ($1, $2, $3, $4)`,
			customer, organisation, c.name, c.grade)
		batch.Queue(`insert into customer_numbers (organisation_id, number, customer_id) values ($1, $2, $3)`,
			organisation, c.number, customer)
	}
	return tx.SendBatch(ctx, &batch).Close()
}
