#!/usr/bin/env bash
# table.sh - the table of the attacks, from the heads of their scripts.
set -u
cd "$(dirname "$0")/attacks" || exit 2

attacker() {
    case $1 in
    O*) echo 'outsider with access to the disk' ;;
    P*) echo operator ;;
    S*) echo "thief of a signer's key" ;;
    G*) echo "thief of a governor's or registrar's key" ;;
    C*) echo 'operator and others' ;;
    *) echo "no letter of '$1' is known" >&2 && exit 2 ;;
    esac
}

echo '| id | attacker | attack | what one party finds alone | found by | with |'
echo '|----|----------|--------|----------------------------|----------|------|'
for file in *.sh; do
    word() { sed -n "s/^# $1  *//p" "$file"; }
    id=$(word id)
    # shellcheck disable=SC2016
    printf '| %s | %s | %s | %s | %s | %s |\n' "$id" "$(attacker "$id")" "$(word attack)" \
        "$(word alone | sed 's/.* -> \([^ ]*\).*/`\1`/')" "$(word found-by)" "$(word with)"
done
