"""What has to be done once, by anybody: it is taken by one, done, and ended.

Who takes it holds it for a few minutes, in which nobody else does. If they die meanwhile it is
taken again afterwards, since what is done twice is better than what is never done.
"""

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from stamkund.tables.keys import written
from stamkund.tables.table import Table

# Longer than any function runs, so that who is still at it is not overtaken.
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 10


class Leased:
    """What such an item has: `status` is `waiting`, `taken`, or how it ended, and `lease` until
    when somebody is at it."""

    status = UnicodeAttribute(default="waiting")
    attempts = NumberAttribute(default=0)
    lease = UnicodeAttribute(null=True)


def take(item: Table, now: datetime) -> bool:
    """Whether it is ours now, and then `item` is as it is kept. Needs no more than its key."""
    late = (Leased.status == "taken") & (Leased.lease < written(now))
    changes: list[Action] = [
        Leased.status.set("taken"),
        Leased.lease.set(written(now + LEASE)),
        Leased.attempts.set(Leased.attempts + 1),
    ]
    return item.update_if(changes, (Leased.status == "waiting") | late)


def put_back(item: Table) -> None:
    """It could not be done, and may be taken again at once."""
    changes: list[Action] = [Leased.status.set("waiting"), Leased.lease.remove()]
    item.update_if(changes, is_taken())


def is_taken() -> Condition:
    return Leased.status == "taken"


def ended(how: str) -> list[Action]:
    return [Leased.status.set(how), Leased.lease.remove()]
