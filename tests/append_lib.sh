# shellcheck shell=bash
# append_lib.sh - what the tests of ledger-init, ledger-sign and ledger-append share: keys, authority
# lines, and short ways to call the programs. Sourced, with the directory of the programs as $1.
#
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
umask 077
export TZ=Asia/Shanghai

# holds RULE COMMAND...
holds() {
    rule=$1
    shift
    "$@" || fail "$rule"
    ok "$rule"
}

# indexes_are NUMBER...: what ledger-append printed
indexes_are() {
    [ "$(cut -f 1 out | tr '\n' ' ')" = "$* " ] && ! grep -Evq '^[0-9]+	[0-9a-f]{64}$' out
}

ledger='publiclaw.gz.example/2026'
notary='nanfang-notary.gz.example'
forensics='smu-forensics.gz.example'
matter='粤南公证〔2026〕第1234号'
map_size=33554432

new_key() { # FILE NAME
    run "$bin/ledger-key" generate --name "$2" --unsealed "$1"
    [ "$status" -eq 0 ] || fail "makes the key $2"
    cp out "$1.vkey"
}
new_key op "$ledger"
new_key op2 "$ledger"
new_key li 'justice.gz.example/李娜'
new_key chen 'court.gz.example/陈洁'
new_key zhang "$notary/张三"
new_key wang "$forensics/王五"
new_key stranger "$notary/路人"

cat >lines <<END
# 首批机构

governor $(cat li.vkey)
governor $(cat chen.vkey)
threshold 2
institution $notary notary 广州市南方公证处
institution $forensics appraiser,reviewer 南方医科大学司法鉴定中心
key $(cat zhang.vkey) $notary notary
key $(cat wang.vkey) $forensics appraiser
END

init() { # LEDGER LINES SIGNER... : the size of the map is $size
    path=$1
    file=$2
    shift 2
    signs=()
    for key in "$@"; do
        signs+=(--sign "$key")
    done
    run "$bin/ledger-init" "$path" --origin "$ledger" --operator op --authority "$file" \
        "${signs[@]}" --map-size "${size:-$map_size}"
}
append() { # OPTION...: with the operator's key
    run "$bin/ledger-append" L --operator op "$@"
}
# a record of the notary, by options; more options may follow
fields=(--kind notarisation --event issue --matter "$matter" --institution "$notary")
one() {
    append --key zhang "${fields[@]}" "$@"
}

sign() {
    run "$bin/ledger-sign" "$@"
}

printf '公证书正文\n' >'公证书.txt'
digest=$(sha256sum <'公证书.txt' | cut -d ' ' -f 1)
bytes=$(stat -c %s '公证书.txt')
: "$digest" "$bytes" # for those who source this
