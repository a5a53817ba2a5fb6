/*
 * policy_parts.h - what a parsed policy is made of, for its parser and its check. Internal.
 */
#ifndef LEDGER_FORMAT_POLICY_PARTS_H
#define LEDGER_FORMAT_POLICY_PARTS_H

#include "ledger/format/policy.h"

#define LEDGER_POLICY_NONE UINT32_MAX
#define LEDGER_POLICY_NODES (LEDGER_POLICY_WITNESSES + LEDGER_POLICY_GROUPS)

/* A witness or a group. As each name is a member at most once, all groups together form a forest,
 * and as members are defined before their group, `parent` is always a later node. */
struct ledger_policy_node {
    const char *name;
    uint32_t parent;  /* the group it is a member of, or LEDGER_POLICY_NONE */
    uint32_t witness; /* which witness it is, or LEDGER_POLICY_NONE for a group */
    uint32_t needs;   /* of a group: how many of its members must have witnessed */
    uint32_t members; /* of a group */
};

struct ledger_policy {
    uint32_t log_count;
    uint32_t witness_count;
    uint32_t group_count;
    uint32_t node_count;
    uint32_t quorum; /* a node, or LEDGER_POLICY_NONE for "quorum none" */
    bool has_quorum;
    struct ledger_vkey logs[LEDGER_POLICY_LOGS];
    struct ledger_vkey witnesses[LEDGER_POLICY_WITNESSES];
    struct ledger_policy_node nodes[LEDGER_POLICY_NODES];
    size_t names_size;
    char names[LEDGER_POLICY_MAX]; /* a name and its NUL take no more than a name and its newline */
};

#endif
