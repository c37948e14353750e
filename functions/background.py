"""The table of contents of what nobody calls: run by a stream, by time, by rotation."""

MODULES = (
    "functions.members.recalculate_tier",
    "functions.members.review_accounts",
    "functions.members.complete_leavings",
    "functions.members.forget_inactive",
    "functions.members.give_birthday_points",
    "functions.members.tell_replaced_contacts",
    "functions.checkout.reverse_unconfirmed",
    "functions.feedback.tell_people",
    "functions.feedback.tell_again",
    "functions.feedback.escalate_overdue",
    "functions.referrals.follow_up",
    "functions.referrals.settle_referrals",
    "functions.feedback.announce",
    "functions.feedback.announce_again",
    "functions.feedback.look_at_picture",
    "functions.feedback.look_again",
    "functions.feedback.report_engagement",
    "functions.operations.reconcile",
    "functions.operations.rotate_secrets",
)
