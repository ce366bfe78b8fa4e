#!/usr/bin/env bash
# The days of the calendar against those of R's timeDate. Exits with 77, for "skipped", without it (Debian:
# r-cran-timedate).
#
#   tests/calendar/timedate.sh CALENDAR_DAYS FOLDER    the executable, and where to put its output
set -euo pipefail

here=${BASH_SOURCE[0]%/*}
if ! command -v Rscript >/dev/null || ! Rscript -e 'library(timeDate)' >/dev/null 2>&1; then
    printf 'skipped: R with timeDate is not installed\n'
    exit 77
fi
"$1" >"$2/days_of_timedate.txt"
exec Rscript "$here/timedate.R" "$2/days_of_timedate.txt"
