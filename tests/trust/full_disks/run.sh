#!/usr/bin/env bash
# run.sh - disks that fill up: file systems of every size (tmpfs), files that may grow no further
# (RLIMIT_FSIZE, which any user can try), and stores that reach the size they were given (--map-size).
# The refusal is clean, nothing that was told is lost, the ledger reads and verifies, and it goes on when
# there is room again.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/trust/small_ledger.sh
. "$root/tests/trust/small_ledger.sh"

make_keys
make_ledger base 20
steps=$(by_tier 4 1000)
room_for=$(by_tier 8 200) # appends at a time; fewer fit

# append LEDGER NUMBER [OPTION...]
append() {
    local to=$1 number=$2
    shift 2
    # shellcheck disable=SC2046 # words
    ledger-append $(signing "$to") --kind forensic-appraisal --event note --institution smu.gz.example \
        --matter "full-$number" "$@"
}

# until_full LEDGER OPTION...: appends until it is refused; what was told goes to told
until_full() {
    local to=$1 i
    shift
    : >told
    for ((i = 0; i < room_for; i++)); do
        append "$to" "$i" "$@" >>told 2>why </dev/null || return $?
    done
}

# goes_on WHAT LEDGER TOLD: all that was told is there, it verifies, and takes more
goes_on() {
    local what=$1 to=$2 index leaf size
    run ledger-verify --log "$log" "$to"
    { [ "$status" -eq 0 ] || grep -q checkpoint-missing out; } || fail "$what: the ledger verifies"
    ledger-log "$to" --from 20 --json 2>/dev/null >listed
    while IFS=$'\t' read -r index leaf; do
        grep -q "^{\"index\":$index,.*\"leaf\":\"$leaf\"" listed || fail "$what: entry $index is lost"
    done <told
    size=$(ledger-log "$to" --json | wc -l)
    run append "$to" after --reserve 0 --map-size 33554432
    [ "$status" -eq 0 ] || fail "$what: it goes on"
    [ "$(cut -f 1 out)" -eq "$size" ] || fail "$what: the next entry is $size"
    run ledger-verify --log "$log" "$to"
    [ "$status" -eq 0 ] || fail "$what: and verifies"
}

refused() { # WHAT STATUS PATTERN: in the file why
    { [ "$2" -eq 2 ] && grep -Eq "$3" why && grep -q '^ledger-append: ' why; } || {
        cat why
        fail "$1 is refused with a word (exit $2)"
    }
}

limits=0
bytes=$(stat -c %s base/data.mdb)

# --- files that may grow no further ---

grown=0
for ((i = 0; i < steps; i++)); do
    rm -rf L L.guard
    copy_ledger base L
    code=0
    (trap '' XFSZ && ulimit -f $(((bytes + 4096 * i) / 1024)) && until_full L --reserve 0) || code=$?
    if [ "$code" -ne 0 ]; then
        refused "a file of $((bytes + 4096 * i)) bytes" "$code" 'File too large|cannot'
        grown=$((grown + 1))
    fi
    goes_on "a file that may have $((bytes + 4096 * i)) bytes" L
    limits=$((limits + 1))
done
[ "$grown" -gt 0 ] || fail 'some files may grow no further'
ok "files that may grow no further: $grown of $limits"

# --- stores that reach their size ---

full=0
for ((i = 0; i < steps; i++)); do
    rm -rf L L.guard
    copy_ledger base L
    code=0
    until_full L --reserve 0 --map-size $((bytes + 4096 * i)) || code=$?
    if [ "$code" -ne 0 ]; then
        refused "a store of $((bytes + 4096 * i)) bytes" "$code" 'MDB_MAP_FULL|size it was given|map'
        full=$((full + 1))
    fi
    goes_on "a store of $((bytes + 4096 * i)) bytes" L
done
[ "$full" -gt 0 ] || fail 'some stores reach their size'
ok "stores that reach their size: $full of $steps"

# --- disks that are full ---

on_disk() { # KIB COMMAND...: L is on a tmpfs of this size at disk, and is copied back
    # shellcheck disable=SC2016 # for the other shell
    run unshare -rm bash -c 'mount -t tmpfs -o "size=$1k" none disk || exit 9
        cp -a base disk/L && cp -a base.guard disk/L.guard || exit 8
        "${@:2}"
        code=$?
        cp -a disk/L L && cp -a disk/L.guard L.guard
        exit $code' bash "$@"
}
export -f append until_full signing
export log room_for bin
mkdir disk
on_disk 1024 true
rm -rf L L.guard
if [ "$status" -ne 0 ]; then
    echo 'skipped: disks that are full, no file system can be mounted here'
else
    disks=0
    for ((i = 0; i < steps; i++)); do
        rm -rf L L.guard
        kib=$((bytes / 1024 + 16 + 4 * i))
        on_disk "$kib" until_full disk/L --reserve 0
        [ "$status" -ne 8 ] || continue # not even the ledger fits
        [ "$status" -eq 0 ] || refused "a disk of $kib KiB" "$status" 'No space left|bytes left|cannot'
        goes_on "a disk of $kib KiB" L
        disks=$((disks + 1))
    done
    [ "$disks" -gt 0 ] || fail 'some disks have room for the ledger'
    ok "disks that are full: $disks sizes"
    rm -rf L L.guard
    on_disk 20480 until_full disk/L
    { [ "$status" -eq 2 ] && grep -q 'must stay free' why && [ ! -s told ]; } ||
        fail 'a disk with less than the reserve is refused before anything is written'
    ok 'a disk with less than the reserve is refused before anything is written'
    limits=$((limits + disks))
fi
figure $((limits + full)) 'disks, files and stores that were full; entries lost: 0'

# A control: an answer that is given though nothing was stored.
rm -rf L L.guard
copy_ledger base L
printf '20\t%064d\n' 0 >told
lost() (
    goes_on 'an answer without an entry' L
)
control 'an answer for what was not stored' lost
