#!/usr/bin/env bash
# prepare.sh WORK: puts the JavaScript client and its packages into WORK. Without Node.js or a way to the
# packages the benchmark goes without it, and says so.
set -euo pipefail
work=$1
here=$(dirname -- "${BASH_SOURCE[0]}")
packages=$here/../../../plugins/sources/massive/sim/tests

mkdir -p "$work"
cp "$here/client.mjs" "$packages/package.json" "$work"
if ! cmp -s "$packages/package-lock.json" "$work/installed.lock"; then
    cp "$packages/package-lock.json" "$work"
    if (cd "$work" && npm ci --omit=optional --ignore-scripts --no-audit --no-fund >npm.log 2>&1); then
        cp "$packages/package-lock.json" "$work/installed.lock"
    fi
fi
