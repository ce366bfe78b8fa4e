#!/usr/bin/env bash
# Puts the library of indicators to R's TTR, pandas, SQLite and technicalindicators over all of the real
# data; the test suite does so over a part of it. Takes some minutes.
#
#   scripts/verify_analytics.sh   the data is in $TSFLOW_DATA, or in ../shared/data beside the project
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
help_if_asked "$@"

if command -v dpkg-query >/dev/null; then
    scripts/setup.sh
fi
generator=()
if command -v ninja >/dev/null; then
    generator=(-G Ninja)
fi
cmake --preset release "${generator[@]}" >&2
cmake --build build/release --parallel "$(nproc)" --target indicator_values >&2
tests/oracles/run.sh build/release/bin/indicator_values "$PWD/build/release/verify_analytics"
