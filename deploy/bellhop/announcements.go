package main

import (
	"context"

	"bellhop/cti/call"
	"bellhop/deploy/asterisk"
)

// announcements are the same for every service: what Asterisk was given.
type announcements struct{}

func (announcements) HostileEnd(context.Context, call.ServiceID) (text string, sound []byte, err error) {
	return asterisk.HostileEnd()
}
