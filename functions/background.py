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
    "functions.feedback.follow_up",
    "functions.feedback.settle_reviews",
    "functions.feedback.draw_lottery",
    "functions.feedback.ask_surveys",
    "functions.operations.reconcile",
    "functions.operations.rotate_secrets",
)
