#!/usr/bin/env bash
# run.sh - builds the ledger for release under build/bench, runs all benchmarks and prints one table.
#
# usage: tests/bench/run.sh [--large] [--dir DIRECTORY] [--save HOST-KIND]
#   --large            also 100,000 entries, a matter of as many, opening with 50,000 keys (some minutes)
#   --dir DIRECTORY    where temporary data goes (default build/bench/data); removed afterwards
#   --save HOST-KIND   also writes tests/bench/results/<date>-HOST-KIND.md
set -eu -o pipefail
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

large=

usage() {
    echo "usage: tests/bench/run.sh [--large] [--dir DIRECTORY] [--save HOST-KIND]" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
    --large) large=yes ;;
    --dir | --save)
        [ $# -ge 2 ] || usage
        if [ "$1" = --dir ]; then bench_set_dir "$2"; else bench_set_kind "$2"; fi
        shift
        ;;
    *) usage ;;
    esac
    shift
done

BENCH_PACKAGES=()
bench_build bench_append bench_bulk bench_publish bench_proof bench_programs bench_changes bench_rules \
    bench_batch bench_ruled_proof bench_matter bench_matters bench_index bench_authority \
    ledger-append ledger-prove ledger-verify
bench_make_work

measure() {
    echo "| what | measured | against |"
    echo "|---|---|---|"
    "$bin/bench_append" "$work"
    echo "| *a ledger of 10,000 entries* | | |"
    "$bin/bench_bulk" "$work" 10000 3
    "$bin/bench_publish" "$work" 10000 3
    "$bin/bench_proof" "$work" 10000
    echo "| *the programs, started from nothing* | | |"
    "$bin/bench_programs" "$work" "$bin" 5000
    "$bin/bench_changes" "$work" 50000 3000
    echo "| *the same records without rules and under rules* | | |"
    "$bin/bench_rules" "$work" 50000 3000 5000 5
    "$bin/bench_ruled_proof" "$work" 50000 3000 2000
    echo "| *20,000 records with one signer, signed one by one and 1,024 at a time* | | |"
    "$bin/bench_batch" "$work" 20000 5
    echo "| *the index of matters* | | |"
    "$bin/bench_matters" "$work" 20000 100 5 100000 1000000
    "$bin/bench_index" "$work" 20000 3 100000 1000000
    if [ -n "$large" ]; then
        "$bin/bench_matters" "$work" 20000 3000 5 10000000
        "$bin/bench_index" "$work" 100000 3 10000000
        echo "| *a ledger of 100,000 entries* | | |"
        "$bin/bench_bulk" "$work" 100000 1
        "$bin/bench_publish" "$work" 100000 1
        echo "| *one matter of 100,000 entries* | | |"
        "$bin/bench_matter" "$work" 50000 3000 100000 3
        echo "| *an authority of 50,000 keys* | | |"
        "$bin/bench_authority" "$work" 50000
    fi
}

bench_report 'Benchmark results' measure '' tests/bench/README.md
