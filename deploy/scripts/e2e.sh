#!/usr/bin/env bash
# Runs the end-to-end tests in two parts at once, each with a whole Bellhop of its own: what admins do, which changes the organisation, and
# everything else. What each part said is printed when it is over; both must pass.
set -uo pipefail
cd "$(dirname "$0")/../../web/app"
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
parts=()
npm run --silent e2e -- e2e/admin- >"$logs/1" 2>&1 &
parts+=($!)
npm run --silent e2e -- --exclude 'e2e/admin-*' >"$logs/2" 2>&1 &
parts+=($!)
failed=0
for n in 1 2; do
  wait "${parts[$((n - 1))]}" || failed=1
  printf -- '-- part %s of 2\n' "$n"
  cat "$logs/$n"
done
exit "$failed"
