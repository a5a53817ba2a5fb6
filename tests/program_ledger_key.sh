#!/bin/bash
# ledger-key as a program: exit statuses, output, permissions, passphrases.
# usage: program_ledger_key.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
ledger_key=$bin/ledger-key
fixtures=$root/fixtures/vectors
umask 077

# run without a controlling terminal
run_alone() {
    run setsid --wait "$@"
}

vkey_pattern='^[^ +]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$'
name='notary.gz.example/张三'
printf 'correct horse\nsecond line\n' >pass
printf '另一个口令' >pass2
printf '\n' >empty
printf 'correct horse\n' >readable

# usage
run "$ledger_key" --help
grep -q '^usage: ledger-key generate' out || fail 'help goes to stdout'
expect 'help goes to stdout with exit 0' 0 ''
run "$ledger_key" generate --help
grep -q -- '--passphrase-file FILE' out || fail 'a command has its own help'
expect 'a command has its own help' 0 ''
run "$ledger_key" --version
grep -Eq '^ledger-key [0-9]+\.[0-9]+\.[0-9]+$' out || fail 'version is shown'
expect 'version is shown' 0 ''
run "$ledger_key"
expect 'no command is a usage error' 2 'operand is missing'
run "$ledger_key" destroy
expect 'an unknown command is a usage error' 2 "unknown command 'destroy'"
run "$ledger_key" generate --name "$name" --unsealed
expect 'a missing key file is a usage error' 2 'operand is missing'
run "$ledger_key" generate --unsealed k
expect 'a missing name is a usage error' 2 "'--name' is missing"
run "$ledger_key" generate k --name
expect 'an option without its value is a usage error' 2 "'--name' needs a value"
run "$ledger_key" generate --name a --name b --unsealed k
expect 'an option given twice is a usage error' 2 "'--name' given twice"
run "$ledger_key" generate --name a --unsealed=yes k
expect 'a switch with a value is a usage error' 2 "'--unsealed' takes no value"
run "$ledger_key" generate --nam a --unsealed k
expect 'an abbreviated option is a usage error' 2 "unknown option '--nam'"
run "$ledger_key" generate --name a --unsealed k l
expect 'an operand too many is a usage error' 2 "too many: 'l'"
run "$ledger_key" generate --name a --unsealed --passphrase-file pass k
expect 'unsealed with a passphrase is a usage error' 2 'has no passphrase'
run "$ledger_key" show $'\e[31m\xff'
expect 'bytes that are not clean are not shown' 2 "^ledger-key: cannot open '\?\[31m\?': "
[ ! -e k ] || fail 'a usage error makes no file'
ok 'a usage error makes no file'

# unsealed
run "$ledger_key" generate --name="$name" --unsealed -- plain
grep -Eq "$vkey_pattern" out || fail 'generate prints the vkey'
cp out vkey
expect 'generate makes an unsealed key and prints its vkey' 0 ''
[ "$(stat -c %a plain)" = 600 ] || fail 'the file has mode 600'
[ "$(head -n 1 plain)" = public-law-ledger/secret-key/v1 ] || fail 'the first line says secret'
[ "$(sed -n 's/^vkey //p' plain)" = "$(cat vkey)" ] || fail 'the file has the vkey'
ok 'the file has mode 600 and the vkey'
cp plain copy
run "$ledger_key" generate --name other --unsealed plain
expect 'an existing file is not overwritten' 2 "cannot create 'plain': it exists"
cmp -s plain copy || fail 'an existing file keeps its bytes'
ok 'an existing file keeps its bytes'
run "$ledger_key" show plain
cmp -s out vkey || fail 'show prints the vkey'
expect 'show prints the vkey' 0 ''
run "$ledger_key" generate --name 'a b' --unsealed k
expect 'a name with a space is refused' 2 "'a b' is not a name"
run "$ledger_key" generate --name a --unsealed nowhere/k
expect 'a missing folder is named' 2 "'nowhere/k': No such file"
status=0
"$ledger_key" show plain >/dev/full 2>err || status=$?
: >out
expect 'a failed write to stdout is reported' 2 'cannot write to standard output: No space'

# sealed
run "$ledger_key" generate --name "$name" --passphrase-file pass sealed
cp out vkey
expect 'generate seals with the first line of a file' 0 ''
grep -q '^kdf argon2id 3 268435456 ' sealed || fail 'the default cost is libsodium MODERATE'
ok 'the default cost is libsodium MODERATE'
run "$ledger_key" show sealed
cmp -s out vkey || fail 'show needs no passphrase'
expect 'show needs no passphrase' 0 ''
run "$ledger_key" generate --name a --passphrase-file empty k
expect 'an empty passphrase is refused' 2 "'empty': it is empty"
for mode in 644 640 604 620; do
    chmod "$mode" readable
    run "$ledger_key" generate --name a --passphrase-file readable k
    expect "a passphrase file of mode $mode is refused" 2 "others have permissions on it .mode 0$mode"
done
run "$ledger_key" generate --name a --passphrase-file missing k
expect 'a missing passphrase file is named' 2 "passphrase file 'missing': No such"
run_alone "$ledger_key" generate --name a k
expect 'no terminal and no file is an error' 2 'no terminal to ask on'
[ ! -e k ] || fail 'a refused passphrase makes no file'
ok 'a refused passphrase makes no file'

# the sealed file of the fixtures
cp "$fixtures/sealed.secret-key" kept && chmod 600 kept
cp "$fixtures/sealed.passphrase" kept-pass && chmod 600 kept-pass
run "$ledger_key" reseal --passphrase-file kept-pass --unsealed kept
expect 'a sealed file of an earlier version still opens' 0 ''

# reseal
cp sealed copy
run "$ledger_key" reseal --passphrase-file pass2 --unsealed sealed
expect 'a wrong passphrase is refused' 2 "wrong passphrase for 'sealed'"
cmp -s sealed copy || fail 'a refused reseal changes nothing'
ok 'a refused reseal changes nothing'
run "$ledger_key" reseal --passphrase-file pass --new-passphrase-file pass2 sealed
expect 'reseal changes the passphrase' 0 ''
run "$ledger_key" reseal --passphrase-file pass2 --unsealed sealed
expect 'the new passphrase opens the key' 0 ''
grep -q '^unsealed ' sealed || fail 'reseal --unsealed unseals'
[ "$(stat -c %a sealed)" = 600 ] || fail 'the new file has mode 600'
ok 'reseal --unsealed leaves an unsealed file of mode 600'
run "$ledger_key" reseal --new-passphrase-file pass sealed
expect 'an unsealed key is sealed without an old passphrase' 0 ''
run "$ledger_key" show sealed
cmp -s out vkey || fail 'reseal keeps the key'
expect 'reseal keeps the key' 0 ''
run "$ledger_key" reseal --unsealed --new-passphrase-file pass sealed
expect 'unsealed with a new passphrase is a usage error' 2 'has no passphrase'

# whose file it is
chmod 640 plain
run "$ledger_key" show plain
expect 'a key file that the group can read is refused' 2 'others have permissions on it .mode 0640'
chmod 600 plain
ln -s plain link
run "$ledger_key" show link
expect 'a symbolic link is refused' 2 "'link': it is a symbolic link"
run "$ledger_key" generate --name a --unsealed link
expect 'generate does not follow a symbolic link' 2 'it exists already'
run "$ledger_key" show pass
expect 'a file of another kind is refused' 2 "cannot read 'pass' as a secret key file: line 1"
for mode in 600 644; do
    chmod "$mode" vkey
    run "$ledger_key" show vkey
    expect "a public key of mode $mode is told from a secret one" 2 "'vkey' holds a public key"
done
left=$(find . -name 'sealed.*' -o -name 'plain.*')
[ -z "$left" ] || fail "no temporary file is left: $left"
ok 'no temporary file is left'

# at a terminal, which script(1) makes: each answer is typed when its question is there
questions() {
    grep -c 'passphrase for' out
}
type_answers() { # ANSWER...
    asked=0
    for answer in "$@"; do
        asked=$((asked + 1))
        for _ in $(seq 100); do
            [ "$(questions)" -ge "$asked" ] && break
            sleep 0.05
        done
        printf '%b' "$answer"
    done
    for _ in $(seq 200); do
        [ -e ended ] && break
        sleep 0.05
    done
}
at_terminal() { # COMMAND ANSWER...
    command=$1
    shift
    status=0
    : >err
    : >out
    rm -f ended
    type_answers "$@" | script -qefc "$command; s=\$?; touch ended; exit \$s" /dev/null \
        >out 2>&1 || status=$?
}
if command -v script >/dev/null 2>&1; then
    at_terminal "'$ledger_key' generate --name a typed" 'typed one\n' 'typed one\n'
    [ "$status" -eq 0 ] || fail 'the terminal asks for a new passphrase twice'
    [ "$(questions)" -eq 2 ] || fail 'the terminal asks for a new passphrase twice'
    ok 'the terminal asks for a new passphrase twice'
    ! grep -q 'typed one' out || fail 'the passphrase is not echoed'
    ok 'the passphrase is not echoed'
    at_terminal "'$ledger_key' reseal --unsealed typed" 'typed one\n'
    [ "$status" -eq 0 ] || fail 'the typed passphrase opens the key'
    ok 'the typed passphrase opens the key'
    at_terminal "'$ledger_key' generate --name a other" 'typed one\n' 'typed two\n'
    [ "$status" -eq 2 ] || fail 'two entries that differ are refused'
    grep -q 'the two entries differ' out || fail 'two entries that differ are refused'
    ok 'two entries that differ are refused'
    at_terminal "'$ledger_key' generate --name a other" '\n'
    [ "$status" -eq 2 ] || fail 'an empty answer is refused'
    grep -q 'it is empty' out || fail 'an empty answer is refused'
    ok 'an empty answer is refused'
    at_terminal "trap : INT; '$ledger_key' generate --name a other; stty -a >modes" 'hidden\003'
    grep -Eq '(^|[^-])echo( |$)' modes || fail 'the echo is back after an interrupt'
    ok 'the echo is back after an interrupt'
    [ ! -e other ] || fail 'a refused answer makes no file'
    ok 'a refused answer makes no file'
else
    ok 'questions at a terminal (not tried: no script program)'
fi
