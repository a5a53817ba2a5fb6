/*
 * records_split.c - the first records of a file of decade_records, for programs that are not ours.
 *
 * usage: records_split RECORDS COUNT files DIRECTORY   the text of each as DIRECTORY/0000000, ...
 *        records_split RECORDS COUNT journal FILE      all as entries in systemd's export format
 */
#include "tests/bench/records_file.h"
#include "tests/bench/world.h"

static struct ledger_span text_of(struct ledger_span note)
{
    struct ledger_record record;
    struct ledger_verdict verdict;
    LEDGER_ASSERT(ledger_record_parse(&record, &verdict, note));
    return record.note.text;
}

static void write_file(const char *directory, uint64_t n, struct ledger_span text)
{
    char name[32];
    char path[PATH_MAX];
    (void)snprintf(name, sizeof name, "%07" PRIu64, n);
    bench_path(path, directory, name);
    bench_write_file(path, (const char *)text.data, text.size);
}

/* A field with line ends has its length before it, 8 bytes, little-endian. */
static void write_entry(FILE *out, uint64_t n, int64_t start_us, struct ledger_span text)
{
    uint64_t size = text.size;
    (void)fprintf(out,
                  "__REALTIME_TIMESTAMP=%" PRId64 "\n__MONOTONIC_TIMESTAMP=%" PRIu64
                  "\n_BOOT_ID=00000000000000000000000000000001\nRECORD\n",
                  start_us + (int64_t)n, n + 1);
    (void)fwrite(&size, sizeof size, 1, out);
    (void)fwrite(text.data, 1, text.size, out);
    (void)fputs("\n\n", out);
}

int main(int argc, char **argv)
{
    static uint8_t note[WORLD_NOTE_MAX];
    struct records_file file;
    int64_t number;
    size_t size = 0;
    bool journal = argc == 5 && strcmp(argv[3], "journal") == 0;
    if (argc != 5 || (!journal && strcmp(argv[3], "files") != 0)) {
        bench_die("usage: records_split RECORDS COUNT files|journal OUT");
    }
    FILE *out = journal ? fopen(argv[4], "we") : NULL;
    if (journal && out == NULL) {
        bench_die("cannot write '%s'", argv[4]);
    }
    int64_t start_us = (int64_t)time(NULL) * 1000000;
    records_open(&file, argv[1], "re");
    uint64_t count = strtoull(argv[2], NULL, 10);
    for (uint64_t n = 0; n < count && (size = records_next(&file, &number, note, sizeof note)) > 0;
         n++) {
        struct ledger_span text = text_of((struct ledger_span){note, size});
        if (journal) {
            write_entry(out, n, start_us, text);
        } else {
            write_file(argv[4], n, text);
        }
    }
    records_close(&file);
    if (out != NULL && fclose(out) != 0) {
        bench_die("cannot write '%s'", argv[4]);
    }
    return 0;
}
