#!/bin/bash
# ledger-log: the entries of a ledger as lines, as JSON and as they are, and its checkpoints.
# usage: program_log.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/verify_lib.sh
. "$(dirname "$0")/verify_lib.sh"

run ledger-log L
{ [ "$(wc -l <out)" -eq 3 ] && [ ! -s err ]; } || fail 'every entry is a line'
awk -F '\t' 'NF != 6 || $1 != NR - 1 {exit 1}' out || fail 'a line has six fields'
ok 'every entry is a line of six fields'
says 'a line names kind, matter, institution and signers' \
    "^1.*forensic-appraisal/issue.$matter.smu\.gz\.example.smu\.gz\.example/zhang,smu\.gz\.example/wang\$"
for search in "--matter $matter=1 2" '--kind authority=0' '--institution smu.gz.example=1 2' \
    '--signer smu.gz.example/wang=1' '--document renamed.pdf=1' '--from 2=2' '--limit 1=0'; do
    # shellcheck disable=SC2086 # two words
    run ledger-log ${search%%=*} L
    [ "$(cut -f 1 out | tr '\n' ' ')" = "${search#*=} " ] || fail "search: $search"
    ok "search: ${search%% *}"
done
run ledger-log --matter none L
refused 'a search without a match says so and is no error' 0 'nothing found among 3'
run ledger-log --matter '' L
refused 'an empty value is no search' 2 'empty value'
run ledger-log --signer 'smu.gz.example/wang+5ba1f0b7+AXYZ' L
refused 'a key is not the name of a key' 2 "is a key; give only its name, .*: 'smu.gz.example/wang'\$"
run ledger-log --signer 'Wang Wu' L
refused 'a name has no space' 2 "'--signer': 'Wang Wu' is not the name of a key"
run ledger-log --limit 0 L
refused 'a limit of nothing is refused' 2 'limit'
run ledger-log --json --from 1 --limit 1 L
[ "$(wc -l <out)" -eq 1 ] || fail 'an entry is one line of JSON'
says 'JSON has everything that the record says' '^\{"index":1,"time":"[^"]+Z","kind":' \
    '"matter":"'"$matter"'"' '"documents":\[\{"sha256":"[0-9a-f]{64}","size":13,"name":"鉴定意见书.pdf"' \
    '"data":\{"pages":12\}' '"signers":\[\{"name":"smu.gz.example/zhang",' '"leaf":"[0-9a-f]{64}"'
leaf=$(sed 's/.*"leaf":"\([0-9a-f]*\)".*/\1/' out)
[ "$({ printf '\0'; ledger-log L --raw 1; } | sha256sum | cut -c 1-64)" = "$leaf" ] ||
    fail 'the raw bytes of an entry give its leaf hash'
ok 'the raw bytes of an entry give its leaf hash'
run ledger-log --json --from 2 L
says 'a character that does not show itself stays an escape' \
    '"data":\{"note":"\\u202e","flag":"\\udb40\\udc01"\}'
odd='{"a":1.0,"a":1e400,"big":123456789012345678901234567890,"z":-0,"A":"\u00E9\/\n\u202E"}'
copy_ledger before odd
append odd amend --data "$odd"
run ledger-log --json --from 2 odd
grep -Fq "\"data\":$odd,\"signers\":" out || fail 'JSON has the data of a record byte for byte'
ok 'JSON has the data of a record byte for byte'
ledger-prove odd 2 -o odd.proof >out
run ledger-verify --log "$log" --json odd.proof
grep -Fq "\"data\":$odd,\"signers\":" out || fail 'so has the JSON report on a proof'
ok 'so has the JSON report on a proof'
: >$'"\\\n\x01\xff鉴'
run ledger-verify --log "$log" --json --document $'"\\\n\x01\xff鉴' odd.proof
grep -Fq '"file":"\"\\\n??鉴",' out || fail 'JSON has no byte that is not clean text'
ok 'JSON has no byte that is not clean text'
run ledger-log --checkpoint L
same 'the newest checkpoint is printed' out seen3
run ledger-log --checkpoint L 4
refused 'a checkpoint that was not signed is not found' 1 'no checkpoint of size 4'
run ledger-log --raw 3 L
refused 'an entry beyond the end is not found' 1 'entry 3'
cp -r L unclean
sed -i 's/"pages":12/"pages":\x1b2/' unclean/data.mdb
run ledger-log --raw 1 unclean
[ "$(tr -dc '\033' <out | wc -c)" -eq 1 ] || fail 'what is not clean goes verbatim into a file'
ok 'what is not clean goes verbatim into a file'
if command -v script >out; then
    status=0
    script -qec 'ledger-log --raw 1 unclean' /dev/null >out 2>err </dev/null || status=$?
    { [ "$status" -eq 2 ] && grep -q 'refused to write to a terminal' out &&
        ! grep -q $'\033' out; } || fail 'what is not clean does not go to a terminal'
    ok 'what is not clean does not go to a terminal'
    script -qec 'ledger-log --raw 1 L' /dev/null >out 2>err </dev/null
    says 'what is clean does' '^matter '
fi
run ledger-log --raw 1 --json L
refused '--raw stands alone' 2 'stands alone'
run ledger-log L 1
refused 'a second operand needs --checkpoint' 2 'too many'
