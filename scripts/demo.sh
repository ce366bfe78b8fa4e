#!/usr/bin/env bash
# From a fresh checkout to rows in a database: installs what is missing, builds, runs
# pipelines/demo.toml (a simulated feed, no network), and shows where the rows are.
#
#   scripts/demo.sh
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
help_if_asked "$@"

database=var/demo/demo.sqlite
tsflow=build/release/bin/tsflow

if command -v dpkg-query >/dev/null; then
    scripts/setup.sh --build
fi
note "building the program and its plugins (some minutes the first time)"
mapfile -t plugins < <(grep -l tsflow_add_plugin plugins/*/*/CMakeLists.txt |
    sed 's|.*/\(.*\)/CMakeLists.txt|\1_plugin|')
scripts/build.sh release tsflow "${plugins[@]}"

# PORT, or 0 when somebody else listens there: then the log tells which it became.
free_or_any() {
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then
        printf '0'
    else
        printf '%s' "$1"
    fi
}

seconds=25
port=$(free_or_any "${TSFLOW_HTTP_PORT:-8080}")
TSFLOW_CONTROL_PORT=$(free_or_any "${TSFLOW_CONTROL_PORT:-9180}")
export TSFLOW_HTTP_PORT=$port TSFLOW_CONTROL_PORT
note "$tsflow run pipelines/demo.toml for $seconds s (SYNTHETIC data, from a simulator of the feed within)"
if ((port != 0)); then
    note "meanwhile the market is live at http://127.0.0.1:$port/"
fi
rm -rf var/demo # rows of an earlier demo would hide what this one does
timeout --foreground --signal INT "$seconds" "$tsflow" run pipelines/demo.toml || {
    code=$?
    ((code == 124)) || die "the pipeline ended with $code"
}

show() { # SQL
    printf '\n$ sqlite3 -header -column %s "%s"\n' "$database" "$1"
    sqlite3 -header -column "$database" "$1"
}

note "the rows are in $database; look at them with:"
show "SELECT connection, count(*) AS bars, count(DISTINCT symbol) AS tickers, max(timestamp) AS last
    FROM ohlcv_1min GROUP BY connection"
show "SELECT symbol, timestamp, open, high, low, close, volume, connection FROM ohlcv_1min
    ORDER BY timestamp DESC, symbol LIMIT 5"
note "one connection was cut on purpose; its holes, and that they were filled (rows of connection 'rest'):"
show 'SELECT cause, state, count(*) AS tickers, min("from") AS since, max("to") AS until, sum(rows) AS bars
    FROM gaps GROUP BY cause, state'
printf '\n%s\n' "Next: $tsflow run pipelines/demo.toml until Ctrl-C, with the page at http://127.0.0.1:8080/ and $tsflow top beside it; pipelines/single.toml and multi.toml with your key; docs/."
