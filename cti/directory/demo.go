package directory

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// DemoUser is one of the people of the demo organisation.
type DemoUser struct {
	Login string
	Name  string
	Role  Role
}

// Demo is what the demo organisation has.
type Demo struct {
	Service string // its name
	Queue   string // its name
	Number  string // the number customers call
	Users   []DemoUser
	Created bool // false: it was there already
}

// DemoOptions say how the demo organisation is made.
type DemoOptions struct {
	// Passwords is a password for the login of every one of DemoUsers.
	Passwords map[string]string
	// Hash makes a password's argon2id hash. It is called only when hashes are to be written.
	Hash func(ctx context.Context, password string) (string, error)
	// ResetPasswords writes Passwords even if the organisation exists: whoever kept them has lost them.
	ResetPasswords bool
}

const (
	demoOrganisation = "한빛몰"
	demoService      = "한빛몰 고객센터"
	demoQueue        = "주문·배송"
	demoNumber       = "1000"
	demoQueueNumber  = "7100"
	demoExtension    = 2041       // the first agent's
	demoLock         = 0x62656c6c // advisory lock: one process makes the organisation, the others find it
)

// DemoUsers are the people of the demo organisation: an admin, a supervisor and three agents.
func DemoUsers() []DemoUser {
	return []DemoUser{
		{"admin", "정은호", RoleAdmin},
		{"supervisor", "한지민", RoleSupervisor},
		{"seoyeon", "김서연", RoleAgent},
		{"jihun", "박지훈", RoleAgent},
		{"doyun", "이도윤", RoleAgent},
	}
}

func (o DemoOptions) validate() error {
	if o.Hash == nil {
		return errors.New("demo: no way to hash passwords was given")
	}
	for _, u := range DemoUsers() {
		if o.Passwords[u.Login] == "" {
			return fmt.Errorf("demo: no password was given for %s", u.Login)
		}
	}
	return nil
}

// SeedDemo creates the demo organisation once. Called again it changes nothing, except the passwords when asked to.
func (s *Store) SeedDemo(ctx context.Context, o DemoOptions) (Demo, error) {
	if err := o.validate(); err != nil {
		return Demo{}, err
	}
	demo := Demo{Service: demoService, Queue: demoQueue, Number: demoNumber, Users: DemoUsers()}
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1)`, demoLock); err != nil {
			return err
		}
		var exists bool
		if err := tx.QueryRow(ctx, `select exists (select from organisations where id = $1)`,
			demoID("organisation")).Scan(&exists); err != nil {
			return err
		}
		demo.Created = !exists
		if !exists || o.ResetPasswords {
			hashes, err := o.hashes(ctx)
			if err != nil {
				return err
			}
			write := createDemo
			if exists {
				write = resetDemoPasswords
			}
			if err := write(ctx, tx, hashes); err != nil {
				return err
			}
		}
		if err := completeDemo(ctx, tx); err != nil {
			return err
		}
		return demoFlow(ctx, tx)
	})
	if err != nil {
		return Demo{}, fmt.Errorf("make the demo organisation: %w", err)
	}
	return demo, nil
}

func (o DemoOptions) hashes(ctx context.Context) (map[string]string, error) {
	hashes := make(map[string]string, len(o.Passwords))
	for _, u := range DemoUsers() {
		hash, err := o.Hash(ctx, o.Passwords[u.Login])
		if err != nil {
			return nil, fmt.Errorf("hash the password of %s: %w", u.Login, err)
		}
		hashes[u.Login] = hash
	}
	return hashes, nil
}

func createDemo(ctx context.Context, tx pgx.Tx, hashes map[string]string) error {
	organisation, service, queue := demoID("organisation"), demoID("service"), demoID("queue")
	var batch pgx.Batch
	batch.Queue(`insert into organisations (id, name) values ($1, $2)`, organisation, demoOrganisation)
	batch.Queue(`insert into services (id, organisation_id, name) values ($1, $2, $3)`, service, organisation, demoService)
	batch.Queue(`insert into queues (id, service_id, name, number) values ($1, $2, $3, $4)`,
		queue, service, demoQueue, demoQueueNumber)
	batch.Queue(`insert into numbers (number, queue_id) values ($1, $2)`, demoNumber, queue)
	extension := demoExtension
	for _, u := range DemoUsers() {
		user := demoID("user " + u.Login)
		batch.Queue(`
			insert into users (id, organisation_id, login, login_key, name, role, supervisor, password_hash)
			values ($1, $2, $3, $3, $4, $5, $5 = 'supervisor', $6)`, user, organisation, u.Login, u.Name, u.Role, hashes[u.Login])
		if u.Role != RoleAgent {
			continue
		}
		agent := demoID("agent " + u.Login)
		batch.Queue(`insert into agents (id, user_id, cti_id, cti_number) values ($1, $2, $3, $4)`,
			agent, user, u.Login, fmt.Sprint(extension))
		batch.Queue(`insert into queue_members (queue_id, agent_id) values ($1, $2)`, queue, agent)
		batch.Queue(`insert into service_members (user_id, service_id, phone) values ($1, $2, true)`, user, service)
		extension++
	}
	return tx.SendBatch(ctx, &batch).Close()
}

func resetDemoPasswords(ctx context.Context, tx pgx.Tx, hashes map[string]string) error {
	var batch pgx.Batch
	for login, hash := range hashes {
		user := demoID("user " + login)
		batch.Queue(`update users set password_hash = $2 where id = $1`, user, hash)
		batch.Queue(`delete from sessions where user_id = $1`, user)
	}
	return tx.SendBatch(ctx, &batch).Close()
}

// demoID is the same id on every machine: it says whether the demo organisation exists.
func demoID(what string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("bellhop demo "+what)).String()
}
