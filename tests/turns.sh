# shellcheck shell=bash
# turns.sh - for tests of many cases that are alike, each of which costs several processes; sourced.
#
# LEDGER_EVERY=N tries one case in N, and LEDGER_TURN (0 to N-1) says which. Without them, all are tried.
# tests/CMakeLists.txt says what the daily run tries; LEDGER_EVERY=1 before a test's own command is the
# full one.
cases_every=${LEDGER_EVERY:-1}
cases_turn=${LEDGER_TURN:-0}
cases_met=0

# its_turn: whether the next case is tried
its_turn() {
    cases_met=$((cases_met + 1))
    [ $(((cases_met - 1 + cases_turn) % cases_every)) -eq 0 ]
}
: "$cases_every" # for those who source this

# enough NUMBER OF-ALL: whether there were that many, or of a part of the cases half of its share
enough() {
    [ "$cases_every" -eq 1 ] || set -- "$1" $(($2 / 2 / cases_every))
    [ "$1" -ge "$2" ]
}

# next_row: sets first to the number of the first case of a row of cases, counted from 1, whose end is only
# known when it is reached; the others follow, cases_every apart. Each row begins at another.
next_row() {
    cases_met=$((cases_met + 1))
    first=$(((cases_met - 1 + cases_turn) % cases_every + 1))
    : "$first"
}
