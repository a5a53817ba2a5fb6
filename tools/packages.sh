# shellcheck shell=bash
# packages.sh - the Debian packages that building and testing need. Sourced, not run.

# shellcheck disable=SC2034 # used by who sources this file
LEDGER_BUILD_PACKAGES=(
    build-essential ca-certificates cmake pkg-config ninja-build
    liblmdb-dev libsodium-dev libssl-dev libjansson-dev libseccomp-dev
)

# shellcheck disable=SC2034
LEDGER_TEST_PACKAGES=(
    clang libclang-rt-14-dev clang-format libcunit1-dev shellcheck strace openssl
    man-db groff-base git file jq python3 llvm libfuse3-dev e2fsprogs valgrind
)

# Prints those of the named packages that are not installed, one a line.
ledger_missing_packages() {
    local package
    for package in "$@"; do
        if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            echo "$package"
        fi
    done
}

# Installs those of the named packages that are missing. Asks for nothing, and touches neither
# network nor system when nothing is missing.
ledger_install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        echo "not a Debian system: install the counterparts of: $*" >&2
        return 0
    fi
    local missing
    mapfile -t missing < <(ledger_missing_packages "$@")
    if [ "${#missing[@]}" -eq 0 ]; then
        return 0
    fi
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "cannot install packages: neither root nor sudo; missing: ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "installing: ${missing[*]}" >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -q -y --no-install-recommends "${missing[@]}" >&2
}
