#!/usr/bin/env bash
# Runs the end-to-end tests in two parts at once, each with a whole Bellhop of its own: what admins do, which changes the organisation, and
# everything else. What each part said is printed when it is over; both must pass. With --all also those that take long: broken parts, bad
# networks, floods, accessibility of every page, the rest of the administration.
set -uo pipefail
cd "$(dirname "$0")/../../web/app"
admin=(e2e/admin-callerids e2e/admin-queues e2e/admin-trunks)
others=(e2e/first-call e2e/talking e2e/consult e2e/transfer e2e/dial e2e/refusals e2e/tabs e2e/card e2e/history e2e/bad-input e2e/notes
  e2e/ime e2e/story)
if [[ ${1:-} == --all ]]; then
  admin=(e2e/admin-)
  others=(--exclude 'e2e/admin-*')
fi
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
npm run --silent e2e -- "${admin[@]}" >"$logs/1" 2>&1 &
first=$!
npm run --silent e2e -- "${others[@]}" >"$logs/2" 2>&1 &
second=$!
failed=0
wait "$first" || failed=1
wait "$second" || failed=1
for n in 1 2; do
  printf -- '-- part %s of 2\n' "$n"
  cat "$logs/$n"
done
exit "$failed"
