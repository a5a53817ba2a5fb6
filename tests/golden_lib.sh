# shellcheck shell=bash
# golden_lib.sh - what the tests of the golden ledgers share; sourced, with the directory of the
# programs as $1. Sets bin, fixtures and work.
set -u -o pipefail
export LC_ALL=C.UTF-8

if [ $# -ne 1 ]; then
    echo "usage: $0 DIRECTORY-OF-PROGRAMS" >&2
    exit 2
fi
bin=$(cd "$1" && pwd) || exit 2
fixtures=$(cd "$(dirname "${BASH_SOURCE[0]}")/../fixtures" && pwd) || exit 2
work=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
passed=0
failed=0

# expect RULE EXIT FINDING COMMAND...: the command prints a verdict as JSON.
expect() {
    local rule=$1 code=$2 finding=$3 status=0
    shift 3
    "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
    local said=-
    if [[ $(<"$work/out") =~ \"verdict\":\{[^}]*\"finding\":\"([a-z-]+)\" ]]; then
        said=${BASH_REMATCH[1]}
    fi
    if [ "$status" -eq "$code" ] && [ "$said" = "$finding" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "not ok - $rule: exit $status, $said; expected $code, $finding"
        cat "$work/out" "$work/err"
    fi
}

# holds RULE COMMAND...
holds() {
    local rule=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "not ok - $rule"
    fi
}

verify() { # ARGUMENT...
    "$bin/ledger-verify" --json "$@"
}

# Goes to golden ledger NAME and copies it, so that it can be opened.
enter() {
    cd "$fixtures/$1" || exit 2
    ledger=$work/$1
    cp -r ledger "$ledger" && chmod u+w "$ledger" "$ledger/data.mdb" || exit 2
}

check_root() {
    local size root
    size=$(sed -n 's/^size //p' expected.txt)
    root=$(sed -n 's/^root //p' expected.txt)
    expect "the ledger is valid" 0 valid verify --policy policy "$ledger"
    holds "it has the size that is expected" grep -q "\"size\":$size," "$work/out"
    holds "it has the root that is expected" grep -qF "\"root\":\"$root\"" "$work/out"
}

check_leaves() {
    local word index hash leaf wanted
    while read -r word index hash; do
        [ "$word" = leaf ] || continue
        leaf=$({ printf '\0' && "$bin/ledger-log" --raw "$index" "$ledger"; } | sha256sum)
        wanted=$(printf '%s' "$hash" | base64 -d | od -An -v -tx1 | tr -d ' \n')
        holds "entry $index has its leaf hash" [ "${leaf%% *}" = "$wanted" ]
    done <expected.txt
}

check_checkpoints() {
    local checkpoint
    for checkpoint in checkpoints/*; do
        expect "it extends $checkpoint" 0 valid \
            verify --policy policy --since "$checkpoint" "$ledger"
        sed '3s/^./-/' "$checkpoint" >"$work/bad"
        expect "$checkpoint with another root is none" 1 bad-checkpoint \
            verify --policy policy --since "$work/bad" "$ledger"
        sed '2s/$/0/' "$checkpoint" >"$work/bad"
        expect "$checkpoint with another size is not signed" 1 bad-signature \
            verify --policy policy --since "$work/bad" "$ledger"
    done
}

check_proofs() {
    local proof
    for proof in proofs/*.proof; do
        expect "$proof is valid" 0 valid verify --policy policy "$proof"
        expect "$proof says nothing to who trusts another log" 1 log-untrusted \
            verify --log "$(sed -n 's/^vkey //p' ../keys/foreign-operator.test-key)" "$proof"
    done
}

# The notices in $work/out, as the lines of expected.txt.
notices() {
    grep -o '{"type":"[^}]*}' "$work/out" | sed -E \
        -e 's/^.*"late","entry":([0-9]+),.*"late_ms":([0-9]+)\}$/late \1 \2/' \
        -e 's/^.*"doubtful","entry":([0-9]+),.*"key":"([^"]+)"\}$/doubtful \1 \2/'
}

# The last line of a test.
sum_up() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
