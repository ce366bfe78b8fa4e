#!/usr/bin/env bash
# Runs clang-tidy, with the checks of .clang-tidy, over the sources of core/ and plugins/, their
# headers with them.
#
#   scripts/tidy.sh                  over all of them
#   scripts/tidy.sh --changed [REF]  over those that differ from REF (default: origin/HEAD, or HEAD)
#   scripts/tidy.sh FILE…            over these
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
help_if_asked "$@"

command -v clang-tidy >/dev/null || die "clang-tidy is missing; scripts/setup.sh installs it"
# Only configured, for the compiler's flags; GCC's precompiled headers are nothing for clang.
build=build/tidy
generator=()
if command -v ninja >/dev/null; then
    generator=(-G Ninja)
fi
cmake --preset release "${generator[@]}" -B "$build" -DTSFLOW_UNITY=OFF -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON \
    -DTSFLOW_TESTS=OFF >/dev/null

if [[ ${1:-} == --changed ]]; then
    ref=${2:-$(git rev-parse --verify --quiet origin/HEAD || echo HEAD)}
    mapfile -t files < <(git diff --name-only --diff-filter=d "$ref" -- 'core/*.cpp' 'plugins/*.cpp' |
        grep -v /tests/ || true)
elif (($# > 0)); then
    files=("$@")
else
    mapfile -t files < <(sources '*.cpp' core/src plugins | grep -v /tests/)
fi

# Only what the build compiles: a source that no target lists has no flags to check it with.
known=()
for file in "${files[@]}"; do
    if grep -qF -- "\"file\": \"$PWD/$file\"" "$build/compile_commands.json"; then
        known+=("$file")
    fi
done
if ((${#known[@]} == 0)); then
    exit 0
fi
note "clang-tidy over ${#known[@]} files"
printf '%s\0' "${known[@]}" |
    xargs -0 -P "$(nproc)" -n 1 -- clang-tidy --quiet -p "$build" --warnings-as-errors='*' \
        --extra-arg=-Wno-unknown-warning-option
