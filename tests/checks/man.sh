#!/usr/bin/env bash
# man.sh BIN: every program has a man page, which formats without warnings and says what the exit
# statuses mean.
set -u -o pipefail
bin=$1
status=0
count=0
for source in tools/ledger-*.c; do
    program=$(basename "$source" .c)
    page=man/$program.1
    count=$((count + 1))
    if [ ! -f "$page" ]; then
        echo "no man page: $program"
        status=1
        continue
    fi
    warnings=$(MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
    if [ -n "$warnings" ]; then
        echo "$page: $warnings"
        status=1
    fi
    for section in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' 'EXAMPLES?'; do
        if ! grep -qE "^\.S[Hh] \"?$section\"?\$" "$page"; then
            echo "$page: no section $section"
            status=1
        fi
    done
    # Each long option of the program's own help stands in its page.
    while IFS= read -r option; do
        if ! sed 's/\\-/-/g' "$page" | grep -qF -e "$option"; then
            echo "$page: does not mention $option"
            status=1
        fi
    done < <("$bin/$program" --help 2>/dev/null | grep -oE -e '--[a-z][a-z-]+' | sort -u)
done
[ "$count" -gt 0 ] || { echo "no programs"; status=1; }
exit "$status"
