from typing import Any

import pytest

from stamkund.rules.programme import (
    AmountOff,
    Cause,
    Charity,
    PointRules,
    Rate,
    Reward,
    Rewards,
    Text,
)
from stamkund.tables import ledger
from tests.builders import Answer, Clock, Shop, a_programme, a_shop
from tests.members import a_member, the_account

NAME: Text = {"sv": "Havet", "en": "The sea"}
POINTS = PointRules(earn=Rate(points=1, amount=100))
CAUSES = [Cause("sea", NAME), Cause("forest", {"sv": "Skogen", "en": "The forest"})]
CATALOGUE = [
    Reward("gift", NAME, 100, Charity(1_000)),
    Reward("once", NAME, 50, Charity(400), limit_per_member=1),
    Reward("two", NAME, 10, Charity(100), limit_total=2),
    Reward("cheque", NAME, 500, AmountOff(5_000)),
]


@pytest.fixture
def shop(time: Clock) -> Shop:
    rewards = Rewards(catalogue=CATALOGUE, causes=CAUSES)
    return a_shop(programme=a_programme(points=POINTS, rewards=rewards))


@pytest.fixture
def member(shop: Shop) -> str:
    return a_member(shop, points={">2026-12": 150, ">2027-12": 400})


def give(shop: Shop, member: str, reference: str = "g1", **changes: str) -> Answer:
    body = {"reference": reference, "reward": "gift", "cause": "sea", **changes}
    return shop.call("POST", f"/v1/members/{member}/gifts", body)


def report(shop: Shop, month: str = "", as_: str = "shop") -> dict[str, Any]:
    path = "/v1/members/gifts/report" + (f"?month={month}" if month else "")
    found: dict[str, Any] = shop.call("GET", path, as_=as_).json
    return found


def test_a_gift_is_final_and_its_answer_the_receipt(shop: Shop, member: str) -> None:
    answer = give(shop, member)
    assert answer.status == 201
    assert answer.json == {
        "reference": "g1",
        "cause": "sea",
        "cause_name": "Havet",
        "reward": "gift",
        "points": 100,
        "amount": 1_000,
        "currency": "SEK",
        "given_at": "2026-03-10T12:00:00Z",
        "text": "Du gav 100 poäng den 10 mars 2026, och vi ger 10\u00a0kr till Havet. Tack.",
    }
    assert the_account(shop, member).lots == {">2026-12": 50, ">2027-12": 400}
    [gift] = [e for e in ledger.everything(shop.id, member) if e.kind == "gift"]
    assert (gift.points, gift.amount, gift.currency, gift.reason) == (-100, 1_000, "SEK", "sea")


def test_the_same_gift_again_is_given_once(shop: Shop, member: str, time: Clock) -> None:
    first = give(shop, member)
    time.advance(days=40)
    again = give(shop, member)
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["idempotent-replayed"] == "true"
    assert give(shop, member, cause="forest").code == "reference_mismatch"
    assert report(shop, "2026-03")["points"] == 100


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cause": "moon"}, "cause_not_found"),
        ({"reward": "cheque"}, "reward_not_available"),
        ({"reward": "moon"}, "reward_not_available"),
    ],
)
def test_what_cannot_be_given_is_refused(
    shop: Shop, member: str, changes: dict[str, str], code: str
) -> None:
    assert give(shop, member, **changes).code == code
    assert report(shop)["causes"] == []


def test_nobody_gives_more_than_there_is_or_than_the_programme_lets(
    shop: Shop, member: str
) -> None:
    poor = a_member(shop, points={">2027-12": 99})
    assert give(shop, poor).code == "points_not_enough"
    assert give(shop, member, reward="once").status == 201
    assert give(shop, member, "g2", reward="once").code == "limit_reached"
    answers = [give(shop, member, f"t{n}", reward="two") for n in range(3)]
    assert [answer.status for answer in answers] == [201, 201, 409]
    assert answers[2].code == "reward_sold_out"


def test_the_report_says_what_each_cause_is_owed_for_a_month(
    shop: Shop, member: str, time: Clock
) -> None:
    other = a_member(shop, points={">2027-12": 400})
    give(shop, member)
    give(shop, other)
    give(shop, other, "g2", cause="forest", reward="once")
    time.advance(days=21, hours=11)  # it is April in Stockholm, and not yet in Greenwich
    give(shop, other, "g3")
    march = report(shop, "2026-03", as_="staff")
    assert march == {
        "month": "2026-03",
        "closed": True,
        "currency": "SEK",
        "causes": [
            {"cause": "forest", "name": "Skogen", "gifts": 1, "points": 50, "amount": 400},
            {"cause": "sea", "name": "Havet", "gifts": 2, "points": 200, "amount": 2_000},
        ],
        "points": 250,
        "amount": 2_400,
    }
    april = report(shop)
    assert (april["month"], april["closed"], april["points"]) == ("2026-04", False, 100)


def test_the_receipts_of_a_member_come_in_pages(shop: Shop, member: str) -> None:
    for n in range(5):
        assert give(shop, member, f"g{n}").status == 201
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        path = f"/v1/members/me/gifts?limit=2&cursor={cursor}"
        page = shop.call("GET", path, as_=member).json
        seen += [one["reference"] for one in page["gifts"]]
        cursor = page["next"]
    assert seen == ["g0", "g1", "g2", "g3", "g4"]
    assert shop.call("GET", "/v1/members/m234567/gifts").code == "member_not_found"
    nobody = a_member(shop)
    assert shop.call("GET", f"/v1/members/{nobody}/gifts").json == {"gifts": [], "next": None}


def test_the_statement_says_whom_it_was_given_to(shop: Shop, member: str) -> None:
    give(shop, member)
    lines = shop.call("GET", f"/v1/members/{member}/statement").json["lines"]
    [gift] = [line for line in lines if line["kind"] == "gift"]
    assert (gift["text"], gift["amount"]) == ("Gåva till Havet", 1_000)


def test_another_shop_is_told_nothing(shop: Shop, member: str) -> None:
    give(shop, member)
    assert report(a_shop())["causes"] == []
