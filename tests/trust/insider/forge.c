/*
 * forge.c - an insider at work: edits the entries of a ledger and makes anew what its keys allow.
 *
 * usage: forge HELD BASE LEDGER < COMMANDS
 *
 * HELD is a list of labels of keys, joined by commas, or "-": whatever else would have to be signed
 * for is refused. BASE has people.txt, founding.txt, scenario.txt and what was made of them; LEDGER,
 * a copy of its ledger, is replaced. N and M are indexes of entries or sizes. Commands, one a line:
 *
 *     line N FROM => TO       a piece of entry N
 *     time N MS               its time, by so many milliseconds later (or, with -, earlier)
 *     strip N NAME            its signature line of this name is taken away
 *     drop N | swap N | cut N entry N goes; it and the next change places; all from it on go
 *     lose N                  the row of entry N goes; the others stay where they are
 *     restore N               the ledger as it was under the checkpoint of N entries
 *     repeat N M              the record of entry N again, before entry M (M the size: at the end)
 *     insert N | replace N    a record before entry N, or in its place; then lines that begin with
 *                             four spaces, in the words of fixtures/golden-matters/scenario.txt
 *     found FROM => TO        a piece of the lines that a genesis made after this has
 *     record FILE             a record, its words after it as above, not into the ledger
 *     key LABEL FILE          the secret key, as a file for the programs
 *     cosign LABEL FILE       the witness's line is added to the checkpoint in FILE
 *     unrow N                 the row of entry N in the table of matters goes
 *     unindex N               the same, and the parts are as if it were not there
 *     node                    a node that no such tree has
 *     uncheckpoint N          the checkpoint of size N goes
 *     checkpoint N LABEL      a checkpoint of size N, signed with this key
 *     renumber N | relink N | recompose N      from entry N on: the index lines; and the chain; and
 *                             the roots of the authority
 *     reindex                 nodes, rows and parts
 *     renew N [M]             indexes of matters and statistics from entry N on, which the operator
 *                             signs; as if entry M were not there; then as recompose
 *     resign N [LABEL]        the checkpoints of N entries or more
 *     rewrite N               renew N, reindex, resign N: all that an operator can do
 *
 * Exit status 2 if something cannot be done.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/base/encoding.h"
#include "ledger/base/timestamp.h"
#include "tests/trust/insider/forge.h"

#define COMMANDS_MAX 65536

/* What a command says after its word. */
struct order {
    struct ledger_span rest;
    struct ledger_span words; /* the lines below, without the four spaces */
};

typedef void act(struct forge *f, struct order *order);

static struct ledger_span take_word(struct order *order)
{
    struct ledger_span *rest = &order->rest;
    const uint8_t *space = rest->size == 0 ? NULL : memchr(rest->data, ' ', rest->size);
    size_t size = space == NULL ? rest->size : (size_t)(space - rest->data);
    size_t skip = space == NULL ? size : size + 1;
    struct ledger_span word = {rest->data, size};
    *rest = (struct ledger_span){rest->data + skip, rest->size - skip};
    return word;
}

static uint64_t take_number(struct order *order)
{
    uint64_t number = 0;
    struct ledger_span word = take_word(order);
    if (!ledger_read_decimal(&number, word, UINT32_MAX)) {
        fixture_die("'%.*s' is no number", LEDGER_SPAN_ARGS(word));
    }
    return number;
}

static char *text_of(struct ledger_span span)
{
    return (char *)fixture_copy(span);
}

/* "FROM => TO": `text` with the first FROM replaced, in static memory. */
static struct ledger_span replaced(struct ledger_span text, struct ledger_span rest)
{
    static uint8_t memory[TAMPER_ROOM];
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    size_t arrow = fixture_find(rest, " => ");
    if (arrow == SIZE_MAX) {
        fixture_die("'%.*s' says not what becomes of it", LEDGER_SPAN_ARGS(rest));
    }
    char *from = text_of((struct ledger_span){rest.data, arrow});
    char *to = text_of((struct ledger_span){rest.data + arrow + 4, rest.size - arrow - 4});
    tamper_replace(&out, text, from, to);
    LEDGER_ASSERT(!out.overflow);
    free(from);
    free(to);
    return ledger_buffer_span(&out);
}

/* ---- entries -------------------------------------------------------------------------------- */

static void edit_line(struct forge *f, struct order *order)
{
    uint64_t index = take_number(order);
    fixture_set_entry(&f->t.image, index, replaced(fixture_entry(&f->t.image, index), order->rest));
}

static void move_time(struct forge *f, struct order *order)
{
    uint64_t index = take_number(order);
    bool earlier = ledger_span_starts(order->rest, "-");
    order->rest.data += earlier ? 1 : 0;
    order->rest.size -= earlier ? 1 : 0;
    int64_t by = (int64_t)take_number(order) * (earlier ? -1 : 1);
    struct ledger_span entry = fixture_entry(&f->t.image, index);
    size_t at = fixture_find(entry, "\ntime ") + 6;
    char time[LEDGER_TIME_SIZE + 1];
    int64_t ms = 0;
    if (!ledger_read_ledger_time(&ms, (struct ledger_span){entry.data + at, LEDGER_TIME_SIZE})) {
        fixture_die("entry %" PRIu64 " has no time", index);
    }
    ledger_write_ledger_time(time, ms + by);
    uint8_t *copy = fixture_copy(entry);
    memcpy(copy + at, time, LEDGER_TIME_SIZE);
    fixture_set_entry(&f->t.image, index, (struct ledger_span){copy, entry.size});
    free(copy);
}

static void strip(struct forge *f, struct order *order)
{
    uint64_t index = take_number(order);
    struct ledger_span entry = fixture_entry(&f->t.image, index);
    char start[300];
    snprintf(start, sizeof start, "\n\u2014 %.*s ", LEDGER_SPAN_ARGS(order->rest));
    size_t at = fixture_find(entry, start);
    if (at == SIZE_MAX) {
        fixture_die("'%.*s' did not sign", LEDGER_SPAN_ARGS(order->rest));
    }
    const uint8_t *end = memchr(entry.data + at + 1, '\n', entry.size - at - 1);
    uint8_t *copy = fixture_copy(entry);
    size_t after = (size_t)(end - entry.data);
    memmove(copy + at, entry.data + after, entry.size - after);
    fixture_set_entry(&f->t.image, index, (struct ledger_span){copy, entry.size - (after - at)});
    free(copy);
}

static void drop(struct forge *f, struct order *order)
{
    struct fixture_number number;
    uint64_t index = take_number(order);
    fixture_remove(&f->t.image, LEDGER_TABLE_ENTRIES, fixture_number(&number, index));
    if (index < fixture_size(&f->t.image)) {
        fixture_close_gap(&f->t.image, index);
    }
}

static void swap(struct forge *f, struct order *order)
{
    uint64_t index = take_number(order);
    struct ledger_span first = fixture_entry(&f->t.image, index);
    uint8_t *copy = fixture_copy(first);
    size_t size = first.size;
    fixture_set_entry(&f->t.image, index, fixture_entry(&f->t.image, index + 1));
    fixture_set_entry(&f->t.image, index + 1, (struct ledger_span){copy, size});
    free(copy);
}

static void cut(struct forge *f, struct order *order)
{
    uint64_t size = take_number(order);
    struct fixture_number number;
    while (fixture_size(&f->t.image) > size) {
        fixture_remove(&f->t.image, LEDGER_TABLE_ENTRIES,
                       fixture_number(&number, fixture_size(&f->t.image) - 1));
    }
}

static void lose(struct forge *f, struct order *order)
{
    struct fixture_number number;
    fixture_remove(&f->t.image, LEDGER_TABLE_ENTRIES, fixture_number(&number, take_number(order)));
}

static void restore(struct forge *f, struct order *order)
{
    struct fixture_table *table = &f->t.image.tables[LEDGER_TABLE_CHECKPOINTS];
    struct ledger_span rest = order->rest;
    uint64_t size = take_number(order);
    order->rest = rest;
    cut(f, order);
    while (table->count > 0 && ledger_get_be64(table->rows[table->count - 1].key.data) > size) {
        struct fixture_number number;
        uint64_t last = ledger_get_be64(table->rows[table->count - 1].key.data);
        fixture_remove(&f->t.image, LEDGER_TABLE_CHECKPOINTS, fixture_number(&number, last));
    }
    fixture_reindex(&f->world, &f->t.image);
}

/* A new entry before `index`, with the first lines of the one that stood there, or of the last. */
static void put(struct forge *f, uint64_t index, struct ledger_span note)
{
    uint64_t size = fixture_size(&f->t.image);
    struct ledger_span like = fixture_entry(&f->t.image, index < size ? index : size - 1);
    uint8_t *head = fixture_copy(like);
    struct ledger_span bytes = {head, like.size};
    if (index < size) {
        fixture_open_gap(&f->t.image, index);
    }
    fixture_set_entry(&f->t.image, index, bytes);
    free(head);
    tamper_put_note(&f->t, index, note);
}

static void insert(struct forge *f, struct order *order)
{
    uint64_t index = take_number(order);
    put(f, index, forge_record(f, order->words, index));
}

static void replace(struct forge *f, struct order *order)
{
    uint64_t index = take_number(order);
    tamper_put_note(&f->t, index, forge_record(f, order->words, index));
}

static void repeat(struct forge *f, struct order *order)
{
    struct ledger_span entry = fixture_entry(&f->t.image, take_number(order));
    size_t at = fixture_find(entry, "\n\n") + 2;
    uint8_t *copy = fixture_copy((struct ledger_span){entry.data + at, entry.size - at});
    put(f, take_number(order), (struct ledger_span){copy, entry.size - at});
    free(copy);
}

static void found(struct forge *f, struct order *order)
{
    struct ledger_span old = f->script.founding;
    struct ledger_span text = replaced(old, order->rest);
    f->script.founding = (struct ledger_span){fixture_copy(text), text.size};
    free((void *)(uintptr_t)old.data);
}

/* ---- files ---------------------------------------------------------------------------------- */

static void save_file(struct ledger_span path, struct ledger_span bytes)
{
    char *name = text_of(path);
    (void)unlink(name);
    fixture_write(name, bytes);
    (void)chmod(name, 0600);
    free(name);
}

static void save_record(struct forge *f, struct order *order)
{
    save_file(order->rest, forge_record(f, order->words, fixture_size(&f->t.image)));
}

static void save_key(struct forge *f, struct order *order)
{
    uint8_t memory[1024];
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    struct ledger_span label = take_word(order);
    forge_need(f, label);
    const struct fixture_key *key = cast_find(&f->script.cast, label);
    ledger_buffer_text(&out, "public-law-ledger/secret-key/v1\nname ");
    ledger_buffer_add(&out, ledger_vkey_name(&key->vkey));
    ledger_buffer_text(&out, "\nvkey ");
    ledger_vkey_write(&out, &key->vkey);
    ledger_buffer_text(&out, "\nunsealed ");
    ledger_buffer_base64(&out, key->seed, sizeof key->seed);
    ledger_buffer_text(&out, "\n");
    LEDGER_ASSERT(!out.overflow);
    save_file(order->rest, ledger_buffer_span(&out));
}

static void cosign(struct forge *f, struct order *order)
{
    uint8_t memory[8192];
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    struct ledger_span label = take_word(order);
    forge_need(f, label);
    char *path = text_of(order->rest);
    struct ledger_span note = fixture_read(path);
    struct ledger_span text = {note.data, fixture_find(note, "\n\n") + 1};
    ledger_buffer_add(&out, note);
    fixture_cosign(&f->world, &out,
                   (enum fixture_actor)(cast_find(&f->script.cast, label) - f->world.keys), text,
                   1767225600);
    LEDGER_ASSERT(!out.overflow);
    save_file(order->rest, ledger_buffer_span(&out));
    free((void *)(uintptr_t)note.data);
    free(path);
}

/* ---- rows and checkpoints ------------------------------------------------------------------- */

static void unrow(struct forge *f, struct order *order)
{
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    struct ledger_hash matter;
    uint8_t key[LEDGER_ROW_KEY_SIZE];
    uint64_t index = take_number(order);
    ledger_verdict_clear(&verdict);
    if (!ledger_entry_parse(&entry, &verdict, fixture_entry(&f->t.image, index))) {
        fixture_die("entry %" PRIu64 " cannot be read", index);
    }
    ledger_hash_bytes(f->world.hasher, &matter, entry.record.matter);
    ledger_key_row(key, &matter, index);
    fixture_remove(&f->t.image, LEDGER_TABLE_MATTERS, (struct ledger_span){key, sizeof key});
}

static void unindex(struct forge *f, struct order *order)
{
    struct ledger_span rest = order->rest;
    unrow(f, order);
    order->rest = rest;
    fixture_clear(&f->t.image, LEDGER_TABLE_PARTS);
    fixture_index_parts_without(&f->world, &f->t.image, take_number(order));
}

static void add_node(struct forge *f, struct order *order)
{
    static const struct ledger_hash hash = {{1}};
    uint8_t key[LEDGER_NODE_KEY_SIZE];
    (void)order;
    ledger_key_node(key, (struct ledger_node){LEDGER_BLOCK_LEVEL, 0});
    fixture_put(&f->t.image, LEDGER_TABLE_NODES, (struct ledger_span){key, sizeof key},
                (struct ledger_span){hash.bytes, sizeof hash.bytes});
}

static void uncheckpoint(struct forge *f, struct order *order)
{
    struct fixture_number number;
    fixture_remove(&f->t.image, LEDGER_TABLE_CHECKPOINTS,
                   fixture_number(&number, take_number(order)));
}

static void checkpoint(struct forge *f, struct order *order)
{
    uint64_t size = take_number(order);
    forge_checkpoint(f, size, take_word(order));
}

/* ---- making anew ---------------------------------------------------------------------------- */

static void renumber(struct forge *f, struct order *order)
{
    fixture_renumber(&f->t.image, take_number(order));
}

static void relink(struct forge *f, struct order *order)
{
    fixture_relink(&f->world, &f->t.image, take_number(order));
}

static void recompose(struct forge *f, struct order *order)
{
    fixture_recompose(&f->world, &f->t.image, take_number(order));
}

static void reindex(struct forge *f, struct order *order)
{
    (void)order;
    fixture_reindex(&f->world, &f->t.image);
}

static void renew(struct forge *f, struct order *order)
{
    uint64_t first = take_number(order);
    forge_renew(f, first, order->rest.size != 0 ? take_number(order) : UINT64_MAX);
}

static void resign(struct forge *f, struct order *order)
{
    uint64_t first = take_number(order);
    forge_resign(f, first, take_word(order));
}

static void rewrite(struct forge *f, struct order *order)
{
    uint64_t first = take_number(order);
    forge_renew(f, first, UINT64_MAX);
    fixture_reindex(&f->world, &f->t.image);
    forge_resign(f, first, (struct ledger_span){NULL, 0});
}

/* ---- commands ------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    act *act;
    bool changes; /* the ledger */
} acts[] = {
    {"line", edit_line, true},
    {"time", move_time, true},
    {"strip", strip, true},
    {"drop", drop, true},
    {"swap", swap, true},
    {"cut", cut, true},
    {"repeat", repeat, true},
    {"insert", insert, true},
    {"replace", replace, true},
    {"found", found, false},
    {"record", save_record, false},
    {"key", save_key, false},
    {"cosign", cosign, false},
    {"lose", lose, true},
    {"restore", restore, true},
    {"unindex", unindex, true},
    {"unrow", unrow, true},
    {"node", add_node, true},
    {"uncheckpoint", uncheckpoint, true},
    {"checkpoint", checkpoint, true},
    {"renumber", renumber, true},
    {"relink", relink, true},
    {"recompose", recompose, true},
    {"reindex", reindex, true},
    {"renew", renew, true},
    {"resign", resign, true},
    {"rewrite", rewrite, true},
};

/* Takes the lines that begin with four spaces, without these. */
static struct ledger_span take_words(struct ledger_span *rest)
{
    static uint8_t memory[COMMANDS_MAX];
    struct ledger_buffer out = ledger_buffer_in(memory, sizeof memory);
    struct ledger_span line;
    struct ledger_span ahead = *rest;
    while (ledger_span_take_line(&ahead, &line) && ledger_span_starts(line, "    ")) {
        ledger_buffer_add(&out, (struct ledger_span){line.data + 4, line.size - 4});
        ledger_buffer_text(&out, "\n");
        *rest = ahead;
    }
    return ledger_buffer_span(&out);
}

static void carry_out(struct forge *f, struct ledger_span commands)
{
    struct order order;
    while (ledger_span_take_line(&commands, &order.rest)) {
        order.words = take_words(&commands);
        struct ledger_span word = take_word(&order);
        size_t i = 0;
        while (i < sizeof acts / sizeof acts[0] && !ledger_span_is(word, acts[i].word)) {
            i++;
        }
        if (i == sizeof acts / sizeof acts[0]) {
            fixture_die("'%.*s' is no command", LEDGER_SPAN_ARGS(word));
        }
        acts[i].act(f, &order);
        f->changed = f->changed || acts[i].changes;
    }
}

/* ---- the whole ------------------------------------------------------------------------------ */

/* In the place of the copy, of which nothing stays. */
static void save(const struct forge *f, const char *ledger)
{
    char fresh[PATH_MAX];
    char path[PATH_MAX];
    snprintf(fresh, sizeof fresh, "%s.forged", ledger);
    fixture_image_save(&f->t.image, fresh);
    snprintf(path, sizeof path, "%s/data.mdb", ledger);
    (void)unlink(path);
    snprintf(path, sizeof path, "%s/lock.mdb", ledger);
    (void)unlink(path);
    if (rmdir(ledger) != 0 || rename(fresh, ledger) != 0) {
        fixture_die("cannot replace '%s'", ledger);
    }
}

int main(int argc, char **argv)
{
    static struct forge f;
    static uint8_t commands[COMMANDS_MAX];
    struct fixture_image original;
    if (argc != 4) {
        fixture_die("usage: forge HELD BASE LEDGER < COMMANDS");
    }
    size_t size = fread(commands, 1, sizeof commands, stdin);
    f.held = strcmp(argv[1], "-") == 0 ? "" : argv[1];
    fixture_world_open(&f.world);
    f.t.world = &f.world;
    script_open(&f.script, &f.world, argv[2]);
    forge_learn(&f);
    fixture_image_load(&original, argv[3]);
    fixture_image_load(&f.t.image, argv[3]);
    carry_out(&f, (struct ledger_span){commands, size});
    if (f.changed && fixture_image_equal(&original, &f.t.image)) {
        fixture_die("the commands change nothing");
    }
    if (f.changed) {
        save(&f, argv[3]);
    }
    fixture_image_free(&original);
    fixture_image_free(&f.t.image);
    script_close(&f.script);
    fixture_world_close(&f.world);
    return 0;
}
