"""How much one person may send, so that nobody fills the inbox, or the store of pictures.

Counted under keyed hashes, by real time: by who it is, and by the address that it comes from, where
many may be behind one. Staff is not counted.
"""

from typing import Literal

from stamkund.rules.forum_rules import ForumRules
from stamkund.rules.login import DAY, HOUR, Limit, neighbourhood
from stamkund.rules.programme_file import Feedback
from stamkund.tables import clock
from stamkund.tables.counting import Count, counted_by
from stamkund.web.callers import Caller, Staff
from stamkund.web.secrets import keyed_hash

PICTURES_TO_A_THREAD = 5
InForum = Literal["topic", "answer", "thanks", "report"]


def of_threads(rules: Feedback, caller: Caller, owner: str) -> list[Count]:
    """`owner`: who opens it."""
    if caller.kind is Staff:
        return []
    address = neighbourhood(caller.address)
    return [
        _count(caller.shop, "thread", owner, Limit("speaker", DAY, rules.most_a_day)),
        _count(
            caller.shop, "thread from", address, Limit("speaker", HOUR, rules.most_from_address)
        ),
    ]


def of_forum(rules: ForumRules, caller: Caller, what: InForum) -> list[Count]:
    if caller.kind is Staff:
        return []
    most = {
        "topic": rules.topics_a_day,
        "answer": rules.answers_a_day,
        "thanks": rules.thanks_a_day,
        "report": rules.reports_a_day,
    }
    limit = Limit("speaker", DAY, most[what])
    return [_count(caller.shop, f"forum {what}", caller.member or "", limit)]


def of_pictures(rules: Feedback, caller: Caller, owner: str) -> list[Count]:
    if caller.kind is Staff:
        return []
    most = PICTURES_TO_A_THREAD * rules.most_a_day
    return [_count(caller.shop, "picture", owner, Limit("speaker", DAY, most))]


def _count(shop: str, what: str, whose: str, limit: Limit) -> Count:
    return counted_by(limit, keyed_hash(shop, what, whose), 0, clock.real_time())
