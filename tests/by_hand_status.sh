#!/bin/sh
# by_hand_status.sh - checks a status proof without the programs of this project: takes it apart into
# proofs, checks each with by_hand.sh, and computes the list and the path as SPEC.md section 25 says.
#
# usage: by_hand_status.sh STATUS-PROOF --log VKEY
#
# Needs what by_hand.sh needs, and sed. Steps print lines as there, those of by_hand.sh indented. Exit
# status: 0 the status proof is valid; 1 it is not, or a step could not be carried out; 2 wrong usage.
#
# shellcheck disable=SC2015 # "a && b || c" is used where c ends the script
# shellcheck disable=SC2016 # a "$" in an awk program is a field
# shellcheck disable=SC2317 # finish is called by a trap
set -eu
LC_ALL=C
export LC_ALL
umask 077

by_hand=$(dirname "$0")/by_hand.sh
zeros=0000000000000000000000000000000000000000000000000000000000000000
work=

usage() {
    echo "by_hand_status.sh: $1" >&2
    echo 'usage: by_hand_status.sh STATUS-PROOF --log VKEY' >&2
    exit 2
}

ok() {
    printf 'ok - %s\n' "$1"
}

not_ok() {
    printf 'not ok - %s\n' "$1"
    echo 'NOT VALID'
    exit 1
}

# ---- Small steps --------------------------------------------------------------------------------

# Bytes from hex digits.
unhex() {
    # shellcheck disable=SC2059 # the format is made of octal escapes and nothing else
    printf "$(printf '%s\n' "$1" | awk '{
        digits = "0123456789abcdef"
        for (i = 1; i < length($0); i += 2)
            printf "\\%03o", 16 * (index(digits, substr($0, i, 1)) - 1) + \
                index(digits, substr($0, i + 1, 1)) - 1
    }')"
}

# SHA-256, in hex, of the bytes whose hex digits are given.
hash_of() {
    hash_of_sum=$(unhex "$1" | sha256sum)
    hash_of_sum=${hash_of_sum%% *}
    [ "${#hash_of_sum}" -eq 64 ] || exit 1
    printf '%s\n' "$hash_of_sum"
}

# A hash in hex from its one spelling in base64.
hex_of() {
    [ "${#1}" -eq 44 ] && [ "$(printf '%s' "$1" | base64 -d | base64)" = "$1" ] || return 1
    printf '%s' "$1" | base64 -d | od -An -v -tx1 | tr -d ' \n'
}

is_decimal() {
    case $1 in
    '' | *[!0-9]* | 0?*) return 1 ;;
    esac
    [ "${#1}" -le 18 ]
}

# The first bits of a hash in hex: as many as $2 says.
bits_of() {
    printf '%s\n' "$1" | awk -v bits="$2" '{
        for (i = 1; i <= bits; i++) {
            digit = index("0123456789abcdef", substr($0, int((i - 1) / 4) + 1, 1)) - 1
            printf "%d", int(digit / (2 ^ (3 - (i - 1) % 4))) % 2
        }
    }'
}

# value_of LINE: what follows its first word, of that line of the head.
value_of() {
    sed -n "$2s/^$1 //p" "$work/head"
}

# ---- The file (SPEC section 24) -----------------------------------------------------------------

# The empty lines divide it: the head, n + 1 proofs, the checkpoint with one of its own.
take_apart() {
    [ "$(tail -c 1 "$1" | base64)" = Cg== ] || not_ok 'the last line does not end in a newline'
    awk -v work="$work" '
        !more { print >(work "/head") }
        more && part <= n + 1 { print >(work "/part-" part) }
        more && part > n + 1 { print >(work "/checkpoint") }
        !more && NR == 3 { n = $2 }
        $0 == "" { more = 1; part++ }' "$1"
    [ -s "$work/head" ] && [ -s "$work/checkpoint" ] || not_ok 'the file has not its parts'
    [ "$(sed -n 1p "$work/head")" = public-law-ledger/status/v1 ] || not_ok 'this is not a status proof'
    matter=$(value_of matter 2)
    entries=$(value_of entries 3)
    path=$(value_of path 4)
    [ -n "$matter" ] && is_decimal "$entries" && [ -n "$path" ] || not_ok 'the head has not its lines'
    end=
    lines=5
    if [ "$entries" -eq 0 ]; then
        end=$(value_of end 5)
        [ -n "$end" ] || not_ok 'what stands in the place of the matter is not said'
        lines=6
    fi
    # With these lines and no other is it spelt so.
    {
        printf 'public-law-ledger/status/v1\nmatter %s\nentries %s\npath %s\n' "$matter" "$entries" "$path"
        [ "$entries" -ne 0 ] || printf 'end %s\n' "$end"
        echo
    } | cmp -s - "$work/head" || not_ok 'the head has other lines'
    ok "the matter $matter, with $entries entries, in $((entries + 1)) proofs ($lines lines before them)"
}

# ---- One proof of it ----------------------------------------------------------------------------

# check_part N: it is a proof with the checkpoint after it; sets index, and its record is at hand.
check_part() {
    [ -s "$work/part-$1" ] || not_ok "proof $1 is missing"
    cat "$work/part-$1" "$work/checkpoint" >"$work/proof"
    sh "$by_hand" "$work/proof" --log "$log" >"$work/said" || {
        sed 's/^/    /' "$work/said"
        not_ok "proof $1 does not hold"
    }
    sed 's/^/    /' "$work/said"
    index=$(sed -n 's/^index //p' "$work/part-$1")
    sed -n '2s/^extra //p' "$work/part-$1" | base64 -d | sed '1,/^$/d' | sed '1,/^$/d' |
        sed '/^$/,$d' >"$work/record"
    entry_matter=$(sed -n '5s/^matter //p' "$work/record")
    event=$(sed -n '4s/^event //p' "$work/record")
}

check_index() {
    check_part 1
    [ "$(sed -n 3p "$work/record")" = 'kind index' ] || not_ok "entry $index is no index of matters"
    as_of=$index
    root=$(hex_of "$(sed -n '10s/^field root //p' "$work/record")") || not_ok 'the index has no root'
    ok "entry $as_of is an index of matters with the root $root"
}

# V(i) = H(0x04 || V(i - 1) || be64(index))
add_to_value() {
    value=$(hash_of "04$value$(printf '%016x' "$index")")
}

check_entries() {
    value=$zeros
    before=-1
    status='no rule says what became of it'
    part=1
    while [ "$part" -le "$entries" ]; do
        part=$((part + 1))
        check_part "$part"
        [ "$entry_matter" = "$matter" ] || not_ok "entry $index is of the matter $entry_matter"
        [ "$index" -gt "$before" ] || not_ok "entry $index comes after entry $before"
        [ "$index" -lt "$as_of" ] || not_ok "entry $index is not before the index"
        add_to_value
        before=$index
        makes=$(sed -n 's/^by the rule, this entry makes the matter //p' "$work/said")
        [ -z "$makes" ] || status="$makes since entry $index"
        ok "entry $index is one of the matter: $event${makes:+, which makes it $makes}; V is $value"
    done
}

# ---- The path (SPEC section 9) ------------------------------------------------------------------

# From hash, at the place that the bits in way lead to, to the root.
climb() {
    while [ -n "$siblings" ]; do
        siblings=${siblings# }
        sibling=${siblings%% *}
        siblings=${siblings#"$sibling"}
        sibling=$(hex_of "$sibling") || not_ok 'the path has something else than hashes'
        case $way in
        *0) hash=$(hash_of "03$hash$sibling") ;;
        *1) hash=$(hash_of "03$sibling$hash") ;;
        *) not_ok 'the path has more hashes than it says' ;;
        esac
        way=${way%?}
    done
    [ -z "$way" ] || not_ok 'the path has fewer hashes than it says'
}

check_path() {
    key=$(printf '%s' "$matter" | sha256sum)
    key=${key%% *}
    depth=${path%% *}
    siblings=${path#"$depth"}
    is_decimal "$depth" && [ "$depth" -le 256 ] || not_ok 'the path is of no depth'
    way=$(bits_of "$key" "$depth")
    case $siblings in
    ' AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='*) not_ok 'a leaf stands higher than that' ;;
    esac
    if [ "$entries" -gt 0 ]; then
        hash=$(hash_of "02$key$value")
        what="the list of these $entries entries"
    elif [ "$end" = empty ]; then
        hash=$zeros
        what='an empty place where the matter would be'
        status='no entries'
    else
        other=$(hex_of "${end% *}") && other_value=$(hex_of "${end#* }") || not_ok 'the end is not two hashes'
        [ "$other" != "$key" ] || not_ok 'the matter itself stands there'
        [ "$(bits_of "$other" "$depth")" = "$way" ] || not_ok 'the end does not stand in the place'
        hash=$(hash_of "02$other$other_value")
        what='another matter where this one would be'
        status='no entries'
    fi
    climb
    [ "$hash" = "$root" ] || not_ok "$what leads to $hash, not to the root of the index"
    ok "$what leads to the root of the index"
}

# ---- All of it ----------------------------------------------------------------------------------

concluded=no
finish() {
    finish_status=$?
    [ -z "$work" ] || rm -rf "$work"
    if [ "$concluded" = yes ] || [ "$finish_status" -eq 2 ]; then
        exit "$finish_status"
    fi
    exit 1
}

[ $# -eq 3 ] && [ "$2" = --log ] || usage 'give a status proof and --log VKEY'
[ -f "$1" ] && [ -r "$1" ] || usage "cannot read the file $1"
log=$3
trap finish EXIT
trap 'exit 2' HUP INT TERM
work=$(mktemp -d)
take_apart "$1"
check_index
check_entries
check_path
size=$(sed -n 2p "$work/checkpoint")
echo "VALID: the matter $matter: $status, as of entry $as_of; $((size - as_of - 1)) entries came after"
concluded=yes
exit 0
