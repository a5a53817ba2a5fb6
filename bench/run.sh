#!/usr/bin/env bash
# run.sh - builds the ledger for release under build/bench, runs all benchmarks and prints one table.
#
# usage: bench/run.sh [--large] [--dir DIRECTORY] [--save HOST-KIND]
#   --large            also 100,000 entries, a matter of as many, opening with 50,000 keys (some minutes)
#   --dir DIRECTORY    where temporary data goes (default build/bench/data); removed afterwards
#   --save HOST-KIND   also writes bench/results/<date>-HOST-KIND.md
set -eu -o pipefail
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "$0")/.." && pwd)
start=$(pwd)
large=
kind=
data=$root/build/bench/data

usage() {
    echo "usage: bench/run.sh [--large] [--dir DIRECTORY] [--save HOST-KIND]" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
    --large) large=yes ;;
    --dir)
        [ $# -ge 2 ] || usage
        case $2 in /*) data=$2 ;; *) data=$start/$2 ;; esac
        shift
        ;;
    --save)
        [ $# -ge 2 ] || usage
        [[ $2 =~ ^[a-z0-9-]+$ ]] || { echo "'$2' is not a word of a-z, 0-9 and '-'" >&2; exit 2; }
        kind=$2
        shift
        ;;
    *) usage ;;
    esac
    shift
done

cd "$root"
# shellcheck source=tools/packages.sh
. tools/packages.sh
ledger_install_packages "${LEDGER_BUILD_PACKAGES[@]}" libcunit1-dev

build=$root/build/bench
targets=(bench_append bench_bulk bench_publish bench_proof bench_programs bench_changes bench_rules
         bench_batch bench_ruled_proof bench_matter bench_matters bench_index bench_authority ledger-append ledger-verify)
{
    cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release
    cmake --build "$build" -j 2 --target "${targets[@]}" -- --quiet
} >&2

mkdir -p "$data"
work=$(mktemp -d "$data/run.XXXXXX")
trap 'rm -rf "$work"; rmdir "$data" 2>/dev/null || true' EXIT
bin=$build/bin

commit() {
    git rev-parse --short=12 HEAD 2>/dev/null || { echo "not committed yet"; return; }
    [ -z "$(git status --porcelain --untracked-files=no 2>/dev/null)" ] || echo "with local changes"
}

describe() {
    printf 'date: %s\n' "$(date -u +%Y-%m-%d)"
    printf 'commit: %s\n' "$(commit | paste -sd ' ')"
    printf 'processor: %s, %s in use\n' \
        "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort -u | paste -sd ';')" "$(nproc)"
    printf 'kernel: %s; file system: %s\n' "$(uname -sr)" "$(findmnt -n -o FSTYPE -T "$work" || echo unknown)"
    printf 'compiler: %s, release build (-O2)\n' "$(cc --version | sed 1q)"
    printf 'libraries: libsodium %s, lmdb %s, libcrypto %s\n' \
        "$(pkg-config --modversion libsodium 2>/dev/null || echo '?')" \
        "$(pkg-config --modversion lmdb 2>/dev/null || dpkg-query -W -f='${Version}' liblmdb0)" \
        "$(pkg-config --modversion libcrypto 2>/dev/null || echo '?')"
    printf 'load before: %s\n' "$(cut -d ' ' -f 1-3 /proc/loadavg)"
}

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

report() {
    echo "# Benchmark results${kind:+: $kind}"
    echo
    describe | sed 's/^/- /'
    echo
    measure
    echo
    echo "Load afterwards: $(cut -d ' ' -f 1-3 /proc/loadavg); the higher, the noisier."
    echo "Method: bench/README.md."
}

if [ -z "$kind" ]; then
    report
else
    mkdir -p bench/results
    report | tee "$work/report.md"
    mv "$work/report.md" "bench/results/$(date -u +%Y-%m-%d)-$kind.md"
fi
