// Package pjsip keeps Asterisk's trunks and desk phones as the database has them, while Asterisk runs and without touching
// calls. They are objects of PJSIP that are made and removed one by one (ARI's dynamic configuration) and that Asterisk keeps
// in its own database: they are there after its restart, though Bellhop and PostgreSQL be away.
//
// An object is never changed: the name of what may change holds a mark of its content, so what has the right name has the
// right content. Bringing Asterisk to what is wanted is then to make what is missing and, after that, to remove what is too
// much. Whoever dies in between, the next comparison goes on from there, and at no moment is a trunk that stays without an
// endpoint.
package pjsip

import (
	"cmp"
	"slices"
)

// Kind is a type of PJSIP's objects.
type Kind string

// The kinds, in the order in which they are made: what refers comes after what it refers to.
const (
	Auth         Kind = "auth"
	AOR          Kind = "aor"
	Endpoint     Kind = "endpoint"
	Identify     Kind = "identify"
	Registration Kind = "registration"
)

var kinds = []Kind{Auth, AOR, Endpoint, Identify, Registration}

// Object is one object of PJSIP's configuration.
type Object struct {
	Kind   Kind
	ID     string
	Fields []Field
}

// Field is one setting of an object. The order matters: disallow=all goes before allow.
type Field struct {
	Attribute string `json:"attribute"`
	Value     string `json:"value"`
}

type key struct {
	kind Kind
	id   string
}

func (o Object) key() key { return key{o.Kind, o.ID} }

// plan is what is to be made and what is to be removed, each in its order.
func plan(want []Object, have []key) (missing []Object, extra []key) {
	wanted := make(map[key]bool, len(want))
	for _, o := range want {
		wanted[o.key()] = true
	}
	there := make(map[key]bool, len(have))
	for _, k := range have {
		there[k] = true
		if !wanted[k] {
			extra = append(extra, k)
		}
	}
	for _, o := range want {
		if !there[o.key()] {
			missing = append(missing, o)
		}
	}
	rank := func(k Kind) int { return slices.Index(kinds, k) }
	slices.SortStableFunc(missing, func(a, b Object) int { return cmp.Compare(rank(a.Kind), rank(b.Kind)) })
	slices.SortStableFunc(extra, func(a, b key) int { return cmp.Compare(rank(b.kind), rank(a.kind)) })
	return missing, extra
}
