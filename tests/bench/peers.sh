#!/usr/bin/env bash
# peers.sh - what somebody would use instead, on the same records and the same machine: SQLite with a
# hash chain and signatures, a git repository of signed commits, systemd's sealed journal. One table.
#
# usage: tests/bench/peers.sh [--entries N] [--commits N] [--dir DIRECTORY] [--save HOST-KIND]
#   --entries N        records for the ledger, SQLite and the journal (default 20,000)
#   --commits N        records for git, which makes and verifies about 100 a second (default 1,000)
#   --dir DIRECTORY    where temporary data goes (default build/bench/data); removed afterwards
#   --save HOST-KIND   also writes tests/bench/results/<date>-HOST-KIND-peers.md
set -eu -o pipefail
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$0")/lib.sh"

entries=20000
commits=1000
durable=300 # appended one by one

usage() {
    sed -n 's/^# usage: /usage: /p' "$root/bench/peers.sh" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || usage
    case $1 in
    --entries | --commits)
        [[ $2 =~ ^[1-9][0-9]{0,6}$ ]] || usage
        if [ "$1" = --entries ]; then entries=$2; else commits=$2; fi
        ;;
    --dir) bench_set_dir "$2" ;;
    --save) bench_set_kind "$2" ;;
    *) usage ;;
    esac
    shift 2
done
[ "$commits" -le "$entries" ] || usage

BENCH_PACKAGES=(libsqlite3-dev git openssh-client systemd systemd-journal-remote)
bench_build decade_records decade_append records_split peer_sqlite measured ledger-verify
bench_make_work
records=$work/records

timed() { # COMMAND...: sets seconds
    local start
    start=$(date +%s%N)
    "$@" >"$work/out" 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
    seconds=$(awk -v from="$start" -v to="$(date +%s%N)" 'BEGIN { print (to - from) / 1e9 }')
}

bytes() {
    du -s --block-size=1 "$1" | cut -f 1
}

# result NAME PROVES BULK SINGLE VERIFY BYTES: rates a second and bytes a record; '-' for what there is
# not.
result() {
    local name=$1 proves
    proves=$(tr -s ' \n' ' ' <<<"$2")
    shift 2
    printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "$1" "$2" "$3" "$4" "$proves" >>"$work/results"
}

per() { # COUNT SECONDS
    awk -v n="$1" -v s="$2" 'BEGIN { printf "%.6g", n / s }'
}

ledger() {
    local ledger=$work/ledger
    read -r seconds < <("$bin/decade_append" "$work" "$ledger" 1 0 "$entries")
    local bulk single verify size
    bulk=$(per "$entries" "$seconds")
    size=$(per "$(bytes "$ledger")" "$entries")
    timed "$bin/ledger-verify" --policy "$work/policy" --jobs 1 "$ledger"
    verify=$(per "$entries" "$seconds")
    read -r seconds < <("$bin/decade_append" "$work" "$ledger" 1 "$entries" "$durable" 1)
    single=$(per "$durable" "$seconds")
    result "this ledger" "who signed, that they were entitled, order, rules of law, the operator's
        checkpoints; any record provable alone" "$bulk" "$single" "$verify" "$size"
}

sqlite() {
    local bulk single verify
    read -r bulk single verify < <("$bin/peer_sqlite" "$records" "$entries" "$durable" "$work/peer.db")
    result "SQLite, hash chain, signatures" "order and signatures; not who was entitled; a proof is the
        whole table" "$(per "$entries" "$bulk")" "$(per "$durable" "$single")" \
        "$(per $((entries + durable)) "$verify")" "$(per "$(bytes "$work/peer.db")" $((entries + durable)))"
}

# --- git ---

commit_all() { # one commit for each text, signed, each on top of the one before
    local text tree parent=()
    for text in "$work"/texts/*; do
        tree=$(printf '100644 blob %s\trecord\n' "$(git hash-object -w "$text")" | git mktree)
        parent=(-p "$(git commit-tree -S "$tree" "${parent[@]}" -m record)")
    done
    git update-ref refs/heads/main "${parent[1]}"
}

verify_commits() {
    git fsck --full --strict && git rev-list main | xargs git verify-commit
}

git_repository() {
    local append verify
    mkdir "$work/texts" "$work/repository"
    "$bin/records_split" "$records" "$commits" files "$work/texts"
    ssh-keygen -q -t ed25519 -N '' -C signer -f "$work/signer"
    printf 'signer@example %s\n' "$(cut -d ' ' -f 1-2 "$work/signer.pub")" >"$work/allowed"
    (
        cd "$work/repository"
        git init -q -b main
        git config user.name signer
        git config user.email signer@example
        git config gpg.format ssh
        git config user.signingkey "$work/signer"
        git config gpg.ssh.allowedSignersFile "$work/allowed"
        git config core.fsync committed
        timed commit_all
        echo "$seconds" >"$work/append"
        timed verify_commits
        echo "$seconds" >"$work/verify"
        git gc -q
    )
    append=$(per "$commits" "$(cat "$work/append")")
    verify=$(per "$commits" "$(cat "$work/verify")")
    result "git, signed commits" "order and signatures; history can be rewritten by whoever signs; a proof
        is all commits" "$append" "$append" "$verify" "$(per "$(bytes "$work/repository/.git")" "$commits")"
}

# --- systemd ---

# Sealing needs keys of this machine; they are put where systemd looks for them, and removed.
journal() {
    local remote=/lib/systemd/systemd-journal-remote keys key append
    keys=/var/log/journal/$(cat /etc/machine-id 2>/dev/null || true)
    if [ ! -x $remote ] || [ "$(id -u)" -ne 0 ] || [ "$keys" = /var/log/journal/ ] || [ -e "$keys/fss" ]; then
        echo "systemd's sealed journal does not run here: it needs systemd-journal-remote, root, a machine" \
            "ID, and no sealing keys in use." >>"$work/notes"
        return
    fi
    mkdir -p "$keys"
    key=$(journalctl --setup-keys --interval=1s 2>/dev/null | tail -n 1)
    "$bin/records_split" "$records" "$entries" journal "$work/export"
    timed $remote --seal=yes -o "$work/sealed.journal" "$work/export"
    append=$seconds
    timed journalctl --verify --verify-key="$key" --file "$work/sealed.journal"
    rm -f "$keys/fss"
    result "systemd's journal, sealed" "that what was sealed before an intrusion was not altered since, to
        whoever holds the key; no signatures of records" "$(per "$entries" "$append")" - \
        "$(per "$entries" "$seconds")" "$(per "$(bytes "$work/sealed.journal")" "$entries")"
}

table() {
    echo "| what | append in bulk, records/s | one by one, durable, records/s | verify, one core, records/s | bytes a record | a valid answer proves |"
    echo "|---|---|---|---|---|---|"
    awk -F '\t' '
        function cell(x, of) { return x == "-" ? "-" : sprintf("%.4g (%.3g)", x, x / of) }
        NR == 1 { for (i = 2; i <= 5; i++) ours[i] = $i }
        { printf "| %s | %s | %s | %s | %s | %s |\n", $1, cell($2, ours[2]), cell($3, ours[3]),
              cell($4, ours[4]), cell($5, ours[5]), $6 }' "$work/results"
    echo
    echo "In brackets: of this ledger's. $entries records, $(cut -d ' ' -f 1 "$work/made") signatures;" \
        "git: $commits records with one signature; one by one: $durable."
    [ ! -e "$work/notes" ] || cat "$work/notes"
}

measure() {
    "$bin/decade_records" "$work" $((entries + durable)) alone >"$work/made"
    local each
    for each in ledger sqlite git_repository journal; do
        echo "$(date -u +%T) $each" >&2
        "$each"
    done
    table
}
bench_need_room $(((entries * 6000) + (200 << 20)))
bench_report 'What one would use instead' measure -peers tests/bench/README.md
