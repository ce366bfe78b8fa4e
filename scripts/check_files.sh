#!/usr/bin/env bash
# Checks every file of the project: code files of at most 400 lines, no marks of unfinished work or of an
# unresolved merge, no paths of somebody's machine, no trailing blanks or tabs in C++, nothing huge.
#
#   scripts/check_files.sh
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
help_if_asked "$@"

most_lines=400
most_bytes=500000

problems=0
problem() {
    printf '%s\n' "$*" >&2
    problems=$((problems + 1))
}

# All that git tracks or would track; without git (an unpacked archive), all but build output.
if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    mapfile -t files < <(git ls-files --cached --others --exclude-standard)
else
    mapfile -t files < <(find . \( -name build -o -name var -o -name node_modules \) -prune -o \
        -type f -printf '%P\n')
fi

existing=()
for file in "${files[@]}"; do
    [[ -f $file ]] || continue
    existing+=("$file")
    bytes=$(stat -c %s -- "$file")
    if ((bytes > most_bytes)); then
        problem "$file: $bytes bytes; at most $most_bytes belong into the repository"
    fi
    case "$file" in
        *.hpp | *.cpp | *.sh | *.cmake | */CMakeLists.txt | *.py | *.mjs)
            lines=$(wc -l <"$file")
            if ((lines > most_lines)); then
                problem "$file: $lines lines; split it at $most_lines"
            fi
            ;;
    esac
done

forbid() { # REASON REGEX [PATHSPEC-REGEX]
    local reason=$1 pattern=$2 among=${3:-.}
    while IFS= read -r line; do
        problem "$line"
        problem "    $reason"
    done < <(printf '%s\n' "${existing[@]}" | grep -E "$among" |
        xargs -d '\n' grep -InE --exclude=package-lock.json -- "$pattern" || true)
}

# The brackets keep this file from finding itself.
forbid "a mark of unfinished work" '\b(TOD[O]|FIXM[E]|XX[X]|HAC[K])\b'
forbid "a mark of an unresolved merge" '^([<]{7}|[>]{7}|[=]{7})( |$)'
forbid "a path of somebody's machine" '(^|[^A-Za-z0-9_.~$}-])/(User[s]|roo[t]|wor[k])/[A-Za-z0-9_.]'
forbid "blanks at the end of a line" '[[:blank:]]+$' '\.(hpp|cpp|sh|cmake|toml)$|CMakeLists\.txt$'
forbid "a tab" $'\t' '\.(hpp|cpp|sh|cmake|toml)$'

if ((problems > 0)); then
    exit 1
fi
