"""Who the sandbox shop's members are and what they did, as events in the order they happened."""

from collections.abc import Iterator
from functools import cache
from operator import attrgetter
from pathlib import Path

import msgspec
from msgspec import Struct

from stamkund.rules.programme import Language

FILE = Path(__file__).with_name("story.yaml")


class Bought(Struct, frozen=True, forbid_unknown_fields=True):
    """An order; in the shop's own store it was paid at the till, without a quote."""

    id: str
    days_ago: int
    buys: dict[str, int]
    channel: str = "web"
    points: int = 0

    @property
    def order(self) -> str:
        """By which the club knows it: where it was made, and its number there."""
        return f"{self.channel}:{self.id}"


class Returned(Struct, frozen=True, forbid_unknown_fields=True):
    """What came back of an order; an article's line has the article's id."""

    order: str
    days_ago: int
    units: dict[str, int]


class Person(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who exists only here."""

    customer: str
    first_name: str
    last_name: str
    email: str
    phone: str
    language: Language
    joined: int
    orders: list[Bought]
    returns: list[Returned] = []


class Story(Struct, frozen=True, forbid_unknown_fields=True):
    members: list[Person]


class Event(Struct, frozen=True):
    """Somebody joined (`what` is None), bought or returned something."""

    days_ago: int
    who: Person
    what: Bought | Returned | None


@cache
def people() -> tuple[Person, ...]:
    return tuple(msgspec.yaml.decode(FILE.read_bytes(), type=Story).members)


def events() -> list[Event]:
    """Oldest first; of one day, joining comes before buying."""
    return sorted(_events(), key=attrgetter("days_ago"), reverse=True)


def _events() -> Iterator[Event]:
    for person in people():
        yield Event(person.joined, person, None)
        happenings: list[Bought | Returned] = [*person.orders, *person.returns]
        for happened in happenings:
            yield Event(happened.days_ago, person, happened)
