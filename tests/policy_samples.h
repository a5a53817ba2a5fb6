/*
 * policy_samples.h - a log, six witnesses, a policy of them, and checkpoints that they sign.
 */
#ifndef LEDGER_TESTS_POLICY_SAMPLES_H
#define LEDGER_TESTS_POLICY_SAMPLES_H

#include <CUnit/CUnit.h>
#include <stdio.h>

#include "ledger/format/policy.h"
#include "tests/format_samples.h"

#define ORIGIN "a.example/log"
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
#define WITNESSES 6

/* Keys with their spelling, for policies written with "$L", "$O" and "$1" to "$6" for keys. */
struct world {
    struct ledger_hasher *hasher;
    struct ledger_policy *policy;
    struct ledger_verdict verdict;
    struct sample_key log;
    struct sample_key other; /* log of another name */
    struct sample_key witnesses[WITNESSES];
    struct sample_text note;
    struct ledger_checkpoint checkpoint;
};

static inline struct world *world_new(void)
{
    struct world *world = calloc(1, sizeof *world);
    CU_ASSERT_PTR_NOT_NULL_FATAL(world);
    world->hasher = sample_hasher();
    CU_ASSERT_EQUAL_FATAL(ledger_policy_new(&world->policy), LEDGER_OK);
    sample_key(&world->log, LEDGER_KEY_ED25519, ORIGIN, 1);
    sample_key(&world->other, LEDGER_KEY_ED25519, "b.example/log", 2);
    for (unsigned i = 0; i < WITNESSES; i++) {
        char name[32];
        snprintf(name, sizeof name, "w%u.example", i + 1);
        sample_key(&world->witnesses[i], LEDGER_KEY_COSIGNATURE, name, (uint8_t)(10 + i));
    }
    return world;
}

static inline void world_free(struct world *world)
{
    ledger_policy_free(&world->policy);
    CU_ASSERT_PTR_NULL(world->policy);
    ledger_hasher_free(&world->hasher);
    free(world);
}

static inline void write_key(const struct world *world, struct ledger_buffer *buffer, char which)
{
    const struct sample_key *key = which == 'L'   ? &world->log
                                   : which == 'O' ? &world->other
                                                  : &world->witnesses[which - '1'];
    ledger_vkey_write(buffer, &key->vkey);
}

static inline bool parse(struct world *world, const char *pattern)
{
    struct sample_text text;
    sample_start(&text, "");
    for (const char *at = pattern; *at != '\0'; at++) {
        if (*at == '$') {
            write_key(world, &text.buffer, *++at);
        } else {
            ledger_buffer_add(&text.buffer, (struct ledger_span){(const uint8_t *)at, 1});
        }
    }
    ledger_verdict_clear(&world->verdict);
    return ledger_policy_parse(world->hasher, world->policy, &world->verdict, sample_span(&text));
}

/* Makes a checkpoint signed by the keys named in `signers`. */
static inline void sign(struct world *world, const char *signers)
{
    sample_start(&world->note, ORIGIN "\n7\n" ROOT "\n");
    struct ledger_span text = {world->note.memory, world->note.buffer.size};
    ledger_buffer_text(&world->note.buffer, "\n");
    for (; *signers != '\0'; signers++) {
        const struct sample_key *key = *signers == 'L'   ? &world->log
                                       : *signers == 'O' ? &world->other
                                                         : &world->witnesses[*signers - '1'];
        sample_sign(&world->note, key, text, 1679315147);
    }
    CU_ASSERT_FATAL(
        ledger_checkpoint_parse(&world->checkpoint, &world->verdict, sample_span(&world->note)));
}

static inline bool check(struct world *world, struct ledger_policy_report *report,
                         const char *signers)
{
    sign(world, signers);
    ledger_verdict_clear(&world->verdict);
    return ledger_policy_check(world->policy, report, &world->verdict, &world->checkpoint);
}

#endif
