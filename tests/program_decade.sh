#!/bin/bash
# Ten years of a city's services, on the scale of a thousandth: the figures of every kind, counted
# again from what ledger-log lists; an index, statistics and a status proof of such a ledger.
# usage: program_decade.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/verify_lib.sh
. "$(dirname "$0")/verify_lib.sh"

mkdir city
run make_decade city 7472
[ "$status" -eq 0 ] || fail 'ten years are made'
grep -q '^7472 matters, ' out || fail 'ten years are made'
ok 'ten years are made'
ledger=city/ledger
policy=(--policy city/policy)

# --- matters opened, by kind ---

run ledger-stats "$ledger" "${policy[@]}" --by kind --csv
[ "$status" -eq 0 ] || fail 'they are counted by kind'
mv out by-kind.csv
cat >opened <<'END'
arbitration 113
authority 0
forensic-appraisal 558
lawyer-service 2084
legal-aid 197
notarisation 3900
people-mediation 620
END
awk -F, 'NR > 1 { print $1, $3 }' by-kind.csv >told
same 'the matters of every kind are as many as were filed' opened told

# --- the same from the list of entries, by what the rules of this ledger say ---

# kind, entries, opened, effective, corrected, void, closed, due, late, success, overdue
ledger-log "$ledger" >listed || fail 'the entries are listed'
TZ=UTC awk -F '\t' '
    function ms(time) { # "2016-01-10T06:56:04.882Z"
        return mktime(substr(time, 1, 4) " " substr(time, 6, 2) " " substr(time, 9, 2) " " \
            substr(time, 12, 2) " " substr(time, 15, 2) " " substr(time, 18, 2)) * 1000 + \
            substr(time, 21, 3)
    }
    function rate(part, whole) {
        return whole == 0 ? "-" : sprintf("%.1f%%", 100 * part / whole)
    }
    BEGIN {
        split("lawyer-service/file notarisation/issue people-mediation/agree " \
            "forensic-appraisal/issue legal-aid/grant arbitration/award", list, " ")
        for (i in list) effective[list[i]] = 1
        split("people-mediation/fail legal-aid/refuse", list, " ")
        for (i in list) closed[list[i]] = 1
        term["forensic-appraisal/issue"] = 30
        term["arbitration/award"] = 120
    }
    {
        split($3, what, "/")
        kind = what[1]
        entries[kind]++
        if (kind != "authority" && !($4 in start)) {
            start[$4] = ms($2)
            opened[kind]++
        }
        made[kind] += effective[$3]
        ended[kind] += closed[$3]
        if ($3 in term) {
            due[kind]++
            late[kind] += ms($2) - start[$4] > term[$3] * 86400000
        }
    }
    END {
        for (kind in entries)
            print kind "," entries[kind] "," opened[kind] + 0 "," made[kind] + 0 ",0,0," \
                ended[kind] + 0 "," due[kind] + 0 "," late[kind] + 0 "," \
                rate(made[kind], made[kind] + ended[kind]) "," rate(late[kind], due[kind])
    }' listed | LC_ALL=C sort >counted
sed 1d by-kind.csv >told
cut -d, -f1-9 counted >figures
same 'the figures are those that the list of entries gives' figures told
late=$(awk -F, '{ sum += $9 } END { print sum }' counted)
[ "$late" -gt 0 ] || fail 'some are late'
ok 'some are late'
run ledger-stats "$ledger" "${policy[@]}" --by kind
awk 'NR == FNR { split($0, row, ","); rates[row[1]] = row[10] " " row[11]; next }
    $1 in rates && NF == 11 { print $1, $10, $11 }' counted out >told
awk -F, '{ print $1, $10, $11 }' counted >figures
same 'success and overdue rates are those that the list of entries gives' figures told
run ledger-stats "$ledger" "${policy[@]}" --by period --csv
[ "$(sed 1d out | cut -c 1-4 | sort -u | head -n 10 | tr '\n' ' ')" = \
    '2016 2017 2018 2019 2020 2021 2022 2023 2024 2025 ' ] || fail 'they fall into ten years'
ok 'they fall into ten years'

# --- another copy ---

run ledger-stats "$ledger" "${policy[@]}" --csv
[ "$status" -eq 0 ] || fail 'the figures are written'
mv out figures.csv
cp -r "$ledger" copy
chmod -R a-w copy
run ledger-stats copy "${policy[@]}" --no-lock --csv
same 'a copy gives the same bytes' out figures.csv

# --- statistics and index by the operator ---

index=$(wc -l <listed)
run ledger-index "$ledger" --operator city/operator.key --rested --statistics published.csv
[ "$status" -eq 0 ] || fail 'the operator records index and figures'
grep -q "^entry $index: index of the matters of $index entries, root " out ||
    fail 'the operator records index and figures'
ok 'the operator records index and figures'
diff figures.csv published.csv >changed
[ "$(grep -c '^[<>]' changed)" -eq 1 ] || fail 'which are those from before, and the index'
grep -Eq '^> [0-9]{4}-[0-9]{2},index,root,[^,]+,1,0,0,0,0,0,0,0$' changed ||
    fail 'which are those from before, and the index'
ok 'which are those from before, and the index'
ledger-log --raw $((index + 1)) "$ledger" >entry
grep -q "^document sha256 $(sha256sum <published.csv | cut -d ' ' -f 1) " entry ||
    fail 'their digest stands in the record'
ok 'their digest stands in the record'
run ledger-verify "$ledger" "${policy[@]}"
verdict 'the whole verifies' 0 "VALID: .* $((index + 2)) entries, all of it holds; $late late"
run ledger-stats "$ledger" "${policy[@]}" --size $((index + 1)) --csv
same 'the figures can be had again' out published.csv

# --- what became of one matter ---

matter=$(awk -F '\t' '$3 == "arbitration/award" { print $4; exit }' listed)
run ledger-prove "$ledger" --status --matter "$matter" -o award
[ "$status" -eq 0 ] || fail 'a matter of ten years ago is proved'
run ledger-verify "${policy[@]}" --require effective award
verdict 'a matter of ten years ago is proved' 0 \
    "VALID: the matter '$matter' of .*: effective since entry [0-9]+, as of entry $index, "
run ledger-verify "${policy[@]}" --json award
says 'with both its entries' "\"as_of\":$index,.*\"entries\":2,"
run ledger-prove "$ledger" --status --matter '穗仲案字〔2016〕0000000号' -o none
run ledger-verify "${policy[@]}" none
verdict 'and that there is none of a number' 0 "VALID: .*: no entries, as of entry $index, "
