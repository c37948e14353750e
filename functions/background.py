"""The table of contents of what nobody calls: run by the ledger's stream, by time, by rotation."""

MODULES = (
    "functions.members.recalculate_tier",
    "functions.members.review_accounts",
    "functions.members.complete_leavings",
    "functions.members.forget_inactive",
    "functions.checkout.reverse_unconfirmed",
    "functions.operations.reconcile",
    "functions.operations.rotate_secrets",
)
