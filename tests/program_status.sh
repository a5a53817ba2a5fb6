#!/bin/bash
# ledger-prove --status, and ledger-verify on what it makes, with files and a required status.
# usage: program_status.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/verify_lib.sh
. "$(dirname "$0")/verify_lib.sh"

index() { # LEDGER
    run ledger-index "$1" --operator op.key
    [ "$status" -eq 0 ] || fail "index $1"
}

prove() { # LEDGER MATTER FILE
    run ledger-prove "$1" --status --matter "$2" -o "$3"
    [ "$status" -eq 0 ] || fail "prove $2"
}

# --- ledger-prove --status ---

run ledger-prove L --status --matter "$matter" -o s
refused 'without an index nothing is proved, and it is said who makes one' 1 "'ledger-index'"
[ ! -e s ] || fail 'then no file is written'
ok 'then no file is written'
index L
run ledger-prove L --status --matter "$matter" -o s
expect 'a status proof goes into a file' 0 ''
[ "$(cat out)" = s ] || fail 'its path is printed'
ok 'its path is printed'
run ledger-prove L --status --matter "$matter"
same 'a status proof goes to standard output' out s
run ledger-prove L --status --document renamed.pdf
same 'a matter is found by a file of it' out s
run ledger-prove L --status --document missing.pdf
refused 'a file that cannot be read is trouble' 2 "'missing.pdf'"
run ledger-prove L --status --document other.pdf
refused 'a file that no entry speaks of leads nowhere' 1 "give it with '--matter'"
run ledger-prove L --status
refused '--status needs a matter' 2 "goes with '--matter'"
run ledger-prove L --status --matter x --document other.pdf
refused '--status takes one of both' 2 'one of them'
run ledger-prove L 1 --json -o x
refused '--json goes with --status' 2 "'--json' goes with"
run ledger-prove L --status --matter none -o absent
[ "$status" -eq 0 ] || fail 'that there is no entry is proved'
grep -q "no entries before entry 3" err || fail 'that there is no entry is proved'
ok 'that there is no entry is proved'
append L issue --document 鉴定意见书.pdf --document other.pdf
run ledger-prove L --status --matter "$matter" -o older --json
[ "$status" -eq 0 ] || fail 'entries after the index are counted'
grep -q '1 entry of the matter came after .* entry 3, and is not covered' err ||
    fail 'entries after the index are counted'
ok 'entries after the index are counted'
says '--json says what was written' '^\{"what":"status-proof","file":"older","matter":"[^"]*","entries":2,"status":\{"standing":"none"\},"as_of":3,.*"after":1,"not_covered":1\}$'

# --- ledger-verify ---

run ledger-verify --log "$log" s
verdict 'a status proof is valid' 0 "VALID: the matter '$matter' of ledger $origin: no rule says what became of it, as of entry 3, at time 20"
says 'the history comes in order' '^  entry 1 +20.*Z  forensic-appraisal, issue$' \
    '^  entry 2 .* forensic-appraisal, amend$' \
    '南方医科大学司法鉴定中心 \(smu.gz.example\); signed by smu.gz.example/zhang, smu.gz.example/wang$'
says 'it says how old it is' '^  as of +entry 3, at time 20' '^  came after +0 entries'
run ledger-verify --log "$log" older
says 'and what came after' '^  as of +entry 3,' '^  came after +1 entry of the ledger'
status=0
ledger-verify --log "$log" - <s >out 2>err || status=$?
verdict 'a status proof comes from standard input' 0 'VALID: the matter'
run ledger-verify --log "$log" absent
verdict 'that there is no entry is valid' 0 "VALID: the matter 'none' of .*: no entries, as of entry 3, at time 20"
run ledger-verify --log "$(cat li.vkey)" s
verdict 'under another log key it is not valid' 1 'NOT VALID: log-untrusted'
run ledger-verify --log "$log" --json s
says 'the JSON report' '^\{"what":"status-proof","verdict":\{"valid":true' '"holds":true,"as_of":3,' \
    '"after":0,"entries":2,"status":\{"standing":"none"\},"ruled":false,"history":\[\{"record":\{"index":1,'
run ledger-verify --log "$log" --explain s
refused '--explain goes with one entry' 2 'one entry'
run ledger-verify --log "$log" --require effective L
refused '--require does not go with a ledger' 2 'status proof'
ledger-prove L 1 -o one >out
run ledger-verify --log "$log" --require effective one
refused '--require does not go with the proof of an entry' 2 'status proof'
ledger-prove L 3 -o one >out
run ledger-verify --log "$log" one
verdict 'the proof of an index entry is one of an entry' 0 'VALID: entry 3 '
says 'which the operator signed' "^  signer +$origin, as operator$"

# --- what was changed ---

# Its parts: 1 the head, 2 the proof of the index, 3 and 4 those of the entries, 5 and 6 the
# checkpoint.
awk -v RS= '{ print >"part-" NR }' s
# compose N PART...: a status proof of N entries from these parts
compose() {
    local part
    sed "s/^entries .*/entries $1/" part-1
    for part in "${@:2}" 5 6; do
        printf '\n'
        cat "part-$part"
    done
}
compose 2 2 3 4 >again
same 'the parts make the proof' s again
compose 1 2 3 >short
run ledger-verify --log "$log" short
verdict 'an entry that is left out is missed' 1 'NOT VALID: not-all-entries at entry 3: '
compose 1 2 4 >short
run ledger-verify --log "$log" short
verdict 'even the first' 1 'NOT VALID: not-all-entries at entry 3: '
compose 3 2 3 4 4 >twice
run ledger-verify --log "$log" twice
verdict 'an entry shown twice is noticed' 1 'NOT VALID: not-all-entries at entry 2: '
compose 2 2 4 3 >turned
run ledger-verify --log "$log" turned
verdict 'entries in another order are refused' 1 'NOT VALID: not-all-entries at entry 1: '
compose 2 3 3 4 >no-index
run ledger-verify --log "$log" no-index
verdict 'an index must be there' 1 'NOT VALID: bad-index at entry 1: '
sed "s/^matter .*/matter another/" s >renamed
run ledger-verify --log "$log" --document renamed.pdf renamed
verdict 'the entries are of the matter' 1 'NOT VALID: other-entry at entry 1: '
grep -q 'renamed.pdf' out && fail 'of an invalid proof nothing is said about the file'
ok 'of an invalid proof nothing is said about the file'
size=$(wc -c <s)
for bytes in 28 29 100 $((size / 2)) $((size - 80)) $((size - 1)); do
    head -c "$bytes" s >part
    run ledger-verify --log "$log" part
    { head -n 1 out | grep -q '^NOT VALID: ' && [ "$status" -eq 1 ]; } || fail "cut off at $bytes"
done
ok 'a status proof that was cut off is not valid'

# --- a file ---

run ledger-verify --log "$log" --document renamed.pdf s
verdict 'a recorded file is recorded' 0 "RECORDED: entry 1 \\(forensic-appraisal, issue, by smu.gz.example\\) speaks of this file, in the matter '$matter'; of the matter: no rule says what became of it, as of entry 3, at time 20"
says 'by whom, and that the proof is valid' '^The proof is valid: ' "^  as the file +'鉴定意见书.pdf'\$" \
    '^  signed by +smu.gz.example/zhang, smu.gz.example/wang$'
run ledger-verify --log "$log" --document other.pdf s
verdict 'another file differs' 1 "DIFFERS: the file is none of those recorded for the matter '$matter', as of entry 3, at time 20"
says 'the recorded file is named' "^  digest, size +sha256 $(sha256sum renamed.pdf | cut -c 1-64)"
grep -qi 'forged' out && fail 'a file that differs is not called forged'
ok 'a file that differs is not called forged'
run ledger-verify --log "$log" --document renamed.pdf absent
verdict 'under a number without entries it is not in this ledger' 3 "NOT IN THIS LEDGER: nothing is recorded under this number, 'none', as of entry 3, at time 20"
run ledger-verify --log "$log" --json --document renamed.pdf absent
says 'the JSON report says so' '"document":\{"file":"renamed.pdf",.*"answer":"not-in-this-ledger","matter":"none","as_of":3,'
[ "$status" -eq 3 ] || fail 'with the same exit status'
ok 'with the same exit status'
run ledger-verify --log "$log" --document renamed.pdf --document other.pdf s
refused 'one file at a time' 2 'one .--document. at a time'
run ledger-verify --log "$log" --document missing.pdf s
refused 'a file that cannot be read cannot be judged' 2 "'missing.pdf'"
prove L authority founding
run ledger-verify --log "$log" --document renamed.pdf founding
verdict 'where no entry speaks of a file nothing is judged' 2 "CANNOT BE JUDGED: the matter 'authority' has 1 entry, and none speaks of a file"
index L
prove L "$matter" newer
run ledger-verify --log "$log" --document other.pdf newer
verdict 'a newer proof has what an older has not' 0 'RECORDED: entry 4 .* as of entry 5, '
run ledger-prove L --status --document other.pdf
same 'the matter is found by its only file, whatever the proof' out newer
matter=second append L issue --document other.pdf
run ledger-prove L --status --document other.pdf
refused 'of several matters one is asked for' 2 "say which with '--matter'"
grep -q "  second$" err || fail 'they are named'
ok 'they are named'

# --- what became of it, under rules ---

{
    cat lines
    printf 'rules required\n'
    printf 'rule forensic-appraisal %s\n' 'accept after=- sign=appraiser:1 makes=pending' \
        'issue after=accept sign=appraiser:1 makes=effective' \
        'note after=issue,note sign=appraiser:1' \
        'amend after=issue,note,amend sign=appraiser:1 makes=corrected' \
        'void after=issue,amend sign=appraiser:1 makes=void' \
        'close after=accept sign=appraiser:1 makes=closed'
} >ruled.lines
run ledger-init R --origin "$origin" --operator op.key --authority ruled.lines --sign li.key \
    --sign chen.key --map-size 16777216
[ "$status" -eq 0 ] || fail 'a ledger with rules is made'

# becomes RULE PATTERN STANDING: after an index, the status of the matter and what --require says
becomes() {
    index R
    prove R "$matter" "$3"
    run ledger-verify --log "$log" "$3"
    verdict "$1" 0 "VALID: .*: $2, as of entry [0-9]+, at time 20"
    run ledger-verify --log "$log" --require "$3" "$3"
    verdict "$1, as required" 0 VALID
    run ledger-verify --log "$log" --require none "$3"
    [ "$status" -eq 1 ] || fail "$1, which was not required"
    says "$1, which was not required" '^NOT AS REQUIRED: of the matter: '"$2"'; asked was: none$'
}

append R accept
becomes 'a matter is pending' 'pending since entry 1' pending
append R issue --document 鉴定意见书.pdf
append R note
becomes 'a matter is effective since the entry that made it so' 'effective since entry 3' effective
says 'the history says what each entry made' 'entry 1 .*; makes the matter: pending' \
    'entry 4 .*; makes the matter: unchanged' 'zhang as appraiser$'
run ledger-verify --log "$log" --require effective,corrected --document renamed.pdf effective
verdict 'a file of an effective matter is as required' 0 'RECORDED: entry 3 .*: effective since entry 3, '
run ledger-verify --log "$log" --require void,closed --document renamed.pdf effective
verdict 'or recorded, and not as required' 1 'RECORDED: entry 3 '
says 'which is said' "^NOT AS REQUIRED: of the matter '.*': effective since entry 3; asked was: void,closed\$"
run ledger-verify --log "$log" --require effective --document other.pdf effective
verdict 'a file that differs differs, whatever is required' 1 'DIFFERS: '
for asked in '' ',' 'effective,' good 'effective void'; do
    run ledger-verify --log "$log" --require "$asked" effective
    refused "'$asked' is no status" 2 'is not a list of effective'
done
append R amend --document other.pdf
becomes 'a matter is corrected by an entry' 'corrected by entry 6' corrected
run ledger-verify --log "$log" --document renamed.pdf corrected
verdict 'a file of before is recorded' 0 'RECORDED: entry 3 .*: corrected by entry 6, as of entry 7'
says 'and what came after is said' '^  the matter now +corrected by entry 6, with another file$'
run ledger-verify --log "$log" --document renamed.pdf effective
verdict 'an older proof says of when it is' 0 'RECORDED: entry 3 .*: effective since entry 3, as of entry 5'
append R void
becomes 'a matter is void' 'void since entry 8' void
run ledger-verify --log "$log" --json --require effective --document renamed.pdf void
says 'the JSON report says so' '"status":\{"standing":"void","entry":8,"time":"20' \
    '"answer":"recorded",' '"required":\{"asked":"effective","met":false\}'
[ "$status" -eq 1 ] || fail 'and the exit status'
ok 'and the exit status'
matter=other append R accept
matter=other append R close
matter=other becomes 'a matter is closed' 'closed since entry [0-9]+' closed
run ledger-verify --log "$log" R
verdict 'the whole ledger is valid' 0 'VALID: '
