#!/usr/bin/env bash
# run.sh - secret keys: a key file that was changed in any bit, cut off, or given hostile costs does
# not open; secrets are in memory that is locked and left out of core dumps and nowhere else, never in
# what a program prints or stores, and gone at its end.
#
# trust_keys.c opens the changed files; scan.c looks at the memory of the programs, from within.
# shellcheck source=tests/trust/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/trust/small_ledger.sh
. "$root/tests/trust/small_ledger.sh"

shim=$bin/../lib/libscan_memory.so
word='a passphrase that is nowhere else 3141592653'
make_keys
printf '%s\n' "$word" >word
chmod 600 word
must 'a sealed key is made' trust_keys make 0 0 sealed.key "$word"
changed=0

# --- the file ---

# opened WHAT TRIES FILE [PASSPHRASE]: none of the changed files opens
opened() {
    run trust_keys "$1" "$2" "$seed" "${@:3}"
    [ "$status" -eq 0 ] || fail "$3, $1: none opens"
    ok "$3, $1: $(tail -n 1 out), none opens"
    changed=$((changed + $(tail -n 1 out | cut -d ' ' -f 1)))
}

opened flips 0 zhang.key
opened cuts 0 zhang.key
opened flips "$(by_tier 250 0)" sealed.key "$word"
opened cuts 0 sealed.key "$word"
opened costs 0 sealed.key "$word"
figure "$changed" 'changed key files; none opened'

printf 'Another passphrase\n' >other
chmod 600 other
run ledger-sign --new record --ledger "$origin" --kind a --event b --matter c --institution d \
    --key sealed.key --passphrase-file other
expect 'a wrong passphrase is refused' 2 "wrong passphrase for 'sealed.key', or the file was changed"
for mode in 0601 0602 0604 0610 0620 0640; do
    chmod "$mode" zhang.key
    run ledger-key show zhang.key
    expect "a key file of mode $mode is refused" 2 'others have permissions on it'
done
chmod 600 zhang.key
ln -s zhang.key link.key
run ledger-key show link.key
expect 'a symbolic link is refused' 2 'it is a symbolic link'
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    chmod 755 "$work"
    cp zhang.key theirs.key
    chown 65534:65534 theirs.key
    # who may read every file is not thereby its owner
    run setpriv --reuid 65533 --regid 65533 --clear-groups --inh-caps +dac_read_search \
        --ambient-caps +dac_read_search ledger-key show theirs.key
    expect 'the key file of another user is refused' 2 'it belongs to another user'
else
    echo 'skipped: the key file of another user (needs root)'
fi

# --- memory ---

if nm -D "$bin/ledger-append" | grep -q __asan_init; then
    echo 'skipped: the shim cannot stand before the sanitizers'
    exit 0
fi

# The secrets of a key that is not sealed: its seed, that in base64, and the two halves of what RFC
# 8032 makes of it; and the passphrase.
needles() {
    python3 - "$@" <<'PYTHON'
import base64, hashlib, sys
secrets = [sys.argv[1].encode()]
for path in sys.argv[2:]:
    text = open(path).read().split("unsealed ")[1].strip()
    seed = base64.b64decode(text)
    half = bytearray(hashlib.sha512(seed).digest())
    half[0] &= 248
    half[31] = half[31] & 127 | 64
    secrets += [seed, text.encode(), bytes(half[:32]), bytes(half[32:])]
print(",".join(bytes(b ^ 0x5A for b in secret).hex() for secret in secrets))
PYTHON
}

cp sealed.key opened.key
must 'a key is opened for good' ledger-key reseal --unsealed --passphrase-file word opened.key
SCAN_NEEDLES=$(needles "$word" opened.key zhang.key)
export SCAN_NEEDLES SCAN_REPORT=$work/report
export LEDGER_SANDBOX=off # what looks into a program writes a report, which a sandbox forbids
mkdir printed
mv sealed.key op.key
log=$(ledger-key show op.key)
printf 'log %s\nquorum none\n' "$log" >policy
looks=0

# watched RULE COMMAND...: no secret where it may not be; what is printed is kept
watched() {
    local rule=$1
    shift
    rm -f report
    run env LD_PRELOAD="$shim" "$@"
    cat out err >"printed/$looks"
    looks=$((looks + 1))
    [ "$status" -eq 0 ] || fail "$rule"
    if grep outside report >err; then
        fail "$rule: secrets are where they may be only"
    fi
    grep -q '^within 0 at the end' report || fail "$rule: nothing is left at the end"
    ok "$rule: $(grep -c within report) looks, secrets only in locked memory, none left at the end"
}

# holds RULE: some secret was seen in the last run; a search that finds none anywhere means nothing
holds() {
    grep -qE '^within [1-9]' report || fail "$1"
    ok "$1"
}

# shellcheck disable=SC2046 # words
watched ledger-init ledger-init $(founding L) --passphrase-file word --passphrase-file /dev/null \
    --passphrase-file /dev/null
holds 'the secrets are seen where they may be'
records 40 >many.jsonl
# shellcheck disable=SC2046 # words
watched ledger-append ledger-append $(signing L) --passphrase-file word --jsonl many.jsonl --batch
watched ledger-index ledger-index L --operator op.key --passphrase-file word
watched 'ledger-sign' ledger-sign --new one.record --ledger "$origin" --kind a --event b --matter c \
    --institution d --key zhang.key
watched 'ledger-key reseal' ledger-key reseal --passphrase-file word --new-passphrase-file other op.key
watched 'ledger-key show' ledger-key show zhang.key
watched ledger-verify ledger-verify --policy policy L
watched ledger-log ledger-log L
watched ledger-prove ledger-prove L 3 --output proof
watched ledger-publish ledger-publish L files
figure "$looks" 'programs looked into: secrets outside locked memory: 0'

python3 - "$SCAN_NEEDLES" printed/* L/data.mdb L.guard files one.record proof >err <<'PYTHON' || fail 'no secret is printed or stored'
import base64, os, sys
secrets = [bytes(b ^ 0x5A for b in bytes.fromhex(needle)) for needle in sys.argv[1].split(",")]
forms = [form(secret) for secret in secrets
         for form in (bytes, lambda s: s.hex().encode(), base64.b64encode)]
found = 0
for path in sys.argv[2:]:
    names = [path] if os.path.isfile(path) else [
        os.path.join(d, f) for d, _, files in os.walk(path) for f in files]
    for name in names:
        data = open(name, "rb").read()
        if any(form in data for form in forms):
            print("a secret is in", name)
            found = 1
sys.exit(found)
PYTHON
ok 'no secret is printed or stored'

run env LD_PRELOAD="$shim" SCAN_UNLOCKED=1 ledger-key show zhang.key
expect 'without locked memory no key is opened' 2 'may not lock memory.*ulimit -l'

# seen PATTERN COMMAND...: exit status 1 if the report of the run has it
seen() {
    rm -f report
    env LD_PRELOAD="$shim" "${@:2}" >/dev/null 2>&1
    ! grep -E "$1" report
}
control 'a key in plain memory' seen 'outside: secret' env SCAN_PLAIN=1 \
    ledger-append L --operator op.key --passphrase-file other --key zhang.key --jsonl many.jsonl
control 'a program that can be dumped' seen 'outside: the program can be dumped' env SCAN_OPEN=1 \
    ledger-sign --new two.record --ledger "$origin" --kind a --event b --matter c --institution d \
    --key zhang.key
