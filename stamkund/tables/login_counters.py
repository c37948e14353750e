"""What visitors did after the login offer: counters in `programmes`, and marks in `identities` so
that each visitor counts once.

Neither says who. A mark is a keyed hash of a visitor and a day, which is nobody's name and leads
nowhere; the counters of a day are dealt out over shards by it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct
from pynamodb.attributes import NumberAttribute, UnicodeSetAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from stamkund.rules.errors import Refused
from stamkund.rules.login_report import EVENTS, Cell, Event
from stamkund.rules.programme import LoginArgument
from stamkund.tables import keys, transact
from stamkund.tables.identities import Identities
from stamkund.tables.programmes import Programmes

ATTEMPTS = 3


class MarkItem(Identities):
    """What one visitor has been counted for on one day."""

    counted = UnicodeSetAttribute(null=True)


class CounterItem(Programmes):
    """How often within one cell, on one day, in one of the shards."""

    shown = NumberAttribute(default=0)
    clicked = NumberAttribute(default=0)
    logged_in = NumberAttribute(default=0)
    joined = NumberAttribute(default=0)
    bought = NumberAttribute(default=0)


class Visit(Struct, frozen=True, array_like=True):
    """One visitor on one day, and what they were shown, or would have been."""

    mark: str
    day: str
    experiment: str
    variant: str
    lead: LoginArgument
    held: bool

    @property
    def cell(self) -> Cell:
        return Cell(self.variant, self.lead, self.held)


def count(shop: str, visit: Visit, event: Event, ends_at: datetime) -> bool:
    """Once per visit and event: whether it was not counted before. Of whom something else is heard
    first, it was shown to as well, so that nothing is ever done by more than have seen it."""
    events = [event]
    for _ in range(ATTEMPTS):
        known = _counted(shop, visit, events, ends_at)
        if known is None:
            return True
        if event in known:
            return False
        events = [event] if "shown" in known else ["shown", event]
    raise Refused("busy")


def _counted(
    shop: str, visit: Visit, events: list[Event], ends_at: datetime
) -> frozenset[str] | None:
    """None when done; else what the visit has been counted for instead of what was expected."""
    mark = MarkItem(keys.of(shop, f"visit{keys.SEPARATOR}{visit.mark}"))
    counter = CounterItem(_partition(shop, visit.experiment, visit.mark), _sort_key(visit))

    def fill(transaction: TransactWrite) -> None:
        actions: list[Action] = [MarkItem.counted.add(set(events)), MarkItem.ends_at.set(ends_at)]
        transaction.update(mark, actions, _as_expected(events), return_values=transact.RETURN_OLD)
        transaction.update(counter, [getattr(CounterItem, event).add(1) for event in events])

    try:
        transact.write(fill)
    except TransactWriteError as error:
        reason = transact.refused(error, 0)
        if reason is None:
            raise
        if not reason.raw_item:
            return frozenset()
        return frozenset(MarkItem.from_raw_data(reason.raw_item).counted or ())
    return None


def _as_expected(events: list[Event]) -> Condition:
    condition: Any = ~MarkItem.counted.contains(events[-1])
    if events != ["shown"]:
        shown = MarkItem.counted.contains("shown")
        condition &= ~shown if "shown" in events else shown
    return condition  # type: ignore[no-any-return]


def cells(
    shop: str, experiment: str, since: str, until: str
) -> Iterator[tuple[Cell, dict[Event, int]]]:
    """Every counter of these days, both included."""
    within = CounterItem.sk.between(since, until + keys.SEPARATOR + "~")
    for partition in keys.shards(shop, _group(experiment)):
        for item in CounterItem.query(partition, within):
            _, variant, lead, held = item.sk.split(keys.SEPARATOR)
            counts: dict[Event, int] = {event: int(getattr(item, event)) for event in EVENTS}
            yield Cell(variant, lead, held == "held"), counts


def _partition(shop: str, experiment: str, mark: str) -> str:
    return keys.sharded(shop, _group(experiment), mark)


def _group(experiment: str) -> str:
    return f"LOGIN{keys.SEPARATOR}{experiment}"


def _sort_key(visit: Visit) -> str:
    side = "held" if visit.held else "shown"
    return keys.SEPARATOR.join((visit.day, visit.variant, visit.lead, side))
