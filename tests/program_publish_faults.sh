#!/usr/bin/env bash
# A disk that is full, or fails, at any call that writes: ledger-publish and ledger-import say so (and
# ledger-init, if it is full), what was there holds as before, nothing half done stays, and the next run
# makes it good.
# usage: program_publish_faults.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/publish_lib.sh
. "$(dirname "$0")/publish_lib.sh"
# shellcheck source=tests/turns.sh
. "$root/tests/turns.sh" || exit 2
map=(--map-size 67108864)

if ! can_trace; then
    ok 'not tested, programs cannot be traced here'
    exit 0
fi

# fails_at N CALL ERROR COMMAND...: the N-th call of this kind fails. False if there were fewer.
fails_at() {
    local n=$1 call=$2 error=$3
    shift 3
    rm -f trace
    run env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o trace -e trace="$call" \
        -e inject="$call:error=$error:when=$n" "$@"
    grep -q INJECTED trace
}

# told ERROR RULE: one line says what happened, and the exit status; never a signal
told() {
    local words='Input/output error'
    [ "$1" = EIO ] || words='No space left on device'
    { [ "$status" -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && grep -q "$words" err; } || fail "$2"
}

grow L 3 300
ledger-publish L P >/dev/null || fail 'a ledger is published'
grow L 300 600
ledger-publish L once >/dev/null || fail 'it is published at once'

# --- publishing ---

again() { # RULE: what a run that failed left in K is made good
    run ledger-publish L K
    [ "$status" -eq 0 ] || fail "$1, it goes on"
    beside once K || fail "$1, what is missing is made good"
    holds K 600 || fail "$1, it holds in the end"
}
stands() { # START RULE
    if [ -e K/checkpoint ]; then
        holds K 600 || { [ "$1" = before ] && holds K 300; } || fail "$2, what is there holds"
    else
        [ "$1" = nothing ] || fail "$2, the checkpoint stays"
    fi
    [ ! -e K/.unfinished ] || fail "$2, nothing half written stays"
}
faults=0
for start in nothing before; do
    for call in mkdir mkdirat openat write fsync renameat; do
        for error in ENOSPC EIO; do
            case "$start $error $call" in # what is alike is done once
            nothing\ EIO\ * | *\ EIO\ openat | nothing\ *\ openat) continue ;;
            esac
            next_row
            for ((n = first; ; n += cases_every)); do
                rm -rf K
                [ "$start" = nothing ] || cp -r P K
                fails_at "$n" "$call" "$error" ledger-publish --no-lock L K || break
                at="$error at $call $n, $start there"
                [ "$call $status" = 'openat 127' ] && continue # libraries of the program itself
                # Looking for a file of before that is not needed may fail.
                [ "$call $status" = 'openat 0' ] || told "$error" "$at"
                faults=$((faults + 1))
                stands "$start" "$at"
                again "$at"
            done
            [ "$status" -eq 0 ] || fail "without a fault at $call it is done"
        done
    done
done
enough "$faults" 120 || fail "faults at every call ($faults)"
ok "publishing, $faults times at another call a disk that is full or fails: told, and made good"

# --- importing ---

faults=0
for call in mkdir openat write pwrite64 pwritev fsync fdatasync ftruncate link renameat2; do
    for error in ENOSPC EIO; do
        [ "$call $error" != 'openat EIO' ] || continue
        next_row
        for ((n = first; ; n += cases_every)); do
            rm -rf I I.*
            fails_at "$n" "$call" "$error" ledger-import --log "$log" "${map[@]}" once I || break
            at="import, $error at $call $n"
            [ "$call $status" = 'openat 127' ] && continue
            # The last things it does are to make durable what is in its place, and to say so.
            if [ "$status" -ne 0 ] && grep -qi "'I' is made and in its place" err; then
                [ "$status" -eq 2 ] || fail "$at"
            elif [ "$call $status" != 'openat 0' ]; then
                told "$error" "$at"
            fi
            faults=$((faults + 1))
            if [ -e I ]; then
                cmp I.guard once/checkpoint || fail "$at, there is a guard"
            else
                [ -z "$(find . -maxdepth 1 -name 'I*')" ] || fail "$at, nothing is left behind"
                continue
            fi
            holds I 600 || fail "$at, what is there holds"
        done
        [ "$status" -eq 0 ] || fail "without a fault at $call it is done"
        holds I 600 || fail "without a fault at $call it holds"
    done
done
enough "$faults" 40 || fail "faults at every call ($faults)"
ok "importing, $faults times at another call a disk that is full or fails: told, and nothing left behind"

# --- a disk that is full indeed ---

in_small() { # KIB COMMAND...: with a file system of this size at small, whose files are listed in left
    # shellcheck disable=SC2016 # for the other shell
    run env ASAN_OPTIONS=detect_leaks=0 unshare -rm sh -c 'mount -t tmpfs -o "size=$1k" none small || exit 9
        shift
        status=0
        "$@" || status=$?
        find small -type f -printf "%P\n" >left
        exit $status' sh "$@"
}
mkdir small
in_small 100 true
if [ "$status" -ne 0 ]; then
    ok 'a full disk: not tested, no file system can be mounted here'
    exit 0
fi
full=0
for ((kib = 40; ; kib += 60)); do
    in_small "$kib" ledger-import --log "$log" --map-size 4194304 once small/I
    [ "$status" -ne 0 ] || break
    { [ "$status" -eq 2 ] && [ "$(wc -l <err)" -eq 1 ] && grep -Eq 'No space left|bytes left' err; } ||
        fail "an import on a disk of $kib KiB says that it is full"
    [ ! -s left ] || fail "an import on a disk of $kib KiB leaves nothing behind"
    full=$((full + 1))
done
grep -q '^I/data.mdb$' left || fail 'with room enough it is imported'
for ((kib = 20; ; kib += 8)); do
    in_small "$kib" ledger-init small/I --origin "$origin" --operator op.key --authority lines \
        --sign li.key --sign chen.key --map-size 4194304
    [ "$status" -ne 0 ] || break
    { [ "$status" -eq 2 ] && grep -Eq 'No space left|bytes left' err; } ||
        fail "founding a ledger on a disk of $kib KiB says that it is full"
    [ ! -s left ] || fail "founding a ledger on a disk of $kib KiB leaves nothing behind"
    full=$((full + 1))
done
for ((kib = 40; ; kib += 60)); do
    in_small "$kib" ledger-publish --no-lock L small/P
    [ "$status" -ne 0 ] || break
    told ENOSPC "publishing on a disk of $kib KiB"
    ! grep -Eq 'unfinished|checkpoint' left || fail "publishing on a disk of $kib KiB"
    full=$((full + 1))
done
grep -q '^P/checkpoint$' left || fail 'with room enough it is published'
[ "$full" -ge 10 ] || fail "disks are full ($full)"
ok "on $full disks that are too small: told, nothing left behind, no checkpoint"
