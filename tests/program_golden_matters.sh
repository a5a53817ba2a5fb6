#!/usr/bin/env bash
# The golden ledger with indexes of matters, statistics and status proofs: what they say does not
# change, and its generator makes them again.
# usage: program_golden_matters.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/golden_lib.sh
. "$(dirname "$0")/golden_lib.sh"

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
# What a check of the whole ledger says of a file
check() { # EXIT WORDS FILE OPTION...
    local code=$1 words=$2 file=$3 status=0
    shift 3
    "$bin/ledger-check" "$ledger" "documents/$file" --policy policy "$@" >"$work/out" \
        2>"$work/err" </dev/null || status=$?
    holds "of $file ledger-check $* says $words" [ "$status" -eq "$code" ]
    holds "of $file ledger-check $* says $words, in words" grep -q "^$words: " "$work/out"
}
will=（2026）粤样证字第0001号
check 0 RECORDED 遗嘱公证书.txt
check 0 RECORDED 遗嘱公证书.txt --matter "$will" --require effective
check 1 DIFFERS '遗嘱公证书（伪）.txt' --matter "$will"
check 3 'NOT IN THIS LEDGER' '遗嘱公证书（伪）.txt'
check 0 RECORDED 委托公证书.txt --require void
check 1 RECORDED 委托公证书.txt --require effective,corrected
check 1 RECORDED 买卖合同公证书.txt --require corrected
check 0 RECORDED '买卖合同公证书（更正）.txt' --require corrected

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

sum_up
