#!/usr/bin/env bash
# Starts a PostgreSQL server of its own in a temporary folder, prints its URL as the first line, and stops
# it and removes the folder when standard input ends, so that it never outlives the test that started it.
# Listens on a Unix socket in that folder alone. Exits with 77, for "skipped", when there is no server.
#
#   exec {keep}> >(tests/postgres/start.sh)
#   exec {keep}> >(tests/postgres/start.sh durable)      the same, syncing to the disk what it commits
#   exec {keep}> >(tests/postgres/start.sh timescale)    the same with the TimescaleDB extension
#   exec {keep}> >(tests/postgres/start.sh tls FOLDER)   listens on a free port of 127.0.0.1 as well, over TLS alone,
#                                                        with server.crt and server.key of that folder, and asks
#                                                        the role by_certificate for one signed by right.crt
#
# Lines on standard input are commands: `kill` ends the server and its backends at once, `start` starts it again
# on the same data. Each is answered by `done`.
#
# With `timescale`, TSFLOW_TIMESCALE_BIN may name the folder of `initdb` and `postgres` of an installation that
# has the extension. Without, the server is that of tests/pglite.
set -euo pipefail

skip() {
    printf 'skipped: %s\n' "$*" >&2
    exit 77
}

find_programs() {
    if $timescale; then
        printf '%s\n' "$TSFLOW_TIMESCALE_BIN"
    elif command -v initdb >/dev/null; then
        dirname -- "$(readlink -f -- "$(command -v initdb)")"
    else
        # Debian keeps them by version, off the PATH.
        printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1
    fi
}
timescale=false
if [[ ${1-} == timescale ]]; then
    timescale=true
    if [[ -z ${TSFLOW_TIMESCALE_BIN-} ]]; then
        exec "${BASH_SOURCE[0]%/*}/../pglite/start.sh"
    fi
fi
durable=false
[[ ${1-} == durable ]] && durable=true
certificates=
[[ ${1-} == tls ]] && certificates=$2
programs=$(find_programs)
[[ -x $programs/initdb ]] || skip "PostgreSQL is not installed (Debian: postgresql-15)"

folder=$(mktemp -d "${TMPDIR:-/tmp}/tsflow-postgres.XXXXXX")
# A server refuses to run as root. Whoever it runs as, the kernel ends it with this script.
as_server=(setpriv --pdeathsig INT)
if ((EUID == 0)); then
    user=postgres
    id -u "$user" >/dev/null 2>&1 || user=nobody
    as_server+=(--reuid "$user" --regid "$(id -g "$user")" --clear-groups)
    chown "$user" "$folder"
fi

server=
stop() {
    if [[ -n $server ]]; then
        kill -QUIT "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf -- "$folder"
}
trap stop EXIT
trap 'exit 1' INT TERM HUP

cd -- "$folder"
"${as_server[@]}" "$programs/initdb" -D "$folder/data" -U tsflow -A trust -E UTF8 --locale=C --no-sync \
    >"$folder/log" 2>&1 || {
    cat "$folder/log" >&2
    exit 1
}
settings=(-c listen_addresses=)
if ! $durable; then
    # The data need not outlive the machine.
    settings+=(-c fsync=off -c full_page_writes=off)
fi
if $timescale; then
    settings+=(-c shared_preload_libraries=timescaledb -c timescaledb.telemetry_level=off
        -c max_worker_processes=16)
fi
if [[ -n $certificates ]]; then
    install -o "$(stat -c %U "$folder/data")" -m 600 "$certificates"/server.{crt,key} "$folder/data"
    cp -- "$certificates/right.crt" "$folder"
    settings+=(-c listen_addresses=127.0.0.1 -c ssl=on -c "ssl_ca_file=$folder/right.crt")
    printf '%s\n' 'local all all trust' 'hostssl all by_certificate 127.0.0.1/32 cert' \
        'hostssl all all 127.0.0.1/32 trust' >"$folder/data/pg_hba.conf"
fi
# Of a server that listens: one below those that the kernel gives away itself.
any_port() { printf '%s\n' $((10000 + RANDOM % 20000)); }
export PGPORT=5432
if [[ -n $certificates ]]; then
    PGPORT=$(any_port)
fi
start_server() {
    "${as_server[@]}" "$programs/postgres" -D "$folder/data" -k "$folder" "${settings[@]}" \
        </dev/null >>"$folder/log" 2>&1 &
    server=$!
}
start_server

query() { # DATABASE SQL
    "$programs/psql" -q -h "$folder" -U tsflow -d "$1" -v ON_ERROR_STOP=1 -c "$2"
}
ready() {
    query postgres 'CREATE DATABASE test' >/dev/null 2>&1
}
deadline=$((SECONDS + 120))
until ready; do
    if [[ -n $certificates ]] && ! kill -0 "$server" 2>/dev/null && grep -q 'could not bind' "$folder/log"; then
        : >"$folder/log"
        PGPORT=$(any_port)
        start_server
    elif ! kill -0 "$server" 2>/dev/null || ((SECONDS > deadline)); then
        cat "$folder/log" >&2
        exit 1
    fi
    sleep 0.05
done
if $timescale; then
    query test 'CREATE EXTENSION timescaledb' >>"$folder/log" 2>&1 || {
        cat "$folder/log" >&2
        exit 1
    }
fi
if [[ -n $certificates ]]; then
    printf 'postgresql://tsflow@/test?host=%s&port=%s\n' "$folder" "$PGPORT"
else
    printf 'postgresql://tsflow@/test?host=%s\n' "$folder"
fi
# Each command is answered by a line when it is done.
while read -r command; do
    case "$command" in
        kill)
            # The backends too: as a crash of the machine would, in place of their own orderly end. Stopped
            # first, so that none is born meanwhile, which would hold on to the memory that they share.
            kill -STOP "$server" 2>/dev/null || true
            backends=$(pgrep -P "$server" || true)
            # shellcheck disable=SC2086
            kill -KILL "$server" $backends 2>/dev/null || true
            wait "$server" 2>/dev/null || true
            # shellcheck disable=SC2086
            while [[ -n $backends ]] && kill -0 $backends 2>/dev/null; do
                sleep 0.01
            done
            server=
            ;;
        start)
            if [[ -z $server ]] || ! kill -0 "$server" 2>/dev/null; then
                start_server
            fi
            deadline=$((SECONDS + 120))
            until "$programs/pg_isready" -q -h "$folder"; do
                if ! kill -0 "$server" 2>/dev/null || ((SECONDS > deadline)); then
                    cat "$folder/log" >&2
                    exit 1
                fi
                sleep 0.05
            done
            ;;
    esac
    # Whoever reads no further than the first line must not end this by that.
    printf 'done\n' 2>/dev/null || true
done
