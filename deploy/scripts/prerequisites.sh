#!/usr/bin/env bash
# Installs from Debian's packages what is missing on this machine, and says what it does. When nothing is missing it
# does nothing and needs no network.
#
#   prerequisites.sh run     what `make run` needs: PostgreSQL's server, espeak-ng (announcements made from text)
#   prerequisites.sh test    what `make test` needs besides: Chromium, a Korean font, a C compiler for the race detector
#
# Asterisk is not among it: bellhop dev fetches its own and unpacks it into .run/cache, without root.
set -euo pipefail
cd "$(dirname "$0")/../.."

say() { printf 'prerequisites: %s\n' "$*"; }
fail() { printf 'prerequisites: %s\n' "$*" >&2; exit 1; }

# at_least VERSION WANTED: whether a dotted version is not older than another
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

check_toolchains() {
  command -v go >/dev/null || fail "Go is not installed: version 1.26 or newer must be in PATH"
  local go_version node_version
  go_version=$(go env GOVERSION | sed 's/^go//')
  at_least "$go_version" 1.26 || fail "Go is $go_version: it must be 1.26 or newer"
  command -v node >/dev/null && command -v npm >/dev/null || fail "Node.js is not installed: version 20.19 or newer must be in PATH, with npm"
  node_version=$(node --version | sed 's/^v//')
  at_least "$node_version" 20.19 || fail "Node.js is $node_version: it must be 20.19 or newer"
}

has_postgres() {
  local found
  for found in "$(command -v postgres || true)" /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres /usr/local/pgsql/bin/postgres; do
    [ -x "$found" ] || continue
    at_least "$("$found" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')" 15 && return 0
  done
  return 1
}

has_chromium() { command -v "${CHROMIUM:-chromium}" >/dev/null; }

# has_korean_font: whether Hangul would be drawn, not shown as boxes
has_korean_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=ko file | head -n 1)" ]; }

has_compiler() { command -v cc >/dev/null && [ -e /usr/include/stdlib.h ]; }

missing() {
  has_postgres || echo postgresql
  command -v espeak-ng >/dev/null || echo espeak-ng
  [ "$1" = test ] || return 0
  has_chromium || echo chromium
  has_korean_font || echo fontconfig fonts-noto-cjk
  has_compiler || echo gcc libc6-dev
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
  command -v apt-get >/dev/null || fail "this machine has no apt-get: install $* yourself (Debian's names)"
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    fail "root is needed and there is no sudo: as root, run  apt-get install --no-install-recommends $*"
  fi
  local log=.run/log/apt.log
  mkdir -p "${log%/*}"
  say "installs $* with apt-get, which takes a minute or more (its words are in $log)"
  as_root apt-get update -qq >"$log" 2>&1 || { tail -n 20 "$log" >&2; fail "apt-get update failed"; }
  # Debian's package would also make and start a cluster for the whole machine, which nobody asked for.
  local no_cluster=/etc/postgresql-common/createcluster.d/bellhop-none.conf
  case " $* " in *" postgresql "*)
    as_root mkdir -p "${no_cluster%/*}"
    echo "create_main_cluster = false" | as_root tee "$no_cluster" >/dev/null
    ;;
  esac
  local done=0
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o Dpkg::Use-Pty=0 -o APT::Color=0 "$@" >>"$log" 2>&1 || done=$?
  as_root rm -f "$no_cluster"
  [ "$done" = 0 ] || { tail -n 20 "$log" >&2; fail "apt-get could not install $*"; }
  say "installed"
}

purpose=${1:-run}
case $purpose in run | test) ;; *) fail "say run or test, not $purpose" ;; esac
check_toolchains
# shellcheck disable=SC2046 # one package name for each word
set -- $(missing "$purpose")
if [ $# -gt 0 ]; then
  install_packages "$@"
fi
