#!/usr/bin/env bash
# Installs the Debian 12 packages that tsflow needs; does nothing when all are there.
#
#   scripts/setup.sh            to build, test and check
#   scripts/setup.sh --build    only to build and run
#   scripts/setup.sh --checks   all of it and what scripts/check_all.sh needs beside it
#   scripts/setup.sh --bench    all of it and the peers that benchmarks compare with
#   scripts/setup.sh --missing  installs nothing; prints the packages that are missing, one a line
set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
help_if_asked "$@"

# The one list of packages.
build_packages=(
    # compiler and build
    build-essential cmake ninja-build ccache mold lld git pkg-config ca-certificates
    # libraries of the host: plugin loading, TOML, JSON, command line, formatting, compressed journals
    libboost1.81-dev libtomlplusplus-dev nlohmann-json3-dev libcli11-dev libfmt-dev libzstd-dev
    # libraries of plugins: time zones, gzip, SQLite, PostgreSQL, JSON of the feed, TLS
    libhowardhinnant-date-dev tzdata zlib1g-dev libsqlite3-dev libpqxx-dev libpq-dev
    libsimdjson-dev libssl-dev
    # tests are part of a plain build; the demo looks at its rows
    catch2 sqlite3
)
test_packages=(
    # tests: the program as its users run it, with Python's standard library as the oracle; what a
    # dry-run opens
    python3 strace
    # another calendar of the exchanges; other people's indicators
    quantlib-python r-base-core r-cran-ttr r-cran-timedate python3-pandas
    # a server of the tests' own; certificates for TLS on loopback
    postgresql-15 openssl
    # checks of the source; fuzzing
    clang-format clang-tidy shellcheck clang
)
check_packages=(
    # what the slow tests look through and at: the page, the terminal, the rules for Prometheus
    chromium tmux prometheus
)
bench_packages=(
    # peers for the cost of a hop
    libtbb-dev libgstreamer1.0-dev gstreamer1.0-tools
    # peers of the feed's client, and of the sink
    python3-websockets python3-psycopg
)

install=true
wanted=("${build_packages[@]}" "${test_packages[@]}")
for option in "$@"; do
    case "$option" in
        --build) wanted=("${build_packages[@]}") ;;
        --checks) wanted+=("${check_packages[@]}") ;;
        --bench) wanted+=("${bench_packages[@]}") ;;
        --missing) install=false ;;
        *) die "unknown option '$option'; see --help" ;;
    esac
done

if ! command -v dpkg-query >/dev/null; then
    die "this is no Debian; install the counterparts of: ${wanted[*]}"
fi

# Another provider's node is as good as Debian's: it makes the dashboard, and runs packages that tests compare
# with.
for tool in node npm; do
    if ! command -v "$tool" >/dev/null; then
        wanted+=("${tool/%node/nodejs}")
    fi
done

missing=()
installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null |
    sed -n 's/^installed //p' || true)
for package in "${wanted[@]}"; do
    if ! grep -qxF -- "$package" <<<"$installed"; then
        missing+=("$package")
    fi
done

if ((${#missing[@]} == 0)); then
    exit 0
fi
if ! $install; then
    printf '%s\n' "${missing[@]}"
    exit 0
fi

as_root=()
if ((EUID != 0)); then
    command -v sudo >/dev/null ||
        die "must be root, or have sudo, to install: ${missing[*]}"
    as_root=(sudo)
fi
note "installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
