/*
 * ledger-prove - writes proofs of entries, each in one file that stands alone.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ledger/base/encoding.h"
#include "ledger/ops/prove.h"
#include "tools/document_file.h"
#include "tools/matter_option.h"
#include "tools/prove_status.h"
#include "tools/read_ledger.h"
#include "tools/replace_file.h"
#include "tools/worker.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct cli_option options[] = {
    {.name = "matter", .argument = "M", .help = "prove the entries of this matter"},
    {.name = "document",
     .argument = "FILE",
     .file = CLI_FILE_READ,
     .help = "prove the entries that speak of this file"},
    {.name = "status",
     .help = "prove what became of the matter that --matter names\nor that has the file of "
             "--document: all of its entries, or\nthat it has none, as of the last index of "
             "matters"},
    {.name = "output",
     .argument = "OUT",
     .file = CLI_FILE_MADE,
     .help = "write to this file, or into this directory\n(made if it is missing and there are "
             "several proofs)",
     .letter = 'o'},
    {.name = "json", .help = "with --status and -o: say what was written as one JSON\nobject"},
    NO_LOCK_OPTION,
};

static const struct cli_program program = {
    .name = "ledger-prove",
    .usage = "LEDGER INDEX... [-o OUT]\n"
             "LEDGER [--matter M] [--document FILE] [-o OUT]\n"
             "LEDGER --status (--matter M | --document FILE) [-o OUT [--json]]",
    .summary = "Writes the proof of one entry to standard output or OUT, or the proofs of\n"
               "several into a directory, as INDEX.tlog-proof, and prints their paths; or\n"
               "the proof of what became of a matter into one file.",
    .options = options,
    .option_count = COUNT_OF(options),
    .operands_min = 1,
    .operands_max = SIZE_MAX,
    .file_operands = 1,
};

/* Indexes of entries to prove, ascending. */
struct wanted {
    uint64_t *indexes;
    size_t count;
    size_t capacity;
};

static bool want(struct wanted *wanted, uint64_t index)
{
    if (wanted->count == wanted->capacity) {
        size_t capacity = wanted->capacity == 0 ? 64 : wanted->capacity * 2;
        uint64_t *larger = realloc(wanted->indexes, capacity * sizeof *larger);
        if (larger == NULL) {
            return false;
        }
        wanted->indexes = larger;
        wanted->capacity = capacity;
    }
    wanted->indexes[wanted->count++] = index;
    return true;
}

static enum ledger_status want_found(void *context, const struct ledger_entry *entry,
                                     struct ledger_span bytes)
{
    (void)bytes;
    return want(context, entry->index) ? LEDGER_OK : LEDGER_NO_MEMORY;
}

static int compare_indexes(const void *a, const void *b)
{
    const uint64_t *left = a;
    const uint64_t *right = b;
    return (*left > *right) - (*left < *right);
}

static void sort_wanted(struct wanted *wanted)
{
    size_t kept = 0;
    if (wanted->count == 0) {
        return;
    }
    qsort(wanted->indexes, wanted->count, sizeof wanted->indexes[0], compare_indexes);
    for (size_t i = 1; i < wanted->count; i++) {
        if (wanted->indexes[i] != wanted->indexes[kept]) {
            wanted->indexes[++kept] = wanted->indexes[i];
        }
    }
    wanted->count = kept + 1;
}

static bool want_operands(struct wanted *wanted, const struct cli_args *args)
{
    for (size_t i = 1; i < args->operand_count; i++) {
        uint64_t index;
        if (!ledger_read_decimal(&index, ledger_span_of(args->operands[i]),
                                 LEDGER_TREE_SIZE_MAX - 1)) {
            cli_fail_usage(&program, "'%s' is not the index of an entry", args->operands[i]);
            return false;
        }
        if (!want(wanted, index)) {
            cli_fail("out of memory");
            return false;
        }
    }
    return true;
}

static bool want_matches(struct wanted *wanted, const struct cli_args *args,
                         struct ledger_reader *reader, struct ledger_hasher *hasher)
{
    struct ledger_document document;
    struct ledger_error error = {0};
    const char *matter = cli_value(args, "matter");
    const char *path = cli_value(args, "document");
    struct ledger_query query = {.matter = ledger_span_of(matter != NULL ? matter : "")};
    if (path != NULL && !document_file_read(&document, hasher, path)) {
        return false;
    }
    query.document = path != NULL ? &document.digest : NULL;
    enum ledger_status status = ledger_search(reader, &query, want_found, wanted, &error);
    if (status == LEDGER_NO_MEMORY) {
        cli_fail("out of memory");
    } else if (status != LEDGER_OK) {
        read_ledger_fail(args, &error);
    }
    return status == LEDGER_OK;
}

static bool is_directory(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* Where proofs go: to standard output (path NULL), to one file, or into a directory. */
struct target {
    const char *path;
    bool directory;
};

static bool choose_target(struct target *target, const char *path, size_t count)
{
    bool standard = path == NULL || strcmp(path, "-") == 0;
    *target = (struct target){.path = standard ? NULL : path};
    if (count > 1 && standard) {
        cli_fail("%zu entries are to be proved: name a directory for them with '-o DIR'", count);
        return false;
    }
    if (count > 1 && mkdir(path, 0777) != 0 && errno != EEXIST) {
        cli_fail("cannot make the directory '%s': %s", path, strerror(errno));
        return false;
    }
    target->directory = !standard && is_directory(path);
    if (count > 1 && !target->directory) {
        cli_fail("cannot write %zu proofs to '%s': it is not a directory", count, path);
        return false;
    }
    return true;
}

static bool write_proof(const struct target *target, struct ledger_span proof, uint64_t index)
{
    char path[PATH_MAX];
    if (target->path == NULL) {
        return cli_replace_file("-", proof) == CLI_DONE;
    }
    int size = target->directory
                   ? snprintf(path, sizeof path, "%s/%" PRIu64 ".tlog-proof", target->path, index)
                   : snprintf(path, sizeof path, "%s", target->path);
    if (size < 0 || (size_t)size >= sizeof path) {
        cli_fail("the path '%s' is too long", target->path);
        return false;
    }
    if (cli_replace_file(path, proof) != CLI_DONE) {
        return false;
    }
    (void)printf("%s\n", path);
    return true;
}

/* Who is to be trusted is for the one who checks the proof. Here it is only made sure that the
 * proof can be read and that its entry is in the tree of its checkpoint. */
static bool proof_holds(struct ledger_hasher *hasher, uint8_t *memory, struct ledger_span bytes,
                        uint64_t index)
{
    struct ledger_proof proof;
    struct ledger_hash leaf;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    if (!ledger_proof_parse(&proof, &verdict, memory, bytes)) {
        cli_fail("the proof of entry %" PRIu64 " is not one: %s; verify the ledger", index,
                 verdict.detail);
        return false;
    }
    ledger_tree_leaf(hasher, &leaf, proof.entry);
    if (proof.index != index ||
        !ledger_inclusion_check(hasher, &proof.path, index, proof.checkpoint.size, &leaf,
                                &proof.checkpoint.root)) {
        cli_fail("entry %" PRIu64 " is not in the tree of the last checkpoint: verify the ledger",
                 index);
        return false;
    }
    return true;
}

static int prove_each(const struct cli_args *args, struct ledger_prover *prover,
                      struct ledger_hasher *hasher, const struct wanted *wanted,
                      const struct target *target)
{
    struct ledger_error error;
    struct ledger_span proof;
    int status = CLI_DONE;
    uint8_t *memory = malloc(LEDGER_EVIDENCE_MAX);
    if (memory == NULL) {
        return cli_fail("out of memory");
    }
    for (size_t i = 0; status == CLI_DONE && i < wanted->count; i++) {
        uint64_t index = wanted->indexes[i];
        enum ledger_status made = ledger_prove(prover, &proof, index, &error);
        if (made == LEDGER_NOT_FOUND) {
            (void)cli_fail_with(&error);
            status = CLI_NOT_VALID;
        } else if (made != LEDGER_OK) {
            status = read_ledger_fail(args, &error);
        } else if (!proof_holds(hasher, memory, proof, index) ||
                   !write_proof(target, proof, index)) {
            status = CLI_TROUBLE;
        }
    }
    free(memory);
    return status;
}

static int prove_wanted(const struct cli_args *args, struct ledger_reader *reader,
                        struct ledger_hasher *hasher, const struct wanted *wanted)
{
    struct ledger_prover *prover = NULL;
    struct ledger_error error;
    struct target target;
    uint64_t size = ledger_reader_size(reader);
    if (wanted->count == 0) {
        cli_message("nothing found among %" PRIu64 " entries", size);
        return CLI_NOT_VALID;
    }
    if (wanted->indexes[wanted->count - 1] >= size) {
        cli_message("there is no entry %" PRIu64 ": the ledger has %" PRIu64 " entries",
                    wanted->indexes[wanted->count - 1], size);
        return CLI_NOT_VALID;
    }
    if (!choose_target(&target, cli_value(args, "output"), wanted->count)) {
        return CLI_TROUBLE;
    }
    if (ledger_prover_new(&prover, reader, &error) != LEDGER_OK) {
        return read_ledger_fail(args, &error);
    }
    int status = prove_each(args, prover, hasher, wanted, &target);
    ledger_prover_free(&prover);
    return status;
}

/* What goes with --status, and only with it. */
static bool options_agree(const struct cli_args *args)
{
    const char *out = cli_value(args, "output");
    bool to_file = out != NULL && strcmp(out, "-") != 0;
    bool json = cli_count(args, "json") > 0;
    bool status = cli_count(args, "status") > 0;
    if (status && (args->operand_count > 1 ||
                   (cli_count(args, "matter") > 0) == (cli_count(args, "document") > 0))) {
        cli_fail_usage(&program, "'--status' goes with '--matter' or '--document', one of them");
        return false;
    }
    if (status && !matter_option_holds(args)) {
        return false;
    }
    if (json && (!status || !to_file)) {
        cli_fail_usage(&program, "'--json' goes with '--status' and '-o FILE'");
        return false;
    }
    return true;
}

static int run_with(const struct cli_args *args, struct ledger_reader *reader,
                    struct ledger_hasher *hasher)
{
    if (cli_count(args, "status") > 0) {
        return prove_status(args, reader, hasher);
    }
    struct wanted wanted = {0};
    int status = CLI_TROUBLE;
    bool known = args->operand_count > 1 ? want_operands(&wanted, args)
                                         : want_matches(&wanted, args, reader, hasher);
    if (known) {
        sort_wanted(&wanted);
        status = prove_wanted(args, reader, hasher, &wanted);
    }
    free(wanted.indexes);
    return status;
}

static int run(const struct cli_args *args)
{
    struct ledger_reader *reader = NULL;
    struct ledger_hasher *hasher = NULL;
    const char *matter = cli_value(args, "matter");
    bool search = matter != NULL || cli_count(args, "document") > 0;
    if (!options_agree(args)) {
        return CLI_TROUBLE;
    }
    if (search == (args->operand_count > 1)) {
        return cli_fail_usage(&program, search ? "name entries or search for them, not both"
                                               : "name entries, or search for them with '--matter' "
                                                 "or '--document'");
    }
    if (matter != NULL && matter[0] == '\0') {
        return cli_fail_usage(&program, "option '--matter': an empty value finds nothing");
    }
    if (!read_ledger_open(&reader, args, args->operands[0])) {
        return CLI_TROUBLE;
    }
    int status = ledger_hasher_new(&hasher) == LEDGER_OK ? run_with(args, reader, hasher)
                                                         : cli_fail("out of memory");
    ledger_hasher_free(&hasher);
    ledger_reader_close(&reader);
    return status;
}

int main(int argc, char **argv)
{
    return worker_run(&program, run, NULL, argc, argv);
}
