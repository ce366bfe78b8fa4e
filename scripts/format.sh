#!/usr/bin/env bash
# Formats all C++ files with clang-format 14 (Debian 12's), the version that .clang-format is written for.
#
#   scripts/format.sh          formats
#   scripts/format.sh --check  changes nothing; fails and names the places when something would change
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
help_if_asked "$@"

tool=$(command -v clang-format-14 || command -v clang-format || true)
[[ -n $tool ]] || die "clang-format is missing; scripts/setup.sh installs it"
version=$("$tool" --version)
[[ $version == *"version 14."* ]] || die "want clang-format 14, found: $version"

case "${1:-}" in
    "") action=(-i) ;;
    --check) action=(--dry-run --Werror) ;;
    *) die "unknown option '$1'; see --help" ;;
esac
{
    sources '*.hpp' core plugins tests
    sources '*.cpp' core plugins tests
} | xargs -P "$(nproc)" -n 25 -- "$tool" "${action[@]}"
