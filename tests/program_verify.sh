#!/bin/bash
# ledger-verify on a ledger: verdicts, exit statuses, reports, and what was seen before.
# usage: program_verify.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/verify_lib.sh
. "$(dirname "$0")/verify_lib.sh"

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
    '"origin":"'"$origin"'","size":3,"entries":3,' '"signatures":5,' '"root":"[A-Za-z0-9+/]{43}="' \
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
says 'then the report says that the ledger was not read' 'the ledger itself was not read' \
    "^NOT VALID: bad-signature: .* \(the checkpoint seen before, in 'forged': "
run ledger-key generate --unsealed --name "$origin" op2.key
mv out op2.vkey
run ledger-verify --log "$(cat op2.vkey)" --since seen2 L
verdict 'of what nobody trusts it is said that it is the checkpoint seen before' 1 \
    "NOT VALID: log-untrusted: .* \(the checkpoint seen before, in 'seen2': of the policy's 1 log keys"
says 'with what helps after a change of the key' \
    "operator's key was replaced since, the policy needs a line 'log'" '^ +for the former key as well'
run ledger-verify --log "$(cat op2.vkey)" --json --since seen2 L
says 'and so does the JSON report' "\"detail\":\"the checkpoint seen before, in 'seen2': "
run ledger-verify --log "$(cat op2.vkey)" L
grep -q 'seen before, in' out && fail 'without one nothing is said of it'
ok 'without one nothing is said of it'
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
    chmod 300 blind
    run "${as_nobody[@]}" "$bin/ledger-verify" --no-lock --log "$log" --remember blind/mind copy
    chmod 700 blind
    { [ "$status" -eq 2 ] && grep -q "^  remembered +'blind/mind' has .* now, but" -E out; } ||
        fail 'nor is it taken for durable when it is there already'
    ok 'nor is it taken for durable when it is there already'
fi
[ -z "$(find . -name '*.tmp')" ] || fail 'no temporary file is left'
ok 'no temporary file is left'

# --- usage ---

ledger-prove L 1 -o proof >out
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
