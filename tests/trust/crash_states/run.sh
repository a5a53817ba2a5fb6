#!/usr/bin/env bash
# Every state that a power cut could leave while programs write: the trace of their system calls
# (watch.c) is replayed, and from each moment images are built of what may have reached the disk
# (disk.h has the model) and checked (check.h has the rules), by explore.c.
#
# Controls: the same programs where they only believe that something is durable.
#
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/trust/small_ledger.sh
. "$root/tests/trust/small_ledger.sh"

shim=$bin/../lib/libwatch_changes.so
memory=$(mktemp -d /dev/shm/crash-states.XXXXXX 2>/dev/null) || memory=$work/memory
trap 'chmod -R u+w "$work"; rm -rf "$work" "$memory"' EXIT
mkdir -p "$memory" kept
swallow=

# start DIRECTORY: the world that is watched begins as this
start() {
    rm -rf world before trace
    cp -a "$1" world
    cp -a world before
    : >told
}

# watched COMMAND...: its answers are told
watched() {
    env WATCH_LOG="$work/trace" WATCH_ROOT="$work/world" WATCH_SWALLOW="$swallow" \
        LD_PRELOAD="$shim" "$@" >>told 2>err </dev/null || fail "$1 does its work while watched"
}

# watched_until EVENT COMMAND...: killed after so many events, or after the first "rename"
watched_until() {
    local event=$1
    shift
    (exec env WATCH_KILL="$event" WATCH_LOG="$work/trace" WATCH_ROOT="$work/world" \
        LD_PRELOAD="$shim" "$@" >>told 2>err </dev/null)
    [ $? -eq 137 ] || fail "$1 is killed after event $event"
} 2>/dev/null

jobs=0
whats=() # of each exploration
wanted=() # its exit status

# explore STATUS WHAT STATES ARGUMENT...: of what was watched since `start`; two at a time
explore() {
    local number=$jobs job=$work/jobs/$jobs
    jobs=$((jobs + 1))
    whats+=("$2")
    wanted+=("$1")
    mkdir -p "$job" "$memory/$number"
    mv world before trace told "$job"
    [ "$(jobs -rp | wc -l)" -lt 2 ] || wait -n
    {
        explore_crashes --trace "$job/trace" --before "$job/before" --after "$job/world" \
            --told "$job/told" --place "$memory/$number" --operator op.key --images "$3" \
            --seed "$seed" "${@:4}" >"$job/out" 2>"$job/err" </dev/null
        echo $? >"$job/status"
        rm -rf "${memory:?}/$number"
    } &
}

# explored WHAT STATES ARGUMENT...: no state breaks a rule
explored() {
    explore 0 "$@"
}

# broken WHAT STATES ARGUMENT...: a control, in which states that do are found
broken() {
    explore 1 "control: $1" "${@:2}"
}

states=0
# report: what became of the explorations
report() {
    local number
    wait
    for ((number = 0; number < jobs; number++)); do
        cp "jobs/$number/out" "jobs/$number/err" .
        status=$(<"jobs/$number/status")
        [ "$status" -eq "${wanted[number]}" ] || fail "${whats[number]}: as it must be after a crash"
        if [ "$status" -eq 0 ]; then
            ok "${whats[number]}: $(<out)"
            states=$((states + $(cut -d ' ' -f 1 out)))
        else
            ok "${whats[number]} is found"
        fi
    done
}

# --- what is watched ---

record=(--kind forensic-appraisal --event note --institution smu.gz.example --matter)

append_one_by_one() { # RECORDS
    local i
    for ((i = 0; i < $1; i++)); do
        # shellcheck disable=SC2046 # words
        watched ledger-append $(signing world/L) "${record[@]}" "one-$i"
    done
}

append_lines() {
    local i
    for i in '' --batch ''; do
        records 25 >lines.jsonl
        # shellcheck disable=SC2046,SC2086 # words
        watched ledger-append $(signing world/L) --jsonl lines.jsonl $i
    done
}

# Killed at each stage of the work, and taken up by the next.
append_after_kills() {
    local event
    for event in 4 8 14 17 rename 20 22 24 26; do
        # shellcheck disable=SC2046 # words
        watched_until "$event" ledger-append $(signing world/L) "${record[@]}" "killed-$event"
        append_one_by_one 1
    done
}

publish_in_steps() {
    local size
    for size in 20 150 300; do
        watched ledger-publish "L$size" world/P
    done
}

# An interrupted publication, made good by the next, which finds files that it did not sync itself.
publish_after_kills() {
    watched_until 1 ledger-publish L150 world/P
    watched_until 30 ledger-publish L150 world/P
    watched ledger-publish L150 world/P
    watched_until 25 ledger-publish L300 world/P
    watched_until 45 ledger-publish L300 world/P
    watched ledger-publish L300 world/P
}

found() {
    # shellcheck disable=SC2046 # words
    watched ledger-init $(founding world/L)
}

import() {
    watched ledger-import references/300 world/L --log "$log" --map-size 16777216
}

# With the guard in a directory of its own, what makes its name durable says nothing of the ledger's.
# Killed when the new ledger is in its place, but perhaps not durably so; then it is used.
apart=(--guard world/guards/G)

found_and_use() {
    # shellcheck disable=SC2046 # words
    watched_until rename ledger-init $(founding world/L) "${apart[@]}"
    # shellcheck disable=SC2046 # words
    watched ledger-append $(signing world/L) "${apart[@]}" "${record[@]}" apart
}

import_and_use() {
    watched_until rename ledger-import references/300 world/L --log "$log" "${apart[@]}" \
        --map-size 16777216
    # shellcheck disable=SC2046 # words
    watched ledger-append $(signing world/L) "${apart[@]}" "${record[@]}" apart
}

# --- the ledgers at hand ---

make_keys
mkdir -p nothing apart/guards twenty many references
make_ledger twenty/L 20
make_ledger many/L 250
make_ledger L20 20
copy_ledger L20 L150
records 130 >lines.jsonl
# shellcheck disable=SC2046 # words
must 'a ledger grows' ledger-append $(signing L150) --jsonl lines.jsonl
copy_ledger L150 L300
records 150 >lines.jsonl
# shellcheck disable=SC2046 # words
must 'a ledger grows' ledger-append $(signing L300) --jsonl lines.jsonl
for size in 20 150 300; do
    must 'a publication is made' ledger-publish "L$size" "references/$size"
done
published=(--publication P --references references --original L300)

# --- the exploration ---

many=$(by_tier 1 56) # times the states of the short tier; ledger-init has but 1,316
deep=$(by_tier 40 100)

start many
append_one_by_one 4
watched ledger-index world/L --operator op.key
append_one_by_one 4
explored 'ledger-append, one by one, and ledger-index' $((5500 * many)) --ledger L --from 250 \
    --deep "$deep" --keep "$(by_tier 10 200)" --keep-in kept

start twenty
append_lines
explored 'ledger-append --jsonl' $((4500 * many)) --ledger L --from 20 --deep "$deep"

start twenty
append_after_kills
explored 'ledger-append, killed and taken up' $((4500 * many)) --ledger L --from 20 --batches 2 \
    --deep "$deep"

start nothing
found
explored 'ledger-init' $((1000 * many)) --ledger L --deep "$deep"

start nothing
publish_in_steps
explored 'ledger-publish' $((2000 * many)) "${published[@]}" --deep "$deep"

start nothing
publish_after_kills
explored 'ledger-publish, killed and made good' $((1500 * many)) "${published[@]}" --deep "$deep"

start nothing
import
explored 'ledger-import' $((1500 * many)) --ledger L --source references/300 --deep "$deep"

for use in found_and_use import_and_use; do
    start apart
    "$use"
    explored "$use, killed in between" $((500 * many)) --ledger L --guard guards/G --batches 2 \
        --deep "$deep"
done

# --- controls ---

for swallow in data meta; do
    start many
    append_one_by_one 4
    broken "appending with no sync of $swallow" 1000 --ledger L --from 250
done
swallow=names
start nothing
found
broken 'founding with no sync of names' 1000 --ledger L
for swallow in data names; do
    start nothing
    publish_in_steps
    broken "publishing with no sync of $swallow" 1000 "${published[@]}"
done

report
figure "$states" 'states after a crash, all of them different; violations: 0'
