/*
 * authority.h - who may sign: the set of authority lines in force (SPEC.md "Authority").
 *
 * The lines form a prefix tree whose root every entry carries. The set changes only by authority
 * records, whole or not at all.
 */
#ifndef LEDGER_LAW_AUTHORITY_H
#define LEDGER_LAW_AUTHORITY_H

#include "ledger/format/authority_line.h"
#include "ledger/format/record.h"
#include "ledger/tree/prefix_map.h"

struct ledger_authority;

/* Makes the empty authority. */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_authority_new(struct ledger_authority **authority);
LEDGER_API void ledger_authority_free(struct ledger_authority **authority);

/*
 * Carries out the unset and set lines of `record`, in their order, if the authority that results
 * is sound: every subject at most once in the record, nothing unset that is not set, nothing set
 * that stands already, an operator named like the ledger, at least as many governors as the
 * threshold asks, every key's institution present and allowed to hand out its roles and
 * categories, no key in use that was declared compromised, rules that can be met. Otherwise sets
 * BAD_CHANGE or BAD_AUTHORITY_LINE in `verdict`, leaves the authority as it was and returns
 * LEDGER_OK: look at `*done`. `index` is that of the entry the record stands in. Who may sign the
 * change is checked elsewhere (entitlement.h, registrar.h).
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_authority_change(struct ledger_authority *authority, struct ledger_hasher *hasher,
                        struct ledger_verdict *verdict, bool *done,
                        const struct ledger_record *record, uint64_t index);

/* The root of the lines in force; 32 zero bytes if there are none. */
LEDGER_API void ledger_authority_root(struct ledger_authority *authority,
                                      struct ledger_hasher *hasher, struct ledger_hash *root);

LEDGER_API uint64_t ledger_authority_count(const struct ledger_authority *authority);

/* The line with this subject, or NULL; good until the next change. */
LEDGER_API const struct ledger_authority_line *
ledger_authority_find(const struct ledger_authority *authority, struct ledger_hasher *hasher,
                      struct ledger_span subject);

/* The line of this type (KEY or GOVERNOR) whose vkey has this name and this key ID, be it its own
 * or that of its batch signatures, or NULL. */
LEDGER_API const struct ledger_authority_line *
ledger_authority_find_key(const struct ledger_authority *authority, struct ledger_hasher *hasher,
                          enum ledger_line_type type, struct ledger_span name, uint32_t key_id);

/* The operator's line, or NULL in an empty authority. */
LEDGER_API const struct ledger_authority_line *
ledger_authority_operator(const struct ledger_authority *authority);

/* The path of a subject's line in the prefix tree; false if there is no such line. */
LEDGER_API bool ledger_authority_path(struct ledger_authority *authority,
                                      struct ledger_hasher *hasher, struct ledger_prefix_path *path,
                                      struct ledger_span subject);

/* The path to the place where a subject's line would stand, and what stands there; false if there
 * is such a line. */
LEDGER_API bool ledger_authority_absence(struct ledger_authority *authority,
                                         struct ledger_hasher *hasher,
                                         struct ledger_prefix_path *path,
                                         struct ledger_prefix_end *end, struct ledger_span subject);

/* Calls `visit` for every line, in the order of the hashes of their subjects. */
typedef void ledger_authority_visit(void *context, const struct ledger_authority_line *line);
LEDGER_API void ledger_authority_each(const struct ledger_authority *authority,
                                      ledger_authority_visit *visit, void *context);

#endif
