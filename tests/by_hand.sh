#!/bin/sh
# by_hand.sh - checks a proof without the programs of this project, as SPEC.md section 22 outlines.
#
# usage: by_hand.sh PROOF --log VKEY [DOCUMENT...]
#
# Needs a POSIX shell, awk, sha256sum, base64, openssl 3 (for Ed25519), and of the usual small
# tools cat, cmp, head, mktemp, rm, tail, tr and wc. Every step prints one line, "ok - ..." with
# its values, or "not ok - ..." with the reason. Exit status: 0 the proof is valid; 1 it is not, or
# a step could not be carried out; 2 wrong usage, or a tool or a file is missing.
#
# What it does less strictly than ledger-verify: claimed times, roles and JSON are not looked into;
# numbers have at most 18 digits; of witnesses' cosignatures nothing is said; which strange Ed25519
# signatures are refused (SPEC section 4.2) is left to openssl. None of this lets a byte of the
# entry, of the checkpoint's text or of a signer's authority line differ from what was signed.
#
# shellcheck disable=SC2015 # "a && b || c" is used where c ends the script or the function
# shellcheck disable=SC2317 # finish is called by a trap
set -eu
LC_ALL=C
export LC_ALL
umask 077

proof_header='c2sp.org/tlog-proof@v1'
evidence_header='public-law-ledger/evidence/v1'
entry_header='public-law-ledger/entry/v1'
record_header='public-law-ledger/record/v1'
zero_hash='AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
empty_hash='47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
work=

usage() {
    echo "by_hand.sh: $1" >&2
    echo 'usage: by_hand.sh PROOF --log VKEY [DOCUMENT...]' >&2
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

# ---- Small steps: hashes, base64, numbers, names ------------------------------------------------

# Bytes from hex digits.
unhex() {
    # shellcheck disable=SC2059 # the format is made of octal escapes and nothing else
    printf "$(printf '%s\n' "$1" | awk '{
        digits = "0123456789abcdef"
        for (i = 1; i < length($0); i += 2) {
            high = index(digits, substr($0, i, 1)) - 1
            low = index(digits, substr($0, i + 1, 1)) - 1
            printf "\\%03o", 16 * high + low
        }
    }')"
}

# SHA-256 of standard input in hex.
hash_hex() {
    hash_hex_sum=$(sha256sum)
    hash_hex_sum=${hash_hex_sum%% *}
    [ "${#hash_hex_sum}" -eq 64 ] || not_ok 'sha256sum gave no hash'
    printf '%s\n' "$hash_hex_sum"
}

# SHA-256 of standard input in base64.
hash_64() {
    hash_64_sum=$(hash_hex)
    [ "${#hash_64_sum}" -eq 64 ] || exit 1
    unhex "$hash_64_sum" | base64
}

# The bytes of a text in base64.
bytes_of() {
    printf '%s' "$1" | base64 -d
}

# decode TEXT FILE: base64 of one spelling only (SPEC section 3.2).
decode() {
    [ -n "$1" ] && printf '%s' "$1" | base64 -d >"$2" 2>/dev/null &&
        [ "$(base64 <"$2" | tr -d '\n')" = "$1" ]
}

size_of() {
    size_of_count=$(wc -c <"$1")
    echo "$((size_of_count))"
}

# A base64 text of exactly 32 bytes.
is_hash() {
    [ "${#1}" -eq 44 ] && decode "$1" "$work/hash" && [ "$(size_of "$work/hash")" -eq 32 ]
}

# A decimal of one spelling, small enough for the shell's arithmetic.
is_decimal() {
    case $1 in
    '' | *[!0-9]* | 0?*) return 1 ;;
    esac
    [ "${#1}" -le 18 ]
}

# A name: no '+', no space of any kind, 1 to 255 bytes (SPEC section 3.4).
is_name() {
    case $1 in
    '' | *+* | *' '*) return 1 ;;
    esac
    [ "${#1}" -le 255 ] && ! printf '%s\n' "$1" | awk '
        /\302\240|\341\232\200|\342\200[\200-\212\257]|\342\201\237|\343\200\200/ { found = 1 }
        END { exit !found }'
}

# Clean text (SPEC section 3.3): well-formed UTF-8, no controls, no invisible or direction-changing
# characters. Counted in bytes, whatever the awk.
is_clean() {
    # shellcheck disable=SC2094 # both only read the file
    tr -d '\000-\011\013-\037\177' <"$1" | cmp -s - "$1" || return 1
    [ "$(tail -c 1 "$1" | base64)" = Cg== ] || return 1
    awk '
    /\302[\200-\237\255]|\315\217|\330\234|\341\205[\237\240]|\341\236[\264\265]/ { exit bad = 1 }
    /\341\240[\213-\217]|\343\205\244|\357\276\240/                               { exit bad = 1 }
    /\342\200[\213-\217\250-\256]|\342\201[\240-\257]|\357\273\277/               { exit bad = 1 }
    /\357\277[\260-\273\276\277]|\357\267[\220-\257]|\360\235\205[\263-\272]/     { exit bad = 1 }
    /\363\240[\200-\203\210-\277]|\363\240\207[\260-\277]/                        { exit bad = 1 }
    /[\360-\364][\217\237\257\277]\277[\276\277]/                                 { exit bad = 1 }
    {
        gsub(/\360[\220-\277][\200-\277][\200-\277]/, "?")
        gsub(/[\361-\363][\200-\277][\200-\277][\200-\277]/, "?")
        gsub(/\364[\200-\217][\200-\277][\200-\277]/, "?")
        gsub(/\340[\240-\277][\200-\277]|\355[\200-\237][\200-\277]/, "?")
        gsub(/[\341-\354\356\357][\200-\277][\200-\277]/, "?")
        gsub(/[\302-\337][\200-\277]/, "?")
        if (/[\200-\377]/) exit bad = 1
    }
    END { exit bad }' "$1"
}

# ---- Keys and signatures ------------------------------------------------------------------------

# read_vkey VKEY FILE (SPEC section 4.1): sets vkey_name and vkey_id; the public key goes to FILE.
read_vkey() {
    vkey_name=${1%%+*}
    vkey_rest=${1#*+}
    vkey_id=${vkey_rest%%+*}
    vkey_base64=${vkey_rest#*+}
    [ "$vkey_name+$vkey_id+$vkey_base64" = "$1" ] && is_name "$vkey_name" || return 1
    decode "$vkey_base64" "$2.typed" && [ "$(size_of "$2.typed")" -eq 33 ] || return 1
    [ "$(head -c 1 "$2.typed" | base64)" = AQ== ] || return 1 # 0x01: Ed25519
    tail -c 32 "$2.typed" >"$2"
    vkey_computed=$({
        printf '%s\n' "$vkey_name"
        cat "$2.typed"
    } | hash_hex)
    [ -n "$vkey_id" ] && [ "$(printf '%.8s' "$vkey_computed")" = "$vkey_id" ]
}

# verifies PUBLIC-KEY TEXT SIGNATURE, all files (SPEC section 4.2): openssl reads the public key
# behind the 12 bytes that say "Ed25519 public key" in DER.
verifies() {
    [ "$(size_of "$1")" -eq 32 ] && [ "$(size_of "$3")" -eq 64 ] || return 1
    {
        printf '\060\052\060\005\006\003\053\145\160\003\041\000'
        cat "$1"
    } >"$work/key.der"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin \
        -in "$2" -sigfile "$3" >"$work/openssl.out" 2>&1 || return 1
    [ "$(cat "$work/openssl.out")" = 'Signature Verified Successfully' ]
}

# split_note NOTE (SPEC section 5): the last empty line separates NOTE.text from NOTE.signatures.
split_note() {
    [ "$(size_of "$1")" -le 65535 ] && awk '
        { line[NR] = $0; if ($0 == "") last = NR }
        END {
            if (last < 2 || last == NR || NR - last > 64) exit 1
            for (i = 1; i < last; i++) print line[i] >(FILENAME ".text")
            for (i = last + 1; i <= NR; i++) print line[i] >(FILENAME ".signatures")
        }' "$1"
}

# read_signature LINE: sets signature_name and signature_id (hex) and leaves the signature's bytes
# in work/signature.
read_signature() {
    signature_rest=${1#— }
    signature_name=${signature_rest%% *}
    signature_base64=${signature_rest#* }
    [ "— $signature_name $signature_base64" = "$1" ] && is_name "$signature_name" || return 1
    decode "$signature_base64" "$work/signed" || return 1
    signature_size=$(size_of "$work/signed")
    [ "$signature_size" -ge 5 ] && [ "$signature_size" -le 8196 ] || return 1
    head -c 4 "$work/signed" | base64 >"$work/signature.id"
    tail -c +5 "$work/signed" >"$work/signature"
}

# The key ID of the signature just read is that of a vkey.
signature_has_id() {
    [ -n "$1" ] && [ "$(unhex "$1" | base64)" = "$(cat "$work/signature.id")" ]
}

# ---- The proof (SPEC section 14) ----------------------------------------------------------------

# Takes the file apart: evidence, index, path lines, checkpoint.
take_apart() {
    [ "$(size_of "$proof")" -le 4194304 ] || not_ok 'the file is too long for a proof'
    cat "$proof" >"$work/proof"
    is_clean "$work/proof" || not_ok 'the proof is not clean text'
    awk -v header="$proof_header" -v work="$work" '
        NR == 1 { if ($0 != header) exit bad = 1; next }
        NR == 2 { if (!/^extra [^ ]+$/) exit bad = 1
                  print substr($0, 7) >(work "/extra"); next }
        NR == 3 { if (!/^index [0-9]+$/) exit bad = 1
                  print substr($0, 7) >(work "/index"); next }
        inside  { print >(work "/checkpoint"); next }
        /^$/    { inside = 1; next }
        { print >(work "/inclusion"); if (NR > 3 + 64) exit bad = 1 }
        END { exit bad || !inside }' "$work/proof" || not_ok 'this is not a proof of version 1'
    [ -s "$work/checkpoint" ] || not_ok 'the proof has no checkpoint'
    index=$(cat "$work/index")
    is_decimal "$index" || not_ok 'the index is not a decimal that this script can count with'
    tr -d '\n' <"$work/extra" | base64 -d >"$work/evidence" 2>/dev/null ||
        not_ok 'the evidence is not base64'
    base64 <"$work/evidence" | tr -d '\n' >"$work/extra.again"
    tr -d '\n' <"$work/extra" | cmp -s - "$work/extra.again" ||
        not_ok 'the evidence is not base64 of the only spelling'
    ok "the proof is taken apart: entry $index, evidence of $(size_of "$work/evidence") bytes"
}

# The evidence: authority lines with their paths, an empty line, the entry (SPEC section 14.2).
take_evidence_apart() {
    is_clean "$work/evidence" || not_ok 'the evidence is not clean text'
    awk -v header="$evidence_header" -v work="$work" '
        NR == 1 { if ($0 != header) exit bad = 1; next }
        inside  { print >(work "/entry"); next }
        /^$/    { inside = NR; if (NR % 2) exit bad = 1; next }
        NR % 2 == 0 { if (!/^line [^ ]/ || length($0) > 4101) exit bad = 1
                      print substr($0, 6) >(work "/lines"); next }
        { if (!/^path [0-9]/) exit bad = 1
          print substr($0, 6) >(work "/paths") }
        END { exit bad || !inside || inside > 2 + 2 * 256 }' "$work/evidence" ||
        not_ok 'the evidence has not the form of version 1'
    [ -s "$work/entry" ] && [ "$(size_of "$work/entry")" -le 65535 ] ||
        not_ok 'the evidence has no entry of an allowed size'
    line_count=$(awk 'END { print NR }' "$work/lines")
    ok "the evidence holds $line_count authority lines and the entry"
}

# ---- The checkpoint (SPEC sections 12 and 13) ---------------------------------------------------

# Three lines of text: origin, size, root.
read_checkpoint() {
    split_note "$work/checkpoint" || not_ok 'the checkpoint is not a signed note'
    [ "$(awk 'END { print NR }' "$work/checkpoint.text")" -eq 3 ] ||
        not_ok 'the checkpoint has not three lines'
    origin=$(awk 'NR == 1' "$work/checkpoint.text")
    size=$(awk 'NR == 2' "$work/checkpoint.text")
    root=$(awk 'NR == 3' "$work/checkpoint.text")
    is_name "$origin" || not_ok 'the origin of the checkpoint is not a name'
    is_decimal "$size" && [ "$size" -ge 1 ] ||
        not_ok 'the size of the checkpoint is not a decimal that this script can count with'
    is_hash "$root" || not_ok 'the root of the checkpoint is not a hash'
    ok "the checkpoint is of ledger $origin, $size entries, root $root"
}

# Signed by the log key that was given; that key is the one thing that does not come from the proof.
check_checkpoint_signature() {
    [ "$log_name" = "$origin" ] || not_ok "the log key is of another ledger: $log_name"
    log_signatures=0
    while IFS= read -r line; do
        read_signature "$line" || not_ok 'a signature line of the checkpoint has not the right form'
        if [ "$signature_name" = "$log_name" ] && signature_has_id "$log_id"; then
            verifies "$work/log" "$work/checkpoint.text" "$work/signature" ||
                not_ok "the checkpoint's signature by $log_name does not verify"
            log_signatures=$((log_signatures + 1))
        fi
    done <"$work/checkpoint.signatures"
    [ "$log_signatures" -ge 1 ] || not_ok 'the checkpoint is not signed with the log key given'
    ok "the checkpoint is signed with the log key $log_name+$log_id"
}

# ---- The entry (SPEC sections 7 and 8) ----------------------------------------------------------

check_leaf_hash() {
    leaf=$({
        printf '\000'
        cat "$work/entry"
    } | hash_64)
    is_hash "$leaf" || not_ok 'the leaf hash could not be computed'
    ok "the leaf hash of the entry is $leaf"
}

# Up from the leaf to the root. `position` and `last` lose one bit at each level (RFC 9162 section
# 2.1.3.2 in other words; the same as SPEC section 8).
check_inclusion() {
    [ "$index" -lt "$size" ] || not_ok 'the index is not below the size of the checkpoint'
    position=$index
    last=$((size - 1))
    hash=$leaf
    steps=0
    while IFS= read -r sibling; do
        is_hash "$sibling" || not_ok 'a line of the inclusion path is not a hash'
        [ "$last" -gt 0 ] || not_ok 'the inclusion path is too long'
        if [ $((position % 2)) -eq 1 ] || [ "$position" -eq "$last" ]; then
            hash=$({
                printf '\001'
                bytes_of "$sibling"
                bytes_of "$hash"
            } | hash_64)
            while [ $((position % 2)) -eq 0 ] && [ "$position" -gt 0 ]; do
                position=$((position / 2))
                last=$((last / 2))
            done
        else
            hash=$({
                printf '\001'
                bytes_of "$hash"
                bytes_of "$sibling"
            } | hash_64)
        fi
        is_hash "$hash" || not_ok 'a node hash could not be computed'
        position=$((position / 2))
        last=$((last / 2))
        steps=$((steps + 1))
    done <"$work/inclusion"
    [ "$last" -eq 0 ] || not_ok 'the inclusion path is too short'
    [ "$hash" = "$root" ] || not_ok "the inclusion path leads to $hash, not to the root"
    ok "the path of $steps hashes leads from the leaf to the root of the checkpoint"
}

# The six lines before the record.
read_entry() {
    awk -v header="$entry_header" -v work="$work" '
        NR == 1 { if ($0 != header) exit bad = 1; next }
        NR == 2 { if (!/^index [0-9]+$/) exit bad = 1; next }
        NR == 3 { if (!/^time [0-9-]+T[0-9:]+\.[0-9][0-9][0-9]Z$/) exit bad = 1; next }
        NR == 4 { if (!/^previous [^ ]+$/) exit bad = 1; next }
        NR == 5 { if (!/^authority [^ ]+$/) exit bad = 1; next }
        NR == 6 { if ($0 != "") exit bad = 1; next }
        { print >(work "/record") }
        END { exit bad || NR < 7 }' "$work/entry" || not_ok 'the entry has not the form of version 1'
    entry_index=$(awk 'NR == 2 { print $2 }' "$work/entry")
    entry_time=$(awk 'NR == 3 { print $2 }' "$work/entry")
    previous=$(awk 'NR == 4 { print $2 }' "$work/entry")
    authority=$(awk 'NR == 5 { print $2 }' "$work/entry")
    is_hash "$previous" || not_ok 'the entry before is not named by a hash'
    is_hash "$authority" || not_ok 'the authority of the entry is not a hash'
    [ "$entry_index" = "$index" ] || not_ok "the entry says it is entry $entry_index, not $index"
    ok "the entry says so too: index $entry_index, admitted $entry_time, authority $authority"
}

# ---- The record (SPEC section 6) ----------------------------------------------------------------

# The lines in their order; the values that matter here go to shell variables.
read_record() {
    split_note "$work/record" || not_ok 'the record is not a signed note'
    awk -v header="$record_header" '
        BEGIN {
            count = split("ledger kind event matter institution time nonce document unset set data",
                          word, " ")
        }
        NR == 1 { if ($0 != header) exit bad = 1; at = 1; next }
        {
            space = index($0, " ")
            value = substr($0, space + 1)
            if (space < 2 || value == "") exit bad = 1
            name = substr($0, 1, space - 1)
            while (at <= count && name != word[at]) {
                if (at <= 7) exit bad = 1 # one that must be there is missing
                at++
            }
            if (at > count) exit bad = 1
            if (name == "kind") authority = value == "authority"
            if (name == "set" || name == "unset") { changes++; if (!authority) exit bad = 1 }
            if (name == "document" && length(value) > 400) exit bad = 1
            if (name == "document" && value !~ /^sha256 [0-9a-f]+ [0-9]+ [^ \/]/) exit bad = 1
            if (at <= 7 || name == "data") at++
        }
        END { exit bad || at <= 7 || (authority && !changes) }' "$work/record.text" ||
        not_ok 'the record has not the lines of version 1 in their order'
    ledger=$(value_of ledger)
    kind=$(value_of kind)
    event=$(value_of event)
    matter=$(value_of matter)
    institution=$(value_of institution)
    [ -n "$ledger" ] && [ -n "$kind" ] && [ -n "$event" ] && [ -n "$matter" ] &&
        [ -n "$institution" ] || not_ok 'a line of the record is empty'
    ok "the record says: $kind $event, matter $matter, filed by $institution"
    [ "$ledger" = "$origin" ] || not_ok "the record is for another ledger: $ledger"
    ok "the record is made for this ledger, $ledger"
}

# value_of WORD: of a line that stands once in the record.
value_of() {
    awk -v word="$1" 'index($0, word " ") == 1 { print substr($0, length(word) + 2); exit }' \
        "$work/record.text"
}

# SPEC section 16, steps 10 to 12: what may be called an authority record.
check_kind() {
    genesis=no
    if [ "$kind $event" = 'authority genesis' ]; then
        [ "$index" -eq 0 ] || not_ok 'a genesis stands only at index 0'
        genesis=yes
    fi
    [ "$index" -ne 0 ] || [ "$genesis" = yes ] || not_ok 'entry 0 is not a genesis'
    if [ "$kind" = authority ]; then
        [ "$genesis" = yes ] || [ "$event" = change ] || not_ok "no such authority event: $event"
        [ "$matter" = authority ] && [ "$institution" = "$ledger" ] ||
            not_ok 'an authority record has matter authority and the name of the ledger'
    fi
}

# ---- The authority (SPEC sections 9 and 10) -----------------------------------------------------

# read_line LINE (SPEC section 10.1): sets word, subject and, as the word has it, vkey_name,
# vkey_id, second and rest; a key goes to the file work/key.
read_line() {
    word=${1%% *}
    second=${1#* }
    [ "$second" != "$1" ] || return 1
    rest=
    case $second in
    *' '*)
        rest=${second#* }
        second=${second%% *}
        ;;
    esac
    subject="$word $second"
    case $word in
    operator | governor)
        [ -z "$rest" ] && read_vkey "$second" "$work/key" || return 1
        ;;
    threshold)
        [ -z "$rest" ] && is_decimal "$second" && [ "$second" -ge 1 ] &&
            [ "$second" -le 64 ] || return 1
        ;;
    institution)
        is_name "$second" && [ -n "$rest" ] && [ "${rest#* }" != "$rest" ] || return 1
        ;;
    key)
        read_vkey "$second" "$work/key" && is_name "${rest%% *}" &&
            [ "${rest#* }" != "$rest" ] || return 1
        ;;
    *) return 1 ;;
    esac
    case $word in
    operator | threshold) subject=$word ;;
    esac
}

# The n-th bit of a hash in hex, the first byte's most significant bit being bit 0.
bit_of() {
    printf '%s\n' "$1" | awk -v bit="$2" '{
        digit = index("0123456789abcdef", substr($0, int(bit / 4) + 1, 1)) - 1
        for (i = bit % 4; i < 3; i++) digit = int(digit / 2)
        print digit % 2
    }'
}

# climb SUBJECT LINE PATH (SPEC section 9): sets hash to the root to which the path leads.
climb() {
    key_hash=$(printf '%s' "$1" | hash_hex)
    value_hash=$(printf '%s' "$2" | hash_hex)
    [ "${#key_hash}" -eq 64 ] && [ "${#value_hash}" -eq 64 ] || return 1
    hash=$({
        printf '\002'
        unhex "$key_hash"
        unhex "$value_hash"
    } | hash_64)
    depth=${3%% *}
    siblings=${3#"$depth"}
    is_decimal "$depth" && [ "$depth" -le 256 ] || return 1
    level=$depth
    while [ -n "$siblings" ]; do
        siblings=${siblings# }
        sibling=${siblings%% *}
        siblings=${siblings#"$sibling"}
        level=$((level - 1))
        [ "$level" -ge 0 ] && is_hash "$sibling" && is_hash "$hash" || return 1
        if [ "$(bit_of "$key_hash" "$level")" -eq 0 ]; then
            hash=$({
                printf '\003'
                bytes_of "$hash"
                bytes_of "$sibling"
            } | hash_64)
        else
            hash=$({
                printf '\003'
                bytes_of "$sibling"
                bytes_of "$hash"
            } | hash_64)
        fi
    done
    [ "$level" -eq 0 ] && is_hash "$hash"
}

# Every line of the evidence was in force: its path leads to the authority root in the entry.
check_authority_lines() {
    exec 3<"$work/paths"
    while IFS= read -r line; do
        IFS= read -r path <&3 || not_ok 'an authority line has no path'
        read_line "$line" || not_ok 'a line of the evidence is not an authority line'
        climb "$subject" "$line" "$path" || not_ok "the path of '$subject' has not the right form"
        [ "$hash" = "$authority" ] ||
            not_ok "the path of '$subject' leads to $hash, not to the authority of the entry"
        printf '%s\n' "$line" >>"$work/in-force"
        ok "in force at this entry: $line"
    done <"$work/lines"
    exec 3<&-
}

# seen FILE TEXT: whether the file has this line; adds it if not.
seen() {
    while IFS= read -r seen_line; do
        [ "$seen_line" != "$2" ] || return 0
    done <"$1"
    printf '%s\n' "$2" >>"$1"
    return 1
}

# role_allowed ROLES ALLOWED: every role of one list stands in the other.
roles_allowed() {
    roles_left=$1,
    while [ -n "$roles_left" ]; do
        case ",$2," in
        *",${roles_left%%,*},"*) ;;
        *) return 1 ;;
        esac
        roles_left=${roles_left#*,}
    done
}

# The genesis brings its own lines; together they must be sound (SPEC sections 10.2 to 10.4).
check_genesis() {
    [ "$authority" = "$zero_hash" ] || not_ok 'a genesis has no authority before it'
    [ "$previous" = "$empty_hash" ] || not_ok 'a genesis has no entry before it'
    [ "$line_count" -eq 0 ] || not_ok 'the evidence of a genesis has authority lines'
    awk '/^unset / { exit 1 }' "$work/record.text" || not_ok 'a genesis can unset nothing'
    awk '/^set / { print substr($0, 5) }' "$work/record.text" >"$work/in-force"
    operator=
    governors=0
    while IFS= read -r line; do
        read_line "$line" || not_ok "not an authority line: $line"
        ! seen "$work/subjects" "$subject" || not_ok "set twice: $subject"
        case $word in
        operator) operator=$vkey_name ;;
        governor) governors=$((governors + 1)) ;;
        esac
        case $word in
        governor | key)
            ! seen "$work/ids" "$word $vkey_name+$vkey_id" || not_ok "the same key ID: $subject"
            ! seen "$work/ids" "$word $vkey_base64" || not_ok "the same public key: $subject"
            ;;
        esac
    done <"$work/in-force"
    [ "$operator" = "$ledger" ] || not_ok 'the operator has not the name of the ledger'
    find_threshold
    [ "$threshold" -le "$governors" ] && [ "$governors" -le 64 ] ||
        not_ok "a threshold of $threshold does not fit $governors governors"
    check_genesis_keys
    ok "the genesis sets $(awk 'END { print NR }' "$work/in-force") lines, $governors governors"
}

# Every key belongs to an institution that may hand out its roles.
check_genesis_keys() {
    awk '$1 == "key"' "$work/in-force" >"$work/keys"
    while IFS= read -r key_line; do
        key_values=${key_line#key * }
        find_institution "${key_values%% *}" || not_ok "no institution for the key: $key_line"
        roles_allowed "${key_values#* }" "${rest%% *}" || not_ok "roles not allowed: $key_line"
    done <"$work/keys"
}

# ---- Who may sign (SPEC section 11) -------------------------------------------------------------

# The governor or key line in force with this name and the key ID of the signature just read.
find_signer() {
    while IFS= read -r line; do
        if [ "${line%% *}" = "$1" ] && read_line "$line" &&
            [ "$vkey_name" = "$signature_name" ] && signature_has_id "$vkey_id"; then
            return 0
        fi
    done <"$work/in-force"
    return 1
}

find_institution() {
    while IFS= read -r line; do
        if [ "${line%% *}" = institution ] && read_line "$line" && [ "$second" = "$1" ]; then
            return 0
        fi
    done <"$work/in-force"
    return 1
}

find_threshold() {
    threshold=
    while IFS= read -r line; do
        if [ "${line%% *}" = threshold ] && read_line "$line"; then
            threshold=$second
        fi
    done <"$work/in-force"
    [ -n "$threshold" ] || not_ok 'no threshold line is in force'
}

# Every signature of the record verifies, with a key that was in force.
check_signatures() {
    signer_word=key
    [ "$kind" != authority ] || signer_word=governor
    signers=0
    own_signers=0
    : >"$work/signers"
    while IFS= read -r signature_line; do
        read_signature "$signature_line" || not_ok 'a signature line has not the right form'
        find_signer "$signer_word" ||
            not_ok "no $signer_word line in force for the signature of $signature_name"
        ! seen "$work/signers" "$second" || not_ok "$signature_name signed twice"
        verifies "$work/key" "$work/record.text" "$work/signature" ||
            not_ok "the signature of $signature_name does not verify"
        signers=$((signers + 1))
        if [ "$signer_word" = key ] && [ "${rest%% *}" = "$institution" ]; then
            own_signers=$((own_signers + 1))
        fi
        ok "signed by $vkey_name+$vkey_id, entitled by a $signer_word line in force"
    done <"$work/record.signatures"
    [ "$signers" -ge 1 ] || not_ok 'nobody signed the record'
}

check_entitlement() {
    if [ "$kind" = authority ]; then
        find_threshold
        [ "$signers" -ge "$threshold" ] ||
            not_ok "$signers governors signed, and $threshold must"
        ok "$signers governors signed, and $threshold must"
        return
    fi
    find_institution "$institution" || not_ok "no institution line in force for $institution"
    [ "$own_signers" -ge 1 ] || not_ok "nobody of $institution signed"
    ok "$own_signers of $signers signers belong to $institution, ${rest#* }"
}

# ---- A document (SPEC section 18, steps 11 and 12) ----------------------------------------------

check_document() {
    document_hash=$(hash_hex <"$1")
    document_size=$(size_of "$1")
    [ "${#document_hash}" -eq 64 ] && [ -n "$document_size" ] || not_ok 'the file was not hashed'
    start="document sha256 $document_hash $document_size "
    while IFS= read -r line; do
        case $line in
        "$start"?*)
            ok "the file $1 is the document '${line#"$start"}': sha256 $document_hash, $document_size bytes"
            return
            ;;
        esac
    done <"$work/record.text"
    not_ok "the file $1 is none of those the record speaks of: sha256 $document_hash, $document_size bytes"
}

# ---- All of it, in order ------------------------------------------------------------------------

concluded=no
finish() {
    finish_status=$?
    [ -z "$work" ] || rm -rf "$work"
    if [ "$concluded" = yes ] || [ "$finish_status" -eq 2 ]; then
        exit "$finish_status"
    fi
    exit 1 # whatever stopped it, it was not found valid
}

need_tools() {
    for tool in awk base64 cat cmp head mktemp openssl rm sha256sum tail tr wc; do
        command -v "$tool" >/dev/null || usage "cannot find the program $tool"
    done
    openssl pkeyutl -help 2>&1 | awk '/-rawin/ { found = 1 } END { exit !found }' ||
        usage 'this openssl is too old to verify Ed25519: version 3 is needed'
}

start() {
    work=$(mktemp -d)
    for file in extra index inclusion checkpoint evidence lines paths in-force subjects ids entry; do
        : >"$work/$file"
    done
    read_vkey "$log" "$work/log" || usage 'the log key is not a verifier key of Ed25519'
    log_name=$vkey_name
    log_id=$vkey_id
    ok "the log key to trust is $log_name+$log_id, public key $(base64 <"$work/log")"
}

check_proof() {
    take_apart
    read_checkpoint
    check_checkpoint_signature
    take_evidence_apart
    check_leaf_hash
    check_inclusion
    read_entry
    read_record
    check_kind
    if [ "$genesis" = yes ]; then
        check_genesis
    else
        check_authority_lines
    fi
    check_signatures
    check_entitlement
}

# Takes the options out of the arguments; the documents remain.
proof=
log=
left=$#
while [ "$left" -gt 0 ]; do
    argument=$1
    shift
    left=$((left - 1))
    case $argument in
    --log)
        [ "$left" -ge 1 ] && [ -z "$log" ] && [ -n "$1" ] || usage 'give --log VKEY once'
        log=$1
        shift
        left=$((left - 1))
        ;;
    -*) usage "unknown option $argument (write a file of that name as ./$argument)" ;;
    *)
        [ -f "$argument" ] && [ -r "$argument" ] || usage "cannot read the file $argument"
        if [ -z "$proof" ]; then
            proof=$argument
        else
            set -- "$@" "$argument"
        fi
        ;;
    esac
done
[ -n "$proof" ] || usage 'no proof was given'
[ -n "$log" ] || usage 'no log key was given (--log VKEY)'
need_tools
trap finish EXIT
trap 'exit 2' HUP INT TERM
start
check_proof
for document; do
    check_document "$document"
done
echo "VALID: this record stands in the ledger $origin as entry $index (checkpoint of $size entries)"
concluded=yes
exit 0
