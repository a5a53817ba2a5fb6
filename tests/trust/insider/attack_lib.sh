# shellcheck shell=bash
# attack_lib.sh - what every attack is written with; sourced by attacks/*.sh with their arguments.
#
#     ATTACK.sh [--seed N] DIRECTORY-OF-PROGRAMS [BASE]
#
# BASE is a directory that make_base made; without it the small one is made. The attack gets a copy of
# what is public there, `ledger`, `ledger.guard` and `public`, in a new current directory. It forges,
# and calls `judge`, which carries out what the head of the script expects. Exit status 0 if all of it
# comes true, 1 if not, 2 if the attack could not be carried out.
#
# The head of an attack, one line each, "then" as often as needed:
#
#     # id        O01                      its letter is the attacker: see attacker_name
#     # holds     su,seal-n                the keys in the attacker's hand, by label; "operators" are
#                                          both of the ledger's; "-" for none
#     # attack    what is done
#     # alone     CHECK -> OUTCOME [@ PLACE]     what one party finds who has only what it is shown
#     # then      CHECK -> OUTCOME [@ PLACE]     what somebody finds who has more
#     # found-by  who finds it; "nobody ..." if nobody does
#     # with      what it is found with
#
# CHECK is one of the functions check_* below. PLACE is an expression over variables of the script.
set -u
shopt -s lastpipe
export LC_ALL=C.UTF-8

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) || exit 2
root=$(cd "$here/../../.." && pwd) || exit 2
# shellcheck source=tests/trust/insider/base_lib.sh
. "$here/base_lib.sh"

cannot() {
    printf '%s: %s\n' "$id" "$*" >&2
    exit 2
}

head_of() { # WORD: the values of the head lines of that word
    sed -n "s/^# $1  *//p;/^[^#]/q" "$attack_script"
}

attack_script=$(realpath "$0")
seed=1
[ "${1:-}" != --seed ] || { seed=$2 && shift 2; }
[ $# -ge 1 ] || { echo "usage: $0 [--seed N] DIRECTORY-OF-PROGRAMS [BASE]" >&2 && exit 2; }
bin=$(cd "$1" && pwd) || exit 2
id=$(head_of id)
holds=$(head_of holds)
holds=${holds/operators/matters-operator,matters-operator-next}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
base=${2:-}
if [ -z "$base" ]; then
    base=$work/base
    make_base "$here/bases/small.txt" "$base" || cannot "the base could not be made"
fi
base=$(cd "$base" && pwd) && mkdir "$work/here" && cd "$work/here" || exit 2
cp -r "$base/ledger" "$base/ledger.guard" "$base/public" . || exit 2
size=$(wc -l <"$base/facts")
: "$size"

# ---- what an attack is made of ------------------------------------------------------------------

# forge [LEDGER] < COMMANDS of forge.c, with the keys of the head and no others
forge() {
    if [ -n "${INSIDER_HONEST:-}" ]; then # the control: nothing is done
        cat >/dev/null
        return
    fi
    "$bin/forge" "$holds" "$base" "${1:-ledger}" || cannot "cannot be carried out"
}

# honest LABEL[,LABEL...] [LEDGER] < COMMANDS: the same by somebody who does what he should
honest() {
    "$bin/forge" "$1" "$base" "${2:-ledger}" || cannot "the honest part cannot be carried out"
}

# publish [LEDGER [DIRECTORY]]: a new publication
publish() {
    rm -rf "${2:-public}"
    "$bin/ledger-publish" --no-lock "${1:-ledger}" "${2:-public}" >/dev/null ||
        cannot "cannot be published"
}

# prove OUT ARGUMENT...: with ledger-prove, from the copy
prove() {
    "$bin/ledger-prove" --no-lock ledger "${@:2}" -o "$1" >/dev/null || cannot "cannot be proved"
}

# prove_honestly OUT ARGUMENT...: from the ledger before the attack
prove_honestly() {
    "$bin/ledger-prove" --no-lock "$base/ledger" "${@:2}" -o "$1" >/dev/null ||
        cannot "cannot be proved"
}

# checkpoint_of PROOF: what it ends with
checkpoint_of() {
    awk 'blank; /^$/ { blank = 1 }' "$1"
}

operator_key() { # of the operator in force at the end, as op.key
    [ -e op.key ] || honest matters-operator-next <<<'key matters-operator-next op.key'
}

# append RECORD...: an honest operator admits what it is given
append() {
    operator_key
    "$bin/ledger-append" --rested --operator op.key ledger "$@" >/dev/null 2>append.err ||
        cannot "is not admitted: $(cat append.err)"
}

# ---- places -------------------------------------------------------------------------------------

# matter_of FLOW: its number, from the scenario
matter_of() {
    sed -n "s/^flow $1 [^ ]* //p" "$base/scenario.txt" | head -n 1
}

# at FLOW EVENT: the index of the first such entry
at() {
    local matter index
    matter=$(matter_of "$1")
    index=$(awk -F '\t' -v m="$matter" -v e="$2" '$4 == m && $3 == e { print $1; exit }' "$base/facts")
    [ -n "$index" ] || cannot "there is no $1 $2"
    echo "$index"
}

# last_of KIND [EVENT [BEFORE]]: the index of the last such entry
last_of() {
    awk -F '\t' -v k="$1" -v e="${2:-}" -v b="${3:-$size}" \
        '$2 == k && (e == "" || $3 == e) && $1 < b { i = $1 } END { print i }' "$base/facts"
}

# pick CONDITION: one of the entries of which an expression of awk holds, by the seed. In it: kind,
# event, ruled, first, last, ends (a checkpoint ends with it), and the same of the entry after it with
# next_ in front; prev_ends: a checkpoint ends before it; same_next: it and the next are of one matter;
# i: its index.
pick() {
    local choice number
    mapfile -t choice < <(awk -F '\t' '
        { kind[NR] = $2; event[NR] = $3; matter[NR] = $4; ruled[NR] = $5; first[NR] = $6
          last[NR] = $7; ends[NR] = $8 }
        function holds(i, kind_, event_, ruled_, first_, last_, ends_, next_ruled, next_first,
                       next_last, next_ends, prev_ends, same_next) {
            return '"$(sed -E 's/\b(kind|event|ruled|first|last|ends)\b/\1_/g' <<<"$1")"'
        }
        END { for (i = 1; i <= NR; i++)
            if (holds(i - 1, kind[i], event[i], ruled[i], first[i], last[i], ends[i], ruled[i + 1],
                      first[i + 1], last[i + 1], ends[i + 1], ends[i - 1],
                      matter[i] == matter[i + 1]))
                print i - 1 }' "$base/facts")
    [ ${#choice[@]} -gt 0 ] || cannot "no entry is such that $1"
    number=$(printf '%s %s %s' "$seed" "$id" "$1" | sha256sum | cut -c 1-8)
    echo "${choice[$((16#$number % ${#choice[@]}))]}"
}

# covering N: the size of the first checkpoint that covers entry N
covering() {
    awk -F '\t' -v n="$1" '$1 >= n && $8 { print $1 + 1; exit }' "$base/facts"
}

# covered_before N: the size of the last checkpoint that does not cover it
covered_before() {
    awk -F '\t' -v n="$1" '$1 < n && $8 { s = $1 + 1 } END { print s }' "$base/facts"
}

# ---- checks: each sets got, and at_entry to its place or "-" ------------------------------------

# The second verifier, where there is one, must say the same.
second=$root/tests/oracle/verify.py

run_verifier() { # COMMAND ARGUMENT...
    local code=0
    got=unreadable at_entry=-
    "$@" >report 2>report.err </dev/null || code=$?
    if [[ $(<report) =~ \"verdict\":(\{[^}]*\}) ]]; then
        local verdict=${BASH_REMATCH[1]}
        [[ $verdict =~ \"finding\":\"([a-z-]+)\" ]] && got=${BASH_REMATCH[1]}
        [[ $verdict =~ \"entry\":([0-9]+) ]] && at_entry=${BASH_REMATCH[1]}
    fi
    if [ "$got" = valid ]; then at_entry=-; fi
    case $code$got in
    0valid | 1valid) ;; # 1: valid, but not what was required
    1unreadable | 0* | [2-9]*) got="exit $code, $got" ;;
    esac
}

verify() { # ARGUMENT...
    run_verifier "$bin/ledger-verify" --json "$@"
    if [ -n "${INSIDER_SECOND:-}" ]; then
        local first=$got first_at=$at_entry
        run_verifier "$INSIDER_SECOND" "$second" --json "$@"
        if [ "$got $at_entry" != "$first $first_at" ]; then
            got="$first, but the second verifier: $got"
        fi
    fi
}

check_ledger() { # the whole of it
    verify --policy "$base/policy" --no-lock ledger
}

check_other() { # LEDGER
    verify --policy "$base/policy" --no-lock "$1"
}

check_published() {
    verify --policy "$base/policy" public
}

# A checkpoint seen before: a file, or a size, of which it is the honest one.
seen_of() {
    if [ -e "$1" ]; then echo "$1"; else echo "$base/seen/$(($1))"; fi
}

check_since() { # FILE|SIZE [LEDGER]
    verify --policy "$base/policy" --no-lock --since "$(seen_of "$1")" "${2:-ledger}"
}

check_published_since() { # FILE|SIZE
    verify --policy "$base/policy" --since "$(seen_of "$1")" public
}

check_remember() { # an auditor who verified the honest ledger before
    verify --policy "$base/policy" --no-lock --remember remembered "$base/ledger"
    [ "$got" = valid ] || return 0
    verify --policy "$base/policy" --no-lock --remember remembered ledger
}

check_proof() { # FILE
    verify --policy "$base/policy" "$1"
}

check_requires() { # STATUS-LIST STATUS-PROOF: what somebody sees who relies on the matter's being so
    local code=0
    verify --policy "$base/policy" "$2"
    [ "$got" = valid ] || return 0
    "$bin/ledger-verify" --policy "$base/policy" --require "$1" "$2" >report 2>&1 || code=$?
    [ "$code" -eq 0 ] || got="not-$1"
}

check_document() { # FILE STATUS-PROOF: recorded, differs, or what the exit status says
    local code=0
    "$bin/ledger-verify" --policy "$base/policy" --document "$1" "$2" >report 2>&1 || code=$?
    got=$(sed -n '1s/[:,].*//p' report | tr '[:upper:] ' '[:lower:]-')
    at_entry=-
    : "$code"
}

check_newest() { # with the operator's newest key alone
    verify --policy "$base/newest.policy" public
}

check_witnessed() { # with a policy that asks for two of three witnesses
    verify --policy "$base/witnessed.policy" public
}

# status_of FILE: which status a message of a program is of
status_of() {
    case $(<"$1") in
    *'put back from an older copy'* | *'entries, the ledger one of'*) echo rolled-back ;;
    *"is not of these entries"* | *'not those that the guard saw'* | \
        *"not signed by the ledger's operator"* | *"nothing is published; keep it"*) echo forked ;;
    *'does not hang together'* | *'damaged'* | *'was never signed and does not verify'*) echo damaged ;;
    *'there is no guard'*) echo no-guard ;;
    *) echo "unknown: $(<"$1")" ;;
    esac
}

check_start() { # the operator's next start
    local code=0
    operator_key
    "$bin/ledger-index" --rested --operator op.key ledger >report 2>start.err </dev/null || code=$?
    at_entry=-
    case $code in
    0) got=started ;;
    *) got=$(status_of start.err) ;;
    esac
}

check_publish() { # the honest program, onto what was published before
    local code=0
    "$bin/ledger-publish" --no-lock ledger public >report 2>publish.err </dev/null || code=$?
    at_entry=-
    case $code in
    0) got=published ;;
    *) got=$(status_of publish.err) ;;
    esac
}

check_admission() { # RECORD...: an honest operator who is asked to admit them
    local code=0
    operator_key
    "$bin/ledger-append" --json --rested --operator op.key ledger "$@" >report 2>admission.err \
        </dev/null || code=$?
    at_entry=-
    case $code in
    0) got=admitted
       ! grep -q '"existing":true' report || got=existing ;;
    1) [[ $(<report) =~ \"finding\":\"([a-z-]+)\" ]] && got=${BASH_REMATCH[1]} ;;
    *) got="exit $code: $(<admission.err)" ;;
    esac
}

check_notices() { # late, doubtful: whether the report of the ledger lists entries that are
    check_ledger
    [ "$got" = valid ] || return 0
    got=none
    if [[ $(<report) =~ \"type\":\"$1\",\"entry\":([0-9]+) ]]; then
        got=$1
        at_entry=${BASH_REMATCH[1]}
    fi
}

check_history() { # NAME: the authority's history names an entry that gave this name a key
    "$bin/ledger-authority" --no-lock --history ledger >report 2>report.err || cannot "no history"
    got=absent at_entry=-
    ! grep -qF "$1" report || got=listed
}

check_signer() { # NAME [INDEX]: the list of what this name signed has an entry (INDEX)
    "$bin/ledger-log" --no-lock --signer "$1" ledger >report || cannot "no list"
    got=absent at_entry=-
    ! grep -q "^${2:-[0-9]*}$(printf '\t')" report || got=listed
}

check_search() { # MATTER: the ledger has entries of it
    "$bin/ledger-log" --no-lock --matter "$(matter_of "$1")" ledger >report || cannot "no list"
    at_entry=-
    if [ -s report ]; then got=found; else got=absent; fi
}

# ---- judging ------------------------------------------------------------------------------------

# expectation "CHECK [ARGUMENT...] -> OUTCOME [@ PLACE]"
expectation() {
    local check wanted place call
    check=${1%% -> *}
    wanted=${1#* -> }
    place=-
    case $wanted in
    *' @ '*)
        place=$((${wanted#* @ }))
        wanted=${wanted%% @ *}
        ;;
    esac
    read -r -a call <<<"$check"
    "check_${call[0]//-/_}" "${call[@]:1}" || cannot "'$1' cannot be checked"
    if [ "$got" = "$wanted" ] && { [ "$place" = - ] || [ "$at_entry" = "$place" ]; }; then
        return 0
    fi
    printf '%s: %s: found: %s at %s; expected: %s at %s\n' "$id" "$check" "$got" "$at_entry" \
        "$wanted" "$place"
    return 1
}

# Every outcome of the head must come true.
judge() {
    local line outcome=0 count=0
    while read -r line; do
        expectation "$line" || outcome=1
        count=$((count + 1))
    done < <(head_of alone && head_of 'then')
    [ "$count" -gt 0 ] || cannot "expects nothing"
    exit "$outcome"
}
