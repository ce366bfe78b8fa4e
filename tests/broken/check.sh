#!/usr/bin/env bash
# check.sh TSFLOW PLUGIN_DIR [--update]: see README.md
set -uo pipefail

tsflow=$1
plugins=$2
update=${3:-}
limit_ms=${TSFLOW_BROKEN_LIMIT_MS:-200}
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

# Nothing is inherited that changes the output, and no plugin is known from an earlier run: a dry-run
# remembers nothing, so each one inspects them all, as a user's first run does.
cache=$(mktemp -d)
trap 'rm -rf -- "$cache"' EXIT
export XDG_CACHE_HOME=$cache
unset TSFLOW_PLUGIN_PATH TSFLOW_BROKEN_UNSET
export NO_COLOR=1 TSFLOW_BROKEN_SET=set

now_ms() { echo $(($(date +%s%N) / 1000000)); }

# Prints what `tsflow validate` says of a file; its exit code is the last line.
validate() {
    "$tsflow" validate --plugin-dir "$plugins" "$1" 2>&1 >/dev/null | sed "s|^$1:|FILE:|"
    echo "exit ${PIPESTATUS[0]}"
}

files=(*.toml)
failures=0
fail() {
    echo "$1"
    failures=$((failures + 1))
}

for file in "${files[@]}"; do
    expected=${file%.toml}.expected
    # A loaded machine may slow one try down, not three.
    for _ in 1 2 3; do
        start=$(now_ms)
        actual=$(validate "$file")
        took_ms=$(($(now_ms) - start))
        ((took_ms <= limit_ms)) && break
    done
    ((took_ms <= limit_ms)) || fail "$file: took $took_ms ms, more than $limit_ms, in three tries"
    if [[ $update == --update ]]; then
        echo "$actual" >"$expected"
    elif [[ ! -f $expected ]]; then
        fail "$file: $expected is missing; write it with --update, then read it"
    elif ! difference=$(diff "$expected" <(echo "$actual")); then
        fail "$file: other output than expected (<):"$'\n'"$difference"
    fi
done

for expected in *.expected; do
    [[ -f ${expected%.expected}.toml ]] || fail "$expected: there is no such pipeline file"
done

echo "${#files[@]} files, $failures failures"
((failures == 0))
