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
    say 'The operator keeps the ledger, three governors decide who may sign, and six people work' \
        'at five institutions. Real keys are sealed with a passphrase; these are NOT, because' \
        'nobody is here to type it: --unsealed says so. Do not use them for anything else.'
    make_key operator "$origin"
    make_key governor-justice justice.gz.example/li-na
    make_key governor-court court.gz.example/chen-jie
    make_key governor-procuratorate procuratorate.gz.example/he-min
    make_key appraiser-zhang forensics.gz.example/zhang-san
    make_key appraiser-wang forensics.gz.example/wang-wu
    make_key notary notary.gz.example/zhao-liu
    make_key mediator mediation.gz.example/sun-qi
    make_key legal-aid legal-aid.gz.example/zhou-ba
    make_key arbitrator arbitration.gz.example/wu-jiu
}

make_authority() {
    heading 'The authority: who may sign'
    say 'One line each. Two of three governors must sign every change of it.'
    {
        echo "governor $(cat keys/governor-justice.vkey)"
        echo "governor $(cat keys/governor-court.vkey)"
        echo "governor $(cat keys/governor-procuratorate.vkey)"
        echo 'threshold 2'
        echo 'institution forensics.gz.example appraiser,reviewer 样本司法鉴定中心'
        echo 'institution notary.gz.example notary 样本公证处'
        echo 'institution mediation.gz.example mediator 样本人民调解委员会'
        echo 'institution legal-aid.gz.example officer 样本法律援助中心'
        echo 'institution arbitration.gz.example arbitrator 样本仲裁委员会'
        echo "key $(cat keys/appraiser-zhang.vkey) forensics.gz.example appraiser"
        echo "key $(cat keys/appraiser-wang.vkey) forensics.gz.example appraiser,reviewer"
        echo "key $(cat keys/notary.vkey) notary.gz.example notary"
        echo "key $(cat keys/mediator.vkey) mediation.gz.example mediator"
        echo "key $(cat keys/legal-aid.vkey) legal-aid.gz.example officer"
        echo "key $(cat keys/arbitrator.vkey) arbitration.gz.example arbitrator"
    } >authority.txt
    run cat authority.txt
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

append_record_of_two() {
    heading 'One record, two signers, two machines'
    say 'A record is a text. The first appraiser makes and signs it; the file goes to the second,' \
        'who signs it too; the operator appends it. None of them needs the key of another.'
    run ledger-sign --new drafts/opinion.record --ledger "$origin" --kind forensic-appraisal \
        --event issue --matter '粤样鉴〔2026〕临鉴字第0001号' --institution forensics.gz.example \
        --document "$1" --data '{"copies":3}' --key keys/appraiser-zhang.key
    run ledger-sign drafts/opinion.record --key keys/appraiser-wang.key
    run cat drafts/opinion.record
    run ledger-append ledger --operator keys/operator.key drafts/opinion.record
    say 'The same bytes again give the same entry again:'
    run ledger-append ledger --operator keys/operator.key drafts/opinion.record
    run cp -r ledger older-copy
    run cp ledger.guard older-copy.guard
    say '(These copies are for later, when the operator turns bad.)'
}

# The other files go round the other institutions; then the first one once more.
append_records() { # FILE...
    local number=1 file who
    local keys=(notary mediator legal-aid arbitrator)
    local institutions=(notary mediation legal-aid arbitration)
    local kinds=(notarization mediation legal-aid arbitration)
    heading 'A record for every other file'
    for file in "${@:2}"; do
        who=$(((number - 1) % 4))
        run ledger-append ledger --operator keys/operator.key --key "keys/${keys[who]}.key" \
            --kind "${kinds[who]}" --event issue --matter "样本〔2026〕第${number}号" \
            --institution "${institutions[who]}.gz.example" --document "$file"
        number=$((number + 1))
    done
    say 'The client fetches the opinion: one more event of the first matter.'
    run ledger-append ledger --operator keys/operator.key --key keys/appraiser-wang.key \
        --kind forensic-appraisal --event extract --matter '粤样鉴〔2026〕临鉴字第0001号' \
        --institution forensics.gz.example --document "$1" --proof proofs/extract.tlog-proof
}

# ---- What holds ---------------------------------------------------------------------------------

verify_ledger() {
    heading 'An auditor verifies the whole ledger'
    say 'Every byte is read and everything else derived again. The auditor remembers the newest' \
        'checkpoint: whoever rewrites what is before it will be found out.'
    run ledger-verify ledger --policy policy.txt --remember auditor.checkpoint
    run ledger-log ledger
    run ledger-log ledger --checkpoint
}

verify_proof() { # FILE
    heading 'A proof in one file'
    say 'The proof of entry 1 is all that a party needs beside the file and the policy.'
    run ledger-prove ledger 1 -o proofs/opinion.tlog-proof
    run ledger-verify proofs/opinion.tlog-proof --policy policy.txt --document "$1"
    heading 'The same proof, without the programs of this project'
    say 'Only sh, awk, base64, sha256sum and openssl.'
    run sh "$root/tests/by_hand.sh" proofs/opinion.tlog-proof \
        --log "$(cat keys/operator.vkey)" "$1"
}

# ---- What is caught -----------------------------------------------------------------------------

forge_document() { # FILE
    heading 'Forgery 1: somebody changes a copy of the file'
    cp -- "$1" forged-document
    chmod u+w forged-document
    printf '。' >>forged-document
    say 'One full stop was added at the end.'
    caught 1 'document-differs' \
        ledger-verify proofs/opinion.tlog-proof --policy policy.txt --document forged-document
    caught 1 '^not ok' sh "$root/tests/by_hand.sh" proofs/opinion.tlog-proof \
        --log "$(cat keys/operator.vkey)" forged-document
}

# Makes nine copies out of three in entry 1, wherever the store has it.
flip_byte() { # DATA-FILE
    local offset count=0
    while IFS=: read -r offset _; do
        printf '9' | dd of="$1" bs=1 seek=$((offset + 15)) conv=notrunc status=none
        count=$((count + 1))
    done < <(LC_ALL=C grep -obUaF 'data {"copies":3}' "$1")
    [ "$count" -gt 0 ] || unexpected 'entry 1 was not found in the store'
    say "One byte in $1 was changed: entry 1 now says 9 copies, not 3."
}

tamper_with_store() {
    heading 'Forgery 2: somebody changes one byte of the ledger on the disk'
    run cp -r ledger tampered-ledger
    flip_byte tampered-ledger/data.mdb
    caught 1 'entry 1([^0-9]|$)' ledger-verify tampered-ledger --policy policy.txt
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
    while [ "$n" -lt $((size - 2)) ]; do
        n=$((n + 1))
        run ledger-append forked --operator keys/operator.key --key keys/notary.key \
            --kind notarization --event issue --matter "另一份〔2026〕第${n}号" \
            --institution notary.gz.example --document "$1"
    done
    say 'Again the ledger alone verifies, and again the auditor remembers:'
    run_short ledger-verify forked --policy policy.txt
    caught 1 'fork' ledger-verify forked --policy policy.txt --remember auditor.checkpoint
}

summary() {
    heading 'What was shown'
    say "a ledger of $(sed -n 2p auditor.checkpoint) entries was founded, written, verified and listed" \
        'one record was signed by two people in two steps' \
        'one record was proved and checked offline, by the program and by hand' \
        'a changed file was caught              (document-differs)' \
        'a changed byte in the store was caught (and the entry named)' \
        'a history cut off was caught           (older-than-seen, and the guard)' \
        'a history rewritten was caught         (fork)'
    heading 'Where it is'
    say "$PWD" \
        'ledger/ and ledger.guard         the ledger and its guard' \
        'keys/                            secret keys, unsealed, for this demonstration only' \
        'authority.txt, policy.txt        who may sign; whom a verifier trusts' \
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
append_record_of_two "${files[0]}"
append_records "${files[@]}"
verify_ledger
verify_proof "${files[0]}"
forge_document "${files[0]}"
tamper_with_store
rewrite_history
fork_history "${files[0]}"
summary
