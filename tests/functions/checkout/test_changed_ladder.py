"""A programme published in the middle of a month: its ladder comes with the next one."""

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.members.settling import settle
from stamkund.rules.programme import Match, MemberPrice, PriceCut, Tiers, TierStep
from tests.builders import Clock, Shop, a_member, a_programme, a_shop

LINE = {"id": "1", "article": "tent", "quantity": 1, "unit_price": 10_000, "vat_rate": 2500}
TENTS = Match(articles=["tent"])


def a_ladder(multiplier: int, *ids: str) -> Tiers:
    low, high = ids or ("bas", "guld")
    return Tiers(
        steps=[
            TierStep(id=low, name={"sv": low.title()}, threshold=0),
            TierStep(id=high, name={"sv": high.title()}, threshold=50_000, multiplier=multiplier),
        ],
        rolling_months=12,
    )


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_programme(tiers=a_ladder(200)))


@pytest.fixture
def member(shop: Shop) -> str:
    return a_member(shop, tier="guld", spend={"2026-02": 60_000})


def points(shop: Shop, member: str) -> int:
    basket = {"currency": "SEK", "member": member, "lines": [LINE]}
    return int(shop.call("POST", "/v1/checkout/quotes", basket).json["points"]["total"])


def ladder(shop: Shop, member: str) -> dict[str, Any]:
    answer = shop.call("GET", f"/v1/members/{member}/ladder").json
    step = next(step for step in answer["steps"] if step["id"] == answer["tier"])
    return {**answer, "multiplier": step["multiplier"]}


def test_a_multiplier_is_the_old_one_until_the_month_ends_and_the_ladder_says_so(
    shop: Shop, member: str, time: Clock
) -> None:
    shop.publish(a_programme(tiers=a_ladder(300)))
    assert (points(shop, member), ladder(shop, member)["multiplier"]) == (200, 200)
    time.set(datetime(2026, 3, 31, 22, 0, tzinfo=UTC))  # April in Stockholm
    assert (points(shop, member), ladder(shop, member)["multiplier"]) == (300, 300)


def test_steps_with_other_ids_are_known_by_their_names_before_and_after(
    shop: Shop, member: str, time: Clock
) -> None:
    silk = MemberPrice("silk", {"sv": "Siden"}, TENTS, {"silk": PriceCut(percent=10)})
    shop.publish(a_programme(tiers=a_ladder(300, "wool", "silk"), prices=[silk]))
    assert points(shop, member) == 200
    assert ladder(shop, member)["tier"] == "guld"
    card = shop.call("GET", f"/v1/members/{member}/card").json
    assert card["tier"] == {"id": "guld", "name": "Guld"}
    time.set(datetime(2026, 4, 10, 12, 0, tzinfo=UTC))
    assert ladder(shop, member)["tier"] == "silk"
    assert points(shop, member) == 270  # a tenth off, and three for each


def test_a_statement_names_steps_that_are_gone(shop: Shop, time: Clock) -> None:
    member = shop.call("POST", "/v1/members", {"customer_id": "c"}).json["member"]
    order = {
        "order_id": "1", "member": member, "currency": "SEK", "paid": True,
        "lines": [{**LINE, "quantity": 9, "charged": 90_000}],
    }  # fmt: skip
    assert shop.call("POST", "/v1/checkout/orders", order).status == 201
    settle(shop.id, member, time.now)
    shop.publish(a_programme(tiers=a_ladder(300, "wool", "silk")))
    time.set(datetime(2026, 4, 10, 12, 0, tzinfo=UTC))
    lines = shop.call("GET", f"/v1/members/{member}/statement").json["lines"]
    [risen] = [line["text"] for line in lines if line["kind"] == "tier"]
    assert risen == "Ny nivå: Guld"


def test_an_order_of_last_month_earns_by_last_months_ladder(
    shop: Shop, member: str, time: Clock
) -> None:
    shop.publish(a_programme(tiers=a_ladder(300)))
    time.set(datetime(2026, 4, 2, 12, 0, tzinfo=UTC))
    late = {
        "order_id": "1", "source": "till", "member": member, "currency": "SEK", "paid": True,
        "occurred_at": "2026-03-30T10:00:00Z", "lines": [{**LINE, "charged": 10_000}],
    }  # fmt: skip
    assert shop.call("POST", "/v1/checkout/orders", late).json["points"]["total"] == 200
