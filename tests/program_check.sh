#!/bin/bash
# ledger-check: what a whole ledger says of a file.
# usage: program_check.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/verify_lib.sh
. "$(dirname "$0")/verify_lib.sh"

# A ledger with rules; four matters, of which each went another way.
{
    cat lines
    printf 'rules required\n'
    printf 'rule forensic-appraisal %s\n' \
        'draft after=- sign=appraiser:1 makes=pending' \
        'issue after=draft sign=appraiser:1 needs=document makes=effective' \
        'correct after=issue sign=appraiser:1 needs=document makes=corrected' \
        'annul after=issue,correct sign=appraiser:1 makes=void' \
        'end after=draft sign=appraiser:1 makes=closed' \
        'note after=issue sign=appraiser:1'
} >ruled.lines
run ledger-init R --origin "$origin" --operator op.key --authority ruled.lines --sign li.key \
    --sign chen.key --map-size 16777216
[ "$status" -eq 0 ] || fail 'a ledger with rules is made'
step() { # NUMBER EVENT [FILE]
    run ledger-append R --operator op.key --key zhang.key --kind forensic-appraisal --event "$2" \
        --matter "粤南医鉴〔2026〕病鉴字第$1号" --institution smu.gz.example ${3:+--document "$3"}
    [ "$status" -eq 0 ] || fail "$2 in matter $1"
}
for name in 1 2 2b 3 4 draft unknown; do
    printf '鉴定意见 %s\n' "$name" >"$name.pdf"
done
: >empty.pdf
step 1 draft draft.pdf # entry 1
step 1 issue 1.pdf
step 1 note
step 2 draft # entry 4
step 2 issue 2.pdf
step 2 correct 2b.pdf
step 3 draft # entry 7
step 3 issue 3.pdf
step 3 annul
step 4 draft # entry 10
step 4 end
step 5 draft 4.pdf # entry 12
matter() {
    printf '粤南医鉴〔2026〕病鉴字第%s号' "$1"
}
# A publication of the ledger, whatever is in it by now, gives the same answers.
check() { # [ARGUMENT...]
    ledger-publish R published >/dev/null || fail 'the ledger is published'
    run ledger-check --log "$log" published "$@"
    mv out files.out
    mv err files.err
    local files=$status
    run ledger-check --log "$log" R "$@"
    { [ "$status" -eq "$files" ] && cmp -s out files.out && cmp -s err files.err; } ||
        fail "a publication answers as its ledger does: ${*}"
    compared=$((compared + 1))
}
compared=0

check 1.pdf
verdict 'a recorded file is recorded' 0 \
    "RECORDED: entry 2 \\(forensic-appraisal, issue, by smu.gz.example\\) speaks of this file, in the matter '$(matter 1)'.*effective since entry 2, as of entry 12, at time 20"
says 'which entry, when, by whom' '^  entry +2, at 20[0-9-]*T[0-9:.]*Z$' \
    '^  institution +smu.gz.example$' '^  signed by +smu.gz.example/zhang$' \
    "^  as the file +'1.pdf'\$" '^  the matter now +effective since entry 2$'
says 'and of which ledger, all of which was verified' "^  name +$origin\$" '^  entries +13$' \
    '^  root over them +[A-Za-z0-9+/]{43}=$'
cp 1.pdf other-name.bin
check other-name.bin --matter "$(matter 1)"
verdict 'its name does not count' 0 'RECORDED: entry 2 '
check draft.pdf
verdict 'a draft is not what was decided' 1 \
    'DIFFERS: entry 1 .*draft. speaks of this file, but entry 2, which decided .*effective since entry 2'
check 2.pdf
verdict 'corrected since' 0 'RECORDED: entry 5 .*corrected by entry 6'
check 3.pdf
verdict 'void since' 0 'RECORDED: entry 8 .*void since entry 9'
check 4.pdf
verdict 'pending' 0 'RECORDED: entry 12 .*pending since entry 12'

check 1.pdf --require effective
verdict 'a status that is as required' 0 'RECORDED: '
check 1.pdf --require void,effective
verdict 'or one of them' 0 'RECORDED: '
check 3.pdf --require effective,corrected
verdict 'a status that is not as required' 1 'RECORDED: entry 8 '
says 'is told' "^NOT AS REQUIRED: of the matter '$(matter 3)': void since entry 9; asked was: effective,corrected\$"
check 3.pdf --require effective --json
[ "$status" -eq 1 ] || fail 'in JSON, too'
says 'in JSON, too' '"exit":1,"required":\{"asked":"effective","met":false\}' \
    '"standing":"void","entry":9,'

printf '鉴定意见 1。\n' >changed.pdf
check changed.pdf --matter "$(matter 1)"
verdict 'a forged copy is exposed by the number of its matter' 1 "DIFFERS: .*'$(matter 1)', as of entry 12"
says 'and the recorded files are named' "sha256 $(sha256sum <1.pdf | cut -d ' ' -f 1), $(wc -c <1.pdf) bytes" \
    "^  as the file +'1.pdf'\$" "^  as the file +'draft.pdf'\$" '^  entry +2, at '
check 1.pdf --matter "$(matter 2)"
verdict 'a file of another matter differs' 1 "DIFFERS: .*'$(matter 2)'"
says 'and where it is recorded is told' '^where the file is recorded$' "^  matter +$(matter 1)\$"
check changed.pdf
verdict 'without a number it is not in the ledger' 3 'NOT IN THIS LEDGER: no entry speaks of this very file'
says 'with a hint at the number' "give it with '--matter'"
grep -Eiq 'forg|fake|false' out && fail 'which never reads like forged'
ok 'which never reads like forged'
check changed.pdf --matter "$(matter 99)"
verdict 'a number without entries is not in the ledger' 3 'NOT IN THIS LEDGER: nothing is recorded under this number'
grep -Eiq 'forg|fake|false' out && fail 'nor that'
ok 'nor that'
run ledger-check --log "$log" R changed.pdf --matter '粤南医鉴[2026]病鉴字第１号'
{ [ "$status" -eq 3 ] && grep -q "try '$(matter 1)'" err; } || fail 'another spelling of a number is hinted at'
ok 'another spelling of a number is hinted at'
check unknown.pdf --matter "$(matter 4)"
verdict 'a matter without files cannot be judged' 2 "CANNOT BE JUDGED: the matter '$(matter 4)' has 2 entries, and none speaks of a file"
check unknown.pdf --matter "$(matter 4)" --json
says 'in JSON, too' '"answer":"cannot-be-judged".*"missing":"the matter ' '"exit":2'
check empty.pdf
verdict 'an empty file is a file' 3 'NOT IN THIS LEDGER: '
printf '鉴定意见 1\n' >piped
mkfifo pipe
cat piped >pipe &
run ledger-check --log "$log" R pipe
wait
verdict 'a file may come through a pipe' 0 'RECORDED: entry 2 '

# unjudged RULE PATTERN-OF-STDERR ARGUMENT...
unjudged() {
    run ledger-check --log "$log" "${@:3}"
    { [ "$status" -eq 2 ] && head -n 1 out | grep -q '^CANNOT BE JUDGED: the file could not be read$' &&
        grep -Eq "$2" err; } || fail "$1"
    ok "$1"
}
unjudged 'a file that is not there cannot be judged' 'cannot open document' R missing.pdf
unjudged 'nor a directory' 'directory' R .
run ledger-check --log "$log" R missing.pdf --json
{ [ "$status" -eq 2 ] && grep -Fxq '{"what":"document","document":{"file":"missing.pdf","answer":"cannot-be-judged","missing":"the file could not be read"},"exit":2}' out; } ||
    fail 'of a file that could not be read JSON has no digest'
ok 'of a file that could not be read JSON has no digest'

run ledger-check --log "$(cat li.vkey)" R 1.pdf
verdict 'nothing is said by a ledger that does not verify' 2 'CANNOT BE JUDGED: the ledger does not verify'
says 'but why' '^NOT VALID: log-untrusted'
grep -q 'entry 2' out && fail 'and nothing else'
ok 'and nothing else'
copy_ledger R spoilt
LC_ALL=C sed -i 's/event annul/event issue/g' spoilt/data.mdb
run ledger-check --log "$log" spoilt 1.pdf
verdict 'nor by one that was changed' 2 'CANNOT BE JUDGED: '
run ledger-check --log "$log" spoilt 1.pdf --json
says 'in JSON, too, and nothing that was met on the way' '"answer":"cannot-be-judged"' \
    '"recorded":\[\],"others":\[\]' '"valid":false' '"exit":2'
run ledger-check --log "$log" spoilt changed.pdf --matter "$(matter 99)"
verdict 'where nothing was found no more is said' 2 'CANNOT BE JUDGED: '
run ledger-check --log "$log" missing 1.pdf
refused 'a ledger must be there' 2 "cannot open 'missing'"
ledger-prove R 2 -o proof >out
run ledger-check --log "$log" proof 1.pdf
refused 'a proof is no ledger' 2 'ledger-verify PROOF --document'
check 1.pdf --require valid
refused 'a status has a name' 2 "'--require'"
check 1.pdf --require ''
refused 'and must be there' 2 "'--require'"
check 1.pdf --matter ''
refused 'so must a number' 2 "'--matter'"
run ledger-check R 1.pdf
refused 'whom to trust must be said' 2 'say what to trust'

check 1.pdf --json
says 'JSON has all of it' '^\{"what":"document","document":\{"file":"1.pdf","sha256":"[0-9a-f]{64}","size":[0-9]+,"answer":"recorded","as_of":12,' \
    '"exit":0,"verdict":\{"valid":true' "\"ledger\":\\{\"origin\":\"$origin\",\"size\":13,\"root\":\"[A-Za-z0-9+/]{43}=\"" \
    '"doubtful":\[\]\}$'
cp -r R copy
chmod -R a-w copy
run ledger-check --log "$log" --no-lock copy 1.pdf
verdict 'a copy on read-only media is as good' 0 'RECORDED: entry 2 '
chmod -R u+w copy

# A file in several matters, and one signed with a key that was compromised.
step 6 draft 1.pdf
check 1.pdf
says 'every place is told' '^  entry +2, at ' '^  entry +13, at ' '^  the matter now +pending since entry 13$'
check 1.pdf --require effective
verdict 'all matters must be as required' 1 'RECORDED: entry 2 '
says 'the one that is not is told' "^NOT AS REQUIRED: of the matter '$(matter 6)': pending since entry 13"
check 1.pdf --matter "$(matter 1)" --require effective
verdict 'or the one that was given' 0 'RECORDED: entry 2 '
printf 'unset key %s\ncompromise %s 8\n' "$(cat zhang.vkey)" "$(cat zhang.vkey)" >stolen
run ledger-authority R --draft stolen --institution "$origin" -o stolen.draft
run ledger-sign stolen.draft --key li.key --key chen.key
run ledger-append R --operator op.key stolen.draft
[ "$status" -eq 0 ] || fail 'a compromise is declared'
check 3.pdf
says 'a signature in doubt is told' '^who signed is in doubt$' '^  entry +8, signed with smu.gz.example/zhang[+]' \
    'declared compromised from entry 8 on'
check 3.pdf --json
says 'in JSON, too' '"doubtful":\[\{"entry":8,"from":8,"key":"smu.gz.example/zhang[+][^"]*"\}\]\}$'
check 2.pdf
grep -q 'in doubt' out && fail 'only of entries that speak of the file'
ok 'only of entries that speak of the file'

[ "$compared" -ge 25 ] || fail "publications were asked, too ($compared times)"
ok "a publication answered as its ledger did, $compared times"

# What only a publication can have.
run ledger-check --log "$log" --no-lock published 1.pdf
refused 'of a publication no lock is taken' 2 "'--no-lock'"
cp -r published spoilt-files
sed -i 's/event annul/event issue/' spoilt-files/tile/entries/*/*
run ledger-check --log "$log" spoilt-files 3.pdf
verdict 'one that was changed judges nothing' 2 'CANNOT BE JUDGED: the ledger does not verify'
sed -i "s/sha256 $(sha256sum <3.pdf | cut -d ' ' -f 1)/sha256 $(sha256sum <1.pdf | cut -d ' ' -f 1)/" \
    spoilt-files/tile/entries/*/*
run ledger-check --log "$log" spoilt-files 3.pdf
verdict 'nor where the file is hidden' 2 'CANNOT BE JUDGED: the ledger does not verify'
rm -r spoilt-files/tile/entries
run ledger-check --log "$log" spoilt-files 3.pdf
verdict 'nor without entries' 2 'CANNOT BE JUDGED: the ledger does not verify'
says 'but why' '^NOT VALID: entry-missing'
cp -r published both
: >both/data.mdb
run ledger-check --log "$log" both 1.pdf
refused 'what is both is refused' 2 'of a ledger and of a published one'

# Without rules nothing is known of a status.
run ledger-check --log "$log" L renamed.pdf
verdict 'without rules the status is not known' 0 'RECORDED: entry 1 .*no rule says what became of it'
run ledger-check --log "$log" L renamed.pdf --require none
verdict 'which can be required' 0 'RECORDED: '

# The index of documents only hints at what to look at: where it leaves something out, that is found.
golden=$root/fixtures/golden
"$bin/tamper" documents-missing "$golden/ledger" T >out 2>err || fail 'a ledger without a row of its documents is made'
run ledger-check --policy "$golden/policy" --no-lock T "$golden/鉴定意见书.txt"
verdict 'an index of documents that leaves one out is found' 2 'CANNOT BE JUDGED: the ledger does not verify'
says 'as such' '^NOT VALID: wrong-index-row at entry 67'

# ---- What stands in a matter, and what only came into it

{
    cat lines
    printf 'rules required\n'
    printf 'rule forensic-appraisal %s\n' \
        'issue after=- sign=appraiser:1 makes=effective' \
        'annul after=issue sign=appraiser:1 makes=void' \
        'renew after=annul sign=appraiser:1 needs=document makes=effective' \
        'note after=issue,note,renew sign=appraiser:1'
} >standing.lines
run ledger-init S --origin "$origin" --operator op.key --authority standing.lines --sign li.key \
    --sign chen.key --map-size 16777216
[ "$status" -eq 0 ] || fail 'a ledger with rules is made'
standing() { # NUMBER EVENT [FILE]
    run ledger-append S --operator op.key --key zhang.key --kind forensic-appraisal --event "$2" \
        --matter "$(matter "$1")" --institution smu.gz.example ${3:+--document "$3"}
    [ "$status" -eq 0 ] || fail "$2 in matter $1"
}
look() { # [ARGUMENT...]
    run ledger-check --log "$log" S "$@"
}
standing 1 issue 1.pdf
standing 1 annul
standing 1 renew 2.pdf
look 1.pdf --matter "$(matter 1)"
verdict 'a deed that was annulled is recorded' 0 'RECORDED: entry 1 .*effective since entry 3'
says 'but another file stands' '^  the matter now +effective since entry 3, with another file$'
look 1.pdf --matter "$(matter 1)" --require effective
verdict 'and it is not effective' 1 'RECORDED: entry 1 '
says 'which says why' "^NOT AS REQUIRED: of the matter '$(matter 1)': effective since entry 3, with another file;"
look 2.pdf --require effective
verdict 'the new deed is' 0 'RECORDED: entry 3 '
run ledger-check --log "$log" S 1.pdf --json
grep -q '"stands":false' out || fail 'in JSON, too'
standing 2 issue
standing 2 note 3.pdf
look 3.pdf --matter "$(matter 2)" --require effective
verdict 'a file that came into an effective matter is not effective' 1 'RECORDED: entry 5 '
says 'as none was issued' "^NOT AS REQUIRED: .*effective since entry 4, which speaks of no file;"
standing 3 issue 4.pdf
for name in $(seq 20); do
    printf '%s\n' "$name" >"note-$name.pdf"
    standing 3 note "note-$name.pdf"
done
look unknown.pdf --matter "$(matter 3)"
verdict 'another file differs' 1 'DIFFERS: '
says 'and many notes do not crowd out what was issued' "^  as the file +'4.pdf'\$" \
    '^  not listed +5$'
look note-1.pdf --matter "$(matter 3)"
verdict 'a note is not what was issued' 1 'DIFFERS: entry 7 '
