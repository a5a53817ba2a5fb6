/*
 * peer_sqlite.c - the records of decade_records in a table of SQLite with a hash chain and the same
 * number of Ed25519 signatures over the same texts: what somebody would write in an afternoon.
 *
 * usage: peer_sqlite RECORDS COUNT ONE-BY-ONE DATABASE
 *
 * Prints seconds for appending COUNT records 1,024 a transaction, for ONE-BY-ONE more with a
 * transaction each, and for verifying all: every hash of the chain and every signature. Signing is not
 * timed. WAL with synchronous=FULL: a transaction is durable when it is committed.
 */
#include <sqlite3.h>

#include "tests/bench/records_file.h"
#include "tests/bench/world.h"

#define AT_ONCE 1024
#define SIGNERS_MAX 8

struct row {
    uint8_t *memory;
    struct ledger_span text;
    unsigned char signatures[SIGNERS_MAX * crypto_sign_BYTES];
    size_t signature_count;
};

struct peer {
    sqlite3 *db;
    sqlite3_stmt *insert;
    struct ledger_hasher *hasher;
    struct row *rows;
    size_t count;
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
    unsigned char secret_key[crypto_sign_SECRETKEYBYTES];
    struct ledger_hash last;
};

static void ok(const struct peer *peer, int code)
{
    if (code != SQLITE_OK && code != SQLITE_DONE) {
        bench_die("SQLite: %s", sqlite3_errmsg(peer->db));
    }
}

static void run(const struct peer *peer, const char *sql)
{
    ok(peer, sqlite3_exec(peer->db, sql, NULL, NULL, NULL));
}

/* Signs the record's text as often as the record was signed. */
static void take(struct peer *peer, struct row *row, struct ledger_span note)
{
    struct ledger_record record;
    struct ledger_verdict verdict;
    struct ledger_signature line;
    LEDGER_ASSERT(ledger_record_parse(&record, &verdict, note));
    struct ledger_span rest = record.note.signatures;
    row->memory = bench_memory(record.note.text.size);
    memcpy(row->memory, record.note.text.data, record.note.text.size);
    row->text = (struct ledger_span){row->memory, record.note.text.size};
    while (ledger_note_next(&rest, &line) && row->signature_count < SIGNERS_MAX) {
        (void)crypto_sign_detached(row->signatures + row->signature_count * crypto_sign_BYTES, NULL,
                                   row->text.data, row->text.size, peer->secret_key);
        row->signature_count++;
    }
}

static void read_rows(struct peer *peer, const char *path, size_t count)
{
    static uint8_t note[WORLD_NOTE_MAX];
    struct records_file file;
    int64_t number;
    peer->rows = calloc(count, sizeof *peer->rows);
    if (peer->rows == NULL) {
        bench_die("out of memory");
    }
    records_open(&file, path, "re");
    for (peer->count = 0; peer->count < count; peer->count++) {
        size_t size = records_next(&file, &number, note, sizeof note);
        if (size == 0) {
            bench_die("'%s' has too few records", path);
        }
        take(peer, &peer->rows[peer->count], (struct ledger_span){note, size});
    }
    records_close(&file);
}

static struct ledger_hash chain(struct peer *peer, const void *text, size_t text_size,
                                const void *signatures, size_t signatures_size)
{
    static uint8_t memory[2 * WORLD_NOTE_MAX];
    struct ledger_hash hash;
    struct ledger_buffer buffer = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_add(&buffer, (struct ledger_span){peer->last.bytes, sizeof peer->last.bytes});
    ledger_buffer_add(&buffer, (struct ledger_span){text, text_size});
    ledger_buffer_add(&buffer, (struct ledger_span){signatures, signatures_size});
    LEDGER_ASSERT(!buffer.overflow);
    ledger_hash_bytes(peer->hasher, &hash, ledger_buffer_span(&buffer));
    return hash;
}

static void insert(struct peer *peer, const struct row *row)
{
    int size = (int)(row->signature_count * crypto_sign_BYTES);
    peer->last = chain(peer, row->text.data, row->text.size, row->signatures, (size_t)size);
    ok(peer, sqlite3_bind_blob(peer->insert, 1, peer->last.bytes, LEDGER_HASH_SIZE, SQLITE_STATIC));
    ok(peer,
       sqlite3_bind_blob(peer->insert, 2, row->text.data, (int)row->text.size, SQLITE_STATIC));
    ok(peer, sqlite3_bind_blob(peer->insert, 3, row->signatures, size, SQLITE_STATIC));
    ok(peer, sqlite3_step(peer->insert));
    ok(peer, sqlite3_reset(peer->insert));
}

static double append(struct peer *peer, size_t from, size_t to, size_t at_once)
{
    double start = bench_now();
    for (size_t i = from; i < to;) {
        run(peer, "BEGIN IMMEDIATE");
        for (size_t k = 0; k < at_once && i < to; k++) {
            insert(peer, &peer->rows[i++]);
        }
        run(peer, "COMMIT");
    }
    return bench_now() - start;
}

static void verify_row(struct peer *peer, sqlite3_stmt *query)
{
    const unsigned char *text = sqlite3_column_blob(query, 1);
    size_t text_size = (size_t)sqlite3_column_bytes(query, 1);
    const unsigned char *signatures = sqlite3_column_blob(query, 2);
    size_t size = (size_t)sqlite3_column_bytes(query, 2);
    peer->last = chain(peer, text, text_size, signatures, size);
    bool good = memcmp(peer->last.bytes, sqlite3_column_blob(query, 0), LEDGER_HASH_SIZE) == 0;
    for (size_t i = 0; i < size; i += crypto_sign_BYTES) {
        good =
            crypto_sign_verify_detached(signatures + i, text, text_size, peer->public_key) == 0 &&
            good;
    }
    if (!good) {
        bench_die("the peer does not verify");
    }
}

static double verify(struct peer *peer)
{
    sqlite3_stmt *query;
    size_t count = 0;
    double start = bench_now();
    memset(&peer->last, 0, sizeof peer->last);
    ok(peer, sqlite3_prepare_v2(peer->db, "SELECT hash, text, signatures FROM record ORDER BY id",
                                -1, &query, NULL));
    while (sqlite3_step(query) == SQLITE_ROW) {
        verify_row(peer, query);
        count++;
    }
    ok(peer, sqlite3_finalize(query));
    if (count != peer->count) {
        bench_die("the peer lost records");
    }
    return bench_now() - start;
}

static void open_peer(struct peer *peer, const char *path)
{
    LEDGER_ASSERT(sodium_init() >= 0 && ledger_hasher_new(&peer->hasher) == LEDGER_OK);
    (void)crypto_sign_keypair(peer->public_key, peer->secret_key);
    ok(peer, sqlite3_open(path, &peer->db));
    run(peer, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
              "CREATE TABLE record(id INTEGER PRIMARY KEY, hash BLOB, text BLOB, signatures BLOB)");
    ok(peer,
       sqlite3_prepare_v2(peer->db, "INSERT INTO record(hash, text, signatures) VALUES(?,?,?)", -1,
                          &peer->insert, NULL));
}

int main(int argc, char **argv)
{
    static struct peer peer;
    size_t count = argc == 5 ? strtoul(argv[2], NULL, 10) : 0;
    size_t more = argc == 5 ? strtoul(argv[3], NULL, 10) : 0;
    if (count == 0) {
        bench_die("usage: peer_sqlite RECORDS COUNT ONE-BY-ONE DATABASE");
    }
    open_peer(&peer, argv[4]);
    read_rows(&peer, argv[1], count + more);
    double bulk = append(&peer, 0, count, AT_ONCE);
    double single = append(&peer, count, count + more, 1);
    (void)printf("%.6f %.6f %.6f\n", bulk, single, verify(&peer));
    for (size_t i = 0; i < peer.count; i++) {
        free(peer.rows[i].memory);
    }
    free(peer.rows);
    ok(&peer, sqlite3_finalize(peer.insert));
    ok(&peer, sqlite3_close(peer.db));
    ledger_hasher_free(&peer.hasher);
    return 0;
}
