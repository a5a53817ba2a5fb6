#!/usr/bin/env bash
# id        S01
# holds     su
# attack    opens a matter in the name of a notary whose key was stolen
# alone     admission fake.record -> admitted
# then      ledger -> valid
# then      signer notary.gz.test.example/su size -> listed
# found-by  the notary, who looks at what was signed in his name
# with      the list of a signer; the key is then declared compromised
# shellcheck source=tests/trust/insider/attack_lib.sh
. "$(dirname "$0")/../attack_lib.sh"
forge <<END
record fake.record
    flow fake notarisation （2026）粤样证字第0999号
    fake accept @su category=will document=application-fake prov
END
judge
