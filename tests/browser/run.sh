#!/usr/bin/env bash
# run.sh TSFLOW WORK SHOTS: drives the dashboard of pipelines that TSFLOW runs in headless Chromium. WORK is a
# folder for packages and pipelines, SHOTS for screenshots. Exit 77 (CTest: skipped) without Node.js, the
# packages, Chromium or a built dashboard.
set -euo pipefail
tsflow=$1
work=$2
shots=$3
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

skip() {
    printf 'skipped: %s\n' "$1"
    exit 77
}

for tool in node npm; do
    command -v "$tool" >/dev/null || skip "$tool is not installed"
done
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
    skip "chromium is not installed"
[[ -e $(dirname -- "$tsflow")/../plugins/http/index.html ]] || skip "the dashboard is not built"

mkdir -p "$work" "$shots"
cd -- "$work"
# npm writes the inner lock when an installation is complete.
if [[ ! -e node_modules/.package-lock.json ]] || ! cmp -s package-lock.json "$here/package-lock.json"; then
    cp -- "$here/package.json" "$here/package-lock.json" .
    npm ci --ignore-scripts --no-audit --no-fund --prefer-offline >npm.log 2>&1 ||
        skip "npm could not install its packages"
fi
cp -- "$here"/*.mjs .
exec node dashboard_test.mjs "$tsflow" "$chromium" "$shots"
