"""From a purchase to the tier that it leads to: gateway, ledger, stream, function."""

import time
from typing import Any
from uuid import uuid4

import pytest
import requests

from stamkund.local.club import Club, ledger_pumps
from stamkund.local.mischief import Mischief
from tests.builders import Clock, Shop, a_shop


def a_sale(member: str, amount: int) -> dict[str, Any]:
    """Paid already, at the till."""
    line = {"id": "1", "article": "shoe", "quantity": 1, "unit_price": amount, "vat_rate": 2500}
    return {
        "order_id": uuid4().hex,
        "source": "till",
        "paid": True,
        "currency": "SEK",
        "member": member,
        "lines": [{**line, "charged": amount}],
    }


class Till:
    """Calls the club over HTTP with the shop's key."""

    def __init__(self, club: Club, shop: Shop) -> None:
        self._url = club.url
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"Bearer {shop.keys['shop']}"

    def newcomer(self) -> str:
        return str(self.post("/v1/members", {"customer_id": uuid4().hex})["member"])

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._http.post(f"{self._url}{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return answer.json()

    def tier(self, member: str) -> str:
        answer = self._http.get(f"{self._url}/v1/members/{member}", timeout=10)
        return str(answer.json()["tier"]["id"])


def test_the_tier_follows_a_purchase_within_a_second(club: Club) -> None:
    till = Till(club, a_shop())
    waits = []
    for _ in range(5):
        member = till.newcomer()
        assert till.tier(member) == "bas"
        till.post("/v1/checkout/orders", a_sale(member, 800_000))
        since = time.monotonic()
        while till.tier(member) != "guld":
            assert time.monotonic() - since < 20
        waits.append(time.monotonic() - since)
    assert sorted(waits)[len(waits) // 2] < 1


def test_who_waits_for_the_stream_sees_the_tier_at_once(club: Club) -> None:
    till = Till(club, a_shop())
    member = till.newcomer()
    till.post("/v1/checkout/orders", a_sale(member, 300_000))
    till.post("/_local/settle")
    assert till.tier(member) == "silver"


@pytest.mark.parametrize("seed", range(3))
def test_a_stream_at_its_worst_leads_to_the_same_tiers(
    prefix: str, clock: Clock, seed: int
) -> None:
    shop = a_shop()
    members = [enrolled(shop) for _ in range(4)]
    for _ in range(3):
        for member in members:
            sale = shop.call("POST", "/v1/checkout/orders", a_sale(member, 150_000))
            assert sale.status < 300, sale.text
    for pump in ledger_pumps(prefix, deliveries=Mischief(seed)):
        pump.drain()
    tiers = [shop.call("GET", f"/v1/members/{member}").json["tier"]["id"] for member in members]
    assert tiers == ["silver"] * 4


def enrolled(shop: Shop) -> str:
    answer = shop.call("POST", "/v1/members", {"customer_id": uuid4().hex})
    return str(answer.json["member"])
