#!/usr/bin/env bash
# Tampered ledgers, published: what ledger-publish lets pass is judged in the files as in the ledger,
# but for what only a ledger has (rows, nodes, checkpoints of earlier sizes).
# usage: program_publish_tampered.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/turns.sh
. "$root/tests/turns.sh" || exit 2
same=0
refused=0
other=0

# judge ARGUMENT...: what ledger-verify finds in the files, and at which entry; eight threads report
# what one does, to the byte
judge() {
    local code
    run "$bin/ledger-verify" --json --jobs 1 "$@" files
    code=$status
    mv out out.1
    mv err err.1
    run "$bin/ledger-verify" --json --jobs 8 "$@" files
    { [ "$status" -eq "$code" ] && cmp out out.1 && cmp err err.1; } || echo 'another report with threads:'
    jq -r '.verdict | "\(.finding) \(.entry // "-")"' out
}

# Whether a finding speaks of what a publication does not have; then its entries hold, unless a row
# was taken away to hide what is found in them.
of_ledgers_only() { # FINDING
    case $1 in
    wrong-index-row | wrong-node | bad-note | bad-checkpoint | checkpoint-* | other-origin | entry-missing) ;;
    *) return 1 ;;
    esac
}

hidden() { # CASE: what the row hides
    case $1 in
    record-repeated-unindexed) echo 'repeated-record 301' ;;
    opening-hidden) echo 'already-open 15' ;;
    opening-pretended) echo 'wrong-order 15' ;;
    *) echo 'valid -' ;;
    esac
}

check() { # CASE ARGUMENTS FINDING ENTRY
    local found arguments=()
    [ "$2" = - ] || read -r -a arguments <<<"$2"
    [[ $2 == *--policy* ]] || arguments+=(--policy policy)
    found=$(cd "$golden" && judge "${arguments[@]}")
    if [ "$found" = "$3 $4" ]; then
        same=$((same + 1))
    elif of_ledgers_only "$3" && { [ "$found" = "$(hidden "$1")" ] || [[ $2 == *--since* ]]; }; then
        other=$((other + 1))
    else
        fail "$1 ($2): found $found, expected $3 $4"
    fi
}

run_table() { # TABLE TAMPER-PROGRAM SOURCE
    local name arguments finding entry
    while IFS='|' read -r name _ arguments _ finding entry; do
        [[ $name == \#* ]] && continue
        read -r name <<<"$name"
        read -r arguments <<<"$arguments"
        read -r finding entry <<<"$finding $entry"
        its_turn || continue
        rm -rf tampered "$golden/files"
        (cd "$golden" && "$bin/$2" "$name" "$3" "$work/tampered") || fail "$name is made"
        run "$bin/ledger-publish" --no-lock tampered "$golden/files"
        if [ "$status" -eq 0 ]; then
            check "$name" "$arguments" "$finding" "$entry"
        elif [ "$finding" = valid ]; then
            fail "$name: what is valid is published"
        else
            refused=$((refused + 1))
        fi
    done <"$root/fixtures/tampered/$1"
}

for name in golden golden-rules golden-batch; do
    golden=$work/$name
    cp -r "$root/fixtures/$name" "$golden"
    chmod -R u+w "$golden"
    case $name in
    golden) run_table cases.txt tamper ledger ;;
    golden-rules) run_table cases-rules.txt tamper_rules . ;;
    golden-batch) run_table cases-batch.txt tamper_batch ledger ;;
    esac
done
echo "$same judged alike, $other of what only a ledger has, $refused not published"
enough "$same" 172 && enough "$other" 30 && enough "$refused" 100
