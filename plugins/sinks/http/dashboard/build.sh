#!/usr/bin/env bash
# build.sh OUT WORK: makes the dashboard into the folder OUT, with packages in WORK. Where that cannot be,
# for want of node, npm or the packages, it says so and ends well: the plugin has a plain page for that.
# Writes WORK/built when the dashboard is made.
set -euo pipefail
out=$1
work=$2
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

without() {
    printf 'the http sink gets a plain page instead of its dashboard: %s\n' "$1"
    rm -f -- "$work/built"
    exit 0
}

for tool in node npm; do
    command -v "$tool" >/dev/null || without "$tool is not installed"
done
mkdir -p "$out" "$work"
cd -- "$work"
# npm writes the inner lock when an installation is complete.
if [[ ! -e node_modules/.package-lock.json ]] || ! cmp -s package-lock.json "$here/package-lock.json"; then
    cp -- "$here/package.json" "$here/package-lock.json" .
    npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --fetch-retries=1 >npm.log 2>&1 ||
        without "npm could not install its packages, see $work/npm.log"
fi
rm -rf -- src
cp -r -- "$here"/{build.mjs,index.html,icon.svg,tsconfig.json,src} .
node build.mjs "$out"
touch built
