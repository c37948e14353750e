"""Whatever happens to a call, and however many send it at once: an event of a visit counts once."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from typing import Any

import pytest

from stamkund.rules.calendar import add_days
from stamkund.rules.login_offer import experiment_of
from stamkund.rules.login_report import EVENTS, Event
from stamkund.tables import login_counters
from tests.builders import Answer, Clock, Shop, a_programme, a_shop
from tests.reliability import faults

OFFERS = "/v1/members/login-offers"
numbers = count(1)


@pytest.fixture
def shop(clock: Clock) -> Shop:
    shop = a_shop()
    a_ticket(shop)  # keys and programme are remembered from here on
    return shop


def a_ticket(shop: Shop, visitor: str = "", **body: Any) -> str:
    line = {"id": "1", "article": "a", "quantity": 1, "unit_price": 10_000, "vat_rate": 2500}
    who = visitor or f"visitor-{next(numbers):012}"
    said = {"currency": "SEK", "lines": [line], "visitor": who, **body}
    ticket: str = shop.call("POST", OFFERS, said, as_="storefront").json["ticket"]
    return ticket


def tell(shop: Shop, ticket: str, event: str) -> Answer:
    return shop.call("POST", f"{OFFERS}/events", {"ticket": ticket, "event": event})


def counted(shop: Shop) -> dict[Event, int]:
    day = f"{Clock().now:%Y-%m-%d}"
    experiment = experiment_of(a_programme().login_offer)
    cells = list(login_counters.cells(shop.id, experiment, add_days(day, -1), day))
    return {event: sum(counts[event] for _, counts in cells) for event in EVENTS}


@pytest.mark.parametrize("fault", faults.TRIED)
@pytest.mark.parametrize("before", [[], ["shown"]])
def test_whatever_happens_to_the_call_the_next_try_counts_once(
    shop: Shop, fault: str, before: list[str]
) -> None:
    ticket = a_ticket(shop)
    for event in before:
        tell(shop, ticket, event)
    with suppress(faults.Killed), faults.at(0 if before else 1, fault):
        tell(shop, ticket, "clicked")
    assert tell(shop, ticket, "clicked").status in {200, 201}
    assert tell(shop, ticket, "clicked").status == 200
    expected = dict.fromkeys(EVENTS, 0) | {"shown": 1, "clicked": 1}
    assert counted(shop) == expected


def test_of_many_at_once_one_counts(shop: Shop) -> None:
    """Of one visitor, on two pages with other headlines, telling all there is to tell."""
    tickets = [a_ticket(shop, "v" * 20), a_ticket(shop, "v" * 20, lines=[])]
    told = [(ticket, event) for event in EVENTS for ticket in tickets * 2]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: patiently(shop, *one), told))
    assert counted(shop) == dict.fromkeys(EVENTS, 1)
    assert {answer.status for answer in answers} == {200, 201}
    # Who did something before it was shown is counted as shown together with it.
    assert len([a for a in answers if a.status == 201]) in {len(EVENTS) - 1, len(EVENTS)}


def patiently(shop: Shop, ticket: str, event: str) -> Answer:
    answer = tell(shop, ticket, event)
    return answer if answer.status != 503 else patiently(shop, ticket, event)
