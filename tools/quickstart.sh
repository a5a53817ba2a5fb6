#!/usr/bin/env bash
# quickstart.sh - from a fresh Debian 12 machine to a ledger, a proof, and forgeries that are caught.
#
# usage: quickstart.sh [--programs DIR] [--dir DIR] [FILE...]
#
#   FILE             what the records speak of; without any, the samples in fixtures/documents
#   --programs DIR   use the programs in DIR; install no packages and build nothing
#   --dir DIR        work in a new numbered directory below DIR (default: quickstart-demo)
#
# Installs the packages that are missing (as root or with sudo), builds into build/quickstart, and
# shows every command before it runs it. Exit status: 0 if everything, every caught forgery
# included, went as expected; 1 if not; 2 wrong usage.
set -eu -o pipefail
export LC_ALL=C.UTF-8
root=$(cd "$(dirname "$0")/.." && pwd)
origin=publiclaw.gz.example/demo
forensics=forensics.gz.example
notary=notary.gz.example
matter='粤样鉴〔2026〕临鉴字第0001号'

# ---- What is shown ------------------------------------------------------------------------------

heading() {
    printf '\n=== %s\n' "$1"
}

say() {
    printf '    %s\n' "$@"
}

# Prints a command as one could type it.
show() {
    local word line='$'
    for word in "$@"; do
        if [[ -z $word || $word == *[!A-Za-z0-9_./:=+,@%-]* ]]; then
            word=\'${word//\'/\'\\\'\'}\'
        fi
        line+=" $word"
    done
    printf '%s\n' "$line"
}

unexpected() {
    printf '\nNOT AS EXPECTED: %s\n' "$1" >&2
    printf 'everything is left in %s\n' "$PWD" >&2
    exit 1
}

# run COMMAND...: it must succeed.
run() {
    local status=0
    show "$@"
    "$@" || status=$?
    [ "$status" -eq 0 ] || unexpected "$1 ended with exit status $status instead of 0"
}

# run_into FILE COMMAND...: the same, its output going to a file.
run_into() {
    local status=0 file=$1
    shift
    printf '%s > %s\n' "$(show "$@")" "$file"
    "$@" >"$file" || status=$?
    [ "$status" -eq 0 ] || unexpected "$1 ended with exit status $status instead of 0"
}

# run_short COMMAND...: the same as run, but shows only the first line of the answer.
run_short() {
    local status=0
    show "$@"
    "$@" >answer || status=$?
    head -n 1 answer
    rm answer
    [ "$status" -eq 0 ] || unexpected "$1 ended with exit status $status instead of 0"
}

# caught STATUS PATTERN COMMAND...: it must end with this exit status and say this. Shows what
# matters of the answer.
caught() {
    local expected=$1 pattern=$2 status=0
    shift 2
    show "$@"
    "$@" >answer 2>&1 || status=$?
    if grep -q '^not ok' answer; then
        grep -A 1 '^not ok' answer
    else
        sed '/^what held before/,$d; /^what is recorded/,$d' answer
    fi
    [ "$status" -eq "$expected" ] ||
        unexpected "$1 ended with exit status $status instead of $expected"
    grep -Eq -- "$pattern" answer || unexpected "$1 does not say '$pattern'"
    rm answer
    say "-> exit status $status, as it must be"
}

# ---- Preparing ----------------------------------------------------------------------------------

usage() {
    printf 'quickstart.sh: %s\n' "$1" >&2
    sed -n '4s/^# //p' "$0" >&2
    exit 2
}

build_programs() {
    heading 'Packages and programs'
    # shellcheck source=tools/packages.sh
    . "$root/tools/packages.sh"
    ledger_install_packages "${LEDGER_BUILD_PACKAGES[@]}" openssl ||
        unexpected 'the packages could not be installed'
    mkdir -p "$root/build/quickstart"
    run cmake -S "$root" -B "$root/build/quickstart" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DLEDGER_TESTS=OFF -DLEDGER_WERROR=OFF
    run cmake --build "$root/build/quickstart"
    programs=$root/build/quickstart/bin
}

# Enters a new directory, so that no run touches what an earlier one left.
enter_new_directory() {
    local number=1
    mkdir -p "$1"
    cd "$1"
    until mkdir "$number" 2>/dev/null; do
        [ -e "$number" ] || unexpected "cannot make a directory in $PWD"
        number=$((number + 1))
    done
    cd "$number"
    mkdir keys drafts proofs
}

# ---- The ledger ---------------------------------------------------------------------------------

make_key() { # NAME-OF-FILE NAME
    run_into "keys/$1.vkey" ledger-key generate --unsealed --name "$2" "keys/$1.key"
}

make_keys() {
    heading 'Keys'
    say 'The operator keeps the ledger, three governors decide who may sign by which rules, and' \
        'people work at three institutions. Real keys are sealed with a passphrase; these are NOT,' \
        'because nobody is here to type it: --unsealed says so. Do not use them for anything else.'
    make_key operator "$origin"
    make_key governor-justice justice.gz.example/li-na
    make_key governor-court court.gz.example/chen-jie
    make_key governor-procuratorate procuratorate.gz.example/he-min
    make_key registrar "$forensics/he-jing"
    make_key appraiser-zhang "$forensics/zhang-san"
    make_key appraiser-wang "$forensics/wang-wu"
    make_key reviewer-li "$forensics/li-si"
    make_key forensics-clerk "$forensics/qian-ba"
    make_key forensics-seal "$forensics/seal"
    make_key client client.example/2026-0001
    make_key notary "$notary/zhao-liu"
    make_key notary-seal "$notary/seal"
    make_key court-checker court.gz.example/sun-qi
}

make_authority() {
    heading 'The authority: who may sign what, and by which rules'
    say 'One line each. Two of three governors must sign every change. The institutions say which' \
        'roles they may hand out, and in which fields; the rules, from the catalogue in' \
        "$root/fixtures/catalogue," \
        'say how an appraisal and a notarisation proceed, each with the provision it follows.'
    {
        echo "governor $(cat keys/governor-justice.vkey)"
        echo "governor $(cat keys/governor-court.vkey)"
        echo "governor $(cat keys/governor-procuratorate.vkey)"
        echo 'threshold 2'
        echo "institution $forensics appraiser/clinical+pathology,reviewer/clinical+pathology,appraisal-clerk,appraisal-seal,archivist,registrar 样本司法鉴定中心"
        echo "institution $notary notary,notary-clerk,notary-seal 样本公证处"
        echo 'institution court.gz.example checker 样本市中级人民法院'
        echo "key $(cat keys/registrar.vkey) $forensics registrar"
        echo "key $(cat keys/notary.vkey) $notary notary"
        echo "key $(cat keys/notary-seal.vkey) $notary notary-seal"
        echo "key $(cat keys/court-checker.vkey) court.gz.example checker"
    } >authority.txt
    run cat authority.txt
    run cp "$root/fixtures/catalogue/required.txt" "$root/fixtures/catalogue/forensic-appraisal.txt" \
        "$root/fixtures/catalogue/notarisation.txt" .
    printf '%s >> %s\n' "$(show cat required.txt forensic-appraisal.txt notarisation.txt)" authority.txt
    cat required.txt forensic-appraisal.txt notarisation.txt >>authority.txt
}

found_ledger() {
    heading 'Founding the ledger'
    say 'The genesis, entry 0, holds the authority and the key of the operator. Two governors sign it.'
    run ledger-init ledger --origin "$origin" --operator keys/operator.key \
        --authority authority.txt --sign keys/governor-justice.key \
        --sign keys/governor-court.key
    say 'What a verifier trusts is a policy: here, the key of this ledger. It never comes from a' \
        'proof.'
    printf 'log %s\nquorum none\n' "$(cat keys/operator.vkey)" >policy.txt
    run cat policy.txt
}

enrol_staff() {
    heading 'A registrar enrols the staff of the institution'
    say 'It may manage the keys of its own institution, in roles the institution may hand out, and' \
        'nothing else. The change is drafted, signed and appended like any record.'
    {
        echo "key $(cat keys/appraiser-zhang.vkey) $forensics appraiser/clinical"
        echo "key $(cat keys/appraiser-wang.vkey) $forensics appraiser/clinical,reviewer/clinical"
        echo "key $(cat keys/reviewer-li.vkey) $forensics reviewer/clinical+pathology"
        echo "key $(cat keys/forensics-clerk.vkey) $forensics appraisal-clerk"
        echo "key $(cat keys/forensics-seal.vkey) $forensics appraisal-seal"
    } >staff.txt
    run cat staff.txt
    run ledger-authority ledger --draft staff.txt --institution "$forensics" -o drafts/staff.record
    run ledger-sign drafts/staff.record --key keys/registrar.key
    run ledger-append ledger --operator keys/operator.key drafts/staff.record
    say 'A key of another institution is beyond its reach, and is refused before anybody signs:'
    echo "key $(cat keys/client.vkey) $notary notary" >beyond.txt
    caught 1 'beyond-reach' \
        ledger-authority ledger --draft beyond.txt --institution "$forensics" -o drafts/beyond.record
}

# ---- The appraisal ------------------------------------------------------------------------------

# A record of the appraisal, by the institution in $files_it.
step() { # EVENT OPTION...
    run ledger-append ledger --operator keys/operator.key --kind forensic-appraisal --event "$1" \
        --matter "$matter" --institution "$files_it" --category clinical "${@:2}"
}

refused() { # FINDING EVENT OPTION...: the same, to be refused
    caught 1 "$1" ledger-append ledger --operator keys/operator.key --kind forensic-appraisal \
        --event "$2" --matter "$matter" --institution "$files_it" --category clinical "${@:3}"
}

provenance=(--field 'origin=委托人提交' --field 'made-how=扫描' --field 'kept-where=机构档案室'
    --field 'tool=扫描仪')

make_opinion() { # FILE
    heading 'An appraisal: draft, identify'
    say 'The text of the opinion is uploaded as a digest, with where it came from; the appraisers' \
        'are identified.'
    step draft --document "$1" --field 'entrustment=穗样委〔2026〕0001' "${provenance[@]}" \
        --key keys/appraiser-zhang.key
    step identify --field identity-check=face --key keys/appraiser-zhang.key \
        --key keys/appraiser-wang.key
    say 'One appraiser alone cannot sign the opinion, and no second opinion can be opened under' \
        'the same number:'
    refused 'role-missing' sign --document "$1" --field conclusion="$conclusion" \
        --field dissent=none --key keys/appraiser-zhang.key
    refused 'already-open' draft --document "$1" --field 'entrustment=穗样委〔2026〕0002' \
        "${provenance[@]}" --key keys/appraiser-wang.key
}

sign_opinion() { # FILE
    heading 'Two appraisers sign one record, on two machines'
    say 'A record is a text. The first appraiser makes and signs it; the file goes to the second,' \
        'who signs it too; the operator appends it. None of them needs the key of another.'
    run ledger-sign --new drafts/opinion.record --ledger "$origin" --kind forensic-appraisal \
        --event sign --matter "$matter" --institution "$forensics" --category clinical \
        --field conclusion="$conclusion" --field dissent=none \
        --document "$1" --key keys/appraiser-zhang.key
    run ledger-sign drafts/opinion.record --key keys/appraiser-wang.key
    run cat drafts/opinion.record
    run ledger-append ledger --operator keys/operator.key drafts/opinion.record
    say 'The same bytes again give the same entry again:'
    run ledger-append ledger --operator keys/operator.key drafts/opinion.record
}

issue_opinion() { # FILE
    heading 'Review by a third person, issue with the seal'
    say 'An appraiser who signed cannot review, although he is a reviewer as well:'
    refused 'signer-excluded' review --document "$1" --field dissent=none --key keys/appraiser-wang.key
    step review --document "$1" --field dissent=none --key keys/reviewer-li.key
    step issue --document "$1" --field conclusion="$conclusion" --field dissent=none \
        --data '{"copies":3}' --key keys/appraiser-zhang.key --key keys/appraiser-wang.key \
        --key keys/forensics-seal.key --proof proofs/opinion.tlog-proof
    issued=$(($(ledger-log ledger --checkpoint | sed -n 2p) - 1))
    run cp -r ledger older-copy
    run cp ledger.guard older-copy.guard
    say '(These copies are for later, when the operator turns bad.)'
}

extract_opinion() { # FILE
    heading 'The client fetches the opinion and signs for it'
    say 'A party has a key of its own, which nobody enrols: the record names it.'
    step extract --document "$1" --party "$(cat keys/client.vkey)" \
        --key keys/forensics-clerk.key --key keys/client.key
}

compare_in_court() { # FILE
    heading 'The comparison in court, which exposes a forged file'
    cp -- "$1" forged-document
    chmod u+w forged-document
    printf '。' >>forged-document
    say 'Somebody added one full stop at the end of a copy. That it is the opinion cannot be' \
        'recorded; that it differs can, and then the file that is the opinion:'
    files_it=court.gz.example
    refused 'line-changed' check --document forged-document --key keys/court-checker.key
    step check-differs --document forged-document --field 'origin=被告提交' \
        --key keys/court-checker.key
    step check --document "$1" --key keys/court-checker.key
    run ledger-log ledger --matter "$matter"
}

# ---- The other files ----------------------------------------------------------------------------

# A notarisation of one file, as JSON: accepted, examined, and issued with the seal.
notarisation() { # NUMBER FILE
    local event fields
    fields='"origin":"当事人提交","made-how":"扫描","kept-where":"公证处档案室","tool":"扫描仪"'
    for event in accept examine issue; do
        printf '{"kind":"notarisation","event":"%s","matter":"（2026）粤样证字第%04d号",' "$event" "$1"
        printf '"institution":"%s","category":"fact","fields":{%s},' "$notary" "$fields"
        printf '"documents":["%s"]}\n' "$(printf '%s' "$2" | sed 's/["\\]/\\&/g')"
    done
}

notarise() { # FILE...
    local number=0 file
    [ $# -gt 0 ] || return 0
    heading 'A notarisation of every other file, in one run'
    say 'Notary and seal sign each record; every step is one that the rules allow.'
    for file in "$@"; do
        number=$((number + 1))
        notarisation "$number" "$file"
    done >notarisations.jsonl
    run cat notarisations.jsonl
    run ledger-append ledger --operator keys/operator.key --key keys/notary.key \
        --key keys/notary-seal.key --jsonl notarisations.jsonl
}

# ---- What holds ---------------------------------------------------------------------------------

verify_ledger() {
    heading 'An auditor verifies the whole ledger'
    say 'Every byte is read and everything else derived again, every rule among it, as it was in' \
        'force at each position. The auditor remembers the newest checkpoint: whoever rewrites what' \
        'is before it will be found out.'
    run ledger-verify ledger --policy policy.txt --remember auditor.checkpoint
    run ledger-authority ledger --history
    run ledger-log ledger --checkpoint
}

verify_proof() { # FILE
    heading 'A proof in one file'
    say "The proof of entry $issued, the issue, is all that a party needs beside the file and the" \
        'policy. It carries who signed, in which role, and the rule.'
    run ledger-verify proofs/opinion.tlog-proof --policy policy.txt --document "$1"
    heading 'The same proof, without the programs of this project'
    say 'Only sh, awk, base64, sha256sum and openssl.'
    run sh "$root/tests/by_hand.sh" proofs/opinion.tlog-proof \
        --log "$(cat keys/operator.vkey)" "$1"
}

# ---- What is caught -----------------------------------------------------------------------------

forge_document() {
    heading 'Forgery 1: the changed file, offline, against the proof'
    caught 1 'document-differs' \
        ledger-verify proofs/opinion.tlog-proof --policy policy.txt --document forged-document
    caught 1 '^not ok' sh "$root/tests/by_hand.sh" proofs/opinion.tlog-proof \
        --log "$(cat keys/operator.vkey)" forged-document
}

# Makes nine copies out of three in the issue, wherever the store has it.
what_became_of_it() { # FILE
    heading 'What became of the matter'
    say 'A proof shows that an opinion was issued, not that nothing came after. The operator appends' \
        'an index of all matters; a status proof shows every entry of one as of that index.'
    run ledger-index ledger --operator keys/operator.key
    run ledger-prove ledger --status --matter "$matter" -o proofs/opinion.status-proof
    run ledger-verify proofs/opinion.status-proof --policy policy.txt --document "$1"
    caught 1 '^DIFFERS' ledger-verify proofs/opinion.status-proof --policy policy.txt \
        --document forged-document
    say 'Entry 8 speaks of that very file: the court recorded that it differs. It is not what was' \
        'issued. Another forgery, which nobody saw yet, is only in no record; with the number of its' \
        'matter it is exposed.'
    # shellcheck disable=SC2016 # a command of sed
    run_into other-forgery sed '$s/$/（已更正）/' "$1"
    caught 3 '^NOT IN THIS LEDGER' ledger-check ledger other-forgery --policy policy.txt
    caught 1 '^DIFFERS' ledger-check ledger other-forgery --policy policy.txt --matter "$matter"
    run ledger-stats ledger --policy policy.txt --by kind,event
}

flip_byte() { # DATA-FILE
    local offset count=0
    while IFS=: read -r offset _; do
        printf '9' | dd of="$1" bs=1 seek=$((offset + 15)) conv=notrunc status=none
        count=$((count + 1))
    done < <(LC_ALL=C grep -obUaF 'data {"copies":3}' "$1")
    [ "$count" -gt 0 ] || unexpected 'the issue was not found in the store'
    say "One byte in $1 was changed: entry $issued now says 9 copies, not 3."
}

tamper_with_store() {
    heading 'Forgery 2: somebody changes one byte of the ledger on the disk'
    run cp -r ledger tampered-ledger
    flip_byte tampered-ledger/data.mdb
    caught 1 "entry $issued([^0-9]|\$)" ledger-verify tampered-ledger --policy policy.txt
}

rewrite_history() {
    heading 'Forgery 3: the operator makes the last entries disappear'
    say 'It restores the older copy. Nothing inside that copy is wrong, so alone it verifies:'
    run_short ledger-verify older-copy --policy policy.txt
    say 'But the auditor remembers more:'
    caught 1 'older-than-seen' \
        ledger-verify older-copy --policy policy.txt --remember auditor.checkpoint
    say 'And if it was an accident, the guard beside the ledger stops the operator from going on:'
    run cp -r older-copy restored
    run cp ledger.guard restored.guard
    caught 2 'guard|older' ledger-append restored --operator keys/operator.key drafts/opinion.record
}

fork_history() { # FILE
    local n=0 size
    heading 'Forgery 4: the operator writes another history'
    say 'With the older guard too, and the help of one notary, it files other records instead.'
    run cp -r older-copy forked
    run cp older-copy.guard forked.guard
    size=$(sed -n 2p auditor.checkpoint)
    while [ "$n" -lt $((size - issued - 1)) ]; do
        n=$((n + 1))
        notarisation $((9000 + n)) "$1" | sed -n 1p
    done >forked.jsonl
    run ledger-append forked --operator keys/operator.key --key keys/notary.key \
        --jsonl forked.jsonl
    say 'Again the ledger alone verifies, and again the auditor remembers:'
    run_short ledger-verify forked --policy policy.txt
    caught 1 'fork' ledger-verify forked --policy policy.txt --remember auditor.checkpoint
}

summary() {
    heading 'What was shown'
    say "a ledger of $(sed -n 2p auditor.checkpoint) entries was founded, written, verified and listed" \
        'an appraisal went from draft to the comparison in court, every step by those entitled to it' \
        'one record was signed by two people in two steps' \
        'one record was proved and checked offline, by the program and by hand' \
        'a registrar could not reach beyond its institution      (beyond-reach)' \
        'one appraiser where two must sign was refused           (role-missing)' \
        'a second opinion under the same number was refused      (already-open)' \
        'a review by who had signed was refused                  (signer-excluded)' \
        'what became of a matter was proved, all of it, and checked offline' \
        'a changed file was caught, in court and offline         (line-changed, document-differs)' \
        'a changed byte in the store was caught                  (and the entry named)' \
        'a history cut off was caught                            (older-than-seen, and the guard)' \
        'a history rewritten was caught                          (fork)'
    heading 'Where it is'
    say "$PWD" \
        'ledger/ and ledger.guard         the ledger and its guard' \
        'keys/                            secret keys, unsealed, for this demonstration only' \
        'authority.txt, policy.txt        who may sign what, by which rules; whom a verifier trusts' \
        'auditor.checkpoint               what the auditor remembers' \
        'drafts/opinion.record            the record that two people signed' \
        'proofs/                          proofs' \
        'tampered-ledger, older-copy, restored, forked, forged-document   the forgeries' \
        '' \
        "programs: $programs"
}

# ---- All of it ----------------------------------------------------------------------------------

programs=
directory=quickstart-demo
files=()
while [ $# -gt 0 ]; do
    case $1 in
    --programs | --dir)
        [ $# -ge 2 ] || usage "$1 needs a directory"
        if [ "$1" = --programs ]; then programs=$2; else directory=$2; fi
        shift
        ;;
    --help)
        sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    --)
        files+=("${@:2}")
        break
        ;;
    -*) usage "unknown option '$1'" ;;
    *) files+=("$1") ;;
    esac
    shift
done
if [ "${#files[@]}" -eq 0 ]; then
    for name in 法医临床鉴定意见书.txt '公证书 委托书公证.txt' 人民调解协议书.txt \
        给予法律援助决定书.txt 仲裁裁决书.pdf; do
        files+=("$root/fixtures/documents/$name")
    done
fi
for i in "${!files[@]}"; do
    if [ ! -f "${files[i]}" ] || [ ! -r "${files[i]}" ]; then
        usage "cannot read the file '${files[i]}'"
    fi
    files[i]=$(realpath -- "${files[i]}")
done
if [ -n "$programs" ]; then
    programs=$(cd "$programs" && pwd) || usage "no such directory: '$programs'"
    [ -x "$programs/ledger-verify" ] || usage "there are no programs in '$programs'"
else
    build_programs
fi
PATH=$programs:$PATH

umask 077
enter_new_directory "$directory"
make_keys
make_authority
found_ledger
enrol_staff
files_it=$forensics
conclusion=$(printf '构成轻伤二级' | sha256sum | cut -c 1-64)
make_opinion "${files[0]}"
sign_opinion "${files[0]}"
issue_opinion "${files[0]}"
extract_opinion "${files[0]}"
compare_in_court "${files[0]}"
notarise "${files[@]:1}"
verify_ledger
verify_proof "${files[0]}"
forge_document
what_became_of_it "${files[0]}"
tamper_with_store
rewrite_history
fork_history "${files[0]}"
summary
