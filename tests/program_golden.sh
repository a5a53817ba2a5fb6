#!/usr/bin/env bash
# The golden ledgers without and with rules: what they say does not change, and their generators
# make them again.
# usage: program_golden.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/golden_lib.sh
. "$(dirname "$0")/golden_lib.sh"

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

# ---- the third, with batch signatures

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

sum_up
