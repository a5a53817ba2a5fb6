# shellcheck shell=bash
# by_hand_lib.sh - what the tests of by_hand.sh share: what it answers, a sample ledger, and a forger
# who has the key of the operator. Sourced, with the directory of the programs as $1.
#
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PATH=$bin:$PATH
umask 077
by_hand=${BY_HAND:-$root/tests/by_hand.sh}
origin=publiclaw.gz.example/测试
mkdir proofs

# must COMMAND...: part of the preparation.
must() {
    run "$@"
    [ "$status" -eq 0 ] || fail "$*"
}

# answers RULE STATUS PATTERN ARGUMENT...: what by_hand.sh answers.
answers() {
    local rule=$1 expected=$2 pattern=$3
    shift 3
    run dash "$by_hand" "$@"
    cat err >>out
    [ "$status" -eq "$expected" ] || fail "$rule"
    grep -Eq -- "$pattern" out || fail "$rule (without '$pattern')"
    if [ "$status" -ne 0 ] && grep -q '^VALID' out; then
        fail "$rule (says VALID)"
    fi
    ok "$rule"
}

# alike RULE STATUS PROOF DOCUMENT...: what ledger-verify answers.
alike() {
    local rule=$1 expected=$2 status=0 documents=()
    for document in "${@:4}"; do documents+=(--document "$document"); done
    ledger-verify "$3" --log "$log" "${documents[@]}" >verified 2>&1 </dev/null || status=$?
    [ "$status" -eq "$expected" ] || fail "$rule (ledger-verify: $(head -n 2 verified))"
}

# shellcheck source=tests/turns.sh
. "$root/tests/turns.sh" || exit 2
# by_hand.sh starts hundreds of processes for each of what it must accept or refuse.
in_turn() {
    [ -n "$chosen" ] || its_turn || return 1
    chosen=
}

# choose: whether the next of valid or refused has its turn, before what it takes is made
chosen=
choose() {
    in_turn || return 1
    chosen=yes
}

valid() { # RULE ARGUMENT...
    in_turn || return 0
    answers "$1" 0 '^VALID' "${@:2}" --log "$log"
    alike "$1" 0 "${@:2}"
}

refused() { # RULE PATTERN ARGUMENT...
    in_turn || return 0
    answers "$1" 1 "^not ok - .*($2)" "${@:3}" --log "$log"
    alike "$1" 1 "${@:3}"
}

# ---- A ledger of 21 entries ---------------------------------------------------------------------

key() { # FILE NAME
    must ledger-key generate --unsealed --name "$2" "$1.key"
    cp out "$1.vkey"
}

draft() { # KIND EVENT MATTER INSTITUTION LINE...
    printf '%s\n' public-law-ledger/record/v1 "ledger $origin" "kind $1" "event $2" "matter $3" \
        "institution $4" 'time 2026-11-23T10:21:07+08:00' \
        "nonce $(head -c 16 /dev/urandom | base64)" "${@:5}"
}

append() { # PROOF-NAME ARGUMENT...
    must ledger-append ledger --operator operator.key --proof "proofs/$1" "${@:2}"
}

append_plain() { # N KEY-OPTION...
    append "$1" --kind notarization --event issue --matter "〔2026〕第$1号" \
        --institution notary.example --document '文件 一.txt' --document two.bin "${@:2}"
}

key operator "$origin"
for name in li-na chen-jie he-min; do key "$name" "governors.example/$name"; done
for name in zhang wang; do key "$name" "notary.example/$name"; done
key guest court.example/guest
key late notary.example/迟到
log=$(cat operator.vkey)
printf '一份文件\n' >'文件 一.txt'
head -c 3000 /dev/zero >two.bin
true >empty
{
    for name in li-na chen-jie he-min; do echo "governor $(cat $name.vkey)"; done
    echo 'threshold 2'
    echo 'institution notary.example notary,clerk 样本 公证处'
    echo 'institution court.example - 样本法院'
    for name in zhang wang; do echo "key $(cat $name.vkey) notary.example notary"; done
} >lines
sed -i '$a institution late.example clerk 后来' lines
echo "institution guests.example guest 客人" >>lines
echo "key $(cat guest.vkey) guests.example guest" >>lines
must ledger-init ledger --origin "$origin" --operator operator.key --authority lines \
    --sign li-na.key --sign he-min.key
must ledger-prove ledger 0 -o proofs/genesis-alone
append_plain 1 --key zhang.key
append_plain 2 --key zhang.key --key wang.key
append_plain 3 --key wang.key --key guest.key
for n in 4 5 6 7 8 9; do append_plain "$n" --key zhang.key; done
draft authority change authority "$origin" "unset key $(cat wang.vkey)" \
    "set key $(cat late.vkey) notary.example notary,clerk" >change.record
must ledger-sign change.record --key chen-jie.key
must ledger-sign change.record --key li-na.key
append 10 change.record
for n in 11 12 13 14 15 16 17 18 19 20; do append_plain "$n" --key late.key --key zhang.key; done
must ledger-prove ledger 0 1 2 3 7 8 10 15 16 19 20 -o final

# found_ruled: a second ledger, "ruled", with rules in its genesis, and the proof of that.
found_ruled() {
    for name in clerk first second third seal registrar; do key $name "mediators.example/$name"; done
    key buyer 'persons.example/甲\101'
    key seller persons.example/乙
    {
        grep '^governor' lines
        echo 'threshold 2'
        echo 'institution mediators.example clerk,mediator/civil+family,seal,registrar 样本调解委员会'
        echo 'institution notary.example notary 样本公证处'
        echo "key $(cat zhang.vkey) notary.example notary"
        echo "key $(cat clerk.vkey) mediators.example clerk,mediator/family+civil"
        for name in first second; do echo "key $(cat $name.vkey) mediators.example mediator/civil"; done
        echo "key $(cat third.vkey) mediators.example mediator/family"
        echo "key $(cat seal.vkey) mediators.example seal"
        echo "key $(cat registrar.vkey) mediators.example registrar"
        echo 'rules required'
        echo 'rule mediation open after=- sign=clerk:1 needs=category makes=pending'
        echo "rule mediation agree after=open,agree sign=mediator:2,clerk:1 parties=2" \
            "needs=document,outcome among=outcome:full+partial by=clerk:1:open keeps=category:open" \
            "term=30:open makes=effective"
        echo "rule mediation annul after=agree sign=seal:1 needs=document not-by=agree" \
            "institution=any referred=other:mediation/agree keeps=outcome:refers/agree makes=void"
    } >ruled.lines
    mkdir rules
    must ledger-init ruled --origin "$origin" --operator operator.key --authority ruled.lines \
        --sign li-na.key --sign he-min.key
    must ledger-prove ruled 0 -o rules/0
}

# ---- A forger -----------------------------------------------------------------------------------

evidence_of() { # PROOF
    awk '/^extra /{ print $2; exit }' "$1" | base64 -d
}

lines_of() { # PROOF
    evidence_of "$1" | sed '1d;/^$/,$d'
}

entry_of() { # PROOF
    evidence_of "$1" | sed '1,/^$/d'
}

note_signature() { # KEYFILE TEXT: a signature line
    local name id
    read -r name <"${1%.key}.vkey"
    id=${name#*+}
    id=${id%%+*}
    [ -s "$1.der" ] || {
        printf '\060\056\002\001\000\060\005\006\003\053\145\160\004\042\004\040'
        sed -n 's/^unsealed //p' "$1" | base64 -d
    } >"$1.der"
    openssl pkeyutl -sign -inkey "$1.der" -keyform DER -rawin -in "$2" -out signed
    # shellcheck disable=SC2059 # escapes of the key ID's bytes
    printf '— %s %s\n' "${name%%+*}" "$({
        printf "\\x${id:0:2}\\x${id:2:2}\\x${id:4:2}\\x${id:6:2}"
        cat signed
    } | base64 -w0)"
}

# forge INDEX LINES ENTRY: a proof of an entry at index 0 or 1 of a tree of two, rightly signed.
forge() {
    local leaf other sides
    leaf=$({ printf '\0'; cat "$3"; } | openssl dgst -sha256 -binary | base64)
    other=$(printf 'other' | openssl dgst -sha256 -binary | base64)
    sides=("$leaf" "$other")
    [ "$1" -eq 0 ] || sides=("$other" "$leaf")
    {
        printf '%s\n2\n' "$origin"
        { printf '\001'; printf '%s' "${sides[0]}" | base64 -d; printf '%s' "${sides[1]}" | base64 -d; } |
            openssl dgst -sha256 -binary | base64
    } >checkpoint.text
    {
        echo c2sp.org/tlog-proof@v1
        echo "extra $({ echo public-law-ledger/evidence/v1; cat "$2"; echo; cat "$3"; } | base64 -w0)"
        printf 'index %s\n%s\n\n' "$1" "$other"
        cat checkpoint.text
        echo
        note_signature operator.key checkpoint.text
    } >mutant
}

# entry_with RECORD-TEXT KEYFILE...: a record signed by these keys, after the six lines of the entry in
# the proof $model, made those of entry 1.
model=final/1.tlog-proof
entry_with() {
    entry_of "$model" | sed '2s/.*/index 1/;/^$/q'
    cat "$1"
    echo
    for keyfile in "${@:2}"; do note_signature "$keyfile" "$1"; done
}
