#include "tools/option_rules.h"

bool option_rules_hold(const struct cli_args *args, const struct option_rule *rules, size_t count,
                       unsigned way, const char *way_name)
{
    for (size_t i = 0; i < count; i++) {
        bool given = cli_count(args, rules[i].name) > 0;
        if (given && (rules[i].allowed & way) == 0) {
            cli_fail_usage(args->program, "option '--%s' does not go with %s", rules[i].name,
                           way_name);
            return false;
        }
        if (!given && (rules[i].needed & way) != 0) {
            cli_fail_usage(args->program, "option '--%s' is missing", rules[i].name);
            return false;
        }
    }
    return true;
}
