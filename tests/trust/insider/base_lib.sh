# shellcheck shell=bash
# base_lib.sh - makes the ledgers that are attacked; sourced. Needs bin and root.

# make_base SCENARIO DIRECTORY: the honest ledger of a scenario, and what honest people have of it:
# policies, a publication, every checkpoint. And `facts`, a line for each entry: index, kind, event,
# matter, then 1 or 0 for: a rule binds it; it is the first of its matter; the last; a checkpoint
# ends with it.
make_base() {
    : "${bin:?}" "${root:?}"
    local golden=$root/fixtures/golden-matters here=$root/tests/trust/insider/bases
    mkdir -p "$2"
    cat "$golden/people.txt" "$here/insiders.txt" >"$2/people.txt"
    cp "$golden/founding.txt" "$2/"
    cp -r "$golden/documents" "$2/"
    cat "$1" "$here/later.txt" >"$2/scenario.txt"
    "$bin/make_golden_rules" "$2" "$2/made" || return 1
    cp -r "$2/made/." "$2/" && rm -r "$2/made"
    "$bin/ledger-publish" --no-lock "$2/ledger" "$2/public" >/dev/null || return 1
    "$bin/ledger-log" --no-lock "$2/ledger" >"$2/list" || return 1
    keep_checkpoints "$2" && write_policies "$2" && write_facts "$2"
}

keep_checkpoints() {
    local entries size
    entries=$(wc -l <"$1/list")
    mkdir "$1/seen"
    for ((size = 1; size <= entries; size++)); do
        "$bin/ledger-log" --no-lock --checkpoint "$1/ledger" "$size" >"$1/seen/$size" 2>/dev/null ||
            rm "$1/seen/$size"
    done
}

# Besides `policy`, with both keys of the operator: the newest alone; both, with two of three witnesses.
write_policies() {
    { grep '^log ' "$1/policy" | tail -n 1 && echo 'quorum none'; } >"$1/newest.policy"
    {
        grep '^log ' "$1/policy"
        grep -E '^(witness|group|quorum) ' "$root/fixtures/golden/witnessed.policy"
    } >"$1/witnessed.policy"
}

write_facts() {
    local size
    for size in "$1"/seen/*; do basename "$size"; done |
        awk -F '\t' -v OFS='\t' '
            NR == FNR { ends[$1] = 1; next }
            { split($3, what, "/"); kind[$1] = what[1]; event[$1] = what[2]; matter[$1] = $4 }
            !($4 in first) { first[$4] = $1 }
            { last[$4] = $1; n = $1 }
            END {
                for (i = 0; i <= n; i++)
                    print i, kind[i], event[i], matter[i], kind[i] !~ /^(authority|index|statistics)$/,
                        first[matter[i]] == i, last[matter[i]] == i, (i + 1) in ends
            }' - "$1/list" >"$1/facts"
}
