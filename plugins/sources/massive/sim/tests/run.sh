#!/bin/sh
# run.sh SIMULATOR WORK: the vendor's JavaScript client, websocket and REST, against massive-sim. WORK is
# a folder for packages. Exit 77 (CTest: skipped) without Node.js, npm or a way to the packages.
set -eu
simulator=$1
work=$2
here=${0%/*}

for tool in node npm; do
    if ! command -v "$tool" >/dev/null; then
        echo "skipped: $tool is not installed"
        exit 77
    fi
done

mkdir -p "$work"
cp "$here/package.json" "$here/client.mjs" "$work"
cd "$work"
# The lock file is copied last, when its packages are there: an equal copy means they are.
if ! cmp -s "$here/package-lock.json" installed.lock; then
    rm -rf node_modules installed.lock
    cp "$here/package-lock.json" .
    if ! npm ci --omit=optional --ignore-scripts --no-audit --no-fund >npm.log 2>&1; then
        cat npm.log
        echo "skipped: npm could not install @massive.com/client-js"
        exit 77
    fi
    cp package-lock.json installed.lock
fi

node client.mjs "$simulator"
