// Package switchboard is the one stateful room of call control. A single loop folds events into the state of
// every call and agent with the pure functions of cti/call, cti/agent and cti/queue, and hands the effects that
// follow to workers, in order for each call. Nothing else changes that state, so the order of the mailbox decides
// every race, and nobody needs a lock.
package switchboard
