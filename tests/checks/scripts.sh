#!/usr/bin/env bash
# No script gives shellcheck anything to say.
set -eu -o pipefail
{
    find . \( -path ./.git -o -path './build*' \) -prune -o -name '*.sh' -print0
    printf '%s\0' .ci/run
} | xargs -0 -r shellcheck --external-sources --source-path=SCRIPTDIR --source-path=.
