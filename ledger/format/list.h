/*
 * list.h - lists within one word: elements joined by a separator. Internal.
 *
 * An element may have a head, which ends where a given byte stands in it ("role" in "role:2"); no
 * two elements of a list have the same head. Without such a byte the head is the whole element.
 */
#ifndef LEDGER_FORMAT_LIST_H
#define LEDGER_FORMAT_LIST_H

#include <string.h>

#include "ledger/base/span.h"
#include "ledger/base/text.h"

#define LEDGER_LIST_NO_HEAD '\0' /* stands in no clean text */

/* The bytes before the first `end`; all of them if there is none. */
static inline struct ledger_span ledger_list_head(struct ledger_span element, char end)
{
    const uint8_t *at = element.size == 0 ? NULL : memchr(element.data, end, element.size);
    size_t size = at == NULL ? element.size : (size_t)(at - element.data);
    return (struct ledger_span){element.data, size};
}

/* Takes the next element off `rest`, and the separator after it. False at the end. */
static inline bool ledger_list_next(struct ledger_span *rest, struct ledger_span *element,
                                    char separator)
{
    if (rest->size == 0) {
        return false;
    }
    *element = ledger_list_head(*rest, separator);
    size_t taken = element->size == rest->size ? element->size : element->size + 1;
    *rest = (struct ledger_span){rest->data + taken, rest->size - taken};
    return true;
}

/* Splits at the first `at`. False if there is none. */
static inline bool ledger_list_split(struct ledger_span text, char at, struct ledger_span *before,
                                     struct ledger_span *after)
{
    struct ledger_span head = ledger_list_head(text, at);
    if (head.size == text.size) {
        return false;
    }
    *before = head;
    *after = (struct ledger_span){text.data + head.size + 1, text.size - head.size - 1};
    return true;
}

static inline bool ledger_list_has(struct ledger_span list, char separator, char head_end,
                                   struct ledger_span head)
{
    struct ledger_span element;
    while (ledger_list_next(&list, &element, separator)) {
        if (ledger_span_equal(ledger_list_head(element, head_end), head)) {
            return true;
        }
    }
    return false;
}

/* At least one element, every one of the form, no head twice. */
static inline bool ledger_list_is(struct ledger_span list, char separator, char head_end,
                                  bool (*is_element)(struct ledger_span))
{
    if (list.size == 0 || list.data[list.size - 1] == (uint8_t)separator) {
        return false;
    }
    struct ledger_span element;
    while (ledger_list_next(&list, &element, separator)) {
        if (!is_element(element) ||
            ledger_list_has(list, separator, head_end, ledger_list_head(element, head_end))) {
            return false;
        }
    }
    return true;
}

static inline bool ledger_list_is_tokens(struct ledger_span list, char separator)
{
    return ledger_list_is(list, separator, LEDGER_LIST_NO_HEAD, ledger_text_is_token);
}

#endif
