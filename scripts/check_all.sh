#!/usr/bin/env bash
# Everything: test.sh, then the slow tests, clang-tidy, the whole suite under AddressSanitizer with
# UndefinedBehaviorSanitizer and under ThreadSanitizer, and fuzzing. Takes long; all parts run, also behind
# one that failed.
#
#   scripts/check_all.sh   TSFLOW_FUZZ_SECONDS: how long each entry point is fuzzed (default: 600)
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
help_if_asked "$@"

failures=()
part() { # NAME COMMAND…
    local name=$1
    shift
    note "$name"
    "$@" || failures+=("$name")
}

# Leaks are looked for in the programs of the unit tests and of the feed's: when tsflow has loaded all plugins,
# LeakSanitizer's own tracer may crash at its end ("Tracer caught signal 11"), so `broken` and acceptance_* go without.
sanitized() { # PRESET
    scripts/build.sh "$1" &&
        ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1 \
        UBSAN_OPTIONS=print_stacktrace=1 \
        TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1 \
            ctest --test-dir "build/$1" --output-on-failure -j2 --timeout 1500
}

if command -v dpkg-query >/dev/null; then
    scripts/setup.sh --checks
fi
part "test.sh" scripts/test.sh
part "headers" scripts/check_headers.sh
part "slow tests" ctest --test-dir build/release --output-on-failure -j2 --label-regex slow \
    --no-tests=ignore
part "clang-tidy" scripts/tidy.sh
part "asan" sanitized asan
part "tsan" sanitized tsan
part "fuzz" scripts/fuzz.sh "${TSFLOW_FUZZ_SECONDS:-600}"

if ((${#failures[@]} > 0)); then
    printf '%s\n' "failed: ${failures[*]}" >&2
    exit 1
fi
note "all passed"
