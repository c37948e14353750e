"""What the second reader of the ledger's stream looks at is looked at each for itself."""

from typing import Any

from functions.operations import follow_up
from stamkund.local.invocation import Context
from stamkund.tables import keys
from stamkund.tables.referrals import REFERRAL, ReferralItem
from tests.builders import Clock, a_shop
from tests.reviewing import Bought, a_club, bought, reversal, settle
from tests.watching import watched


def follow(who: Bought) -> Any:
    return follow_up.handler(reversal(who.shop, who), Context("stream"))  # type: ignore[arg-type]


def test_a_friend_who_cannot_be_looked_at_keeps_no_review_where_it_is(time: Clock) -> None:
    who = bought(a_shop(programme=a_club()))
    who.says()
    settle()
    who.till.refund("r")
    unreadable = ReferralItem(keys.of(who.shop.id, f"referral.{who.member}"), REFERRAL)
    unreadable.save()
    with watched() as log:
        answer = follow(who)
    assert who.seen()["state"] == "withdrawn"
    assert answer["batchItemFailures"] == [{"itemIdentifier": "1"}]
    failed, run = log.lines
    assert (failed["message"], failed["member"]) == ("failed", who.member)
    assert (run["changed"], run["failed"]) == (0, 1)
    unreadable.delete()
    assert follow(who)["batchItemFailures"] == []
