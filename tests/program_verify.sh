#!/bin/bash
# ledger-verify, ledger-prove and ledger-log as programs: verdicts, exit statuses, output, files.
# usage: program_verify.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
PATH=$bin:$PATH
umask 022

# verdict RULE STATUS PATTERN: of the first line of stdout, from its beginning; nothing on stderr
verdict() {
    { [ "$status" -eq "$2" ] && [ ! -s err ]; } || fail "$1"
    head -n 1 out | grep -Eq "^$3" || fail "$1"
    ok "$1"
}

# says RULE PATTERN...: stdout has lines like these
says() {
    local rule=$1 pattern
    shift
    for pattern in "$@"; do
        grep -Eq -- "$pattern" out || fail "$rule: $pattern"
    done
    ok "$rule"
}

# refused RULE STATUS PATTERN: nothing on stdout, PATTERN on stderr
refused() {
    { [ "$status" -eq "$2" ] && [ ! -s out ]; } || fail "$1"
    grep -Eq -- "$3" err || fail "$1"
    ok "$1"
}

# same RULE FILE FILE
same() {
    cmp -s "$2" "$3" || fail "$1"
    ok "$1"
}

# copy_ledger FROM TO: with its guard
copy_ledger() {
    cp -r "$1" "$2"
    cp "$1.guard" "$2.guard"
}

append() { # LEDGER EVENT [ARGUMENT...]
    local ledger=$1 event=$2
    shift 2
    run ledger-append "$ledger" --operator op.key --key zhang.key --kind forensic-appraisal \
        --event "$event" --matter "$matter" --institution smu.gz.example "$@"
    [ "$status" -eq 0 ] || fail "append $event to $ledger"
}

# The verifier key of a witness (type 0x04) whose public key is the digest of its name.
witness_vkey() { # NAME
    local bytes id
    bytes='\004'$(printf '%s' "$1" | sha256sum | cut -c 1-64 | sed 's/../\\x&/g')
    id=$(printf '%s\n%b' "$1" "$bytes" | sha256sum | cut -c 1-8)
    printf '%s+%s+%s' "$1" "$id" "$(printf '%b' "$bytes" | base64 -w 0)"
}

origin=publiclaw.gz.example/2026
matter=粤南医鉴〔2026〕病鉴字第1234号

# A ledger of one matter, and a second with the same beginning and another end.
for key in "op $origin" 'li justice.gz.example/li' 'chen court.gz.example/chen' \
    'zhang smu.gz.example/zhang' 'wang smu.gz.example/wang'; do
    run ledger-key generate --unsealed --name "${key#* }" "${key%% *}.key"
    [ "$status" -eq 0 ] || fail 'keys are made'
    mv out "${key%% *}.vkey"
done
{
    printf 'governor %s\n' "$(cat li.vkey)" "$(cat chen.vkey)"
    printf 'threshold 2\n'
    printf 'institution smu.gz.example appraiser,reviewer 南方医科大学司法鉴定中心\n'
    printf 'key %s smu.gz.example appraiser\n' "$(cat zhang.vkey)"
    printf 'key %s smu.gz.example appraiser,reviewer\n' "$(cat wang.vkey)"
} >lines
run ledger-init L --origin "$origin" --operator op.key --authority lines --sign li.key \
    --sign chen.key --map-size 16777216
[ "$status" -eq 0 ] || fail 'a ledger is made'
printf '鉴定意见\n' >鉴定意见书.pdf
printf '鉴定意见。\n' >other.pdf
cp 鉴定意见书.pdf renamed.pdf
append L issue --key wang.key --document 鉴定意见书.pdf --data '{"pages":12}'
copy_ledger L before
copy_ledger L fork
append L amend --data '{"note":"\u202e","flag":"\udb40\udc01"}'
append fork void
log=$(cat op.vkey)

# --- a ledger ---

run ledger-verify --log "$log" L
verdict 'a ledger that holds is valid' 0 "VALID: ledger $origin, 3 entries, all of it holds\$"
says 'the report says what was checked and how many' '^  entries +3 of 3, [0-9]+ bytes' \
    '^  links +3' '^  signatures +5,' '^  authority records +1; 7 lines' \
    '^  checkpoints +3, every one that is stored here$' \
    '^  index rows +8$' '^  log key +'"$origin"'\+[0-9a-f]{8}$' '^  witnesses +none'
says 'a report without anything to compare with says so' 'nobody was shown another history'
run ledger-verify --json --log "$log" L
[ "$(wc -l <out)" -eq 1 ] || fail 'JSON is one line'
says 'the JSON report has the verdict and the numbers' \
    '^\{"what":"ledger","verdict":\{"valid":true,"finding":"valid","number":1,' \
    '"origin":"'"$origin"'","size":3,"entries":3,' '"signatures":5,' '"root":"[0-9a-f]{64}"' \
    '"trust":\{"log":\{"name":"'"$origin"'"' '\}$'
run ledger-verify --explain --log "$log" L
says '--explain shows the last checkpoint' "^  — $origin "
run ledger-verify --log "$(cat li.vkey)" L
verdict 'another log key is not trusted' 1 'NOT VALID: log-untrusted: '
run ledger-verify --log "$(cat op.vkey)x" L
refused 'a damaged log key is trouble' 2 'cannot trust log'
run ledger-verify --log "$(witness_vkey court.gz.example/witness)" L
refused 'the key of a witness is no log key' 2 'key of a witness'

{
    printf 'log %s\n' "$log"
    printf 'witness court %s\n' "$(witness_vkey court.gz.example/witness)"
    printf 'witness police %s\n' "$(witness_vkey police.gz.example/witness)"
} >witnesses
{
    cat witnesses
    printf 'group organs 1 court police\nquorum organs\n'
} >policy
run ledger-verify --policy policy L
verdict 'a quorum that is not met is not valid, and names who is missing' 1 \
    'NOT VALID: quorum-missing.*court.*police'
says 'the report counts the witnesses' '^  witnesses +0 of the policy.s 2 cosigned; .* not met'
{
    cat witnesses
    printf 'quorum none\n'
} >policy
run ledger-verify --policy policy L
verdict 'a policy without a quorum asks for none' 0 'VALID: '
printf 'quorum none\nfriend me\n' >policy
run ledger-verify --policy policy L
refused 'a bad policy is trouble and names the line' 2 "policy 'policy': line 2"

# --- tampering ---

cp -r L changed
sed -i 's/"pages":12/"pages":13/' changed/data.mdb
run ledger-verify --log "$log" changed
verdict 'a changed byte is found at its entry' 1 'NOT VALID: bad-signature at entry 1: '
says 'a finding comes with the entry, its meaning and advice' "^  matter +$matter\$" \
    '^what it means$' '^what to do$' '^  entries +1 of 3'
run ledger-verify --log "$log" --json changed
says 'the JSON of a finding names the entry' '"finding":"bad-signature","number":51,"entry":1,' \
    '"entry":\{"index":1,"kind":"forensic-appraisal"'
mkdir empty
run ledger-verify --log "$log" empty
refused 'a directory that is no ledger is trouble' 2 "'empty"
mkdir garbage
head -c 65536 /dev/zero >garbage/data.mdb
run ledger-verify --log "$log" garbage
[ "$status" -ne 0 ] || fail 'a file of zeros is no ledger'
grep -q '^VALID' out && fail 'a file of zeros is no ledger'
ok 'a file of zeros is no ledger'

# --- locks ---

cp -r L copy
rm -f copy/lock.mdb
run ledger-verify --no-lock --log "$log" copy
verdict 'a copy is verified without a lock' 0 'VALID: '
[ ! -e copy/lock.mdb ] || fail '--no-lock leaves nothing behind'
ok '--no-lock leaves nothing behind'
chmod 555 copy
chmod 444 copy/data.mdb
run ledger-log --no-lock copy
{ [ "$status" -eq 0 ] && [ "$(wc -l <out)" -eq 3 ]; } || fail 'a read-only copy is listed'
ok 'a read-only copy is listed'
as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
chmod 755 .
if [ "$(id -u)" -ne 0 ] || ! "${as_nobody[@]}" test -x "$bin/ledger-verify" 2>/dev/null; then
    as_nobody=()
fi
if [ "$(id -u)" -ne 0 ] || [ ${#as_nobody[@]} -gt 0 ]; then
    run "${as_nobody[@]}" "$bin/ledger-verify" --no-lock --log "$log" copy
    verdict 'who may not write verifies a copy with --no-lock' 0 'VALID: '
    run "${as_nobody[@]}" "$bin/ledger-verify" --log "$log" copy
    if [ "$status" -eq 2 ]; then
        refused 'where a lock cannot be taken --no-lock is suggested' 2 "'--no-lock'"
    else
        verdict 'who may not write verifies a copy' 0 'VALID: '
    fi
fi

# --- what was seen before ---

ledger-log --checkpoint L >seen3
ledger-log --checkpoint L 2 >seen2
run ledger-verify --log "$log" --since seen2 L
verdict 'a ledger that extends what was seen is valid' 0 'VALID: '
says 'the report says with what it compared' "'seen2': its 2 entries are the first"
run ledger-verify --log "$log" fork
verdict 'a fork alone cannot be told' 0 'VALID: '
run ledger-verify --log "$log" --since seen3 fork
verdict 'a fork is found by what was seen before' 1 'NOT VALID: fork at entry 2: '
run ledger-verify --log "$log" --since seen2 fork
verdict 'what both histories have in common contradicts neither' 0 'VALID: '
run ledger-verify --log "$log" --since seen3 before
verdict 'an older copy is found by what was seen before' 1 'NOT VALID: older-than-seen'
sed 's/^3$/2/' seen3 >forged
run ledger-verify --log "$log" --since forged L
verdict 'a forged checkpoint is not compared with' 1 'NOT VALID: bad-signature'
says 'then the report says that the ledger was not read' 'the ledger itself was not read'
: >nothing
run ledger-verify --log "$log" --since nothing L
refused 'an empty file is not a checkpoint seen before' 2 "'nothing': it is empty"
run ledger-verify --log "$log" --since missing L
refused 'a missing checkpoint is trouble' 2 "'missing'"

run ledger-verify --log "$log" --remember mind before
verdict 'the first use of --remember is valid' 0 'VALID: .* 2 entries'
says 'it says that it is the first' 'first use'
same 'it keeps the last checkpoint' mind seen2
run ledger-verify --log "$log" --remember mind L
verdict 'a ledger that grew is valid' 0 'VALID: .* 3 entries'
says 'it was compared with what was remembered' "'mind': its 2 entries"
same 'what is remembered moves on' mind seen3
run ledger-verify --log "$log" --json --remember mind L
says 'the JSON report tells what was compared and kept' \
    '"since":\{"file":"mind","usable":true,"size":3\}' \
    '"remember":\{"file":"mind","first_use":false,"kept":true\}'
run ledger-verify --log "$log" --remember mind fork
verdict 'a fork of what is remembered is found' 1 'NOT VALID: fork'
same 'after a fork what is remembered stays' mind seen3
run ledger-verify --log "$log" --remember mind before
verdict 'an older copy than is remembered is found' 1 'NOT VALID: older-than-seen'
same 'after an older copy what is remembered stays' mind seen3
run ledger-verify --log "$log" --remember unborn changed
{ [ "$status" -eq 1 ] && [ ! -e unborn ]; } || fail 'nothing is remembered of what is not valid'
ok 'nothing is remembered of what is not valid'
run ledger-verify --log "$log" --remember nothing L
refused 'an empty file is not a first use' 2 'it is empty'
run ledger-verify --log "$log" --remember no/where L
[ "$status" -eq 2 ] || fail 'what cannot be remembered is trouble'
ok 'what cannot be remembered is trouble'
says 'and the report says that nothing is remembered' "^  remembered +nothing in 'no/where'"
cp seen2 mind
exec 9<mind
flock 9
run ledger-verify --log "$log" --remember mind L
flock -u 9
exec 9<&-
{ [ "$status" -eq 2 ] && grep -q "'mind' is locked by another program" err; } ||
    fail 'two verifiers do not replace what is remembered at once'
ok 'two verifiers do not replace what is remembered at once'
says 'the one that is refused says so' "^VALID: " "^  remembered +'mind' was left to another program"
same 'and leaves the file to the other' mind seen2
if [ "$(id -u)" -ne 0 ] || [ ${#as_nobody[@]} -gt 0 ]; then
    mkdir blind
    cp seen2 blind/mind
    [ ${#as_nobody[@]} -eq 0 ] || chown -R 65534:65534 blind
    chmod 300 blind
    run "${as_nobody[@]}" "$bin/ledger-verify" --no-lock --log "$log" --remember blind/mind copy
    chmod 700 blind
    [ "$status" -eq 2 ] || fail 'a directory that cannot be made durable is trouble'
    ok 'a directory that cannot be made durable is trouble'
    same 'then the file has the new checkpoint' blind/mind seen3
    says 'and the report says so' "^  remembered +'blind/mind' has the checkpoint of size 3 now, but"
fi
[ -z "$(find . -name '*.tmp')" ] || fail 'no temporary file is left'
ok 'no temporary file is left'

# --- ledger-log ---

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

# --- ledger-prove and proofs ---

run ledger-prove L 1 -o proof
{ [ "$status" -eq 0 ] && [ "$(cat out)" = proof ]; } || fail 'a proof goes into a file'
ok 'a proof goes into a file'
run ledger-prove L 1
same 'a proof goes to standard output' out proof
run ledger-prove L 2 0 2 -o proofs
[ "$(cat out)" = $'proofs/0.tlog-proof\nproofs/2.tlog-proof' ] ||
    fail 'several proofs go into a directory'
ok 'several proofs go into a directory'
run ledger-prove L --document renamed.pdf -o proofs
same 'an entry is proved by its document' proofs/1.tlog-proof proof
run ledger-prove L --matter "$matter"
refused 'several proofs need a directory' 2 'o DIR'
run ledger-prove L --matter none
refused 'nothing to prove is not valid' 1 'nothing found'
run ledger-prove L 3
refused 'an entry beyond the end is not proved' 1 'no entry 3'
run ledger-prove L 01
refused 'an index has one spelling' 2 "'01'"
run ledger-prove L
refused 'nothing asked for is a usage error' 2 'name entries'
run ledger-prove L 1 --matter "$matter"
refused 'indexes and a search are a usage error' 2 'not both'

for n in 0 1 2; do
    run ledger-verify --log "$log" "proofs/$n.tlog-proof"
    verdict "the proof of entry $n holds" 0 "VALID: entry $n of ledger $origin, recorded at 20"
done
status=0
ledger-verify --log "$log" - <proof >out 2>err || status=$?
verdict 'a proof comes from standard input' 0 'VALID: entry 1 '
says 'the report has record, signers and checkpoint' "^  matter +$matter\$" \
    '^  institution +南方医科大学司法鉴定中心 \(smu.gz.example\)$' \
    '^  signer +smu.gz.example/wang, of smu.gz.example, as appraiser,reviewer$' \
    '^  size +3 entries$' "'鉴定意见书.pdf'"
run ledger-verify --log "$log" --explain proof
says '--explain shows the leaf hash' "^  leaf hash, hex +$leaf\$"
sed -n 's/^  must be the root *//p' out >must
awk '/^  must be/ {exit} /^    node/ {print $2}' out | tail -n 1 >comes
same '--explain leads to the root' must comes
run ledger-verify --log "$log" --json --document renamed.pdf proof
says 'the JSON report on a proof' '^\{"what":"proof","verdict":\{"valid":true' '"holds":true' \
    '"institution_name":"南方医科大学司法鉴定中心"' '"matches":true,"document":1'
run ledger-verify --log "$log" --document renamed.pdf proof
verdict 'a document is known by its bytes, not by its name' 0 'VALID: .*; the file is what it speaks of'
run ledger-verify --log "$log" --document renamed.pdf --document other.pdf proof
verdict 'another document differs' 1 'NOT VALID: document-differs at entry 1: '
for file in 鉴定意见书.pdf other.pdf; do
    head -n 1 out | grep -q "$(sha256sum "$file" | cut -c 1-64)" ||
        fail 'a document that differs is named with both digests'
done
ok 'a document that differs is named with both digests'
grep -qi 'forged' out && fail 'a document that differs is not called forged'
ok 'a document that differs is not called forged'
says 'the proof itself still holds' '^  The proof holds\.' "'other.pdf' is none"
run ledger-verify --log "$log" --document missing.pdf proof
refused 'a document that cannot be read is trouble' 2 "'missing.pdf'"
run ledger-verify --log "$(cat li.vkey)" --document renamed.pdf proof
verdict 'a proof under another log key is not valid' 1 'NOT VALID: log-untrusted'
says 'then the document is not judged' "'renamed.pdf': the proof does not hold"
size=$(wc -c <proof)
for bytes in 0 1 22 100 $((size / 2)) $((size - 80)) $((size - 1)); do
    head -c "$bytes" proof >part
    run ledger-verify --log "$log" part
    { head -n 1 out | grep -q '^NOT VALID: ' && [ "$status" -eq 1 ]; } || fail "a proof cut off at $bytes"
done
ok 'a proof that was cut off is not valid'
sed 's/^index 1$/index 2/' proof >moved
run ledger-verify --log "$log" moved
verdict 'a proof for another position is not valid' 1 'NOT VALID: not-included at entry 2'
{
    sed '/^$/,$d' proof
    printf '\n'
    ledger-log --checkpoint fork
} >mixed
run ledger-verify --log "$log" mixed
verdict 'a proof under the checkpoint of another history is not valid' 1 'NOT VALID: not-included'
head -c 4194305 /dev/zero >long
run ledger-verify --log "$log" long
verdict 'a file that is too long is no proof' 1 'NOT VALID: too-long'

# --- rules: proofs, late and doubtful entries ---

run ledger-verify --log "$log" proof
says 'a proof from before there were rules says so' \
    '^  none +the ledger had no rules at this position'
run ledger-verify --log "$log" --explain proof
says '--explain shows how the absence of rules is proved' '^  absent +rules$' '^    there is'
awk '/^step 8/ {inside = 1} inside && /leads to|must all lead to/ {print $NF}' out | sort -u >roots
[ "$(wc -l <roots)" -eq 1 ] || fail 'the lines and the absence lead to one root'
ok 'the lines and the absence lead to one root'
run ledger-verify --log "$log" --json proof
says 'and so does the JSON report' '"rules_absent":true' '"roles":\["appraiser","reviewer"\],"grants":'

run ledger-key generate --unsealed --name client.gz.example/wu client.key
mv out client.vkey
{
    sed "s/appraiser,reviewer 南/appraiser\/pathology+dna,reviewer,registrar 南/
        s/gz.example appraiser\$/gz.example appraiser\/pathology/
        s/gz.example appraiser,reviewer\$/gz.example appraiser\/pathology+dna,reviewer,registrar/" lines
    printf 'rules required\n'
    printf 'rule forensic-appraisal %s\n' \
        'accept after=- sign=reviewer:1 parties=1 needs=category makes=pending' \
        'sign after=accept,sign sign=appraiser:1,reviewer:1 term=1:accept makes=effective'
} >ruled.lines
run ledger-init R --origin "$origin" --operator op.key --authority ruled.lines --sign li.key \
    --sign chen.key --map-size 16777216
[ "$status" -eq 0 ] || fail 'a ledger with rules is made'
append R accept --key wang.key --key client.key --party "$(cat client.vkey)" --category pathology
append R sign --key wang.key --category pathology
run ledger-prove R 1 2 -o ruled
run ledger-verify --log "$log" ruled/1.tlog-proof
verdict 'a proof under rules holds' 0 'VALID: entry 1 '
says 'it says who signed in which role, and by which rule' '^  category +pathology$' \
    '^  party +client.gz.example/wu[+]' '^  signer +smu.gz.example/wang, of smu.gz.example, as reviewer$' \
    '^ +enrolled as appraiser/pathology[+]dna,reviewer,registrar$' \
    '^  signer +smu.gz.example/zhang, of smu.gz.example, beside those the rule asks for$' \
    '^  signer +client.gz.example/wu[+][0-9a-f]{8}, as a party of the record$' \
    '^  line +rule forensic-appraisal accept after=- ' '^  had to sign +1 as reviewer$' \
    '^  may come +first in a matter$' '^  makes the matter +pending$'
says 'and that the steps before are not shown' '^  With this event the matter is pending[.]$' \
    '^  That the steps before it in the matter were as the rule asks'
run ledger-verify --log "$log" ruled/2.tlog-proof
says 'the roles are those that the rule counted' 'zhang, of smu.gz.example, as appraiser$' \
    'wang, of smu.gz.example, as reviewer$' '^  may come +after accept$' '^  may come +after sign$' \
    '^  With this event the matter became effective[.]$'
run ledger-verify --log "$log" --json ruled/1.tlog-proof
says 'the JSON report has the same' '"parties":\["client' '"type":"party","party":true\}' \
    '"grants":\[\{"role":"appraiser","categories":\["pathology","dna"\]\},\{"role":"reviewer"\}' \
    '"signed_as":"reviewer","party":false' '"rules_absent":false' \
    '"rule":\{"kind":"forensic-appraisal","event":"accept","line":"rule [^"]*","makes":"pending",' \
    '"history_shown":false\}'

# without RULE-OF-SED: the proof of entry 1 with other evidence
without() {
    sed -n 's/^extra //p' ruled/1.tlog-proof | base64 -d | sed "$1" | base64 -w 0 >extra
    awk -v extra="$(cat extra)" '/^extra / {print "extra " extra; next} {print}' ruled/1.tlog-proof
}
without '/^line rule /,/^path/d' >bare
run ledger-verify --log "$log" bare
verdict 'a proof without the rule is not complete' 1 'NOT VALID: evidence-missing.*rule forensic-appraisal accept'
says 'it still says who signed' '^who signed, as far as that was established' \
    '^  signer +smu.gz.example/wang, of smu.gz.example'
without '/^line rule /s/reviewer:1/reviewer:2/' >changed.proof
run ledger-verify --log "$log" changed.proof
verdict 'a proof with another rule is not valid' 1 'NOT VALID: evidence-false'

run ledger-verify --log "$log" R
verdict 'a ledger under rules holds' 0 'VALID: .* 3 entries'
says 'the report counts ruled entries' '^  ruled entries +2, .*; 0 late$' \
    '^  From where rules are required on'
grep -q 'compromised' out && fail 'nothing is told where there is nothing to tell'
ok 'nothing is told where there is nothing to tell'
run ledger-verify --log "$log" --json R
says 'the JSON report counts them' '"ruled":2,"late":0,"compromised":0,"doubtful":0,' \
    '"notices":\[\],"compromised":\[\]\}$'

# A clock two days and a half ahead, for one run.
cat >ahead.c <<'END'
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec *now)
{
    long result = syscall(SYS_clock_gettime, clock, now);
    now->tv_sec += clock == CLOCK_REALTIME ? 60 * 3600 : 0;
    return (int)result;
}
END
later() { # RECORD...: of a matter that stands at its first step
    LD_PRELOAD=$work/ahead.so ledger-append R --operator op.key "$@" >out 2>err
}
late=0
if cc -shared -fPIC -o ahead.so ahead.c 2>err && LD_PRELOAD=$work/ahead.so true 2>err &&
    ! nm "$bin/ledger-append" | grep -q __asan_init; then
    printf '{"kind":"forensic-appraisal","event":"sign","matter":"%s","institution":"smu.gz.example","category":"pathology"}\n' \
        "$matter" >line
    for _ in $(seq 25); do
        cat line
    done >lines.jsonl
    later --key zhang.key --key wang.key --jsonl lines.jsonl || fail 'late entries are appended'
    late=25
    run ledger-verify --log "$log" R
    verdict 'a late entry is no reason for another verdict' 0 'VALID: '
    says 'late entries are listed' '; 25 late$' '^late entries, by the ledger' \
        '^  entry 3 +late by 1 d 1[12] h: its term was 1 d from entry 1$' \
        "^ +and 5 more; '--json' lists all\$"
    [ "$(grep -c ': its term was ' out)" -eq 20 ] || fail 'the first 20 of them'
    ok 'the first 20 of them'
    run ledger-verify --log "$log" --json R
    [ "$(grep -o '"type":"late"' out | wc -l)" -eq 25 ] || fail 'the JSON report has all'
    says 'the JSON report has all' '"late":25' \
        '\{"type":"late","entry":27,"from":1,"days":1,"late_ms":1[0-9]{8}\}'
else
    ok 'late entries are listed (not tried: the clock cannot be set ahead here)'
fi

printf 'unset key %s\ncompromise %s 2\n' "$(cat zhang.vkey)" "$(cat zhang.vkey)" >stolen
run ledger-authority R --draft stolen --institution smu.gz.example -o stolen.draft
run ledger-sign stolen.draft --key wang.key
if [ "$late" -gt 0 ]; then
    later stolen.draft || fail 'a compromise is declared'
else
    run ledger-append R --operator op.key stolen.draft
fi
run ledger-verify --log "$log" R
verdict 'a compromise takes nothing back' 0 'VALID: '
says 'it is named, with what doubtful means' '^keys declared compromised$' \
    '^  key +smu.gz.example/zhang[+]' '^ +from entry 2 on$' '^  doubt, and must be confirmed' \
    '^entries in doubt$' '^  entry 2 +signed with smu.gz.example/zhang[+]'
grep -Eq '^  entry 1 +signed' out && fail 'what was signed before is not in doubt'
ok 'what was signed before is not in doubt'
run ledger-verify --log "$log" --json R
[ "$(grep -o '"type":"doubtful"' out | wc -l)" -eq $((late + 1)) ] || fail 'JSON has every doubtful entry'
says 'JSON has every doubtful entry' '"doubtful":'$((late + 1))',' \
    '\{"type":"doubtful","entry":2,"from":2,"key":"smu.gz.example/zhang[+]' \
    '"compromised":\[\{"key":"smu.gz.example/zhang[+][^"]*","from":2\}\]\}$'
run ledger-verify --log "$log" ruled/2.tlog-proof
verdict 'a proof from before still holds' 0 'VALID: '
says 'and says what it does not show' 'That no key which signed it was declared compromised'

# --- a witness, played by openssl ---

if command -v openssl >out; then
    name=court.gz.example/witness
    seconds=1700000000
    openssl genpkey -algorithm ed25519 -out witness.pem
    { printf '\004' && openssl pkey -in witness.pem -pubout -outform DER | tail -c 32; } >public
    id=$({ printf '%s\n' "$name" && cat public; } | sha256sum | cut -c 1-8)
    {
        printf 'log %s\nwitness court %s+%s+%s\n' "$log" "$name" "$id" "$(base64 -w 0 public)"
        printf 'witness police %s\n' "$(witness_vkey police.gz.example/witness)"
        printf 'group any 1 court police\nquorum any\n'
    } >policy
    { printf 'cosignature/v1\ntime %s\n' "$seconds" && head -n 3 seen3; } >message
    openssl pkeyutl -sign -inkey witness.pem -rawin -in message -out signature
    {
        printf '%b' "$(printf '%s%016x' "$id" "$seconds" | sed 's/../\\x&/g')"
        cat signature
    } >cosignature
    { cat proof && printf '— %s %s\n' "$name" "$(base64 -w 0 cosignature)"; } >cosigned
    run ledger-verify --policy policy proof
    verdict 'a proof without the quorum is not valid' 1 'NOT VALID: quorum-missing'
    run ledger-verify --policy policy cosigned
    verdict 'a proof with the quorum is valid' 0 'VALID: '
    says 'the report says who cosigned and when' 'witnesses +1 of the policy.s 2 .* is met' \
        "court \\($name\\+$id\\) at 2023-11-14T22:13:20Z"
    run ledger-verify --policy policy --json cosigned
    says 'the JSON report says who cosigned and when' '"witnesses":2,"cosigned":1,' \
        '"name":"court","key_name":"'"$name"'","key_id":"'"$id"'","seconds":1700000000'
    run ledger-verify --log "$log" cosigned
    verdict 'a signature of a key that is not known is passed over' 0 'VALID: '
fi

# --- usage ---

run ledger-verify L
refused 'one must say what to trust' 2 'say what to trust'
run ledger-verify --log "$log" --policy witnesses L
refused 'one trusts in one way' 2 'not both'
run ledger-verify --log "$log" --document other.pdf L
refused 'a document does not go with a ledger' 2 'ledger-log --document'
run ledger-verify --log "$log" --since seen2 proof
refused '--since does not go with a proof' 2 'goes with a ledger'
run ledger-verify --log "$log" --remember mind proof
refused '--remember does not go with a proof' 2 'goes with a ledger'
run ledger-verify --log "$log" --remember - L
refused '--remember needs a file' 2 "'--remember' needs a file"
[ ! -e ./- ] || fail '--remember needs a file'
run ledger-verify --log "$log" --remember mind --since seen2 L
refused '--since and --remember do not go together' 2 'compares by itself'
run ledger-verify --log "$log" nowhere
refused 'a missing path is trouble' 2 "cannot open 'nowhere'"
for program in ledger-verify ledger-prove ledger-log; do
    run "$program" --help
    { [ "$status" -eq 0 ] && grep -q "^usage: $program " out; } || fail "$program has a help"
    status=0
    "$program" --help >/dev/full 2>err || status=$?
    [ "$status" -eq 2 ] || fail "$program notices that its output is lost"
done
ok 'every program has a help, and notices that its output is lost'
