/*
 * bench_programs - the programs as a user runs them: ledger-append --jsonl from end to end, and
 * ledger-verify on one proof, started from nothing.
 *
 * usage: bench_programs DIRECTORY BIN RECORDS
 */
#include <spawn.h>
#include <sys/wait.h>

#include "ledger/ops/prove.h"
#include "tests/bench/sodium_rate.h"

#define APPEND_REPEATS 3
#define VERIFY_REPEATS 31

extern char **environ;

static void run_program(const char *const *argv)
{
    union {
        const char *const *in;
        char *const *out;
    } words = {.in = argv};
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status = 0;
    LEDGER_ASSERT(posix_spawn_file_actions_init(&actions) == 0);
    LEDGER_ASSERT(
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0);
    if (posix_spawn(&child, argv[0], &actions, NULL, words.out, environ) != 0 ||
        waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        bench_die("'%s' failed with status %d", argv[0], status);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
}

/* Writes `count` records as ledger-append --jsonl reads them. */
static void write_jsonl(struct world *world, const char *path, size_t count)
{
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        bench_die("cannot write '%s'", path);
    }
    for (size_t i = 0; i < count; i++) {
        struct world_record record;
        char hex[2 * LEDGER_HASH_SIZE];
        world_next(world, &record);
        /* One signer signs them all, so all are of one institution. */
        (void)fprintf(
            file,
            "{\"kind\":\"%s\",\"event\":\"%.*s\",\"matter\":\"%s\",\"institution\":\"%s\","
            "\"time\":\"%s\",\"documents\":[",
            world_kinds[0], LEDGER_SPAN_ARGS(record.fields.event), record.matter,
            world_institutions[0], record.time);
        for (size_t d = 0; d < record.fields.document_count; d++) {
            const struct ledger_document *document = &record.documents[d];
            struct ledger_buffer buffer = ledger_buffer_in((uint8_t *)hex, sizeof hex);
            ledger_buffer_hex(&buffer, document->digest.bytes, LEDGER_HASH_SIZE);
            (void)fprintf(file, "%s{\"sha256\":\"%.*s\",\"size\":%" PRIu64 ",\"name\":\"%.*s\"}",
                          d == 0 ? "" : ",", (int)sizeof hex, hex, document->size,
                          LEDGER_SPAN_ARGS(document->name));
        }
        (void)fprintf(file, "],\"data\":%s}\n", record.data);
    }
    if (fclose(file) != 0) {
        bench_die("cannot write '%s'", path);
    }
}

struct runs {
    struct world world;
    struct world_notes notes;
    struct sodium_sample sample;
    const char *bin;
    char ledger[PATH_MAX];
    char operator_path[PATH_MAX];
    char signer_path[PATH_MAX];
    char jsonl[PATH_MAX];
    char proof[PATH_MAX];
    char vkey[LEDGER_VKEY_MAX + 1];
    struct bench_times append_times;
    struct bench_times sodium_times;
    struct bench_times verify_times;
    struct bench_times nothing_times;
};

static void run_append(struct runs *r)
{
    char program[PATH_MAX];
    bench_path(program, r->bin, "ledger-append");
    world_found(&r->world, r->ledger, "program");
    const char *const words[] = {program,          r->ledger, "--operator",
                                 r->operator_path, "--key",   r->signer_path,
                                 "--jsonl",        r->jsonl,  NULL};
    double start = bench_now();
    run_program(words);
    bench_since(&r->append_times, start);
}

static void write_proof(struct runs *r)
{
    struct ledger_reader *reader;
    struct ledger_prover *prover;
    struct ledger_span proof;
    struct ledger_error error;
    bench_ok(ledger_reader_open(&reader, r->ledger, false, &error), &error);
    bench_ok(ledger_prover_new(&prover, reader, &error), &error);
    bench_ok(ledger_prove(prover, &proof, ledger_reader_size(reader) / 2, &error), &error);
    bench_write_file(r->proof, proof.data, proof.size);
    ledger_prover_free(&prover);
    ledger_reader_close(&reader);
}

static void run_verify(struct runs *r)
{
    char program[PATH_MAX];
    bench_path(program, r->bin, "ledger-verify");
    const char *const verify[] = {program, r->proof, "--log", r->vkey, NULL};
    const char *const nothing[] = {"/bin/true", NULL};
    double start = bench_now();
    run_program(verify);
    bench_since(&r->verify_times, start);
    start = bench_now();
    run_program(nothing);
    bench_since(&r->nothing_times, start);
}

static void prepare(struct runs *r, size_t count)
{
    struct ledger_buffer vkey = ledger_buffer_in((uint8_t *)r->vkey, sizeof r->vkey - 1);
    ledger_vkey_write(&vkey, ledger_signer_vkey(r->world.operator_key));
    bench_path(r->operator_path, r->world.directory, "operator.key");
    world_key_path(r->signer_path, r->world.directory, 0, 0);
    bench_path(r->jsonl, r->world.directory, "records.jsonl");
    bench_path(r->proof, r->world.directory, "one.proof");
    write_jsonl(&r->world, r->jsonl, count);
    world_notes_reserve(&r->notes, SODIUM_VERIFICATIONS);
    world_notes_make(&r->world, &r->notes, SODIUM_VERIFICATIONS);
    sodium_sample_make(&r->sample, &r->notes);
}

static void print_report(struct runs *r, double count)
{
    double append = bench_median(&r->append_times);
    double rate = SODIUM_VERIFICATIONS / bench_median(&r->sodium_times);
    bench_row("ledger-append --jsonl, start to exit", count / append, "/s",
              "**%.3f** of libsodium's rate; one signature a record, made and verified",
              count / append / rate);
    bench_row("ledger-verify on one proof, start to exit", 1e3 * bench_median(&r->verify_times),
              "ms", "/bin/true takes %.2f ms", 1e3 * bench_median(&r->nothing_times));
}

int main(int argc, char **argv)
{
    static struct runs r;
    size_t count = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
    if (count == 0) {
        bench_die("usage: bench_programs DIRECTORY BIN RECORDS");
    }
    r.bin = argv[2];
    world_open(&r.world, argv[1]);
    prepare(&r, count);
    for (size_t i = 0; i < APPEND_REPEATS; i++) {
        double start = bench_now();
        sodium_sample_verify(&r.sample);
        bench_since(&r.sodium_times, start);
        run_append(&r);
        if (i + 1 < APPEND_REPEATS) {
            world_remove(r.ledger);
        }
    }
    write_proof(&r);
    for (size_t i = 0; i < VERIFY_REPEATS; i++) {
        run_verify(&r);
    }
    print_report(&r, (double)count);
    world_remove(r.ledger);
    (void)remove(r.jsonl);
    (void)remove(r.proof);
    sodium_sample_free(&r.sample);
    world_notes_free(&r.notes);
    world_close(&r.world);
    return 0;
}
