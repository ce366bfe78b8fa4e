#!/bin/sh
# run.sh BUFFERS WORK: exchanges batches with Apache Arrow for JavaScript, both ways. BUFFERS is the
# program of this folder that writes and reads buffers; WORK a folder for packages and files. Exit 77
# (CTest: skipped) without Node.js, npm or a way to the packages.
set -eu
buffers=$1
work=$2
here=${0%/*}

for tool in node npm; do
    if ! command -v "$tool" >/dev/null; then
        echo "skipped: $tool is not installed"
        exit 77
    fi
done

mkdir -p "$work"
cp "$here/package.json" "$here/types.mjs" "$here/read.mjs" "$here/write.mjs" "$work"
cd "$work"
# The lock file is copied last, when its packages are there: an equal copy means they are.
if ! cmp -s "$here/package-lock.json" installed.lock; then
    rm -rf node_modules installed.lock
    cp "$here/package-lock.json" .
    if ! npm ci --omit=optional --ignore-scripts --no-audit --no-fund >npm.log 2>&1; then
        cat npm.log
        echo "skipped: npm could not install apache-arrow"
        exit 77
    fi
    cp package-lock.json installed.lock
fi

"$buffers" export ours.json
node read.mjs ours.json
node write.mjs theirs.json
"$buffers" import theirs.json
