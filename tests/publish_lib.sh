# shellcheck shell=bash
# publish_lib.sh - what the tests of publishing and importing share. Sourced, with the directory of
# the programs as $1.
#
# shellcheck source=tests/verify_lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/verify_lib.sh"

# grow LEDGER FROM TO: appends ordinary records until there are TO entries
grow() {
    local i
    for ((i = $2; i < $3; i++)); do
        printf '{"kind":"forensic-appraisal","event":"note","matter":"m%d","institution":"%s"}\n' \
            $((i % 7)) smu.gz.example
    done >lines.jsonl
    run ledger-append "$1" --operator op.key --key zhang.key --jsonl lines.jsonl
    [ "$status" -eq 0 ] || fail "$1 grows to $3 entries"
}

# holds DIRECTORY ENTRIES: a ledger or a publication
holds() {
    run ledger-verify --log "$log" "$1"
    { [ "$status" -eq 0 ] && head -n 1 out | grep -q ", $2 entries, all of it holds\$"; }
}

# killed_at N CALL COMMAND...: kills the command when it makes this system call for the N-th time.
# False if it ended before.
killed_at() {
    local n=$1 call=$2
    shift 2
    run sh -c '"$@"; exit $?' sh env ASAN_OPTIONS=detect_leaks=0 strace -qq -o trace \
        -e trace="$call" -e inject="$call:signal=KILL:when=$n" "$@"
    [ "$status" -eq 137 ]
}

# can_trace: whether programs can be watched here at all
can_trace() {
    strace -qq -o trace -e trace=close true 2>/dev/null
}

# beside ONCE OFTEN: all files of ONCE are in OFTEN, the same; what else is there are partial tiles
beside() {
    ! diff -rq "$1" "$2" | grep -Evq "^Only in $2.*\.p: |^Only in $2/.*: [0-9]{3}\.p\$"
}
