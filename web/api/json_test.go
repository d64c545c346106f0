package api

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDecode(t *testing.T) {
	tests := []struct {
		name, text string
		err        error // nil: accepted
		any        bool  // refused with any error
	}{
		{name: "an object", text: `{"a":1,"b":{"a":[1,{"a":2},{"a":3}]},"c":"a"}`},
		{name: "a value that looks like a key", text: `{"a":"b","b":"a"}`},
		{name: "spaces around", text: " \n{} \t"},
		{name: "twice the same key", text: `{"a":1,"a":2}`, err: errDuplicateKey},
		{name: "twice the same key, written differently", text: `{"a":1,"\u0061":2}`, err: errDuplicateKey},
		{name: "twice the same key, inside", text: `{"x":[{"a":{},"a":[]}]}`, err: errDuplicateKey},
		{name: "as deep as allowed", text: strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth)},
		{name: "deeper", text: strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1), err: errTooDeep},
		{name: "100,000 deep", text: strings.Repeat(`{"a":`, 100_000), err: errTooDeep},
		{name: "two values", text: `{}{}`, err: errTrailing},
		{name: "garbage after", text: `{}x`, err: errTrailing},
		{name: "invalid UTF-8", text: "{\"a\":\"\xff\"}", err: errNotUTF8},
		{name: "empty", text: ``, any: true},
		{name: "cut off", text: `{"a":`, any: true},
		{name: "NaN", text: `{"a":NaN}`, any: true},
		{name: "infinite", text: `{"a":1e999}`, any: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var v any
			err := Decode([]byte(tt.text), &v)
			if tt.any {
				require.Error(t, err)
				return
			}
			require.ErrorIs(t, err, tt.err)
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"b",null,true,{"c":1.5e3}]}`, `{"a":1,"a":2}`, `[[[[`, `"\ud800"`, "\xff", `{}{}`, `-0`, `1e999`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if Decode(data, &v) == nil {
			require.True(t, json.Valid(data), "what is accepted is JSON")
		}
	})
}

func TestStamp(t *testing.T) {
	seoul := time.FixedZone("KST", 9*60*60)
	require.Equal(t, "2026-11-20T01:02:03.004Z", Stamp(time.Date(2026, 11, 20, 10, 2, 3, 4_999_999, seoul)))
	require.Nil(t, stampOrNull(time.Time{}))
}
