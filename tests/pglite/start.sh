#!/usr/bin/env bash
# Starts a server with the TimescaleDB extension, prints its URL as the first line, and stops it when
# standard input ends. The extension is not in Debian, so this one is compiled to WebAssembly, from npm: it
# serves one connection at a time, over a Unix socket, without TLS and without COPY. Exits with 77, for
# "skipped", where node and npm or the packages are not to be had.
#
#   exec {keep}> >(tests/pglite/start.sh)
set -euo pipefail

skip() {
    printf 'skipped: %s\n' "$*" >&2
    exit 77
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
for tool in node npm; do
    command -v "$tool" >/dev/null || skip "$tool is not installed"
done

work=${TSFLOW_BUILD_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/tsflow}/pglite
mkdir -p -- "$work"
# Once for all tests, and by one of those that run at the same time. The template is made last: it is
# there and no older than the lock file when all is.
exec {lock}>"$work/lock"
flock "$lock"
if [[ ! -e $work/template.tar ]] || ! cmp -s "$work/package-lock.json" "$here/package-lock.json"; then
    rm -rf -- "$work/node_modules" "$work/template.tar"
    cp -- "$here/package.json" "$here/package-lock.json" "$work"
    (cd -- "$work" && npm ci --ignore-scripts --no-audit --no-fund --prefer-offline >npm.log 2>&1) || {
        rm -f -- "$work/package-lock.json"
        cat "$work/npm.log" >&2
        skip "npm could not install the packages of tests/pglite/package-lock.json"
    }
    cp -- "$here/serve.mjs" "$work"
    node "$work/serve.mjs" template "$work/template.new" {lock}>&- >&2
    mv -- "$work/template.new" "$work/template.tar"
fi
cp -- "$here/serve.mjs" "$work"
exec {lock}>&-

folder=$(mktemp -d "${TMPDIR:-/tmp}/tsflow-pglite.XXXXXX")
trap 'rm -rf -- "$folder"' EXIT
trap 'exit 1' INT TERM HUP
# Reads this script's standard input, and ends with it.
setpriv --pdeathsig KILL node "$work/serve.mjs" "$work/template.tar" "$folder"
