#!/usr/bin/env bash
# Converts each NAME.env of this folder, compares with NAME.toml and, for what is told on standard error,
# NAME.stderr, and puts the pipeline to `tsflow validate`.
#
#   tests/check.sh TSFLOW-IMPORT-ENV TSFLOW
set -euo pipefail

tool=$1
tsflow=$2
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
failed=0
fail() {
    printf 'FAILED: %s\n' "$*"
    failed=1
}

for env in "$here"/*.env; do
    name=$(basename -- "$env" .env)
    "$tool" "$env" -o "$folder/$name.toml" 2>"$folder/$name.stderr" || fail "$name: exit code $?"
    diff -u "$here/$name.toml" "$folder/$name.toml" || fail "$name: another pipeline"
    expected=$here/$name.stderr
    [[ -e $expected ]] || expected=/dev/null
    diff -u "$expected" "$folder/$name.stderr" || fail "$name: other warnings"
    XDG_CACHE_HOME=$folder "$tsflow" validate --env-file "$env" "$folder/$name.toml" \
        >"$folder/plan" 2>&1 || {
        cat "$folder/plan"
        fail "$name: tsflow validate refuses the pipeline"
    }
done

# What goes wrong.
expect() { # CODE TEXT ARGUMENT…
    local code=$1 text=$2 got=0
    shift 2
    "$tool" "$@" >"$folder/out" 2>"$folder/err" || got=$?
    [[ $got == "$code" ]] || fail "'$*': exit code $got instead of $code"
    grep -qF -- "$text" "$folder/err" || fail "'$*': no '$text' in: $(cat "$folder/err")"
    [[ ! -s $folder/out ]] || fail "'$*': something on standard output"
}
expect 1 "is there already; remove it" "$here/single.env" -o "$folder/single.toml"
expect 1 "cannot be written" "$here/single.env" --output "$folder/none/x.toml"
expect 1 "nowhere.env" "$folder/nowhere.env"
printf 'A=1\noops\n' >"$folder/bad.env"
expect 1 "bad.env:2: expected NAME=value" "$folder/bad.env"
expect 2 "the FILE.env is missing"
expect 2 "one FILE.env is enough" a.env b.env
expect 2 "did you mean '--output'?" a.env --outpt x
"$tool" --help | grep -q "Usage: tsflow import-env" || fail "no help"
"$tool" "$here/single.env" 2>/dev/null | diff - "$here/single.toml" || fail "standard output differs"
exit "$failed"
