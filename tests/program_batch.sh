#!/bin/bash
# Batch signatures: ledger-sign --batch, ledger-append --jsonl --batch, and what verifying says of them.
# usage: program_batch.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/append_lib.sh
. "$(dirname "$0")/append_lib.sh"

init L lines li chen
[ "$status" -eq 0 ] || fail 'a ledger is made'

drafts() { # PREFIX COUNT
    local i
    for ((i = 1; i <= $2; i++)); do
        sign --new "$1$i" --ledger "$ledger" "${fields[@]}" --data "$i"
        [ "$status" -eq 0 ] || fail 'a draft is made'
    done
}
verify() {
    run "$bin/ledger-verify" --log "$(cat op.vkey)" "$@"
}
sizes() { # FILE: bytes of its signatures, with the key ID
    sed -n 's/^— [^ ]* //p' "$1" | while read -r line; do
        printf '%s' "$line" | base64 -d | wc -c
    done | tr '\n' ' '
}

# --- ledger-sign --batch ---

drafts r 5
cp r1 draft1
sign --batch r1 r2 r3 r4 r5 --key zhang
expect 'a batch shows what is signed' 0 'data +5$'
[ "$(grep -c '^record to be signed:$' err)" -eq 5 ] || fail 'every record is shown'
ok 'every record is shown'
[ "$(grep -c '^— ' r1)$(sizes r1)" = '1168 ' ] || fail 'a record of five has a path of three hashes'
[ "$(grep -c '^— ' r5)$(sizes r5)" = '1104 ' ] || fail 'the fifth of five has a path of one hash'
ok 'every record has one signature line with the path it needs'
holds 'the text stays as it was' cmp -s draft1 <(sed '/^$/,$d' r1)
ends() {
    sed -n 's/^— [^ ]* //p' "$1" | base64 -d | tail -c 64 | sha256sum
}
holds 'the signature in them is the same' [ "$(ends r1)" = "$(ends r5)" ]
cp r1 once
sign --batch r1 draft1 --key zhang
expect 'the same record twice is refused' 1 "refused 'draft1': repeated-record.*'r1'"
sign r1 --key zhang
expect 'who signed in a batch does not sign again' 1 "repeated-signer.*张三"
cp draft1 second
sign second --key zhang
sign --batch second r2 --key zhang
expect 'who signed by himself does not sign again in a batch' 1 "refused 'second': repeated-signer"
sign --batch r2 r3 r4 --key zhang
expect 'nor twice in batches' 1 "refused 'r2': repeated-signer"
holds 'what is refused is not written' cmp -s r1 once
sign --batch r1 r2 --key wang
expect 'others sign beside, in batches of their own' 0 'record to be signed'
[ "$(sizes r1)" = '168 104 ' ] || fail 'two signers have two lines'
sign r3 --key wang
expect 'or by themselves' 0 'record to be signed'
append r4 r1 r3 r2
expect 'records of a batch are appended one by one, in any order' 0 ''
append r5 --proof r5.proof
expect 'and one alone, with its proof' 0 ''
verify r5.proof
expect 'the proof stands alone' 0 ''
grep -q 'as record 5 of a batch of 5' out || fail 'the proof says that it was signed in a batch'
ok 'the proof says that it was signed in a batch'
verify --json r5.proof
grep -q '"batch":{"position":4,"size":5}' out || fail 'so does the JSON'
key_id=$(cut -d + -f 2 zhang.vkey)
grep -q "\"key_id\":\"$key_id\"" out || fail 'with the key ID of the key'
ok 'so does the JSON, with the key ID of the key itself'

# --- what is no batch ---

drafts s 2
sign --batch s1 --key zhang
expect 'a batch of one is refused' 2 'a batch has 2 to 1024 records: sign this one without'
many=()
for ((i = 0; i < 1025; i++)); do many+=(s1); done
sign --batch "${many[@]}" --key zhang
expect 'a batch of 1025 is refused' 2 'a batch has 2 to 1024 records'
sign s1 s2 --key zhang
expect 'several records need --batch' 2 "several records are signed with '--batch'"
sign --batch s1 s2 --key zhang -o x
expect 'a batch is written where it was' 2 "'--output' does not go with '--batch'"
sign --batch --new s3 s4 --key zhang
expect 'a batch is not made' 2 "'--batch' does not go with '--new'"
sign --batch s1 - --key zhang
expect 'a batch is not read from standard input' 2 'standard input'
sign --batch s1 missing --key zhang
expect 'a file that is not there' 2 "cannot open 'missing'"
holds 'leaves the others as they were' [ "$(grep -c '^— ' s1)" -eq 0 ]
sign --new change --ledger "$ledger" --kind authority --event change --matter authority \
    --institution "$ledger" --set 'threshold 1'
sign --batch s1 change --key li
expect 'a change of the authority is not signed in a batch' 1 "refused 'change': bad-signature"
long=$(printf '%065000d' 0)
sign --new big --ledger "$ledger" "${fields[@]}" --data "\"$long\""
sign --batch s1 big --key zhang --key wang --key li --key chen
expect 'a record that gets too long by it' 1 "refused 'big': too-long"
holds 'leaves the others as they were' [ "$(grep -c '^— ' s1)" -eq 0 ]

# --- every part of it counts ---

changed() { # FROM-BYTE HEX: s1 with these bytes in its signature
    local hex base64
    hex=$(sed -n 's/^— [^ ]* //p' s1 | base64 -d | od -An -v -tx1 | tr -d ' \n')
    hex=${hex:0:2*$1}$2${hex:2*$1+${#2}}
    # shellcheck disable=SC2001 # bash would not keep the backslash
    base64=$(printf '%b' "$(sed 's/../\\x&/g' <<<"$hex")" | base64 -w 0)
    sed "s|^\(— [^ ]* \).*|\1$base64|" s1
}
refused() { # RULE FINDING: the record on standard input
    cat >bad
    append bad
    expect "$1" 1 "refused 'bad': $2"
}
sign --batch s1 s2 --key zhang
changed 4 0000 | cmp -s - s1 || fail 'the same bytes make the same file'
changed 4 0001 | refused 'another position is refused' bad-signature
changed 4 0002 | refused 'a position outside is refused' bad-signature
changed 6 0003 | refused 'another size is refused' bad-signature
changed 6 0001 | refused 'a batch of one is refused' bad-signature
changed 6 0401 | refused 'a batch of 1025 is refused' bad-signature
changed 8 0000 | refused 'another path is refused' bad-signature
changed 40 0000 | refused 'another signature is refused' bad-signature
changed 0 00000000 | refused 'another key ID is refused' not-enrolled
sed '/^—/!s/公证/公正/' s1 | refused 'the line for another text is refused' bad-signature
{ cat s1 && sed -n '/^—/p' s2; } | refused 'two lines of one signer are refused' repeated-signer
{ sed '/^—/d' s1 && sed -n '/^—/p' s2; } | refused "the line of the batch's other record is refused" \
    bad-signature
{ sed '/^—/d' s1 && sed -n '/^—/p' second; } | refused 'a line of a record by itself is refused' \
    bad-signature
{ sed '/^—/d' s1 && sed -n 's/^— [^ ]*/— '"${forensics}"'\/王五/p' s1; } |
    refused 'under the name of somebody else it is refused' not-enrolled
append s1 s2
expect 'untouched it is admitted' 0 ''
append s1 s2
expect 'and again with the same bytes' 0 '2 of 2 records were in the ledger already'

# --- ledger-append --jsonl --batch ---

lines() { # FROM TO: with a nonce and a time of their own
    local i
    for ((i = $1; i <= $2; i++)); do
        printf '{"kind":"notarisation","event":"issue","matter":"批量%d","institution":"%s",' "$i" \
            "$notary"
        printf '"time":"2026-11-23T10:00:00+08:00","nonce":"batch%016dA=="}\n' "$i"
    done
}
lines 1 1025 >bulk.jsonl
append --key zhang --key wang --jsonl bulk.jsonl --batch --batch
expect 'an option given twice is refused' 2 'batch'
append --key zhang --batch "${fields[@]}"
expect 'one record is signed by itself' 2 "'--batch' does not go with a record made from options"
append --key zhang --key wang --jsonl bulk.jsonl --batch
expect 'lines are signed 1024 at a time' 0 ''
first=$(head -n 1 out | cut -f 1)
entry() { # PLACE IN BULK
    "$bin/ledger-log" L --raw $((first + $1)) >entry
}
entry 0
[ "$(sizes entry)" = '392 392 ' ] || fail 'of 1024 records each has a path of ten hashes'
entry 1024
[ "$(sizes entry)" = '68 68 ' ] || fail 'the one that is left is signed by itself'
ok 'the one that is left is signed by itself'
append --key zhang --key wang --jsonl bulk.jsonl --batch
expect 'the same lines again are the same records' 0 '1025 of 1025 records were in the ledger already'
append --key zhang --key wang --jsonl bulk.jsonl
expect 'signed otherwise they are refused' 1 'other-signatures'
lines 2000 2004 | sed '4s/issue/Bad/' >bad.jsonl
append --key zhang --jsonl bad.jsonl --batch
expect 'a bad line is named' 1 "refused line 4 of 'bad.jsonl': bad-record"
lines 2000 2004 | sed "4s|$notary|$forensics|" >bad.jsonl
append --key zhang --jsonl bad.jsonl --batch
expect 'a record that is not admitted is named' 1 "refused line 4 of 'bad.jsonl': institution-unsigned"
{ lines 2000 2001 && lines 2002 2002 | sed "s/}\$/,\"data\":\"$long\"}/"; } >bad.jsonl
append --key zhang --key wang --jsonl bad.jsonl --batch
expect 'a record that gets too long by it is named' 1 "refused line 3 of 'bad.jsonl': too-long"
: >empty.jsonl
append --key zhang --jsonl empty.jsonl --batch
expect 'no lines are no batch' 0 ''
verify L
expect 'the ledger is valid' 0 ''

# --- a key that signed in batches, compromised ---

sign --new revoke --ledger "$ledger" --kind authority --event change --matter authority \
    --institution "$ledger" --unset "key $(cat zhang.vkey)" \
    --set "compromise $(cat zhang.vkey) $((first + 1000))" --key li --key chen
append revoke
expect 'its key is declared compromised' 0 ''
verify --json L
[ "$(grep -o '"type":"doubtful"' out | wc -l)" -eq 25 ] || fail 'what it signed from there on is in doubt'
grep -q "\"type\":\"doubtful\",\"entry\":$((first + 1000))," out || fail 'from there on'
ok 'what it signed from there on is in doubt, in batches or not'
lines 3000 3001 >more.jsonl
append --key zhang --jsonl more.jsonl --batch
expect 'it signs no more' 1 "refused line 1 of 'more.jsonl': not-enrolled"
