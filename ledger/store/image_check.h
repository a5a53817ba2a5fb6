/*
 * image_check.h - whether liblmdb may open a data file. Internal.
 *
 * liblmdb trusts its file: on a damaged or hostile one it crashes, loops, corrupts memory or hands
 * out memory that is not the file's. This check is run before liblmdb opens a file. It reads with
 * pread(2) only and is bounded in time and memory by the size of the file. It accepts only what
 * liblmdb 0.9 (data version 1, 64-bit little-endian, pages of 4,096 to 32,768 bytes) writes for
 * tables with plain keys and values: no duplicates, no reversed or integer keys, no fixed address.
 *
 * It says nothing about what keys and values mean: a changed bit in a value passes. That is what
 * hashes and signatures are for.
 */
#ifndef LEDGER_STORE_IMAGE_CHECK_H
#define LEDGER_STORE_IMAGE_CHECK_H

#include "ledger/base/status.h"

struct ledger_image_report {
    uint32_t page_size;
    uint64_t last_page;   /* number of the last page that is or was in use */
    uint64_t transaction; /* of the meta page in force */
    uint64_t pages;       /* visited, both meta pages included; free pages are not */
    uint64_t entries;     /* of all tables, and of the main tree without the records of tables */
    unsigned tables;
};

/* LEDGER_OK: `path` (a data.mdb) is sound, and `report` is filled in.
 * LEDGER_DAMAGED: `error` says which page, and what is wrong with it.
 * LEDGER_BUSY: a writer changed the file all the time; nothing is known.
 * LEDGER_INVALID: not a regular file. Others: it could not be opened or read.
 * Symbolic links are not followed. A writer may be at work: if it changes the file while the check
 * finds fault, the check begins again. The answer is about the file as it was; who is to be safe
 * from a file that is changed afterwards must check a copy that nobody else can write to. */
LEDGER_MUST_USE enum ledger_status ledger_image_check(struct ledger_image_report *report,
                                                      const char *path, struct ledger_error *error);

/* The same for a file that is open for reading, such as a sealed copy in memory. `path` is only for
 * messages. The file's offset is not used, and the file stays open. */
LEDGER_MUST_USE enum ledger_status ledger_image_check_open(struct ledger_image_report *report,
                                                           int fd, const char *path,
                                                           struct ledger_error *error);

/*
 * For readers of a live ledger, on its own machine and with its locks: the whole check; or only the
 * head, which is both meta pages and that the file reaches to the last page in use, if the head is
 * sound and
 *   - the file is larger than `whole_max` bytes, so that its walk would keep them waiting, or
 *   - a writer changed the file each time, so that its walk found nothing out.
 * `report` is all zero if only the head was checked.
 */
LEDGER_MUST_USE enum ledger_status ledger_image_check_live(struct ledger_image_report *report,
                                                           const char *path, uint64_t whole_max,
                                                           struct ledger_error *error);

#endif
