# shellcheck shell=bash
# small_ledger.sh - keys, and short ways to make ledgers of a few entries; sourced after lib.sh.
#
# Keys are in the current directory: op.key (the operator), li.key and chen.key (governors),
# zhang.key (a signer of smu.gz.example).

: "${bin:?}" "${status=0}"
PATH=$bin:$PATH
umask 022
origin=publiclaw.gz.example/2026

must() { # RULE COMMAND...
    local what=$1
    shift
    run "$@"
    [ "$status" -eq 0 ] || fail "$what"
}

make_keys() {
    local key
    for key in "op $origin" 'li justice.gz.example/li' 'chen court.gz.example/chen' \
        'zhang smu.gz.example/zhang'; do
        must 'keys are made' ledger-key generate --unsealed --name "${key#* }" "${key%% *}.key"
        mv out "${key%% *}.vkey"
    done
    {
        printf 'governor %s\n' "$(cat li.vkey)" "$(cat chen.vkey)"
        printf 'threshold 2\n'
        printf 'institution smu.gz.example appraiser 南方医科大学司法鉴定中心\n'
        printf 'key %s smu.gz.example appraiser\n' "$(cat zhang.vkey)"
    } >lines
    log=$(cat op.vkey)
    : "$log" # for those who source this
}

# founding LEDGER: the arguments of ledger-init
founding() {
    echo "$1" --origin "$origin" --operator op.key --authority lines --sign li.key --sign chen.key \
        --map-size 16777216
}

# records N: lines of JSON for N records
records() {
    local i
    for ((i = 0; i < $1; i++)); do
        printf '{"kind":"forensic-appraisal","event":"note","matter":"m%d","institution":"%s"}\n' \
            $((i % 7)) smu.gz.example
    done
}

# signing LEDGER: the arguments with which records are made and appended
signing() {
    echo "$1" --operator op.key --key zhang.key
}

# make_ledger LEDGER ENTRIES
make_ledger() {
    # shellcheck disable=SC2046 # words
    must "$1 is founded" ledger-init $(founding "$1")
    if [ "$2" -gt 1 ]; then
        records $(($2 - 1)) >many.jsonl
        # shellcheck disable=SC2046 # words
        must "$1 grows to $2 entries" ledger-append $(signing "$1") --jsonl many.jsonl
    fi
}

# copy_ledger FROM TO: with its guard
copy_ledger() {
    cp -a "$1" "$2"
    cp -a "$1.guard" "$2.guard"
}
