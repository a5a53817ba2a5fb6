#!/usr/bin/env bash
# The golden ledgers: what they say does not change, and their generators make them again.
# usage: program_golden.sh DIRECTORY-OF-PROGRAMS
set -u -o pipefail
export LC_ALL=C.UTF-8

if [ $# -ne 1 ]; then
    echo "usage: $0 DIRECTORY-OF-PROGRAMS" >&2
    exit 2
fi
bin=$(cd "$1" && pwd) || exit 2
fixtures=$(cd "$(dirname "$0")/../fixtures" && pwd) || exit 2
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

# ---- the first, without rules

enter golden
check_root
holds "no entry of it is late or in doubt" [ -z "$(notices)" ]
holds "no entry of it has a rule" grep -q '"ruled":0,' "$work/out"
expect "its newest key is enough" 0 valid verify --log "$(<vkey)" "$ledger"
expect "its former key alone is not" 1 log-untrusted \
    verify --log "$(sed -n '2s/^log //p' policy)" "$ledger"
expect "nobody cosigned it" 1 quorum-missing verify --policy witnessed.policy "$ledger"
expect "it can be read without a lock" 0 valid verify --no-lock --policy policy "$ledger"
chmod a-w "$ledger/data.mdb" "$ledger"
expect "it can be read from where nothing can be written" 0 valid verify --policy policy "$ledger"
chmod u+w "$ledger" "$ledger/data.mdb"
check_checkpoints
check_proofs
expect "two of three witnesses are enough" 0 valid \
    verify --policy witnessed.policy proofs/cosigned.proof
expect "without cosignatures they are missed" 1 quorum-missing \
    verify --policy witnessed.policy proofs/appraisal-issue.proof
expect "the document is the one recorded" 0 valid \
    verify --policy policy --document 鉴定意见书.txt proofs/appraisal-issue.proof
{ cat 鉴定意见书.txt && echo; } >"$work/other.txt"
expect "one byte more and it is not" 1 document-differs \
    verify --policy policy --document "$work/other.txt" proofs/appraisal-issue.proof
check_leaves

holds "the generator runs" "$bin/make_golden" "$work/again"
for part in authority golden keys; do
    holds "it makes $part again, byte for byte" \
        diff -r -q -x data.mdb -x lock.mdb -x README.md "$fixtures/$part" "$work/again/$part"
done
expect "the ledger made again is valid" 0 valid \
    verify --policy policy --since checkpoints/600 "$work/again/golden/ledger"

mkdir "$work/keys" && cp ../keys/*.test-key "$work/keys" && chmod 600 "$work/keys"/* || exit 2
holds "the sample authority founds a ledger" \
    "$bin/ledger-init" "$work/sample" --origin publiclaw.gz.test.example/2026 \
    --operator "$work/keys/operator.test-key" --authority ../authority/lines.txt \
    --sign "$work/keys/governor-li-na.test-key" --sign "$work/keys/governor-he-min.test-key" \
    >/dev/null
expect "the ledger founded is valid" 0 valid verify --policy policy "$work/sample"

# ---- the second, in which every record needs a rule

enter golden-rules
check_root
holds "the entries are late and in doubt that are expected" \
    diff <(grep -E '^(late|doubtful) ' expected.txt | sort) <(notices | sort)
holds "as many entries have a rule as are expected" \
    grep -q "\"ruled\":$(sed -n 's/^ruled //p' expected.txt)," "$work/out"
check_checkpoints
check_proofs
check_leaves
for proof in proofs/{late,in-doubt}.proof; do
    verify --policy policy "$proof" >"$work/out"
    holds "$proof does not show it" [ -z "$(notices)" ]
done

holds "its generator runs" "$bin/make_golden_rules" . "$work/again-rules"
holds "it makes all again, byte for byte" diff -r -q -x data.mdb -x lock.mdb \
    -x people.txt -x founding.txt -x scenario.txt . "$work/again-rules"
expect "the ledger made again is valid" 0 valid \
    verify --policy policy --since "checkpoints/$(sed -n 's/^size //p' expected.txt)" \
    "$work/again-rules/ledger"
sed 's/^genesis @gov-li,gov-chen/genesis @gov-li,stranger/' scenario.txt >"$work/scenario.txt"
cp people.txt founding.txt "$work"
holds "it dies if the ledger refuses an entry" \
    [ "$("$bin/make_golden_rules" "$work" "$work/refused" >"$work/out" 2>&1; echo $?)" = 2 ]

# ---- the third, with indexes of matters, statistics and status proofs

# What became of a matter, in $work/out: as-of entry, number of entries, standing, entry of it.
standing() {
    sed -nE -e 's/"status":\{"standing":"none"\}/"status":{"standing":"none","entry":-,/' -e \
        's/^.*"as_of":([0-9]+),.*"entries":([0-9]+),"status":\{"standing":"([a-z]+)","entry":([0-9-]+),.*$/\1 \2 \3 \4/p' \
        "$work/out"
}

# status_of NAME AS-OF ENTRIES STANDING ENTRY: the status proof says so, and its older siblings that
# they are older.
status_of() {
    local proof=status/$1.status matter
    expect "$proof is valid" 0 valid verify --policy policy "$proof"
    holds "$proof says $*" [ "$(standing)" = "${*:2}" ]
    holds "$proof is required to say $4" \
        "$bin/ledger-verify" --policy policy --require "$4" "$proof" >"$work/out"
    expect "$proof says nothing to who trusts another log" 1 log-untrusted \
        verify --log "$(sed -n 's/^vkey //p' ../keys/foreign-operator.test-key)" "$proof"
    [ "$2" = "$last" ] || return 0
    matter=$(sed -n 's/^matter //p;2q' "$proof")
    rm -f "$work/made"
    "$bin/ledger-prove" "$ledger" --status --matter "$matter" -o "$work/made" >"$work/out" 2>&1
    holds "ledger-prove makes $proof, byte for byte" cmp -s "$proof" "$work/made"
}

# answer NAME FILE EXIT ANSWER: what a status proof says of a file
answer() {
    local status=0
    verify --policy policy --document "documents/$2" "status/$1.status" >"$work/out" || status=$?
    holds "of $2 status/$1.status says $4" [ "$status" -eq "$3" ]
    holds "of $2 status/$1.status says $4, in JSON" grep -q "\"answer\":\"$4\"" "$work/out"
}

enter golden-matters
check_root
holds "its late entries are those expected" \
    diff <(grep '^late ' expected.txt) <(notices)
holds "as many of its entries have a rule as are expected" \
    grep -q "\"ruled\":$(sed -n 's/^ruled //p' expected.txt)," "$work/out"
holds "its store has the newer format" grep -qa 'public-law-ledger/store/v2' "$ledger/data.mdb"
check_checkpoints
check_proofs
check_leaves
last=$(grep '^index ' expected.txt | tail -n 1 | cut -d ' ' -f 2)
while read -r word index root; do
    [ "$word" = index ] || continue
    holds "entry $index has the root of its index" \
        [ "$("$bin/ledger-log" --raw "$index" "$ledger" | sed -n 's/^field root //p')" = "$root" ]
done <expected.txt
while read -r word rest; do
    [ "$word" = status ] || continue
    # shellcheck disable=SC2086
    status_of $rest
done <expected.txt
holds "nothing stands where an absent matter would" grep -qx 'end empty' status/absent-empty.status
holds "or another matter does" grep -qE '^end [^ ]{44} [^ ]{44}$' status/absent-leaf.status
answer effective 遗嘱公证书.txt 0 recorded
answer effective '遗嘱公证书（伪）.txt' 1 differs
answer corrected 买卖合同公证书.txt 0 recorded
answer corrected '买卖合同公证书（更正）.txt' 0 recorded
answer corrected-before '买卖合同公证书（更正）.txt' 1 differs
answer corrected-early '买卖合同公证书.txt' 1 differs
answer void 委托公证书.txt 0 recorded
answer closed 不予办理通知.txt 0 recorded
answer pending 申请表.txt 0 recorded
answer appraisal 鉴定意见书.txt 0 recorded
answer single 申请表.txt 2 cannot-be-judged
answer absent-empty 申请表.txt 3 not-in-this-ledger
answer absent-leaf 申请表.txt 3 not-in-this-ledger
answer opened-since 申请表.txt 3 not-in-this-ledger
for figures in statistics/*.csv; do
    index=$(basename "$figures" .csv)
    wanted="document sha256 $(sha256sum "$figures" | cut -d ' ' -f 1) $(stat -c %s "$figures") "
    holds "entry $index has the digest of $figures" \
        grep -qF "$wanted" <("$bin/ledger-log" --raw "$index" "$ledger")
done

holds "its generator runs" "$bin/make_golden_rules" . "$work/again-matters"
holds "it makes all again, byte for byte" diff -r -q -x data.mdb -x lock.mdb -x documents \
    -x people.txt -x founding.txt -x scenario.txt . "$work/again-matters"
expect "the ledger made again is valid" 0 valid \
    verify --policy policy --since "checkpoints/$(sed -n 's/^size //p' expected.txt)" \
    "$work/again-matters/ledger"
# A root that leaves an entry out, and an index by the former operator
for change in 's/ proof=index-early$/ without=10&/' \
    's/@matters-operator-next proof=index-by/@matters-operator proof=index-by/'; do
    rm -rf "$work/matters" "$work/refused-matters"
    mkdir "$work/matters" && cp -r people.txt founding.txt documents "$work/matters" || exit 2
    sed "$change" scenario.txt >"$work/matters/scenario.txt"
    "$bin/make_golden_rules" "$work/matters" "$work/refused-matters" >"$work/out" 2>&1
    holds "the ledger refuses $change" [ $? -eq 2 ]
    holds "and says why" grep -qE '(index-root|not-enrolled): ' "$work/out"
done

# ---- the fourth, with batch signatures

enter golden-batch
check_root
holds "the entries are in doubt that are expected" \
    diff <(grep '^doubtful ' expected.txt | sort) <(notices | sort)
check_checkpoints
check_proofs
check_leaves
batch_of() { # PROOF POSITION SIZE
    verify --policy policy "proofs/$1.proof" >"$work/out"
    holds "$1 is in a batch" grep -qF "\"batch\":{\"position\":$2,\"size\":$3}" "$work/out"
}
batch_of first-of-20 0 20
batch_of last-of-20 19 20
batch_of batch-and-alone 0 3
batch_of two-batches 1 3
batch_of two-batches 0 2
batch_of party 0 2
batch_of not-in-order 30 34
verify --policy policy proofs/alone.proof >"$work/out"
holds "who signs alone is in none" [ "$(grep -c '"batch"' "$work/out")" -eq 0 ]

holds "its generator runs" "$bin/make_golden_batch" "$work/again-batch"
holds "it makes all again, byte for byte" \
    diff -r -q -x data.mdb -x lock.mdb . "$work/again-batch"
expect "the ledger made again is valid" 0 valid \
    verify --policy policy --since checkpoints/60 "$work/again-batch/ledger"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
