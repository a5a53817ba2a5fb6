#!/bin/bash
# ledger-authority as a program: what is in force, how it came about, and drafts of changes that are
# tried before anybody signs them.
# usage: program_authority.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
umask 077

# says RULE PATTERN...: stdout has lines like these
says() {
    local rule=$1 pattern
    shift
    for pattern in "$@"; do
        grep -Eq -- "$pattern" out || fail "$rule: $pattern"
    done
    ok "$rule"
}

# silent RULE PATTERN: stdout has no line like this
silent() {
    ! grep -Eq -- "$2" out || fail "$1"
    ok "$1"
}

ledger='publiclaw.gz.example/2026'
smu='smu-forensics.gz.example'
notary='nanfang-notary.gz.example'

new_key() { # FILE NAME
    run "$bin/ledger-key" generate --name "$2" --unsealed "$1"
    [ "$status" -eq 0 ] || fail "makes the key $2"
    cp out "$1.vkey"
}
new_key op "$ledger"
new_key li 'justice.gz.example/李娜'
new_key chen 'court.gz.example/陈洁'
new_key zhang "$smu/张三"
new_key wang "$smu/王五"
new_key reg "$smu/登记"
new_key sun "$smu/孙"
new_key zhao "$notary/赵"
vkey() { # FILE: as a part of a regular expression
    sed 's/[+.]/[&]/g' "$1.vkey"
}

cat >lines <<END
# 首批
governor $(cat li.vkey)
governor $(cat chen.vkey)
threshold 2

institution $smu appraiser/pathology+dna,reviewer,registrar 南方医科大学司法鉴定中心
institution $notary notary 广州市南方公证处
key $(cat zhang.vkey) $smu appraiser/pathology
key $(cat wang.vkey) $smu appraiser/pathology+dna,reviewer
key $(cat reg.vkey) $smu registrar
key $(cat zhao.vkey) $notary notary
END
init() { # LEDGER LINES
    run "$bin/ledger-init" "$1" --origin "$ledger" --operator op --authority "$2" --sign li \
        --sign chen --map-size 16777216
}
authority() {
    run "$bin/ledger-authority" L "$@"
}
record() { # OPTION...
    run "$bin/ledger-append" L --operator op --kind forensic-appraisal --institution "$smu" "$@"
}
# signed DRAFT KEY...: signs it and appends it
signed() {
    local draft=$1 key
    shift
    for key in "$@"; do
        run "$bin/ledger-sign" "$draft" --key "$key"
        [ "$status" -eq 0 ] || fail "signs $draft with $key"
    done
    run "$bin/ledger-append" L --operator op "$draft"
}

# --- founding with rules ---

{
    cat lines
    echo 'rule forensic-appraisal accept after=- sign=reviewer:1'
} >bad
init L bad
expect 'rules that are not required are refused' 1 "bad-change"
{
    cat lines
    echo 'rules required'
    echo 'rule forensic-appraisal accept after=- sign=reviewer:01'
} >bad
init L bad
expect 'a bad rule is named by its line' 1 "refused line 13 of 'bad': bad-authority-line"
{
    cat lines
    echo "key $(cat sun.vkey) $smu appraiser"
} >bad
init L bad
expect 'a key unlimited where its institution is limited is refused' 1 'bad-change'
{
    cat lines
    echo "unset threshold"
} >bad
init L bad
expect 'a genesis unsets nothing' 1 "refused line 12 of 'bad': bad-authority-line"
init L lines
[ "$status" -eq 0 ] || fail 'a ledger with categories is founded'
ok 'a ledger with categories is founded'

# --- what is in force ---

run "$bin/ledger-authority" --help
{ [ "$status" -eq 0 ] && grep -q '^usage: ledger-authority ' out; } || fail 'it has a help'
ok 'it has a help'
authority
[ ! -s err ] || fail 'the lines in force are shown'
says 'the lines in force are shown in groups' \
    "^ledger $ledger, 10 lines in force for the next entry, 1\$" \
    "^  operator +$(vkey op)\$" '^  a change takes +2 of 2 governors$' "^  governor +$(vkey li)\$" \
    "^institution $smu, 南方医科大学司法鉴定中心\$" \
    '^  may hand out +appraiser/pathology[+]dna,reviewer,registrar$' "^  key +$(vkey zhang)\$" \
    '^ +as appraiser/pathology$' '^  not required +any event may follow any other$'
awk '/^institution/ { inside = $2 } /^  key/ { print inside, $2 }' out | sort >shown
{
    printf '%s %s\n' "$notary," "$(cat zhao.vkey)"
    for key in reg wang zhang; do
        printf '%s %s\n' "$smu," "$(cat $key.vkey)"
    done
} | sort >expected
cmp -s shown expected || fail 'keys stand with their institution'
ok 'keys stand with their institution'
authority --json
[ "$(wc -l <out)" -eq 1 ] || fail 'JSON is one line'
says 'JSON has the same' '^\{"ledger":"'"$ledger"'","before":1,"root":"[A-Za-z0-9+/]{43}=","operator":' \
    '"threshold":2,"governors":\["court' '"id":"'"$smu"'","name":"南方医科大学司法鉴定中心","grants":' \
    '\{"role":"appraiser","categories":\["pathology","dna"\]\},\{"role":"reviewer"\}' \
    '"rules_required":false,"rules":\[\],"compromised":\[\]\}$'
authority --at 0
says 'before the genesis nothing is in force' ' 0 lines in force before entry 0$'
authority --at 2
expect 'beyond the end there is nothing to show' 1 'no entry 2 yet'
authority --at 01
expect 'an index has one spelling' 2 "'01' is not a number"
authority --at 0 --history
expect '--at does not go with --history' 2 "'--at' does not go with '--history'"
authority --subject threshold
expect '--subject goes with --history' 2 "'--subject' does not go with"
authority --institution "$smu"
expect '--institution goes with --draft' 2 "'--institution' does not go with"
authority --history --draft lines
expect '--history does not go with --draft' 2 "'--history' does not go with '--draft'"
run "$bin/ledger-authority" missing
expect 'a missing ledger is trouble' 2 "'missing"

# --- drafts of governors ---

cat >rules <<END
# 鉴定
rules required
rule forensic-appraisal accept after=- sign=reviewer:1 needs=category makes=pending

rule forensic-appraisal sign after=accept sign=appraiser:2 needs=category,document keeps=category:accept
rule forensic-appraisal issue after=sign sign=reviewer:1 not-by=accept term=1:accept makes=effective
END
authority --draft rules -o change
[ ! -s out ] || fail 'a draft goes into a file'
expect 'a draft says who must sign and how to go on' 0 \
    '2 of the 2 governors must sign it: .*李娜.*陈洁|2 of the 2 governors must sign it: .*陈洁.*李娜'
grep -q "ledger-sign 'change' --key" err || fail 'a draft says how to go on'
grep -q "ledger-append 'L' --operator KEYFILE 'change'" err || fail 'a draft says how to go on'
ok 'with the commands'
grep -Eq '^set rule forensic-appraisal issue after=sign' change || fail 'a draft has its lines'
[ "$(grep -c '^set ' change)" -eq 4 ] || fail 'a draft has its lines and no comments'
ok 'a draft has its lines and no comments'
authority --draft rules -o change
expect 'a draft is not overwritten' 2 "'change': File exists"
authority --draft rules --time 2026-11-23T10:21:07+08:00
{ [ "$status" -eq 0 ] && grep -q '^time 2026-11-23T10:21:07+08:00$' out; } ||
    fail 'a draft goes to standard output, with the time that was given'
ok 'a draft goes to standard output, with the time that was given'
signed change li chen
expect 'a draft is signed in steps and appended' 0 ''
authority --draft rules
expect 'what stands already is refused before anybody signs' 1 'refused the change: bad-change'
echo 'unset rule forensic-appraisal sign' >draft
authority --draft draft
expect 'rules that cannot be met are refused before anybody signs' 1 'bad-change.*sign'
echo 'rule forensic-appraisal annul after=issue sign=judge:1' >draft
authority --draft draft
expect 'a role that nobody may hand out is refused' 1 'bad-change.*judge:1'
echo 'unset governor' >draft
authority --draft draft
expect 'what is not set cannot be unset' 1 'bad-change'
printf 'threshold 2\nunset\n' >draft
authority --draft draft
expect 'a line that is neither is named' 1 "refused line 2 of 'draft': bad-authority-line"
printf '# nothing\n\n' >draft
authority --draft draft
expect 'nothing to change is no change' 2 "nothing to change in 'draft'"
authority --draft missing
expect 'a missing file is trouble' 2 "'missing'"
echo 'threshold 1' >draft
authority --draft draft --time yesterday
expect 'a bad time is wrong usage' 2 "'--time': 'yesterday' is not a time such as"
printf 'threshold 1\r\n' >draft
authority --draft draft
expect 'line ends of Windows are named' 1 "line 1 of 'draft'.*carriage return.*not of Windows"
printf 'threshold 1\nunset threshold\r\n' >draft
authority --draft draft
expect 'also after what is unset' 1 "line 2 of 'draft'.*carriage return.*not of Windows"
long=$(printf 'x%.0s' {1..90})
for i in {1..600}; do
    echo "institution i$i.gz.example notary $long"
done >many
authority --draft many -o many.draft
expect 'lines that do not fit into one entry must be split' 1 'too-long'
grep -q "split 'many' into several files" err || fail 'and it is said'
[ ! -e many.draft ] || fail 'and nothing is written'
ok 'it is said, and nothing is written'
# As long as a record may be, so that only the signatures make it too long.
{
    head -n 400 many
    printf 'institution i%s.gz.example notary x\n' {1000..1500}
} >many2
fits=400
too_many=901
while [ $((too_many - fits)) -gt 1 ]; do
    count=$(((fits + too_many) / 2))
    head -n "$count" many2 >draft
    authority --draft draft
    if [ "$status" -eq 0 ]; then fits=$count; else too_many=$count; fi
done
head -n "$too_many" many2 >draft.long
head -n "$fits" many2 >draft
authority --draft draft
size=$(wc -c <out)
{ [ "$size" -gt 65000 ] && [ "$size" -lt 65336 ]; } || fail 'the longest draft leaves room to sign'
cp out longest
cp -r L copied
cp L.guard copied.guard
run "$bin/ledger-sign" longest --key li --key chen
run "$bin/ledger-append" copied --operator op longest
expect 'the longest draft leaves room for its signatures and its place' 0 ''
authority --draft draft.long
expect 'one line more does not fit' 1 'too-long'

# --- what the rules do ---

record --event accept --matter 1号 --key wang
expect 'a record without what its rule needs is refused' 1 'line-missing.*category'
record --event accept --matter 1号 --key zhang --category pathology
expect 'one signed in another role too' 1 'role-missing.*reviewer:1'
record --event sign --matter 1号 --key zhang --key wang --category pathology --document lines
expect 'and a step out of order' 1 'wrong-order'
record --event hear --matter 1号 --key wang
expect 'and an event without a rule' 1 'no-rule.*hear'
record --event accept --matter 1号 --key wang --category pathology
expect 'a record that meets its rule is taken' 0 ''
record --event accept --matter 1号 --key wang --category pathology
expect 'a matter is opened once' 1 'already-open.*entry 2'
record --event sign --matter 1号 --key zhang --key wang --category dna --document lines
expect 'who is not competent in the category does not count' 1 'role-missing'
record --event sign --matter 1号 --key zhang --key wang --category pathology --document lines
expect 'the next step is taken' 0 ''
record --event issue --matter 1号 --key wang
expect 'who took an earlier step may not take this one' 1 'signer-excluded.*王五'
authority
says 'the rules are shown by kind' '^  required ' '^rules of forensic-appraisal$' \
    '^  accept +after=- sign=reviewer:1 needs=category makes=pending$' \
    '^  issue +after=sign sign=reviewer:1 not-by=accept term=1:accept makes=effective$'
authority --at 1
says 'before that entry they were not in force' ' 10 lines in force before entry 1$' '^  not required'
authority --json
says 'JSON has the rules' '"rules_required":true,"rules":\[\{"kind":"forensic-appraisal",' \
    '"event":"accept","line":"rule forensic-appraisal accept after=- '

# --- registrars ---

echo "key $(cat sun.vkey) $smu reviewer" >draft
authority --draft draft --institution "$smu" -o enrol
expect 'a draft of a registrar says who must sign' 0 \
    "a registrar of '$smu' must sign it, and nobody else may: $smu/登记"
signed enrol reg
expect 'a registrar enrols a key' 0 ''
record --event issue --matter 1号 --key sun
expect 'which may then sign' 0 ''
authority --draft draft --institution "$notary"
expect 'without a registrar governors must do it' 1 "role-missing.*registrar, not limited to categories: governors"
authority --draft draft --institution nobody.gz.example
expect 'an institution must be in force' 1 'unknown-institution.*nobody'
echo "unset key $(cat zhao.vkey)" >draft
authority --draft draft --institution "$smu"
expect 'a key of another institution is beyond reach' 1 'beyond-reach'
grep -q "governors must make this change: 'ledger-authority LEDGER --draft' without" err ||
    fail 'and governors must do it'
ok 'and governors must do it'
echo 'threshold 1' >draft
authority --draft draft --institution "$smu"
expect 'and so is all else' 1 'beyond-reach.*threshold'
cp enrol wrong
printf 'unset key %s\ncompromise %s 3\n' "$(cat wang.vkey)" "$(cat wang.vkey)" >draft
authority --draft draft --institution "$smu" -o wrong
expect 'a file that is there stays' 2 'File exists'
authority --draft draft --institution "$smu" -o compromise
signed compromise zhang
expect 'who is no registrar cannot sign it' 1 'refused'
rm compromise
authority --draft draft --institution "$smu" -o compromise
signed compromise reg
expect 'a registrar declares a compromise' 0 ''
echo "compromise $(cat wang.vkey) 2" >draft
authority --draft draft --institution "$smu"
expect 'that of a key no longer in force is for governors' 1 'beyond-reach'
grep -q 'governors must make this change' err || fail 'and it is said'
cp -r L later
cp L.guard later.guard
run "$bin/ledger-authority" later --draft draft -o earlier
run "$bin/ledger-sign" earlier --key li --key chen
run "$bin/ledger-append" later --operator op earlier
expect 'and it is said, and governors can' 0 ''
run "$bin/ledger-sign" --new forced --ledger "$ledger" --kind authority --event change \
    --matter authority --institution "$smu" --set "compromise $(cat wang.vkey) 2" --key reg
run "$bin/ledger-append" L --operator op forced
expect 'the ledger refuses it from a registrar' 1 'beyond-reach'
grep -q 'governors must make this change' err || fail 'and says the same'
ok 'and says the same'
authority
says 'the compromise is shown' '^keys declared compromised' "^  key +$(vkey wang)\$" \
    '^ +from entry 3 on$'
authority --json
says 'and in JSON' '"compromised":\[\{"key":"'"$(vkey wang)"'","from":3\}\]\}$'
echo "key $(cat wang.vkey) $smu reviewer" >draft
authority --draft draft
expect 'a compromised key does not come back' 1 'bad-change'

printf 'key %s %s reviewer\n' "$(cat li.vkey)" "$smu" >draft
authority --draft draft --institution "$smu"
expect 'a registrar names no key after somebody else' 1 'beyond-reach.*its name (is not|does not begin)'
echo "key $(cat reg.vkey) $smu registrar/pathology" >limits
cp -r L limited
cp L.guard limited.guard
run "$bin/ledger-authority" limited --draft limits -o limits.draft
run "$bin/ledger-sign" limits.draft --key li --key chen
run "$bin/ledger-append" limited --operator op limits.draft
[ "$status" -eq 0 ] || fail 'a registrar is limited to a category'
printf 'unset key %s\n' "$(cat sun.vkey)" >draft
run "$bin/ledger-authority" limited --draft draft --institution "$smu"
expect 'a registrar of some categories is not told to sign' 1 'role-missing.*governors'
authority --draft draft --institution "$(head -c 300 /dev/zero | tr '\0' x)"
expect 'an institution must be a name' 2 "'--institution': .* is not a name"

# --- how it came about ---

authority --history
[ "$(grep -c '^entry ' out)" -eq 4 ] || fail 'every change is listed'
says 'every change is listed with its time, its signers and its lines' \
    '^entry 0, 20[0-9T:.-]+Z, genesis, signed by governors: justice.gz.example/李娜, court' \
    '^entry 1, .*, change, signed by governors: ' \
    "^entry 4, .*, change, signed by registrars of $smu: $smu/登记\$" \
    "^  set +key $(vkey sun) $smu reviewer\$" "^  unset +key $(vkey wang)\$" \
    "^  set +compromise $(vkey wang) 3\$"
authority --history --subject "key $(cat wang.vkey)"
says 'the history of one subject' '^entry 0, ' '^  set +key .*王五' '^entry 6, ' '^  unset +key .*王五'
says 'with what was declared of a key' '^  set +compromise .*王五'
silent 'has nothing else' 'entry 1,|governor '
authority --history --json --subject 'rules'
[ "$(wc -l <out)" -eq 1 ] || fail 'history as JSON is an object a line'
says 'history as JSON is an object a line' '^\{"entry":1,"time":"20[^"]*Z","event":"change",' \
    '"signed_by":"governors","signers":\[\{"name":"' '"unset":\[\],"set":\["rules required"\]\}$'
authority --history --json
says 'with the institution of registrars' '"signed_by":"registrars","institution":"'"$smu"'","signers"'
authority --history --subject 'rule x y'
expect 'a subject that never was is no error' 0 "no change of 'rule x y' among 7 entries"
authority --history --subject ''
expect 'an empty subject is none' 2 "'--subject': '' is not a subject"
for subject in "$(cat wang.vkey)" 王五 "key $smu/王五" "institution" "rule forensic-appraisal" 'threshold 2'; do
    authority --history --subject "$subject"
    expect "what is no subject is refused: ${subject%%+*}" 2 \
        "is not a subject: .*'key VKEY'.*'institution ID' or 'rule KIND EVENT'"
done
for subject in operator threshold rules "governor $(cat li.vkey)" "compromise $(cat wang.vkey)" \
    "institution $smu" 'rule forensic-appraisal accept'; do
    authority --history --subject "$subject"
    { [ "$status" -eq 0 ] && [ ! -s err ]; } || fail "a subject is one: ${subject%%+*}"
    ok "a subject is one: ${subject%%+*}"
done

# --- warnings ---

# drafts RULE PATTERN: the lines on stdin can be set, with a warning, or without one if it is empty
drafts() {
    cat >draft
    authority --draft draft -o warned
    rm -f warned
    [ -n "$2" ] || ! grep -q warning err || fail "$1"
    expect "$1" 0 "$2"
}
new_key sun2 "$smu/孙"
new_key reg2 "$smu/登记二"
echo "key $(cat sun2.vkey) $smu reviewer" |
    drafts 'a second key of one name is warned of' \
        "warning: '$smu/孙' will have two keys, .*; .* 'unset key $(vkey sun)'"
printf 'unset key %s\nkey %s %s reviewer\n' "$(cat sun.vkey)" "$(cat sun2.vkey)" "$smu" |
    drafts 'not of one that replaces the other' 'can be made'
! grep -q warning err || fail 'not of one that replaces the other'
echo "key $(cat sun.vkey) $smu appraiser/pathology" | drafts 'nor of other roles' 'can be made'
! grep -q warning err || fail 'nor of other roles'
new_key sun3 "$smu/孙三"
new_key sun4 "$smu/孙三"
for key in sun3 sun4; do
    echo "key $(cat $key.vkey) $smu reviewer"
done | drafts 'both may be new' "warning: '$smu/孙三' will have two keys"
echo "unset key $(cat reg.vkey)" |
    drafts 'that the last registrar goes is warned of' "warning: this takes the last registrar of '$smu'"
[ "$(grep -c warning err)" -eq 1 ] || fail 'once'
echo "key $(cat reg.vkey) $smu registrar/pathology" |
    drafts 'or is limited' "warning: this takes the last registrar of '$smu'"
printf 'unset key %s\nkey %s %s registrar\n' "$(cat reg.vkey)" "$(cat reg2.vkey)" "$smu" |
    drafts 'not if another comes' 'can be made'
! grep -q warning err || fail 'not if another comes'
echo "unset key $(cat zhao.vkey)" | drafts 'nor of who is none' 'can be made'
! grep -q warning err || fail 'nor of who is none'
ok 'and nothing else is warned of'

# --- another key of the operator ---

new_key op2 "$ledger"
echo "operator $(cat op2.vkey)" >draft
authority --draft draft -o rotate
expect 'of a new operator it is told which key appends' 0 \
    "then the operator, with the NEW key, .*: ledger-append 'L' --operator NEWKEYFILE 'rotate'"
grep -q "a 'log' line for the new key in the policy, beside that of the old one, which stays" err ||
    fail 'and what the policy needs'
ok 'and what the policy needs'
size() {
    run "$bin/ledger-log" L
    wc -l <out
}
before=$(size)
signed rotate li chen
expect 'the old key does not append it' 2 \
    "the batch replaces the operator's key: append it with the NEW key, '$ledger' with key ID $(
        cut -d + -f 2 op2.vkey), not with the old one"
[ "$(size)" -eq "$before" ] || fail 'and nothing is in the ledger'
printf 'log %s\nquorum none\n' "$(cat op.vkey)" >policy
printf 'log %s\nlog %s\nquorum none\n' "$(cat op.vkey)" "$(cat op2.vkey)" >both
run "$bin/ledger-verify" L --policy policy --remember seen
[ "$status" -eq 0 ] || fail 'before, the old key is enough'
run "$bin/ledger-append" L --operator op2 rotate
expect 'the new key does' 0 ''
run "$bin/ledger-append" L --operator op --kind forensic-appraisal --institution "$smu" --event accept \
    --matter 9号 --key sun --category pathology
expect 'from then on the old key signs nothing' 2 "if the operator's key was replaced, the NEW one is"
run "$bin/ledger-append" L --operator op2 --kind forensic-appraisal --institution "$smu" \
    --event accept --matter 9号 --key sun --category pathology
expect 'but the new one does' 0 ''
run "$bin/ledger-verify" L --policy both --remember seen
[ "$status" -eq 0 ] || fail 'a policy of both keys accepts what was seen and what is there'
ok 'a policy of both keys accepts what was seen and what is there'

# --- copies, locks, lost output ---

cp -r L copy
rm -f copy/lock.mdb
chmod 555 copy
chmod 444 copy/data.mdb
run "$bin/ledger-authority" --no-lock copy
{ [ "$status" -eq 0 ] && [ ! -e copy/lock.mdb ]; } || fail 'a copy is read without a lock'
ok 'a copy is read without a lock'
status=0
"$bin/ledger-authority" L >/dev/full 2>err || status=$?
[ "$status" -eq 2 ] || fail 'it notices that its output is lost'
echo 'threshold 1' >draft
status=0
"$bin/ledger-authority" L --draft draft >/dev/full 2>err || status=$?
[ "$status" -eq 2 ] || fail 'it notices that its output is lost'
ok 'it notices that its output is lost'
