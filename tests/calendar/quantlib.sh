#!/usr/bin/env bash
# The days of the calendar against those of QuantLib. Exits with 77, for "skipped", without its Python
# bindings (Debian: quantlib-python).
#
#   tests/calendar/quantlib.sh CALENDAR_DAYS FOLDER    the executable, and where to put its output
set -euo pipefail

here=${BASH_SOURCE[0]%/*}
"$1" >"$2/days.txt"

# Debian's own Python has Debian's packages; another that comes first on the PATH may not.
for python in python3 /usr/bin/python3; do
    if "$python" -c "import QuantLib" 2>/dev/null; then
        exec "$python" "$here/quantlib.py" "$2/days.txt"
    fi
done
printf 'skipped: the Python bindings of QuantLib are not installed\n'
exit 77
