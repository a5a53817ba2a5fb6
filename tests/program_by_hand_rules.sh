#!/bin/bash
# What tests/by_hand.sh answers where rules are required: of records that meet them, and of what the
# operator lets in against them. ledger-verify judges each proof alike.
# usage: program_by_hand_rules.sh DIRECTORY-OF-PROGRAMS
#
# shellcheck disable=SC2016 # a "$" in sed scripts is an address
# shellcheck source=tests/by_hand_lib.sh
. "$(dirname "$0")/by_hand_lib.sh"

# ---- A ledger of five entries -------------------------------------------------------------------

ruled() { # PROOF-NAME EVENT ARGUMENT...
    must ledger-append ruled --operator operator.key --proof "rules/$1" --kind mediation \
        --event "$2" --matter '〔2026〕民调字第1号' --institution mediators.example "${@:3}"
}
found_ruled
ruled 1 open --category civil --key clerk.key
agreement=(--category civil --party "$(cat buyer.vkey)" --party "$(cat seller.vkey)"
    --field outcome=full --document two.bin)
# Counting greedily would take the clerk for a mediator; and somebody of another institution signs.
ruled 2 agree "${agreement[@]}" --key clerk.key --key first.key --key buyer.key --key second.key \
    --key seller.key --key zhang.key
ruled 3 agree "${agreement[@]}" --key third.key --key clerk.key --key first.key --key second.key \
    --key buyer.key --key seller.key --key zhang.key
draft authority change authority mediators.example "unset key $(cat third.vkey)" \
    "set compromise $(cat third.vkey) 1" >change2.record
must ledger-sign change2.record --key registrar.key
must ledger-append ruled --operator operator.key --proof rules/4 change2.record

valid 'a genesis with rules is valid' rules/0
valid 'a record that meets its rule is valid' rules/1
valid 'a record with parties, by signers who share its places, is valid' rules/2 two.bin
run dash "$by_hand" rules/2 --log "$log"
for line in 'ok - sign=mediator:2,clerk:1: mediators.example/clerk counts as clerk' \
    'ok - sign=mediator:2,clerk:1: mediators.example/second counts as mediator' \
    'ok - the party persons.example/乙 signed' \
    'ok - parties=2: 2 are named' 'ok - among=outcome:full+partial: so it is' \
    'not shown by one proof - the latest entry of the matter was of event open or agree' \
    'not shown by one proof - at least 1 of those who sign here as clerk signed an entry of event open' \
    'not shown by one proof - category is as it was in the latest entry of event open' \
    'not shown by one proof - in time: at most 30 days after the latest entry of event open' \
    'by the rule, this entry makes the matter effective'; do
    grep -qx -- "$line" out || fail "not said: $line"
done
ok 'the rule is told in words'
valid "a registrar's change is valid" rules/4

# ---- What the operator lets in against the rules ------------------------------------------------

model=rules/2
lines_of rules/3 >agreeing # under the same authority, and of more signers
lines_of rules/4 >registering
entry_of rules/2 | sed '1,/^$/d;/^$/,$d' >agreed
all=(clerk first buyer second seller)

# agreed RULE PATTERN SED-SCRIPT SIGNER...: the agreement changed, and signed by these
agreed() {
    choose || return 0
    sed "$3" agreed >text2
    entry_with text2 "${@:4}" >entry2
    forge 1 agreeing entry2
    if [ -z "$2" ]; then valid "$1" mutant; else refused "$1" "$2" mutant; fi
}

# without PATTERN: the lines of the agreement less the items whose subject matches
without() {
    awk -v pattern="$1" '/^(line|absent) /{ out = $0 ~ pattern } !out' agreeing >lines2
    ! cmp -s lines2 agreeing || fail "no item $1"
}

agreed 'the agreement signed again is valid' '' '' "${all[@]/%/.key}"
agreed 'an institution line of another signer may be missing' '' '' "${all[@]/%/.key}" zhang.key
agreed 'one mediator too few is refused' 'place of a' '' clerk.key first.key buyer.key seller.key
agreed 'a mediator for another category is none' 'place of a' '' clerk.key first.key third.key \
    buyer.key seller.key
agreed 'a mediator who is named as a party acts as none' 'place of a' \
    "s|^party .*乙.*|&\nparty $(cat first.vkey)|" "${all[@]/%/.key}"
agreed 'a signer beside who is named as a party takes nobody a place' '' \
    "s|^party .*乙.*|&\nparty $(cat zhang.vkey)|" "${all[@]/%/.key}" zhang.key
agreed 'a category that nobody may do is refused' 'place of a mediator|for labour' \
    's/^category .*/category labour/' "${all[@]/%/.key}"
agreed 'no category is refused where roles are limited to some' 'place of a' '/^category/d' \
    "${all[@]/%/.key}"
agreed 'a party that did not sign is refused' 'party persons.example/乙.* did not sign' '' \
    clerk.key first.key second.key buyer.key
agreed 'a party too few is refused' 'parties=2' '/^party .*乙/d' clerk.key first.key second.key \
    buyer.key
agreed 'a signer who is neither enrolled nor a party is refused' 'no key line in force' \
    '/^party .*乙/d' "${all[@]/%/.key}"
agreed 'no document is refused' 'needs=.* no document' '/^document/d' "${all[@]/%/.key}"
agreed 'no field is refused' 'needs=.* no outcome' '/^field/d' "${all[@]/%/.key}"
agreed 'another value of the field is refused' 'among=.* is none' 's/^field outcome .*/field outcome none/' \
    "${all[@]/%/.key}"
agreed 'a matter referred to is refused where the rule has none' 'rule has none' \
    's/^field/refers 〔2026〕民调字第2号\n&/' "${all[@]/%/.key}"
agreed 'a party named twice is refused' 'named twice' '/^party .*甲/p' "${all[@]/%/.key}"
agreed 'a field named twice is refused' 'in their order' '/^field/p' "${all[@]/%/.key}"
agreed 'a field with the name of a line is refused' 'in their order' 's/^field outcome/field party/' \
    "${all[@]/%/.key}"
agreed 'two categories are refused' 'in their order' '/^category/p' "${all[@]/%/.key}"
agreed 'the rule of another event does not do' "neither the line 'rule mediation open'" \
    's/^event .*/event open/' "${all[@]/%/.key}"
entry_with agreed "${all[@]/%/.key}" >entry
without '^line rule'
forge 1 lines2 entry
refused 'an agreement without its rule is refused' 'neither the line' mutant
without '^line key mediators.example/first'
forge 1 lines2 entry
refused 'the line of a mediator left out is refused' 'no key line in force' mutant
sed 's/^\(line rule .*\)mediator:2/\1mediator:1/' agreeing >lines2
forge 1 lines2 entry
refused 'a rule that asks less is refused' 'authority of the entry' mutant
{ sed -n '/^line rule/{N;p}' agreeing | sed 's/^line .*/absent rules/'; echo end empty; } |
    cat agreeing - >lines2
forge 1 lines2 entry
refused 'an absence that is not so is refused' 'leads to|right form' mutant
lines_of final/2.tlog-proof | sed -n '/^absent/,$p' >lines2
forge 1 lines2 entry
refused 'the absence of rules elsewhere is refused' 'leads to|right form|its place' mutant
sed '/^set compromise/d;1,/^$/d;/^$/,$d' <(entry_of rules/4) >text2
for signer in registrar first; do
    entry_with text2 $signer.key >entry2
    cat registering agreeing >lines2
    forge 1 lines2 entry2
    case $signer in
    registrar) valid "a registrar's change signed again is valid" mutant ;;
    *) refused 'a mediator is no registrar' 'no registrar of mediators' mutant ;;
    esac
done
entry_with text2 li-na.key he-min.key >entry2
forge 1 lines2 entry2
refused "governors do not sign a registrar's change" 'no key line in force' mutant
