#!/usr/bin/env bash
# Prints digest, mode and name of every file of the tree but builds and git's own, so that two
# manifests differ if a test changed the tree. Needs no git: the tree may be an unpacked archive.
set -eu -o pipefail
find . \( -path ./.git -o -path './build*' \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 -r sh -c 'sha256sum -- "$@"; stat -c "%a %n" -- "$@"' sh
