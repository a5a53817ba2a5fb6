#!/usr/bin/env bash
# run.sh - every test of the project, in one command. Installs the packages it needs if they are
# missing, builds under build/, prints one line for each check and closes with
# "N passed, N failed". The exit status is 0 only if all passed.
set -u -o pipefail
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "$0")/.." && pwd) || exit 2
cd "$root" || exit 2
checks=tests/checks
logs=build/logs
jobs=2
passed=0
failed=0
failures=()

# shellcheck source=tools/packages.sh
. tools/packages.sh
ledger_install_packages "${LEDGER_BUILD_PACKAGES[@]}" "${LEDGER_TEST_PACKAGES[@]}" || {
    echo "cannot install the packages that are needed" >&2
    exit 2
}

# check NAME COMMAND...: runs a command; its output is shown only if it fails.
check() {
    local name=$1 log=$logs/${1//[^a-z0-9]/-}.log start=$SECONDS
    shift
    if "$@" >"$log" 2>&1 </dev/null; then
        passed=$((passed + 1))
        printf 'ok      %s (%d s)\n' "$name" "$((SECONDS - start))"
    else
        failed=$((failed + 1))
        failures+=("$name")
        printf 'FAILED  %s (%d s); the end of %s:\n' "$name" "$((SECONDS - start))" "$log"
        tail -n 60 "$log" | sed 's/^/        /'
    fi
}

build() { # DIRECTORY COMPILER CMAKE-OPTION...
    local directory=$1 compiler=$2
    shift 2
    cmake -S . -B "$directory" -G Ninja -DCMAKE_C_COMPILER="$compiler" "$@" &&
        cmake --build "$directory" -j "$jobs" -- --quiet && touch "$directory/complete"
}

built() { # DIRECTORY COMMAND...: runs a command that needs a build, if there is one.
    if [ ! -e "$1/complete" ]; then
        echo "not run: $1 was not built"
        return 1
    fi
    "${@:2}"
}

run_tests() { # DIRECTORY
    ctest --test-dir "$1" -j "$jobs" --output-on-failure --no-tests=error
}

rm -f build/gcc/complete build/sanitize/complete
if [ -z "${LEDGER_KEEP_BUILD:-}" ]; then # set it to build only what changed
    rm -rf build/gcc build/sanitize
fi
mkdir -p "$logs" || exit 2
manifest=$(bash "$checks/manifest.sh")

check "build with gcc" build build/gcc gcc
check "tests with gcc" built build/gcc run_tests build/gcc
check "build with clang and sanitizers" build build/sanitize clang -DLEDGER_SANITIZE=ON
check "tests with clang and sanitizers" built build/sanitize run_tests build/sanitize
check "tests of trust, short tier" built build/gcc bash tests/trust/run-all.sh --short build/gcc
check "format of the sources" bash "$checks/format.sh"
check "shell scripts" bash "$checks/scripts.sh"
check "each public header alone" bash "$checks/headers.sh"
check "symbols and hardening" built build/gcc bash "$checks/symbols.sh" build/gcc
check "installation and consumers" built build/gcc bash "$checks/install.sh" build/gcc
check "same bytes in another directory" built build/gcc bash "$checks/reproducible.sh" build/gcc

tree_is_clean() {
    diff <(echo "$manifest") <(bash "$checks/manifest.sh")
}
check "clean tree after the tests" tree_is_clean

for name in "${failures[@]}"; do
    echo "failed: $name"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
