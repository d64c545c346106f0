package phone

import (
	"context"
	"crypto/md5" //nolint:gosec // SIP's digest (RFC 3261, section 22.4): what telephones speak
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"bellhop/cti/admin"
	"bellhop/cti/asterisk/pjsip"
)

// Realm is what desk phones are asked to sign in to; Asterisk's configuration names it, too.
const Realm = "bellhop"

// Issue makes new credentials for a desk phone and makes it the agent's telephone. What was issued before is worth nothing
// from now on. The password can be seen here only.
func (s *Store) Issue(ctx context.Context, a admin.Actor, user string, version int) (now Phone, made Credentials, err error) {
	err = admin.Change(ctx, s.pool, a, func(tx pgx.Tx) error {
		have, err := get(ctx, tx, a, user)
		if err != nil {
			return err
		}
		if err := admin.CheckVersion(ctx, tx, Subject, user, have.Version, version); err != nil {
			return err
		}
		if have.Agent == "" {
			return admin.Invalid{Field: "cti_number", Code: "required"}
		}
		made = Credentials{User: have.Number + "-" + strings.ToLower(rand.Text()[:8]), Password: rand.Text()}
		now = have
		now.Kind, now.SIPUser, now.Version = Desk, made.User, have.Version+1
		if _, err := tx.Exec(ctx, `update agents set phone = $2, sip_user = $3, sip_digest = $4, version = $5 where id = $1`,
			now.Agent, now.Kind, now.SIPUser, s.key.Seal(digest(made), purpose(now.SIPUser)), now.Version); err != nil {
			return fmt.Errorf("issue credentials: %w", err)
		}
		return admin.Audit(ctx, tx, a, "issue", Subject, user, now.Name, have, now)
	})
	return now, made, err
}

func purpose(sipUser string) string { return "desk phone " + sipUser }

// digest is H(A1) of RFC 7616, section 3.4.2.
func digest(c Credentials) string {
	sum := md5.Sum([]byte(c.User + ":" + Realm + ":" + c.Password)) //nolint:gosec // see above
	return hex.EncodeToString(sum[:])
}

// Registration is a desk phone that an agent has.
type Registration struct {
	Agent    string
	Endpoint string // its name in Asterisk, and what it registers as
}

// Wanted is everything that Asterisk is to have of the desk phones.
func (s *Store) Wanted(ctx context.Context) ([]pjsip.Object, []Registration, error) {
	rows, err := s.pool.Query(ctx, `
		select a.id::text, a.sip_user, a.sip_digest from agents a join users u on u.id = a.user_id
		where a.phone = 'desk' and not u.disabled order by a.sip_user`)
	if err != nil {
		return nil, nil, fmt.Errorf("read the desk phones: %w", err)
	}
	var agent, name string
	var sealed []byte
	var objects []pjsip.Object
	var all []Registration
	_, err = pgx.ForEachRow(rows, []any{&agent, &name, &sealed}, func() error {
		secret, err := s.key.Open(sealed, purpose(name))
		if err != nil {
			return nil //nolint:nilerr // sealed with a key that is lost: new credentials have to be issued
		}
		objects = append(objects, objectsOf(name, secret)...)
		all = append(all, Registration{Agent: agent, Endpoint: name})
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the desk phones: %w", err)
	}
	return objects, all, nil
}

func objectsOf(name, secret string) []pjsip.Object {
	object := func(kind pjsip.Kind, words ...string) pjsip.Object {
		o := pjsip.Object{Kind: kind, ID: name}
		for i := 0; i+1 < len(words); i += 2 {
			o.Fields = append(o.Fields, pjsip.Field{Attribute: words[i], Value: words[i+1]})
		}
		return o
	}
	return []pjsip.Object{
		object(pjsip.Auth, "auth_type", "md5", "username", name, "realm", Realm, "md5_cred", secret),
		object(pjsip.AOR, "max_contacts", "1", "remove_existing", "yes", "minimum_expiration", "30", "default_expiration", "120", "maximum_expiration", "600",
			"qualify_frequency", "10", "qualify_timeout", "3.0"),
		// It is called by Bellhop and calls nobody by itself: its context leads nowhere.
		object(pjsip.Endpoint, "context", "nowhere", "identify_by", "username", "auth", name, "aors", name, "disallow", "all", "allow", "ulaw,alaw",
			"direct_media", "no", "rtp_symmetric", "yes", "force_rport", "yes", "rewrite_contact", "yes", "ice_support", "no", "dtmf_mode", "rfc4733",
			"timers", "no", "100rel", "no", "send_pai", "no", "send_rpid", "no", "allow_subscribe", "no", "allow_transfer", "no", "trust_id_inbound", "no",
			"rtp_timeout", "60", "rtp_timeout_hold", "3600"),
	}
}
