#!/usr/bin/env bash
# run.sh - the sandbox of the programs that read (tools/sandbox.h): a library that is loaded into them
# does, at the point at which a hostile file would take them over, what an intruder would; see
# intruder.c and attempts.c. All of it is refused, or ends the process, and the program tells it.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/trust/small_ledger.sh
. "$root/tests/trust/small_ledger.sh"

intruder=$bin/../lib/libtrust_intruder.so
if nm "$bin/ledger-verify" | grep -q __asan_init; then
    echo 'skipped: with sanitizers nothing is given up'
    exit 0
fi
[ -e "$intruder" ] || fail 'the intruder is built'

make_keys
make_ledger ledger 12
printf 'log %s\nquorum none\n' "$(cat op.vkey)" >policy
must 'a proof is made' ledger-prove ledger 3 -o 3.proof
must 'a publication is made' ledger-publish ledger published
sleep 1000 &
VICTIM=$!
export VICTIM
trap 'kill "$VICTIM"; chmod -R u+w "$work"; rm -rf "$work"' EXIT

prepare() {
    rm -rf made renamed linked root directory fifo ledger/made
    mkdir -p empty
    touch spare
    echo secret >secret
    echo victim >victim
}

# intrude ATTEMPT COMMAND...
intrude() {
    prepare
    run env --default-signal LD_PRELOAD="$intruder" INTRUDER="$1" "${@:2}"
}

# refused ATTEMPT COMMAND...: it is refused, or ends the process that made it and is told
refused() {
    intrude "$@"
    grep -q '^done' err && fail "$2: $1 is refused"
    case $status in
    6) grep -q "^refused $1:" err || fail "$2: $1 is refused" ;;
    2) grep -q "^$2: 'ledger' must be taken to be hostile" err || fail "$2: $1 ends the worker" ;;
    *) fail "$2: $1 is refused" ;;
    esac
}

verify=(ledger-verify --policy policy)
intrude list "${verify[@]}" --no-lock ledger
[ "$status" -eq 0 ] || fail 'the attempts are known'
mapfile -t attempts <out

# The control comes first: what cannot be done anyway says nothing about the sandbox.
possible=()
for attempt in "${attempts[@]}"; do
    cp ledger/data.mdb data.mdb.whole
    LEDGER_SANDBOX=off intrude "$attempt" "${verify[@]}" --no-lock ledger
    cp data.mdb.whole ledger/data.mdb
    if [ "$status" -eq 5 ] && grep -q "^done $attempt\$" err; then
        possible+=("$attempt")
    else
        printf 'skipped: %s cannot be done here without a sandbox either\n' "$attempt"
    fi
done
[ "${#possible[@]}" -ge 40 ] || fail 'control: most can be done without the sandbox'
ok "control: ${#possible[@]} of ${#attempts[@]} attempts succeed without the sandbox"

some=(open-secret open-store-to-write create-in-ledger open-network execute fork trace-another make-code)
mapfile -t locked < <(by_tier "$(printf '%s\n' "${some[@]}")" "$(printf '%s\n' "${attempts[@]}")")
for attempt in "${attempts[@]}"; do
    refused "$attempt" "${verify[@]}" --no-lock ledger
done
for attempt in "${locked[@]}"; do
    refused "$attempt" "${verify[@]}" ledger
done
figure "${#attempts[@]}" 'things that an intruder in ledger-verify cannot do'
ok 'ledger-verify: every attempt is refused or ends the worker'

for attempt in "${some[@]}"; do
    refused "$attempt" ledger-log ledger
    refused "$attempt" ledger-authority ledger
    refused "$attempt" ledger-prove ledger 3
    refused "$attempt" ledger-stats --policy policy ledger
    refused "$attempt" ledger-check --policy policy ledger lines
done
ok 'the other programs that read: likewise'

for attempt in "${some[@]}"; do
    for what in 3.proof published; do
        intrude "$attempt" "${verify[@]}" "$what"
        case $status in
        6) grep -q "^refused $attempt:" err || fail "of $what: $attempt is refused" ;;
        2) grep -q "'$what' must be taken to be hostile" err || fail "of $what: $attempt is refused" ;;
        *) fail "of $what: $attempt is refused" ;;
        esac
    done
done
ok 'a proof and a publication are read in the sandbox, too'

mkdir -p proofs/all
refused remove-file ledger-prove ledger 3 -o proofs/3.proof
refused open-secret ledger-prove ledger 3 -o proofs/3.proof
refused create ledger-prove ledger 3 -o proofs/3.proof
for out in proofs/3.proof proofs/all 4.proof; do
    must "a proof is written to $out" ledger-prove ledger 3 -o "$out"
done
ok 'ledger-prove writes proofs where it is told to, and nowhere else'

# --- How the end of a worker is told ---

for number in 4 6 7 8 11; do
    intrude "signal-$number" "${verify[@]}" --no-lock ledger
    { [ "$status" -eq 2 ] && [ ! -s out ] &&
        grep -q "^ledger-verify: 'ledger' must be taken to be damaged: .* signal $number " err; } ||
        fail "signal $number is told"
done
intrude signal-9 "${verify[@]}" --no-lock ledger
{ [ "$status" -eq 2 ] && grep -q 'was killed, perhaps for want of memory' err; } || fail 'signal 9 is told'
for number in 1 2 13 15; do
    intrude "signal-$number" "${verify[@]}" --no-lock ledger
    { [ "$status" -eq $((128 + number)) ] && [ ! -s err ]; } || fail "signal $number ends the program, too"
done
ok 'what ends the worker is told, and what the user sends it ends the program'

worker_of() { # PID: waits until its worker stands still
    local worker i
    for ((i = 0; i < 500; i++)); do
        worker=$(cat "/proc/$1/task/$1/children" 2>/dev/null)
        worker=${worker%% *}
        [ -n "$worker" ] && grep -q '^State:.*T' "/proc/$worker/status" 2>/dev/null && break
        sleep 0.02
    done
    echo "$worker"
}

start_stopped() { # COMMAND...: sets first and worker
    env LD_PRELOAD="$intruder" INTRUDER=stop "$@" >out 2>err </dev/null &
    first=$!
    worker=$(worker_of "$first")
    [ -n "$worker" ] || fail 'the worker is stopped'
}

cp -r ledger cut
start_stopped "${verify[@]}" --no-lock cut
: >cut/data.mdb
kill -CONT "$worker"
status=0
wait "$first" || status=$?
{ [ "$status" -eq 2 ] && [ ! -s out ] && grep -q "'cut' must be taken to be damaged" err; } ||
    fail 'a store that is cut off while it is read'
ok 'a store that is cut off while it is read ends the worker, not the program'

start_stopped "${verify[@]}" --no-lock ledger
kill -9 "$first"
wait "$first" 2>/dev/null
for ((i = 0; i < 500; i++)); do
    grep -q '^State:[[:space:]]*[^Z]' "/proc/$worker/status" 2>/dev/null || break
    sleep 0.02
done
[ "$i" -lt 500 ] || fail 'a worker does not outlive its program'
ok 'a worker does not outlive its program'

start_stopped "${verify[@]}" --no-lock ledger
grep -q '^NoNewPrivs:.*1' "/proc/$worker/status" || fail 'no new privileges'
grep -q '^Seccomp:.*2' "/proc/$worker/status" || fail 'a filter for calls'
grep -q '^Max core file size *0 *0' "/proc/$worker/limits" || fail 'no core dump'
kill -CONT "$worker"
wait "$first" || fail 'it goes on'
ok 'the worker has no new privileges, a filter, and no core dump'

# --- The file that is remembered ---

rm -f mind
must 'a checkpoint is remembered' "${verify[@]}" --remember mind ledger
cmp -s mind <(ledger-log --checkpoint ledger) || fail 'it is the last checkpoint'
refused create "${verify[@]}" --remember mind ledger
refused rename-file "${verify[@]}" --remember mind ledger
ok 'the file of --remember is written, and not by the worker'

# --- Kernels that have less ---

intrude_on() { # VARIABLE=1 ATTEMPT
    prepare
    run env "$1" LD_PRELOAD="$intruder" INTRUDER="$2" "${verify[@]}" --no-lock ledger
}
for attempt in create execute open-network open-store-to-write fork make-code; do
    intrude_on NO_LANDLOCK=1 "$attempt"
    grep -q '^done' err && fail "without Landlock $attempt is refused by the filter"
done
for attempt in create open-secret open-store-to-write rename-file execute; do
    intrude_on NO_SECCOMP=1 "$attempt"
    grep -q '^done' err && fail "without seccomp $attempt is refused by Landlock"
done
run env NO_LANDLOCK=1 LD_PRELOAD="$intruder" "${verify[@]}" --no-lock ledger
{ [ "$status" -eq 0 ] && [ ! -s err ]; } || fail 'without Landlock it verifies'
run env NO_LANDLOCK=1 NO_SECCOMP=1 LD_PRELOAD="$intruder" "${verify[@]}" --no-lock ledger
{ [ "$status" -eq 0 ] && grep -q 'this system has no sandbox' err; } || fail 'without both it says so'
ok 'with one layer the other still holds, and without both it is told'

# --- What must still work ---

records 200 >more.jsonl
# shellcheck disable=SC2046 # words
ledger-append $(signing ledger) --jsonl more.jsonl >/dev/null 2>&1 &
appender=$!
for ((i = 0; i < 8; i++)); do
    run "${verify[@]}" --jobs 3 ledger
    [ "$status" -eq 0 ] || fail 'a live ledger is verified'
done
wait "$appender" || fail 'records are appended meanwhile'
rm ledger/lock.mdb
run "${verify[@]}" ledger
{ [ "$status" -eq 0 ] && grep -q ', 212 entries' out; } || fail 'a reader that makes the file of locks sees all'
run ledger-verify --policy <(cat policy) ledger
[ "$status" -eq 0 ] || fail 'files that are pipes are read'
mkdir medium
if mount --bind -o ro ledger medium 2>/dev/null && mount -o remount,bind,ro medium 2>/dev/null; then
    run "${verify[@]}" --no-lock medium
    read_only=$status
    umount medium
    [ "$read_only" -eq 0 ] || fail 'a read-only medium is verified'
else
    umount medium 2>/dev/null
    echo 'skipped: a read-only medium, which takes the right to mount'
fi
ok 'a live ledger, a new file of locks, pipes and a read-only medium are read'
