#!/bin/bash
# What tests/by_hand.sh answers of a genesis that its governors signed: what it cannot set, with rules
# and without. ledger-verify judges each proof alike.
# usage: program_by_hand_genesis.sh DIRECTORY-OF-PROGRAMS
#
# shellcheck disable=SC2016 # a "$" in sed scripts is an address
# shellcheck source=tests/by_hand_lib.sh
. "$(dirname "$0")/by_hand_lib.sh"

# genesis PROOF SED-SCRIPT KEYFILE...: the genesis in the proof changed and signed again
genesis() {
    entry_of "$1" | sed '1,/^$/d;/^$/,$d' | sed "$2" >text2
    entry_of "$1" | sed '/^$/q' >entry2
    { cat text2; echo; for keyfile in "${@:3}"; do note_signature "$keyfile" text2; done; } >>entry2
    forge 0 empty entry2
}

# ---- Governors, institutions and keys -----------------------------------------------------------

plain=final/0.tlog-proof
lines_of final/1.tlog-proof >lines1
genesis $plain '' li-na.key he-min.key
valid 'the genesis signed again is valid' mutant
forge 0 lines1 entry2
refused 'a genesis with lines in the evidence is refused' 'has authority lines' mutant
genesis $plain '' li-na.key
refused 'a genesis that one governor signed is refused' '1 governors signed' mutant
genesis $plain '' li-na.key zhang.key
refused 'a genesis that a clerk signed is refused' 'no governor line' mutant
genesis $plain 's/^set threshold 2/set threshold 4/' li-na.key he-min.key
refused 'a threshold that cannot be met is refused' 'does not fit' mutant
genesis $plain '/^set institution guests/d' li-na.key he-min.key
refused 'a key of no institution is refused' 'no institution for the key' mutant
genesis $plain 's/ notary,clerk / clerk /' li-na.key he-min.key
refused 'a role that the institution has not is refused' 'roles not allowed' mutant
genesis $plain '/^set operator/d' li-na.key he-min.key
refused 'a genesis without operator is refused' 'name of the ledger' mutant
genesis $plain '/^set threshold/p' li-na.key he-min.key
refused 'a line set twice is refused' 'set twice' mutant
# Key IDs that meet; tests/test_authority.c has what they are.
twin=nanfang-notary.gz.example/twin
met=("$twin+9b4086b7+ASFCx/voQoVCsk0FUei9K92fHxvaj7yOsaz9UBk2Znb9"
    "$twin+96f6b4ce+AS7jy9Hi7PGKmaEfoctyX79DhB/BNMI7L25yEbT+t60u"
    "$twin+a52c7600+AeT7WidZ6n6/WkLQJJBFJw242RlPXn+3DdcsgxBWH96F"
    "$twin+e3089690+Aao8bD9rWVJ4QAAAV5yP2FLL4SBYmWSekDqm9rKLObgB"
    gz.test.example/twin+58e48fc9+AWEga2V5IHdpdGggb25lIElEIGZvciBib3RoIJ4R384A)
keys_met() { # NUMBER...
    local script='$a' n
    for n in "$@"; do script+="set key ${met[n]} notary.example notary\\n"; done
    genesis $plain "${script%??}" li-na.key he-min.key
}
keys_met 0 2 4
valid 'keys whose key IDs do not meet are valid, and one whose own two do' mutant
keys_met 0 1
refused 'keys of one name whose batch signatures have one key ID are refused' 'same key ID' mutant
keys_met 2 3
refused 'and so is a key whose batch signatures have the key ID of another' 'same key ID' mutant
keys_met 3 2
refused 'in whatever order' 'same key ID' mutant

# ---- Rules --------------------------------------------------------------------------------------

found_ruled

# founding RULE PATTERN SED-SCRIPT: the genesis of the ruled ledger, changed
founding() {
    choose || return 0
    genesis rules/0 "$3" li-na.key he-min.key
    if [ -z "$2" ]; then valid "$1" mutant; else refused "$1" "$2" mutant; fi
}

founding 'the genesis with rules signed again is valid' '' ''
founding 'rules without "rules required" are refused' 'not required' '/^set rules/d'
founding 'a role that nobody may hand out is refused' 'nobody has a role' 's/ sign=seal:1/ sign=judge:1/'
founding 'a role in by that nobody may hand out is refused' 'nobody has a role' 's/by=clerk/by=judge/'
founding 'an opening that excludes who signed before is refused' 'nothing comes before' \
    's/needs=category makes/needs=category not-by=agree makes/'
founding 'parties may be kept' '' 's/keeps=category:open/keeps=party:open/'
founding 'as many signers as fit into a record may be asked for' '' 's/parties=2/parties=61/'
founding 'a step before may be one of several, of which one is reached' '' \
    's/by=clerk:1:open/by=clerk:1:annul+open/'
founding 'an event without rule is refused' 'has no rule' 's/by=clerk:1:open/by=clerk:1:close/'
founding 'an event of another kind without rule is refused' 'has no rule' \
    's|referred=other:mediation/agree|referred=other:notarization/agree|'
founding 'by and not-by of one event are refused' 'by and not-by' 's/not-by=agree/by=seal:1:agree &/'
founding 'a rule that opens and looks back is refused' 'nothing comes before' \
    's/needs=category makes/needs=category term=1:agree makes/'
founding 'a rule that cannot be reached is refused' 'cannot be reached' 's/after=agree /after=annul /'
founding 'signers of what cannot come before are refused' 'cannot be reached' \
    's/by=clerk:1:open/by=clerk:1:annul/'
founding 'a line of what cannot come before is refused' 'cannot be reached' \
    's/keeps=category:open/keeps=category:agree/'
founding 'nothing that opens a matter is refused' 'cannot be reached' 's/after=- /after=agree /'
form='not an authority line'
founding 'a clause twice is refused' "$form" 's/ sign=seal:1/& sign=seal:1/'
founding 'clauses out of order are refused' "$form" 's/ \(sign=seal:1\) \(needs=document\)/ \2 \1/'
founding 'an unknown clause is refused' "$form" 's/makes=void/must=hurry/'
founding 'a needed line "refers" is refused' "$form" 's/needs=document not-by/needs=refers not-by/'
founding 'signers without a role in by are refused' "$form" 's/by=clerk:1/by=1/'
founding 'a role twice is refused' "$form" 's/clerk:1 parties/mediator:1 parties/'
founding 'too many places are refused' "$form" 's/mediator:2/mediator:64/'
founding 'more places and parties than can sign are refused' "$form" 's/parties=2/parties=62/'
founding 'more who signed before and parties than can sign are refused' "$form" \
    's/mediator:2,clerk:1/clerk:1/;s/parties=2/parties=63/;s/by=clerk:1/by=clerk:2/'
founding 'parties kept where none are named are refused' "$form" \
    's/ parties=2//;s/keeps=category:open/keeps=party:open/'
founding '64 parties are refused' "$form" 's/parties=2/parties=64/'
founding 'refers/ without referred is refused' "$form" 's/ referred=[^ ]*//'
founding 'a rule for authority records is refused' "$form" 's/rule mediation annul/rule authority annul/'
founding 'more than the clauses is refused' "$form" 's/makes=void/& /'
founding 'a grant of two spellings is refused' "$form" 's/ clerk,mediator/ clerk,clerk,mediator/'
founding 'a key beyond the categories of its institution is refused' 'roles not allowed' \
    's/mediators.example mediator\/family/&+labour/'
founding 'a key without the limits of its institution is refused' 'roles not allowed' \
    's/\(mediators.example mediator\)\/family/\1/'
founding 'a compromised key with a line is refused' 'line of its own' \
    "\$s|\$|\nset compromise $(cat seal.vkey) 0|"
public=$(cut -d + -f 3- seal.vkey)
id=$({ printf 'other.example\n'; printf '%s' "$public" | base64 -d; } | openssl dgst -sha256 | sed 's/.*= *//')
founding 'a compromised key with a line of another name is refused' 'line of its own' \
    "\$s|\$|\nset compromise other.example+${id:0:8}+$public 0|"
founding 'a compromise that lies ahead is refused' 'lies ahead' \
    "\$s|\$|\nset compromise $(cat late.vkey) 1|"
