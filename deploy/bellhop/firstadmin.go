package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"bellhop/cti/admin/people"
)

// tellFirstLink shows the one-time link with which the first 조직관리자 is made, while there is none: in the log and on the
// console. There is no password that a new installation begins with.
func (s *server) tellFirstLink(ctx context.Context) {
	link, needed, err := people.NewStore(s.pool).FirstLink(ctx)
	switch {
	case err != nil:
		s.log.Error("whether there is an admin is not known", "error", err)
	case needed:
		address := strings.TrimSuffix(string(s.settings.PublicURL), "/") + "/invite#" + link.Token
		s.log.Warn("nobody administers this Bellhop yet: open the link once to make the first administrator", "link", address, "until", link.Expires)
		// A console that nobody reads is no reason to stop: the log has it too.
		_, _ = fmt.Fprintf(os.Stdout, "bellhop first admin %s\n", address)
	}
}
