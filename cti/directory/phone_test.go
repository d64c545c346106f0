package directory_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"bellhop/cti/directory"
	"bellhop/deploy/schema/schematest"
)

func loaded(t *testing.T, store *directory.Store) directory.Directory {
	t.Helper()
	d, err := store.Load(t.Context())
	require.NoError(t, err)
	return d
}

func TestAnOlderDemoIsCompletedOnce(t *testing.T) {
	store, pool := seeded(t)
	whole := loaded(t, store)
	for _, statement := range []string{ // as it was made before agents could call out
		`delete from numbers where number = '1001'`,
		`delete from queues where number = '7200'`,
		`update queues set number = '3001'`,
		`update service_members set blind_transfer = false`,
		`delete from caller_ids`, `delete from agent_groups`, `delete from customers`,
	} {
		_, err := pool.Exec(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	again := demoOptions()
	again.Hash = func(context.Context, string) (string, error) { return "", errors.New("must not be called") }
	for range 2 {
		demo, err := store.SeedDemo(t.Context(), again)
		require.NoError(t, err)
		require.False(t, demo.Created)
		require.Equal(t, whole, loaded(t, store))
		customer, err := store.CustomerByNumber(t.Context(), whole.Organisations[0].ID, "01004827735")
		require.NoError(t, err)
		require.Equal(t, "이수진 골드", customer.Name+" "+customer.Grade)
	}
	_, err := pool.Exec(t.Context(), `update queues set number = '7777' where number = '7100'`)
	require.NoError(t, err)
	_, err = store.SeedDemo(t.Context(), again)
	require.NoError(t, err)
	require.Equal(t, "7777", loaded(t, store).Queues[1].Number, "what an admin changed stays")
}

func TestCallerIDs(t *testing.T) {
	store, pool := seeded(t)
	d := loaded(t, store)
	agent, service := d.Agents[0].ID, d.Services[0].ID
	require.Len(t, d.Services[0].CallerIDs, 3)

	for _, asked := range []string{"", service} {
		list, err := store.CallerIDs(t.Context(), agent, asked)
		require.NoError(t, err)
		require.Equal(t, []directory.CallerID{
			{Number: "0206924100", Name: "대표번호", State: directory.CallerIDCompleted},
			{Number: "15004021", Name: "콜백", State: directory.CallerIDCompleted},
		}, list, "only what is 등록 완료")
	}
	_, err := pool.Exec(t.Context(), `update caller_ids set position = 1 - position where state = 'completed'`)
	require.NoError(t, err)
	list, err := store.CallerIDs(t.Context(), agent, "")
	require.NoError(t, err)
	require.Equal(t, "15004021", list[0].Number, "in the admin's order")

	_, err = pool.Exec(t.Context(), `update caller_ids set state = 'expired'`)
	require.NoError(t, err)
	list, err = store.CallerIDs(t.Context(), agent, "")
	require.NoError(t, err)
	require.Empty(t, list)
	require.Empty(t, loaded(t, store).Switchboard().Services[0].CallerIDs)

	_, err = pool.Exec(t.Context(), `delete from service_members m using agents a where a.user_id = m.user_id and a.id = $1`, agent)
	require.NoError(t, err)
	for _, who := range []struct{ agent, service string }{
		{agent, service},
		{agent, ""},
		{d.Agents[1].ID, uuid.NewString()},
		{uuid.NewString(), ""},
		{"", ""},
		{"x", service},
		{d.Agents[1].ID, "' or true --"},
	} {
		_, err := store.CallerIDs(t.Context(), who.agent, who.service)
		require.ErrorIs(t, err, directory.ErrNotFound)
	}
}

func TestCustomerByNumber(t *testing.T) {
	store, _ := seeded(t)
	organisation := loaded(t, store).Organisations[0].ID
	customer, err := store.CustomerByNumber(t.Context(), organisation, "01004827735")
	require.NoError(t, err)
	require.Equal(t, []string{"01004827735"}, customer.Numbers)
	for _, c := range []struct{ organisation, number string }{
		{organisation, ""},
		{organisation, "0100482773"},
		{organisation, "anonymous"},
		{organisation, "\x00"},
		{organisation, "' or true --"},
		{organisation, strings.Repeat("1", 1<<16)},
		{uuid.NewString(), "01004827735"},
		{"", "01004827735"},
		{"\x00", "01004827735"},
	} {
		_, err := store.CustomerByNumber(t.Context(), c.organisation, c.number)
		require.ErrorIs(t, err, directory.ErrNotFound)
	}
}

func agents(t *testing.T) (store *directory.Store, mine, others string) {
	t.Helper()
	store, _ = seeded(t)
	d := loaded(t, store)
	return store, d.Agents[0].ID, d.Agents[1].ID
}

func TestFavourites(t *testing.T) {
	store, mine, others := agents(t)
	add := func(agent, name, number string) directory.Favourite {
		f, err := store.AddFavourite(t.Context(), agent, name, number)
		require.NoError(t, err)
		return f
	}
	a, b, c := add(mine, "물류센터", "01012345678"), add(mine, "<b>결제</b>", "01087654321"), add(mine, "택배사", "0212345678")
	add(others, "그의 것", "01011112222")
	require.Equal(t, "901012345678", a.Number, "9 and the number (PH-53)")
	require.Equal(t, "<b>결제</b>", b.Name, "text stays text")

	list, err := store.Favourites(t.Context(), mine)
	require.NoError(t, err)
	require.Equal(t, []directory.Favourite{a, b, c}, list)

	require.NoError(t, store.OrderFavourites(t.Context(), mine, []string{c.ID, a.ID, b.ID}))
	a, err = store.ChangeFavourite(t.Context(), mine, a.ID, " 물류\u202e센터\x00 ", "01099998888")
	require.NoError(t, err)
	require.Equal(t, directory.Favourite{ID: a.ID, Name: "물류센터", Number: "901099998888"}, a)
	require.NoError(t, store.DeleteFavourite(t.Context(), mine, b.ID))
	list, err = store.Favourites(t.Context(), mine)
	require.NoError(t, err)
	require.Equal(t, []directory.Favourite{c, a}, list)
}

func TestFavouritesAreOnesOwn(t *testing.T) {
	store, mine, others := agents(t)
	f, err := store.AddFavourite(t.Context(), mine, "이름", "01012345678")
	require.NoError(t, err)
	for _, agent := range []string{others, uuid.NewString(), "", "\x00"} {
		require.ErrorIs(t, store.DeleteFavourite(t.Context(), agent, f.ID), directory.ErrNotFound)
		_, err := store.ChangeFavourite(t.Context(), agent, f.ID, "x", "01012345678")
		require.ErrorIs(t, err, directory.ErrNotFound)
		require.Error(t, store.OrderFavourites(t.Context(), agent, []string{f.ID}))
		list, err := store.Favourites(t.Context(), agent)
		require.NoError(t, err)
		require.Empty(t, list)
	}
	_, err = store.AddFavourite(t.Context(), uuid.NewString(), "x", "01012345678")
	require.ErrorIs(t, err, directory.ErrNotFound)
	require.ErrorIs(t, store.DeleteFavourite(t.Context(), mine, "x"), directory.ErrNotFound)
	for name, ids := range map[string][]string{
		"none": nil, "twice": {f.ID, f.ID}, "unknown": {uuid.NewString()}, "one more": {f.ID, uuid.NewString()},
		"no id": {"x"}, "a thousand": make([]string, 1000),
	} {
		require.ErrorIs(t, store.OrderFavourites(t.Context(), mine, ids), directory.ErrBadOrder, name)
	}
}

func TestFavouriteRefused(t *testing.T) {
	store, mine, _ := agents(t)
	for _, number := range []string{"", " ", "abc", "<script>", strings.Repeat("1", 60), "\x00", "0101234567a"} {
		_, err := store.AddFavourite(t.Context(), mine, "이름", number)
		require.ErrorIs(t, err, directory.ErrBadNumber, "%q", number)
	}
	for _, name := range []string{"", "  ", "\u200b", "\x00"} {
		_, err := store.AddFavourite(t.Context(), mine, name, "01012345678")
		require.ErrorIs(t, err, directory.ErrBadName, "%q", name)
	}
	f, err := store.AddFavourite(t.Context(), mine, strings.Repeat("가", 4096), "01012345678")
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("가", directory.MaxFavouriteName), f.Name)
}

// TestFavouritesHaveALimit adds from many pages at once: none slips past it.
func TestFavouritesHaveALimit(t *testing.T) {
	store, mine, _ := agents(t)
	group, ctx := errgroup.WithContext(t.Context())
	group.SetLimit(8)
	refused := make(chan error, 300)
	for i := range 220 {
		group.Go(func() error {
			_, err := store.AddFavourite(ctx, mine, fmt.Sprint("번호 ", i), fmt.Sprintf("0101234%04d", i))
			if errors.Is(err, directory.ErrTooMany) {
				refused <- err
				return nil
			}
			return err
		})
	}
	require.NoError(t, group.Wait())
	require.Len(t, refused, 20)
	list, err := store.Favourites(t.Context(), mine)
	require.NoError(t, err)
	require.Len(t, list, directory.MaxFavourites)
}

func TestFavouriteNumbers(t *testing.T) {
	store, mine, _ := agents(t)
	for typed, want := range map[string]string{
		"2042": "2042", "7100": "7100", "119": "9119", "010-1234-5678": "901012345678", "+82 10 1234 5678": "901012345678",
		"9-010-1234-5678": "901012345678", "1588-1234": "915881234", "+1 212 555 0100": "900112125550100",
	} {
		f, err := store.AddFavourite(t.Context(), mine, "이름", typed)
		require.NoError(t, err, typed)
		require.Equal(t, want, f.Number, typed)
		again, err := store.ChangeFavourite(t.Context(), mine, f.ID, "이름", f.Number)
		require.NoError(t, err, typed)
		require.Equal(t, want, again.Number, "what is kept is understood again")
	}
}

func TestNumberKey(t *testing.T) {
	for text, want := range map[string]string{
		"01004827735": "01004827735", "+821004827735": "01004827735", "010-0482-7735": "01004827735", "": "", "anonymous": "",
		"+12125550100": "+12125550100",
	} {
		require.Equal(t, want, directory.NumberKey(text), text)
	}
}

func TestPhoneDataWithTheDatabaseGone(t *testing.T) {
	pool := schematest.Pool(t)
	store := directory.NewStore(pool)
	pool.Close()
	id := uuid.NewString()
	_, ids := store.CallerIDs(t.Context(), id, "")
	_, customer := store.CustomerByNumber(t.Context(), id, "01012345678")
	_, favourites := store.Favourites(t.Context(), id)
	_, added := store.AddFavourite(t.Context(), id, "x", "01012345678")
	for _, err := range []error{ids, customer, favourites, added} {
		require.Error(t, err)
		require.NotErrorIs(t, err, directory.ErrNotFound)
	}
}
