#!/usr/bin/env bash
# Installs tsflow to a folder of its own; there, `tsflow new plugin` writes a plugin of each kind, which is
# built, tested and run with nothing but the installed package.
#
#   consumer.sh BUILD_DIR
set -euo pipefail

build=$1
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
prefix=$work/prefix
unset TSFLOW_PLUGIN_PATH
export XDG_CACHE_HOME=$work/cache

cmake --install "$build" --prefix "$prefix" > "$work/install.log" || {
    cat "$work/install.log"
    exit 1
}
tsflow=$prefix/bin/tsflow

# The plugins that came with it are found beside it.
"$tsflow" plugins list > "$work/list.txt"
for type in blackhole console csv dedupe filter flat_file generator jsonl resample sqlite; do
    grep -q "^$type " "$work/list.txt" || {
        echo "the installed tsflow does not find '$type':"
        cat "$work/list.txt"
        exit 1
    }
done

generator=()
if command -v ninja > /dev/null; then
    generator=(-G Ninja)
fi
for kind in source transform sink; do
    name=my_$kind
    start=$SECONDS
    "$tsflow" new plugin "$name" --kind "$kind" --dir "$work"
    cmake -S "$work/$name" -B "$work/$name/build" "${generator[@]}" -DCMAKE_PREFIX_PATH="$prefix" \
        > "$work/configure.log" || {
        cat "$work/configure.log"
        exit 1
    }
    cmake --build "$work/$name/build" > "$work/build.log" || {
        cat "$work/build.log"
        exit 1
    }
    ctest --test-dir "$work/$name/build" --output-on-failure > "$work/ctest.log" || {
        cat "$work/ctest.log"
        exit 1
    }
    "$tsflow" run "$work/$name/pipeline.toml" --plugin-dir "$work/$name/build/plugins" \
        > "$work/$name.out"
    [[ -s $work/$name.out ]] || {
        echo "the pipeline of $name printed nothing"
        exit 1
    }
    echo "$name: written, built, tested and run in $((SECONDS - start)) s"
done

# A folder that is there already is not written into.
if "$tsflow" new plugin my_source --kind source --dir "$work" 2> "$work/error.txt"; then
    echo "an existing folder was overwritten"
    exit 1
fi
grep -q "is already there" "$work/error.txt"
if "$tsflow" new plugin My-Source --kind source --dir "$work" 2> "$work/error.txt"; then
    echo "a name that cannot be a type was taken"
    exit 1
fi
grep -q "cannot name a node type" "$work/error.txt"
