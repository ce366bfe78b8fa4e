#!/usr/bin/env bash
# Builds a benchmark with optimisation into build/bench and runs it on one core; those with a server take all cores.
#
#   scripts/bench.sh               lists the benchmarks
#   scripts/bench.sh NAME [ARG…]   runs bench_NAME; TSFLOW_BENCH_CORE picks the core (default: the last)
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
help_if_asked "$@"

names() {
    local folder
    for folder in tests/bench/*/; do
        folder=$(basename "$folder")
        if [[ -e tests/bench/$folder/bench_$folder.cpp ]]; then
            printf '%s\n' "$folder"
        fi
    done
}

if (($# == 0)); then
    names
    exit 0
fi
name=$1
shift
[[ -e tests/bench/$name/bench_$name.cpp ]] || die "unknown benchmark '$name'; there are: $(names | paste -sd ' ')"

if command -v dpkg-query >/dev/null; then
    scripts/setup.sh --build --bench
fi
generator=()
if command -v ninja >/dev/null; then
    generator=(-G Ninja)
fi
cmake --preset release "${generator[@]}" -B build/bench -DTSFLOW_BENCH=ON -DTSFLOW_TESTS=OFF >&2
cmake --build build/bench --parallel "$(nproc)" --target "bench_$name" >&2

if [[ -x tests/bench/$name/prepare.sh ]]; then
    "tests/bench/$name/prepare.sh" "build/bench/$name" >&2
fi

pinned=()
core=${TSFLOW_BENCH_CORE:-$(($(nproc) - 1))}
if command -v taskset >/dev/null && taskset -c "$core" true 2>/dev/null; then
    pinned=(taskset -c "$core")
fi
exec "${pinned[@]}" "build/bench/bin/bench_$name" "$@"
