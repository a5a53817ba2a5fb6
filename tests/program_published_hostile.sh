#!/usr/bin/env bash
# What a stranger can do to a published directory: of every case in fixtures/tampered/published.txt what
# ledger-verify and ledger-import say, that the other programs count on it as little, that an import
# that is refused leaves nothing behind, and what publishing again does; then single bytes, one after the
# other.
# usage: program_published_hostile.sh DIRECTORY-OF-PROGRAMS [SEED]
seed=${2:-1}
set -- "$1"
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/turns.sh
. "$root/tests/turns.sh" || exit 2
PATH=$bin:$PATH
fixtures=$root/fixtures
table=$fixtures/tampered/published.txt
policy=(--policy "$fixtures/golden/policy")
map=(--map-size 67108864)

cp -r "$fixtures/golden/ledger" ledger
chmod -R u+w ledger
ledger-publish --no-lock ledger good >/dev/null || fail 'the golden ledger is published'
golden_root=$(sed -n 's/^root //p' "$fixtures/golden/expected.txt")

# judge ARGUMENT...: exit status, finding and entry of what ledger-verify says of the directory
judge() {
    status=0
    timeout 60 ledger-verify --json "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
    if [ "$status" -eq 2 ]; then
        { [ ! -s "$work/out" ] && [ -s "$work/err" ]; } || fail 'trouble is told, and nothing else'
        echo '2 - -'
    else
        echo "$status $(jq -r '.verdict | "\(.finding) \(.entry // "-")"' "$work/out")"
    fi
}
# import DIRECTORY: "imported", "-" for trouble, or finding and entry
import() {
    run timeout 60 ledger-import --json "${policy[@]}" "${map[@]}" "$1" imported
    case $status in
    0) echo imported ;;
    1) sed -nE "s/^ledger-import: refused '$1'( at entry ([0-9]+))?: ([a-z-]+):.*/\3 \2/p" err |
        sed 's/ $/ -/' ;;
    2) echo - ;;
    *) echo "exit status $status" ;;
    esac
}
# The import is whole, or not there.
import_stands() { # CASE SAID
    if [ "$2" != imported ]; then
        [ -z "$(find . -name 'imported*')" ] || fail "$1: nothing is left behind"
        return
    fi
    local wanted=$golden_root
    [[ $1 != checkpoint-earlier* ]] || wanted=$(sed -n 3p tampered/checkpoint)
    [ "$(jq -r .root out)" = "$wanted" ] || fail "$1: what is imported has the root"
    ledger-verify "${policy[@]}" imported >out 2>err || fail "$1: what is imported holds"
    rm -r imported imported.guard
}
# The programs that verify before they answer.
count_on_it() { # CASE EXIT: of ledger-verify
    local wanted=2 counts=$2
    [ "$2" -ne 0 ] || wanted=0
    run timeout 60 ledger-check "${policy[@]}" tampered "$fixtures/golden/鉴定意见书.txt"
    [ "$status" -eq "$wanted" ] || fail "$1: a file is judged by what holds only"
    run timeout 60 ledger-stats --csv "${policy[@]}" tampered
    [ "$status" -eq "$counts" ] || fail "$1: what holds is counted only"
    { [ "$status" -eq 0 ] || [ ! -s out ]; } || fail "$1: no figures of what does not hold"
}

# The publisher writes what is missing or wrong, or refuses; never to what is not in the directory.
mend() { # CASE WHAT
    rm -rf mended mended.beside
    bash "$fixtures/tamper_published.sh" "$1" good mended >out 2>err || fail "$1 is made again"
    (cd mended && find . -type f -size -100M -exec sha256sum {} + | sort) >before
    find mended.beside -type f -exec sha256sum {} + | sort >beside.before
    run timeout 60 ledger-publish --no-lock --again ledger mended
    find mended.beside -type f -exec sha256sum {} + | sort | cmp -s - beside.before ||
        fail "$1: nothing is written beside the directory"
    [ ! -e mended/.unfinished ] || fail "$1: nothing half written stays"
    if [ "$2" = mended ]; then
        [ "$status" -eq 0 ] || fail "$1: publishing again puts it right"
        report mended | cmp -s - good.json || fail "$1: what was published again holds"
        return
    fi
    [ "$status" -eq 2 ] || fail "$1: publishing again is refused"
    [[ $1 != checkpoint-* ]] ||
        (cd mended && find . -type f -size -100M -exec sha256sum {} + | sort) | cmp -s - before ||
        fail "$1: what is refused for its checkpoint is left as it is"
}

# --- the cases ---

diff <(bash "$fixtures/tamper_published.sh" --list | sort) \
    <(grep -v '^#' "$table" | cut -d' ' -f1 | sort -u) >out || fail 'every case is in the table'
report() { # DIRECTORY: what is said of it, but for its name and the checkpoint, which strangers may sign
    ledger-verify --json "${policy[@]}" "$1" | sed "s/\"$1\"/\"\"/g" |
        jq 'del(.. | objects | .checkpoint)'
}
report good >good.json
cases=0
made=
while IFS='|' read -r name _ arguments code finding entry import again; do
    [[ $name == \#* ]] && continue
    read -r name <<<"$name"
    read -r -a options <<<"$arguments"
    read -r code finding entry <<<"$code $finding $entry"
    read -r import <<<"$import"
    read -r again <<<"$again"
    if [ "$name" != "$made" ]; then
        rm -rf tampered tampered.beside
        bash "$fixtures/tamper_published.sh" "$name" good tampered >out 2>err || fail "$name is made"
    fi
    [ "${options[*]}" != - ] || options=()
    [[ ${options[*]} == *--policy* ]] || options+=(--policy policy)
    found=$(cd "$fixtures/golden" && judge "${options[@]}" "$work/tampered")
    [ "$found" = "$code $finding $entry" ] ||
        fail "$name (${options[*]}): $found; expected $code $finding $entry"
    cases=$((cases + 1))
    [[ ${options[*]} == '--policy policy' && $name != "$made" ]] || continue
    made=$name
    if [[ $finding == valid && $name != checkpoint-earlier* ]]; then
        report tampered | cmp -s - good.json || fail "$name: the report is as if nothing had been done"
    fi
    found=$(import tampered)
    [ "$found" = "$import" ] || fail "$name, import: $found; expected $import"
    import_stands "$name" "$found"
    its_turn || continue
    count_on_it "$name" "$code"
    mend "$name" "$again"
done <"$table"
[ "$cases" -ge 120 ] || fail "the table has all cases ($cases)"
ok "$cases cases of published directories get the verdicts of the table, from all programs"

# --- single bytes ---

cp -r good early
cp "$fixtures/golden/checkpoints/41" early/checkpoint
ledger-import "${policy[@]}" "${map[@]}" early small >out 2>err || fail 'the first 41 entries are imported'
ledger-publish small bytes >out 2>err || fail 'the first 41 entries are published'
report bytes >bytes.json
[ "$(jq -r .verdict.finding bytes.json)" = valid ] || fail 'what is published of them holds'
RANDOM=$seed
echo "seed $seed"

# flip FILE OFFSET: one byte, in one bit or more
flip() {
    local byte mask=$((1 + RANDOM % 255)) # in a subshell it would be another seed's
    byte=$(od -An -v -tu1 -j "$2" -N 1 "$1")
    # shellcheck disable=SC2059 # an octal escape
    printf "\\$(printf %o $((byte ^ mask)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
declare -A said=()
tried=0
try() { # FILE OFFSET
    cp "bytes/$1" kept
    flip "bytes/$1" "$2"
    ! cmp -s kept "bytes/$1" || fail "byte $2 of $1 is changed"
    found=$(judge "${policy[@]}" bytes)
    # Every byte of what a checkpoint asks for is covered.
    [[ $found == 1\ * && $found != *\ valid\ * ]] || fail "byte $2 of $1 is changed: $found"
    local imported
    imported=$(import bytes)
    case $1 in
    tile/0/*)
        [ "$imported" = imported ] || fail "byte $2 of $1 is changed, import: $imported"
        cmp -s imported.guard bytes/checkpoint || fail "byte $2 of $1 is changed, what is imported"
        rm -r imported imported.guard
        ;;
    *) [[ $imported == [a-z]* && $imported != imported ]] || fail "byte $2 of $1 is changed, import: $imported" ;;
    esac
    cp kept "bytes/$1"
    said[${found#* }]=1
    tried=$((tried + 1))
}
size=$(stat -c %s bytes/checkpoint)
next_row
for ((at = first - 1; at < size; at += cases_every)); do
    try checkpoint "$at"
done
for file in tile/0/000.p/41 tile/entries/000.p/41; do
    size=$(stat -c %s "bytes/$file")
    for ((i = 0; i < 40; i += cases_every)); do
        try "$file" $(((RANDOM << 15 | RANDOM) % size))
    done
done
report bytes | cmp -s - bytes.json || fail 'all bytes were put back'
cp bytes/tile/0/000.p/41 bytes/tile/0/000.p/40
(try tile/0/000.p/40 0) >control && fail 'control: a byte that nobody asks for is told from the others'
grep -q 'valid -' control || fail 'control: a byte that nobody asks for is told from the others'
enough "${#said[@]}" 10 || fail "many things are found (${#said[@]})"
ok "each of $tried bytes that was changed is found: ${#said[@]} verdicts; an import has the root, or is refused"
