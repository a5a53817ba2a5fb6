#!/usr/bin/env bash
# install.sh BUILD: what is installed can be used: by pkg-config and by CMake, from C and from C++,
# shared and static. The consumer is the example that opens ledger.h, taken out of its comment.
set -eu -o pipefail
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
cmake --install "$build" --prefix "$prefix" >"$work/install.log"

awk '/^ \* Example:/ { inside = 1; next }
     inside && /^ \*\// { exit }
     inside { sub(/^ \*( {5})?/, ""); print }' "$prefix/include/ledger/ledger.h" >"$work/example.c"
grep -q ledger_proof_check "$work/example.c"

cat >"$work/all.c" <<'END'
#include "ledger/ledger.h"
END
for header in "$prefix"/include/ledger-keys/keys/*.h; do
    [ -e "$header" ] && printf '#include "keys/%s"\n' "$(basename "$header")" >>"$work/all.c"
done
echo 'int main(void) { return ledger_status_token(LEDGER_OK) == NULL; }' >>"$work/all.c"
sed 's/(void)/()/' "$work/all.c" >"$work/all.cc"

libdir=$(dirname "$(find "$prefix" -name libledger.pc)")/..
export PKG_CONFIG_PATH=$libdir/pkgconfig
export LD_LIBRARY_PATH=$libdir
warnings=(-Wall -Wextra -Werror)

flags() { # PKG-CONFIG-ARGUMENT...: pkg-config's words, one a line
    pkg-config "$@" | xargs -n1
}
says_no() { # PROGRAM: refuses what is no proof, and says so
    local answer code=0
    answer=$("$1" "$work/all.c" "$work/all.c") || code=$?
    echo "$1: $answer"
    [ "$code" -eq 1 ] && [[ $answer == bad-policy:* ]]
}
says_too_long() { # PROGRAM: does not judge the beginning of a file that is too long
    local answer code=0
    head -c 300000 /dev/zero >"$work/long"
    answer=$("$1" "$work/all.c" "$work/long" 2>&1) || code=$?
    echo "$1: $answer"
    [ "$code" -eq 2 ] && [[ $answer == *"too long"* ]]
}

echo "== pkg-config, shared"
mapfile -t ledger < <(flags --cflags --libs libledger)
mapfile -t keys < <(flags --cflags --libs libledger-keys)
gcc -std=c17 "${warnings[@]}" -o "$work/shared" "$work/example.c" "${ledger[@]}"
says_no "$work/shared"
says_too_long "$work/shared"
gcc -std=c17 "${warnings[@]}" -o "$work/keys" "$work/all.c" "${keys[@]}"
"$work/keys"
g++ -std=c++17 "${warnings[@]}" -o "$work/keys++" "$work/all.cc" "${keys[@]}"
"$work/keys++"

echo "== pkg-config, static"
mapfile -t ledger < <(flags --cflags --libs --static libledger | sed 's/^-lledger$/-l:libledger.a/')
gcc -std=c17 "${warnings[@]}" -o "$work/static" "$work/example.c" "${ledger[@]}"
says_no "$work/static"

echo "== CMake"
mkdir "$work/consumer"
cat >"$work/consumer/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES C)
find_package(ledger 0.4 REQUIRED)
foreach(kind "" -static)
  add_executable(example${kind} ../example.c)
  target_link_libraries(example${kind} PRIVATE ledger::ledger${kind})
  add_executable(keys${kind} ../all.c)
  target_link_libraries(keys${kind} PRIVATE ledger::ledger-keys${kind})
endforeach()
END
cmake -S "$work/consumer" -B "$work/consumer/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_C_COMPILER=gcc
cmake --build "$work/consumer/build" -j 2
for kind in "" -static; do
    says_no "$work/consumer/build/example$kind"
    "$work/consumer/build/keys$kind"
done

echo "== installed files"
version=$(sed -n "s/^project(ledger VERSION \([0-9.]*\).*/\1/p" CMakeLists.txt)
[ -n "$version" ]
for program in "$build"/bin/ledger-*; do
    name=$(basename "$program")
    if [ "$name" != ledger-tests ] && [ -f "tools/$name.c" ]; then
        test -x "$prefix/bin/$name"
        "$prefix/bin/$name" --version | grep -F " $version"
        "$prefix/bin/$name" --help >/dev/null
    fi
done
test ! -e "$prefix/include/ledger/store"
if grep -rlF "$PWD" "$prefix"; then
    echo "files that name the directory they were built in"
    exit 1
fi
