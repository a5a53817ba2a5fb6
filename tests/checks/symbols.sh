#!/usr/bin/env bash
# symbols.sh BUILD: what the libraries export, what the programs carry, and how they are hardened.
set -u -o pipefail
build=$1
status=0

fail() {
    echo "$*"
    status=1
}

exports_only_the_prefix() { # LIBRARY
    local names
    names=$(nm -D --defined-only "$1" | awk '{print $NF}')
    [ -n "$names" ] || fail "exports nothing: $1"
    names=$(grep -v '^ledger_' <<<"$names") && fail "$1 exports: ${names//$'\n'/ }"
}

# Functions that write to a store, and functions that make, open or use a secret: those of the
# libraries and our own. mdb_env_sync changes nothing, and liblmdb keeps the tables a reader has
# opened only after mdb_txn_commit, so that neither is among them.
writing='mdb_(put|del|drop|cursor_put|cursor_del|env_copy.*)'
writing+='|ledger_(engine_(put|append|replace|make_table|commit)|store_(create|begin_write|add_.*|set_.*|commit)|guard_replace)'
writing+='|ledger_(append|create).*'
secret='crypto_sign(_ed25519)?(_seed_keypair|_keypair|_detached|_ed25519_sk_.*|_init|_update|_final_create)?'
secret+='|crypto_(pwhash|secretbox|secretstream|aead).*|sodium_(malloc|mlock)|EVP_DigestSign.*|EVP_PKEY_.*'
secret+='|ledger_(secret|signer|key_file)_.*'

# Both what it calls in shared objects and what came in from the archives.
carries_none_of() { # PROGRAM PATTERN
    local found
    found=$(nm "$1" | awk '{print $NF}' | sed 's/@.*//' | grep -xE "($2)" | sort -u)
    [ -z "$found" ] || fail "$1 carries: ${found//$'\n'/ }"
}

is_hardened() { # FILE
    local header dynamic segments
    header=$(readelf -hW "$1")
    dynamic=$(readelf -dW "$1")
    segments=$(readelf -lW "$1")
    grep -q 'Type: *DYN' <<<"$header" || fail "not position independent: $1"
    grep -qE 'FLAGS.*(BIND_NOW|NOW)' <<<"$dynamic" || fail "binds lazily: $1"
    grep -q 'GNU_RELRO' <<<"$segments" || fail "no relro: $1"
    grep -qE 'GNU_STACK.* RW +0x' <<<"$segments" || fail "executable stack: $1"
    grep -qE 'LOAD.* RWE ' <<<"$segments" && fail "segment writable and executable: $1"
    grep -qE '\((RPATH|RUNPATH)\)' <<<"$dynamic" && [[ $1 == */bin/* ]] && fail "has an rpath: $1"
}

# The linker drops the note that says so, since Debian's start-up objects are without it; what
# counts is that functions begin with a landing pad.
has_landing_pads() { # FILE FUNCTION
    [ "$(uname -m)" != x86_64 ] || [[ $(objdump -d --disassemble="$2" "$1") == *endbr64* ]] ||
        fail "not compiled for control-flow protection: $1"
}

# A frame of more than a page is taken a page at a time, and each is touched: guard pages are met.
probes_large_frames() { # FILE
    [ "$(uname -m)" != x86_64 ] ||
        grep -qE 'orq? +[$]0x0,(0xff8)?\(%rsp\)' <<<"$(objdump -d "$1")" ||
        fail "large frames are not probed: $1"
}

# What the compiler says of each unit. The flags are those of cmake/LedgerFlags.cmake.
hardening='-fstack-protector-strong -fstack-clash-protection -fcf-protection=full -ftrivial-auto-var-init=zero'
units_are_hardened() { # FILE
    local units flag
    units=$(readelf --debug-dump=info --dwarf-depth=1 "$1" 2>/dev/null | grep DW_AT_producer)
    [ -n "$units" ] || fail "does not say how it was compiled: $1"
    for flag in $hardening; do
        [ "$(uname -m)" = x86_64 ] || [ "$flag" != -fcf-protection=full ] || continue
        grep -qv -e " $flag " <<<"$units" && fail "a unit is compiled without $flag: $1"
    done
}

# Of these the fortified ones are called whatever is printed, in every unit.
unfortified='f?printf|vf?printf|v?dprintf|v?asprintf'

for name in libledger libledger-keys; do
    library=$build/lib/$name.so.0
    exports_only_the_prefix "$library"
    is_hardened "$library"
    units_are_hardened "$library"
    has_landing_pads "$library" "$(nm -D --defined-only "$library" | awk '$2 == "T" {name = $3} END {print name}')"
    [[ $(readelf -dW "$library") == *"soname: [$name.so.0]"* ]] || fail "wrong soname: $library"
done

programs=0
for program in "$build"/bin/ledger-*; do
    [ -x "$program" ] || continue
    programs=$((programs + 1))
    is_hardened "$program"
    units_are_hardened "$program"
    has_landing_pads "$program" main
    symbols=$(nm -D "$program")
    [[ $symbols == *__stack_chk_fail* ]] || fail "no stack protector: $program"
    [[ $symbols == *__snprintf_chk* || $symbols == *__vsnprintf_chk* ]] || fail "not fortified: $program"
    grep -qE " U ($unfortified)(@|\$)" <<<"$symbols" && fail "a unit is not fortified: $program"
done
[ "$programs" -gt 0 ] || fail "no programs in $build/bin"
probes_large_frames "$build/bin/ledger-verify" # not every program has a frame that large

# Functions that write the files of a publication.
publishing='ledger_(publish|tiles_(writer_.*|put|sync|remove_.*))'

for program in ledger-verify ledger-log ledger-prove ledger-authority ledger-stats ledger-check ledger-publish; do
    [ -x "$build/bin/$program" ] || fail "not built: $program"
    carries_none_of "$build/bin/$program" "$secret|$writing"
    [ "$program" = ledger-publish ] || carries_none_of "$build/bin/$program" "$publishing"
done
carries_none_of "$build/bin/ledger-import" "$secret|$publishing"

# The archives must not clash with names of whoever links them.
for archive in "$build"/lib/libledger.a "$build"/lib/libledger-keys.a; do
    names=$(nm --defined-only --extern-only "$archive" 2>/dev/null | awk 'NF == 3 {print $3}' |
        grep -v '^ledger_') && fail "$archive defines: ${names//$'\n'/ }"
done
exit "$status"
