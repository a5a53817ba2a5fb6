#!/bin/bash
# What tests/by_hand.sh answers of records that the operator lets in against the authority, and of
# absences in an authority of his making, for which he signs. ledger-verify judges each proof alike.
# usage: program_by_hand_signed.sh DIRECTORY-OF-PROGRAMS
#
# shellcheck disable=SC2016 # a "$" in sed scripts is an address
# shellcheck source=tests/by_hand_lib.sh
. "$(dirname "$0")/by_hand_lib.sh"

# ---- Records of nobody who may ------------------------------------------------------------------

plain() { # LINE...: a record text
    draft notarization issue '〔2026〕第1号' notary.example "$@"
}

lines_of final/1.tlog-proof >lines1
lines_of final/3.tlog-proof >lines3
lines_of final/10.tlog-proof >lines10
entry_of final/1.tlog-proof >entry1
forge 1 lines1 entry1
valid 'the forger of this test makes valid proofs of what is true' mutant
plain >text
entry_with text zhang.key >entry
forge 1 lines1 entry
valid 'the forger of this test makes valid records' mutant
sed 's/^matter ./matter (/' entry >entry2
forge 1 lines1 entry2
refused 'a changed record is refused, whoever signs the checkpoint' 'signature of .* does not verify' mutant
sed '2s/1/2/' entry >entry2
forge 1 lines1 entry2
refused 'an entry of another index is refused' 'says it is entry 2' mutant
plain | sed '2s/$/x/' >text2
entry_with text2 zhang.key >entry2
forge 1 lines1 entry2
refused 'a record for another ledger is refused' 'another ledger' mutant
entry_with text zhang.key late.key >entry2
forge 1 lines1 entry2
refused 'a key that is not yet enrolled is refused' 'no key line in force' mutant
entry_with text zhang.key zhang.key >entry2
forge 1 lines1 entry2
refused 'a key that signed twice is refused' 'signed twice' mutant
entry_with text guest.key >entry2
forge 1 lines3 entry2
refused 'a record that only a stranger signed is refused' 'nobody of notary' mutant
entry_with text li-na.key >entry2
forge 1 lines10 entry2
refused 'a governor cannot sign for an institution' 'no key line in force' mutant
plain | sed '5{h;d};6{G}' >text2
entry_with text2 zhang.key >entry2
forge 1 lines1 entry2
refused 'lines of a record out of order are refused' 'in their order' mutant
plain 'set threshold 1' >text2
entry_with text2 zhang.key >entry2
forge 1 lines1 entry2
refused 'a set line outside authority records is refused' 'in their order' mutant
draft authority change authority "$origin" 'set threshold 1' >text2
entry_with text2 li-na.key chen-jie.key >entry2
forge 1 lines10 entry2
valid 'two governors can change the authority' mutant
entry_with text2 li-na.key >entry2
forge 1 lines10 entry2
refused 'one governor cannot' '1 governors signed, and 2 must' mutant
entry_with text2 li-na.key zhang.key >entry2
cat lines10 lines1 >lines2
forge 1 lines2 entry2
refused 'a key that is no governor cannot' 'no governor line' mutant
draft authority change authority notary.example "unset key $(cat zhang.vkey)" >text2
entry_with text2 zhang.key >entry2
forge 1 lines1 entry2
refused 'a notary is no registrar' 'no registrar of notary' mutant
draft authority change other "$origin" 'set threshold 1' >text2
entry_with text2 li-na.key chen-jie.key >entry2
forge 1 lines10 entry2
refused 'an authority record under another matter is refused' 'matter authority' mutant
draft authority genesis authority "$origin" 'set threshold 1' >text2
entry_with text2 li-na.key chen-jie.key >entry2
forge 1 lines10 entry2
refused 'a second genesis is refused' 'only at index 0' mutant
sed '2s/1/0/' entry >entry2
forge 0 lines1 entry2
refused 'an entry 0 that is no genesis is refused' 'not a genesis' mutant

# ---- Absences in authorities made for the purpose -----------------------------------------------

b64() { openssl dgst -sha256 -binary | base64; }
raw() { printf '%s' "$1" | base64 -d; }
zero=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
rules_key=$(printf 'rules' | b64)
near=$(raw "$rules_key" | { head -c 31; printf 'x'; } | base64) # differs late
far=$(raw "$rules_key" | tr '\000-\177\200-\377' '\200-\377\000-\177' | base64) # in the first bit
leaf() { { printf '\002'; raw "$1"; raw "$2"; } | b64; }
above() { # HERE SIBLING: the node over what stands where the line "rules" would
    if [ $(($(raw "$rules_key" | head -c 1 | od -An -tu1) / 128)) -eq 0 ]; then
        { printf '\003'; raw "$1"; raw "$2"; } | b64
    else
        { printf '\003'; raw "$2"; raw "$1"; } | b64
    fi
}
absence() { # RULE PATTERN ROOT PATH END: nobody is enrolled under such a root
    choose || return 0
    printf '%s\n' 'absent rules' "path $4" "end $5" >lines2
    sed "s|^authority .*|authority $3|" entry >entry2
    forge 1 lines2 entry2
    refused "$1" "$2" mutant
    if [ "$2" = 'no key line' ]; then
        grep -q '^ok - absent at this entry' out || fail "$1"
        grep -q 'evidence-missing' verified || fail "$1"
    else
        grep -Eq 'evidence-false|bad-proof' verified || fail "$1"
    fi
}
absence 'an absence with another leaf in its place is one' 'no key line' "$(leaf "$near" "$zero")" 0 \
    "$near $zero"
absence 'its own leaf in its place is no absence' 'its own line' "$(leaf "$rules_key" "$zero")" 0 \
    "$rules_key $zero"
absence 'a leaf elsewhere is no absence' 'not stand in its place' \
    "$(above "$(leaf "$far" "$zero")" "$near")" "1 $near" "$far $zero"
absence 'an absence with nothing in its place is one' 'no key line' "$(above "$zero" "$near")" \
    "1 $near" empty
absence 'nothing beside nothing is no place' 'right form' "$(above "$zero" "$zero")" "1 $zero" empty
absence 'more hashes than the depth are refused' 'right form' "$(above "$zero" "$near")" \
    "0 $near" empty
absence 'fewer hashes than the depth are refused' 'right form' "$(above "$zero" "$near")" \
    "2 $near" empty
