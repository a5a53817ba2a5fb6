/*
 * rule_parts.h - the elements that the lists of a rule are made of. Internal to ledger/format.
 *
 * Each reader takes a whole element or refuses it.
 */
#ifndef LEDGER_FORMAT_RULE_PARTS_H
#define LEDGER_FORMAT_RULE_PARTS_H

#include "ledger/format/rule.h"

/* "[refers/]<event>[+<event>...]" */
bool ledger_rule_read_steps(struct ledger_steps *steps, struct ledger_span text);

/* "<n>:<steps>", n from 1 to `max`: clauses `by` and `term` */
bool ledger_rule_read_counted(uint64_t *count, struct ledger_steps *steps, struct ledger_span text,
                              uint64_t max);

/* "<role>:<n>" of `sign` */
bool ledger_rule_read_role(struct ledger_span *role, uint64_t *count, struct ledger_span text);

/* "<field>:<token>[+<token>...]" of `among` */
bool ledger_rule_read_among(struct ledger_span *field, struct ledger_span *tokens,
                            struct ledger_span text);

/* "<line>:<steps>" of `keeps` */
bool ledger_rule_read_kept(struct ledger_span *line, struct ledger_steps *steps,
                           struct ledger_span text);

/* One line's name of `needs` */
bool ledger_rule_is_line(struct ledger_span text);

#endif
