#!/usr/bin/env bash
# run.sh - hostile bytes for every parser: see README.md.
#
# The short tier replays the corpus and a fixed number of seeded changes of it. The full tier builds
# the targets with libFuzzer and the sanitizers of clang and makes 10^8 executions of each, or as
# many as LEDGER_FUZZ_SECONDS, if it is set, allows each.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"

corpus=$root/tests/trust/fuzzing/corpus
targets=()
for folder in "$corpus"/*/; do
    targets+=("$(basename "$folder")")
done

# runs_of TARGET: executions in the short tier, so that each takes about a second
runs_of() {
    case $1 in
    image) echo 60000 ;;
    note | proof | status_proof | record | policy) echo 150000 ;;
    *) echo 500000 ;;
    esac
}

summary() { # COLUMN: a number of the last line of a target
    tail -n 1 out | awk -v column="$1" '{print $column}'
}

# replay TARGET RUNS
replay() {
    run "$bin/fuzz_$1" "-seed=$seed" "-runs=$2" "$corpus/$1"
    [ "$status" -eq 0 ] || fail "$1: no violation"
    [ "$(summary 2)" -gt 0 ] || fail "$1: there are inputs"
    [ "$(summary 6)" -gt 0 ] || fail "$1: some inputs are accepted"
    [ "$(summary 8)" -gt 0 ] || fail "$1: something is compared"
    ok "$1: $(summary 4) executions, $(summary 6) accepted, no violation"
    executions=$((executions + $(summary 4)))
}

plant() { # FAULT TARGET
    control "$2, $1" env LEDGER_FUZZ_PLANT="$1" "$bin/fuzz_$2" "-seed=$seed" -runs=200000 "$corpus/$2"
    grep -q '^violation: ' err || fail "control: $2, $1 is told"
}

[ "$(find "$corpus" -type f -size +512k | wc -l)" -eq 0 ] || fail "no large file in the corpus"
[ "$(du -sb "$corpus" | cut -f 1)" -lt 1048576 ] || fail "the corpus is under 1 MiB"
for program in "$bin"/fuzz_*; do
    [ -d "$corpus/${program##*/fuzz_}" ] || fail "${program##*/} has a corpus"
done

executions=0
for target in "${targets[@]}"; do
    replay "$target" "$(runs_of "$target")"
done
figure "$executions" executions without libFuzzer
figure "${#targets[@]}" parsers

for target in "${targets[@]}"; do
    if [ "$target" = image ]; then
        plant unchecked "$target"
    else
        plant overflow "$target"
    fi
    plant spelling "$target"
done
plant hang note
[ "$tier" = full ] || exit 0

# --- With libFuzzer ---

fuzzers=$(dirname "$bin")/fuzz
run cmake -S "$root" -B "$fuzzers" -G Ninja -DCMAKE_C_COMPILER=clang -DLEDGER_FUZZ=ON
[ "$status" -eq 0 ] || fail "the targets are configured with libFuzzer"
run cmake --build "$fuzzers" --target fuzzers
[ "$status" -eq 0 ] || fail "the targets are built with libFuzzer"

# explore TARGET: what it finds is left under the build, to be looked at and taken into the corpus
explore() {
    local found=$fuzzers/found/$1 limit=(-runs=100000000)
    [ -z "${LEDGER_FUZZ_SECONDS:-}" ] || limit=("-max_total_time=$LEDGER_FUZZ_SECONDS")
    mkdir -p "$found"
    run "$fuzzers/bin/fuzz_$1" "${limit[@]}" "-seed=$seed" -timeout=5 -timeout_exitcode=1 \
        -error_exitcode=1 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
        "-artifact_prefix=$fuzzers/violation-$1-" "$found" "$corpus/$1"
    [ "$status" -eq 0 ] || fail "$1: no violation with libFuzzer"
    local count
    count=$(sed -n 's/^stat::number_of_executed_units: *//p' err)
    ok "$1: $count executions with libFuzzer, no violation"
    figure "$count" executions of "$1" with libFuzzer and sanitizers
}
control "overflow with libFuzzer" env LEDGER_FUZZ_PLANT=overflow "$fuzzers/bin/fuzz_note" \
    -runs=1000000 "-seed=$seed" -error_exitcode=1 -artifact_prefix="$work/" "$corpus/note"
for target in "${targets[@]}"; do
    explore "$target"
done
