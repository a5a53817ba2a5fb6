#!/bin/bash
# ledger-sign and ledger-append: records signed in steps, from files, from lines of JSON, and with the
# lines that rules speak of.
# usage: program_append_files.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/append_lib.sh
. "$(dirname "$0")/append_lib.sh"

init L lines li chen
[ "$status" -eq 0 ] || fail 'a ledger is made'

# --- signing in steps, and records from files ---

opinion=(--ledger "$ledger" --kind forensic-appraisal --event issue --matter '粤南医鉴〔2026〕1号'
    --institution "$forensics")
sign --new r1 "${opinion[@]}" --document '公证书.txt'
expect 'a draft is made without signatures' 0 ''
grep -q "^document sha256 $digest $bytes 公证书.txt\$" r1 || fail 'a draft has the documents'
grep -Eq '^time [0-9T:-]+[+]08:00$' r1 || fail 'the time has the local offset'
ok 'a draft has the documents and the time with the local offset'
cp r1 draft
sign --new r1 "${opinion[@]}"
expect 'a draft is not overwritten' 2 "'r1': it exists already"
append r1
expect 'a draft cannot be appended' 1 \
    "refused 'r1': nobody has signed it yet: ledger-sign 'r1' --key KEYFILE"
! grep -q bad-note err || fail 'and that is all that is said'
append r1 --json
grep -q '"finding":"bad-note".*"detail":"nobody has signed it yet' out || fail 'also in JSON'
ok 'and that is all that is said, also in JSON'
append lines
expect 'what is no record is none' 1 "refused 'lines': bad-note"
sign r1 --key wang
expect 'a signature shows what is signed' 0 'matter +粤南医鉴〔2026〕1号'
cp r1 once
sign r1 --key wang
expect 'a second signature by the same key is refused' 1 "repeated-signer.*王五"
holds 'and the file stays as it was' cmp -s r1 once
sign r1 --key zhang -o r2
expect 'another key signs beside' 0 'document +sha256'
holds 'and the result goes where it was asked to' cmp -s r1 once
[ "$(grep -c '^— ' r2)" -eq 2 ] || fail 'there are two signatures'
sign r2 --key li -o -
[ "$(grep -c '^— ' out)" -eq 3 ] || fail 'the result goes to standard output'
expect 'the result goes to standard output' 0 'record to be signed'
sign lines --key wang
expect 'what is not a record is not signed' 1 "refused 'lines': "
sign r2 --key zhang --kind x
expect 'a record that is there takes no other lines' 2 "'--kind' does not go with a record"
append r2 --proof proof2
indexes_are 1 || fail 'a finished record is appended'
expect 'a finished record is appended' 0 ''
append once
expect 'and not with other signatures' 1 "refused 'once': other-signatures.*entry 1 "
sign --new r3 --ledger other.gz.example/2026 "${fields[@]}" --key zhang
append r3
expect 'a record for another ledger is refused' 1 "refused 'r3': other-ledger"
sign --new r4 --ledger "$ledger" "${fields[@]}" --key zhang
sign --new r5 --ledger "$ledger" "${fields[@]}" --key zhang
sed 's/^event issue/event annul/' r5 >r6
append r4 r6 r5
expect 'a changed record is refused with its batch' 1 \
    "refused 'r6': bad-signature"
append r4 r2 r5
indexes_are 2 1 3 || fail 'a batch keeps the order of the command line'
expect 'a batch keeps the order of the command line' 0 '1 of 3 records'
append r4 r5 --proof proof3
expect 'a proof is for one record' 2 'one record only'
append r4 --kind x
expect 'record files take no other lines' 2 "'--kind' does not go with finished records"
sign --new change --ledger "$ledger" --kind authority --event change --matter authority \
    --institution "$ledger" --unset "key $(cat wang.vkey)" --key li
sign change --key chen
append change
indexes_are 4 || fail 'a change of the authority is signed in steps'
expect 'a change of the authority is signed in steps' 0 ''
append --key wang --kind forensic-appraisal --event issue --matter 1 --institution "$forensics"
expect 'a key that was taken away is refused' 1 'not-enrolled'
change=(--ledger "$ledger" --kind authority --event change --matter authority --institution "$ledger")
sign --new bad "${change[@]}" --set "key $(cat wang.vkey) $forensics" --key li
expect 'a line that is none is not signed' 2 "'--set': 'key .*bad-authority-line: expected grants"
sign --new bad "${change[@]}" --set "threshold 2 "
expect 'nor made into a draft' 2 "'--set': .*it ends with a blank"
sign --new bad "${change[@]}" --unset "key $(cat wang.vkey) $forensics appraiser" --key li
expect 'nor is what is no subject' 2 "'--unset': .* is not a subject: 'operator', 'threshold'"
holds 'and nothing is written' test ! -e bad
sign --new bad --ledger "$ledger" --kind x --event y --matter 1 --institution "$notary" --time now
expect 'a record is made with a time that is one' 2 "'--time': 'now' is not a time"
sign --new other "${change[@]}" --set "threshold 1" --key zhang
append other
expect 'a change by somebody who may not make it is refused' 1 'not-enrolled'
grep -q 'a change is signed by governors' err || fail 'with a hint that fits'
! grep -q -- --party err || fail 'with a hint that fits'
ok 'with a hint that fits'

# --- many records ---

json() { # NUMBER MORE
    printf '{"kind":"notarisation","event":"issue","matter":"第%s号","institution":"%s"%s}\n' \
        "$1" "$notary" "$2"
}
{
    json 1 ', "documents": ["公证书.txt", {"sha256":"'"$digest"'","size":12,"name":"附件.pdf"}]'
    json 2 ', "data": {"金额": 1.10, "list": [1, 2], "text": "a, \"b\" }"}'
    echo
    json 3 ', "time":"2026-11-23T10:21:07+08:00", "nonce":"AAAAAAAAAAAAAAAAAAAAAA=="'
} >lines.jsonl
append --key zhang --jsonl lines.jsonl
indexes_are 5 6 7 || fail 'a record for each line'
expect 'a record for each line is appended' 0 ''
holds 'data keeps its spelling' grep -aqF 'data {"金额":1.10,"list":[1,2],"text":"a, \"b\" }"}' \
    L/data.mdb
status=0
"$bin/ledger-append" L --operator op --key zhang --jsonl - --json <lines.jsonl >out 2>err || status=$?
[ "$(grep -c '"existing":true' out)" -eq 1 ] || fail 'lines come from standard input'
expect 'lines come from standard input' 0 '1 of 3 records were'
bad_line() { # RULE PATTERN: the line is on stdin
    cat >bad.jsonl
    append --key zhang --jsonl bad.jsonl
    expect "$1" "${3:-1}" "$2"
}
json 1 ', "colour": "red"' | bad_line 'an unknown member is refused' \
    "refused line 1 of 'bad.jsonl': bad-record.*unknown member 'colour'"
json 1 ', "kind": "x"' | bad_line 'a member given twice is refused' 'line 1 .*duplicate'
json 1 ', "time": 5' | bad_line 'a value of another type is refused' "member 'time' must be text"
json 1 ', "documents": [{"sha256":"00","size":1,"name":"a"}]' |
    bad_line 'a bad digest is refused' 'a document must be'
json 1 ', "documents": ["missing.pdf"]' |
    bad_line 'an unreadable document names the line' "stopped at line 1 of 'bad.jsonl'" 2
echo '{"kind":"notarisation"}' | bad_line 'a missing member is refused' "'event' is missing"
echo '[]' | bad_line 'what is not an object is refused' 'not a JSON object'
json 1 '}' | bad_line 'what is not JSON is refused' 'not JSON'
json '\u202e' '' | bad_line 'a bidi character in an escape is refused' 'bad-text'
awk -v n="$notary" 'BEGIN { for (i = 1; i <= 1030; i++)
    printf "{\"kind\":\"notarisation\",\"event\":\"%s\",\"matter\":\"批量%d\",\"institution\":\"%s\"}\n",
        i == 1027 ? "Bad" : "issue", i, n }' >bulk.jsonl
append --key zhang --jsonl bulk.jsonl
[ "$status" -eq 1 ] || fail 'a bad line in the second batch is refused'
grep -q "refused line 1027 of 'bulk.jsonl'" err || fail 'the bad line is named'
grep -q 'nothing of this batch was appended; the 1024 records of the batches before it, whose' err ||
    fail 'tells'
[ "$(wc -l <out)" -eq 1024 ] || fail 'the first batch is in, the second is not'
ok 'of a bad line in the second batch the first batch is in, the second is not'
last=$(tail -n 1 out | cut -f 1)
one
indexes_are $((last + 1)) || fail 'the next record follows the first batch'
expect 'the next record follows the first batch' 0 ''

# --- the lines that rules speak of: no rules are required here ---

new_key client 'client.gz.example/吴'
party=$(cat client.vkey)
one --category deed --party "$party" --refers '粤南公证〔2025〕第9号' --field result=upheld \
    --field 'formula=a=b' --key client
expect 'a record has a category, parties, a reference and fields' 0 ''
index=$(cut -f 1 out)
run "$bin/ledger-log" L --raw "$index"
{
    printf 'category deed\nparty %s\nrefers 粤南公证〔2025〕第9号\n' "$party"
    printf 'field result upheld\nfield formula a=b\n'
} >expected
sed -n '/^category /,/^field formula/p' out >lines.out
holds 'in the order of the format, the first = of a field splitting' cmp -s lines.out expected
run "$bin/ledger-log" L --from "$index"
holds 'the log has them as further columns' test "$(cut -f 7- out)" = "category deed	party $party	refers \
粤南公证〔2025〕第9号	field result upheld	field formula a=b"
run "$bin/ledger-log" L --from "$index" --json
holds 'and as members of JSON' grep -qF '"category":"deed","parties":["'"$party"'"],"refers":"粤南公证〔2025〕第9号",'\
'"fields":{"result":"upheld","formula":"a=b"},"documents"' out
one --party "$party"
expect 'a party must sign' 1 "party-unsigned.*client.gz.example/吴"
one --key client
expect 'who is neither enrolled nor a party must not' 1 'not-enrolled'
one --party "$party" --party "$party" --key client
expect 'a party stands once' 2 'bad-record'
one --party 'nobody'
expect 'a party is a key' 2 "'--party': 'nobody' is not a key as 'ledger-key show' prints it"
one --category ''
expect 'an empty category is not taken for none' 2 "'--category': the value is empty"
one --refers ''
expect 'nor an empty reference' 2 "'--refers': the value is empty"
one --category Deed
expect 'a category is a token' 2 "'--category': 'Deed' is not a token"
one --field result
expect 'a field has a value' 2 "'result' is not NAME=VALUE"
one --field 'result=upheld' --field 'result=denied'
expect 'a field stands once' 2 'bad-record'
one --field 'a b=c'
expect 'a space in the name of a field does not move into its value' 2 "'a b' is not the name"
one --field $'result=upheld\ndocument x'
expect 'a newline in a field makes no line' 2 'bad-text.*newline'
one --field "result=$(head -c 1025 /dev/zero | tr '\0' x)"
expect 'a field has at most 1,024 bytes' 2 'bad-record'
append r4 --category deed
expect 'record files take no category' 2 "'--category' does not go with finished records"
run "$bin/ledger-sign" --new r7 --ledger "$ledger" "${fields[@]}" --category deed \
    --party "$party" --refers 1 --field result=upheld --key zhang
for shown in 'category +deed' "party +${party%%+*}" 'refers +1' 'field +result upheld'; do
    grep -Eq "^  $shown" err || fail "ledger-sign shows what is signed: $shown"
done
ok 'ledger-sign shows these lines before it signs'
append r7
expect 'a record that a party has not signed yet is refused' 1 'party-unsigned'
run "$bin/ledger-sign" r7 --key client
append r7
expect 'and taken once the party has signed' 0 ''
json 4 ', "fields":{"z":"1","a":"2"},"refers":"第9号","parties":["'"$party"'"],"category":"deed"' \
    >ruled.jsonl
append --key zhang --key client --jsonl ruled.jsonl
expect 'lines of JSON have them too' 0 ''
run "$bin/ledger-log" L --from "$(cut -f 1 out)" --json
holds 'the fields in the order of the line' grep -qF '"fields":{"z":"1","a":"2"}' out
json 1 ', "fields":{"a":1}' | bad_line 'a field that is no text is refused' "field 'a' must be text"
json 1 ', "fields":{"A":"1"}' | bad_line 'a bad name of a field is refused' "'A' is not the name"
json 1 ', "fields":["a"]' | bad_line 'fields that are no object are refused' "'fields' must be an"
json 1 ', "parties":"x"' | bad_line 'parties that are no list are refused' "'parties' must be a list"
json 1 ', "parties":[1]' | bad_line 'a party that is no text is refused' 'a party must be'
json 1 ', "category":""' | bad_line 'an empty category is refused' "'category' must be text"
