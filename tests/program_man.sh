#!/usr/bin/env bash
# The man pages: each program's page has the options that its --help prints, and no others; the
# sections that every page has; examples that work, run one page after the other.
# usage: program_man.sh DIRECTORY-OF-PROGRAMS
set -u -o pipefail
export LC_ALL=C.UTF-8

if [ $# -ne 1 ]; then
    echo "usage: $0 DIRECTORY-OF-PROGRAMS" >&2
    exit 2
fi
programs=$(cd "$1" && pwd) || exit 2
pages=$(cd "$(dirname "$0")/../man" && pwd) || exit 2
order=(key init sign append index prove verify stats check authority log publish import) # in which the examples follow one another
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
failures=0

ok() {
    printf 'ok - %s\n' "$1"
}

fail() {
    printf 'not ok - %s\n' "$1"
    failures=$((failures + 1))
}

# section PAGE TITLE: the lines of a section.
section() {
    awk -v title="$2" '/^\.S[Hh] / { inside = ($0 == ".SH " title); next } inside' "$1"
}

# Undoes what the pages escape.
plain() {
    sed -E 's/\\f[A-Z]//g; s/\\\(aq/'\''/g; s/\\\(dq/"/g; s/\\-/-/g; s/\\&//g; s/\\e/\\/g'
}

# The options of a page as "--name ARGUMENT": the tags of its section OPTIONS.
options_of_page() {
    section "$1" OPTIONS | awk 'tag { print; tag = 0 } /^\.TP/ { tag = 1 }' |
        sed -E 's/^\.[A-Z]+ //; s/"//g' | plain | sed -E 's/ +/ /g; s/^-[a-z] ?, //' | sort
}

# The same of a program's help, or of those of its commands.
options_of_help() {
    local command commands=('')
    [ "$1" != ledger-key ] || commands=('' generate show reseal)
    for command in "${commands[@]}"; do
        "$programs/$1" ${command:+"$command"} --help |
            sed -nE '1,/^options:/d; s/^ +(-[a-z], )?(--[a-z-]+( [A-Z][A-Z0-9=]*)?)( .*|$)/\2/p'
    done | sort -u
}

check_options() { # PROGRAM
    options_of_page "$pages/$1.1" >"$work/page"
    options_of_help "$1" >"$work/help"
    if [ -s "$work/help" ] && diff "$work/page" "$work/help" >"$work/diff"; then
        ok "$1: page and --help have the same options"
    else
        fail "$1: page (<) and --help (>) have the same options"
        cat "$work/diff"
    fi
}

check_sections() { # PAGE SECTION...
    local title missing=''
    for title in "${@:2}"; do
        [ -n "$(section "$1" "$title")" ] || missing+=" '$title'"
    done
    if [ -z "$missing" ]; then
        ok "$(basename "$1"): all sections are there"
    else
        fail "$(basename "$1"): without section$missing"
    fi
}

check_statuses() { # PAGE: those of every program; of the check on one document, 3 as well
    local expected='0 1 2'
    case $(basename "$1") in
    ledger-check.1 | ledger-verify.1 | public-law-ledger.7) expected='0 1 2 3' ;;
    esac
    if [ "$(section "$1" 'EXIT STATUS' | sed -nE 's/^\.B ([0-9]+)$/\1/p' | paste -sd ' ')" = "$expected" ]; then
        ok "$(basename "$1"): exit statuses are $expected"
    else
        fail "$(basename "$1"): exit statuses are $expected"
    fi
}

check_references() { # PAGE
    local name volume
    while read -r name volume; do
        [ -f "$pages/$name.$volume" ] || fail "$(basename "$1"): refers to $name($volume)"
    done < <(sed -nE 's/^\.BR ([^ ]+) \(([0-9])\).*/\1 \2/p' "$1" | plain)
}

check_format() { # PAGE
    if ! command -v man >/dev/null; then
        ok "$(basename "$1"): not formatted, there is no man"
        return
    fi
    MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$1" >/dev/null 2>"$work/warnings"
    # Where the locale is POSIX, nothing is left out.
    LC_ALL=C MANWIDTH=80 man --warnings -l "$1" >/dev/null 2>>"$work/warnings" </dev/null
    if [ -s "$work/warnings" ]; then
        fail "$(basename "$1"): formats without warnings"
        cat "$work/warnings"
    else
        ok "$(basename "$1"): formats without warnings"
    fi
}

# What stands between .EX and .EE in the section EXAMPLES, as a script.
examples() {
    section "$1" EXAMPLES | awk '/^\.EE/ { inside = 0 } inside; /^\.EX/ { inside = 1 }' | plain
}

run_examples() { # PROGRAM
    local script=$work/$1.sh
    examples "$pages/$1.1" >"$script"
    if [ ! -s "$script" ] || ! grep -q "$1 " "$script"; then
        fail "$1: has examples of itself"
    elif (cd "$work/examples" && PATH=$programs:$PATH bash -eu -o pipefail -x "$script") \
        >"$work/out" 2>&1 </dev/null; then
        ok "$1: the examples work"
    else
        fail "$1: the examples work"
        tail -n 30 "$work/out"
    fi
}

# The leaf hash that ledger-log(1) shows how to compute is the one the ledger has.
check_leaf() {
    local leaf
    leaf=$(sed -nE 's/^([0-9a-f]{64})  -$/\1/p' "$work/out")
    if [ -n "$leaf" ] && "$programs/ledger-log" --json --from 1 --limit 1 "$work/examples/publiclaw" |
        grep -q "$leaf"; then
        ok 'ledger-log: the leaf hash made by hand is that of the entry'
    else
        fail 'ledger-log: the leaf hash made by hand is that of the entry'
    fi
}

mkdir "$work/examples"
umask 022
for name in "${order[@]}"; do
    page=$pages/ledger-$name.1
    if [ ! -f "$page" ]; then
        fail "ledger-$name: has a page"
        continue
    fi
    check_options "ledger-$name"
    check_sections "$page" NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' FILES EXAMPLES 'SEE ALSO'
    check_statuses "$page"
    check_references "$page"
    check_format "$page"
    run_examples "ledger-$name"
    [ "$name" != log ] || check_leaf
done
check_sections "$pages/public-law-ledger.7" NAME DESCRIPTION 'EXIT STATUS' FILES 'SEE ALSO'
check_statuses "$pages/public-law-ledger.7"
check_references "$pages/public-law-ledger.7"
check_format "$pages/public-law-ledger.7"

for program in "$programs"/ledger-*; do
    name=$(basename "$program")
    if [ "$name" != ledger-tests ] && [ ! -f "$pages/$name.1" ]; then
        fail "$name: has a page"
    fi
done

[ "$failures" -eq 0 ]
