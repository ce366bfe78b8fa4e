#!/usr/bin/env bash
# run.sh VALUES WORK [EVERY]: puts the library of indicators to other people's programs over the real data in
# $TSFLOW_DATA or ../shared/data beside the project; with EVERY, over each so many-th symbol. VALUES is the
# program of this folder, WORK a folder for packages and files. Each program prints a line a metric, `name|rows|
# rows that differ|greatest relative error`; those that differ are shown. Exit 77 (CTest: skipped) without the
# data; a program that is not installed is left out and named.
set -euo pipefail
values=$1
work=$2
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
data=${TSFLOW_DATA:-$here/../../../shared/data}

if [[ ! -d $data/us_stocks_sip ]]; then
    printf 'skipped: there is no real market data; set TSFLOW_DATA to its folder\n'
    exit 77
fi

failed=0
ran=0
oracle() { # NAME COMMAND…
    local name=$1 status=0
    shift
    "$@" >"$work/$name.out" 2>"$work/$name.err" || status=$?
    local metrics rows wrong
    metrics=$(awk -F'|' 'NF == 4 { print $1 }' "$work/$name.out" | sort -u | wc -l)
    rows=$(awk -F'|' 'NF == 4 { n += $2 } END { print n + 0 }' "$work/$name.out")
    wrong=$(awk -F'|' 'NF == 4 && $3 != 0' "$work/$name.out")
    printf '%s: %d metrics, %d values compared\n' "$name" "$metrics" "$rows"
    if ((status != 0 || metrics == 0)) || [[ -n $wrong ]]; then
        printf '%s: exit code %d\n%s\n' "$name" "$status" "$wrong"
        tail -n 20 "$work/$name.err"
        failed=1
    fi
    ran=$((ran + 1))
}

mkdir -p "$work"
"$here/prepare.sh" "$data" "$work" "${3:-1}"
"$values" "$work"

if command -v sqlite3 >/dev/null; then
    # shellcheck disable=SC2016
    oracle sqlite bash -c 'cd -- "$1" && cat -- "${@:2}" | sqlite3 -bail :memory:' in_folder "$work" \
        "$here/prices.sql" "$here/breadth.sql"
else
    printf 'left out: sqlite3 is not installed\n'
fi
if command -v Rscript >/dev/null && Rscript -e 'library(TTR)' >/dev/null 2>&1; then
    oracle ttr Rscript "$here/indicators.R" "$work"
else
    printf 'left out: R with TTR is not installed (Debian: r-cran-ttr)\n'
fi
# Debian's own Python has Debian's packages; another that comes first on the PATH may not.
python=
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c "import pandas" 2>/dev/null; then
        python=$candidate
    fi
done
if [[ -n $python ]]; then
    oracle pandas "$python" "$here/market.py" "$work"
else
    printf 'left out: pandas is not installed (Debian: python3-pandas)\n'
fi
install_packages() {
    command -v node >/dev/null && command -v npm >/dev/null || return 1
    cd -- "$work"
    # npm writes the inner lock when an installation is complete.
    if [[ ! -e node_modules/.package-lock.json ]] || ! cmp -s package-lock.json "$here/package-lock.json"; then
        cp -- "$here/package.json" "$here/package-lock.json" .
        npm ci --ignore-scripts --no-audit --no-fund --prefer-offline >npm.log 2>&1 || return 1
    fi
    cp -- "$here/moving.mjs" .
}
if (install_packages); then
    oracle technicalindicators node "$work/moving.mjs" "$work"
else
    printf 'left out: npm could not install the packages of tests/oracles/package-lock.json\n'
fi

if ((ran == 0)); then
    printf 'skipped: none of the programs is installed\n'
    exit 77
fi
exit "$failed"
