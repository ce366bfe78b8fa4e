#!/usr/bin/env bash
# Checks who includes what: each third-party header only in its few files, the SDK nothing but the
# standard library, plugins nothing of the host, and no word of markets in core/.
#
#   scripts/check_includes.sh
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
help_if_asked "$@"

# Third-party headers, and the files that may include them; both are regular expressions over the whole.
allowed=(
    'toml\+\+/.*        core/src/config/toml[a-z_]*\.cpp'
    'nlohmann/.*        core/src/(cli|config|plugins|runtime)/json_[a-z_]*\.cpp|.*/tests/.*|tests/.*'
    'CLI/.*             core/src/cli/args_?[a-z_]*\.cpp|core/src/cli/args_options\.hpp'
    'boost/dll.*        core/src/plugins/loader\.cpp'
    'zstd\.h            core/src/journal/compress\.cpp'
    'fmt/.*             core/src/.*\.cpp|core/src/cli/args_options\.hpp|tests/.*\.cpp'
    'sqlite3\.h         plugins/sinks/(sqlite|common/sqlite)/.*|plugins/sources/sql/.*|plugins/sinks/http/tests/.*|tests/.*'
    'simdjson\.h        plugins/market/massive/.*|tests/bench/.*'
    'libpq-fe\.h       plugins/sinks/common/postgres/connection\.cpp'
    'pqxx/.*            plugins/market/universe/postgres[a-z_]*\.cpp'
    'boost/(asio|beast|system|url).* plugins/(market|sources)/massive.*|plugins/sinks/http/(net|tests)/.*|core/src/control/(server|client)\.cpp|tests/bench/.*'
    'openssl/.*         plugins/(market|sources)/massive.*'
    'zlib\.h            plugins/sources/flat_file/.*|plugins/sinks/http/(api/request\.cpp|tests/.*)|tests/.*'
    'date/.*            plugins/transforms/resample/.*|plugins/market/calendar/.*|plugins/sources/sql/values\.cpp'
    'catch2/.*          .*/tests/.*|tests/.*|.*/fuzz/.*_test\.cpp|core/src/(testing/catch_main\.cpp|test_pch\.hpp)'
    'tbb/.*             tests/bench/.*'
    'gst/.*             tests/bench/.*'
)
# Of the system: only what has no counterpart in the standard library, and never in the SDK.
system='(arpa/inet|netinet/[a-z]+|dlfcn|fcntl|fnmatch|glob|malloc|poll|pthread|sched|semaphore|signal|spawn|stdlib|termios|unistd|sys/[a-z]+)\.h|cxxabi\.h'
# The standard library's headers have neither a dot nor a slash in their names.
standard='[a-z0-9_]+'
# What plugins may not reach into.
host='(cli|config|control|data|log|plugins|runtime|testing)/.*'

problems=0
problem() {
    printf '%s\n' "$*" >&2
    problems=$((problems + 1))
}

matches() { # TEXT REGEX: the whole text
    [[ $1 =~ ^($2)$ ]]
}

third_party_allowed() { # HEADER FILE
    local row
    for row in "${allowed[@]}"; do
        read -r header_pattern file_pattern <<<"$row"
        if matches "$1" "$header_pattern" && matches "$2" "$file_pattern"; then
            return 0
        fi
    done
    return 1
}

check_angle() { # FILE LINE HEADER
    if matches "$3" "$standard"; then
        return
    fi
    if [[ $1 == core/include/* ]]; then
        problem "$1:$2: SDK headers include only the standard library, and this is <$3>"
    elif ! matches "$3" "$system" && ! third_party_allowed "$3" "$1"; then
        problem "$1:$2: <$3> is not allowed here; scripts/check_includes.sh lists where it is"
    fi
}

check_quoted() { # FILE LINE HEADER
    case "$1" in
        core/include/*)
            [[ $3 == tsflow/* ]] || problem "$1:$2: SDK headers include only each other, and this is \"$3\""
            ;;
        plugins/market/tools/*) ;; # programs, which may use the host's libraries
        plugins/*)
            if matches "$3" "$host" && [[ -e core/src/$3 ]]; then
                problem "$1:$2: plugins see only the SDK, and \"$3\" is the host's own"
            fi
            ;;
    esac
}

while IFS=: read -r file line text; do
    if [[ $text =~ \#include[[:space:]]*\<([^\>]+)\> ]]; then
        check_angle "$file" "$line" "${BASH_REMATCH[1]}"
    elif [[ $text =~ \#include[[:space:]]*\"([^\"]+)\" ]]; then
        check_quoted "$file" "$line" "${BASH_REMATCH[1]}"
    fi
done < <(grep -rnE --include='*.hpp' --include='*.cpp' --exclude-dir=node_modules \
    '^[[:space:]]*#[[:space:]]*include' core plugins tests)

# An SVG's <polygon> is no vendor.
while IFS= read -r line; do
    problem "$line"
    problem "    core/ knows nothing of markets: this belongs to plugins/"
done < <(grep -rniE 'massive|ohlcv|ticker|(^|[^<])polygon' core || true)

if ((problems > 0)); then
    exit 1
fi
