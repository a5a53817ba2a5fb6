#!/usr/bin/env bash
# reproducible.sh BUILD: the same sources in another directory give the same programs and libraries,
# byte for byte.
set -eu -o pipefail
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/elsewhere"
tar -c --exclude=./.git --exclude='./build*' . | tar -x -C "$work/elsewhere"
cmake -S "$work/elsewhere" -B "$work/made" -G Ninja -DCMAKE_C_COMPILER=gcc -DLEDGER_TESTS=OFF
cmake --build "$work/made" -j 2

status=0
for file in "$work"/made/bin/ledger-* "$work"/made/lib/libledger*; do
    cmp "$file" "$build/${file#"$work"/made/}" || status=1
done
exit "$status"
