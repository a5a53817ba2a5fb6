#!/bin/bash
# The quickstart as it stands in the README, with programs that are built already.
# usage: program_quickstart.sh DIRECTORY-OF-PROGRAMS
set -u
export LC_ALL=C.UTF-8

if [ $# -ne 1 ]; then
    echo "usage: $0 DIRECTORY-OF-PROGRAMS" >&2
    exit 2
fi
programs=$(cd "$1" && pwd) || exit 2
quickstart=$(cd "$(dirname "$0")/.." && pwd)/tools/quickstart.sh
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2

# expect RULE STATUS PATTERN ARGUMENT...
expect() {
    local rule=$1 expected=$2 pattern=$3 status=0
    shift 3
    bash "$quickstart" "$@" >out 2>&1 </dev/null || status=$?
    if [ "$status" -ne "$expected" ] || ! grep -Eq -- "$pattern" out; then
        printf 'not ok - %s\nexit status %s\n' "$rule" "$status"
        cat out
        exit 1
    fi
    printf 'ok - %s\n' "$rule"
}

printf '一份证据\n' >'证据 一.txt'
expect 'the samples go through' 0 '^=== Where it is' --programs "$programs"
expect 'a second run leaves the first alone' 0 '/quickstart-demo/2$' --programs "$programs" '证据 一.txt'
expect 'one file with a space and Chinese letters goes through' 0 '证据 一\.txt' \
    --programs "$programs" --dir 'demo 目录' '证据 一.txt'
[ -d 'demo 目录/1/ledger' ] || { echo 'not ok - --dir is where it works'; exit 1; }
echo 'ok - --dir is where it works'
expect 'a missing file is a usage error' 2 "cannot read the file '没有'" --programs "$programs" 没有
expect 'an unknown option is a usage error' 2 'unknown option' --fast
mkdir empty
expect 'a directory without programs is a usage error' 2 'no programs' --programs empty

# ---- The README: its tour, and its page for verifying by hand -----------------------------------

readme=${quickstart%/tools/*}/README.md

# The commands of the sections from one heading to another.
commands() { # FROM TO
    awk -v from="$1" -v to="$2" '
        index($0, to) == 1 { exit }
        index($0, from) == 1 { inside = 1 }
        /^```/ { block = $0 == "```sh"; next }
        inside && block' "$readme"
}

fail_readme() {
    printf 'not ok - %s\n' "$1"
    cat out
    exit 1
}

mkdir readme page
PATH=$programs:$PATH
{
    commands '### Keys' '## Verify without' |
        sed 's/^ledger-key generate/& --unsealed/' # nobody is here to type a passphrase
    commands '## Files on disk' '## Building'
    echo 'ledger-append ledger --operator operator.key deed.record'
    echo 'ledger-verify ledger --policy policy.txt --since ledger.guard'
} >readme/tour.sh
(cd readme && sh -eu tour.sh) >out 2>&1 </dev/null || fail_readme 'the tour of the README works'
[ "$(grep -c '^VALID' out)" -eq 3 ] || fail_readme 'the tour of the README verifies three times'
echo 'ok - the tour of the README works'

commands '## Verify without' '## What is proved' >page/page.sh
page() { # RULE PROOF SIGNATURES LINES document|no-document
    cp "$2" page/proof
    cp readme/operator.vkey page/operator.vkey
    cp readme/公证书.txt page/document
    (cd page && sh -u page.sh) >out 2>&1 </dev/null || [ "$5" = no-document ] || fail_readme "$1"
    [ "$(grep -c '^Signature Verified' out)" -eq "$3" ] || fail_readme "$1"
    [ "$(grep -c '^in force: ' out)" -eq "$4" ] || fail_readme "$1"
    [ "$(grep -c '^the key ID is right' out)" -eq "$3" ] || fail_readme "$1"
    local line lines=('the path leads to the root' 'the index is the same'
        'the ledger is the same' 'every signer has a line')
    [ "$5" = no-document ] || lines+=('the document is the one recorded')
    for line in "${lines[@]}"; do
        grep -qx "$line" out || fail_readme "$1"
    done
    echo "ok - $1"
}
page 'the page of the README verifies a record' readme/deed.tlog-proof 3 3 document
ledger-prove readme/ledger 1 -o change.tlog-proof >out || fail_readme 'the change is proved'
page 'the page of the README verifies a change of the authority' change.tlog-proof 3 3 no-document
