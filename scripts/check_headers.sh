#!/usr/bin/env bash
# Compiles every header alone, so that each includes all that it needs: the SDK's with nothing but the
# SDK in the path, the host's and the plugins' with their own folders.
#
#   scripts/check_headers.sh [--sdk | HEADER…]
#
# With --sdk: those that plugins outside of this tree see.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
help_if_asked "$@"

# Called for one header each, in a shell of its own.
compile() {
    local header=$1
    local folders=(-I core/include)
    case "$header" in
        core/include/*) ;;
        core/src/*) folders+=(-I core/src) ;;
        plugins/*)
            # What CMake gives plugins and their tests: their own folder, the one of their kind, and those
            # of the libraries that plugins share.
            local own folder
            own=$(dirname -- "$header")
            folders+=(-I "$own" -I "$own/.." -I "$own/../..")
            for folder in plugins/market plugins/sinks plugins/market/*/ plugins/sources/massive/*/ plugins/sources/sql tests/postgres \
                plugins/market/tools/*/; do
                folders+=(-I "$folder")
            done
            [[ $header != plugins/market/tools/* ]] || folders+=(-I core/src) # tools may use the host
            ;;
        *) folders+=(-I core/src -I "$(dirname -- "$header")" -I tests) ;;
    esac
    "${CXX:-g++}" -std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wshadow -Werror \
        "${folders[@]}" -x c++ -include "$header" /dev/null || {
        printf '%s\n' "$header does not compile alone" >&2
        return 1
    }
}
export -f compile

if [[ ${1:-} == --sdk ]]; then
    mapfile -t headers < <(sources '*.hpp' core/include)
elif (($# > 0)); then
    headers=("$@")
else
    mapfile -t headers < <(sources '*.hpp' core plugins)
fi
# The single quotes are right: $1 belongs to the inner shell.
# shellcheck disable=SC2016
printf '%s\0' "${headers[@]}" | xargs -0 -P "$(nproc)" -n 1 -- bash -c 'compile "$1"' compile
