#!/bin/bash
# ledger-init and ledger-append: a ledger is made, one record is appended from options, and what the
# guard and the space for it refuse.
# usage: program_append.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/append_lib.sh
. "$(dirname "$0")/append_lib.sh"

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
grep -q "only governors that the file of '--authority' names" err || fail 'with a hint'
run "$bin/ledger-init" L --origin "$ledger" --operator op --authority lines --sign li --json
grep -q '^{"refused":"the genesis","finding":"too-few-governors",' out || fail 'also in JSON'
: >out
expect 'with --json a refused genesis is an object' 1 'too-few-governors'
sed 's/^threshold 2/threshold 02/' lines >bad
init L bad li chen
expect 'a bad authority line is named' 1 "refused line 5 of 'bad': bad-authority-line"
run "$bin/ledger-init" L --origin "$ledger" --operator op --authority bad --sign li --json
grep -q "^{\"refused\":\"line 5 of 'bad'\",\"finding\":\"bad-authority-line\"," out || fail 'also in JSON'
: >out
expect 'with --json it is an object' 1 'line 5'
spoilt() { # CAUSE SCRIPT: the lines, changed by sed
    LC_ALL=C sed "$2" lines >bad
    init L bad li chen
    expect "what is wrong with a line is said: $1" 1 "refused line [0-9]+ of 'bad': .*: $1"
}
spoilt 'it ends with a carriage return.*not of Windows' 's/$/\r/'
spoilt 'a byte order mark' '1s/^/\xef\xbb\xbf/'
spoilt 'the file is in UTF-16' '1s/^/\xff\xfe/'
spoilt 'it has only blanks' '2s/$/ \t/'
spoilt 'it begins with a blank' '3s/^/ /'
spoilt 'it ends with a blank' '3s/$/ /'
spoilt 'byte 9 of it is a tab' '3s/ /\t/'
spoilt 'byte 10 of it begins an invalid, control' '3s/ / \x01/'
spoilt 'it has [0-9]+ bytes, and at most 4096' "3s/\$/$(printf 'x%.0s' {1..4096})/"
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
[ "$(sed -n 's/^leaf //p' out)" = "$(sed -n 's/^root //p' out | base64 -d | od -An -v -tx1 |
    tr -d ' \n')" ] || fail 'one leaf is the root'
[ "$(sed -n 's/^root //p' out)" = "$(sed -n 3p L.guard)" ] || fail 'the root is as in checkpoints'
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

append "${fields[@]}"
expect 'a record from options needs a key' 2 "'--key' is missing"
append --key zhang --kind notarisation
expect 'a record from options needs all its lines' 2 "'--event' is missing"
append
expect 'without a record there is nothing to append' 2 \
    "nothing to append: give RECORD files, or '--jsonl', or what the record says"
append --key zhang
expect 'a key alone is no record' 2 'nothing to append'
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
grep -q "the key of a party.*'--party VKEY'.*a registrar of the institution or by governors" err ||
    fail 'with what to do about it'
ok 'with what to do about it'
{ grep -qx 'ledger-append: nothing was appended' err && ! grep -q batch err; } ||
    fail 'that nothing was appended is said without a number'
ok 'that nothing was appended is said without a number'
append --key stranger "${fields[@]}" --json
grep -Eq '^\{"refused":"the record","finding":"not-enrolled","number":50,"entry":[0-9]+,"meaning":"[^"]+",'\
'"detail":"[^"]+","hint":"[^"]+"\}$' out || fail 'with --json a refusal is an object of JSON'
[ "$(wc -l <out)" -eq 1 ] || fail 'with --json a refusal is an object of JSON'
: >out
expect 'with --json a refusal is an object of JSON' 1 'not-enrolled'
append --key wang "${fields[@]}"
expect 'a key of another institution alone is refused' 1 'institution-unsigned'
append --key zhang --key zhang "${fields[@]}"
expect 'one key does not sign twice' 2 'given before'
append --key zhang --kind notarisation --event issue --matter $'1234\a' --institution "$notary"
expect 'a control character in the matter is wrong usage' 2 "'--matter': '1234[?]' is not a number"
append --key zhang --kind notarisation --event issue --matter $'12\u202e34' \
    --institution "$notary"
expect 'so is a bidi character' 2 "'--matter'"
append --key zhang --kind notarisation --event issue --matter $'12\ninstitution x' \
    --institution "$notary"
expect 'a newline in the matter makes no line' 2 "'--matter'"
append --key zhang --kind Notarisation --event issue --matter 1 --institution "$notary"
expect 'a kind that is no token is wrong usage' 2 "'--kind': 'Notarisation' is not a token"
one --time 2026-11-23T10:21:07
expect 'a time without offset is wrong usage' 2 "'--time': .* is not a time such as 2026-"
one --time yesterday
expect 'so is a word for a time' 2 "'--time': 'yesterday' is not a time such as 2026-"
grep -q "try 'ledger-append --help'" err || fail 'with a hint at the help'
ok 'with a hint at the help'
append --key zhang --kind notarisation --event issue --matter 1 --institution 'no name'
expect 'so is an institution that is no name' 2 "'--institution': 'no name' is not a name"
one --nonce AAEC
expect 'a short nonce is refused' 2 "'AAEC' is not the base64 of 16 bytes"
one --data '1 2'
expect 'data that is not one JSON value is wrong usage' 2 "bad-record.*'data"
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
expect 'another key than the operator is refused' 2 \
    "operator.*: if the operator's key was replaced, the NEW one is needed"
for mode in 600 644; do
    chmod "$mode" zhang.vkey
    append --key zhang.vkey "${fields[@]}"
    expect "a public key of mode $mode is not taken for a secret one" 2 "'zhang.vkey' holds a public key"
    ! grep -q chmod err || fail 'and nobody is told to change its permissions'
done
ok 'and nobody is told to change its permissions'
one
indexes_are 4 || fail 'nothing that was refused is in the ledger'
expect 'nothing that was refused is in the ledger' 0 ''

# --- the ledger and its guard ---

one
last=$(($(cut -f 1 out) - 1))
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
cp L.guard L.guard.new
append --key zhang "${fields[@]}" --guard L.guard.new
expect 'a guard is not where the writer removes what it finds' 2 "names that end in '.new'"
cmp -s L.guard L.guard.new || fail 'and it is left alone'
rm L.guard.new
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
grep -q 'nothing was appended' err || fail 'and nothing was written'
ok 'and nothing was written'
run "$bin/ledger-append" small --operator op --key zhang "${fields[@]}" --reserve 9223372036854775807
expect 'below the reserve of disk space nothing is appended' 2 'must stay free'
run "$bin/ledger-append" small --operator op --key zhang "${fields[@]}" --map-size 33554432
expect 'a larger map takes records again' 0 ''

# What the limit keeps from the disk fails at the commit.
limited() {
    (trap '' XFSZ && ulimit -f 8 && exec "$@")
}
run limited "$bin/ledger-append" L --operator op --key zhang "${fields[@]}"
expect 'of a commit that failed there is no receipt' 2 'whether this batch is in the ledger cannot be said'
