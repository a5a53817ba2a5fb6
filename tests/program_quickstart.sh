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
grep -q '^[$] cat required.txt .* notarisation.txt >> authority.txt$' out ||
    { echo 'not ok - what it shows can be typed'; exit 1; }
echo 'ok - what it shows can be typed'
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
[ "$(grep -c '^VALID' out)" -eq 11 ] || fail_readme 'the tour of the README verifies eleven times'
echo 'ok - the tour of the README works'

commands '## Verify without' '## What is proved' >page/page.sh
# answers PATTERN COUNT: whether the page says it so often
answers() {
    [ "$(grep -c -- "$1" out)" -eq "$2" ]
}
log=readme/operator.vkey
page() { # RULE PROOF SIGNATURES LINES ABSENCES document|no-document ANSWER...
    cp "$2" page/proof
    cp "$log" page/operator.vkey
    cp readme/公证书.txt page/document
    (cd page && sh -u page.sh) >out 2>&1 </dev/null || [ "$6" = no-document ] || fail_readme "$1"
    if ! answers '^Signature Verified' "$3" || ! answers '^the key ID is right' "$3" ||
        ! answers '^in force: ' "$4" || ! answers '^absent: ' "$5"; then
        fail_readme "$1"
    fi
    local line lines=('the path leads to the root' 'the index is the same'
        'the ledger is the same' 'every signer has a line' "${@:7}")
    [ "$6" = no-document ] || lines+=('the document is the one recorded')
    for line in "${lines[@]}"; do
        grep -qx "$line" out || fail_readme "$1"
    done
    echo "ok - $1"
}
page 'the page of the README verifies a record' readme/deed.tlog-proof 3 4 0 document \
    'the rule is shown: rule notarization issue'
log=readme/operator-2.vkey # the tour ends with another key
ledger-prove readme/ledger 1 -o change.tlog-proof >out || fail_readme 'the change is proved'
page 'the page of the README verifies a change of the authority' change.tlog-proof 3 3 0 no-document
for answer in 'nothing was there before' 'enough governors signed'; do
    grep -qx "$answer" out && fail_readme 'only of a genesis is asked what of a genesis is asked'
done
ledger-prove readme/ledger 0 -o genesis.tlog-proof >out || fail_readme 'the genesis is proved'
page 'the page of the README verifies the genesis' genesis.tlog-proof 3 0 0 no-document \
    'nothing was there before' 'enough governors signed'
"${readme%/*}/tests/by_hand.sh" genesis.tlog-proof --log "$(cat "$log")" >out 2>&1 ||
    fail_readme 'tests/by_hand.sh verifies the genesis'
grep -q '^ok.*the genesis sets ' out || fail_readme 'tests/by_hand.sh looks at the lines of the genesis'
echo 'ok - tests/by_hand.sh looks at the lines of the genesis'

# ---- The page, where rules are required, and where they are not ---------------------------------

# must COMMAND...: part of the preparation
must() {
    "$@" >out 2>&1 </dev/null || fail_readme "$*"
}

# In the directory of the tour: its keys, and a party.
make_ruled() {
    must ledger-key generate --unsealed --name person.example/甲 party.key
    cp out party.vkey
    {
        cat authority.txt
        echo 'rules required'
        echo 'rule notarization issue after=- sign=notary:1 parties=1 needs=document makes=effective'
    } >ruled.txt
    must ledger-init ruled --origin city.example/2026 --operator operator.key \
        --authority ruled.txt --sign li-na.key --sign chen-jie.key
    must ledger-append ruled --operator operator.key --kind notarization --event issue \
        --matter '（2026）粤样公证内字第000125号' --institution notary.example --document 公证书.txt \
        --party "$(cat party.vkey)" --key zhao-liu.key --key party.key --proof ruled.tlog-proof
    must ledger-init plain --origin city.example/2026 --operator operator.key \
        --authority authority.txt --sign li-na.key --sign chen-jie.key
    must ledger-append plain --operator operator.key --kind notarization --event issue \
        --matter '（2026）粤样公证内字第000126号' --institution notary.example --document 公证书.txt \
        --key zhao-liu.key --proof plain.tlog-proof
    for number in 1 2 3 4 5; do
        echo '{"kind":"notarization","event":"issue","matter":"第'$number'号",' \
            '"institution":"notary.example","documents":["公证书.txt"]}'
    done >batch.jsonl
    must ledger-append plain --operator operator.key --key zhao-liu.key --jsonl batch.jsonl --batch
    must ledger-prove plain 4 -o batch.tlog-proof
    must ledger-prove plain 6 -o last.tlog-proof
}
cd readme && make_ruled && cd .. || exit 2
log=readme/operator.vkey
page 'the page verifies a record without rules' readme/plain.tlog-proof 2 2 1 document \
    'there were no rules'
page 'the page verifies a record signed in a batch' readme/batch.tlog-proof 2 2 1 document \
    'the path is right: record 3 of a batch of 5'
page 'the page verifies the last record of a batch' readme/last.tlog-proof 2 2 1 document \
    'the path is right: record 5 of a batch of 5'
page 'the page verifies a record with a party under a rule' readme/ruled.tlog-proof 3 3 0 document \
    'the rule is shown: rule notarization issue'

# evidence_changed RULE PROOF SED-SCRIPT MISSING-ANSWER: the page does not say it any more
evidence_changed() {
    awk '/^extra /{ print $2; exit }' "$2" | base64 -d >before
    sed "$3" before >after
    ! cmp -s before after || fail_readme "$1: nothing was changed"
    awk -v extra="$(base64 -w0 <after)" 'NR == 2 { $0 = "extra " extra } { print }' "$2" >page/proof
    (cd page && sh -u page.sh) >out 2>&1 </dev/null
    ! grep -q "^$4" out || fail_readme "$1"
    echo "ok - $1"
}
evidence_changed 'a rule left out is noticed' readme/ruled.tlog-proof '/^line rule/{N;d}' 'the rule is shown'
evidence_changed 'a rule that asks less is noticed' readme/ruled.tlog-proof \
    '/^line rule/s/ parties=1//' 'the rule is shown'
evidence_changed 'a changed institution is noticed' readme/ruled.tlog-proof \
    's/^line institution notary.example notary/line institution notary.example bailiff/' \
    'in force: institution'
evidence_changed 'an absence left out is noticed' readme/plain.tlog-proof '/^absent/{N;N;d}' 'there were no'
evidence_changed 'the absence of something else is noticed' readme/plain.tlog-proof \
    's/^absent rules/absent rule/' 'there were no'
evidence_changed 'an absence with another path is noticed' readme/plain.tlog-proof \
    '/^absent/{n;s/ A\([^ ]*\)$/ B\1/;t;s/ [^ ]\([^ ]*\)$/ A\1/}' 'there were no'
evidence_changed 'an absence with another end is noticed' readme/plain.tlog-proof \
    's/^end empty/end AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=/;t;s/^end .*/end empty/' 'absent:'
evidence_changed 'a genesis that asks for more governors than signed is noticed' genesis.tlog-proof \
    's/^set threshold 2/set threshold 3/' 'enough governors'
evidence_changed 'a genesis that follows an entry is noticed' genesis.tlog-proof \
    's/^previous .*/previous AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=/' 'nothing was there'
evidence_changed 'a genesis that an authority was before is noticed' genesis.tlog-proof \
    's/^authority .*/authority 47DEQpj8HBSa+\/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=/' 'nothing was there'
evidence_changed 'a genesis with lines in the evidence is noticed' genesis.tlog-proof \
    '1s/$/\nline threshold 1\npath 0/' 'nothing was there'
evidence_changed 'a party that did not sign is noticed' readme/ruled.tlog-proof "\$d" 'every signer has'
if grep -q '^sudo ' "$readme"; then
    echo 'not ok - no command of the README needs sudo'
    exit 1
fi
echo 'ok - no command of the README needs sudo'
