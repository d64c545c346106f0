package asterisk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"time"

	"github.com/google/uuid"
)

// errReplaced says that another websocket took our application.
var errReplaced = errors.New("the ARI application was taken")

// doubtful is how long a dial that was given up without an answer may still reach Asterisk, behind one that came later.
const doubtful = time.Minute

// owner is who this server is, in the variable of Asterisk that names the owner of the application.
func newOwner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	return fmt.Sprintf("%s pid %d of %s", uuid.NewString(), os.Getpid(), host)
}

func (a *Adapter) ownerVariable() string { return "BELLHOP_OWNER_" + a.opts.App }

// claim is done before each dial. A server that was just started takes the application over by writing its name into
// Asterisk; later it only looks whether somebody else has done so while it could not hear, and an Asterisk that was started
// anew knows nobody.
func (a *Adapter) claim(ctx context.Context) error {
	if a.claimed {
		owned, err := a.stillOurs(ctx)
		if err != nil || owned {
			return passwordError(err)
		}
	}
	err := a.rest.do(ctx, request{
		op: "set_owner", method: http.MethodPost, path: "/asterisk/variable",
		query: url.Values{"variable": {a.ownerVariable()}, "value": {a.owner}},
	}, nil)
	a.claimed = a.claimed || err == nil
	return passwordError(err)
}

// stillOurs asks Asterisk whether it still knows us as the owner; ErrFenced says that it knows another, false that it knows
// nobody.
func (a *Adapter) stillOurs(ctx context.Context) (bool, error) {
	var is struct {
		Value string `json:"value"`
	}
	err := a.rest.do(ctx, request{
		op: "get_owner", method: http.MethodGet, path: "/asterisk/variable", query: url.Values{"variable": {a.ownerVariable()}},
	}, &is)
	if err == nil && is.Value != "" && is.Value != a.owner {
		return false, fmt.Errorf("%w: %.200q", ErrFenced, is.Value)
	}
	return is.Value != "", err
}

var errWrongPassword = errors.New("user name or password of ARI refused")

func passwordError(err error) error {
	if status(err) == http.StatusUnauthorized {
		return errWrongPassword
	}
	return err
}

// taken decides what it means that another websocket took our application: another server, which ends our part in it. The
// exception is a dial of our own that we gave up for want of an answer and that Asterisk saw to later than to the one that
// followed it; then we dial once more, and claim looks who owns the application.
func (a *Adapter) taken(err error) error {
	if !errors.Is(err, errReplaced) {
		return err
	}
	own := time.Since(a.gaveUp) < doubtful
	a.gaveUp = time.Time{}
	if own {
		return err
	}
	return fmt.Errorf("%w: %w", ErrFenced, err)
}

// noteGivenUp notes a dial of which we cannot know whether Asterisk will still see to it.
func (a *Adapter) noteGivenUp(err error) {
	if !errors.Is(err, syscall.ECONNREFUSED) {
		a.gaveUp = time.Now()
	}
}

// fence ends our part: no effect any more, and no dial.
func (a *Adapter) fence(err error) {
	why := fmt.Errorf("asterisk: %w; only a restart takes it back", err)
	a.link.fence(why)
	a.inbox.fence(why)
	a.metrics.fenced.Set(1)
	a.log.Error("another server took over the ARI application: no call is commanded from here until this server is restarted", "error", err)
}
