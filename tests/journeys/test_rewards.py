"""What members do with their points, in a browser, while the shop's server does its part."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests

from stamkund.local.club import Club
from stamkund.rules.programme import (
    AmountOff,
    Cause,
    Charity,
    PercentOff,
    PointRules,
    Rate,
    Reward,
    Rewards,
    Text,
)
from stamkund.rules.programme_file import Action
from tests.builders import Clock, a_programme, a_shop

NAME: Text = {"sv": "Check", "en": "Cheque"}
PROGRAMME = a_programme(
    points=PointRules(earn=Rate(points=1, amount=100), pending_days=14),
    rewards=Rewards(
        catalogue=[
            Reward("cheque", NAME, 400, AmountOff(10_000)),
            Reward("code", NAME, 200, PercentOff(10), points_back=True, valid_days=30),
            Reward("gift", NAME, 100, Charity(2_500)),
        ],
        causes=[Cause("sea", NAME)],
    ),
    actions=[Action("newsletter", NAME, 50, "newsletter")],
)
PATIENCE = 60  # a timed function looks at every day of a month
GOODS = {
    "currency": "SEK",
    "lines": [
        {"id": "1", "article": "boots", "quantity": 1, "unit_price": 99_900, "vat_rate": 2500}
    ],
}


class Told:
    """The answers of one caller, over HTTP."""

    def __init__(self, url: str, credential: str) -> None:
        self._url, self._http = url, requests.Session()
        self._http.headers["Authorization"] = f"Bearer {credential}"

    def get(self, path: str) -> Any:
        return self._http.get(f"{self._url}{path}", timeout=PATIENCE).json()

    def post(self, path: str, body: Any = None) -> Any:
        return self._http.post(f"{self._url}{path}", json=body, timeout=PATIENCE).json()


class Visit:
    """A member's browser and the shop's own server, which knows who the member is."""

    def __init__(self, club: Club, time: Clock) -> None:
        shop = a_shop(programme=PROGRAMME)
        self.time, self.url, self.customer = time, club.url, uuid4().hex
        self.server, self.staff = (Told(club.url, shop.keys[kind]) for kind in ("shop", "staff"))
        self.member = self.server.post("/v1/members", {"customer_id": self.customer})["member"]

    @property
    def browser(self) -> Told:
        """A session lives for a quarter of an hour."""
        session = self.server.post("/v1/members/sessions", {"customer_id": self.customer})
        return Told(self.url, session["token"])

    def is_given(self, points: int) -> None:
        body = {"reference": uuid4().hex, "points": points, "reason": "goodwill"}
        given = self.staff.post(f"/v1/members/{self.member}/adjustments", body)
        assert given["status"] == "done"

    def redeems(self, reward: str) -> Any:
        body = {"reference": reward, "reward": reward}
        return self.browser.post("/v1/members/me/redemptions", body)

    def orders(self, *vouchers: str) -> Any:
        quote = self.browser.post("/v1/checkout/quotes", {**GOODS, "vouchers": list(vouchers)})
        body = {"order_id": uuid4().hex, "member": self.member, "quote": quote["quote"], **GOODS}
        return self.server.post("/v1/checkout/orders", body)

    def after(self, **time: float) -> None:
        """And what happens by itself meanwhile."""
        self.time.advance(**time)
        result = self.server.post("/_local/jobs/reverse_unconfirmed")["result"]
        assert result["failed"] == 0

    @property
    def points(self) -> int:
        return int(self.browser.get("/v1/members/me/points")["available"])

    @property
    def statement(self) -> list[tuple[str, int]]:
        lines = self.browser.get("/v1/members/me/statement")["lines"]
        return sorted((line["kind"], line["points"]) for line in lines)


@pytest.fixture
def visit(club: Club, clock: Clock) -> Iterator[Visit]:
    visit = Visit(club, clock)
    visit.is_given(600)
    yield visit
    clock.set(Clock().now)


def test_a_cheque_is_redeemed_in_the_basket_and_used_in_the_order(visit: Visit) -> None:
    catalogue = visit.browser.get("/v1/members/me/rewards")
    assert [one["available"] for one in catalogue["rewards"]] == [True, True, True]
    voucher = visit.redeems("cheque")["voucher"]
    receipt = visit.orders(voucher)
    assert receipt["total"]["charged"] == 89_900
    path = f"/v1/checkout/orders/{receipt['order']}/confirmation"
    assert visit.server.post(path)["status"] == "confirmed"
    visit.after(hours=2)
    assert visit.points == 200
    assert visit.statement == [("adjust", 600), ("earn", 899), ("spend", -400)]


def test_a_basket_that_is_left_behind_costs_nothing(visit: Visit) -> None:
    voucher = visit.redeems("cheque")["voucher"]
    visit.after(minutes=55)
    assert visit.points == 200
    assert visit.orders(voucher)["status"] == "held"
    visit.after(minutes=10)  # the reward's time is over, the payment may still come
    assert ("restore", 400) not in visit.statement
    visit.after(minutes=55)
    visit.after(minutes=5)
    assert visit.points == 600
    assert visit.browser.post("/v1/checkout/quotes", GOODS)["vouchers"] == []


def test_a_code_that_is_kept_and_forgotten_gives_its_points_back_in_the_end(visit: Visit) -> None:
    visit.redeems("code")
    kept = visit.browser.post("/v1/members/me/redemptions/code/confirmation")
    assert kept["status"] == "kept"
    visit.after(days=29)
    [voucher] = visit.browser.post("/v1/checkout/quotes", GOODS)["vouchers"]
    assert (voucher["kind"], voucher["percent"]) == ("percent", 10)
    visit.after(days=2)
    assert visit.points == 600


def test_points_are_given_away_and_earned_without_an_order(visit: Visit) -> None:
    body = {"reference": "g1", "reward": "gift", "cause": "sea"}
    receipt = visit.browser.post("/v1/members/me/gifts", body)
    assert (receipt["points"], receipt["amount"]) == (100, 2_500)
    assert visit.browser.get("/v1/members/me/gifts")["gifts"] == [receipt]
    assert visit.server.get("/v1/members/gifts/report")["amount"] == 2_500
    said = {"reference": "signed-up", "action": "newsletter"}
    assert visit.server.post(f"/v1/members/{visit.member}/earnings", said)["points"] == 50
    assert visit.browser.post("/v1/members/me/earnings", said)["code"] == "forbidden"
    assert visit.statement == [("adjust", 600), ("bonus", 50), ("gift", -100)]
