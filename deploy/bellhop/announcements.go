package main

import (
	"context"
	"errors"

	"bellhop/cti/admin"
	"bellhop/cti/admin/sound"
	"bellhop/cti/call"
	"bellhop/deploy/asterisk"
)

// announcements are a service's own, or what Asterisk was given.
type announcements struct{ sounds *sound.Store }

func (a announcements) HostileEnd(ctx context.Context, service call.ServiceID) (text string, wav []byte, err error) {
	if admin.IsID(string(service)) {
		if text, wav, err = a.sounds.HostileEnd(ctx, string(service)); !errors.Is(err, admin.ErrNotFound) {
			return text, wav, err
		}
	}
	return asterisk.HostileEnd()
}
