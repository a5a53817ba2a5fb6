#!/bin/bash
# tests/by_hand.sh says valid to the proofs that the programs make, of every shape, and refuses
# whatever was changed in them. ledger-verify judges each of them alike.
# usage: program_by_hand.sh DIRECTORY-OF-PROGRAMS
#
# shellcheck disable=SC2016 # a "$" in sed scripts is an address
# shellcheck source=tests/by_hand_lib.sh
. "$(dirname "$0")/by_hand_lib.sh"

# ---- Every shape is valid -----------------------------------------------------------------------

valid 'the genesis in a tree of one is valid' proofs/genesis-alone
for n in 1 2 3 4 5 6 7 8 10 12 16; do
    valid "the newest entry of $((n + 1)) is valid" "proofs/$n"
done
for n in 0 1 2 3 7 8 10 15 16 19 20; do
    valid "entry $n of 21 is valid" "final/$n.tlog-proof"
done
valid 'both documents are recognised' final/2.tlog-proof two.bin '文件 一.txt'
printf '一份文件。\n' >other.txt
refused 'another file is refused' 'none of those' final/2.tlog-proof two.bin other.txt
refused 'an empty file is refused as document' 'none of those' final/2.tlog-proof empty
answers 'a missing log key is a usage error' 2 'no log key' final/2.tlog-proof
answers 'a missing file is a usage error' 2 'cannot read' nowhere --log "$log"
answers 'a log key with a false key ID is a usage error' 2 'not a verifier key' \
    final/2.tlog-proof --log "$(sed 's/[+]....\(....\)[+]/+0000\1+/' operator.vkey)"
answers 'the key of another log is refused' 1 'of another ledger' \
    final/2.tlog-proof --log "$(cat zhang.vkey)"
key impostor "$origin"
answers 'another key of the same name is refused' 1 'not signed with the log key' \
    final/2.tlog-proof --log "$(cat impostor.vkey)"

# ---- One change, nothing signed again -----------------------------------------------------------

pack() { # PROOF EVIDENCE: the proof with other evidence
    awk -v extra="$(base64 -w0 <"$2")" 'NR == 2 { $0 = "extra " extra } { print }' "$1"
}

changed() { # RULE PATTERN SED-SCRIPT: of the proof of entry 2
    choose || return 0
    sed "$3" final/2.tlog-proof >mutant
    ! cmp -s mutant final/2.tlog-proof || fail "$1: nothing was changed"
    refused "$1" "$2" mutant
}

evidence_changed() { # RULE PATTERN SED-SCRIPT
    choose || return 0
    evidence_of final/2.tlog-proof >before
    sed "$3" before >after
    ! cmp -s before after || fail "$1: nothing was changed"
    pack final/2.tlog-proof after >mutant
    refused "$1" "$2" mutant
}

form='not a proof'
changed 'another header is refused' "$form" '1s/v1/v2/'
changed 'a line before the evidence is refused' "$form" '2s/^/index 2\n/'
changed 'a carriage return is refused' 'not clean' '3s/$/\r/'
changed 'a line after the end is refused' 'signature line' '$s/$/\nmore/'
changed 'another index is refused' 'inclusion path' '3s/2/3/'
changed 'an index beyond the size is refused' 'not below' '3s/2/21/'
changed 'an index of two spellings is refused' 'not a decimal' '3s/2/02/'
changed 'a changed path is refused' 'leads to' '4s/^A/B/;t;4s/^./A/'
changed 'two path lines swapped are refused' 'leads to' '4{h;d};5{G}'
changed 'a path line dropped is refused' 'too short|leads to' '5d'
changed 'a path line repeated is refused' 'too long|leads to' '5p'
changed 'unused bits in a path line are refused' 'not a hash' '4s/.=$/B=/'
changed 'a changed size is refused' "does not verify" 's/^21$/22/'
changed 'a changed root is refused' 'does not verify|not a hash' '/^21$/{n;s/^A/B/;t;s/^./A/}'
changed 'a changed origin is refused' 'another ledger' 's/^publiclaw/Publiclaw/'
changed 'a changed signature is refused' 'does not verify' '$s/A\(.\{30\}\)$/B\1/;t;$s/.\(.\{30\}\)$/A\1/'
changed 'a checkpoint without signature is refused' 'signed note' '$d'
changed 'evidence cut short is refused' 'evidence|entry|note' '2s/.\{80\}$//'
evidence_changed 'another evidence header is refused' 'form' '1s/v1/v2/'
evidence_changed 'a changed matter is refused' 'leads to' 's/^matter ./matter (/'
evidence_changed 'a changed document is refused' 'leads to' 's/^document sha256 ./&0/'
evidence_changed 'a changed chain is refused' 'leads to' 's/^previous A/previous B/;t;s/^previous ./previous A/'
evidence_changed 'a changed entry time is refused' 'leads to' 's/^time 20/time 19/'
evidence_changed 'a signature of the record dropped is refused' 'leads to' '$d'
evidence_changed 'a changed role is refused' 'authority of the entry' \
    's/^\(line key .*\) notary$/\1 notary,clerk/'
evidence_changed 'a changed institution is refused' 'authority of the entry' \
    's/^\(line institution notary.example\) notary/\1 scribe/'
evidence_changed 'a changed key is refused' 'not an authority line' '2s/+AQ/+AR/;t;2s/+A./+AQ/'
evidence_changed 'a changed authority path is refused' 'authority of the entry|right form' \
    '3s/ A\([^ ]*\)$/ B\1/;t;3s/ [^ ]\([^ ]*\)$/ A\1/'
evidence_changed 'an authority path cut short is refused' 'right form' '3s/ [^ ]*$//'
evidence_changed 'the line of a signer left out is refused' 'no key line in force' '2,3d'
evidence_changed 'the line of the institution left out is refused' 'no institution line' \
    '/^line institution/{N;d}'
evidence_changed 'the absence of rules left out is refused' "neither the line 'rule notarization" \
    '/^absent/{N;N;d}'
evidence_changed 'the absence of something else is refused' 'leads to|right form|its place|neither' \
    's/^absent rules/absent rule/'
evidence_changed 'an absence with a changed path is refused' 'leads to|right form' \
    '/^absent/{n;s/ A\([^ ]*\)$/ B\1/;t;s/ [^ ]\([^ ]*\)$/ A\1/}'
evidence_changed 'an absence with another end is refused' 'leads to|its place|right form' \
    's/^end empty/end AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=/;t;s/^end .*/end empty/'
evidence_changed 'an absence without its end is refused' 'form of version 1' '/^end/d'
evidence_changed 'a line with an end is refused' 'form of version 1' '3s/$/\nend empty/'
evidence_changed 'text that turns direction is refused' 'not clean' \
    's/^matter /&'$'\342\200\256''/'
evidence_of final/3.tlog-proof >after
pack final/2.tlog-proof after >mutant
refused 'the evidence of another entry is refused' 'leads to' mutant
true >mutant
refused 'an empty proof is refused' 'not clean' mutant
head -c 700 final/2.tlog-proof >mutant
refused 'half a proof is refused' 'not clean' mutant
