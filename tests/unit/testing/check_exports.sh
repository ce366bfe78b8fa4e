#!/usr/bin/env bash
# The test kit carries host code inside; a symbol of it that leaked out would clash with a program that
# links the host itself.
set -euo pipefail

nm=$1
library=$2

symbols=$("$nm" -D --defined-only "$library" | awk '{ print $NF }')
if ! grep -q '^_ZN6tsflow7testing' <<<"$symbols"; then
    echo "$library exports nothing of tsflow::testing" >&2
    exit 1
fi
if leaked=$(grep -Ev '^_Z(N|NK|T.N)6tsflow7testing' <<<"$symbols"); then
    echo "$library exports more than tsflow::testing:" >&2
    echo "$leaked" >&2
    exit 1
fi
