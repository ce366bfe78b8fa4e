#!/usr/bin/env bash
# prepare.sh WORK: installs DuckDB into WORK and builds TA-Lib's and Tulip's C code there, libpeers.so, all from the
# npm packages that carry them. Without npm or a way to the packages the benchmark goes without, and says so.
set -euo pipefail
work=$1
here=$(dirname -- "${BASH_SOURCE[0]}")

mkdir -p "$work"
cp "$here/pass.mjs" "$here/pass.sql" "$work"
if [[ -e $work/libpeers.so ]] && cmp -s "$here/package-lock.json" "$work/built.lock"; then
    exit 0
fi
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$work"
cd -- "$work"
npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1 || exit 0
talib=node_modules/talib/src/lib
# Only what is called, and what that needs; the optimisation is the benchmark's own.
gcc -O2 -w -fPIC -shared -o libpeers.so -I"$talib/include" -I"$talib/src/ta_common" \
    -Inode_modules/tulind/external \
    "$talib"/src/ta_func/ta_{SMA,EMA,ATR,RSI,TRANGE,MAX,ROC,utility}.c "$talib"/src/ta_common/ta_{global,retcode,version}.c \
    node_modules/tulind/external/tiamalgamation.c -lm
cp package-lock.json built.lock
