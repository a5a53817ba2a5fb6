#!/usr/bin/env bash
# decade.sh - how everything grows with the ledger: a city's ten years (decade.h) at several sizes,
# with a signature on each record and with signatures over batches; one table.
#
# usage: tests/bench/decade.sh [--entries N]... [--full] [--signed SORT] [--repeats N] [--dir DIRECTORY]
#                        [--save HOST-KIND]
#   --entries N        a size (may be repeated); 100,000 and 1,000,000 if none is given
#   --full             also 7,470,000 entries, the whole city
#   --signed SORT      only one of the two: alone (each record) or batched
#   --repeats N        how often what is measured is repeated (default: 3 times below 1,000,000
#                      entries, else once); the median is taken
#   --dir DIRECTORY    where temporary data goes (default build/bench/data); removed afterwards
#   --save HOST-KIND   also writes tests/bench/results/<date>-HOST-KIND-decade.md
set -eu -o pipefail
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

more=3000 # entries between two indexes of matters
sizes=()
sorts=(alone batched)
full=
repeats=

usage() {
    sed -n 's/^# usage: /usage: /p' "$root/bench/decade.sh" >&2
    exit 2
}

number() {
    [[ $1 =~ ^[1-9][0-9]{0,8}$ ]] || usage
    echo "$1"
}

while [ $# -gt 0 ]; do
    case $1 in
    --full) full=yes ;;
    --entries | --signed | --repeats | --dir | --save)
        [ $# -ge 2 ] || usage
        case $1 in
        --entries) sizes+=("$(number "$2")") ;;
        --signed)
            case $2 in alone | batched) sorts=("$2") ;; *) usage ;; esac
            ;;
        --repeats) repeats=$(number "$2") ;;
        --dir) bench_set_dir "$2" ;;
        --save) bench_set_kind "$2" ;;
        esac
        shift
        ;;
    *) usage ;;
    esac
    shift
done
[ "${#sizes[@]}" -gt 0 ] || sizes=(100000 1000000)
[ -z "$full" ] || sizes+=(7470000)
mapfile -t sizes < <(printf '%s\n' "${sizes[@]}" | sort -nu)
cores=$(nproc)

BENCH_PACKAGES=(openssl)
bench_build decade_records decade_append decade_floor measured \
    ledger-index ledger-verify ledger-publish ledger-import ledger-prove
bench_make_work
figures=$work/figures

# How often things are measured at the size $1.
repeats_at() {
    if [ -n "$repeats" ]; then
        echo "$repeats"
    elif [ "$1" -lt 1000000 ]; then
        echo 3
    else
        echo 1
    fi
}

# Seconds that all of it takes, by what an entry took, in microseconds: appending costs more in a large
# store, and of records signed alone each signature is verified about five times.
estimate() {
    local size sort total=0 each
    for size in "${sizes[@]}"; do
        for sort in "${sorts[@]}"; do
            each=$((180 + 150 * $(repeats_at "$size") + (size > 1000000 ? 250 : 0)))
            [ "$sort" = batched ] || each=$((each * 3 / 2))
            total=$((total + size * each / 1000000 + 10))
        done
    done
    echo "$total"
}

# --- one ledger ---

# Keeps the value $2 (and more) of the figure $1, of this size and sort.
keep() {
    local name=$1
    shift
    echo "$sort $size $name $*" >>"$figures"
}

say() {
    echo "$(date -u +%T) $size entries, signed $sort: $*" >&2
}

# take NAME REPEATS PROGRAM...: runs it and keeps seconds, resident KiB and own KiB.
take() {
    local name=$1 times=$2 seconds resident own
    shift 2
    say "$name"
    "$bin/measured" "$times" "$city/report" "$@" >"$city/out"
    read -r seconds _ resident own <"$city/report"
    keep "$name" "$seconds"
    keep "$name.resident" "$resident"
    keep "$name.own" "$own"
}

median() {
    sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

bytes_on_disk() {
    du -s --block-size=1 "$1" | cut -f 1
}

# Appends all with $2 threads, in a new ledger each time; what is named $1 is the median.
append() {
    local name=$1 jobs=$2 i
    say "$name"
    for ((i = 0; i < times; i++)); do
        rm -rf "$city/ledger" "$city/ledger.guard"
        "$bin/measured" 1 "$city/report" \
            "$bin/decade_append" "$city" "$city/ledger" "$jobs" 0 "$size" >>"$city/$name"
    done
    keep "$name" "$(median <"$city/$name")"
    keep "$name.resident" "$(cut -d ' ' -f 3 "$city/report")"
    keep "$name.own" "$(cut -d ' ' -f 4 "$city/report")"
}

# What no verification can do without: the bytes of the entries hashed, and the nodes above them.
floor() {
    local bundles=$city/bundles count
    find "$city/files/tile/entries" -type f >"$bundles"
    count=$(wc -l <"$bundles")
    keep bytes "$(find "$city/files/tile/entries" -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')"
    take sha256-1 3 xargs -a "$bundles" openssl dgst -sha256
    take sha256-all 3 xargs -a "$bundles" -P "$cores" -n $(((count + cores - 1) / cores)) openssl dgst -sha256
    say "nodes and signatures alone"
    "$bin/decade_floor" "$city" "$entries" >"$city/out"
    keep nodes-1 "$(awk 'NR == 1 { print $1 }' "$city/out")"
    keep nodes-all "$(awk 'NR == 2 { print $1 }' "$city/out")"
    keep sodium-1 "$(awk 'NR == 1 { print $2 }' "$city/out")"
    keep sodium-all "$(awk 'NR == 2 { print $2 }' "$city/out")"
}

index() {
    take "$1" 1 "$bin/ledger-index" "$city/ledger" --operator "$city/operator.key" --rested
}

verdict() {
    grep -q '^VALID: ' "$city/out" || { echo "not valid: $(sed 1q "$city/out")" >&2; exit 1; }
}

prove() {
    local place=$((size / 2)) policy=(--policy "$city/policy")
    take prove 31 "$bin/ledger-prove" "$city/ledger" "$place" -o "$city/proof"
    take check-proof 31 "$bin/ledger-verify" "${policy[@]}" "$city/proof"
    keep proof-bytes "$(stat -c %s "$city/proof")"
}

# The nth time, for what has to be done anew each time.
publish_and_import() {
    local i policy=(--policy "$city/policy")
    take publish 1 "$bin/ledger-publish" "$city/ledger" "$city/files"
    keep files-on-disk "$(bytes_on_disk "$city/files")"
    take verify-files "$times" "$bin/ledger-verify" "${policy[@]}" "$city/files"
    verdict
    floor
    rm -rf "$city/ledger" "$city/ledger.guard"
    take import 1 "$bin/ledger-import" "${policy[@]}" "$city/files" "$city/ledger"
}

measure_one() {
    size=$1
    sort=$2
    local times signatures policy
    times=$(repeats_at "$size")
    city=$work/$sort-$size
    policy=(--policy "$city/policy")
    mkdir "$city"
    take generate 1 "$bin/decade_records" "$city" $((size + more)) "$sort"
    read -r signatures _ <"$city/out"
    keep signatures "$signatures"
    append append-1 1
    append append-all 0
    index index-first
    "$bin/decade_append" "$city" "$city/ledger" 0 "$size" "$more" >/dev/null
    index index-next
    keep store-on-disk "$(bytes_on_disk "$city/ledger")"
    take verify-1 "$times" "$bin/ledger-verify" "${policy[@]}" --jobs 1 "$city/ledger"
    verdict
    take verify-all "$times" "$bin/ledger-verify" "${policy[@]}" --jobs "$cores" "$city/ledger"
    verdict
    entries=$(sed -n '1s/.*, \([0-9]*\) entries, .*/\1/p' "$city/out")
    keep entries "$entries"
    prove
    publish_and_import
    rm -rf "$city"
}

# --- the table ---

table() {
    local sort
    for sort in "${sorts[@]}"; do
        awk -v sort="$sort" -v sizes="${sizes[*]}" -v cores="$cores" -v more="$more" \
            -f tests/bench/decade.awk "$figures"
        echo
    done
    echo "Repeats: $(for size in "${sizes[@]}"; do echo "$(repeats_at "$size") at $size"; done |
        paste -sd ',' | sed 's/,/, /g'); everything took $((SECONDS / 60)) min $((SECONDS % 60)) s."
}

largest=${sizes[-1]}
bench_need_room $((largest * 6000 + (200 << 20)))
echo "takes about $((($(estimate) + 59) / 60)) minutes on two cores" >&2
measure() {
    for each in "${sizes[@]}"; do
        for way in "${sorts[@]}"; do
            measure_one "$each" "$way"
        done
    done
    table
}
suffix=-decade
[ "${#sorts[@]}" -gt 1 ] || suffix=$suffix-${sorts[0]}
bench_report 'Ten years of a city, at several sizes' measure "$suffix" tests/bench/README.md
