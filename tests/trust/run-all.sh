#!/usr/bin/env bash
# run-all.sh - tries to break the ledger: every test of this folder, and a table of what was tried.
# Without --short, the full tier: it takes hours. It need not be done in one piece: with --only and --save, what
# was tried takes the place of what the file says of these tests, and the rest stays.
#
# usage: tests/trust/run-all.sh [--short] [--seed N] [--only TEST]... [--jobs N] [--save HOST-KIND] [BUILD]
#   BUILD             a build of the project; without it, one is made under build/trust
#   --jobs N          tests at once (default 2)
#   --save HOST-KIND  also writes tests/trust/results/HOST-KIND-<tier>.md
#
# One line for each test, then "N passed, N failed". The exit status is 0 only if all passed.
set -u -o pipefail
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "$0")/../.." && pwd) || exit 2
tier=full
seed=1
kind=
only=()
build=
jobs=2

usage() {
    sed -n 's/^# usage: /usage: /p' "$0" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
    --short) tier=short ;;
    --seed) seed=${2:-} && shift ;;
    --only) only+=("${2:-}") && shift ;;
    --jobs) jobs=${2:-} && shift ;;
    --save) kind=${2:-} && shift ;;
    -*) usage ;;
    *) [ -z "$build" ] || usage
       build=$1 ;;
    esac
    shift || usage
done
[[ $seed =~ ^[0-9]{1,18}$ && $jobs =~ ^[1-9][0-9]?$ ]] || usage
[ -z "$kind" ] || [[ $kind =~ ^[a-z0-9-]+$ ]] || usage

if [ -z "$build" ]; then
    # shellcheck source=tools/packages.sh
    . "$root/tools/packages.sh"
    ledger_install_packages "${LEDGER_BUILD_PACKAGES[@]}" "${LEDGER_TEST_PACKAGES[@]}" || exit 2
    build=$root/build/trust
    cmake -S "$root" -B "$build" -G Ninja >&2 && cmake --build "$build" -- --quiet >&2 || exit 2
fi
bin=$(cd "$build/bin" && pwd) || exit 2
logs=$(cd "$build" && pwd)/trust-logs
mkdir -p "$logs" || exit 2

table=$logs/table.md # rows: test, what, figure, of when
: >"$table"
when="$(date -u +%F), $(git -C "$root" rev-parse --short=12 HEAD), seed $seed"
[ -z "$(git -C "$root" status --porcelain -- . ':!tests/trust/results')" ] || when+=', with changes'

run_test() { # NAME: writes its log, and its exit status and seconds beside that
    local name=$1 start=$SECONDS options=(--seed "$seed") exit_status=0
    [ "$tier" = short ] || options+=(--full)
    bash "$root/tests/trust/$name/run.sh" "${options[@]}" "$bin" >"$logs/$name.log" 2>&1 </dev/null ||
        exit_status=$?
    echo "$exit_status $((SECONDS - start))" >"$logs/$name.status"
}

report() { # NAME
    local name=$1 log=$logs/$1.log exit_status seconds
    read -r exit_status seconds <"$logs/$name.status"
    if [ "$exit_status" -eq 0 ]; then
        passed=$((passed + 1))
        printf 'ok      %s (%d s)\n' "$name" "$seconds"
    else
        failed=$((failed + 1))
        printf 'FAILED  %s (%d s); the end of %s:\n' "$name" "$seconds" "$log"
        tail -n 40 "$log" | sed 's/^/        /'
        printf '| %s | **failed** | | %s |\n' "$name" "$when" >>"$table"
    fi
    printf '| %s | time | %d s | %s |\n' "$name" "$seconds" "$when" >>"$table"
    sed -nE "s/^figure ([^ ]+) (.*)/| $name | \2 | \1 | $when |/p" "$log" >>"$table"
}

# What stands in FILE of tests that did not run now, and what these gave.
save() { # FILE
    local kept pattern
    pattern=$(printf '%s\n' "${only[@]}" | paste -sd '|')
    kept=$(sed -n '/^|---/,$p' "$1" 2>/dev/null | sed 1d | grep -vE "^\| ($pattern) \|")
    {
        printf '# What was tried: %s tier, %s\n\n' "$tier" "$kind"
        printf '%s cores, Linux %s, when the last of it was written. Each line says when, and at which commit.\n\n' \
            "$(nproc)" "$(uname -r)"
        printf '| test | what | figure | of |\n|------|------|--------|----|\n'
        { [ -z "$kept" ] || printf '%s\n' "$kept"; cat "$table"; } | sort -s -t '|' -k 2,2
    } >"$1.new" && mv "$1.new" "$1"
}

if [ ${#only[@]} -eq 0 ]; then
    for script in "$root"/tests/trust/*/run.sh; do
        only+=("$(basename "$(dirname "$script")")")
    done
fi
for name in "${only[@]}"; do
    [ -f "$root/tests/trust/$name/run.sh" ] || { echo "no such test: $name" >&2; exit 2; }
    rm -f "$logs/$name.status"
done
for name in "${only[@]}"; do
    [ "$(jobs -rp | wc -l)" -lt "$jobs" ] || wait -n
    run_test "$name" &
done
wait

passed=0
failed=0
for name in "${only[@]}"; do
    report "$name"
done

if [ -n "$kind" ]; then
    mkdir -p "$root/tests/trust/results" && save "$root/tests/trust/results/$kind-$tier.md" || exit 2
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
