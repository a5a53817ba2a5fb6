#!/usr/bin/env bash
# run.sh - power cuts below a file system (block_states.py has the rules): a disk that lost what it was
# not told to keep, and ext4 that ends in the middle of the work. Needs root, loop devices, and for the
# disk FUSE; what cannot be done here is skipped, and said.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/trust/small_ledger.sh
. "$root/tests/trust/small_ledger.sh"

here=$root/tests/trust/block_states
shim=$bin/../lib/libwatch_changes.so
memory=$(mktemp -d /dev/shm/block-states.XXXXXX 2>/dev/null) || memory=$work/memory
# What is mounted under a directory of ours goes first.
clean_up() {
    local mount
    grep -o " $memory/[^ ]*" /proc/mounts | sort -r | while read -r mount; do
        umount "$mount"
    done
    rm -rf "$work" "$memory"
}
trap clean_up EXIT
mkdir -p "$memory"

skipped() {
    printf 'skipped: %s\n' "$1"
    exit 0
}

[ "$(id -u)" -eq 0 ] || skipped 'power cuts below a file system: only root can mount one'
command -v mkfs.ext4 >out || skipped 'power cuts below a file system: there is no mkfs.ext4'
truncate -s 8M probe
run mkfs.ext4 -q probe
mkdir "$memory/probe"
mount -o loop probe "$memory/probe" 2>err ||
    skipped "power cuts below a file system: none can be mounted here: $(cat err)"
shut_down "$memory/probe" no-flush 2>shutdown.err
can_shut_down=$?
umount "$memory/probe"

cuts() { # WAY SEED STATES PLACE [OPTION]...
    python3 "$here/block_states.py" --seed "$2" --states "$3" --keys "$work" --shim "$shim" \
        "${@:5}" "$1" "$bin" "$memory/$4"
}

# cut_off WAY STATES RULE: two at a time
cut_off() {
    local half=$(($2 / 2)) first
    cuts "$1" $((2 * seed)) "$half" "$1-first" >first.out 2>first.err &
    first=$!
    run cuts "$1" $((2 * seed + 1)) "$half" "$1-second"
    wait "$first" || status=$?
    [ "$status" -eq 0 ] || {
        cat first.out first.err
        fail "$3"
    }
    cat first.out out
    ok "$3"
    figure $((2 * half)) "$4; violations: 0"
    control "$1: programs that only believe that their data is durable" \
        cuts "$1" "$seed" 60 "$1-control" --swallow data
}

make_keys

if [ "$can_shut_down" -eq 0 ]; then
    cut_off shutdown "$(by_tier 30 5000)" 'what was answered outlives a file system that is shut down' \
        'file systems shut down in the middle of the work'
else
    echo "skipped: ext4 cannot be shut down here: $(cat shutdown.err)"
fi

if [ ! -x "$bin/block_log" ]; then
    echo 'skipped: disks that lose their cache: built without libfuse3'
elif [ ! -c /dev/fuse ]; then
    echo 'skipped: disks that lose their cache: there is no /dev/fuse'
else
    cut_off disk "$(by_tier 90 20000)" 'what was answered outlives a disk that loses its cache' \
        'disks with any part of what was not flushed'
    [ "$tier" = short ] ||
        control 'disk: programs that only believe that names are durable' \
            cuts disk "$seed" 200 disk-names --swallow names
fi
