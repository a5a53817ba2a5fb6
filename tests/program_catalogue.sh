#!/bin/bash
# The catalogue of rules given to the programs: founded with, adopted later, and in force.
# usage: program_catalogue.sh DIRECTORY-OF-PROGRAMS
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/lib.sh"
umask 077

catalogue=$root/fixtures/catalogue
ledger='publiclaw.gz.test.example/2026'
notary='notary.gz.test.example'
services=()
for file in "$catalogue"/*.txt; do
    if grep -q '^rule ' "$file"; then
        services+=("$file")
    fi
done

new_key() { # FILE NAME
    run "$bin/ledger-key" generate --name "$2" --unsealed "$1"
    [ "$status" -eq 0 ] || fail "makes the key $2"
    cp out "$1.vkey"
}
new_key op "$ledger"
new_key li 'justice.gz.test.example/li-na'
new_key chen 'court.gz.test.example/chen-jie'
new_key su "$notary/su"
new_key jiang "$notary/jiang"
new_key seal "$notary/seal"
new_key heir 'party.test.example/heir'

cat >governors <<END
governor $(cat li.vkey)
governor $(cat chen.vkey)
threshold 2
END
cat >people <<END
key $(cat su.vkey) $notary notary/contract+will
key $(cat jiang.vkey) $notary notary-clerk
key $(cat seal.vkey) $notary notary-seal
END
institutions=$catalogue/institutions-example.txt
required=$catalogue/required.txt


init() { # LEDGER FILE...
    path=$1
    shift
    cat "$@" >lines
    run "$bin/ledger-init" "$path" --origin "$ledger" --operator op --authority lines \
        --sign li --sign chen --map-size 33554432
}
draft() { # LEDGER FILE...
    path=$1
    shift
    cat "$@" >lines
    rm -f change
    run "$bin/ledger-authority" "$path" --draft lines -o change
}
adopt() { # RULE LEDGER: signs and appends the draft
    run "$bin/ledger-sign" change --key li --key chen
    [ "$status" -eq 0 ] || fail "$1"
    run "$bin/ledger-append" "$2" --operator op change
    [ "$status" -eq 0 ] || fail "$1"
    ok "$1"
}
rules_in_force() { # LEDGER: how many
    run "$bin/ledger-authority" "$1" --json
    grep -o '"line":"rule ' out | wc -l
}

# --- founding and adopting ---

[ "${#services[@]}" -eq 11 ] || fail 'there are eleven services'
all=$(cat "${services[@]}" | grep -c '^rule ')

init L governors "$institutions" people "$required" "${services[@]}"
expect 'a ledger is founded with the whole catalogue' 0 ''
[ "$(rules_in_force L)" -eq "$all" ] || fail 'every rule of the catalogue is in force'
ok 'every rule of the catalogue is in force'

init M governors "$institutions" people "${services[@]}"
expect "rules without the line 'rules required' are refused" 1 'refused the genesis: bad-change'
init M governors "$required" "$catalogue/notarisation.txt"
expect 'rules whose roles nobody may hand out are refused' 1 'refused the genesis: bad-change'

init M governors "$institutions" people
expect 'a ledger is founded without rules' 0 ''
draft M "$required" "${services[@]}"
[ "$status" -eq 0 ] || fail 'the whole catalogue is drafted as one change'
adopt 'governors adopt the whole catalogue in one change' M
[ "$(rules_in_force M)" -eq "$all" ] || fail 'every rule that was adopted is in force'
ok 'every rule that was adopted is in force'

for service in "${services[@]}"; do
    rm -rf N N.guard
    init N governors "$institutions" people "$required"
    expect "a ledger that requires rules and has none yet" 0 ''
    if [ "$(basename "$service")" = litigation-service.txt ]; then
        # it cites opinions of forensic appraisal
        draft N "$service"
        expect 'a service that cites another needs its rules' 1 'bad-change'
        draft N "$catalogue/forensic-appraisal.txt" "$service"
    else
        draft N "$service"
    fi
    [ "$status" -eq 0 ] || fail "$(basename "$service" .txt) is drafted alone"
    adopt "$(basename "$service" .txt) is adopted alone" N
done

# --- a matter, from opening to end ---

append() { # KEY... -- OPTION...
    keys=()
    while [ "$1" != -- ]; do
        keys+=(--key "$1")
        shift
    done
    shift
    run "$bin/ledger-append" L --operator op "${keys[@]}" --kind notarisation \
        --matter '（2026）粤样证字第0001号' --institution "$notary" "$@"
}
provenance=(--field origin=front-desk --field made-how=scanned --field 'kept-where=file server'
    --field 'tool=scanner 4.2')
for file in application material deed deed-2 announcement; do
    echo "$file" >"$file.txt"
done

append su -- --event accept --category will --document application.txt
expect 'a matter is not opened without provenance' 1 'line-missing'
append su -- --event accept --category pathology --document application.txt "${provenance[@]}"
expect 'a notary does not notarise what is a matter of appraisal' 1 'role-missing'
append su seal -- --event issue --category will --document deed.txt
expect 'a deed is not issued in a matter that nobody opened' 1 'wrong-order'
append su -- --event accept --category will --document application.txt "${provenance[@]}"
expect 'a notary accepts the matter' 0 ''
append su -- --event accept --category will --document application.txt "${provenance[@]}"
expect 'a matter is not opened twice' 1 'already-open'
append su -- --event examine --category will --document material.txt "${provenance[@]}"
expect 'a notary examines' 0 ''
append su -- --event issue --category will --document deed.txt
expect 'a deed needs the seal' 1 'role-missing'
append su seal -- --event issue --category will --document deed.txt
expect 'a deed is issued' 0 ''
append jiang -- --event deliver --document deed.txt --party "$(cat heir.vkey)"
expect 'a deed is not delivered without the party' 1 'party-unsigned'
append jiang heir -- --event deliver --document deed-2.txt --party "$(cat heir.vkey)"
expect 'what is delivered is the deed' 1 'line-changed'
append jiang heir -- --event deliver --document deed.txt --party "$(cat heir.vkey)"
expect 'the party signs for the deed' 0 ''
append su seal -- --event revoke --category will --document deed.txt --field ground=mistake
expect 'a deed is revoked only on a ground of the law' 1 'line-missing'
append su seal -- --event revoke --category will --document deed.txt --field ground=untrue
expect 'a deed is revoked' 0 ''
append su seal -- --event correct --category will --document deed-2.txt --field correction=misprint
expect 'a revoked deed is not corrected' 1 'wrong-order'
append seal -- --event announce-revocation --document announcement.txt \
    --field announced-where=gazette
expect 'the revocation is announced' 0 ''
append su -- --event unheard-of --category will
expect 'what no rule provides for is refused' 1 'no-rule'

run "$bin/ledger-verify" L --log "$(cat op.vkey)"
[ "$status" -eq 0 ] || fail 'a ledger under the catalogue verifies'
ok 'a ledger under the catalogue verifies'
