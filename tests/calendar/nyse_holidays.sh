#!/usr/bin/env bash
# The days of the calendar against those of npm's package nyse-holidays. Exits with 77, for "skipped",
# where node and npm are not to be had.
#
#   tests/calendar/nyse_holidays.sh CALENDAR_DAYS FOLDER    the executable, and where to install
set -euo pipefail

days=$1
folder=$2
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)

skip() {
    printf 'skipped: %s\n' "$*"
    exit 77
}

for tool in node npm; do
    command -v "$tool" >/dev/null || skip "$tool is not installed"
done

cd -- "$folder"
# npm writes the inner lock when an installation is complete.
if [[ ! -e node_modules/.package-lock.json ]] || ! cmp -s package-lock.json "$here/package-lock.json"; then
    cp -- "$here/package.json" "$here/package-lock.json" .
    npm ci --ignore-scripts --no-audit --no-fund --prefer-offline >npm.log 2>&1 || {
        cat npm.log
        skip "npm could not install the packages of tests/calendar/package-lock.json"
    }
fi
cp -- "$here/nyse_holidays.mjs" .
"$days" >trading_days.txt
# The package reckons in the time zone of the machine.
TZ=UTC exec node nyse_holidays.mjs trading_days.txt
