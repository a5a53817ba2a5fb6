#!/bin/bash
# ledger-stats: figures that anyone can recompute, and the operator's record of them.
# usage: program_stats.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/verify_lib.sh
. "$(dirname "$0")/verify_lib.sh"

golden=$root/fixtures/golden-rules
cp -r "$golden/ledger" G
chmod -R u+w G
policy=(--policy "$golden/policy")
run ledger-stats G "${policy[@]}"
verdict 'a ledger that holds is counted' 0 'VALID: ledger publiclaw.gz.test.example/rules, 191 entries'
says 'the figures are headed by name, size, root and last time' \
    '^  ledger +publiclaw.gz.test.example/rules$' '^  entries +the first 191 of 191$' \
    "^  root over them +$(sed -n 's/^root //p' "$golden/expected.txt" | sed 's/[+]/[+]/g')\$" \
    '^  last of them +2026-03-18T01:00:00.000Z$'
says 'rates are shown where the rules define them' '^  kind +entries opened .* success  overdue$' \
    '^  authority +15 +0 +0 +0 +0 +0 +0 +0 +- +-$' \
    '^  legal-aid +18 +3 +3 +0 +0 +4 +8 +3 +42[.]9% +37[.]5%$' '^  total +191 +33 '

# An independent count, from what the entries say: columns 5 (entries), 6 (opened; all but those of
# the authority are under rules) and, of all together, 12 (late).
run ledger-stats G "${policy[@]}" --csv
[ "$status" -eq 0 ] || fail 'the figures are written as CSV'
mv out figures.csv
ledger-log G | awk -F '\t' '{
        split($3, what, "/")
        row = substr($2, 1, 7) "," what[1] "," what[2] "," $5
        entries[row]++
        opened[row] += what[1] != "authority" && !seen[$4]++
    }
    END { for (row in entries) print row "," entries[row] "," opened[row] }' | LC_ALL=C sort >counted
sed 1d figures.csv | cut -d, -f1-6 >told
same 'entries and openings are those that can be counted by hand' told counted
late=$(awk -F, 'NR > 1 {sum += $12} END {print sum}' figures.csv)
[ "$late" = "$(grep -c '^late ' "$golden/expected.txt")" ] || fail 'late entries are those expected'
ok 'late entries are those expected'
[ "$(head -n 1 figures.csv)" = \
    'period,kind,event,institution,entries,opened,effective,corrected,void,closed,due,late' ] ||
    fail 'the CSV has its header'
ok 'the CSV has its header'
digest=$(sha256sum <figures.csv | cut -d ' ' -f 1)
[ "$digest" = d8cca27482feca21fd9352c9888c193d8c7431d5d323d315c35bbcb7c8b9d1d1 ] ||
    fail 'the canonical CSV of the golden ledger never changes'
ok 'the canonical CSV of the golden ledger never changes'
run ledger-stats G "${policy[@]}" --json
says 'JSON names ledger, size, root and the digest of the CSV' '"verdict":\{"valid":true' \
    '"origin":"publiclaw.gz.test.example/rules","entries":191,"size":191,"root":"[A-Za-z0-9+/]{43}="' \
    "\"csv\":\\{\"sha256\":\"$digest\",\"size\":11227\\}" \
    '"by":\["period","kind","event","institution"\]' \
    '"total":\{"entries":191,"opened":33,.*"success":0[.]521739,"overdue":0[.]461538\}\}$'

chmod -R a-w G
run ledger-stats G "${policy[@]}" --no-lock --csv
same 'another copy, without locks, gives the same bytes' out figures.csv
chmod -R u+w G
run ledger-stats G "${policy[@]}" --csv --by period,kind,event,institution --from 1970-01
same 'all columns in their order are the canonical CSV' out figures.csv
run ledger-stats G "${policy[@]}" --csv --by institution,period --kind legal-aid --from 2026-02 --to 2026-02
awk -F, '$1 == "2026-02" && $2 == "legal-aid" {
        for (i = 5; i <= 12; i++) sum[$4, i] += $i
        names[$4]
    }
    END {
        for (name in names) {
            line = name ",2026-02"
            for (i = 5; i <= 12; i++) line = line "," sum[name, i]
            print line
        }
    }' figures.csv | LC_ALL=C sort >summed
sed 1d out >told
[ -s summed ] || fail 'there are figures to put together'
same 'figures are put together and picked as asked' told summed
[ "$(head -n 1 out)" = institution,period,entries,opened,effective,corrected,void,closed,due,late ] ||
    fail 'and the header has the columns in their order'
ok 'and the header has the columns in their order'
run ledger-stats G "${policy[@]}" --institution nobody.example
says 'of nothing there are no rates' '^  total +0 +0 +0 +0 +0 +0 +0 +0 +- +-$' \
    '^  only +institution nobody.example$'

ledger-publish G published >/dev/null || fail 'the ledger is published'
for arguments in '' --json --csv '--by institution,period --kind legal-aid --from 2026-02' '--size 100 --csv' \
    '--size 192' '--by colour'; do
    # shellcheck disable=SC2086
    run ledger-stats G "${policy[@]}" $arguments
    mv out one
    mv err one.err
    one=$status
    # shellcheck disable=SC2086
    run ledger-stats published "${policy[@]}" $arguments
    { [ "$status" -eq "$one" ] && cmp -s out one && cmp -s err one.err; } ||
        fail "a publication gives the same figures: $arguments"
done
ok 'a publication gives the same figures'
run ledger-stats published "${policy[@]}" --no-lock
refused 'no lock is taken of one' 2 "'--no-lock'"
sed -i 's/event apply/event apple/' published/tile/entries/*/*
run ledger-stats published "${policy[@]}" --csv
refused 'one that was changed gives none' 1 'NOT VALID: '
: >published/data.mdb
run ledger-stats published "${policy[@]}"
refused 'what is both is refused' 2 'of a ledger and of a published one'

"$bin/tamper_rules" sign-too-few "$golden" T >out 2>err || fail 'a tampered ledger is made'
run ledger-stats T "${policy[@]}"
verdict 'a ledger that does not verify gets the verdict' 1 'NOT VALID: '
grep -Eq 'entries opened|^  total' out && fail 'and no figures'
ok 'and no figures'
run ledger-stats T "${policy[@]}" --json
says 'nor in JSON' '^\{"what":"statistics","verdict":\{"valid":false,[^}]*\}\}$'
run ledger-stats T "${policy[@]}" --csv
refused 'nor as CSV' 1 'NOT VALID: '
run ledger-stats G --log "$log"
verdict 'a ledger of another log is not counted' 1 'NOT VALID: log-untrusted'

# wrong RULE PATTERN ARGUMENT...
wrong() {
    run ledger-stats G "${policy[@]}" "${@:3}"
    refused "$1" 2 "$2"
}
wrong 'an unknown column is refused' "'--by'" --by kind,colour
wrong 'an empty column is refused' "'--by'" --by kind,
wrong 'no column is refused' "'--by'" --by ''
wrong 'a column given twice is refused' "'--by'" --by kind,kind
for month in 2026 2026-13 2026-00 2026-1 26-01 2026-01-01 1969-12 2026/01 ２０２６-01; do
    wrong "'$month' is not a month" "'--from': .* is not a month" --from "$month"
done
wrong 'months run forwards' 'is later than' --from 2026-02 --to 2026-01
wrong 'a kind is a token' "'--kind'" --kind 'a b'
wrong 'an institution is a name' "'--institution'" --institution 'a b'
wrong 'nothing is no size' "'--size'" --size 0
wrong 'no more can be counted than there is' 'has 191 entries, not 192' --size 192
wrong 'one form at a time' 'not both' --csv --json
run ledger-stats G
refused 'whom to trust must be said' 2 'say what to trust'

# Names that CSV must quote.
sed 's/^institution .*/&\ninstitution 甲,"乙"所 appraiser 甲乙/
    s/^\(key .*\) smu.gz.example appraiser$/\1 甲,"乙"所 appraiser/' lines >quoted.lines
run ledger-init Q --origin "$origin" --operator op.key --authority quoted.lines --sign li.key \
    --sign chen.key --map-size 16777216
[ "$status" -eq 0 ] || fail 'a ledger with such a name is made'
run ledger-append Q --operator op.key --key zhang.key --kind forensic-appraisal --event issue \
    --matter 1 --institution '甲,"乙"所'
[ "$status" -eq 0 ] || fail 'it files a record'
month=$(ledger-log Q --from 1 | cut -f 2 | cut -c 1-7)
run ledger-stats Q --log "$log" --csv --by institution
says 'names are quoted as RFC 4180 says' '^"甲,""乙""所",1,0,0,0,0,0,0,0$'
run ledger-stats Q --log "$log" --csv
says 'in the canonical CSV, too' "^$month,forensic-appraisal,issue,\"甲,\"\"乙\"\"所\",1,0,0,0,0,0,0,0\$"
run ledger-stats Q --log "$log" --by institution,kind
says 'institutions come last in a table' '^  kind +entries .* overdue  institution$' \
    '^  forensic-appraisal +1 .* -  甲,"乙"所$' '^ +2 .* -  total$'

# The operator's record.
run ledger-index L --operator op.key --statistics dir/figures.csv
refused 'the figures need a place before anything is appended' 2 "'dir/figures.csv'"
run ledger-index L --operator op.key --statistics figures.csv
refused 'which nothing else has' 2 'exists already'
before=$(ledger-log L | wc -l)
run ledger-index L --operator op.key --statistics published.csv
[ "$status" -eq 0 ] || fail 'the operator appends statistics'
size=$(($(ledger-log L | wc -l) - 1))
[ "$size" -gt "$before" ] && ledger-log L --json --from "$size" >record
cp record out
says 'the record says of how many entries, with which figures' '"kind":"statistics","event":"report"' \
    "\"fields\":\\{\"size\":\"$size\"\\}" \
    "\"documents\":\\[\\{\"sha256\":\"$(sha256sum <published.csv | cut -d ' ' -f 1)\",\"size\":$(wc -c <published.csv),\"name\":\"published.csv\"\\}\\]"
run ledger-verify --log "$log" L
verdict 'verification recomputes them' 0 'VALID: '
append L amend
run ledger-stats L --log "$log" --size "$size" --csv
same 'anyone makes the same figures of the same entries later' out published.csv
run ledger-stats L --log "$log"
says 'and is told of the record' "operator's figures +1 record"
run ledger-check --log "$log" L published.csv
verdict 'the published file is recorded' 0 'RECORDED: '

statistics() { # LEDGER KEY SIZE FILE
    rm -f record.note
    ledger-sign --new record.note --ledger "$origin" --kind statistics --event report \
        --matter statistics --institution "$origin" --field "size=$3" --document "$4" --key "$2" \
        >out 2>err && run ledger-append "$1" --operator op.key record.note
}
now=$(ledger-log L | wc -l)
run ledger-stats L --log "$log" --csv
mv out now.csv
cp -r L before-statistics
cp L.guard before-statistics.guard
statistics L zhang.key "$now" now.csv
refused 'nobody else files statistics' 1 'not-enrolled'
statistics L op.key $((now - 1)) now.csv
refused 'nor the operator of another size' 1 'bad-statistics'
statistics L op.key "$now" now.csv
[ "$status" -eq 0 ] || fail 'a record made by hand is as good'
run ledger-verify --log "$log" L
verdict 'a record made by hand is as good' 0 'VALID: '
sed '$s/1/2/' now.csv >false.csv
statistics before-statistics op.key "$now" false.csv
run ledger-verify --log "$log" before-statistics
verdict 'false figures are found' 1 "NOT VALID: other-figures at entry $now"
ledger-publish before-statistics before-files >/dev/null
run ledger-verify --log "$log" before-files
verdict 'in a publication, too' 1 "NOT VALID: other-figures at entry $now"
run ledger-import --log "$log" before-files before-imported
{ [ "$status" -eq 1 ] && [ ! -e before-imported ] && grep -q "at entry $now: other-figures" err; } ||
    fail 'of which no ledger is made'
ok 'of which no ledger is made'
run ledger-index before-statistics --operator op.key --statistics after.csv
{ [ "$status" -eq 1 ] && [ ! -e after.csv ]; } || fail 'and no figures are made of such a ledger'
ok 'and no figures are made of such a ledger'
