// Package arrows holds the tests of the house's plan: which room may import which, which rooms are pure, and how long
// a file may be. ARCHITECTURE.md draws what they check.
package arrows
