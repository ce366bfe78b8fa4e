#!/usr/bin/env bash
# Builds the project into build/PRESET, installing what is missing first.
#
#   scripts/build.sh [PRESET] [TARGET…]
#
# PRESET is release (the default), dev, asan or tsan. The executable is build/PRESET/bin/tsflow, the
# plugins are in build/PRESET/plugins. TSFLOW_CMAKE_ARGS holds further arguments for configuring.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
help_if_asked "$@"

preset=${1:-release}
shift || true
case "$preset" in
    release | dev | asan | tsan) ;;
    *) die "unknown preset '$preset'; there are release, dev, asan and tsan" ;;
esac

if command -v dpkg-query >/dev/null; then
    scripts/setup.sh --build
fi

configure=(cmake --preset "$preset")
if command -v ninja >/dev/null; then
    configure+=(-G Ninja)
fi
if [[ -n ${TSFLOW_CMAKE_ARGS:-} ]]; then
    read -r -a more <<<"$TSFLOW_CMAKE_ARGS"
    configure+=("${more[@]}")
fi
build=build/$preset
if [[ ! -f $build/build.ninja && ! -f $build/Makefile ]] || [[ -n ${TSFLOW_CMAKE_ARGS:-} ]]; then
    log=$(mktemp)
    trap 'rm -f -- "$log"' EXIT
    "${configure[@]}" >"$log" 2>&1 || {
        cat -- "$log" >&2
        die "configuring failed"
    }
fi

targets=()
if (($# > 0)); then
    targets=(--target "$@")
fi
cmake --build "$build" --parallel "$(nproc)" "${targets[@]}" >&2
