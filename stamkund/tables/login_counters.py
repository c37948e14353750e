"""What visitors did after the login offer: counters in `programmes`, and marks in `identities` so
that each visitor counts once.

Neither says who. A mark is a keyed hash of a visitor and a day, which is nobody's name and leads
nowhere; the counters of a day are dealt out over shards by it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from stamkund.rules.errors import Refused
from stamkund.rules.login_report import EVENTS, Cell, Event
from stamkund.rules.programme_file import LoginArgument
from stamkund.tables import keys, transact
from stamkund.tables.identities import Identities
from stamkund.tables.programmes import Programmes

ATTEMPTS = 3


class MarkItem(Identities):
    """What one visitor has been counted for on one day, and the argument it counts for."""

    counted = UnicodeSetAttribute()
    lead = UnicodeAttribute()


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


class Counted(NamedTuple):
    """Under which argument, and whether it was not counted before."""

    lead: LoginArgument
    new: bool


def count(shop: str, visit: Visit, event: Event, expires_at: datetime) -> Counted:
    """Once per visit and event, all of them under the argument that led when the visit was first
    heard of. Of whom something else is heard first, it was shown to as well: so nothing is ever
    done by more than have seen it."""
    lead, events = visit.lead, [event]
    for _ in range(ATTEMPTS):
        known = _add(shop, replace(visit, lead=lead), events, expires_at)
        if known is None:
            return Counted(lead, new=True)
        if event in known.counted:
            return Counted(known.lead, new=False)
        lead = known.lead if known.counted else visit.lead
        events = [event] if known.counted else ["shown", event]
    raise Refused("busy")


class _Known(NamedTuple):
    """What there is of a visit: nothing of a new one."""

    counted: frozenset[str]
    lead: LoginArgument


def _add(shop: str, visit: Visit, events: list[Event], expires_at: datetime) -> _Known | None:
    """None when done; else what is known of the visit, which is other than was expected."""
    mark = MarkItem(keys.of(shop, f"visit{keys.SEPARATOR}{visit.mark}"))
    counter = CounterItem(_partition(shop, visit.experiment, visit.mark), _sort_key(visit))

    def fill(transaction: TransactWrite) -> None:
        transaction.update(
            mark, _marked(visit, events, expires_at), _as_expected(visit, events),
            return_values=transact.RETURN_OLD,
        )  # fmt: skip
        transaction.update(counter, [getattr(CounterItem, event).add(1) for event in events])

    try:
        transact.write(fill)
    except TransactWriteError as error:
        refused = transact.refused(error, 0)
        if refused is None:
            raise
        return _known(refused.raw_item, visit)
    return None


def _marked(visit: Visit, events: list[Event], expires_at: datetime) -> list[Action]:
    return [
        MarkItem.counted.add(set(events)),
        MarkItem.lead.set(visit.lead),
        MarkItem.expires_at.set(expires_at),
    ]


def _as_expected(visit: Visit, events: list[Event]) -> Condition:
    if "shown" in events:
        return MarkItem.pk.does_not_exist()
    unheard: Any = ~MarkItem.counted.contains(events[0])
    return unheard & (MarkItem.lead == visit.lead)  # type: ignore[no-any-return]


def _known(item: dict[str, Any] | None, visit: Visit) -> _Known:
    if not item:
        return _Known(frozenset(), visit.lead)
    mark = MarkItem.from_raw_data(item)
    return _Known(frozenset(mark.counted), mark.lead)  # type: ignore[arg-type]


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
