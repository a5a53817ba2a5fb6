# shellcheck shell=bash
# lib.sh - what the tests of programs share; sourced, with the directory of the programs as $1.
#
# Sets bin to that directory and work to a temporary one, which becomes the current directory and is
# removed at the end. A rule that fails ends the test.
set -u
shopt -s lastpipe # a rule that fails at the end of a pipe ends the test, too

if [ $# -ne 1 ]; then
    echo "usage: $0 DIRECTORY-OF-PROGRAMS" >&2
    exit 2
fi
bin=$(cd "$1" && pwd) || exit 2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd) || exit 2
work=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 2
export LC_ALL=C.UTF-8
: "$bin" "$root" # for those who source this

# run COMMAND...: its output in the files out and err, its exit status in status
status=0
run() {
    status=0
    "$@" >out 2>err </dev/null || status=$?
}

ok() {
    printf 'ok - %s\n' "$1"
}

fail() {
    printf 'not ok - %s\n' "$1"
    printf 'exit status %s\n-- stdout\n' "$status"
    cat out
    printf -- '-- stderr\n'
    cat err
    exit 1
}

# expect RULE STATUS PATTERN-OF-STDERR: the pattern is an extended regular expression, '' for none
expect() {
    [ "$status" -eq "$2" ] || fail "$1"
    if [ -z "$3" ]; then
        [ ! -s err ] || fail "$1"
    else
        grep -Eq "$3" err || fail "$1"
    fi
    if [ "$2" -ne 0 ]; then
        [ ! -s out ] || fail "$1"
    fi
    ok "$1"
}
