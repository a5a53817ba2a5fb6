# shellcheck shell=bash
# lib.sh - what the tests of tests/trust share; sourced by <test>/run.sh with its own arguments.
#
#     run.sh [--full] [--seed N] DIRECTORY-OF-PROGRAMS
#
# Sets tier ("short" or "full") and seed, prints the seed, and then all of tests/lib.sh: bin, root,
# work, run, ok, fail, expect. The same seed and tier make the same test.

trust_usage() {
    echo "usage: $0 [--full] [--seed N] DIRECTORY-OF-PROGRAMS" >&2
    exit 2
}

tier=short
seed=1
while [ $# -gt 0 ]; do
    case $1 in
    --full) tier=full ;;
    --seed)
        [[ ${2:-} =~ ^[0-9]{1,18}$ ]] || trust_usage
        seed=$2
        shift
        ;;
    -*) trust_usage ;;
    *) break ;;
    esac
    shift
done
[ $# -eq 1 ] || trust_usage

# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
printf 'seed %s, %s tier\n' "$seed" "$tier"

export PYTHONDONTWRITEBYTECODE=1 # the tree stays clean

# by_tier SHORT FULL: the one of this tier.
by_tier() {
    if [ "$tier" = full ]; then echo "$2"; else echo "$1"; fi
}

# figure VALUE WHAT...: something counted or measured; run-all.sh gathers them.
figure() {
    printf 'figure %s %s\n' "$1" "${*:2}"
}

# control WHAT COMMAND...: a harness that finds nothing in what is broken on purpose is broken itself.
# The command must exit with 1, "violations found".
control() {
    local what=$1
    shift
    run "$@"
    [ "$status" -eq 1 ] || fail "control: $what is found"
    ok "control: $what is found"
}
