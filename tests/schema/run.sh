#!/usr/bin/env bash
# Validates pipeline files against the schema that `tsflow plugins schema` prints, with an independent
# validator from npm. Exits with 77, for "skipped", where node and npm are not to be had.
#
#   tests/schema/run.sh TSFLOW FOLDER    the executable, and where to install npm's packages
set -euo pipefail

tsflow=$1
folder=$2
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

skip() {
    printf 'skipped: %s\n' "$*"
    exit 77
}

for tool in node npm; do
    command -v "$tool" >/dev/null || skip "$tool is not installed"
done

mkdir -p -- "$folder"
cd -- "$folder"
# npm writes the inner lock when an installation is complete.
if [[ ! -e node_modules/.package-lock.json ]] || ! cmp -s package-lock.json "$here/package-lock.json"; then
    cp -- "$here/package.json" "$here/package-lock.json" .
    npm ci --ignore-scripts --no-audit --no-fund --prefer-offline >npm.log 2>&1 || {
        cat npm.log
        skip "npm could not install the packages of tests/schema/package-lock.json"
    }
fi
cp -- "$here/validate.mjs" .

exec node validate.mjs "$tsflow" "$here/../.."
