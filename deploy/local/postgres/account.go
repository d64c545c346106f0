package postgres

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// Account is who the server runs as.
type Account struct {
	Name string
	// Credential is nil when it is our own account.
	Credential *syscall.Credential
}

// unprivileged is the account for the server: our own, or as root postgres or else nobody, because PostgreSQL refuses
// to run as root.
func unprivileged() (Account, error) {
	if os.Geteuid() != 0 {
		return Account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(found.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(found.Gid, 10, 32)
		if err := errors.Join(errUID, errGID); err != nil {
			return Account{}, fmt.Errorf("account %s: %w", name, err)
		}
		return Account{name, &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return Account{}, errors.New("PostgreSQL refuses to run as root, and there is no account postgres or nobody to run it as")
}

// own hands a folder over to the account.
func (a Account) own(dir string) error {
	if a.Credential == nil {
		return nil
	}
	if err := os.Chown(dir, int(a.Credential.Uid), int(a.Credential.Gid)); err != nil {
		return fmt.Errorf("hand the cluster's folder over to the account %s: %w", a.Name, err)
	}
	return nil
}

// owns refuses a folder that belongs to somebody else, as it does when Bellhop was run as root before and is not now.
func (a Account) owns(dir string) error {
	uid := uint32(os.Geteuid())
	if a.Credential != nil {
		uid = a.Credential.Uid
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("look at the PostgreSQL cluster: %w", err)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && owner.Uid != uid {
		return fmt.Errorf("%s belongs to account number %d but the server would run as %d: "+
			"start Bellhop as whoever started it first, or remove the state folder", dir, owner.Uid, uid)
	}
	return nil
}
