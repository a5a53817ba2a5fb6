#!/usr/bin/env bash
# Every header compiles alone, as C17 with both compilers and, if it is public, as C++17.
set -u -o pipefail
status=0
c_flags=(-std=c17 -Wall -Wextra -Wpedantic -Wundef -Wstrict-prototypes -Werror -fsyntax-only -I.)
cxx_flags=(-std=c++17 -Wall -Wextra -Werror -fsyntax-only -I.)

compiles() { # LANGUAGE HEADER COMMAND...
    local language=$1 header=$2
    shift 2
    # The declaration is there because C knows no empty translation unit, and macros are none.
    if ! printf '#include "%s"\nextern int declaration;\n' "$header" | "$@" -x "$language" -; then
        echo "does not compile alone as $language with $1: $header"
        status=1
    fi
}

while IFS= read -r header; do
    compiles c "$header" gcc "${c_flags[@]}" -D_GNU_SOURCE
    compiles c "$header" clang "${c_flags[@]}" -D_GNU_SOURCE
done < <(find ledger keys tools -name '*.h' | sort)

public() { # what ledger.h includes, and keys/
    echo ledger/ledger.h
    sed -n 's/^#include "\(ledger\/.*\)"$/\1/p' ledger/ledger.h
    find keys -name '*.h' | sort
}

while IFS= read -r header; do
    compiles c++ "$header" g++ "${cxx_flags[@]}"
done < <(public)

# Programs and keys/ use the library as anybody may: by what ledger.h includes.
while IFS=: read -r source include; do
    if ! grep -qxF "$include" ledger/ledger.h && [ "$include" != '#include "ledger/ledger.h"' ]; then
        echo "$source includes what is not in ledger/ledger.h: $include"
        status=1
    fi
done < <(grep -H '^#include "ledger/' tools/*.[ch] keys/*.[ch])

# A header with exported functions that ledger.h leaves out could not be used once installed.
for layer in base tree format law ops; do
    while IFS= read -r header; do
        if ! grep -qxF "#include \"$header\"" ledger/ledger.h; then
            echo "has LEDGER_API but is not in ledger/ledger.h: $header"
            status=1
        fi
    done < <(grep -l LEDGER_API "ledger/$layer"/*.h)
done
exit "$status"
