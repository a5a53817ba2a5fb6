#!/bin/bash
# ledger-init, ledger-sign and ledger-append as programs: what is appended, and what is refused.
# usage: program_append.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
umask 077
export TZ=Asia/Shanghai

# holds RULE COMMAND...
holds() {
    rule=$1
    shift
    "$@" || fail "$rule"
    ok "$rule"
}

# indexes_are NUMBER...: what ledger-append printed
indexes_are() {
    [ "$(cut -f 1 out | tr '\n' ' ')" = "$* " ] && ! grep -Evq '^[0-9]+	[0-9a-f]{64}$' out
}

ledger='publiclaw.gz.example/2026'
notary='nanfang-notary.gz.example'
forensics='smu-forensics.gz.example'
matter='粤南公证〔2026〕第1234号'
map_size=33554432

new_key() { # FILE NAME
    run "$bin/ledger-key" generate --name "$2" --unsealed "$1"
    [ "$status" -eq 0 ] || fail "makes the key $2"
    cp out "$1.vkey"
}
new_key op "$ledger"
new_key op2 "$ledger"
new_key li 'justice.gz.example/李娜'
new_key chen 'court.gz.example/陈洁'
new_key zhang "$notary/张三"
new_key wang "$forensics/王五"
new_key stranger "$notary/路人"

cat >lines <<END
# 首批机构

governor $(cat li.vkey)
governor $(cat chen.vkey)
threshold 2
institution $notary notary 广州市南方公证处
institution $forensics appraiser,reviewer 南方医科大学司法鉴定中心
key $(cat zhang.vkey) $notary notary
key $(cat wang.vkey) $forensics appraiser
END

init() { # LEDGER LINES SIGNER... : extra options in $extra
    path=$1
    file=$2
    shift 2
    signs=()
    for key in "$@"; do
        signs+=(--sign "$key")
    done
    run "$bin/ledger-init" "$path" --origin "$ledger" --operator op --authority "$file" \
        "${signs[@]}" --map-size "${size:-$map_size}"
}
append() { # OPTION...: with the operator's key
    run "$bin/ledger-append" L --operator op "$@"
}
# a record of the notary, by options; more options may follow
fields=(--kind notarisation --event issue --matter "$matter" --institution "$notary")
one() {
    append --key zhang "${fields[@]}" "$@"
}

# --- ledger-init ---

run "$bin/ledger-init" --help
expect 'ledger-init has a help' 0 ''
run "$bin/ledger-init" L --origin "$ledger" --operator op --authority lines
expect 'a genesis needs signers' 2 "'--sign' is missing"
init L lines li
expect 'a genesis below the threshold is refused' 1 'refused the genesis: too-few-governors'
holds 'a refused genesis leaves nothing' test ! -e L -a ! -e L.guard
init L lines li chen zhang
expect 'a genesis signed by another key is refused' 1 'not-enrolled'
sed 's/^threshold 2/threshold 02/' lines >bad
init L bad li chen
expect 'a bad authority line is named' 1 "refused line 5 of 'bad': bad-authority-line"
{
    cat lines
    printf 'operator %s\n' "$(cat op2.vkey)"
} >bad
init L bad li chen
expect 'another operator than the key given is refused' 2 'operator'
holds 'and leaves nothing' test ! -e L -a ! -e L.guard
run "$bin/ledger-init" L --origin 'a name' --operator op --authority lines --sign li
expect 'an origin that is no name is refused' 2 "'a name' is not a name"
init L lines li chen
grep -q "^origin $ledger\$" out || fail 'ledger-init makes a ledger'
grep -q '^index 0$' out || fail 'ledger-init makes a ledger'
grep -q "^log $(sed 's/[+]/[+]/g' op.vkey)\$" out || fail 'ledger-init prints the log key'
grep -q '^guard L.guard$' out || fail 'ledger-init names the guard'
[ "$(sed -n 's/^leaf //p' out)" = "$(sed -n 's/^root //p' out)" ] || fail 'one leaf is the root'
expect 'ledger-init makes a ledger and prints what verifiers need' 0 ''
cp -r L genesis
cp L.guard genesis.guard
init L lines li chen
expect 'a ledger is not overwritten' 2 "'L'"
[ ! -w / ] || ok 'a read-only directory (not tried: this user may write everywhere)'
if [ ! -w / ]; then
    mkdir closed
    chmod 500 closed
    init closed/L lines li chen
    expect 'a read-only directory is refused' 2 'closed'
fi

# --- one record from options ---

printf '公证书正文\n' >'公证书.txt'
digest=$(sha256sum <'公证书.txt' | cut -d ' ' -f 1)
bytes=$(stat -c %s '公证书.txt')
append "${fields[@]}"
expect 'a record from options needs a key' 2 "'--key' is missing"
append --key zhang --kind notarisation
expect 'a record from options needs all its lines' 2 "'--event' is missing"
one --time 2026-11-23T10:21:07+08:00 --nonce AAECAwQFBgcICQoLDA0ODw== \
    --document '公证书.txt' --data ' { "份数": 1.10, "note": "a b" } ' --proof proof
indexes_are 1 || fail 'a record from options is appended'
cp out first
expect 'a record from options is appended' 0 ''
holds 'its proof is written' grep -q '^c2sp.org/tlog-proof@v1' proof
one --time 2026-11-23T10:21:07+08:00 --nonce AAECAwQFBgcICQoLDA0ODw== \
    --document '公证书.txt' --data '{"份数":1.10,"note":"a b"}'
cmp -s out first || fail 'the same record again gives the same index'
expect 'the same record again gives the same index and exit 0' 0 '1 of 1 records were .*already'
append --key zhang --key wang "${fields[@]}" --document '公证书.txt' \
    --time 2026-11-23T10:21:07+08:00 --nonce AAECAwQFBgcICQoLDA0ODw== \
    --data '{"份数":1.10,"note":"a b"}'
expect 'the same text with other signatures is refused and names the entry' 1 \
    'other-signatures.*entry 1 '
one --json
grep -Eq '^\{"index":2,"leaf":"[0-9a-f]{64}","existing":false\}$' out || fail 'JSON receipts'
expect 'receipts can be JSON' 0 ''

one --proof no/where
expect 'without a place for the proof nothing is appended' 2 "proof to 'no/where': No such file"
one --proof .
expect 'nor with a directory in its place' 2 "'.': it is not a regular file"
lengthy=$(printf 'x%.0s' {1..250})
one --proof "$lengthy"
{ indexes_are 3 && [ "$status" -eq 2 ]; } || fail 'a receipt comes before the proof'
grep -q "the record IS in the ledger, as entry 3; .*'ledger-prove L 3 --output FILE' makes it" err ||
    fail 'a proof that cannot be written is trouble, and the record is in the ledger'
[ ! -e "$lengthy" ] || fail 'nothing of the proof is left'
ok 'a proof that cannot be written is trouble, and the record is in the ledger'
run "$bin/ledger-prove" L 3 --output later
expect 'its proof can be made later' 0 ''

append --key stranger "${fields[@]}"
expect 'an unknown key is refused' 1 'refused the record: not-enrolled'
append --key wang "${fields[@]}"
expect 'a key of another institution alone is refused' 1 'institution-unsigned'
append --key zhang --key zhang "${fields[@]}"
expect 'one key does not sign twice' 2 'given before'
append --key zhang --kind notarisation --event issue --matter $'1234\a' --institution "$notary"
expect 'a control character in the matter is refused' 1 'bad-text.*at line 5'
append --key zhang --kind notarisation --event issue --matter $'12\u202e34' \
    --institution "$notary"
expect 'a bidi character in the matter is refused' 1 'bad-text'
append --key zhang --kind notarisation --event issue --matter $'12\ninstitution x' \
    --institution "$notary"
expect 'a newline in the matter makes no line' 1 'bad-text.*newline'
append --key zhang --kind Notarisation --event issue --matter 1 --institution "$notary"
expect 'a kind that is no token is refused' 1 "bad-record.*'kind <token>'"
one --time 2026-11-23T10:21:07
expect 'a time without offset is refused' 1 "bad-record.*'time"
one --nonce AAEC
expect 'a short nonce is refused' 2 "'AAEC' is not the base64 of 16 bytes"
one --data '1 2'
expect 'data that is not one JSON value is refused' 1 "bad-record.*'data"
one --document missing.pdf
expect 'a missing document is named' 2 "document 'missing.pdf': No such file"
one --document .
expect 'a directory is no document' 2 "'.' as a document: it is not a regular file"
if [ ! -w / ]; then
    : >closed.pdf
    chmod 000 closed.pdf
    one --document closed.pdf
    expect 'an unreadable document is named' 2 "document 'closed.pdf': Permission denied"
fi
: >$'坏\u202e名.pdf'
one --document $'坏\u202e名.pdf'
expect 'a name that is no file name is refused' 2 'rename the file'
one --data "\"$(head -c 65000 /dev/zero | tr '\0' x)\""
expect 'an entry over 65,535 bytes is refused' 1 'too-long'
one --data "\"$(head -c 70000 /dev/zero | tr '\0' x)\""
expect 'a record over 65,535 bytes is refused' 1 'too-long'

printf 'correct horse\n' >pass
printf 'wrong horse\n' >wrong
run "$bin/ledger-key" generate --name "$notary/封" --passphrase-file pass sealed
append --key sealed "${fields[@]}" --passphrase-file pass --passphrase-file wrong
expect 'a wrong passphrase is refused' 2 "wrong passphrase for 'sealed'"
chmod 644 zhang
one
expect 'a key file others can read is refused' 2 'others have permissions on it .mode 0644'
chmod 600 zhang
run "$bin/ledger-append" L --operator zhang --key zhang "${fields[@]}"
expect 'another key than the operator is refused' 2 'operator'
one
indexes_are 4 || fail 'nothing that was refused is in the ledger'
expect 'nothing that was refused is in the ledger' 0 ''

# --- signing in steps, and records from files ---

sign() {
    run "$bin/ledger-sign" "$@"
}
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
expect 'a draft cannot be appended' 1 "refused 'r1': bad-note"
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
indexes_are 5 || fail 'a finished record is appended'
expect 'a finished record is appended' 0 ''
append once
expect 'and not with other signatures' 1 "refused 'once': other-signatures.*entry 5 "
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
indexes_are 6 5 7 || fail 'a batch keeps the order of the command line'
expect 'a batch keeps the order of the command line' 0 '1 of 3 records'
append r4 r5 --proof proof3
expect 'a proof is for one record' 2 'one record only'
append r4 --kind x
expect 'record files take no other lines' 2 "'--kind' does not go with finished records"
sign --new change --ledger "$ledger" --kind authority --event change --matter authority \
    --institution "$ledger" --unset "key $(cat wang.vkey)" --key li
sign change --key chen
append change
indexes_are 8 || fail 'a change of the authority is signed in steps'
expect 'a change of the authority is signed in steps' 0 ''
append --key wang --kind forensic-appraisal --event issue --matter 1 --institution "$forensics"
expect 'a key that was taken away is refused' 1 'not-enrolled'

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
indexes_are 9 10 11 || fail 'a record for each line'
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
grep -q 'nothing of this batch was appended; 1024 records before it are in' err || fail 'tells'
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
expect 'a party stands once' 1 'bad-record'
one --party 'nobody'
expect 'a party is a key' 1 "bad-record.*at line 9"
one --category ''
expect 'an empty category is not taken for none' 2 "'--category': the value is empty"
one --refers ''
expect 'nor an empty reference' 2 "'--refers': the value is empty"
one --category Deed
expect 'a category is a token' 1 "bad-record.*at line 9"
one --field result
expect 'a field has a value' 2 "'result' is not NAME=VALUE"
one --field 'result=upheld' --field 'result=denied'
expect 'a field stands once' 1 'bad-record'
one --field 'a b=c'
expect 'a space in the name of a field does not move into its value' 2 "'a b' is not the name"
one --field $'result=upheld\ndocument x'
expect 'a newline in a field makes no line' 1 'bad-text.*newline'
one --field "result=$(head -c 1025 /dev/zero | tr '\0' x)"
expect 'a field has at most 1,024 bytes' 1 'bad-record'
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
one
last=$(($(cut -f 1 out) - 1))

# --- the ledger and its guard ---

exec 9<L.guard
flock 9
one
flock -u 9
exec 9<&-
expect 'two writers at once are refused' 2 'another program'
mv L.guard guard.away
one
expect 'a missing guard is refused' 2 'guard'
append --key zhang "${fields[@]}" --guard guard.away
indexes_are $((last + 2)) || fail 'the guard may be elsewhere'
expect 'the guard may be elsewhere' 0 ''
mv guard.away L.guard
cp -r L newest
rm -r L
cp -r genesis L
one
expect 'a ledger restored from an older copy is refused' 2 'older|rolled|restored'
rm -r L
mv newest L
one
expect 'and taken again when it is put back' 0 ''
cp L.guard before.guard
one
mv before.guard L.guard
one
indexes_are $((last + 5)) || fail 'an older guard is brought up to the ledger'
expect 'an older guard is brought up to the ledger, and that is said' 0 \
    'the ledger had 1 entries more than its guard knew, after .* or because the guard is an older'
cp genesis.guard other.guard
sed '2s/.*/1/;3s/^./A/' L.guard >forged.guard
append --key zhang "${fields[@]}" --guard forged.guard
expect 'a guard that was changed is refused' 2 'guard'

size=262144
init small lines li chen
[ "$status" -eq 0 ] || fail 'a ledger with a small map is made'
big=$(head -c 60000 /dev/zero | tr '\0' x)
for _ in 1 2 3 4 5 6; do
    run "$bin/ledger-append" small --operator op --key zhang "${fields[@]}" --data "\"$big\""
    [ "$status" -eq 0 ] || break
done
expect 'a full map is one clear error' 2 "give a larger '--map-size'"
grep -q 'nothing of this batch was appended' err || fail 'and nothing was written'
ok 'and nothing was written'
run "$bin/ledger-append" small --operator op --key zhang "${fields[@]}" --reserve 9223372036854775807
expect 'below the reserve of disk space nothing is appended' 2 'must stay free'
run "$bin/ledger-append" small --operator op --key zhang "${fields[@]}" --map-size 33554432
expect 'a larger map takes records again' 0 ''
