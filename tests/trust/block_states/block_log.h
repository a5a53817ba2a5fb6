/*
 * block_log.h - what block_log.c writes down of a block device: one record for each write, with its
 * bytes behind it, and one for each flush, which makes durable what was written before it.
 */
#ifndef TRUST_BLOCK_STATES_BLOCK_LOG_H
#define TRUST_BLOCK_STATES_BLOCK_LOG_H

#include <stdint.h>

enum block_log_type {
    BLOCK_LOG_WRITE = 1,
    BLOCK_LOG_FLUSH = 2,
};

struct block_log_record {
    uint32_t type;
    uint32_t size; /* WRITE: bytes that follow */
    uint64_t offset;
};

#endif
