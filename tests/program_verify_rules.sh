#!/bin/bash
# ledger-verify where rules are required: proofs of ruled entries, and late and doubtful ones.
# usage: program_verify_rules.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/verify_lib.sh
. "$(dirname "$0")/verify_lib.sh"

ledger-prove L 1 -o proof >out
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
says 'and what they do not show' '^  may come +after sign$' '^  due +within 1 day of the latest accept; late is' \
    '^  filed by +the institution that opened the matter$' '^ +and no party is named' 'that it came in time, and$'
sed -n '/^what the rule asks of the steps before, which this proof does not show$/,/^$/p' out >steps
{ grep -q 'may come' steps && grep -q 'filed by' steps && grep -q ' due ' steps && ! grep -q 'had to' steps; } ||
    fail 'what one proof does not show stands apart'
ok 'what one proof does not show stands apart'
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
    verdict 'a late entry is no reason for another verdict' 0 'VALID: .*, all of it holds; 25 late$'
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
cp stolen.draft alien.draft
run ledger-sign alien.draft --key zhang.key
if [ "$late" -gt 0 ]; then
    status=0
    later alien.draft || status=$?
else
    run ledger-append R --operator op.key alien.draft
fi
{ [ "$status" -eq 1 ] && grep -q 'role-missing.*do not have the roles that are needed.*no registrar of' err &&
    ! grep -q 'the rule asks' err; } || fail 'of registrars it is not said that a rule asks for them'
ok 'of registrars it is not said that a rule asks for them'
run ledger-sign stolen.draft --key wang.key
if [ "$late" -gt 0 ]; then
    later stolen.draft || fail 'a compromise is declared'
else
    run ledger-append R --operator op.key stolen.draft
fi
if [ "$late" -gt 0 ]; then doubt='; 25 late, 26 in doubt'; else doubt='; 1 in doubt'; fi
run ledger-verify --log "$log" R
verdict 'a compromise takes nothing back, and the first line counts' 0 "VALID: .*, all of it holds$doubt\$"
grep -q 'taken back' out && fail 'what stands was not taken back'
ok 'what stands was not taken back'
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

# A declaration is moved, then taken back, and made again.
governed() { # LINE...
    printf '%s\n' "$@" >governed
    rm -f governed.draft
    run ledger-authority R --draft governed -o governed.draft
    run ledger-sign governed.draft --key li.key --key chen.key
    if [ "$late" -gt 0 ]; then
        later governed.draft || fail "$*"
    else
        run ledger-append R --operator op.key governed.draft
    fi
}
declared=$(($(ledger-log --checkpoint R | sed -n 2p) - 1))
moved=$((declared + 1))
taken=$((declared + 2))
governed "compromise $(cat zhang.vkey) $declared"
run ledger-verify --log "$log" R
says 'a declaration that was moved is told' '^declarations of compromise that were taken back$' \
    '^  key +smu.gz.example/zhang[+]' "^ +from entry 2 on, by entry $declared\$" \
    "^ +from entry $declared on instead, by entry $moved\$" '^  none +nothing was signed'
governed "unset compromise $(cat zhang.vkey)"
run ledger-verify --log "$log" R
verdict 'a declaration that was taken back makes no doubt' 0 "VALID: .*, all of it holds${doubt%[,;]*}\$"
says 'a declaration that was taken back is told' "^ +from entry $declared on, by entry $moved\$" \
    "^ +taken back by entry $taken\$" 'Ask why one was taken back'
grep -q '^keys declared compromised' out && fail 'and is in force no longer'
ok 'and is in force no longer'
governed "compromise $(cat zhang.vkey) 3"
run ledger-verify --log "$log" --json R
says 'the JSON report tells of both' \
    '"withdrawn":\[\{"key":"smu.gz.example/zhang[+][^"]*","declared":'"$declared"',"from":2,"ended":'"$moved"',"moved_to":'"$declared"'\},\{"key":"[^"]*","declared":'"$moved"',"from":'"$declared"',"ended":'"$taken"'\}\],"notices":'
run ledger-authority R --history --subject "key $(cat zhang.vkey)"
says 'the history of a key has what was declared of it' '^  unset +key smu.gz.example/zhang[+]' \
    '^  set +compromise smu.gz.example/zhang[+].* 2$' '^  unset +compromise smu.gz.example/zhang[+]' \
    '^ +\(the declaration of compromise was taken back\)$'
[ "$(grep -c taken.back out)" -eq 1 ] || fail 'and says once that it was taken back'
ok 'and says once that it was taken back'
run ledger-authority R --history --subject "key $(cat wang.vkey)"
grep -q 'compromise' out && fail 'that of another key has it not'
ok 'that of another key has it not'
