#!/usr/bin/env bash
# What make bench does: starts Bellhop in a fresh clone, measures how long that takes, cold and warm, and then measures
# calls on it. Words after it go to deploy/bench, such as --calls 200.
set -euo pipefail
cd "$(dirname "$0")/../.."

free_port() { node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'; }

work=$(mktemp -d)
running=
stop() {
  # Not SIGINT: what a script starts in the background ignores that.
  kill -TERM "$running" 2>/dev/null || true
  wait "$running" 2>/dev/null || true
  running=
}
finish() {
  [ -z "$running" ] || stop
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

# start NAME: starts make run and prints how long it took until Bellhop was ready
start() {
  local begin=$EPOCHREALTIME
  setsid make run >"$work/log" 2>&1 &
  running=$!
  until grep -q '^bellhop ready ' "$work/log"; do
    kill -0 "$running" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.02
  done
  printf '%-34s %6.2f s\n' "$1" "$(awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')"
}

printf 'Bellhop %s on %s, %s cores (%s), load %s\n' "$(git describe --always --dirty)" \
  "$(. /etc/os-release && echo "$PRETTY_NAME")" "$(nproc)" "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)" \
  "$(cut -d ' ' -f 1 /proc/loadavg)"
git clone --quiet . "$work/clone"
cd "$work/clone"
export BELLHOP_STATE_DIR=$work/clone/.run
BELLHOP_HTTP_ADDR=127.0.0.1:$(free_port)
BELLHOP_METRICS_ADDR=127.0.0.1:$(free_port)
BELLHOP_SIP_ADDR=127.0.0.1:$(free_port)
export BELLHOP_HTTP_ADDR BELLHOP_METRICS_ADDR BELLHOP_SIP_ADDR
unset BELLHOP_CACHE_DIR

echo
echo "make run, from the command to its line bellhop ready:"
start "  cold: fresh clone, empty .run"
echo "        (fetches Asterisk, builds; the caches of Go and npm as they were)"
stop
for round in 1 2 3; do
  start "  warm $round"
  [ "$round" = 3 ] || stop
done
echo
go run ./deploy/bench --state "$BELLHOP_STATE_DIR" "$@"
