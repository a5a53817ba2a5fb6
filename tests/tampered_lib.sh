# shellcheck shell=bash
# tampered_lib.sh - what the tests of tampered copies share; sourced, with the directory of the
# programs as $1. Sets bin, fixtures and work.
# shellcheck source=tests/turns.sh
. "$(dirname "${BASH_SOURCE[0]}")/turns.sh" || exit 2
set -u -o pipefail
export LC_ALL=C.UTF-8

if [ $# -ne 1 ]; then
    echo "usage: $0 DIRECTORY-OF-PROGRAMS" >&2
    exit 2
fi
bin=$(cd "$1" && pwd) || exit 2
fixtures=$(cd "$(dirname "${BASH_SOURCE[0]}")/../fixtures" && pwd) || exit 2
: "$fixtures" # for those who source this
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

fail() { # MESSAGE
    failed=$((failed + 1))
    echo "not ok - $1"
}

# Sets exit_code, finding and entry to what ledger-verify says; '-' for none.
verify() { # ARGUMENT...
    exit_code=0
    "$bin/ledger-verify" --json "$@" >"$work/out" 2>"$work/err" </dev/null || exit_code=$?
    finding=-
    entry=-
    if [[ $(<"$work/out") =~ \"verdict\":(\{[^}]*\}) ]]; then
        local verdict=${BASH_REMATCH[1]}
        [[ $verdict =~ \"finding\":\"([a-z-]+)\" ]] && finding=${BASH_REMATCH[1]}
        [[ $verdict =~ \"entry\":([0-9]+) ]] && entry=${BASH_REMATCH[1]}
    fi
}

# Whether one thread, which does everything in turn, reports and exits as several did, to the byte.
agrees() { # ARGUMENT...
    local code=0
    "$bin/ledger-verify" --json --jobs 1 "$@" >"$work/out-1" 2>"$work/err-1" </dev/null || code=$?
    [ "$code" -eq "$exit_code" ] && cmp "$work/out-1" "$work/out" && cmp "$work/err-1" "$work/err"
}

# run_table TABLE WHAT ROWS: `make_WHAT NAME` makes $work/tampered from the golden ledger of the
# current directory; there are at least so many rows.
run_table() {
    local name arguments code said where options threads rows=0 made=''
    while IFS='|' read -r name _ arguments code said where; do
        [[ $name == \#* ]] && continue
        read -r name <<<"$name"
        read -r arguments <<<"$arguments"
        read -r code said where <<<"$code $said $where"
        rows=$((rows + 1))
        its_turn || continue
        if [ "$made" != "$name" ]; then
            rm -rf "$work/tampered"
            if ! "make_$2" "$name"; then
                fail "$2 '$name' could not be made"
                continue
            fi
            made=$name
        fi
        options=()
        [ "$arguments" = - ] || read -r -a options <<<"$arguments"
        [[ $arguments == *--policy* ]] || options+=(--policy policy)
        threads=()
        [[ $2 == ledger* ]] && options+=(--no-lock) && threads=(--jobs 8)
        verify "${options[@]}" "${threads[@]}" "$work/tampered"
        if [[ $2 == ledger* ]] && ! agrees "${options[@]}" "$work/tampered"; then
            fail "$2 '$name' ($arguments): what is reported depends on the number of threads"
        elif [ "$exit_code $finding $entry" = "$code $said $where" ]; then
            passed=$((passed + 1))
        else
            fail "$2 '$name' ($arguments): $exit_code $finding $entry; expected $code $said $where"
            cat "$work/err"
        fi
    done <"$1"
    [ "$rows" -ge "$3" ] || fail "$1 has only $rows cases"
}

# Every case of a generator stands in its table.
all_listed() { # PROGRAM TABLE
    diff <("$bin/$1" --list | sort) <(grep -v '^#' "$2" | cut -d' ' -f1 | sort -u) ||
        fail "$1 and $2 do not have the same cases"
}

# The last line of a test.
sum_up() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
