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

# make_things_to_read: worlds/read with a ledger L, its publication P, a proof and the status proof of m3,
# and each of them tampered with.
make_things_to_read() {
    local in=worlds/read
    mkdir -p "$in"
    cp op.key "$in"
    copy_ledger few "$in/L"
    must 'an index is appended' ledger-index "$in/L" --operator op.key
    must 'it is published' ledger-publish "$in/L" "$in/P"
    must 'an entry is proved' ledger-prove "$in/L" 4 --output "$in/proof"
    must 'a status is proved' ledger-prove "$in/L" --status --matter m3 --output "$in/status"
    cp -r "$in/L" "$in/L.bad"
    cp -r "$in/P" "$in/P.bad"
    cp "$in/proof" "$in/proof.bad"
    cp "$in/status" "$in/status.bad"
    python3 - "$in/L.bad/data.mdb" "$(find "$in/P.bad/tile/entries" -type f)" "$in/proof.bad" \
        "$in/status.bad" <<'PYTHON'
import base64, sys
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        data = file.read()
    if path.endswith(("proof.bad", "status.bad")): # the evidence is a line of base64
        lines = data.split(b"\n")
        at = [line.startswith(b"extra ") for line in lines].index(True)
        inside = base64.b64decode(lines[at][6:]).replace(b"matter m3\n", b"matter m4\n")
        lines[at] = b"extra " + base64.b64encode(inside)
        data = b"\n".join(lines)
    else:
        data = data.replace(b"\nmatter m3\n", b"\nmatter m4\n")
    with open(path, "wb") as file:
        file.write(data)
PYTHON
}
