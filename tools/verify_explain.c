#include "tools/verify_explain.h"

#include <inttypes.h>

#include "tools/verify_text.h"

static void print_hex(const char *label, const struct ledger_hash *hash)
{
    uint8_t memory[2 * LEDGER_HASH_SIZE];
    struct ledger_buffer hex = ledger_buffer_in(memory, sizeof memory);
    ledger_buffer_hex(&hex, hash->bytes, sizeof hash->bytes);
    text_row(label, "%.*s", LEDGER_SPAN_ARGS(ledger_buffer_span(&hex)));
}

static unsigned bit_length(uint64_t n)
{
    unsigned bits = 0;
    for (; n != 0; n >>= 1) {
        bits++;
    }
    return bits;
}

/* SPEC.md section 8, step by step. */
static void print_inclusion(const struct verify_proof *v)
{
    const struct ledger_proof *proof = &v->proof;
    struct ledger_hash hash;
    text_section("step 3: from the entry to the root (SPEC.md section 8)");
    ledger_tree_leaf(v->hasher, &hash, proof->entry);
    text_row("entry", "%zu bytes", proof->entry.size);
    print_hex("leaf hash, hex", &hash);
    text_row_hash("leaf hash", &hash);
    if (proof->index >= proof->checkpoint.size) {
        text_row("refused", "index %" PRIu64 " is not below size %" PRIu64, proof->index,
                 proof->checkpoint.size);
        return;
    }
    unsigned inner = bit_length(proof->index ^ (proof->checkpoint.size - 1));
    for (unsigned i = 0; i < proof->path.count; i++) {
        const struct ledger_hash *sibling = &proof->path.hashes[i];
        bool left = i < inner && (proof->index >> i & 1) == 0;
        text_row_hash(left ? "right sibling" : "left sibling", sibling);
        ledger_tree_parent(v->hasher, &hash, left ? &hash : sibling, left ? sibling : &hash);
        text_row_hash("  node", &hash);
    }
    text_row("length", "%u hashes; %u are needed", proof->path.count,
             ledger_inclusion_length(proof->index, proof->checkpoint.size));
    text_row_hash("must be the root", &proof->checkpoint.root);
}

/* From `root`, which is what stands at the end of the path, up: the library only tells whether a
 * path leads to a given root; here the reader sees where it leads, above all if that is another
 * one. */
static void fold(struct ledger_hasher *hasher, struct ledger_hash *root,
                 const struct ledger_prefix_path *path, const struct ledger_hash *key)
{
    for (unsigned i = 0; i < path->depth; i++) {
        const struct ledger_hash *sibling = &path->siblings[i];
        bool left = ledger_prefix_bit(key, path->depth - 1 - i) == 0;
        ledger_prefix_node(hasher, root, left ? root : sibling, left ? sibling : root);
    }
}

static void print_line(struct ledger_hasher *hasher, const struct ledger_evidence *evidence)
{
    struct ledger_authority_line line;
    struct ledger_verdict verdict;
    struct ledger_hash key;
    struct ledger_hash value;
    struct ledger_hash root;
    ledger_verdict_clear(&verdict);
    text_row("line", "%.*s", LEDGER_SPAN_ARGS(evidence->line));
    if (!ledger_authority_line_parse(hasher, &line, &verdict, evidence->line)) {
        text_row("refused", "%s", verdict.detail);
        return;
    }
    ledger_authority_line_hashes(hasher, &key, &value, &line);
    ledger_prefix_leaf(hasher, &root, &key, &value);
    fold(hasher, &root, &evidence->path, &key);
    text_row_hash("  H(subject)", &key);
    text_row_hash("  H(line)", &value);
    text_row("  path", "%u hashes", evidence->path.depth);
    text_row_hash("  leads to", &root);
}

static void print_absence(struct ledger_hasher *hasher, const struct ledger_evidence *evidence)
{
    struct ledger_hash key;
    struct ledger_hash root = {{0}}; /* of an empty place */
    text_row("absent", "%.*s", LEDGER_SPAN_ARGS(evidence->line));
    ledger_hash_bytes(hasher, &key, evidence->line);
    text_row_hash("  H(subject)", &key);
    if (evidence->end.occupied) {
        text_row_hash("  there is key", &evidence->end.key);
        text_row_hash("  with value", &evidence->end.value);
        ledger_prefix_leaf(hasher, &root, &evidence->end.key, &evidence->end.value);
    } else {
        text_row("  there is", "nothing");
    }
    fold(hasher, &root, &evidence->path, &key);
    text_row("  path", "%u hashes", evidence->path.depth);
    text_row_hash("  leads to", &root);
}

static void print_evidence(const struct verify_proof *v)
{
    struct ledger_span rest = v->proof.lines;
    struct ledger_evidence evidence;
    struct ledger_entry entry;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    text_section("step 8: the lines in force at the entry (SPEC.md section 9)");
    while (ledger_evidence_next(&rest, &evidence)) {
        (evidence.absent ? print_absence : print_line)(v->hasher, &evidence);
    }
    if (ledger_entry_parse(&entry, &verdict, v->proof.entry)) {
        text_row_hash("must all lead to", &entry.authority);
    }
}

static void print_note(const char *title, struct ledger_span text)
{
    struct ledger_span line;
    text_section(title);
    while (ledger_span_take_line(&text, &line)) {
        (void)fputs("  ", stdout);
        cli_put_clean(stdout, line);
        (void)fputc('\n', stdout);
    }
}

void verify_explain_proof(const struct verify_proof *v)
{
    const struct ledger_note *note = &v->proof.checkpoint.note;
    print_note("step 2: the text of the checkpoint, which the log key and the witnesses sign",
               note->text);
    print_note("its signatures: name, base64 of key ID and signature", note->signatures);
    print_inclusion(v);
    print_evidence(v);
    if (v->holds) {
        print_note("step 9: the signed text of the record", v->report.entry.record.note.text);
        print_note("its signatures, by the keys in the lines above",
                   v->report.entry.record.note.signatures);
    }
}
