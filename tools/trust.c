#include "tools/trust.h"

#include <stdlib.h>

static bool read_policy(struct ledger_policy *policy, struct ledger_hasher *hasher,
                        const char *path)
{
    struct ledger_verdict verdict;
    uint8_t *bytes;
    size_t size;
    /* One byte more than allowed, so that the parser is the one to say that it is too long. */
    if (!cli_read_file(&bytes, &size, path, LEDGER_POLICY_MAX + 1)) {
        return false;
    }
    ledger_verdict_clear(&verdict);
    bool good = ledger_policy_parse(hasher, policy, &verdict, (struct ledger_span){bytes, size});
    if (!good) {
        cli_fail("cannot use policy '%s': line %u: %s: %s", path, (unsigned)verdict.line,
                 ledger_finding_token(verdict.finding), verdict.detail);
    }
    free(bytes);
    return good;
}

static bool read_log(struct ledger_policy *policy, struct ledger_hasher *hasher, const char *text)
{
    struct ledger_verdict verdict;
    struct ledger_vkey log;
    ledger_verdict_clear(&verdict);
    if (!ledger_vkey_parse(hasher, &log, &verdict, ledger_span_of(text))) {
        cli_fail("cannot trust log '%s': %s", text, verdict.detail);
        return false;
    }
    if (log.type != LEDGER_KEY_ED25519) {
        cli_fail("cannot trust log '%s': it is the key of a witness", text);
        return false;
    }
    ledger_policy_of_log(policy, &log);
    return true;
}

bool trust_get(struct ledger_policy **policy, struct ledger_hasher *hasher,
               const struct cli_args *args)
{
    const char *path = cli_value(args, "policy");
    const char *log = cli_value(args, "log");
    *policy = NULL;
    if ((path == NULL) == (log == NULL)) {
        cli_fail_usage(args->program, "say what to trust: '--policy FILE' or '--log VKEY'%s",
                       path == NULL ? "" : ", not both");
        return false;
    }
    if (ledger_policy_new(policy) != LEDGER_OK) {
        cli_fail("out of memory");
        return false;
    }
    if (path != NULL ? read_policy(*policy, hasher, path) : read_log(*policy, hasher, log)) {
        return true;
    }
    ledger_policy_free(policy);
    return false;
}
