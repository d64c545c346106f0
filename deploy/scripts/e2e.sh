#!/usr/bin/env bash
# Runs the end-to-end tests in two halves at once, each with a whole Bellhop of its own: they spend most of their time waiting. What each half
# said is printed when it is over; both must pass.
set -uo pipefail
cd "$(dirname "$0")/../../web/app"
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
halves=()
for n in 1 2; do
  npm run --silent e2e -- --shard="$n/2" >"$logs/$n" 2>&1 &
  halves+=($!)
done
failed=0
for n in 1 2; do
  wait "${halves[$((n - 1))]}" || failed=1
  printf -- '-- half %s of 2\n' "$n"
  cat "$logs/$n"
done
exit "$failed"
