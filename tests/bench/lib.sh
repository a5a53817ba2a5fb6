# shellcheck shell=bash
# lib.sh - what the benchmark scripts share: options, the release build, where data goes, the machine
# described, results kept. Sourced, not run; sets root, build, bin, and by its functions data, work,
# kind. LEDGER_BENCH_BUILD names another directory to build in.
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${LEDGER_BENCH_BUILD:-$root/build/bench}
# shellcheck disable=SC2034 # used by who sources this file
bin=$build/bin
data=$build/data
work=
kind=

# --dir DIRECTORY, relative to where the script was started.
bench_set_dir() {
    case $1 in /*) data=$1 ;; *) data=$PWD/$1 ;; esac
}

# --save HOST-KIND
bench_set_kind() {
    [[ $1 =~ ^[a-z0-9-]+$ ]] || { echo "'$1' is not a word of a-z, 0-9 and '-'" >&2; exit 2; }
    kind=$1
}

# Builds the named targets for release, with the packages of a build and the arrays named by
# BENCH_PACKAGES; then goes to the root of the sources.
bench_build() {
    cd "$root" || exit
    # shellcheck source=tools/packages.sh
    . tools/packages.sh
    ledger_install_packages "${LEDGER_BUILD_PACKAGES[@]}" libcunit1-dev "${BENCH_PACKAGES[@]}"
    {
        cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release
        cmake --build "$build" -j 2 --target "$@" -- --quiet
    } >&2
}

# Makes the directory $work for temporary data, which goes away at the end.
bench_make_work() {
    mkdir -p "$data"
    work=$(mktemp -d "$data/run.XXXXXX")
    trap 'rm -rf "$work"; rmdir "$data" 2>/dev/null || true' EXIT
}

# Stops if $work has less room than so many bytes.
bench_need_room() {
    local free
    free=$(df --output=avail -B1 "$work" | sed 1d)
    echo "needs $(($1 >> 20)) MiB of disk under $data, $((free >> 20)) MiB are free" >&2
    [ "$free" -ge "$1" ] || { echo "not enough room: see --dir" >&2; exit 2; }
}

bench_commit() {
    git rev-parse --short=12 HEAD 2>/dev/null || { echo "not committed yet"; return; }
    [ -z "$(git status --porcelain --untracked-files=no 2>/dev/null)" ] || echo "with local changes"
}

bench_describe() {
    printf -- '- date: %s\n' "$(date -u +%Y-%m-%d)"
    printf -- '- commit: %s\n' "$(bench_commit | paste -sd ' ')"
    printf -- '- processor: %s, %s in use; memory: %s\n' \
        "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort -u | paste -sd ';')" "$(nproc)" \
        "$(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo)"
    printf -- '- kernel: %s; file system: %s\n' "$(uname -sr)" \
        "$(findmnt -n -o FSTYPE -T "$work" || echo unknown)"
    printf -- '- compiler: %s, release build (-O2)\n' "$(cc --version | sed 1q)"
    printf -- '- libraries: libsodium %s, lmdb %s, libcrypto %s\n' \
        "$(pkg-config --modversion libsodium 2>/dev/null || echo '?')" \
        "$(pkg-config --modversion lmdb 2>/dev/null || dpkg-query -W -f='${Version}' liblmdb0)" \
        "$(pkg-config --modversion libcrypto 2>/dev/null || echo '?')"
    printf -- '- load before: %s\n' "$(cut -d ' ' -f 1-3 /proc/loadavg)"
}

# Prints the report with the title $1, whose table the function $2 prints; with --save also into
# results/, as <date>-HOST-KIND$3.md. $4 is where the method stands.
bench_report() {
    local results=tests/bench/results
    {
        echo "# $1${kind:+: $kind}"
        echo
        bench_describe
        echo
        "$2"
        echo
        echo "Load afterwards: $(cut -d ' ' -f 1-3 /proc/loadavg); the higher, the noisier."
        echo "Method: $4."
    } | tee "$work/report.md"
    if [ -n "$kind" ]; then
        mkdir -p "$results"
        mv "$work/report.md" "$results/$(date -u +%Y-%m-%d)-$kind$3.md"
    fi
}

