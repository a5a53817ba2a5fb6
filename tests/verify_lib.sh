# shellcheck shell=bash
# verify_lib.sh - what the tests of ledger-verify, ledger-prove and ledger-log share: a sample ledger
# and what is expected of the programs. Sourced, with the directory of the programs as $1.
#
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
PATH=$bin:$PATH
umask 022

# verdict RULE STATUS PATTERN: of the first line of stdout, from its beginning; nothing on stderr
verdict() {
    { [ "$status" -eq "$2" ] && [ ! -s err ]; } || fail "$1"
    head -n 1 out | grep -Eq "^$3" || fail "$1"
    ok "$1"
}

# says RULE PATTERN...: stdout has lines like these
says() {
    local rule=$1 pattern
    shift
    for pattern in "$@"; do
        grep -Eq -- "$pattern" out || fail "$rule: $pattern"
    done
    ok "$rule"
}

# refused RULE STATUS PATTERN: nothing on stdout, PATTERN on stderr
refused() {
    { [ "$status" -eq "$2" ] && [ ! -s out ]; } || fail "$1"
    grep -Eq -- "$3" err || fail "$1"
    ok "$1"
}

# same RULE FILE FILE
same() {
    cmp -s "$2" "$3" || fail "$1"
    ok "$1"
}

# copy_ledger FROM TO: with its guard
copy_ledger() {
    cp -r "$1" "$2"
    cp "$1.guard" "$2.guard"
}

append() { # LEDGER EVENT [ARGUMENT...]
    local ledger=$1 event=$2
    shift 2
    run ledger-append "$ledger" --operator op.key --key zhang.key --kind forensic-appraisal \
        --event "$event" --matter "$matter" --institution smu.gz.example "$@"
    [ "$status" -eq 0 ] || fail "append $event to $ledger"
}

# The verifier key of a witness (type 0x04) whose public key is the digest of its name.
witness_vkey() { # NAME
    local bytes id
    bytes='\004'$(printf '%s' "$1" | sha256sum | cut -c 1-64 | sed 's/../\\x&/g')
    id=$(printf '%s\n%b' "$1" "$bytes" | sha256sum | cut -c 1-8)
    printf '%s+%s+%s' "$1" "$id" "$(printf '%b' "$bytes" | base64 -w 0)"
}

origin=publiclaw.gz.example/2026
matter=粤南医鉴〔2026〕病鉴字第1234号

# A ledger of one matter, and a second with the same beginning and another end.
for key in "op $origin" 'li justice.gz.example/li' 'chen court.gz.example/chen' \
    'zhang smu.gz.example/zhang' 'wang smu.gz.example/wang'; do
    run ledger-key generate --unsealed --name "${key#* }" "${key%% *}.key"
    [ "$status" -eq 0 ] || fail 'keys are made'
    mv out "${key%% *}.vkey"
done
{
    printf 'governor %s\n' "$(cat li.vkey)" "$(cat chen.vkey)"
    printf 'threshold 2\n'
    printf 'institution smu.gz.example appraiser,reviewer 南方医科大学司法鉴定中心\n'
    printf 'key %s smu.gz.example appraiser\n' "$(cat zhang.vkey)"
    printf 'key %s smu.gz.example appraiser,reviewer\n' "$(cat wang.vkey)"
} >lines
run ledger-init L --origin "$origin" --operator op.key --authority lines --sign li.key \
    --sign chen.key --map-size 16777216
[ "$status" -eq 0 ] || fail 'a ledger is made'
printf '鉴定意见\n' >鉴定意见书.pdf
printf '鉴定意见。\n' >other.pdf
cp 鉴定意见书.pdf renamed.pdf
append L issue --key wang.key --document 鉴定意见书.pdf --data '{"pages":12}'
copy_ledger L before
copy_ledger L fork
append L amend --data '{"note":"\u202e","flag":"\udb40\udc01"}'
append fork void
log=$(cat op.vkey)

# Checkpoints that somebody saw before.
ledger-log --checkpoint L >seen3
ledger-log --checkpoint L 2 >seen2
: "$log" # for those who source this
