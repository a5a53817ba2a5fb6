#!/usr/bin/env bash
# All C sources are formatted as .clang-format says.
set -eu -o pipefail
find . \( -path ./.git -o -path './build*' \) -prune -o -name '*.[ch]' -print0 |
    xargs -0 -r clang-format --dry-run -Werror
