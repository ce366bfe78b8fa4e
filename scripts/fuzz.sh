#!/usr/bin/env bash
# Fuzzes all entry points that take bytes from outside, one after the other, under AddressSanitizer and
# UndefinedBehaviorSanitizer. Inputs that cover more are collected in build/fuzz/corpus; one that finds
# something is kept in build/fuzz/found, and belongs into the corpus of its target once that is mended.
#
#   scripts/fuzz.sh [SECONDS [NAME…]]   SECONDS for each (default: 600); NAME as in `fuzz_NAME`
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
help_if_asked "$@"

command -v clang++ >/dev/null || die "clang++ is missing; scripts/setup.sh installs it"
seconds=${1:-600}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || die "'$seconds' is no number of seconds; see --help"
shift || true

generator=()
if command -v ninja >/dev/null; then
    generator=(-G Ninja)
fi
cmake --preset asan "${generator[@]}" -B build/fuzz -DCMAKE_CXX_COMPILER=clang++ -DTSFLOW_FUZZ=ON \
    -DTSFLOW_TESTS=OFF -DTSFLOW_SANITIZE=fuzzer-no-link,address,undefined >&2
cmake --build build/fuzz --target fuzzers --parallel "$(nproc)" >&2

failures=()
while read -r target seeds; do
    name=${target#fuzz_}
    if (($# > 0)) && [[ " $* " != *" $name "* ]]; then
        continue
    fi
    note "$name for $seconds s"
    mkdir -p "build/fuzz/corpus/$name" "build/fuzz/found/$name"
    "build/fuzz/bin/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -max_len=8192 \
        -print_final_stats=1 -verbosity=0 -artifact_prefix="build/fuzz/found/$name/" \
        "build/fuzz/corpus/$name" "$seeds" || failures+=("$name")
done <build/fuzz/fuzzers.txt

if ((${#failures[@]} > 0)); then
    die "found something: ${failures[*]}; see build/fuzz/found"
fi
note "nothing found"
