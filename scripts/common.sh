# shellcheck shell=bash
# What all scripts share; sourced, never run. Leaves the caller in the project's root.

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." || exit 1

# Prints the comment at the head of the calling script, when its first argument asks for it.
help_if_asked() {
    case "${1:-}" in
        -h | --help)
            sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$script"
            exit 0
            ;;
    esac
}

note() {
    printf '%s\n' "== $*" >&2
}

die() {
    printf '%s\n' "${script##*/}: $*" >&2
    exit 1
}

# The C++ files of the project, one a line; `sources '*.hpp' core/src` only some of them.
sources() {
    local pattern=$1
    shift
    find "$@" -name node_modules -prune -o -type f -name "$pattern" -print | LC_ALL=C sort
}

script=$0
case "$script" in
    /*) ;;
    *) script=$OLDPWD/$script ;;
esac
