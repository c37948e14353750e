"""Which offers a member can still have."""

from datetime import timedelta
from typing import Any

import pytest

from stamkund.rules.bill import Shopper
from stamkund.rules.open_offers import open_offers
from stamkund.rules.programme import (
    AmbassadorLevel,
    Ambassadors,
    Hours,
    Offer,
    PercentOff,
    When,
)
from stamkund.rules.referral_rules import Referrals
from stamkund.rules.selection import moment
from tests.builders import a_programme
from tests.strategies import NOON, ZONE

AT = moment(NOON, ZONE)


def is_open(sold_out: Any = (), who: dict[str, Any] | None = None, **fields: Any) -> bool:
    offer = Offer("o", {"sv": "O"}, PercentOff(10), **fields)
    shopper = Shopper(tier="silver", **who or {})
    return open_offers(a_programme(offers=[offer], referrals=HELPFUL), shopper, sold_out, AT) == [
        offer
    ]


HELPFUL = Referrals(ambassadors=Ambassadors([AmbassadorLevel("helpful", {"sv": "H"}, 10)]))


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (When(), True),
        (When(start=NOON, end=NOON + timedelta(seconds=1)), True),
        (When(start=NOON + timedelta(seconds=1)), False),
        (When(end=NOON), False),
        (When(tiers=["silver"]), True),
        (When(tiers=["guld"]), False),
        (When(hours=Hours("22:00", "23:00"), weekdays=["sun"]), True),
        (When(channels=["store"]), True),
    ],
)
def test_an_offer_is_open_to_whom_it_is_meant_for(when: When, expected: bool) -> None:
    assert is_open(when=when) == expected


@pytest.mark.parametrize(("merit", "expected"), [(0, False), (9, False), (10, True)])
def test_what_is_for_ambassadors_is_open_from_so_much_merit_on(merit: int, expected: bool) -> None:
    assert is_open(ambassadors=["helpful"], who={"used": {"merit": merit}}) == expected


def test_a_first_order_is_made_once() -> None:
    first = When(first_order=True)
    assert is_open(when=first)
    assert not is_open(when=first, who={"first_order": False})


def test_what_is_used_up_or_sold_out_is_gone_but_not_for_who_holds_one() -> None:
    assert not is_open(limit_per_member=2, who={"used": {"o": 2}})
    assert is_open(limit_per_member=2, who={"used": {"o": 1}})
    few: dict[str, Any] = {"switch_on": True, "limit_total": 5}
    assert not is_open(sold_out={"o"}, **few)
    assert is_open(sold_out={"o"}, who={"switched_on": frozenset({"o"})}, **few)
    assert not is_open(who={"used_up": frozenset({"o"})}, **few)
