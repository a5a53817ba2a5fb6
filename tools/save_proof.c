#include "tools/save_proof.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/law/proof_check.h"
#include "ledger/ops/prove.h"
#include "tools/refusal.h"
#include "tools/replace_file.h"

/* What checking takes; large, so it is allocated. */
struct check {
    struct ledger_hasher *hasher;
    struct ledger_policy *policy;
    struct ledger_proof proof;
    struct ledger_proof_report report;
    uint8_t memory[LEDGER_EVIDENCE_MAX];
};

static bool holds(struct check *check, struct ledger_verdict *verdict, struct ledger_span proof,
                  uint64_t index, const struct ledger_vkey *log)
{
    ledger_verdict_clear(verdict);
    ledger_policy_of_log(check->policy, log);
    if (!ledger_proof_parse(&check->proof, verdict, check->memory, proof) ||
        !ledger_proof_check(check->hasher, verdict, &check->report, &check->proof, check->policy)) {
        return false;
    }
    return check->proof.index == index ||
           ledger_verdict_set(verdict, LEDGER_OTHER_ENTRY, "the proof is of another index");
}

static int check_and_write(struct ledger_span proof, uint64_t index, const struct ledger_vkey *log,
                           const char *out)
{
    struct ledger_verdict verdict;
    int status = CLI_TROUBLE;
    struct check *check = calloc(1, sizeof *check);
    if (check == NULL || ledger_hasher_new(&check->hasher) != LEDGER_OK ||
        ledger_policy_new(&check->policy) != LEDGER_OK) {
        status = cli_fail("cannot check the proof: out of memory");
    } else if (!holds(check, &verdict, proof, index, log)) {
        (void)cli_refuse("to write the proof", &verdict); /* of an entry that is in the ledger */
    } else {
        status = cli_replace_file(out, proof);
    }
    if (check != NULL) {
        ledger_hasher_free(&check->hasher);
        ledger_policy_free(&check->policy);
        free(check);
    }
    return status;
}

bool save_proof_has_place(const char *out)
{
    struct stat found;
    if (strcmp(out, "-") == 0) {
        return true;
    }
    if (stat(out, &found) == 0 && !S_ISREG(found.st_mode)) {
        cli_fail("cannot write the proof to '%s': it is not a regular file", out);
        return false;
    }
    char *copy = strdup(out);
    bool takes_files = copy != NULL && access(dirname(copy), W_OK | X_OK) == 0;
    if (!takes_files) {
        cli_fail("cannot write the proof to '%s': %s", out, strerror(errno));
    }
    free(copy);
    return takes_files;
}

int save_proof(const char *path, uint64_t index, const struct ledger_vkey *log, const char *out)
{
    struct ledger_reader *reader = NULL;
    struct ledger_prover *prover = NULL;
    struct ledger_error error;
    struct ledger_span proof;
    int status = CLI_TROUBLE;
    if (ledger_reader_open(&reader, path, false, &error) == LEDGER_OK &&
        ledger_prover_new(&prover, reader, &error) == LEDGER_OK &&
        ledger_prove(prover, &proof, index, &error) == LEDGER_OK) {
        status = check_and_write(proof, index, log, out);
    } else {
        status = cli_fail_with(&error);
    }
    ledger_prover_free(&prover);
    ledger_reader_close(&reader);
    return status;
}
