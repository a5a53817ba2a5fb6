#include "tools/grants_json.h"

#include "ledger/format/authority_line.h"

static struct json_value *categories_json(struct ledger_span rest)
{
    struct json_value *array = json_array_new();
    while (rest.size > 0) {
        struct ledger_span one = {rest.data, 0};
        while (one.size < rest.size && rest.data[one.size] != '+') {
            one.size++;
        }
        json_append_text(array, one);
        size_t taken = one.size < rest.size ? one.size + 1 : one.size;
        rest.data += taken;
        rest.size -= taken;
    }
    return array;
}

struct json_value *grants_json(struct ledger_span grants)
{
    struct json_value *array = json_array_new();
    struct ledger_grant grant;
    if (ledger_span_is(grants, "-")) {
        return array;
    }
    while (ledger_grants_next(&grants, &grant)) {
        struct json_value *one = json_object_new();
        json_add_text(one, "role", grant.role);
        if (grant.categories.size > 0) {
            json_add(one, "categories", categories_json(grant.categories));
        }
        json_append(array, one);
    }
    return array;
}
