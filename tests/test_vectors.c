#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "ledger/base/encoding.h"
#include "ledger/format/checkpoint.h"
#include "ledger/tree/tree_proof.h"
#include "tests/suites.h"

#define FOLDER "fixtures/vectors/"
#define LEAVES 8
#define FILE_ROOM 8192

struct file {
    uint8_t memory[FILE_ROOM];
    struct ledger_span bytes;
};

static void read_vector(struct file *file, const char *path)
{
    FILE *stream = fopen(path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    size_t size = fread(file->memory, 1, sizeof file->memory, stream);
    fclose(stream);
    CU_ASSERT_FATAL(size > 0 && size < sizeof file->memory);
    file->bytes = (struct ledger_span){file->memory, size};
}

/* ---- trees ---------------------------------------------------------------------------------- */

struct tree {
    struct ledger_hasher *hasher;
    struct ledger_hash leaves[LEAVES];
    struct ledger_hash roots[LEAVES + 1];
    unsigned leaf_count;
    unsigned root_count;
    unsigned proofs;
};

static uint64_t take_number(struct ledger_span *rest)
{
    struct ledger_span word = {NULL, 0};
    uint64_t number = 0;
    CU_ASSERT_FATAL(ledger_span_take_word(rest, &word, NULL));
    CU_ASSERT_FATAL(ledger_read_decimal(&number, word, 1000));
    return number;
}

static void take_proof(struct ledger_tree_proof *proof, struct ledger_span rest)
{
    struct ledger_span word;
    proof->count = 0;
    while (ledger_span_take_word(&rest, &word, NULL)) {
        CU_ASSERT_FATAL(proof->count < LEDGER_PROOF_MAX);
        CU_ASSERT_FATAL(ledger_read_hex(proof->hashes[proof->count].bytes, LEDGER_HASH_SIZE, word));
        proof->count++;
    }
}

static void take_leaf(struct tree *tree, struct ledger_span text)
{
    uint8_t bytes[32];
    size_t size = ledger_span_is(text, "-") ? 0 : text.size / 2;
    CU_ASSERT_FATAL(tree->leaf_count < LEAVES && size <= sizeof bytes);
    CU_ASSERT_FATAL(size == 0 || ledger_read_hex(bytes, size, text));
    ledger_tree_leaf(tree->hasher, &tree->leaves[tree->leaf_count++],
                     (struct ledger_span){bytes, size});
}

static void check_root(struct tree *tree, struct ledger_span rest)
{
    struct ledger_frontier frontier;
    struct ledger_hash root;
    uint64_t size = take_number(&rest);
    CU_ASSERT_FATAL(size <= tree->leaf_count);
    CU_ASSERT_FATAL(ledger_read_hex(tree->roots[size].bytes, LEDGER_HASH_SIZE, rest));
    ledger_frontier_start(&frontier);
    for (uint64_t i = 0; i < size; i++) {
        ledger_frontier_append(tree->hasher, &frontier, &tree->leaves[i], NULL, NULL);
    }
    ledger_frontier_root(tree->hasher, &root, &frontier);
    CU_ASSERT(ledger_hash_equal(&root, &tree->roots[size]));
    tree->root_count++;
}

static bool included(struct tree *tree, const struct ledger_tree_proof *proof, uint64_t index,
                     uint64_t size)
{
    return ledger_inclusion_check(tree->hasher, proof, index, size, &tree->leaves[index],
                                  &tree->roots[size]);
}

static bool consistent(struct tree *tree, const struct ledger_tree_proof *proof, uint64_t old_size,
                       uint64_t size)
{
    return ledger_consistency_check(tree->hasher, proof, old_size, size, &tree->roots[old_size],
                                    &tree->roots[size]);
}

typedef bool check(struct tree *tree, const struct ledger_tree_proof *proof, uint64_t a,
                   uint64_t b);

/* The proof holds, and with one bit of any of its hashes changed it does not. */
static void check_proof(struct tree *tree, check *holds, struct ledger_span rest)
{
    struct ledger_tree_proof proof;
    uint64_t a = take_number(&rest);
    uint64_t b = take_number(&rest);
    CU_ASSERT_FATAL(a < tree->root_count && b < tree->root_count);
    take_proof(&proof, rest);
    CU_ASSERT(holds(tree, &proof, a, b));
    for (unsigned i = 0; i < proof.count; i++) {
        proof.hashes[i].bytes[i] ^= 1;
        CU_ASSERT_FALSE(holds(tree, &proof, a, b));
        proof.hashes[i].bytes[i] ^= 1;
    }
    tree->proofs++;
}

static void take_tree_line(struct tree *tree, struct ledger_span line)
{
    struct ledger_span word = {NULL, 0};
    CU_ASSERT_FATAL(ledger_span_take_word(&line, &word, NULL));
    if (ledger_span_is(word, "leaf")) {
        take_leaf(tree, line);
    } else if (ledger_span_is(word, "root")) {
        check_root(tree, line);
    } else if (ledger_span_is(word, "inclusion")) {
        check_proof(tree, included, line);
    } else if (ledger_span_is(word, "consistency")) {
        check_proof(tree, consistent, line);
    } else {
        CU_ASSERT(ledger_span_is(word, "#"));
    }
}

static void trees_of_others_have_their_roots_and_proofs(void)
{
    static struct file file;
    static struct tree tree;
    struct ledger_span line;
    memset(&tree, 0, sizeof tree);
    read_vector(&file, FOLDER "rfc6962-tree.txt");
    CU_ASSERT_EQUAL_FATAL(ledger_hasher_new(&tree.hasher), LEDGER_OK);
    while (ledger_span_take_line(&file.bytes, &line)) {
        take_tree_line(&tree, line);
    }
    CU_ASSERT_EQUAL(file.bytes.size, 0);
    CU_ASSERT_EQUAL(tree.leaf_count, LEAVES);
    CU_ASSERT_EQUAL(tree.root_count, LEAVES + 1);
    CU_ASSERT_EQUAL(tree.proofs, 9);
    ledger_hasher_free(&tree.hasher);
}

/* ---- notes ---------------------------------------------------------------------------------- */

struct signed_file {
    const char *note;
    const char *vkey;
};

static const struct signed_file signed_files[] = {
    {FOLDER "c2sp-signed-note.note", FOLDER "c2sp-signed-note.vkey"},
    {FOLDER "go-two-signers.note", FOLDER "go-peter-neumann.vkey"},
    {FOLDER "go-two-signers.note", FOLDER "go-enoch-root.vkey"},
    {FOLDER "go-sumdb-tree.note", FOLDER "go-sumdb-tree.vkey"},
};
#define SIGNED_FILES (sizeof signed_files / sizeof signed_files[0])

static bool read_vkey(struct ledger_vkey *vkey, struct ledger_span line)
{
    struct ledger_hasher *hasher = NULL;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    CU_ASSERT_EQUAL_FATAL(ledger_hasher_new(&hasher), LEDGER_OK);
    bool good = ledger_vkey_parse(hasher, vkey, &verdict, line);
    ledger_hasher_free(&hasher);
    return good;
}

static void read_key_file(struct ledger_vkey *vkey, const char *path)
{
    static struct file file;
    struct ledger_span line = {NULL, 0};
    read_vector(&file, path);
    CU_ASSERT_FATAL(ledger_span_take_line(&file.bytes, &line));
    CU_ASSERT_EQUAL(file.bytes.size, 0);
    CU_ASSERT_FATAL(read_vkey(vkey, line));
}

static bool is_signed(struct ledger_span bytes, const struct ledger_vkey *vkey)
{
    struct ledger_note note;
    struct ledger_verdict verdict;
    ledger_verdict_clear(&verdict);
    return ledger_note_parse(&note, &verdict, bytes) &&
           ledger_note_signed_by(&note, vkey, NULL) == LEDGER_SIGNED_WELL;
}

static void notes_of_others_verify_with_their_keys_only(void)
{
    static struct file file;
    for (size_t i = 0; i < SIGNED_FILES; i++) {
        read_vector(&file, signed_files[i].note);
        for (size_t k = 0; k < SIGNED_FILES; k++) {
            struct ledger_vkey vkey;
            read_key_file(&vkey, signed_files[k].vkey);
            bool own = strcmp(signed_files[i].note, signed_files[k].note) == 0;
            CU_ASSERT_EQUAL(is_signed(file.bytes, &vkey), own);
        }
    }
}

/* Lines of other signers may change: nobody asked them. */
static void one_changed_byte_of_the_text_spoils_every_note(void)
{
    static struct file file;
    for (size_t i = 0; i < SIGNED_FILES; i++) {
        struct ledger_vkey vkey;
        struct ledger_note note;
        struct ledger_verdict verdict;
        read_vector(&file, signed_files[i].note);
        read_key_file(&vkey, signed_files[i].vkey);
        ledger_verdict_clear(&verdict);
        CU_ASSERT_FATAL(ledger_note_parse(&note, &verdict, file.bytes));
        for (size_t at = 0; at < note.text.size; at++) {
            file.memory[at] ^= 1;
            CU_ASSERT_FALSE(is_signed(file.bytes, &vkey));
            file.memory[at] ^= 1;
        }
        CU_ASSERT(is_signed(file.bytes, &vkey));
    }
}

static void one_changed_byte_spoils_every_key(void)
{
    static struct file file;
    for (size_t i = 0; i < SIGNED_FILES; i++) {
        read_vector(&file, signed_files[i].vkey);
        struct ledger_span line = {file.memory, file.bytes.size - 1};
        for (size_t at = 0; at < line.size; at++) {
            struct ledger_vkey vkey;
            file.memory[at] ^= 1;
            CU_ASSERT_FALSE(read_vkey(&vkey, line));
            file.memory[at] ^= 1;
        }
    }
}

static void cosignature_of_the_specification_has_its_form(void)
{
    static struct file file;
    struct ledger_checkpoint checkpoint;
    struct ledger_verdict verdict;
    struct ledger_signature signature;
    uint8_t bytes[LEDGER_COSIGNATURE_SIZE];
    read_vector(&file, FOLDER "c2sp-cosignature.note");
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FATAL(ledger_checkpoint_parse(&checkpoint, &verdict, file.bytes));
    CU_ASSERT(ledger_span_is(checkpoint.origin, "example.com/behind-the-sofa"));
    CU_ASSERT_EQUAL(checkpoint.size, 20852163);
    CU_ASSERT_FATAL(ledger_note_next(&checkpoint.note.signatures, &signature));
    CU_ASSERT(ledger_span_is(signature.name, "witness.example.com/w1"));
    CU_ASSERT_FATAL(ledger_signature_bytes(bytes, sizeof bytes, &signature));
    CU_ASSERT_EQUAL(ledger_get_be64(bytes), 1679315147);
}

static void tree_head_whose_name_has_spaces_is_no_checkpoint(void)
{
    static struct file file;
    struct ledger_checkpoint checkpoint;
    struct ledger_verdict verdict;
    read_vector(&file, FOLDER "go-sumdb-tree.note");
    ledger_verdict_clear(&verdict);
    CU_ASSERT_FALSE(ledger_checkpoint_parse(&checkpoint, &verdict, file.bytes));
    CU_ASSERT_EQUAL(verdict.finding, LEDGER_BAD_CHECKPOINT);
}

void ledger_suite_vectors(void)
{
    CU_pSuite suite = CU_add_suite("vectors", NULL, NULL);
    CU_add_test(suite, "trees of others have their roots and proofs",
                trees_of_others_have_their_roots_and_proofs);
    CU_add_test(suite, "notes of others verify with their keys only",
                notes_of_others_verify_with_their_keys_only);
    CU_add_test(suite, "one changed byte of the text spoils every note",
                one_changed_byte_of_the_text_spoils_every_note);
    CU_add_test(suite, "one changed byte spoils every key", one_changed_byte_spoils_every_key);
    CU_add_test(suite, "cosignature of the specification has its form",
                cosignature_of_the_specification_has_its_form);
    CU_add_test(suite, "tree head whose name has spaces is no checkpoint",
                tree_head_whose_name_has_spaces_is_no_checkpoint);
}
