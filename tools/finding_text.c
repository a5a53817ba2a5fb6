#include "tools/finding_text.h"

#include <stddef.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* What to do. Few answers serve many findings. */
#define KEEP                                                                                       \
    "keep this copy as it is, ask the operator to explain, and compare with another copy or an\n"  \
    "earlier checkpoint"
#define RETRANSFER                                                                                 \
    "get the file again from where it came; if it is the same, ask its sender for another one"
#define REBUILD                                                                                    \
    "the operator can rebuild what is derived from the entries; then verify again, all of it"

/* The same finding on a record that is in a ledger, and on one that somebody wants to append. */
#define OR_APPENDED "of a record that stands in a ledger: " KEEP_LINES ";\nof one to be appended: "
#define KEEP_LINES                                                                                 \
    "keep this copy as it is, ask the\n"                                                           \
    "operator to explain, and compare with another copy or an earlier checkpoint"
#define KEEP_OR_RULE OR_APPENDED "use an event that 'ledger-authority' shows a rule for"
#define KEEP_OR_SIGN OR_APPENDED "have the people sign it whom the detail names"
#define KEEP_OR_WRITE OR_APPENDED "make it again with the lines that the detail names"
#define KEEP_OR_STEP OR_APPENDED "look at the matter with 'ledger-log --matter' first"
#define KEEP_OR_GOVERN OR_APPENDED "governors must make the change"
#define KEEP_OR_ENROL                                                                              \
    OR_APPENDED "name a party with '--party';\nany other key a registrar of the institution or "   \
                "governors must enrol first"

struct explanation {
    enum ledger_finding finding;
    const char *meaning;
    const char *advice;
};

static const struct explanation explanations[] = {
    {LEDGER_NOT_CHECKED, "The check did not come to an end. Nothing may be concluded.",
     "check again"},
    {LEDGER_VALID, "Everything that was checked holds.", "nothing"},
    {LEDGER_BAD_TEXT,
     "The text holds bytes or invisible characters that no program of this ledger writes.",
     RETRANSFER},
    {LEDGER_TOO_LONG, "No program of this ledger writes anything this long.", RETRANSFER},
    {LEDGER_BAD_NOTE, "What stands here is not a signed text. It was cut off or changed.", KEEP},
    {LEDGER_BAD_RECORD,
     "What stands here is not a record. It was changed after it was signed, or a program wrote it\n"
     "that does not keep to the format.",
     KEEP},
    {LEDGER_BAD_ENTRY, "What stands here is not an entry. It was changed after it was stored.",
     KEEP},
    {LEDGER_BAD_CHECKPOINT,
     "What stands here is not a signed checkpoint, or not the one it "
     "should be.",
     KEEP},
    {LEDGER_BAD_POLICY, "The file does not say in the specified form whom to trust.",
     "correct the policy"},
    {LEDGER_BAD_PROOF, "The file is not a proof, or it was cut off or changed on its way.",
     RETRANSFER},
    {LEDGER_BAD_AUTHORITY_LINE, "A line that should say who may sign is not of the specified form.",
     KEEP},
    {LEDGER_BAD_KEY, "What should be a key is none.", KEEP},
    {LEDGER_WRONG_INDEX,
     "Entries were swapped, moved or put in after they were stored, or one was put in another's "
     "place.",
     KEEP},
    {LEDGER_BROKEN_CHAIN,
     "This entry was made to follow another entry than the one that stands before it now. Either\n"
     "of the two was changed or exchanged.",
     KEEP},
    {LEDGER_TIME_REVERSED,
     "The operator's time runs backwards here. Its programs never write this.", KEEP},
    {LEDGER_WRONG_AUTHORITY,
     "The entry was judged by other rules on who may sign than those that the entries before it\n"
     "establish.",
     KEEP},
    {LEDGER_OTHER_LEDGER,
     "The signers made this record for another ledger. Somebody else filed it here.", KEEP},
    {LEDGER_BAD_GENESIS, "The ledger is not founded as it must be: what follows has no ground.",
     KEEP},
    {LEDGER_REPEATED_RECORD, "One record was filed a second time. Its signers signed it once.",
     KEEP},
    {LEDGER_OTHER_SIGNATURES, "The same record stands in the ledger, signed by others.", KEEP},
    {LEDGER_BAD_INDEX,
     "What should be an index of matters has not the form of one, or somebody else files under "
     "its\n"
     "matter.",
     KEEP},
    {LEDGER_INDEX_ROOT,
     "The operator signed an index of matters that is false: by it entries of a matter could be\n"
     "hidden, or shown that are none.",
     KEEP},
    {LEDGER_BAD_STATISTICS,
     "What should be statistics of the operator has not the form of them, or somebody else files\n"
     "under their matter.",
     KEEP},
    {LEDGER_OTHER_FIGURES,
     "The operator signed statistics whose figures are not those of the entries before them.",
     KEEP},
    {LEDGER_BAD_MATTER, "The number of the matter could be taken for another that looks like it.",
     "file it under the number in the spelling that is named"},
    {LEDGER_NOT_ENROLLED,
     "The key of a signer was not in force at this position: never enrolled, not yet, or no "
     "longer.",
     KEEP_OR_ENROL},
    {LEDGER_BAD_SIGNATURE,
     "The text is not what this key signed: text or signature was changed, or the signature was\n"
     "made with another key.",
     KEEP},
    {LEDGER_REPEATED_SIGNER,
     "One person cannot stand for two signers: the same name, or the same key, signed twice.",
     KEEP},
    {LEDGER_UNKNOWN_INSTITUTION,
     "The institution that files the record was not admitted to the ledger at this position.",
     KEEP},
    {LEDGER_INSTITUTION_UNSIGNED, "The record names an institution that did not sign it.", KEEP},
    {LEDGER_TOO_FEW_GOVERNORS,
     "Who may sign was changed without the number of governors that this takes.", KEEP},
    {LEDGER_BAD_CHANGE, "Who may sign, or by which rules, was changed in a way that cannot be.",
     KEEP},
    {LEDGER_NO_RULE,
     "The rules in force at this position do not provide for such an event in a matter of this "
     "kind.",
     KEEP_OR_RULE},
    {LEDGER_ROLE_MISSING,
     "People who are competent for this had to sign it, in the number and the roles that the rule\n"
     "asks for; or, where an institution changes its keys, its registrars alone. They did not.",
     KEEP_OR_SIGN},
    {LEDGER_PARTY_UNSIGNED, "The record names somebody as a party who did not sign it.",
     KEEP_OR_SIGN},
    {LEDGER_LINE_MISSING,
     "The record does not say what the rule wants to be said, or says what the rule has no place\n"
     "for.",
     KEEP_OR_WRITE},
    {LEDGER_WRONG_ORDER,
     "A step was left out, or taken twice, or taken when it was too early or too late in the "
     "matter.",
     KEEP_OR_STEP},
    {LEDGER_ALREADY_OPEN,
     "The matter had its first record before. This is a second version of its beginning: nobody\n"
     "may file two and choose later. The detail names both.",
     "compare the two records; go on in the matter that is open, or give the new one a number of\n"
     "its own"},
    {LEDGER_OTHER_KIND, "The number of the matter is that of a matter of another kind.",
     KEEP_OR_STEP},
    {LEDGER_WRONG_INSTITUTION,
     "This step is for another institution to take: the one that opened the matter, or one that\n"
     "did not, as the rule says.",
     KEEP_OR_STEP},
    {LEDGER_SIGNER_EXCLUDED,
     "This step must be taken by others than those who took an earlier one, so that somebody else\n"
     "looks at it.",
     KEEP_OR_SIGN},
    {LEDGER_ORIGINAL_MISSING,
     "This step must be taken by those who took an earlier one. They did not sign it.",
     KEEP_OR_SIGN},
    {LEDGER_LINE_CHANGED,
     "The record was to repeat what an earlier one says, and says something else.", KEEP_OR_WRITE},
    {LEDGER_BAD_REFERENCE,
     "The record refers to a matter that is not on this ledger, or not such as the rule asks.",
     KEEP_OR_WRITE},
    {LEDGER_BEYOND_REACH,
     "A registrar may set keys of the own institution, whose names are the institution, '/' and\n"
     "one more part, unset them, declare them compromised while they are in force, and nothing\n"
     "else.",
     KEEP_OR_GOVERN},
    {LEDGER_ENTRY_MISSING, "An entry was taken out, or the store lost it.", KEEP},
    {LEDGER_WRONG_NODE,
     "The entries hold. A hash that was stored only to make proofs faster is wrong: proofs made\n"
     "from this store may fail.",
     REBUILD},
    {LEDGER_WRONG_INDEX_ROW,
     "A row that was stored only to find entries faster is wrong: a search in this store may miss\n"
     "some. It says nothing against the entries that were checked; those that were not, if rules\n"
     "ended the check here, are still to be judged.",
     REBUILD},
    {LEDGER_CHECKPOINT_UNSIGNED,
     "A checkpoint was stored that the operator in force at its position did not sign.", KEEP},
    {LEDGER_CHECKPOINT_ROOT,
     "The operator once signed that these entries were others. They, or entries before them, were\n"
     "changed since, or two histories were mixed.",
     KEEP},
    {LEDGER_CHECKPOINT_BEYOND,
     "The operator signed that there are more entries than this copy has. The end was cut off.",
     KEEP},
    {LEDGER_CHECKPOINT_MISSING,
     "The last entries were stored but not signed for. This is so for a moment while entries are\n"
     "appended, and after an interruption until the operator's next start.",
     "verify again later; if it stays so, ask the operator to start ledger-append once"},
    {LEDGER_OTHER_ORIGIN, "Ledger and checkpoint do not belong together.",
     "make sure that ledger, policy and checkpoint are of the same name"},
    {LEDGER_LOG_UNTRUSTED,
     "Nobody whom you trust vouches for this. It says nothing on whether it is right.",
     "compare the log key with the one that the operator publishes; after a change of the key the\n"
     "policy may list both"},
    {LEDGER_QUORUM_MISSING,
     "The operator signed, but fewer of the witnesses confirm it than you ask for. It may be that\n"
     "they have not been asked yet.",
     "get the checkpoint cosigned by the witnesses, or ask them why they do not cosign"},
    {LEDGER_FORK,
     "The operator signed two histories that contradict each other. One of them was shown to you\n"
     "before, this is the other.",
     "keep both checkpoints and this copy: together they prove it to everybody. Tell the "
     "witnesses"},
    {LEDGER_OLDER_THAN_SEEN,
     "You have seen more of this ledger than this copy has. It is an old copy, or the end was cut "
     "off.",
     KEEP},
    {LEDGER_STORE_DAMAGED,
     "The store is damaged or was tampered with, so that its entries cannot be read with trust.",
     "restore a copy and verify it; keep this one for examination"},
    {LEDGER_NOT_INCLUDED,
     "The entry in this file is not the one that the signed checkpoint covers at this position:\n"
     "entry, position, path or checkpoint was changed or exchanged.",
     RETRANSFER},
    {LEDGER_OTHER_ENTRY,
     "The file shows one entry and proves another, or it is of another matter than asked.",
     RETRANSFER},
    {LEDGER_EVIDENCE_MISSING,
     "The entry is in the ledger, but the file does not show that its signers were entitled, or\n"
     "which rule it fell under.",
     "get a complete proof from ledger-prove"},
    {LEDGER_EVIDENCE_FALSE, "What the file says about who might sign was not so at this entry.",
     RETRANSFER},
    {LEDGER_NOT_ALL_ENTRIES,
     "The entries in this file are not the list that the index of matters has: one was left out, "
     "put\nin, moved or cut off, or the index or the path is of another time.",
     "get a new status proof from ledger-prove, of this matter and the last index"},
    {LEDGER_DOCUMENT_DIFFERS,
     "The proof holds. The file that was compared is another one than those the record speaks of:\n"
     "another version, another document, or one saved again by a program. It does not follow "
     "which\n"
     "of them is the right one, nor that no other record speaks of this file.",
     "compare with the file that the institution keeps; look for it with ledger-log --document"},
};

static const struct explanation *find(enum ledger_finding finding)
{
    for (size_t i = 0; i < COUNT_OF(explanations); i++) {
        if (explanations[i].finding == finding) {
            return &explanations[i];
        }
    }
    return &explanations[0];
}

const char *finding_meaning(enum ledger_finding finding)
{
    return find(finding)->meaning;
}

const char *finding_advice(enum ledger_finding finding)
{
    return find(finding)->advice;
}
