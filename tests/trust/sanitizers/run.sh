#!/usr/bin/env bash
# run.sh - memory errors, races and what two analysers and a linter find: see README.md.
#
# (The address and undefined-behaviour sanitizers run over every test in tests/run.sh.) The short tier
# reads golden ledgers and proofs under memcheck. The full one adds memcheck over the core's unit tests
# and every golden fixture, the thread sanitizer, and three programs that read the sources.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"

here=$root/tests/trust/sanitizers
fixtures=$root/fixtures

# missing COMMAND PACKAGE: says that a part is skipped
missing() {
    command -v "$1" >/dev/null && return 1
    echo "skipped: $1 is not here (Debian package $2)"
}

# plant NAME: a program of ours that is wrong on purpose
plant() {
    "${CC:-cc}" -g -O0 -w "${@:2}" "$here/plant_$1.c" -o "$work/plant_$1" -pthread || fail "plant $1"
}

# --- memcheck: bytes that nobody wrote, are not ours, or are lost ---

export LEDGER_SANDBOX=off # memcheck does not know its calls

memcheck() { # COMMAND...: exit status 1 for what memcheck finds, 0 for all the program may say itself
    local report=$work/memcheck exit_status=0
    valgrind -q --error-exitcode=97 --leak-check=full --show-leak-kinds=definite,indirect \
        --errors-for-leak-kinds=definite,indirect --track-fds=no --log-file="$report" \
        --suppressions="$here/valgrind.supp" "$@" </dev/null || exit_status=$?
    if [ "$exit_status" -eq 97 ] || [ "$exit_status" -gt 3 ] || [ -s "$report" ]; then
        cat "$report" >&2
        return 1
    fi
}

watched=0
clean() { # COMMAND...
    run memcheck "$@"
    [ "$status" -eq 0 ] || fail "memcheck has nothing to say about ${*##*/}"
    [ -s out ] || fail "${*##*/} says something"
    watched=$((watched + 1))
}

golden() { # NAME: reads a copy of a golden ledger
    rm -rf "$work/golden"
    cp -r "$fixtures/$1" "$work/golden" || exit 2
    chmod -R u+w "$work/golden"
    cd "$work/golden" || exit 2
}

if ! missing valgrind valgrind; then
    golden golden
    clean "$bin/ledger-verify" --policy policy proofs/appraisal-issue.proof
    sed '$s/[A-Z]/x/' proofs/appraisal-issue.proof >bad.proof
    clean "$bin/ledger-verify" --json --policy policy bad.proof
    clean "$bin/ledger-log" --no-lock --raw 0 ledger
    "$bin/ledger-publish" --no-lock ledger files >/dev/null || fail "a published ledger"
    clean "$bin/ledger-prove" --no-lock ledger 5
    if [ "$tier" = full ]; then
        for name in golden golden-rules golden-batch golden-matters; do
            golden "$name"
            "$bin/ledger-publish" --no-lock ledger files >/dev/null || fail "a published ledger"
            for form in --json --explain; do
                clean "$bin/ledger-verify" --no-lock "$form" --policy policy ledger
                clean "$bin/ledger-verify" "$form" --policy policy files
            done
            clean "$bin/ledger-verify" --jobs 4 --policy policy files
            clean "$bin/ledger-log" --no-lock ledger
            clean "$bin/ledger-stats" --no-lock --policy policy --csv ledger
            clean "$bin/ledger-check" --no-lock --policy policy ledger "$root/README.md"
            for proof in proofs/*; do
                clean "$bin/ledger-verify" --json --policy policy "$proof"
            done
        done
        cd "$root" || exit 2
        for path in ledger/{base,tree,format,law}/*.c; do
            suite=$(basename "$path" .c)
            grep -qx "LEDGER_SUITE($suite)" "$bin/../tests/suites.inc" || continue
            clean "$bin/ledger-tests" "$suite"
        done
        cd "$work" || exit 2
    fi
    ok "memcheck finds nothing in what reads golden ledgers, proofs and damaged ones"
    figure "$watched" runs under memcheck
    plant memory
    control "a byte nobody wrote decides, under memcheck" memcheck "$work/plant_memory" uninitialised
    control "memory that is lost, under memcheck" memcheck "$work/plant_memory" lost
fi
[ "$tier" = full ] || exit 0

# --- the thread sanitizer over what uses threads ---

threads=$(dirname "$bin")/tsan
race() { # COMMAND...
    TSAN_OPTIONS="exitcode=66 halt_on_error=1" "$@" || { [ $? -ne 66 ] || return 1; return 9; }
}
if ! missing clang clang; then
    run cmake -S "$root" -B "$threads" -G Ninja -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug \
        -DCMAKE_C_FLAGS="-O1 -fsanitize=thread"
    [ "$status" -eq 0 ] && run cmake --build "$threads"
    [ "$status" -eq 0 ] || fail "a build with the thread sanitizer"
    cd "$root" || exit 2
    for suite in ahead ahead_published audit audit_published; do
        race "$threads/bin/ledger-tests" "$suite" >"$work/out" 2>"$work/err" ||
            { cd "$work" && fail "no race in $suite"; }
        ok "no race in the suite $suite"
    done
    cd "$work" || exit 2
    run env TSAN_OPTIONS="exitcode=66 halt_on_error=1" bash "$root/tests/program_jobs.sh" "$threads/bin"
    [ "$status" -eq 0 ] || fail "no race in programs with --jobs"
    ok "no race in programs with --jobs"
    CC=clang plant race -fsanitize=thread
    control "two threads write the same, under the thread sanitizer" race "$work/plant_race"
fi

# --- what reads the sources ---

analysed() { # WHAT COMMAND...
    run python3 "$here/analyse.py" "${@:2}" "$bin/.."
    [ "$status" -eq 0 ] || fail "$1 reports nothing"
    ok "$1 reports nothing"
    grep ^figure out
    control "$1 finds what is planted" python3 "$here/analyse.py" "${@:2}" "$bin/.." "$here/plant_memory.c"
}

missing gcc gcc || analysed "gcc -fanalyzer" gcc
missing clang-tidy clang-tidy || analysed "clang-tidy with the static analyser of clang" clang-tidy
missing cppcheck cppcheck || analysed "cppcheck" cppcheck
