package history_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/require"

	"bellhop/cti/call"
	"bellhop/cti/history"
)

// drawer is a saver in memory that can be made to fail.
type drawer struct {
	mu    sync.Mutex
	fails error
	tries int
	kept  []history.Entry
}

func (d *drawer) Save(_ context.Context, entries []history.Entry) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tries++
	if d.fails != nil {
		return d.fails
	}
	if slices.ContainsFunc(entries, func(e history.Entry) bool { return e.Name == "bad" }) {
		return fmt.Errorf("bad: %w", history.ErrRejected)
	}
	d.kept = append(d.kept, entries...)
	return nil
}

func (d *drawer) fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fails = err
}

func entries(n int) []history.Entry {
	all := make([]history.Entry, n)
	for i := range all {
		all[i] = history.Entry{Call: call.ID(fmt.Sprint(i)), Agent: anna}
	}
	return all
}

func TestDeskSavesEverythingInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		saver, metrics := &drawer{}, prometheus.NewRegistry()
		saver.fail(errors.New("connection refused"))
		desk, err := history.NewDesk(history.DeskOptions{Saver: saver, Metrics: metrics})
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		require.NoError(t, desk.Start(ctx))
		require.Error(t, desk.Start(ctx))
		cancel() // only Stop ends it
		want := entries(1000)
		for _, e := range want {
			desk.Post(e)
		}
		<-time.After(30 * time.Second)
		synctest.Wait()
		require.Greater(t, saver.tries, 15, "it goes on trying")
		require.Less(t, saver.tries, 60, "and does not hurry")
		saver.fail(nil)
		require.NoError(t, desk.Stop())
		require.NoError(t, desk.Stop())
		require.Equal(t, want, saver.kept)
		problems, err := testutil.GatherAndLint(metrics)
		require.NoError(t, err)
		require.Empty(t, problems)
	})
}

func TestDeskGoesOnAfterWhatCannotBeSaved(t *testing.T) {
	saver := &drawer{}
	desk, err := history.NewDesk(history.DeskOptions{Saver: saver})
	require.NoError(t, err)
	for _, name := range []string{"a", "bad", "b", "bad", "c"} {
		desk.Post(history.Entry{Name: name})
	}
	require.NoError(t, desk.Start(t.Context()))
	require.NoError(t, desk.Stop())
	require.Equal(t, []history.Entry{{Name: "a"}, {Name: "b"}, {Name: "c"}}, saver.kept)
}

func TestDeskSaysWhatItCouldNotSave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		saver := &drawer{}
		saver.fail(errors.New("down"))
		desk, err := history.NewDesk(history.DeskOptions{Saver: saver, DrainWithin: 3 * time.Second})
		require.NoError(t, err)
		require.NoError(t, desk.Start(t.Context()))
		for _, e := range entries(150) {
			desk.Post(e)
		}
		began := time.Now()
		var unsaved *history.UnsavedError
		require.ErrorAs(t, desk.Stop(), &unsaved)
		require.Equal(t, 3*time.Second, time.Since(began))
		require.Len(t, unsaved.Entries, 150)
		desk.Post(history.Entry{})
		require.ErrorAs(t, desk.Stop(), &unsaved)
		require.Len(t, unsaved.Entries, 151)
	})
}

func TestDeskOptions(t *testing.T) {
	registry := prometheus.NewRegistry()
	_, err := history.NewDesk(history.DeskOptions{Saver: &drawer{}, Metrics: registry})
	require.NoError(t, err)
	for _, o := range []history.DeskOptions{{}, {Saver: &drawer{}, DrainWithin: -1}, {Saver: &drawer{}, Metrics: registry}} {
		_, err := history.NewDesk(o)
		require.Error(t, err)
	}
}
