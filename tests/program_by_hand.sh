#!/bin/bash
# tests/by_hand.sh says valid to the proofs that the programs make, of every shape, and refuses
# whatever was changed in them, even when the operator signs the change. ledger-verify judges each of
# them alike.
# usage: program_by_hand.sh DIRECTORY-OF-PROGRAMS
#
# shellcheck disable=SC2016 # a "$" in sed scripts is an address
set -u
export LC_ALL=C.UTF-8

if [ $# -ne 1 ]; then
    echo "usage: $0 DIRECTORY-OF-PROGRAMS" >&2
    exit 2
fi
PATH=$(cd "$1" && pwd):$PATH || exit 2
by_hand=$(cd "$(dirname "$0")" && pwd)/by_hand.sh
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
umask 077
mkdir proofs
origin=publiclaw.gz.example/测试

fail() {
    printf 'not ok - %s\n' "$1"
    [ ! -e out ] || cat out
    exit 1
}

# must COMMAND...: part of the preparation.
must() {
    "$@" >out 2>&1 </dev/null || fail "$*"
}

# expect RULE STATUS PATTERN ARGUMENT...: what by_hand.sh answers.
expect() {
    local rule=$1 expected=$2 pattern=$3 status=0
    shift 3
    dash "$by_hand" "$@" >out 2>&1 </dev/null || status=$?
    [ "$status" -eq "$expected" ] || fail "$rule (exit status $status)"
    grep -Eq -- "$pattern" out || fail "$rule (without '$pattern')"
    if [ "$status" -ne 0 ] && grep -q '^VALID' out; then
        fail "$rule (says VALID)"
    fi
    printf 'ok - %s\n' "$rule"
}

# alike RULE STATUS PROOF DOCUMENT...: what ledger-verify answers.
alike() {
    local rule=$1 expected=$2 status=0 documents=()
    for document in "${@:4}"; do documents+=(--document "$document"); done
    ledger-verify "$3" --log "$log" "${documents[@]}" >verified 2>&1 </dev/null || status=$?
    [ "$status" -eq "$expected" ] || fail "$rule (ledger-verify: $(head -n 2 verified))"
}

valid() { # RULE ARGUMENT...
    expect "$1" 0 '^VALID' "${@:2}" --log "$log"
    alike "$1" 0 "${@:2}"
}

refused() { # RULE PATTERN ARGUMENT...
    expect "$1" 1 "^not ok - .*($2)" "${@:3}" --log "$log"
    alike "$1" 1 "${@:3}"
}

# ---- A ledger of 21 entries ---------------------------------------------------------------------

key() { # FILE NAME
    must ledger-key generate --unsealed --name "$2" "$1.key"
    cp out "$1.vkey"
}

draft() { # KIND EVENT MATTER INSTITUTION LINE...
    printf '%s\n' public-law-ledger/record/v1 "ledger $origin" "kind $1" "event $2" "matter $3" \
        "institution $4" 'time 2026-11-23T10:21:07+08:00' \
        "nonce $(head -c 16 /dev/urandom | base64)" "${@:5}"
}

append() { # PROOF-NAME ARGUMENT...
    must ledger-append ledger --operator operator.key --proof "proofs/$1" "${@:2}"
}

append_plain() { # N KEY-OPTION...
    append "$1" --kind notarization --event issue --matter "〔2026〕第$1号" \
        --institution notary.example --document '文件 一.txt' --document two.bin "${@:2}"
}

key operator "$origin"
for name in li-na chen-jie he-min; do key "$name" "governors.example/$name"; done
for name in zhang wang; do key "$name" "notary.example/$name"; done
key guest court.example/guest
key late notary.example/迟到
log=$(cat operator.vkey)
printf '一份文件\n' >'文件 一.txt'
head -c 3000 /dev/zero >two.bin
printf '一份文件。\n' >other.txt
{
    for name in li-na chen-jie he-min; do echo "governor $(cat $name.vkey)"; done
    echo 'threshold 2'
    echo 'institution notary.example notary,clerk 样本 公证处'
    echo 'institution court.example - 样本法院'
    for name in zhang wang; do echo "key $(cat $name.vkey) notary.example notary"; done
} >lines
sed -i '$a institution late.example clerk 后来' lines
echo "institution guests.example guest 客人" >>lines
echo "key $(cat guest.vkey) guests.example guest" >>lines
must ledger-init ledger --origin "$origin" --operator operator.key --authority lines \
    --sign li-na.key --sign he-min.key
must ledger-prove ledger 0 -o proofs/genesis-alone
append_plain 1 --key zhang.key
append_plain 2 --key zhang.key --key wang.key
append_plain 3 --key wang.key --key guest.key
for n in 4 5 6 7 8 9; do append_plain "$n" --key zhang.key; done
draft authority change authority "$origin" "unset key $(cat wang.vkey)" \
    "set key $(cat late.vkey) notary.example notary,clerk" >change.record
must ledger-sign change.record --key chen-jie.key
must ledger-sign change.record --key li-na.key
append 10 change.record
for n in 11 12 13 14 15 16 17 18 19 20; do append_plain "$n" --key late.key --key zhang.key; done
must ledger-prove ledger 0 1 2 3 7 8 10 15 16 19 20 -o final

# ---- Every shape is valid -----------------------------------------------------------------------

valid 'the genesis in a tree of one is valid' proofs/genesis-alone
for n in 1 2 3 4 5 6 7 8 10 12 16; do
    valid "the newest entry of $((n + 1)) is valid" "proofs/$n"
done
for n in 0 1 2 3 7 8 10 15 16 19 20; do
    valid "entry $n of 21 is valid" "final/$n.tlog-proof"
done
valid 'both documents are recognised' final/2.tlog-proof two.bin '文件 一.txt'
refused 'another file is refused' 'none of those' final/2.tlog-proof two.bin other.txt
true >empty
refused 'an empty file is refused as document' 'none of those' final/2.tlog-proof empty
expect 'a missing log key is a usage error' 2 'no log key' final/2.tlog-proof
expect 'a missing file is a usage error' 2 'cannot read' nowhere --log "$log"
expect 'a log key with a false key ID is a usage error' 2 'not a verifier key' \
    final/2.tlog-proof --log "$(sed 's/[+]....\(....\)[+]/+0000\1+/' operator.vkey)"
expect 'the key of another log is refused' 1 'of another ledger' \
    final/2.tlog-proof --log "$(cat zhang.vkey)"
key impostor "$origin"
expect 'another key of the same name is refused' 1 'not signed with the log key' \
    final/2.tlog-proof --log "$(cat impostor.vkey)"

# ---- One change, nothing signed again -----------------------------------------------------------

evidence_of() { # PROOF
    awk '/^extra /{ print $2; exit }' "$1" | base64 -d
}

pack() { # PROOF EVIDENCE: the proof with other evidence
    awk -v extra="$(base64 -w0 <"$2")" 'NR == 2 { $0 = "extra " extra } { print }' "$1"
}

changed() { # RULE PATTERN SED-SCRIPT: of the proof of entry 2
    sed "$3" final/2.tlog-proof >mutant
    ! cmp -s mutant final/2.tlog-proof || fail "$1: nothing was changed"
    refused "$1" "$2" mutant
}

evidence_changed() { # RULE PATTERN SED-SCRIPT
    evidence_of final/2.tlog-proof >before
    sed "$3" before >after
    ! cmp -s before after || fail "$1: nothing was changed"
    pack final/2.tlog-proof after >mutant
    refused "$1" "$2" mutant
}

form='not a proof'
changed 'another header is refused' "$form" '1s/v1/v2/'
changed 'a line before the evidence is refused' "$form" '2s/^/index 2\n/'
changed 'a carriage return is refused' 'not clean' '3s/$/\r/'
changed 'a line after the end is refused' 'signature line' '$s/$/\nmore/'
changed 'another index is refused' 'inclusion path' '3s/2/3/'
changed 'an index beyond the size is refused' 'not below' '3s/2/21/'
changed 'an index of two spellings is refused' 'not a decimal' '3s/2/02/'
changed 'a changed path is refused' 'leads to' '4s/^A/B/;t;4s/^./A/'
changed 'two path lines swapped are refused' 'leads to' '4{h;d};5{G}'
changed 'a path line dropped is refused' 'too short|leads to' '5d'
changed 'a path line repeated is refused' 'too long|leads to' '5p'
changed 'unused bits in a path line are refused' 'not a hash' '4s/.=$/B=/'
changed 'a changed size is refused' "does not verify" 's/^21$/22/'
changed 'a changed root is refused' 'does not verify|not a hash' '/^21$/{n;s/^A/B/;t;s/^./A/}'
changed 'a changed origin is refused' 'another ledger' 's/^publiclaw/Publiclaw/'
changed 'a changed signature is refused' 'does not verify' '$s/A\(.\{30\}\)$/B\1/;t;$s/.\(.\{30\}\)$/A\1/'
changed 'a checkpoint without signature is refused' 'signed note' '$d'
changed 'evidence cut short is refused' 'evidence|entry|note' '2s/.\{80\}$//'
evidence_changed 'another evidence header is refused' 'form' '1s/v1/v2/'
evidence_changed 'a changed matter is refused' 'leads to' 's/^matter ./matter (/'
evidence_changed 'a changed document is refused' 'leads to' 's/^document sha256 ./&0/'
evidence_changed 'a changed chain is refused' 'leads to' 's/^previous A/previous B/;t;s/^previous ./previous A/'
evidence_changed 'a changed entry time is refused' 'leads to' 's/^time 20/time 19/'
evidence_changed 'a signature of the record dropped is refused' 'leads to' '$d'
evidence_changed 'a changed role is refused' 'authority of the entry' \
    's/^\(line key .*\) notary$/\1 notary,clerk/'
evidence_changed 'a changed institution is refused' 'authority of the entry' \
    's/^\(line institution notary.example\) notary/\1 scribe/'
evidence_changed 'a changed key is refused' 'not an authority line' '2s/+AQ/+AR/;t;2s/+A./+AQ/'
evidence_changed 'a changed authority path is refused' 'authority of the entry|right form' \
    '3s/ A\([^ ]*\)$/ B\1/;t;3s/ [^ ]\([^ ]*\)$/ A\1/'
evidence_changed 'an authority path cut short is refused' 'right form' '3s/ [^ ]*$//'
evidence_changed 'the line of a signer left out is refused' 'no key line in force' '2,3d'
evidence_changed 'the line of the institution left out is refused' 'no institution line' \
    '/^line institution/{N;d}'
evidence_changed 'the absence of rules left out is refused' "neither the line 'rule notarization" \
    '/^absent/{N;N;d}'
evidence_changed 'the absence of something else is refused' 'leads to|right form|its place|neither' \
    's/^absent rules/absent rule/'
evidence_changed 'an absence with a changed path is refused' 'leads to|right form' \
    '/^absent/{n;s/ A\([^ ]*\)$/ B\1/;t;s/ [^ ]\([^ ]*\)$/ A\1/}'
evidence_changed 'an absence with another end is refused' 'leads to|its place|right form' \
    's/^end empty/end AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=/;t;s/^end .*/end empty/'
evidence_changed 'an absence without its end is refused' 'form of version 1' '/^end/d'
evidence_changed 'a line with an end is refused' 'form of version 1' '3s/$/\nend empty/'
evidence_changed 'text that turns direction is refused' 'not clean' \
    's/^matter /&'$'\342\200\256''/'
evidence_of final/3.tlog-proof >after
pack final/2.tlog-proof after >mutant
refused 'the evidence of another entry is refused' 'leads to' mutant
true >mutant
refused 'an empty proof is refused' 'not clean' mutant
head -c 700 final/2.tlog-proof >mutant
refused 'half a proof is refused' 'not clean' mutant

# ---- Changes that the operator signs again ------------------------------------------------------

note_signature() { # KEYFILE TEXT: a signature line
    local name id
    name=$(ledger-key show "$1")
    id=${name#*+}
    {
        printf '\060\056\002\001\000\060\005\006\003\053\145\160\004\042\004\040'
        sed -n 's/^unsealed //p' "$1" | base64 -d
    } >secret.der
    openssl pkeyutl -sign -inkey secret.der -keyform DER -rawin -in "$2" -out signed
    # shellcheck disable=SC2059 # octal escapes
    printf '— %s %s\n' "${name%%+*}" "$({
        printf "$(printf '%s' "${id%%+*}" | sed 's/../\\x&/g')"
        cat signed
    } | base64 -w0)"
}

# forge INDEX LINES ENTRY: a proof of an entry at index 0 or 1 of a tree of two, rightly signed.
forge() {
    local leaf other sides
    leaf=$({ printf '\0'; cat "$3"; } | openssl dgst -sha256 -binary | base64)
    other=$(printf 'other' | openssl dgst -sha256 -binary | base64)
    sides=("$leaf" "$other")
    [ "$1" -eq 0 ] || sides=("$other" "$leaf")
    {
        printf '%s\n2\n' "$origin"
        { printf '\001'; printf '%s' "${sides[0]}" | base64 -d; printf '%s' "${sides[1]}" | base64 -d; } |
            openssl dgst -sha256 -binary | base64
    } >checkpoint.text
    {
        echo c2sp.org/tlog-proof@v1
        echo "extra $({ echo public-law-ledger/evidence/v1; cat "$2"; echo; cat "$3"; } | base64 -w0)"
        printf 'index %s\n%s\n\n' "$1" "$other"
        cat checkpoint.text
        echo
        note_signature operator.key checkpoint.text
    } >mutant
}

lines_of() { # PROOF
    evidence_of "$1" | sed '1d;/^$/,$d'
}

entry_of() { # PROOF
    evidence_of "$1" | sed '1,/^$/d'
}

# A record signed by these keys, after the six lines of an entry, made those of entry 1.
model=final/1.tlog-proof
entry_with() { # RECORD-TEXT KEYFILE...
    entry_of $model | sed '2s/.*/index 1/;/^$/q'
    cat "$1"
    echo
    for keyfile in "${@:2}"; do note_signature "$keyfile" "$1"; done
}

plain() { # LINE...: a record text
    draft notarization issue '〔2026〕第1号' notary.example "$@"
}

lines_of final/1.tlog-proof >lines1
lines_of final/3.tlog-proof >lines3
lines_of final/10.tlog-proof >lines10
entry_of final/1.tlog-proof >entry1
forge 1 lines1 entry1
valid 'the forger of this test makes valid proofs of what is true' mutant
plain >text
entry_with text zhang.key >entry
forge 1 lines1 entry
valid 'the forger of this test makes valid records' mutant
sed 's/^matter ./matter (/' entry >entry2
forge 1 lines1 entry2
refused 'a changed record is refused, whoever signs the checkpoint' 'signature of .* does not verify' mutant
sed '2s/1/2/' entry >entry2
forge 1 lines1 entry2
refused 'an entry of another index is refused' 'says it is entry 2' mutant
plain | sed '2s/$/x/' >text2
entry_with text2 zhang.key >entry2
forge 1 lines1 entry2
refused 'a record for another ledger is refused' 'another ledger' mutant
entry_with text zhang.key late.key >entry2
forge 1 lines1 entry2
refused 'a key that is not yet enrolled is refused' 'no key line in force' mutant
entry_with text zhang.key zhang.key >entry2
forge 1 lines1 entry2
refused 'a key that signed twice is refused' 'signed twice' mutant
entry_with text guest.key >entry2
forge 1 lines3 entry2
refused 'a record that only a stranger signed is refused' 'nobody of notary' mutant
entry_with text li-na.key >entry2
forge 1 lines10 entry2
refused 'a governor cannot sign for an institution' 'no key line in force' mutant
plain | sed '5{h;d};6{G}' >text2
entry_with text2 zhang.key >entry2
forge 1 lines1 entry2
refused 'lines of a record out of order are refused' 'in their order' mutant
plain 'set threshold 1' >text2
entry_with text2 zhang.key >entry2
forge 1 lines1 entry2
refused 'a set line outside authority records is refused' 'in their order' mutant
draft authority change authority "$origin" 'set threshold 1' >text2
entry_with text2 li-na.key chen-jie.key >entry2
forge 1 lines10 entry2
valid 'two governors can change the authority' mutant
entry_with text2 li-na.key >entry2
forge 1 lines10 entry2
refused 'one governor cannot' '1 governors signed, and 2 must' mutant
entry_with text2 li-na.key zhang.key >entry2
cat lines10 lines1 >lines2
forge 1 lines2 entry2
refused 'a key that is no governor cannot' 'no governor line' mutant
draft authority change authority notary.example "unset key $(cat zhang.vkey)" >text2
entry_with text2 zhang.key >entry2
forge 1 lines1 entry2
refused 'a notary is no registrar' 'no registrar of notary' mutant
draft authority change other "$origin" 'set threshold 1' >text2
entry_with text2 li-na.key chen-jie.key >entry2
forge 1 lines10 entry2
refused 'an authority record under another matter is refused' 'matter authority' mutant
draft authority genesis authority "$origin" 'set threshold 1' >text2
entry_with text2 li-na.key chen-jie.key >entry2
forge 1 lines10 entry2
refused 'a second genesis is refused' 'only at index 0' mutant
sed '2s/1/0/' entry >entry2
forge 0 lines1 entry2
refused 'an entry 0 that is no genesis is refused' 'not a genesis' mutant

# genesis SED-SCRIPT KEYFILE...: the genesis changed and signed again
genesis() {
    entry_of final/0.tlog-proof | sed '1,/^$/d;/^$/,$d' | sed "$1" >text2
    entry_of final/0.tlog-proof | sed '/^$/q' >entry2
    { cat text2; echo; for keyfile in "${@:2}"; do note_signature "$keyfile" text2; done; } >>entry2
    forge 0 empty entry2
}

genesis '' li-na.key he-min.key
valid 'the genesis signed again is valid' mutant
forge 0 lines1 entry2
refused 'a genesis with lines in the evidence is refused' 'has authority lines' mutant
genesis '' li-na.key
refused 'a genesis that one governor signed is refused' '1 governors signed' mutant
genesis '' li-na.key zhang.key
refused 'a genesis that a clerk signed is refused' 'no governor line' mutant
genesis 's/^set threshold 2/set threshold 4/' li-na.key he-min.key
refused 'a threshold that cannot be met is refused' 'does not fit' mutant
genesis '/^set institution guests/d' li-na.key he-min.key
refused 'a key of no institution is refused' 'no institution for the key' mutant
genesis 's/ notary,clerk / clerk /' li-na.key he-min.key
refused 'a role that the institution has not is refused' 'roles not allowed' mutant
genesis '/^set operator/d' li-na.key he-min.key
refused 'a genesis without operator is refused' 'name of the ledger' mutant
genesis '/^set threshold/p' li-na.key he-min.key
refused 'a line set twice is refused' 'set twice' mutant

# ---- Rules: a ledger of five entries ------------------------------------------------------------

for name in clerk first second third seal registrar; do key $name "mediators.example/$name"; done
key buyer 'persons.example/甲\101'
key seller persons.example/乙
ruled() { # PROOF-NAME EVENT ARGUMENT...
    must ledger-append ruled --operator operator.key --proof "rules/$1" --kind mediation \
        --event "$2" --matter '〔2026〕民调字第1号' --institution mediators.example "${@:3}"
}
{
    grep '^governor' lines
    echo 'threshold 2'
    echo 'institution mediators.example clerk,mediator/civil+family,seal,registrar 样本调解委员会'
    echo 'institution notary.example notary 样本公证处'
    echo "key $(cat zhang.vkey) notary.example notary"
    echo "key $(cat clerk.vkey) mediators.example clerk,mediator/family+civil"
    for name in first second; do echo "key $(cat $name.vkey) mediators.example mediator/civil"; done
    echo "key $(cat third.vkey) mediators.example mediator/family"
    echo "key $(cat seal.vkey) mediators.example seal"
    echo "key $(cat registrar.vkey) mediators.example registrar"
    echo 'rules required'
    echo 'rule mediation open after=- sign=clerk:1 needs=category makes=pending'
    echo "rule mediation agree after=open,agree sign=mediator:2,clerk:1 parties=2" \
        "needs=document,outcome among=outcome:full+partial by=clerk:1:open keeps=category:open" \
        "term=30:open makes=effective"
    echo "rule mediation annul after=agree sign=seal:1 needs=document not-by=agree" \
        "institution=any referred=other:mediation/agree keeps=outcome:refers/agree makes=void"
} >ruled.lines
mkdir rules
must ledger-init ruled --origin "$origin" --operator operator.key --authority ruled.lines \
    --sign li-na.key --sign he-min.key
must ledger-prove ruled 0 -o rules/0
ruled 1 open --category civil --key clerk.key
agreement=(--category civil --party "$(cat buyer.vkey)" --party "$(cat seller.vkey)"
    --field outcome=full --document two.bin)
# Counting greedily would take the clerk for a mediator; and somebody of another institution signs.
ruled 2 agree "${agreement[@]}" --key clerk.key --key first.key --key buyer.key --key second.key \
    --key seller.key --key zhang.key
ruled 3 agree "${agreement[@]}" --key third.key --key clerk.key --key first.key --key second.key \
    --key buyer.key --key seller.key --key zhang.key
draft authority change authority mediators.example "unset key $(cat third.vkey)" \
    "set compromise $(cat third.vkey) 1" >change2.record
must ledger-sign change2.record --key registrar.key
must ledger-append ruled --operator operator.key --proof rules/4 change2.record

valid 'a genesis with rules is valid' rules/0
valid 'a record that meets its rule is valid' rules/1
valid 'a record with parties, by signers who share its places, is valid' rules/2 two.bin
for line in 'ok - sign=mediator:2,clerk:1: mediators.example/clerk counts as clerk' \
    'ok - sign=mediator:2,clerk:1: mediators.example/second counts as mediator' \
    'ok - the party persons.example/乙 signed' \
    'ok - parties=2: 2 are named' 'ok - among=outcome:full+partial: so it is' \
    'not shown by one proof - the latest entry of the matter was of event open or agree' \
    'not shown by one proof - at least 1 of those who sign here as clerk signed an entry of event open' \
    'not shown by one proof - category is as it was in the latest entry of event open' \
    'not shown by one proof - in time: at most 30 days after the latest entry of event open' \
    'by the rule, this entry makes the matter effective'; do
    dash "$by_hand" rules/2 --log "$log" >out || fail "$line"
    grep -qx -- "$line" out || fail "not said: $line"
done
echo 'ok - the rule is told in words'
valid "a registrar's change is valid" rules/4

# ---- Rules: what the operator lets in against them ----------------------------------------------

model=rules/2
lines_of rules/3 >agreeing # under the same authority, and of more signers
lines_of rules/4 >registering
entry_of rules/2 | sed '1,/^$/d;/^$/,$d' >agreed
all=(clerk first buyer second seller)

# agreed RULE PATTERN SED-SCRIPT SIGNER...: the agreement changed, and signed by these
agreed() {
    sed "$3" agreed >text2
    entry_with text2 "${@:4}" >entry2
    forge 1 agreeing entry2
    if [ -z "$2" ]; then valid "$1" mutant; else refused "$1" "$2" mutant; fi
}

# without PATTERN: the lines of the agreement less the items whose subject matches
without() {
    awk -v pattern="$1" '/^(line|absent) /{ out = $0 ~ pattern } !out' agreeing >lines2
    ! cmp -s lines2 agreeing || fail "no item $1"
}

agreed 'the agreement signed again is valid' '' '' "${all[@]/%/.key}"
agreed 'an institution line of another signer may be missing' '' '' "${all[@]/%/.key}" zhang.key
agreed 'one mediator too few is refused' 'place of a' '' clerk.key first.key buyer.key seller.key
agreed 'a mediator for another category is none' 'place of a' '' clerk.key first.key third.key \
    buyer.key seller.key
agreed 'a mediator who is named as a party acts as none' 'place of a' \
    "s|^party .*乙.*|&\nparty $(cat first.vkey)|" "${all[@]/%/.key}"
agreed 'a signer beside who is named as a party takes nobody a place' '' \
    "s|^party .*乙.*|&\nparty $(cat zhang.vkey)|" "${all[@]/%/.key}" zhang.key
agreed 'a category that nobody may do is refused' 'place of a mediator|for labour' \
    's/^category .*/category labour/' "${all[@]/%/.key}"
agreed 'no category is refused where roles are limited to some' 'place of a' '/^category/d' \
    "${all[@]/%/.key}"
agreed 'a party that did not sign is refused' 'party persons.example/乙.* did not sign' '' \
    clerk.key first.key second.key buyer.key
agreed 'a party too few is refused' 'parties=2' '/^party .*乙/d' clerk.key first.key second.key \
    buyer.key
agreed 'a signer who is neither enrolled nor a party is refused' 'no key line in force' \
    '/^party .*乙/d' "${all[@]/%/.key}"
agreed 'no document is refused' 'needs=.* no document' '/^document/d' "${all[@]/%/.key}"
agreed 'no field is refused' 'needs=.* no outcome' '/^field/d' "${all[@]/%/.key}"
agreed 'another value of the field is refused' 'among=.* is none' 's/^field outcome .*/field outcome none/' \
    "${all[@]/%/.key}"
agreed 'a matter referred to is refused where the rule has none' 'rule has none' \
    's/^field/refers 〔2026〕民调字第2号\n&/' "${all[@]/%/.key}"
agreed 'a party named twice is refused' 'named twice' '/^party .*甲/p' "${all[@]/%/.key}"
agreed 'a field named twice is refused' 'in their order' '/^field/p' "${all[@]/%/.key}"
agreed 'a field with the name of a line is refused' 'in their order' 's/^field outcome/field party/' \
    "${all[@]/%/.key}"
agreed 'two categories are refused' 'in their order' '/^category/p' "${all[@]/%/.key}"
agreed 'the rule of another event does not do' "neither the line 'rule mediation open'" \
    's/^event .*/event open/' "${all[@]/%/.key}"
entry_with agreed "${all[@]/%/.key}" >entry
without '^line rule'
forge 1 lines2 entry
refused 'an agreement without its rule is refused' 'neither the line' mutant
without '^line key mediators.example/first'
forge 1 lines2 entry
refused 'the line of a mediator left out is refused' 'no key line in force' mutant
sed 's/^\(line rule .*\)mediator:2/\1mediator:1/' agreeing >lines2
forge 1 lines2 entry
refused 'a rule that asks less is refused' 'authority of the entry' mutant
{ sed -n '/^line rule/{N;p}' agreeing | sed 's/^line .*/absent rules/'; echo end empty; } |
    cat agreeing - >lines2
forge 1 lines2 entry
refused 'an absence that is not so is refused' 'leads to|right form' mutant
lines_of final/2.tlog-proof | sed -n '/^absent/,$p' >lines2
forge 1 lines2 entry
refused 'the absence of rules elsewhere is refused' 'leads to|right form|its place' mutant
sed '/^set compromise/d;1,/^$/d;/^$/,$d' <(entry_of rules/4) >text2
for signer in registrar first; do
    entry_with text2 $signer.key >entry2
    cat registering agreeing >lines2
    forge 1 lines2 entry2
    case $signer in
    registrar) valid "a registrar's change signed again is valid" mutant ;;
    *) refused 'a mediator is no registrar' 'no registrar of mediators' mutant ;;
    esac
done
entry_with text2 li-na.key he-min.key >entry2
forge 1 lines2 entry2
refused "governors do not sign a registrar's change" 'no key line in force' mutant

# ---- Absences in authorities made for the purpose -----------------------------------------------

b64() { openssl dgst -sha256 -binary | base64; }
raw() { printf '%s' "$1" | base64 -d; }
zero=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
rules_key=$(printf 'rules' | b64)
near=$(raw "$rules_key" | { head -c 31; printf 'x'; } | base64) # differs late
far=$(raw "$rules_key" | tr '\000-\177\200-\377' '\200-\377\000-\177' | base64) # in the first bit
leaf() { { printf '\002'; raw "$1"; raw "$2"; } | b64; }
above() { # HERE SIBLING: the node over what stands where the line "rules" would
    if [ $(($(raw "$rules_key" | head -c 1 | od -An -tu1) / 128)) -eq 0 ]; then
        { printf '\003'; raw "$1"; raw "$2"; } | b64
    else
        { printf '\003'; raw "$2"; raw "$1"; } | b64
    fi
}
absence() { # RULE PATTERN ROOT PATH END: nobody is enrolled under such a root
    printf '%s\n' 'absent rules' "path $4" "end $5" >lines2
    sed "s|^authority .*|authority $3|" entry >entry2
    forge 1 lines2 entry2
    refused "$1" "$2" mutant
    if [ "$2" = 'no key line' ]; then
        grep -q '^ok - absent at this entry' out || fail "$1"
        grep -q 'evidence-missing' verified || fail "$1"
    else
        grep -Eq 'evidence-false|bad-proof' verified || fail "$1"
    fi
}
absence 'an absence with another leaf in its place is one' 'no key line' "$(leaf "$near" "$zero")" 0 \
    "$near $zero"
absence 'its own leaf in its place is no absence' 'its own line' "$(leaf "$rules_key" "$zero")" 0 \
    "$rules_key $zero"
absence 'a leaf elsewhere is no absence' 'not stand in its place' \
    "$(above "$(leaf "$far" "$zero")" "$near")" "1 $near" "$far $zero"
absence 'an absence with nothing in its place is one' 'no key line' "$(above "$zero" "$near")" \
    "1 $near" empty
absence 'nothing beside nothing is no place' 'right form' "$(above "$zero" "$zero")" "1 $zero" empty
absence 'more hashes than the depth are refused' 'right form' "$(above "$zero" "$near")" \
    "0 $near" empty
absence 'fewer hashes than the depth are refused' 'right form' "$(above "$zero" "$near")" \
    "2 $near" empty

# ---- Rules that a genesis cannot set ------------------------------------------------------------

# founding RULE PATTERN SED-SCRIPT: the genesis of the ruled ledger, changed
founding() {
    entry_of rules/0 | sed '1,/^$/d;/^$/,$d' | sed "$3" >text2
    entry_of rules/0 | sed '/^$/q' >entry2
    { cat text2; echo; for name in li-na he-min; do note_signature $name.key text2; done; } >>entry2
    forge 0 empty entry2
    if [ -z "$2" ]; then valid "$1" mutant; else refused "$1" "$2" mutant; fi
}

founding 'the genesis with rules signed again is valid' '' ''
founding 'rules without "rules required" are refused' 'not required' '/^set rules/d'
founding 'a role that nobody may hand out is refused' 'nobody has a role' 's/ sign=seal:1/ sign=judge:1/'
founding 'a role in by that nobody may hand out is refused' 'nobody has a role' 's/by=clerk/by=judge/'
founding 'an opening that excludes who signed before is refused' 'nothing comes before' \
    's/needs=category makes/needs=category not-by=agree makes/'
founding 'parties may be kept' '' 's/keeps=category:open/keeps=party:open/'
founding 'as many signers as fit into a record may be asked for' '' 's/parties=2/parties=61/'
founding 'a step before may be one of several, of which one is reached' '' \
    's/by=clerk:1:open/by=clerk:1:annul+open/'
founding 'an event without rule is refused' 'has no rule' 's/by=clerk:1:open/by=clerk:1:close/'
founding 'an event of another kind without rule is refused' 'has no rule' \
    's|referred=other:mediation/agree|referred=other:notarization/agree|'
founding 'by and not-by of one event are refused' 'by and not-by' 's/not-by=agree/by=seal:1:agree &/'
founding 'a rule that opens and looks back is refused' 'nothing comes before' \
    's/needs=category makes/needs=category term=1:agree makes/'
founding 'a rule that cannot be reached is refused' 'cannot be reached' 's/after=agree /after=annul /'
founding 'signers of what cannot come before are refused' 'cannot be reached' \
    's/by=clerk:1:open/by=clerk:1:annul/'
founding 'a line of what cannot come before is refused' 'cannot be reached' \
    's/keeps=category:open/keeps=category:agree/'
founding 'nothing that opens a matter is refused' 'cannot be reached' 's/after=- /after=agree /'
form='not an authority line'
founding 'a clause twice is refused' "$form" 's/ sign=seal:1/& sign=seal:1/'
founding 'clauses out of order are refused' "$form" 's/ \(sign=seal:1\) \(needs=document\)/ \2 \1/'
founding 'an unknown clause is refused' "$form" 's/makes=void/must=hurry/'
founding 'a needed line "refers" is refused' "$form" 's/needs=document not-by/needs=refers not-by/'
founding 'signers without a role in by are refused' "$form" 's/by=clerk:1/by=1/'
founding 'a role twice is refused' "$form" 's/clerk:1 parties/mediator:1 parties/'
founding 'too many places are refused' "$form" 's/mediator:2/mediator:64/'
founding 'more places and parties than can sign are refused' "$form" 's/parties=2/parties=62/'
founding 'more who signed before and parties than can sign are refused' "$form" \
    's/mediator:2,clerk:1/clerk:1/;s/parties=2/parties=63/;s/by=clerk:1/by=clerk:2/'
founding 'parties kept where none are named are refused' "$form" \
    's/ parties=2//;s/keeps=category:open/keeps=party:open/'
founding '64 parties are refused' "$form" 's/parties=2/parties=64/'
founding 'refers/ without referred is refused' "$form" 's/ referred=[^ ]*//'
founding 'a rule for authority records is refused' "$form" 's/rule mediation annul/rule authority annul/'
founding 'more than the clauses is refused' "$form" 's/makes=void/& /'
founding 'a grant of two spellings is refused' "$form" 's/ clerk,mediator/ clerk,clerk,mediator/'
founding 'a key beyond the categories of its institution is refused' 'roles not allowed' \
    's/mediators.example mediator\/family/&+labour/'
founding 'a key without the limits of its institution is refused' 'roles not allowed' \
    's/\(mediators.example mediator\)\/family/\1/'
founding 'a compromised key with a line is refused' 'line of its own' \
    "\$s|\$|\nset compromise $(cat seal.vkey) 0|"
public=$(cut -d + -f 3- seal.vkey)
id=$({ printf 'other.example\n'; printf '%s' "$public" | base64 -d; } | openssl dgst -sha256 | sed 's/.*= *//')
founding 'a compromised key with a line of another name is refused' 'line of its own' \
    "\$s|\$|\nset compromise other.example+${id:0:8}+$public 0|"
founding 'a compromise that lies ahead is refused' 'lies ahead' \
    "\$s|\$|\nset compromise $(cat late.vkey) 1|"
