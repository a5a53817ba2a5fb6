#!/bin/bash
# ledger-prove, and ledger-verify on the proofs it makes, with documents and under a witness.
# usage: program_prove.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/verify_lib.sh
. "$(dirname "$0")/verify_lib.sh"

# --- ledger-prove ---

run ledger-prove L 1 -o proof
{ [ "$status" -eq 0 ] && [ "$(cat out)" = proof ]; } || fail 'a proof goes into a file'
ok 'a proof goes into a file'
run ledger-prove L 1
same 'a proof goes to standard output' out proof
run ledger-prove L 2 0 2 -o proofs
[ "$(cat out)" = $'proofs/0.tlog-proof\nproofs/2.tlog-proof' ] ||
    fail 'several proofs go into a directory'
ok 'several proofs go into a directory'
run ledger-prove L --document renamed.pdf -o proofs
same 'an entry is proved by its document' proofs/1.tlog-proof proof
run ledger-prove L --matter "$matter"
refused 'several proofs need a directory' 2 'o DIR'
run ledger-prove L --matter none
refused 'nothing to prove is not valid' 1 'nothing found'
run ledger-prove L 3
refused 'an entry beyond the end is not proved' 1 'no entry 3'
run ledger-prove L 01
refused 'an index has one spelling' 2 "'01'"
run ledger-prove L
refused 'nothing asked for is a usage error' 2 'name entries'
run ledger-prove L 1 --matter "$matter"
refused 'indexes and a search are a usage error' 2 'not both'

# --- ledger-verify on a proof ---

for n in 0 1 2; do
    run ledger-verify --log "$log" "proofs/$n.tlog-proof"
    verdict "the proof of entry $n holds" 0 "VALID: entry $n of ledger $origin, recorded at 20"
done
status=0
ledger-verify --log "$log" - <proof >out 2>err || status=$?
verdict 'a proof comes from standard input' 0 'VALID: entry 1 '
says 'the report has record, signers and checkpoint' "^  matter +$matter\$" \
    '^  institution +南方医科大学司法鉴定中心 \(smu.gz.example\)$' \
    '^  signer +smu.gz.example/wang, of smu.gz.example, as appraiser,reviewer$' \
    '^  size +3 entries$' "'鉴定意见书.pdf'"
leaf=$({ printf '\0'; ledger-log L --raw 1; } | sha256sum | cut -c 1-64)
run ledger-verify --log "$log" --explain proof
says '--explain shows the leaf hash' "^  leaf hash, hex +$leaf\$"
sed -n 's/^  must be the root *//p' out >must
awk '/^  must be/ {exit} /^    node/ {print $2}' out | tail -n 1 >comes
same '--explain leads to the root' must comes
run ledger-verify --log "$log" --json --document renamed.pdf proof
says 'the JSON report on a proof' '^\{"what":"proof","verdict":\{"valid":true' '"holds":true' \
    '"institution_name":"南方医科大学司法鉴定中心"' '"matches":true,"document":1'
run ledger-verify --log "$log" --document renamed.pdf proof
verdict 'a document is known by its bytes, not by its name' 0 'VALID: .*; the file is what it speaks of'
run ledger-verify --log "$log" --document renamed.pdf --document other.pdf proof
verdict 'another document differs' 1 'NOT VALID: document-differs at entry 1: '
for file in 鉴定意见书.pdf other.pdf; do
    head -n 1 out | grep -q "$(sha256sum "$file" | cut -c 1-64)" ||
        fail 'a document that differs is named with both digests'
done
ok 'a document that differs is named with both digests'
grep -qi 'forged' out && fail 'a document that differs is not called forged'
ok 'a document that differs is not called forged'
says 'the proof itself still holds' '^  The proof holds\.' "'other.pdf' is none"
run ledger-verify --log "$log" --document missing.pdf proof
refused 'a document that cannot be read is trouble' 2 "'missing.pdf'"
run ledger-verify --log "$(cat li.vkey)" --document renamed.pdf proof
verdict 'a proof under another log key is not valid' 1 'NOT VALID: log-untrusted'
says 'then the document is not judged' "'renamed.pdf': the proof does not hold"
size=$(wc -c <proof)
for bytes in 0 1 22 100 $((size / 2)) $((size - 80)) $((size - 1)); do
    head -c "$bytes" proof >part
    run ledger-verify --log "$log" part
    { head -n 1 out | grep -q '^NOT VALID: ' && [ "$status" -eq 1 ]; } || fail "a proof cut off at $bytes"
done
ok 'a proof that was cut off is not valid'
sed 's/^index 1$/index 2/' proof >moved
run ledger-verify --log "$log" moved
verdict 'a proof for another position is not valid' 1 'NOT VALID: not-included at entry 2'
{
    sed '/^$/,$d' proof
    printf '\n'
    ledger-log --checkpoint fork
} >mixed
run ledger-verify --log "$log" mixed
verdict 'a proof under the checkpoint of another history is not valid' 1 'NOT VALID: not-included'
head -c 4194305 /dev/zero >long
run ledger-verify --log "$log" long
verdict 'a file that is too long is no proof' 1 'NOT VALID: too-long'

# --- a witness, played by openssl ---

if command -v openssl >out; then
    name=court.gz.example/witness
    seconds=1700000000
    openssl genpkey -algorithm ed25519 -out witness.pem
    { printf '\004' && openssl pkey -in witness.pem -pubout -outform DER | tail -c 32; } >public
    id=$({ printf '%s\n' "$name" && cat public; } | sha256sum | cut -c 1-8)
    {
        printf 'log %s\nwitness court %s+%s+%s\n' "$log" "$name" "$id" "$(base64 -w 0 public)"
        printf 'witness police %s\n' "$(witness_vkey police.gz.example/witness)"
        printf 'group any 1 court police\nquorum any\n'
    } >policy
    { printf 'cosignature/v1\ntime %s\n' "$seconds" && head -n 3 seen3; } >message
    openssl pkeyutl -sign -inkey witness.pem -rawin -in message -out signature
    {
        printf '%b' "$(printf '%s%016x' "$id" "$seconds" | sed 's/../\\x&/g')"
        cat signature
    } >cosignature
    { cat proof && printf '— %s %s\n' "$name" "$(base64 -w 0 cosignature)"; } >cosigned
    run ledger-verify --policy policy proof
    verdict 'a proof without the quorum is not valid' 1 'NOT VALID: quorum-missing'
    run ledger-verify --policy policy cosigned
    verdict 'a proof with the quorum is valid' 0 'VALID: '
    says 'the report says who cosigned and when' 'witnesses +1 of the policy.s 2 .* is met' \
        "court \\($name\\+$id\\) at 2023-11-14T22:13:20Z"
    run ledger-verify --policy policy --json cosigned
    says 'the JSON report says who cosigned and when' '"witnesses":2,"cosigned":1,' \
        '"name":"court","key_name":"'"$name"'","key_id":"'"$id"'","seconds":1700000000'
    run ledger-verify --log "$log" cosigned
    verdict 'a signature of a key that is not known is passed over' 0 'VALID: '
fi
