# shellcheck shell=bash
# in_trouble.sh - the worlds in which in_trouble.py runs programs; sourced after small_ledger.sh.

: "${bin:?}" "${work:?}" "${origin:?}"
still=$bin/../lib/libstill_clock.so
memory=$(mktemp -d /dev/shm/in-trouble.XXXXXX 2>/dev/null) || memory=$work/memory
trap 'chmod -R u+w "$work"; rm -rf "$work" "$memory"' EXIT
mkdir -p "$memory"
: "$still" # for those who source this

# make_worlds: worlds/few with a ledger L of 20 entries and what can be appended to it; worlds/many with
# an L of 270 and its publication O from when there were 250; worlds/older, where O is the place P.
make_worlds() {
    local name i
    make_keys
    for name in few many older; do
        mkdir -p "worlds/$name"
    done
    make_ledger few 20
    make_ledger many 250
    must 'a publication is made' ledger-publish many worlds/many/O
    records 20 >lines.jsonl
    # shellcheck disable=SC2046 # words
    must 'a ledger grows' ledger-append $(signing many) --jsonl lines.jsonl
    copy_ledger few worlds/few/L
    copy_ledger many worlds/many/L
    copy_ledger many worlds/older/L
    cp -r worlds/many/O worlds/older/P
    cp ./*.key lines worlds/few
    for i in 1 2 3; do
        must 'a record is signed' ledger-sign --new "worlds/few/r$i" --ledger "$origin" \
            --kind forensic-appraisal --event note --matter "finished-$i" --institution smu.gz.example \
            --key zhang.key
    done
    for i in AQ Ag Aw; do
        printf '{"kind":"forensic-appraisal","event":"note","matter":"line-%s","institution":"%s",' \
            "$i" smu.gz.example
        printf '"time":"2026-11-23T10:21:07+08:00","nonce":"AAAAAAAAAAAAAAAAAAAA%s=="}\n' "$i"
    done >worlds/few/once.jsonl
}
