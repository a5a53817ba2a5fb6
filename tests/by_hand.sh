#!/bin/sh
# by_hand.sh - checks a proof without the programs of this project, as SPEC.md section 22 outlines.
#
# usage: by_hand.sh PROOF --log VKEY [DOCUMENT...]
#
# Needs a POSIX shell, awk, sha256sum, base64, openssl 3 (for Ed25519), and of the usual small
# tools cat, cmp, head, mktemp, od, rm, tail, tr and wc. Every step prints one line, "ok - ..." with
# its values, or "not ok - ..." with the reason. Exit status: 0 the proof is valid; 1 it is not, or
# a step could not be carried out; 2 wrong usage, or a tool or a file is missing.
#
# Where a rule is in force it is shown in words: what this script checked of it, and what one proof
# cannot show, as it depends on the earlier entries of the matter. That is for whoever verifies the
# whole ledger.
#
# What it does less strictly than ledger-verify: claimed times and JSON are not looked into; numbers
# have at most 18 digits; of witnesses' cosignatures nothing is said; which strange Ed25519
# signatures are refused (SPEC section 4.2) is left to openssl. None of this lets a byte of the
# entry, of the checkpoint's text or of a signer's authority line differ from what was signed.
#
# shellcheck disable=SC2015 # "a && b || c" is used where c ends the script or the function
# shellcheck disable=SC2016 # a "$" in an awk program is a field
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

# Hex digits of the bytes on standard input.
hex() {
    od -An -v -tx1 | tr -d ' \n'
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

# A base64 text of exactly 32 bytes, in its only spelling: 43 digits, the two lowest bits of the last
# one zero.
is_hash() {
    case ${1%=} in
    *[!A-Za-z0-9+/]*) return 1 ;;
    *[AEIMQUYcgkosw048]) [ "${#1}" -eq 44 ] && [ "$1" = "${1%=}=" ] ;;
    *) return 1 ;;
    esac
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

# ---- Lists of words: grants and rules, for the awk programs below --------------------------------

# Functions of the values in SPEC sections 3.4, 10.1 and 10.6. Every name after the gap in a
# parameter list is a local variable.
awk_words='
function token(s) { return length(s) <= 64 && s ~ /^[a-z]([a-z0-9-]*[a-z0-9])?$/ }

function phrase(s, most) {
    return s != "" && length(s) <= most &&
        s !~ /^( |\302\240|\341\232\200|\342\200[\200-\212\257]|\342\201\237|\343\200\200)/ &&
        s !~ /( |\302\240|\341\232\200|\342\200[\200-\212\257]|\342\201\237|\343\200\200)$/
}

# Tokens joined by "+", none of them twice.
function tokens(s,    i, n, one, had) {
    n = split(s, one, /[+]/)
    for (i = 1; i <= n; i++) if (!token(one[i]) || had[one[i]]++) return 0
    return n > 0
}

function before(s, mark) { return index(s, mark) ? substr(s, 1, index(s, mark) - 1) : s }
function after(s, mark) { return index(s, mark) ? substr(s, index(s, mark) + 1) : "" }

function grants(s,    i, n, one, had) {
    n = split(s, one, ",")
    for (i = 1; i <= n; i++) {
        if (!token(before(one[i], "/")) || had[before(one[i], "/")]++) return 0
        if (index(one[i], "/") && !tokens(after(one[i], "/"))) return 0
    }
    return n > 0
}

# Whether these grants let somebody act as a role in a record of this category ("" for none).
function acts_as(list, role, category,    i, n, one) {
    n = split(list, one, ",")
    for (i = 1; i <= n; i++) {
        if (one[i] == role) return 1
        if (before(one[i], "/") == role)
            return category != "" && index("+" after(one[i], "/") "+", "+" category "+") > 0
    }
    return 0
}

# Whether every grant is within the same role of other grants.
function within(inner, outer,    i, j, n, m, one, limit) {
    n = split(inner, one, ",")
    for (i = 1; i <= n; i++) {
        if (acts_as(outer, before(one[i], "/"), "")) continue
        if (!index(one[i], "/")) return 0
        m = split(after(one[i], "/"), limit, /[+]/)
        for (j = 1; j <= m; j++)
            if (!acts_as(outer, before(one[i], "/"), limit[j])) return 0
    }
    return 1
}

# The clauses of a rule in their order, and the form of each.
function know_clauses(    T, N, S) {
    T = "[a-z]([a-z0-9-]*[a-z0-9])?"
    N = "[1-9][0-9]?"
    S = "(refers/)?" T "([+]" T ")*"
    split("after sign parties needs among by not-by institution referred keeps term makes", clauses)
    form["after"] = "(-|(-,)?" T "(," T ")*)"
    form["sign"] = T ":" N "(," T ":" N ")*"
    form["parties"] = N
    form["needs"] = T "(," T ")*"
    form["among"] = T ":" T "([+]" T ")*(," T ":" T "([+]" T ")*)*"
    form["by"] = T ":" N ":" S
    form["not-by"] = S "(," S ")*"
    form["institution"] = "(other|any)"
    form["referred"] = "(same|other|any):" T "/" T
    form["keeps"] = T ":" S "(," T ":" S ")*"
    form["term"] = "[1-9][0-9]*:" T "([+]" T ")*"
    form["makes"] = "(pending|effective|corrected|void|closed)"
}

# No element of a list stands twice, and each names what its clause may name.
function well_listed(name, value,    i, n, one, head, had) {
    n = split(value, one, /[,:+\/]/)
    for (i = 1; i <= n; i++) if (length(one[i]) > 64) return 0
    n = split(value, one, ",")
    for (i = 1; i <= n; i++) {
        head = name ~ /^(sign|among|keeps)$/ ? before(one[i], ":") : one[i]
        if (had[head]++) return 0
        if (name == "needs" && head ~ /^(party|refers)$/) return 0
        if (name == "keeps" && head == "refers") return 0
        if (name == "among" && head ~ /^(category|party|refers|document|data)$/) return 0
        sub(/^.*[:\/]/, "", one[i])
        if (name ~ /^(among|by|not-by|keeps|term)$/ && !tokens(one[i])) return 0
    }
    return 1
}

function places_of(sign,    i, n, one, sum) {
    n = split(sign, one, ",")
    for (i = 1; i <= n; i++) sum += after(one[i], ":")
    return sum
}

# Takes a rule line into clause[name]; clauses that are not there are "". False: not a rule.
function read_rule(line, clause,    i, n, at, word, name, value) {
    if (!(1 in clauses)) know_clauses()
    for (i = 1; i <= 12; i++) clause[clauses[i]] = ""
    n = split(line, word, / /)
    if (n < 5 || word[1] != "rule" || !token(word[2]) || !token(word[3])) return 0
    if (word[2] == "authority" || word[2] == "index") return 0
    for (i = 4; i <= n; i++) {
        name = before(word[i], "=")
        value = after(word[i], "=")
        do at++; while (at <= 12 && clauses[at] != name)
        if (at > 12 || value !~ ("^" form[name] "$") || !well_listed(name, value)) return 0
        clause[name] = value
    }
    return clause["after"] != "" && clause["sign"] != "" && clause["parties"] + 0 <= 63 &&
        places_of(clause["sign"]) + clause["parties"] <= 64 &&
        after(clause["by"], ":") + clause["parties"] <= 64 && clause["term"] + 0 <= 36500 &&
        (clause["parties"] != "" || ("," clause["keeps"]) !~ /,party:/) &&
        (clause["referred"] != "" || !index(clause["by"] clause["not-by"] clause["keeps"], "/"))
}'

# awk_says PROGRAM TEXT: whether an awk program that uses these functions accepts a text.
awk_says() {
    printf '%s\n' "$2" | awk "$awk_words $1"
}

# ---- Keys and signatures ------------------------------------------------------------------------

# read_vkey VKEY FILE (SPEC sections 4.1 and 5.1): sets vkey_name, vkey_id and batch_id; the public
# key goes to FILE.
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
    batch_id=$({
        printf '%s\n\377public-law-ledger/batch-ed25519/v1' "$vkey_name"
        cat "$2"
    } | hash_hex)
    batch_id=$(printf '%.8s' "$batch_id")
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

# The key ID of the signature just read is this one.
signature_has_id() {
    [ -n "$1" ] && [ "$(unhex "$1" | base64)" = "$(cat "$work/signature.id")" ]
}

# It is that of the vkey just read, by itself or for batches.
signature_is_of_key() {
    [ "$vkey_name" = "$signature_name" ] &&
        { signature_has_id "$vkey_id" || signature_has_id "$batch_id"; }
}

# ---- Trees (SPEC section 8) ---------------------------------------------------------------------

# follow_path LEAF INDEX SIZE PATH-FILE NAME: up from the leaf to the root, which becomes `hash`; the
# file has one hash a line. `position` and `last` lose one bit at each level (RFC 9162 section 2.1.3.2
# in other words; the same as SPEC section 8).
follow_path() {
    hash=$1
    position=$2
    last=$(($3 - 1))
    steps=0
    while IFS= read -r sibling; do
        is_hash "$sibling" || not_ok "a line of $5 is not a hash"
        [ "$last" -gt 0 ] || not_ok "$5 is too long"
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
    done <"$4"
    [ "$last" -eq 0 ] || not_ok "$5 is too short"
}

# ---- Batch signatures (SPEC section 5.1) --------------------------------------------------------

# The signature just read, of a key in work/key, over a batch: after position and size the path, 32
# bytes a hash, and the signature over the root it leads to. Sets batch_position and batch_size.
check_batch_signature() {
    batch_bad="the batch signature of $signature_name"
    batch_hashes=$((signature_size - 4 - 4 - 64))
    [ "$kind" != authority ] || not_ok "$batch_bad is on a change of the authority"
    [ "$batch_hashes" -ge 0 ] && [ $((batch_hashes % 32)) -eq 0 ] ||
        not_ok "$batch_bad has not the bytes of one"
    batch_head=$(head -c 4 "$work/signature" | hex)
    batch_position=$((0x${batch_head%????}))
    batch_size=$((0x${batch_head#????}))
    [ "$batch_size" -ge 2 ] && [ "$batch_size" -le 1024 ] && [ "$batch_position" -lt "$batch_size" ] ||
        not_ok "$batch_bad has no place in a batch of 2 to 1024 records"
    : >"$work/batch-path"
    batch_at=5
    while [ "$batch_at" -lt $((batch_hashes + 5)) ]; do
        tail -c "+$batch_at" "$work/signature" | head -c 32 | base64 >>"$work/batch-path"
        batch_at=$((batch_at + 32))
    done
    batch_leaf=$({
        printf '\000'
        cat "$work/record.text"
    } | hash_64)
    follow_path "$batch_leaf" "$batch_position" "$batch_size" "$work/batch-path" \
        "the path in $batch_bad"
    printf '\000public-law-ledger/batch/v1\n%s\n%s\n' "$batch_size" "$hash" >"$work/batch"
    tail -c 64 "$work/signature" >"$work/batch-signature"
    verifies "$work/key" "$work/batch" "$work/batch-signature" ||
        not_ok "$batch_bad does not verify over the root $hash of $batch_size records"
}

# The signature just read, by the key just found, over the record or over a batch that it is in.
check_signature() {
    if signature_has_id "$vkey_id"; then
        verifies "$work/key" "$work/record.text" "$work/signature" ||
            not_ok "the signature of $signature_name does not verify"
        return
    fi
    check_batch_signature
    entitled="$entitled, as record $((batch_position + 1)) of a batch of $batch_size"
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

# The evidence: authority lines and absences with their paths, an empty line, the entry (SPEC
# section 14.2). Items, paths and ends go to three files, line by line; a line has no end: "-".
take_evidence_apart() {
    is_clean "$work/evidence" || not_ok 'the evidence is not clean text'
    awk -v header="$evidence_header" -v work="$work" '
        NR == 1 { if ($0 != header) exit bad = 1; next }
        inside  { print >(work "/entry"); next }
        want == "path" {
            if (!/^path [0-9]/) exit bad = 1
            print substr($0, 6) >(work "/paths")
            if (absent) want = "end"
            else { want = ""; print "-" >(work "/ends") }
            next
        }
        want == "end" {
            if (!/^end (empty|[^ ]+ [^ ]+)$/) exit bad = 1
            print substr($0, 5) >(work "/ends")
            want = ""
            next
        }
        /^$/ { inside = 1; next }
        {
            if (!/^(line|absent) [^ ]/ || length($0) - index($0, " ") > 4096) exit bad = 1
            print >(work "/items")
            absent = /^absent /
            want = "path"
            if (++items > 256) exit bad = 1
        }
        END { exit bad || !inside }' "$work/evidence" ||
        not_ok 'the evidence has not the form of version 1'
    [ -s "$work/entry" ] && [ "$(size_of "$work/entry")" -le 65535 ] ||
        not_ok 'the evidence has no entry of an allowed size'
    item_count=$(awk 'END { print NR }' "$work/items")
    ok "the evidence holds $item_count authority lines and absences, and the entry"
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

check_inclusion() {
    [ "$index" -lt "$size" ] || not_ok 'the index is not below the size of the checkpoint'
    follow_path "$leaf" "$index" "$size" "$work/inclusion" 'the inclusion path'
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
    awk -v header="$record_header" "$awk_words"'
        BEGIN {
            count = split("ledger kind event matter institution time nonce category party refers " \
                          "field document unset set data", word, " ")
        }
        NR == 1 { if ($0 != header) exit bad = 1; at = 1; next }
        {
            name = before($0, " ")
            value = after($0, " ")
            if (value == "") exit bad = 1
            while (at <= count && name != word[at]) {
                if (at <= 7) exit bad = 1 # one that must be there is missing
                at++
            }
            if (at > count) exit bad = 1
            if (name ~ /^(kind|event|category)$/ && !token(value)) exit bad = 1
            if (name ~ /^(matter|refers)$/ && (!phrase(value, 255) || /  /)) exit bad = 1
            if (name == "kind") authority = value == "authority"
            if (name ~ /^(un)?set$/) { changes++; if (!authority) exit bad = 1 }
            if (name ~ /^(category|party|refers|field)$/ && authority) exit bad = 1
            if (name == "field") {
                field = before(value, " ")
                if (!token(field) || !phrase(after(value, " "), 1024) || fields[field]++) exit bad = 1
                if (field ~ /^(category|party|refers|document|data)$/) exit bad = 1
            }
            if (name == "document" && length(value) > 400) exit bad = 1
            if (name == "document" && value !~ /^sha256 [0-9a-f]+ [0-9]+ [^ \/]/) exit bad = 1
            if (name !~ /^(party|field|document|unset|set)$/) at++
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
    read_parties
}

# The persons whom the record names, with their keys, as those who sign without being enrolled.
read_parties() {
    awk '/^party / { print substr($0, 7) }' "$work/record.text" >"$work/parties"
    while IFS= read -r line; do
        read_vkey "$line" "$work/key" || not_ok "a party of the record is no verifier key: $line"
        ! seen "$work/party-keys" "name $vkey_name" && ! seen "$work/party-keys" "$vkey_base64" ||
            not_ok "a party is named twice: $line"
    done <"$work/parties"
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
        [ "$matter" = authority ] || not_ok 'an authority record has matter authority'
        [ "$genesis" = no ] || [ "$institution" = "$ledger" ] ||
            not_ok 'a genesis has the name of the ledger as institution'
    fi
    # Of what sort the lines are that entitle the signers (SPEC section 11.1).
    signer_word=key
    [ "$kind $institution" != "authority $ledger" ] || signer_word=governor
    case $kind in
    index) check_operators 'event root' 'field root ' ;;
    statistics) check_operators 'event report' 'document ' ;;
    *)
        case $matter in
        index | statistics) not_ok "the matter $matter is the operator's" ;;
        esac
        ;;
    esac
}

# check_operators EVENT LAST: what the operator records has one form (SPEC section 11.7): of the event,
# the matter called like the kind and the institution called like the ledger; after the nonce the size,
# which is the entry's own index, and a line that begins with LAST.
check_operators() {
    signer_word=operator
    [ "event $event" = "$1" ] && [ "$matter" = "$kind" ] && [ "$institution" = "$ledger" ] ||
        not_ok "a record of kind $kind is of $1, matter $kind and institution $ledger"
    # shellcheck disable=SC2094 # awk only reads the file
    awk -v size="field size $index" -v last="$2" '
        NR == 9 { good = $0 == size }
        NR == 10 { good = good && index($0, last) == 1 }
        END { exit !(good && NR == 10) }' "$work/record.text" ||
        not_ok "a record of kind $kind has the lines 'field size $index' and '$2...', and no others"
    [ "$kind" = statistics ] || is_hash "$(awk 'NR == 10 { print $3 }' "$work/record.text")" ||
        not_ok 'the root of an index of matters is not a hash'
    ok "this is the operator's own record of all $index entries before it"
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
        is_name "$second" && [ "${rest#* }" != "$rest" ] &&
            awk_says '{ exit !($0 == "-" || grants($0)) }' "${rest%% *}" || return 1
        ;;
    key)
        read_vkey "$second" "$work/key" && is_name "${rest%% *}" && [ "${rest#* }" != "$rest" ] &&
            awk_says '{ exit !grants($0) }' "${rest#* }" || return 1
        ;;
    rules)
        [ "$1" = 'rules required' ] || return 1
        ;;
    rule)
        awk_says '{ exit !read_rule($0, clause) }' "$1" || return 1
        subject="$subject ${rest%% *}"
        ;;
    compromise)
        read_vkey "$second" "$work/key" && is_decimal "$rest" || return 1
        ;;
    *) return 1 ;;
    esac
    case $word in
    operator | threshold | rules) subject=$word ;;
    esac
}

# The 256 bits of a hash in hex, the most significant of the first byte first.
bits_of() {
    printf '%s\n' "$1" | awk '{
        for (i = 1; i <= length($0); i++) {
            digit = index("0123456789abcdef", substr($0, i, 1)) - 1
            printf "%d%d%d%d", digit / 8, digit / 4 % 2, digit / 2 % 2, digit % 2
        }
    }'
}

# read_path SUBJECT PATH: sets depth, siblings and way, the bits that lead from the root to where
# the subject stands or would stand.
read_path() {
    key_hash=$(printf '%s' "$1" | hash_hex)
    [ "${#key_hash}" -eq 64 ] || return 1
    depth=${2%% *}
    siblings=${2#"$depth"}
    is_decimal "$depth" && [ "$depth" -le 256 ] || return 1
    way=$(bits_of "$key_hash")
    [ "${#way}" -eq 256 ] || return 1
    way=$(printf "%.${depth}s" "$way")
    # The place is the first at which nothing else shares its bits: beside it stands something.
    case $siblings in
    " $zero_hash"*) return 1 ;;
    esac
}

# leaf_of KEY VALUE, in hex: sets hash.
leaf_of() {
    [ "${#1}" -eq 64 ] && [ "${#2}" -eq 64 ] || return 1
    hash=$({
        printf '\002'
        unhex "$1"
        unhex "$2"
    } | hash_64)
}

# climb (SPEC section 9): from hash, at the place just read, to the root; sets hash to it.
climb() {
    while [ -n "$siblings" ]; do
        siblings=${siblings# }
        sibling=${siblings%% *}
        siblings=${siblings#"$sibling"}
        is_hash "$sibling" && is_hash "$hash" || return 1
        case $way in
        *0)
            hash=$({
                printf '\003'
                bytes_of "$hash"
                bytes_of "$sibling"
            } | hash_64)
            ;;
        *1)
            hash=$({
                printf '\003'
                bytes_of "$sibling"
                bytes_of "$hash"
            } | hash_64)
            ;;
        *) return 1 ;; # more hashes than the depth says
        esac
        way=${way%?}
    done
    [ -z "$way" ] && is_hash "$hash"
}

# A line was in force: its path leads from its leaf to the authority root in the entry.
check_in_force() { # LINE PATH
    read_line "$1" || not_ok 'a line of the evidence is not an authority line'
    read_path "$subject" "$2" && leaf_of "$key_hash" "$(printf '%s' "$1" | hash_hex)" && climb ||
        not_ok "the path of '$subject' has not the right form"
    [ "$hash" = "$authority" ] ||
        not_ok "the path of '$subject' leads to $hash, not to the authority of the entry"
    printf '%s\n' "$1" >>"$work/in-force"
    ok "in force at this entry: $1"
}

# No line of a subject was in force: what stands in its place is nothing, or the leaf of another
# subject whose hash begins with the same bits, and the path leads from that to the root.
check_absent() { # SUBJECT PATH END
    read_path "$1" "$2" || not_ok "the path of the absence of '$1' has not the right form"
    place='nothing'
    hash=$zero_hash
    if [ "$3" != empty ]; then
        place='the line of another subject'
        is_hash "${3% *}" && is_hash "${3#* }" || not_ok 'an end of the evidence is not two hashes'
        other_key=$(bytes_of "${3% *}" | hex)
        [ "$other_key" != "$key_hash" ] || not_ok "'$1' is not absent: its own line is in its place"
        [ "$(bits_of "$other_key" | head -c "$depth")" = "$way" ] ||
            not_ok "the end given for '$1' does not stand in its place"
        leaf_of "$other_key" "$(bytes_of "${3#* }" | hex)" || not_ok 'a leaf could not be computed'
    fi
    climb || not_ok "the path of the absence of '$1' has not the right form"
    [ "$hash" = "$authority" ] ||
        not_ok "the path of the absence of '$1' leads to $hash, not to the authority of the entry"
    printf '%s\n' "$1" >>"$work/absent"
    ok "absent at this entry, with $place in its place: $1"
}

# Every item of the evidence is true of the authority under which the entry stands.
check_evidence() {
    exec 3<"$work/paths" 4<"$work/ends"
    while IFS= read -r item; do
        IFS= read -r path <&3 || not_ok 'an item of the evidence has no path'
        IFS= read -r end <&4 || not_ok 'an absence of the evidence has no end'
        case $item in
        'line '*) check_in_force "${item#line }" "$path" ;;
        *) check_absent "${item#absent }" "$path" "$end" ;;
        esac
    done <"$work/items"
    exec 3<&- 4<&-
}

# has FILE TEXT: whether the file has this line.
has() {
    while IFS= read -r has_line; do
        [ "$has_line" != "$2" ] || return 0
    done <"$1"
    return 1
}

# seen FILE TEXT: the same; adds the line if the file does not have it.
seen() {
    ! has "$1" "$2" || return 0
    printf '%s\n' "$2" >>"$1"
    return 1
}

# kind_of NAME: keys and ledgers are for tests, or they are not (SPEC section 10.2, rule 8).
kind_of() {
    case ${1%%/*} in
    test | *.test) echo test ;;
    *) echo real ;;
    esac
}

# The genesis brings its own lines; together they must be sound (SPEC sections 10.2 to 10.4).
check_genesis() {
    [ "$authority" = "$zero_hash" ] || not_ok 'a genesis has no authority before it'
    [ "$previous" = "$empty_hash" ] || not_ok 'a genesis has no entry before it'
    [ "$item_count" -eq 0 ] || not_ok 'the evidence of a genesis has authority lines'
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
        compromise) [ "$rest" -eq 0 ] || not_ok "a compromise that lies ahead: $line" ;;
        esac
        case $word in
        governor | key)
            [ "$(kind_of "$vkey_name")" = "$(kind_of "$ledger")" ] ||
                not_ok "a test key in a ledger that counts, or the reverse: $subject"
            ;;
        esac
        case $word in
        governor | key | compromise)
            ! seen "$work/ids" "$word $vkey_name+$vkey_id" || not_ok "the same key ID: $subject"
            [ "$batch_id" = "$vkey_id" ] || ! seen "$work/ids" "$word $vkey_name+$batch_id" ||
                not_ok "the same key ID: $subject"
            ! seen "$work/ids" "$word $vkey_base64" || not_ok "the same public key: $subject"
            ;;
        esac
    done <"$work/in-force"
    [ "$operator" = "$ledger" ] || not_ok 'the operator has not the name of the ledger'
    find_threshold
    [ "$threshold" -le "$governors" ] && [ "$governors" -le 64 ] ||
        not_ok "a threshold of $threshold does not fit $governors governors"
    check_genesis_keys
    check_genesis_rules
    ok "the genesis sets $(awk 'END { print NR }' "$work/in-force") lines, $governors governors"
}

# Every key belongs to an institution that may hand out its roles.
check_genesis_keys() {
    awk '$1 == "key"' "$work/in-force" >"$work/keys"
    while IFS= read -r key_line; do
        key_values=${key_line#key * }
        find_institution "${key_values%% *}" || not_ok "no institution for the key: $key_line"
        awk_says '{ exit !within(before($0, " "), after($0, " ")) }' \
            "${key_values#* } ${rest%% *}" || not_ok "roles not allowed: $key_line"
    done <"$work/keys"
    awk "$awk_words"'
        { key = after(after($2, "+"), "+") }
        $1 == "compromise" { bad[key] }
        $1 ~ /^(operator|governor|key)$/ { used[key] }
        END { for (key in bad) if (key in used) exit 1 }' "$work/in-force" ||
        not_ok 'a key is declared compromised and has a line of its own'
}

# The rules can be met (SPEC section 10.6, rules 5 to 8). A rule waits for others: of "after", of
# "by" and of each of "keeps" one event must have a rule that is reached. What is left over waits in
# vain.
check_genesis_rules() {
    # shellcheck disable=SC2094 # awk only reads the file
    awk "$awk_words"'
    function wrong(why) { print why ": " text[r]; exit bad = 1 }
    # Every event of steps has a rule; in a rule that only opens a matter they are of another one.
    function known(steps,    i, n, event, of) {
        if (steps == "") return 1
        of = sub(/^refers\//, "", steps) ? before(after(c["referred"], ":"), "/") : kind[r]
        n = split(steps, event, /[+]/)
        for (i = 1; i <= n; i++) if (!((of, event[i]) in rule)) return 0
        return 1
    }
    function all_known(list, cut,    i, n, one) {
        n = split(list, one, ",")
        for (i = 1; i <= n; i++) if (!known(cut ? after(one[i], ":") : one[i])) return 0
        return 1
    }
    function own(list,    i, n, one) {
        n = split(list, one, ",")
        for (i = 1; i <= n; i++) if (!index(one[i], "refers/")) return 1
        return 0
    }
    # One event that stands in two steps of the same matter.
    function shared(steps, others,    i, n, event) {
        if (index(steps, "/") != index(others, "/")) return 0
        sub(/^refers\//, "", steps)
        sub(/^refers\//, "", others)
        n = split(steps, event, /[+]/)
        for (i = 1; i <= n; i++) if (index("+" others "+", "+" event[i] "+")) return 1
        return 0
    }
    function wait_for(list) { if (list != "") wait[r, ++lists[r]] = list }
    # Whether the rule still waits for one of its lists.
    function waits(    i, k, n, event, found) {
        for (i = 1; i <= lists[r]; i++) {
            n = split(wait[r, i], event, /[,+]/)
            found = 0
            for (k = 1; k <= n && !found; k++) found = reached[rule[kind[r], event[k]]]
            if (!found) return 1
        }
        return 0
    }
    $1 == "rules" { required = 1 }
    $1 == "institution" { n = split($3, one, ","); for (i = 1; i <= n; i++) role[before(one[i], "/")] }
    $1 == "rule" { text[++count] = $0; kind[count] = $2; event_of[count] = $3; rule[$2, $3] = count }
    END {
        if (bad) exit 1
        if (count && !required) { r = 1; wrong("rules are not required") }
        for (r = 1; r <= count; r++) {
            read_rule(text[r], c)
            n = split(c["sign"], one, ",")
            for (i = 1; i <= n; i++) if (!(before(one[i], ":") in role)) wrong("nobody has a role")
            by = after(after(c["by"], ":"), ":")
            if (by != "" && !(before(c["by"], ":") in role)) wrong("nobody has a role")
            n = split(c["not-by"], one, ",")
            for (i = 1; i <= n; i++) if (by != "" && shared(by, one[i])) wrong("by and not-by")
            if (!known(by) || !all_known(c["not-by"]) || !all_known(c["keeps"], 1) ||
                !known(after(c["term"], ":")) ||
                (c["referred"] != "" && !known("refers/" after(c["referred"], "/"))))
                wrong("an event has no rule")
            if (c["after"] == "-" && (c["institution"] != "" || c["term"] != "" || own(by) ||
                own(c["not-by"]) || own(c["keeps"])))
                wrong("nothing comes before")
            n = split(c["after"], one, ",")
            for (i = 1; i <= n; i++)
                if (one[i] != "-" && !((kind[r], one[i]) in rule)) wrong("an event has no rule")
            if (one[1] != "-") wait_for(c["after"])
            if (!index(by, "/")) wait_for(by)
            n = split(c["keeps"], one, ",")
            for (i = 1; i <= n; i++) if (!index(one[i], "/")) wait_for(after(one[i], ":"))
        }
        do {
            more = 0
            for (r = 1; r <= count; r++)
                if (!reached[r] && !waits()) more = reached[r] = 1
        } while (more)
        for (r = 1; r <= count; r++) if (!reached[r]) wrong("cannot be reached")
    }' "$work/in-force" >"$work/wrong" ||
        not_ok "a rule that can never be met: $(cat "$work/wrong")"
}

# ---- Who may sign (SPEC section 11) -------------------------------------------------------------

# The governor or key line in force with this name and the key ID of the signature just read.
find_signer() {
    while IFS= read -r line; do
        if [ "${line%% *}" = "$1" ] && read_line "$line" && signature_is_of_key; then
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

# The party of the record with this name and the key ID of the signature just read.
find_party() {
    while IFS= read -r second; do
        if read_vkey "$second" "$work/key" && signature_is_of_key; then
            return 0
        fi
    done <"$work/parties"
    return 1
}

# Every signature of the record verifies, with a key that was in force or is that of a party. Who
# is enrolled goes to work/enrolled: name, institution, grants; and to work/acting, who is no party.
check_signatures() {
    signers=0
    while IFS= read -r signature_line; do
        read_signature "$signature_line" || not_ok 'a signature line has not the right form'
        if find_signer "$signer_word"; then
            printf '%s %s\n' "$vkey_name" "$rest" >>"$work/enrolled"
            has "$work/parties" "$second" || printf '%s %s\n' "$vkey_name" "$rest" >>"$work/acting"
            entitled="entitled by a $signer_word line in force"
        elif find_party; then
            entitled='whom the record names as a party'
        else
            not_ok "no $signer_word line in force for the signature of $signature_name"
        fi
        ! seen "$work/signers" "name $vkey_name" && ! seen "$work/signers" "key $vkey_base64" ||
            not_ok "$signature_name signed twice"
        printf '%s\n' "$second" >>"$work/signed-by"
        check_signature
        signers=$((signers + 1))
        ok "signed by $vkey_name+$vkey_id, $entitled"
    done <"$work/record.signatures"
    [ "$signers" -ge 1 ] || not_ok 'nobody signed the record'
}

check_entitlement() {
    if [ "$signer_word" = governor ]; then
        find_threshold
        [ "$signers" -ge "$threshold" ] ||
            not_ok "$signers governors signed, and $threshold must"
        ok "$signers governors signed, and $threshold must"
    elif [ "$signer_word" = operator ]; then
        to_the_ledger "what it says of the entries before it"
    elif [ "$kind" = authority ]; then
        check_registrars
    else
        check_parties
        check_institution
        check_rule
    fi
}

# SPEC section 11.2: what such a change may contain is not judged by one proof.
check_registrars() {
    find_institution "$institution" || not_ok "no institution line in force for $institution"
    while IFS=' ' read -r name of grants; do
        [ "$of" = "$institution" ] && awk_says '{ exit !acts_as($0, "registrar", "") }' "$grants" ||
            not_ok "$name is no registrar of $institution"
    done <"$work/enrolled"
    ok "all $signers signers are registrars of $institution, ${rest#* }"
    to_the_ledger 'the change stays within what registrars may change'
}

# Every party that the record names signed it.
check_parties() {
    while IFS= read -r line; do
        has "$work/signed-by" "$line" || not_ok "the party $line did not sign"
        ok "the party ${line%%+*} signed"
    done <"$work/parties"
}

check_institution() {
    find_institution "$institution" || not_ok "no institution line in force for $institution"
    own_signers=$(printf '%s\n' "$institution" |
        awk 'FNR == NR { of = $0; next } $2 == of { n++ } END { print n + 0 }' - "$work/enrolled")
    [ "$own_signers" -ge 1 ] || not_ok "nobody of $institution signed"
    ok "$own_signers of $signers signers belong to $institution, ${rest#* }"
}

# ---- The rule (SPEC sections 10.6 and 11.4) -----------------------------------------------------

to_the_ledger() {
    printf 'not shown by one proof - %s\n' "$1"
}

# The rule of the record's kind and event was in force, or it is shown that no rules were required.
check_rule() {
    awk -v subject="rule $kind $event" 'index($0, subject " ") == 1 { print; exit }' \
        "$work/in-force" >"$work/rule"
    if [ ! -s "$work/rule" ]; then
        has "$work/absent" rules ||
            not_ok "neither the line 'rule $kind $event' nor the absence of 'rules' is in the evidence"
        ok "no rule binds the record: there was no line 'rules' at this entry"
        return
    fi
    ok "the rule for this record: $(cat "$work/rule")"
    judge_rule || {
        echo 'NOT VALID'
        exit 1
    }
    say_the_rest
}

# What the rule asks of the record itself, clause by clause.
judge_rule() {
    awk "$awk_words"'
    function good(text) { print "ok - " text }
    function wrong(text) { print "not ok - " text; exit bad = 1 }

    # Everybody gets one place at most. A place that finds all its people seated may move one of
    # them to another place that is free, or that can be made free in the same way.
    function seat(place,    i) {
        for (i = 1; i <= people; i++)
            if (!asked[i] && acts_as(grants_of[i], role[place], category)) {
                asked[i] = 1
                if (!(i in seated) || seat(seated[i])) { seated[i] = place; return 1 }
            }
        return 0
    }
    function judge_sign(    i, j, n, one) {
        n = split(c["sign"], one, ",")
        for (i = 1; i <= n; i++)
            for (j = 1; j <= after(one[i], ":") + 0; j++) role[++places] = before(one[i], ":")
        for (i = 1; i <= places; i++) {
            split("", asked)
            if (!seat(i))
                wrong("sign=" c["sign"] ": the signers of " institution " who act so" \
                      (category == "" ? "" : " for " category) " do not fill the place of a " role[i])
        }
        for (i = 1; i <= people; i++)
            if (i in seated) good("sign=" c["sign"] ": " name_of[i] " counts as " role[seated[i]])
    }
    function judge_lines(    i, n, one) {
        if (lines["party"] < c["parties"] + 0) wrong("parties=" c["parties"] ": too few are named")
        if (lines["party"] && c["parties"] == "") wrong("a party is named, and the rule has none")
        if (c["parties"] != "") good("parties=" c["parties"] ": " lines["party"] " are named")
        n = split(c["needs"], one, ",")
        for (i = 1; i <= n; i++)
            if (!lines[one[i]]) wrong("needs=" c["needs"] ": there is no " one[i])
        if (n) good("needs=" c["needs"] ": all is there")
        if (lines["refers"] && c["referred"] == "") wrong("it refers to a matter, and the rule has none")
        if (!lines["refers"] && c["referred"] != "") wrong("it refers to no matter, and must")
        n = split(c["among"], one, ",")
        for (i = 1; i <= n; i++) {
            field = before(one[i], ":")
            if (lines[field] && !index("+" after(one[i], ":") "+", "+" value[field] "+"))
                wrong("among=" one[i] ": the field " field " is " value[field])
        }
        if (n) good("among=" c["among"] ": so it is")
    }
    FNR == 1 { file++ }
    file == 1 && !read_rule($0, c) { wrong("this is not a rule") }
    file == 2 {
        word = before($0, " ")
        if (word == "institution") institution = after($0, " ")
        if (word == "category") category = after($0, " ")
        lines[word]++
        if (word == "field") { lines[$2]++; value[$2] = after(after($0, " "), " ") }
    }
    file == 3 && $2 == institution { name_of[++people] = $1; grants_of[people] = $3 }
    END {
        if (bad) exit 1
        judge_sign()
        judge_lines()
    }' "$work/rule" "$work/record.text" "$work/acting"
}

# What the rule asks of the matter: words for the reader, who asks whoever verifies the ledger.
say_the_rest() {
    awk "$awk_words"'
    function say(text) { print "not shown by one proof - " text }
    function either(list) { gsub(/[+,]/, " or ", list); return list }
    function entry(steps,    of) {
        of = sub(/^refers\//, "", steps) ? " of the matter referred to" : ""
        return "entry of event " either(steps) of
    }
    function whose(word) {
        if (word == "any") return "any institution"
        return word == "other" ? "another institution than this one" : "this institution"
    }
    {
        read_rule($0, c)
        event = c["after"]
        opens = sub(/^-,?/, "", event)
        say((opens ? "this opens the matter, which had no entry" : "") \
            (opens && event != "" ? "; or " : "") \
            (event != "" ? "the latest entry of the matter was of event " either(event) : ""))
        if (event != "")
            say("the matter was opened by " whose(c["institution"] == "" ? "same" : c["institution"]))
        if (c["referred"] != "")
            say("the matter referred to is of kind " before(after(c["referred"], ":"), "/") \
                ", has an entry of event " after(c["referred"], "/") ", and was opened by " \
                whose(before(c["referred"], ":")))
        if (c["by"] != "")
            say("at least " before(after(c["by"], ":"), ":") " of those who sign here as " \
                before(c["by"], ":") " signed an " entry(after(after(c["by"], ":"), ":")))
        n = split(c["not-by"], one, ",")
        for (i = 1; i <= n; i++) say("no signer signed an " entry(one[i]))
        n = split(c["keeps"], one, ",")
        for (i = 1; i <= n; i++)
            say(before(one[i], ":") " is as it was in the latest " entry(after(one[i], ":")))
        if (c["term"] != "")
            say("in time: at most " before(c["term"], ":") " days after the latest " \
                entry(after(c["term"], ":")))
        if (c["makes"] != "") print "by the rule, this entry makes the matter " c["makes"]
    }' "$work/rule"
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
    for tool in awk base64 cat cmp head mktemp od openssl rm sha256sum tail tr wc; do
        command -v "$tool" >/dev/null || usage "cannot find the program $tool"
    done
    openssl pkeyutl -help 2>&1 | awk '/-rawin/ { found = 1 } END { exit !found }' ||
        usage 'this openssl is too old to verify Ed25519: version 3 is needed'
}

start() {
    work=$(mktemp -d)
    for file in extra index inclusion checkpoint evidence items paths ends in-force absent \
        subjects ids entry parties party-keys signers signed-by enrolled acting; do
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
        check_evidence
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
