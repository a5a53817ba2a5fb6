#!/bin/bash
# What tests/by_hand_status.sh answers: on status proofs as ledger-prove makes them, and on changed
# ones. ledger-verify judges each alike.
# usage: program_by_hand_status.sh DIRECTORY-OF-PROGRAMS
#
# shellcheck disable=SC2034 # by_hand is used by by_hand_lib.sh
# shellcheck source=tests/by_hand_lib.sh
. "$(dirname "$0")/by_hand_lib.sh"

found_ruled
matter='〔2026〕民调字第1号'
step() { # EVENT ARGUMENT...
    must ledger-append ruled --operator operator.key --kind mediation --event "$1" --matter "$matter" \
        --institution mediators.example "${@:2}"
}
step open --category civil --key clerk.key
must ledger-index ruled --operator operator.key
must ledger-prove ruled --status --matter "$matter" -o pending
step agree --category civil --party "$(cat buyer.vkey)" --party "$(cat seller.vkey)" \
    --field outcome=full --document two.bin --key clerk.key --key first.key --key second.key \
    --key buyer.key --key seller.key
must ledger-index ruled --operator operator.key
must ledger-prove ruled --status --matter "$matter" -o effective
must ledger-index ledger --operator operator.key
for number in 4 5 6; do must ledger-prove ledger --status --matter "〔2026〕第${number}号" -o "plain$number"; done
must ledger-prove ledger --status --matter authority -o founding
must ledger-prove ledger 21 -o index-alone
valid 'the proof of an index entry is valid' index-alone

by_hand=$root/tests/by_hand_status.sh
valid 'a matter without rules' plain4
answers 'its status is said' 0 'no rule says what became of it, as of entry 21; 0 entries' plain4 --log "$log"
valid 'a pending matter' pending
answers 'its status is said' 0 'pending since entry 1, as of entry 2; 0 entries' pending --log "$log"
valid 'an effective matter' effective
answers 'its status is said' 0 'effective since entry 3, as of entry 4; 0 entries' effective --log "$log"
valid 'the matter of the authority, with the genesis' founding

# Absences, until both sorts were seen.
sorts=
for number in 100 101 102 103 104 105 106 107 108 109 110 111; do
    must ledger-prove ledger --status --matter "第${number}号" -o absent
    sort=$(sed -n '5s/^end \(.\).*/\1/p' absent)
    case $sort in
    e) sort=empty ;;
    *) sort=other ;;
    esac
    case $sorts in
    *$sort*) continue ;;
    esac
    sorts="$sorts $sort"
    valid "an absence, with in its place: $sort" absent
    sed '2s/.*/matter 〔2026〕第4号/' absent >changed
    refused 'a matter that is there is not absent' 'place|root' changed
done

changed() { # RULE PATTERN SED-SCRIPT
    choose || return 0
    sed "$3" effective >changed
    ! cmp -s changed effective || fail "$1: nothing was changed"
    refused "$1" "$2" changed
}
changed 'another header' 'not a status proof' '1s/v1/v2/'
changed 'another matter' 'of the matter' '2s/$/ /;2s/号 /乙/'
changed 'fewer entries than proofs' 'not hold|lines|parts' '3s/2/1/'
changed 'more entries than proofs' 'not hold|missing|parts' '3s/2/3/'
changed 'a path of another depth' 'more|fewer|no depth|lines|higher' '4s/^path [0-9]*/path 1/;4s/$/ x/'
changed 'a line more in the head' 'lines' '4s/$/\nend empty/'
head -c -1 effective >changed
refused 'a last byte missing' 'newline' changed
awk -v RS= '{ print >"part-" NR }' effective
compose() { # N PART...
    local part
    sed "s/^entries .*/entries $1/" part-1
    for part in "${@:2}" 5 6; do
        echo
        cat "part-$part"
    done
}
compose 2 2 3 4 >changed
valid 'the parts make the proof' changed
compose 1 2 3 >changed
refused 'an entry left out' 'not to the root' changed
compose 1 2 4 >changed
refused 'the first left out' 'not to the root' changed
compose 2 2 4 3 >changed
refused 'another order' 'comes after' changed
compose 3 2 3 4 4 >changed
refused 'an entry twice' 'comes after' changed
compose 2 3 3 4 >changed
refused 'no index' 'no index of matters' changed
{
    awk -v RS= 'NR == 1' pending
    for part in 2 3 5 6; do echo; cat "part-$part"; done
} >changed
refused 'a list of an older index under a newer one' 'not to the root' changed
