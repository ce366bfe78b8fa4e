#!/usr/bin/env bash
# From a fresh checkout to rows in a database: installs what is missing, builds, runs
# pipelines/demo.toml (synthetic data, no network), and shows where the rows are.
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

note "$tsflow run pipelines/demo.toml (SYNTHETIC data, made by the generator)"
"$tsflow" run pipelines/demo.toml

show() { # SQL
    printf '\n$ sqlite3 -header -column %s "%s"\n' "$database" "$1"
    sqlite3 -header -column "$database" "$1"
}

note "the rows are in $database; look at them with:"
show "SELECT 'minutes' AS what, count(*) AS row_count, min(timestamp) AS first, max(timestamp) AS last FROM minutes
    UNION ALL SELECT 'hours', count(*), min(timestamp), max(timestamp) FROM hours"
show "SELECT symbol, timestamp, open, high, low, close, volume FROM hours
    ORDER BY timestamp DESC, symbol LIMIT 4"
printf '\n%s\n' "Next: $tsflow validate pipelines/demo.toml, $tsflow plugins list, docs/."
