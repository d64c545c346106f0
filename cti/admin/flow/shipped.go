package flow

import (
	"context"
	"time"

	"bellhop/cti/admin"
)

// Shipped are the sounds that come with Bellhop: tones, to try flows out before there are recordings.
func Shipped(context.Context, admin.Querier, admin.Actor, string) ([]Sound, error) {
	return []Sound{
		{"demo-greeting", "", 1200 * time.Millisecond},
		{"demo-menu", "", 2 * time.Second},
		{"demo-closed", "", 1500 * time.Millisecond},
		{"demo-busy", "", 1500 * time.Millisecond},
	}, nil
}
