/*
 * audit_published.h - verifying a published directory (SPEC.md "Verifying a publication").
 */
#ifndef LEDGER_OPS_AUDIT_PUBLISHED_H
#define LEDGER_OPS_AUDIT_PUBLISHED_H

#include "ledger/ops/audit.h"

/*
 * Audits the published directory `path` as ledger_audit does a ledger, without LMDB, whose file
 * formats are not safe in the hands of strangers; `options->unlocked` says nothing here. The report
 * is the same, with the hashes in tiles as `nodes`, no `rows`, and one checkpoint. Files that the
 * checkpoint does not ask for are not read. Memory, beside that of ledger_audit: the largest bundle
 * (a full one has at most LEDGER_BUNDLE_MAX bytes), at most 10 MiB whatever the number of entries,
 * 43 to 86 bytes a matter, for a moment 128 (published_memory.h), the tree of matters, about 95
 * bytes a matter, and the figures; these two are made whether or not the ledger has an index or
 * statistics: nothing foretells one. Beyond 52,428 entries 56 bytes of each are in temporary files
 * (scratch_file.h), `options->files` or made when they are needed: that they cannot be made or
 * written is the status, and not a finding.
 *
 * Where a record is repeated, the entries are read a second time, up to that one. `progress` begins
 * anew then; `entry` and `notice` are not called again, and were told what is beyond, too.
 *
 * Order: the form of the checkpoint; for each entry that its bundle is there and exactly as long as
 * it must be, the steps of ledger_state_accept, whether its record came before, and the figures of
 * statistics; then the checkpoint, the policy, the checkpoint seen before, hash tiles.
 */
LEDGER_API LEDGER_MUST_USE enum ledger_status
ledger_audit_published(struct ledger_audit_report *report, struct ledger_verdict *verdict,
                       const char *path, const struct ledger_audit_options *options,
                       struct ledger_error *error);

/*
 * The temporary files for such audits, made beforehand, for who is about to give up the right to
 * make files: `files` in the options. They have no names, belong to one audit at a time, and may
 * serve another after it. That they cannot be made is told by the audit that needs them.
 */
LEDGER_API void ledger_audit_files_make(struct ledger_audit_files *files);
LEDGER_API void ledger_audit_files_close(struct ledger_audit_files *files);

#endif
