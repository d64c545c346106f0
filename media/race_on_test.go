//go:build race

package media_test

// underRace: everything takes many times as long, so times of it say nothing.
const underRace = true
