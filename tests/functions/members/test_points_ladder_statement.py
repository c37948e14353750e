from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stamkund.rules.ledger import Entry, Kind, entry
from stamkund.rules.programme import Perk, Tiers, TierStep
from tests.builders import Clock, Shop, a_programme, a_shop
from tests.members import a_member, enter, has_bought

STEPS = [
    TierStep(id="bas", name={"sv": "Bas", "en": "Base"}, threshold=0),
    TierStep(
        id="guld",
        name={"sv": "Guld", "en": "Gold"},
        threshold=500_000,
        multiplier=150,
        perks=[Perk(id="wax", name={"sv": "Fri vallning", "en": "Free waxing"})],
    ),
]


def my(shop: Shop, member: str, what: str, language: str = "en") -> Any:
    answer = shop.call(
        "GET", f"/v1/members/me/{what}", as_=member, headers={"Accept-Language": language}
    )
    assert answer.status == 200, answer.text
    return answer.json


def test_points_are_shown_with_their_days(time: Clock) -> None:
    shop = a_shop()
    lots = {
        ">2026-02": 5,  # ended ten days ago
        ">2026-03": 10,
        "2026-03-01>2027-01": 20,
        "2026-03-11>2027-01": 40,
        "2026-05-01>never": 80,
    }
    assert my(shop, a_member(shop, points=lots), "points") == {
        "available": 30,
        "pending": 120,
        "debt": 0,
        "maturing": [{"day": "2026-03-11", "points": 40}, {"day": "2026-05-01", "points": 80}],
        "expiring": [{"day": "2026-03-31", "points": 10}, {"day": "2027-01-31", "points": 60}],
        "text": "10 points expire on 31 March 2026.",
    }


def test_pending_points_can_be_spent_when_their_day_comes(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop, points={"2026-03-11>never": 40})
    assert my(shop, member, "points")["available"] == 0
    time.set(datetime(2026, 3, 10, 23, 0, tzinfo=UTC))  # midnight in Stockholm
    assert my(shop, member, "points")["available"] == 40


def test_a_debt_is_shown_until_points_mature_to_repay_it(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop, points={"2026-03-11>never": 40})
    enter(shop, member, entry("reverse", {}, 25, reference="r", occurred_at=time.now))
    shown = my(shop, member, "points")
    assert (shown["available"], shown["debt"]) == (0, 25)
    assert shown["text"].startswith("After a return you are 25 points short")
    time.advance(days=1)
    shown = my(shop, member, "points")
    assert (shown["available"], shown["pending"], shown["debt"]) == (15, 0, 0)


def test_the_ladder_says_where_i_stand_and_what_is_missing(time: Clock) -> None:
    shop = a_shop(programme=a_programme(tiers=Tiers(steps=STEPS, rolling_months=12)))
    ladder = my(shop, a_member(shop, spend={"2026-01": 120_000}), "ladder")
    assert (ladder["tier"], ladder["next"], ladder["counted"]) == ("bas", "guld", 120_000)
    assert (ladder["basis"], ladder["counted_since"]) == ("spend", "2025-04-01")
    assert ladder["text"] == "Spend SEK\u00a03,800 more to reach Gold."
    assert ladder["steps"][1] == {
        "id": "guld",
        "name": "Gold",
        "threshold": 500_000,
        "multiplier": 150,
        "perks": [{"id": "wax", "name": "Free waxing"}],
        "reached": False,
        "missing": 380_000,
    }
    assert ladder["forecast"] is None


def test_the_forecast_says_what_keeps_the_tier_and_until_when(time: Clock) -> None:
    shop = a_shop(programme=a_programme(tiers=Tiers(steps=STEPS, rolling_months=12)))
    member = a_member(shop, spend={"2025-04": 400_000, "2026-02": 410_000})
    ladder = my(shop, member, "ladder", "sv")
    assert (ladder["tier"], ladder["next"]) == ("guld", None)
    assert ladder["text"] == "Du är på högsta nivån, Guld."
    assert ladder["forecast"] == {
        "keeps": "guld",
        "missing": 90_000,
        "counts_from": "2026-03-01",
        "last_day": "2026-04-30",
        "falls_on": "2026-05-01",
        "falls_to": "bas",
        "text": "Handla för 900\u00a0kr senast den 30 april 2026 så förblir du Guld.",
    }


def test_a_ladder_by_points_speaks_of_points(time: Clock) -> None:
    tiers = Tiers(steps=STEPS, rolling_months=12, basis="points")
    shop = a_shop(programme=a_programme(tiers=tiers))
    assert my(shop, a_member(shop), "ladder")["text"] == (
        "Collect 500,000 more points to reach Gold."
    )


def test_a_programme_without_tiers_has_an_empty_ladder(time: Clock) -> None:
    shop = a_shop(programme=a_programme(tiers=None))
    ladder = my(shop, a_member(shop), "ladder")
    assert (ladder["tier"], ladder["steps"], ladder["forecast"]) == (None, [], None)


def test_the_tier_is_that_of_today_whatever_was_stored(time: Clock) -> None:
    shop = a_shop(programme=a_programme(tiers=Tiers(steps=STEPS, rolling_months=12)))
    member = a_member(shop, spend={"2026-03": 500_000})
    assert my(shop, member, "ladder")["tier"] == "guld"
    time.set(datetime(2027, 6, 1, tzinfo=UTC))
    assert my(shop, member, "ladder")["tier"] == "bas"


def a_history(time: Clock) -> list[Entry]:
    at = [time.now + timedelta(hours=n) for n in range(7)]
    lot = {">never": 40}
    return [
        entry("bonus", lot, reference="b", reason="welcome", occurred_at=at[0]),
        entry("earn", lot, reference="web:7", order="web:7", occurred_at=at[1]),
        Entry(kind="tier", reference="t", tier_from="bas", tier_to="guld", occurred_at=at[2]),
        entry("adjust", {">never": -5}, reference="a", reason="correction", occurred_at=at[3]),
        Entry(
            kind="freeze",
            reference="f",
            frozen_from="2026-03",
            frozen_until="2026-08",
            reason="parental_leave",
            occurred_at=at[4],
        ),
        Entry(kind="tier", reference="u", tier_from="guld", tier_to="bas", occurred_at=at[5]),
        Entry(kind="tier", reference="v", tier_from="gone", tier_to="bas", occurred_at=at[6]),
    ]


def test_the_statement_tells_everything_in_words_newest_first(time: Clock) -> None:
    shop = a_shop(programme=a_programme(tiers=Tiers(steps=STEPS, rolling_months=12)))
    member = a_member(shop)
    enter(shop, member, *a_history(time))
    statement = my(shop, member, "statement")
    assert statement["next"] is None
    assert [(line["points"], line["text"]) for line in statement["lines"]] == [
        (0, "New level: Base"),
        (0, "Your level is now Base"),
        (0, "Your level is frozen up to and including 31 August 2026"),
        (-5, "Correction"),
        (0, "You have reached Gold"),
        (40, "Points for order 7"),
        (40, "Welcome points"),
    ]
    assert my(shop, member, "statement", "sv")["lines"][-1]["text"] == "Välkomstpoäng"


def test_an_order_is_told_with_its_money(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop)
    has_bought(shop, member, lots={">never": 10}, spend=99_900)
    line = my(shop, member, "statement")["lines"][0]
    assert (line["kind"], line["amount"], line["currency"]) == ("earn", 99_900, "SEK")
    assert line["occurred_at"] == "2026-03-10T12:00:00Z"
    assert line["order"].startswith("web:")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("sv", ["Köp 1 avbröts", "Retur utan kvitto", "Retur, köp 1", "Köp 1"]),
        ("nb", ["Kjøp 1 ble avbrutt", "Retur uten kvittering", "Retur, kjøp 1", "Kjøp 1"]),
        (
            "da",
            ["Køb 1 blev annulleret", "Returnering uden kvittering", "Returnering, køb 1", "Køb 1"],
        ),
        ("fi", ["Ostos 1 peruttiin", "Palautus ilman kuittia", "Palautus, ostos 1", "Ostos 1"]),
        (
            "en",
            ["Order 1 was cancelled", "Return without a receipt", "Return, purchase 1",
             "Purchase 1"],
        ),
    ],
)  # fmt: skip
def test_a_statement_without_points_speaks_of_none(
    time: Clock, language: str, said: list[str]
) -> None:
    shop = a_shop(programme=a_programme(points=None))
    member = a_member(shop)
    kinds: list[tuple[Kind, str, str]] = [
        ("earn", "", "web:1"),
        ("reverse", "", "web:1"),
        ("reverse", "no_receipt", ""),
        ("reverse", "cancelled", "web:1"),
    ]
    for hour, (kind, reason, order) in enumerate(kinds):
        at = time.now + timedelta(hours=hour)
        made = entry(kind, {}, reference=str(hour), reason=reason, order=order, occurred_at=at)
        enter(shop, member, made)
    lines = my(shop, member, "statement", language)["lines"]
    assert [line["text"] for line in lines] == said


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_together_are_the_whole_statement(time: Clock, limit: int) -> None:
    shop = a_shop()
    member = a_member(shop)
    enter(shop, member, *a_history(time))
    lines: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = my(shop, member, f"statement?limit={limit}&cursor={cursor}")
        assert 0 < len(page["lines"]) <= limit
        lines += page["lines"]
        cursor = page["next"]
    assert lines == my(shop, member, "statement")["lines"]


def test_a_cursor_is_good_for_its_member_alone(time: Clock) -> None:
    shop = a_shop()
    me, other = a_member(shop), a_member(shop)
    for member in (me, other):
        enter(shop, member, *a_history(time))
    cursor = my(shop, me, "statement?limit=1")["next"]
    for forged in (cursor, "x", cursor[:-1], "%C3%A5.b"):
        answer = shop.call("GET", f"/v1/members/me/statement?cursor={forged}", as_=other)
        assert (answer.status, answer.code, answer.json["field"]) == (
            422,
            "invalid_field",
            "cursor",
        )


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many", "1.5", "true"])
def test_a_page_has_between_1_and_100_lines(time: Clock, limit: str) -> None:
    shop = a_shop()
    answer = shop.call("GET", f"/v1/members/me/statement?limit={limit}", as_=a_member(shop))
    assert (answer.status, answer.code, answer.json["field"]) == (422, "invalid_field", "limit")


def test_a_member_to_whom_nothing_happened_has_an_empty_statement(time: Clock) -> None:
    shop = a_shop()
    assert my(shop, a_member(shop), "statement") == {"lines": [], "next": None}


@pytest.mark.parametrize("what", ["", "/card", "/points", "/ladder", "/statement"])
def test_nobody_has_nothing(time: Clock, what: str) -> None:
    answer = a_shop().call("GET", f"/v1/members/m234567{what}")
    assert (answer.status, answer.code) == (404, "member_not_found")
