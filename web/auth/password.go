package auth

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"bellhop/cti/directory"
)

// MinPassword is the shortest password that may be set, in characters. Longer is better than stranger (NIST SP 800-63B,
// section 3.1.1.2): nothing is asked of what it is made of, only that it is not what everybody tries first.
const MinPassword = 10

// common are words that passwords are made of which everybody tries first, one in each line.
//
//go:embed common.txt
var common string

var commonWords = strings.Fields(common)

// Weak says why a password may not be set, as a code, or empty. Names are the user's own: login, name, address.
func Weak(password string, names ...string) string {
	folded := strings.ToLower(norm.NFKC.String(password))
	bare := strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	switch {
	case utf8.RuneCountInString(norm.NFC.String(password)) < MinPassword:
		return "too_short"
	case len(password) > maxPassword || !utf8.ValidString(password):
		return "too_long"
	case sequence(folded), slices.Contains(commonWords, bare), slices.Contains(commonWords, folded), repeated(folded):
		return "common"
	}
	for _, name := range names {
		name = strings.ToLower(norm.NFKC.String(name))
		local, _, _ := strings.Cut(name, "@")
		if utf8.RuneCountInString(local) >= 3 && strings.Contains(folded, local) && utf8.RuneCountInString(folded)-utf8.RuneCountInString(local) < MinPassword-1 {
			return "like_name"
		}
	}
	return ""
}

// sequence says that every character follows the one before, or is the same: 0123456789, aaaaaaaaaa, 9876543210.
func sequence(text string) bool {
	var steps []rune
	runes := []rune(text)
	for i := 1; i < len(runes); i++ {
		step := runes[i] - runes[i-1]
		if runes[i-1] == '9' && runes[i] == '0' {
			step = 1
		}
		if !slices.Contains(steps, step) {
			steps = append(steps, step)
		}
	}
	return len(steps) <= 1 && (len(steps) == 0 || steps[0] >= -1 && steps[0] <= 1)
}

// repeated says that the text is one short piece again and again: abcabcabcabc.
func repeated(text string) bool {
	runes := []rune(text)
	for size := 1; size <= 4; size++ {
		same := true
		for i := size; i < len(runes); i++ {
			same = same && runes[i] == runes[i-size]
		}
		if same {
			return true
		}
	}
	return false
}

// Hash is the hash of a password that is to be set.
func (a *Auth) Hash(ctx context.Context, password string) (string, error) {
	return a.hasher.Hash(ctx, password)
}

// Confirm says that somebody who is signed in knows his password: it fails as SignIn does, and counts as an attempt.
func (a *Auth) Confirm(ctx context.Context, at Attempt) error {
	user, err := a.userByLogin(ctx, at.Login)
	if err != nil && !errors.Is(err, directory.ErrNotFound) {
		return fmt.Errorf("look up who changes his password: %w", err)
	}
	return a.check(ctx, user, at.Password, a.tally(at))
}
