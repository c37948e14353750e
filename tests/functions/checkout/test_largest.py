"""The largest quote that any programme and any basket come to is one that can be committed."""

import json
from collections.abc import Iterator
from random import Random
from string import ascii_lowercase
from typing import Any

import pytest

from functions.checkout.promises import LONGEST_TOKEN
from stamkund import tables
from stamkund.rules.basket import MOST_LINES
from stamkund.rules.checking import check
from stamkund.rules.money import MOST
from stamkund.rules.programme import (
    MOST_GROUPS,
    MOST_OFFERS,
    MOST_RULES,
    AmountOff,
    Cap,
    EarnRule,
    Match,
    MemberPrice,
    Offer,
    Pay,
    PercentOff,
    PointRules,
    PriceCut,
    Rate,
    Text,
)
from stamkund.rules.programme_file import ProgrammeFile
from stamkund.web.body import LARGEST
from tests.builders import Clock, Shop, a_member, a_programme, a_shop, a_voucher

QUOTES, ORDERS = "/v1/checkout/quotes", "/v1/checkout/orders"
MOST_ITEMS = 100  # that DynamoDB takes in one transaction
NAME: Text = {"sv": "x", "en": "x"}
VOUCHERS = [f"v{n}" for n in range(5)]
ARTICLES = [f"{n:064}" for n in range(MOST_LINES)]
MONTHS = [f"{year}-{month:02}" for year in (2026, 2027, 2028) for month in range(1, 13)]


def the_largest_programme(chance: Random) -> ProgrammeFile:
    groups = [an_id(chance) for _ in range(MOST_GROUPS)]
    return a_programme(
        groups=groups,
        offers=[offer for group in groups for offer in offers_of(group, chance)],
        prices=[
            MemberPrice(an_id(chance), NAME, Match(articles=[article]), {"*": PriceCut(percent=n)})
            for article, n in zip(ARTICLES, chance.choices(range(1, 10), k=MOST_LINES), strict=True)
        ],
        points=PointRules(
            earn=Rate(1, 10_000),
            rules=[a_rule(chance) for _ in range(MOST_RULES)],
            cap=Cap(day=10**9, month=10**9),
            pay=Pay(Rate(1, 1)),
        ),
    )


def an_id(chance: Random) -> str:
    """As long as an id may be, and with nothing in common with another."""
    return "".join(chance.choices(ascii_lowercase, k=40))


def offers_of(group: str, chance: Random) -> Iterator[Offer]:
    """One that is given, and all others that may be missed."""
    yield Offer(
        an_id(chance),
        NAME,
        PercentOff(chance.randint(5, 9)),
        group=group,
        switch_on=True,
        limit_total=5,
        limit_per_member=1,
    )
    for _ in range(MOST_OFFERS // MOST_GROUPS - 1):
        effect = AmountOff(chance.randint(10**8, 10**9))
        yield Offer(an_id(chance), NAME, effect, group=group, switch_on=True)


def a_rule(chance: Random) -> EarnRule:
    return EarnRule(
        an_id(chance),
        NAME,
        match=Match(articles=chance.sample(ARTICLES, MOST_LINES // 2)),
        points_per_unit=chance.randint(1, 9),
        cap=Cap(day=10**9, month=10**9),
    )


def the_largest_basket(member: str, chance: Random) -> dict[str, Any]:
    """Every line another article at another price and tax, and as much text as a body may have."""
    lines: list[dict[str, Any]] = [
        {
            "id": str(number),
            "article": article,
            "quantity": 1,
            "unit_price": chance.randint(10**9, MOST // MOST_LINES),
            "vat_rate": chance.randint(0, 10_000),
            "category": "c" * 50,
            "brand": "b" * 50,
        }
        for number, article in enumerate(ARTICLES)
    ]
    basket: dict[str, Any] = {"currency": "SEK", "member": member, "lines": lines}
    room = LARGEST - len(json.dumps(basket)) - 200
    for line in lines:
        line["brand"] += "b" * min(50, room // MOST_LINES)
    return basket


def a_member_with_everything(shop: Shop, programme: ProgrammeFile) -> str:
    member = a_member(shop, lots={f">{month}": 1_000_000 for month in MONTHS[3:]})
    for id in VOUCHERS:
        a_voucher(shop, member, id, amount=10**9)
    for offer in programme.offers:
        if offer.limit_total:
            path = f"/v1/members/{member}/offers/{offer.id}"
            assert shop.call("PUT", path).status == 200
    return member


@pytest.fixture
def items() -> Iterator[list[int]]:
    """How many items each transaction has that is sent from here on."""
    sent: list[int] = []
    events = tables.client().client.meta.events

    def count(params: dict[str, Any], **_: object) -> None:
        sent.append(len(json.loads(params["body"])["TransactItems"]))

    events.register("before-call.dynamodb.TransactWriteItems", count)
    yield sent
    events.unregister("before-call.dynamodb.TransactWriteItems", count)


def test_the_largest_quote_there_can_be_is_committed(clock: Clock, items: list[int]) -> None:
    chance = Random(1)
    programme = the_largest_programme(chance)
    assert check(programme) == []
    shop = a_shop(programme=programme)
    member = a_member_with_everything(shop, programme)
    basket = the_largest_basket(member, chance)
    quoted = shop.call("POST", QUOTES, {**basket, "vouchers": VOUCHERS, "spend_points": 30_000_000})
    assert quoted.status == 200, quoted.text[:500]
    given = [benefit["kind"] for benefit in quoted.json["benefits"]]
    assert (given.count("offer"), given.count("voucher")) == (MOST_GROUPS, len(VOUCHERS))
    assert LONGEST_TOKEN / 2 < len(quoted.json["quote"]) < LONGEST_TOKEN
    items.clear()
    order = shop.call("POST", ORDERS, {**basket, "order_id": "1", "quote": quoted.json["quote"]})
    assert order.status == 201, order.text[:500]
    assert order.json["total"]["charged"] == quoted.json["total"]["to_pay"]
    assert items == [4 + MOST_GROUPS + len(VOUCHERS)]
    assert items[0] <= MOST_ITEMS
