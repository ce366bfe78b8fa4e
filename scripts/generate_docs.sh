#!/usr/bin/env bash
# Writes docs/plugins/TYPE.md for every node type in the build tree, from the plugins' own declarations,
# and removes the pages of types that are gone.
#
#   scripts/generate_docs.sh [--check] [BUILD_FOLDER]    default: build/release
#
# With --check it writes nothing, shows what differs, and exits with 1 when anything does.
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
help_if_asked "$@"

check=false
if [[ ${1:-} == --check ]]; then
    check=true
    shift
fi
build=${1:-build/release}
tsflow=$build/bin/tsflow
[[ -x $tsflow ]] || die "there is no $tsflow; build it first, with scripts/build.sh"

# Only what this build tree holds.
unset TSFLOW_PLUGIN_PATH

pages=$(mktemp -d)
trap 'rm -rf -- "$pages"' EXIT

list=$("$tsflow" plugins list)
if grep -q '^Refused:' <<<"$list"; then
    printf '%s\n' "$list" >&2
    die "plugins of $build were refused; their pages cannot be written"
fi
mapfile -t types < <(awk 'NR > 1 { print $1 }' <<<"$list")
((${#types[@]} > 0)) || die "$build holds no plugins"
for type in "${types[@]}"; do
    "$tsflow" plugins describe "$type" --markdown >"$pages/$type.md"
done

if $check; then
    diff -ru docs/plugins "$pages" ||
        die "docs/plugins is not what the plugins declare; run scripts/generate_docs.sh"
else
    mkdir -p docs/plugins
    rm -f docs/plugins/*.md
    cp -- "$pages"/*.md docs/plugins/
fi
