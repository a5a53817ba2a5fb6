#!/usr/bin/env bash
# run.sh - does a unit test execute every line and take every branch of the core? exceptions.txt lists
# what none does, with the reason; a LEDGER_ASSERT that fails is excluded by rule.
#
# The short tier builds the tree and what it stands on, and is strict. The full one builds all, also
# reports MC/DC if clang-19 and llvm-19 are here, and fails as long as anything is missing: it lists what.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"

here=$root/tests/trust/coverage
# Threads count, too: without atomic counters branches that were taken would be missing by chance.
flags=(-fprofile-instr-generate -fcoverage-mapping -fprofile-update=atomic)
version=
if [ "$tier" = full ]; then
    if command -v clang-19 llvm-cov-19 >/dev/null; then
        version=-19
        flags+=(-fcoverage-mcdc)
    else
        echo "skipped: MC/DC needs clang-19 (Debian packages clang-19 and llvm-19)"
    fi
fi

# measure RUNNER SUITE...: what these execute, into the file lcov
measure() {
    local suite
    rm -f "$work"/*.profraw
    cd "$root" || exit 2
    for suite in "${@:2}"; do
        LLVM_PROFILE_FILE=$work/$suite-%p.profraw "$1" "$suite" >"$work/out" 2>"$work/err" </dev/null ||
            { cd "$work" && fail "the suite $suite passes"; }
    done
    cd "$work" || exit 2
    llvm-profdata$version merge -sparse ./*.profraw -o all.profdata &&
        llvm-cov$version export -format=lcov -instr-profile=all.profdata "$1" >lcov
}

# small_runner SUITE...: the tree and what it stands on, and these suites
small_runner() {
    printf 'LEDGER_SUITE(%s)\n' "$@" >suites.inc
    local paths=("$root"/ledger/{base,tree}/*.c "$root/tests/runner.c" "$root"/tests/prefix_samples.c) libraries
    paths+=("${@/#/$root/tests/test_}")
    read -ra libraries < <(pkg-config --cflags --libs libcrypto libsodium cunit)
    printf '%s\n' "${paths[@]/%/.c}" | sed 's/\.c\.c$/.c/' >sources
    xargs -P 2 -n 3 clang -std=c17 -D_GNU_SOURCE -w -O1 -c -I "$root" -I . "${flags[@]}" <sources &&
        clang "${flags[@]}" ./*.o "${libraries[@]}" -o runner
}

if [ "$tier" = short ]; then
    suites=(tree tree_proof prefix_tree prefix_fold prefix_map encoding hash text timestamp json_line)
    covered=(ledger/tree/{tree,tree_proof,prefix_tree,prefix_fold}.c ledger/base/{encoding,timestamp}.c)
    small_runner "${suites[@]}" >out 2>err || fail "a build for coverage"
    runner=$work/runner
else
    build=$(dirname "$bin")/coverage
    covered=("ledger/base/*" "ledger/tree/*" "ledger/format/*" "ledger/law/*")
    run cmake -S "$root" -B "$build" -G Ninja "-DCMAKE_C_COMPILER=clang$version" \
        -DCMAKE_BUILD_TYPE=Debug -DLEDGER_WERROR=OFF "-DCMAKE_C_FLAGS=-O1 ${flags[*]}"
    [ "$status" -eq 0 ] && run ninja -C "$build" ledger-tests
    [ "$status" -eq 0 ] || fail "a build for coverage"
    runner=$build/bin/ledger-tests
    mapfile -t suites < <(sed -n 's/^LEDGER_SUITE(\(.*\))$/\1/p' "$build/tests/suites.inc")
fi

measure "$runner" "${suites[@]}" || fail "what the tests execute"
run python3 "$here/report.py" "$work/lcov" "${covered[@]}"
[ "$status" -eq 0 ] || fail "every line and branch is executed or excused"
ok "every line is executed and every branch taken, but those in exceptions.txt"
grep ^figure out

if [ -n "$version" ]; then
    # A figure, not a gate: most of what is missing are conditions that depend on each other.
    llvm-cov$version report -show-mcdc-summary -instr-profile=all.profdata "$runner" \
        "$root"/ledger/{base,tree,format,law} | awk '$1 == "TOTAL" { print "figure " $NF " MC/DC of the core" }'
fi

measure "$runner" "${suites[0]}" || fail "what one suite executes"
mv lcov some.lcov
control "a core of which one suite executes little" python3 "$here/report.py" "$work/some.lcov" "${covered[@]}"
