#!/usr/bin/env bash
# Builds the release preset and runs every check and every test but the slow ones; the CI runs this.
#
#   scripts/test.sh
#
# The last line counts checks and tests: `N passed, N failed, N skipped`. Exits with 1 when one failed.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
help_if_asked "$@"

passed=0
failed=0
skipped=0

check() { # NAME COMMAND…
    local name=$1
    shift
    local start=$SECONDS
    if "$@"; then
        passed=$((passed + 1))
        note "$name: passed in $((SECONDS - start)) s"
    else
        failed=$((failed + 1))
        note "$name: FAILED after $((SECONDS - start)) s"
    fi
}

summary() {
    printf '%s\n' "$passed passed, $failed failed, $skipped skipped"
    ((failed == 0))
}

if command -v dpkg-query >/dev/null; then
    scripts/setup.sh
fi

check "build" scripts/build.sh release
if ((failed > 0)); then
    summary
    exit 1
fi
check "format" scripts/format.sh --check
check "headers" scripts/check_headers.sh --sdk
check "includes" scripts/check_includes.sh
check "files" scripts/check_files.sh
mapfile -t shell_files < <(sources '*.sh' scripts tests plugins)
check "shellcheck" shellcheck -x -P scripts "${shell_files[@]}" .ci/run

report=build/release/tests.xml
rm -f -- "$report"
# Many tests wait more than they compute.
ctest --test-dir build/release --output-on-failure -j3 --label-exclude slow \
    --output-junit "${report##*/}" && ended_well=true || ended_well=false
if [[ ! -s $report ]]; then
    note "ctest ended without a report"
    failed=$((failed + 1))
else
    count() { # ATTRIBUTE of the testsuite element
        sed -n "/<testsuite/,/>/s/.*[[:blank:]]$1=\"\([0-9]*\)\".*/\1/p" "$report" | head -n 1
    }
    total=$(count tests)
    wrong=$(count failures)
    left_out=$(($(count skipped) + $(count disabled)))
    failed=$((failed + wrong))
    skipped=$((skipped + left_out))
    passed=$((passed + total - wrong - left_out))
    if ! $ended_well && ((wrong == 0)); then
        note "ctest failed, though no test of its report did: is one not built?"
        failed=$((failed + 1))
    fi
fi
summary
